//! One project's run: its test Workers in workerd processes.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use camino::Utf8PathBuf;
use serde_json::{Value, json};

use super::{
    Stop,
    arguments::Arguments,
    coverage::Coverage,
    session::{self, Scope},
};
use crate::{
    cli::{inspect::Inspection, launching::Launching},
    compile::Compilation,
    plan::Plan,
    report::{Reporting, model::TestError},
    runtime::{
        launch::RuntimeLog,
        run::{Run, RunEvent},
    },
};

/// A project's run that is about to start.
pub(super) struct ProjectRun<'a> {
    pub(super) arguments: &'a Arguments,
    pub(super) compilation: &'a Compilation,
    pub(super) plan: &'a Plan,
    pub(super) processes: usize,
    pub(super) isolate: bool,
    pub(super) scope: &'a Scope,
    /// Whether stdout is for a program to read.
    pub(super) machine_stdout: bool,
    /// Where functions of the config are served.
    pub(super) function_socket: Option<Utf8PathBuf>,
    /// How it is debugged.
    pub(super) inspection: Option<Arc<Inspection>>,
    pub(super) cancelled: &'a Arc<AtomicBool>,
}

impl ProjectRun<'_> {
    /// Runs all test Workers, and hands what they report to `reporting`.
    pub(super) fn execute(
        &self,
        reporting: &mut Reporting,
        mut coverage: Option<&mut Coverage>,
    ) -> Result<(), Stop> {
        let Self { compilation, cancelled, .. } = self;
        let project_name = compilation.name();
        let mut session = session::options(compilation, self.isolate, self.scope, cancelled);
        if let Some(inspection) = &self.inspection {
            session.debug(inspection.inspector());
        }
        session.why_hanging = self.arguments.debugging.why_hanging;
        let function_socket = self.function_socket.clone();
        let launching = Launching::new(*compilation, self.plan.clone(), function_socket)?
            .debugged(self.inspection.clone())
            .verbose(self.arguments.execution.verbose);
        let run = Run {
            session: &session,
            folder: launching.folder(),
            processes: self.processes,
            alike: &launching.alike(),
            start: &|sockets, folder| launching.start(sockets, folder),
        };
        let mut failure: Option<Stop> = None;
        let stop = |result: Result<(), Stop>, failure: &mut Option<Stop>| {
            if let Err(error) = result {
                cancelled.store(true, Ordering::Relaxed);
                failure.get_or_insert(error);
            }
        };
        run.execute(&launching.jobs(), &mut |event| match event {
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
                    let result = self.print_log(&log, reporting).map_err(Stop::from);
                    return stop(result, &mut failure);
                }
                let result = reporting.call("onUserConsoleLog", vec![console_log(&log)]).map(drop);
                stop(result.map_err(Stop::from), &mut failure);
            }
        });
        launching.close()?;
        failure.map_or(Ok(()), Err)
    }

    /// What reaches workerd's own console (`__console`), and nobody says which test caused, is shown as it is; what workerd
    /// reports of requests is noise, unless asked for.
    fn print_log(&self, log: &RuntimeLog, reporting: &mut Reporting) -> io::Result<()> {
        if log.is_report && !self.arguments.execution.verbose {
            return Ok(());
        }
        let message = reporting.run().mapped(&log.message);
        reporting.message(&message, log.is_error() || self.machine_stdout)
    }
}

/// The argument of Vitest's `onUserConsoleLog`.
fn console_log(log: &RuntimeLog) -> Value {
    let stream = if log.is_error() { "stderr" } else { "stdout" };
    json!({ "type": stream, "content": format!("{}\n", log.message), "taskId": log.task })
}
