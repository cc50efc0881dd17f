//! The workerd processes of one compilation: what they are started with, whoever starts them.

use std::{borrow::Borrow, io, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    added_modules, images,
    inspect::{self, Inspection},
};
use crate::{
    compile::Compilation,
    emit::binary::{self, Configuration},
    plan::{Plan, ServiceKind, TestWorker},
    runtime::{
        folder::RunFolder,
        images::ImageServer,
        launch::{Launch, Launcher, Workerd},
        run::Job,
    },
};

/// What the processes of a compilation are started with.
pub(super) struct Launching<C> {
    compilation: C,
    plan: Plan,
    launcher: Launcher,
    folder: RunFolder,
    /// Names of writable disk services.
    disks: Vec<String>,
    /// Services that are folders of the user's, and those folders; absolute.
    shared: Vec<(String, Utf8PathBuf)>,
    /// Variables that the configuration binds, which no file may hold.
    secrets: Vec<(String, String)>,
    /// The unix socket on which functions of the Vitest config are served, if there are any.
    function_socket: Option<Utf8PathBuf>,
    inspection: Option<Arc<Inspection>>,
    _images: Option<ImageServer>,
}

impl<C: Borrow<Compilation>> Launching<C> {
    /// Prepares to run `plan`, which is a part of the compilation's.
    pub(super) fn new(
        compilation: C,
        mut plan: Plan,
        function_socket: Option<Utf8PathBuf>,
    ) -> io::Result<Self> {
        let Compilation { project, secrets, .. } = compilation.borrow();
        let wpt_gen = Utf8PathBuf::from_path_buf(std::env::current_exe()?)
            .map_err(|path| io::Error::other(format!("{} is not UTF-8", path.display())))?;
        let workerd = project.home.workerd().map_err(io::Error::other)?;
        let launcher = Launcher { wpt_gen, workerd, verbose: false };
        let folder = RunFolder::new()?;
        let images = images::serve(&mut plan, project, &launcher, folder.path())?;
        let disks = plan.services.iter().filter(|service| matches!(service.kind, ServiceKind::Disk { .. }));
        let shared = plan.services.iter().filter_map(|service| match &service.kind {
            ServiceKind::Folder { path, .. } => Some((service.name.clone(), project.root.join(path))),
            _ => None,
        });
        Ok(Self {
            disks: disks.map(|service| service.name.clone()).collect(),
            shared: shared.collect(),
            secrets: secrets.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect(),
            compilation,
            plan,
            launcher,
            folder,
            function_socket,
            inspection: None,
            _images: images,
        })
    }

    /// The same, with workerd's own reports.
    pub(super) fn verbose(mut self, verbose: bool) -> Self {
        self.launcher.verbose = verbose;
        self
    }

    /// The same, in a run that is debugged.
    pub(super) fn debugged(mut self, inspection: Option<Arc<Inspection>>) -> Self {
        if inspection.is_some() {
            inspect::name_test_workers(&mut self.plan);
        }
        Self { inspection, ..self }
    }

    /// A private folder.
    pub(super) fn folder(&self) -> &Utf8Path {
        self.folder.path()
    }

    /// The slots.
    pub(super) fn jobs(&self) -> Vec<Job> {
        let root = &self.compilation.borrow().project.root;
        let jobs = self.plan.test_workers.iter().flat_map(|worker| {
            let own = (worker.slots.len() == 1).then(|| worker.service.clone());
            worker.slots.iter().map(move |slot| Job {
                // The pool knows a test Worker of its own by this name.
                slot: own.clone().unwrap_or_else(|| slot.name.clone()),
                socket: own.clone(),
                files: slot.test_files.iter().map(|file| root.join(file)).collect(),
            })
        });
        jobs.collect()
    }

    /// The sockets of test Workers that are alike, and run the slots that have none of their own.
    pub(super) fn alike(&self) -> Vec<String> {
        let alike = self.plan.test_workers.iter().filter(|worker| worker.slots.len() != 1);
        alike.map(|worker| worker.service.clone()).collect()
    }

    /// Starts a process that has the test Workers of `sockets`.
    pub(super) fn start(&self, sockets: &[String], folder: &Utf8Path) -> Result<Workerd, String> {
        let wanted = |worker: &&TestWorker| sockets.contains(&worker.service);
        let workers: Vec<&TestWorker> = self.plan.test_workers.iter().filter(wanted).collect();
        let Compilation { modules, project, .. } = self.compilation.borrow();
        let inspection = self.inspection.as_deref();
        let modules = inspect::Store { modules, inspection, project: &project.root };
        let modules = added_modules::Store(&modules);
        let configuration = binary::config(&self.plan, &workers, &modules, &self.secrets);
        let Configuration { message, directories, functions } =
            configuration.map_err(|error| error.to_string())?;
        let disks: Vec<String> =
            self.disks.iter().filter(|disk| directories.contains(*disk)).cloned().collect();
        let shared: Vec<(String, Utf8PathBuf)> =
            self.shared.iter().filter(|(folder, _)| directories.contains(folder)).cloned().collect();
        let launch = || -> io::Result<Workerd> {
            std::fs::create_dir_all(folder)?;
            self.launcher.launch(&Launch {
                config: &message,
                folder,
                sockets,
                open: &[],
                disks: &disks,
                shared: &shared,
                functions: &functions,
                function_socket: self.function_socket.as_deref(),
                secrets: &self.secrets,
                inspect: inspection.is_some(),
            })
        };
        let process = launch().map_err(|error| error.to_string())?;
        if let Some(inspection) = inspection {
            let slots = workers.iter().flat_map(|worker| &worker.slots);
            let files = slots.flat_map(|slot| &slot.test_files).map(Utf8PathBuf::as_path);
            inspection.attach(&process, &project.root, files);
        }
        Ok(process)
    }

    /// Removes the private folder.
    pub(super) fn close(self) -> io::Result<()> {
        self.folder.close()
    }
}
