//! One project's run: its test Workers in workerd processes.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use camino::Utf8PathBuf;
use serde_json::{Value, json};

use super::{Stop, added_modules, arguments::Arguments, coverage::Coverage, images, session};
use crate::{
    compile::Compilation,
    emit::binary,
    plan::{Plan, ServiceKind, TestWorker},
    report::{Reporting, model::TestError},
    runtime::{
        folder::RunFolder,
        launch::{Launcher, RuntimeLog},
        run::{Job, Run, RunEvent},
    },
};

/// A project's run that is about to start.
pub(super) struct ProjectRun<'a> {
    pub(super) arguments: &'a Arguments,
    pub(super) compilation: &'a Compilation,
    pub(super) plan: &'a Plan,
    pub(super) processes: usize,
    pub(super) isolate: bool,
    /// Whether stdout is for a program to read.
    pub(super) machine_stdout: bool,
    /// Where functions of the config are served.
    pub(super) function_socket: Option<Utf8PathBuf>,
    pub(super) cancelled: &'a Arc<AtomicBool>,
}

impl ProjectRun<'_> {
    /// Runs all test Workers, and hands what they report to `reporting`.
    pub(super) fn execute(
        &self,
        reporting: &mut Reporting,
        mut coverage: Option<&mut Coverage>,
    ) -> Result<(), Stop> {
        let Self { arguments, compilation, cancelled, .. } = self;
        let project = &compilation.project;
        let project_name = compilation.name();
        let wpt_gen = std::env::current_exe()?;
        let launcher = Launcher {
            wpt_gen: Utf8PathBuf::from_path_buf(wpt_gen)
                .map_err(|path| Stop::Message(format!("{} is not UTF-8", path.display())))?,
            workerd: project.home.workerd()?,
        };
        let folder = RunFolder::new()?;
        let mut plan = self.plan.clone();
        let _images = images::serve(&mut plan, project, &launcher, folder.path())?;
        let plan = &plan;
        let session = session::options(
            arguments,
            compilation,
            self.isolate,
            coverage.as_ref().map(|coverage| coverage.provider),
            cancelled,
        );
        let disks: Vec<String> = plan
            .services
            .iter()
            .filter(|service| matches!(service.kind, ServiceKind::Disk { .. }))
            .map(|service| service.name.clone())
            .collect();
        let shared: Vec<(String, Utf8PathBuf)> = plan
            .services
            .iter()
            .filter_map(|service| match &service.kind {
                ServiceKind::Folder { path, .. } => Some((service.name.clone(), project.root.join(path))),
                _ => None,
            })
            .collect();
        let secrets: Vec<(String, String)> = compilation
            .secrets
            .iter()
            .map(|(name, value)| (name.clone(), value.expose().to_owned()))
            .collect();
        let jobs: Vec<Job> = plan
            .test_workers
            .iter()
            .map(|worker| Job {
                socket: worker.service.clone(),
                files: worker
                    .slots
                    .iter()
                    .flat_map(|slot| &slot.test_files)
                    .map(|file| project.root.join(file))
                    .collect(),
            })
            .collect();
        let config = |jobs: &[Job]| {
            let wanted: Vec<&TestWorker> = plan
                .test_workers
                .iter()
                .filter(|worker| jobs.iter().any(|job| job.socket == worker.service))
                .collect();
            let modules = added_modules::Store(&compilation.modules);
            binary::config(plan, &wanted, &modules, &secrets).map_err(|error| error.to_string())
        };
        let run = Run {
            launcher: &launcher,
            session: &session,
            folder: folder.path(),
            disks: &disks,
            shared: &shared,
            function_socket: self.function_socket.as_deref(),
            secrets: &secrets,
            processes: self.processes,
            config: &config,
        };
        let mut failure: Option<Stop> = None;
        let stop = |result: Result<(), Stop>, failure: &mut Option<Stop>| {
            if let Err(error) = result {
                cancelled.store(true, Ordering::Relaxed);
                failure.get_or_insert(error);
            }
        };
        run.execute(&jobs, &mut |event| match event {
            RunEvent::Session(mut event) => {
                if let Some(coverage) = &mut coverage {
                    coverage.take(&event.method, &mut event.arguments);
                }
                let result = reporting.call(&event.method, event.arguments).map(drop).map_err(Stop::from);
                stop(result, &mut failure);
            }
            RunEvent::Failed { files, error } => {
                for file in files {
                    let result =
                        reporting.file_failed(project_name, &file, TestError::new("Error", error.clone()));
                    stop(result.map_err(Stop::from), &mut failure);
                }
            }
            RunEvent::Log(log) => {
                if log.task.is_none() {
                    return self.print_log(&log);
                }
                let result = reporting.call("onUserConsoleLog", vec![console_log(&log)]).map(drop);
                stop(result.map_err(Stop::from), &mut failure);
            }
        });
        folder.close()?;
        failure.map_or(Ok(()), Err)
    }

    /// What reaches workerd's own console (`__console`), and nobody says which test caused, is shown as it is; what workerd
    /// reports of requests is noise, unless asked for.
    fn print_log(&self, log: &RuntimeLog) {
        if log.is_report && !self.arguments.execution.verbose {
            return;
        }
        if log.is_error() || self.machine_stdout {
            eprintln!("{}", log.message);
        } else {
            println!("{}", log.message);
        }
    }
}

/// The argument of Vitest's `onUserConsoleLog`.
fn console_log(log: &RuntimeLog) -> Value {
    let stream = if log.is_error() { "stderr" } else { "stdout" };
    json!({ "type": stream, "content": format!("{}\n", log.message), "taskId": log.task })
}
