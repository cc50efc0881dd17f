//! When a run needs Node.js, and what for.

use std::sync::{Arc, atomic::AtomicBool};

use camino::Utf8PathBuf;

use super::Stop;
use crate::{
    cli::print_error,
    compile::{Compilation, Loaded},
    config::vitest,
    plan::ServiceKind,
    project::Project,
    runtime::{
        folder::RunFolder,
        node::{NodeError, NodeHost, NodeOptions, SetUp},
    },
};

/// The Node.js side of a run.
pub(super) struct Node<'a> {
    project: &'a Project,
    cancelled: &'a Arc<AtomicBool>,
    /// The names of the projects, in their order.
    names: Vec<String>,
    /// The folder of their Vitest.
    vitest: Utf8PathBuf,
    running: Option<(NodeHost, RunFolder)>,
}

impl<'a> Node<'a> {
    /// Runs the global setups of the projects, if there are any, before anything is compiled: they may build files that
    /// the config names, and provide what its options ask for.
    pub(super) fn set_up(
        project: &'a Project,
        loaded: &mut Loaded,
        cancelled: &'a Arc<AtomicBool>,
    ) -> Result<Self, Stop> {
        let names = loaded.configs().map(|config| config.name.clone()).collect();
        let vitest = loaded.configs().next().map(|config| config.package.folder.clone()).unwrap_or_default();
        let mut node = Self { project, cancelled, names, vitest, running: None };
        if loaded.configs().any(|config| !config.test.global_setup.is_empty()) {
            for (index, SetUp { provided, options }) in node.start()?.into_iter().enumerate() {
                loaded.set_up(index, provided, options);
            }
        }
        Ok(node)
    }

    /// Serves the functions of the config that Workers call, if they call any. Whether the config has other options in the
    /// process that does: what was compiled does not go with its functions then.
    pub(super) fn serve(&mut self, compilations: &[Compilation], loaded: &mut Loaded) -> Result<bool, Stop> {
        let services = compilations.iter().flat_map(|compilation| &compilation.plan.services);
        let mut kinds = services.map(|service| &service.kind);
        if self.running.is_some() || !kinds.any(|kind| matches!(kind, ServiceKind::Node { .. })) {
            return Ok(false);
        }
        let mut have_changed = false;
        for (index, SetUp { provided, options }) in self.start()?.into_iter().enumerate() {
            have_changed |= loaded.set_up(index, provided, options);
        }
        Ok(have_changed)
    }

    fn start(&mut self) -> Result<Vec<SetUp>, Stop> {
        let Project { root, home, mode, cache, .. } = self.project;
        let folder = RunFolder::new()?;
        let config_file = vitest::config_file(root, self.project.config.as_deref());
        let config_file = config_file.map(|path| root.join(path));
        let options = NodeOptions {
            script: &home.runner_js("node/host.mjs"),
            root,
            config_file: config_file.as_deref(),
            vitest: &self.vitest,
            mode,
            cache: cache.folder()?,
            projects: &self.names,
            folder: folder.path(),
            cancelled: self.cancelled,
        };
        let (host, set_ups) = NodeHost::start(&options).map_err(|error| match error {
            NodeError::Thrown(_) | NodeError::Ended(_) => Stop::SetUp(error.to_string()),
            NodeError::Cancelled => Stop::Cancelled,
            error => Stop::from(error),
        })?;
        self.running = Some((host, folder));
        Ok(set_ups)
    }

    /// Where the functions of a project's config are served, by its index.
    pub(super) fn function_socket(&self, project: usize) -> Option<Utf8PathBuf> {
        self.running.as_ref().map(|(host, _)| host.function_socket(project))
    }

    /// Whether it has ended by itself.
    pub(super) fn is_gone(&self) -> bool {
        self.running.as_ref().is_some_and(|(host, _)| host.is_gone())
    }

    /// Tears down what global setups have set up; whether that went well. What went wrong is printed.
    pub(super) fn end(self) -> bool {
        let Some((host, _folder)) = self.running else { return true };
        match host.end() {
            Ok(errors) => {
                for error in &errors {
                    print_error(&format!("error during global teardown\n{error}"));
                }
                errors.is_empty()
            }
            Err(error) => {
                print_error(&error.to_string());
                false
            }
        }
    }
}
