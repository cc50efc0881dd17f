//! One object for the host: takes the RPC calls, keeps the run, tells the reporters.

use std::io::{self, Write};

use camino::Utf8Path;
use serde_json::Value;

use super::{
    Reporter,
    model::{CallError, Progress, Run, RunOptions, TestError},
};

/// A run and those who report it, each with its own output.
pub struct Reporting {
    run: Run,
    reporters: Vec<(Box<dyn Reporter>, Box<dyn Write>)>,
}

impl Reporting {
    /// A run that has not started.
    pub fn new(options: RunOptions, reporters: Vec<(Box<dyn Reporter>, Box<dyn Write>)>) -> Self {
        Self { run: Run::new(options), reporters }
    }

    /// The state so far.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The run begins with these test files (`project` name and absolute path, in the order of the final report).
    pub fn start<'a>(&mut self, files: impl IntoIterator<Item = (&'a str, &'a Utf8Path)>) -> io::Result<()> {
        for (project, path) in files {
            self.run.expect_file(project, path);
        }
        self.tell(|reporter, run, out| reporter.run_started(run, out))
    }

    /// Handles one of the worker's reporting calls; `Ok(false)` if `method` is none of them.
    pub fn call(&mut self, method: &str, mut arguments: Vec<Value>) -> Result<bool, CallError> {
        for (reporter, _) in &mut self.reporters {
            reporter.call(&self.run, method, &arguments)?;
        }
        let mut argument = |index: usize| arguments.get_mut(index).map(Value::take).unwrap_or_default();
        match method {
            "onQueued" => {
                let file = self.run.queued(argument(0))?;
                self.tell(|reporter, run, out| reporter.file_queued(run, &run.files()[file], out))?;
            }
            "onCollected" => {
                for file in self.run.collected(argument(0))? {
                    self.tell(|reporter, run, out| reporter.file_collected(run, &run.files()[file], out))?;
                }
            }
            "onTaskUpdate" => {
                for progress in self.run.task_update(argument(0), argument(1))? {
                    self.report(&progress)?;
                }
            }
            "onTaskArtifactRecord" => {
                if let Some(id) = self.run.artifact(argument(0), argument(1))? {
                    self.tell(|reporter, run, out| {
                        let annotation = run.test_case(&id).and_then(|case| case.test.annotations.last());
                        annotation.map_or(Ok(()), |annotation| reporter.annotated(run, annotation, out))
                    })?;
                }
            }
            "onUserConsoleLog" => {
                let log = self.run.console_log(argument(0))?;
                self.tell(|reporter, run, out| reporter.console(run, &log, out))?;
            }
            "onUnhandledError" => {
                let kind = argument(1);
                self.run.unhandled_error(argument(0), kind.as_str().unwrap_or("Unhandled Error"));
            }
            "wptSaveSnapshotFile" => {
                let (path, text) = (argument(0), argument(1));
                self.run
                    .file_saved(path.as_str().unwrap_or_default().into(), text.as_str().unwrap_or_default());
            }
            "onCancel" => self.run.bail(),
            "snapshotSaved" => self.run.snapshot_saved(argument(0))?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A line that belongs to no test and no reporter: shown where a person reads, or else on stderr.
    pub fn message(&mut self, text: &str, is_error: bool) -> io::Result<()> {
        for (reporter, out) in &mut self.reporters {
            if reporter.message(text, is_error, out)? {
                return out.flush();
            }
        }
        writeln!(io::stderr(), "{text}")
    }

    /// A test file came to an end that its worker could not report: a crash, a timeout, a failed compilation.
    pub fn file_failed(&mut self, project: &str, path: &Utf8Path, error: TestError) -> io::Result<()> {
        let file = self.run.file_failed(project, path, error);
        self.report_file(file)
    }

    /// Whether a reporter reports what [`Self::set_coverage`] takes.
    pub fn wants_coverage(&self) -> bool {
        self.reporters.iter().any(|(reporter, _)| reporter.wants_coverage())
    }

    /// What was covered: Istanbul's coverage map.
    pub fn set_coverage(&mut self, map: Value) {
        self.run.set_coverage(map);
    }

    /// Ends the run, lets every reporter finish, and returns the exit code with the run.
    pub fn finish(mut self) -> io::Result<(u8, Run)> {
        for file in self.run.finish() {
            self.report_file(file)?;
        }
        self.tell(|reporter, run, out| reporter.run_finished(run, out))?;
        Ok((self.run.exit_code(), self.run))
    }

    fn report(&mut self, progress: &Progress) -> io::Result<()> {
        match progress {
            Progress::FileFinished(index) => self.report_file(*index),
            Progress::TestStarted(id) => self.tell(|reporter, run, out| {
                run.test_case(id).map_or(Ok(()), |test| reporter.test_started(run, &test, out))
            }),
            Progress::TestFinished(id) => self.tell(|reporter, run, out| {
                run.test_case(id).map_or(Ok(()), |test| reporter.test_finished(run, &test, out))
            }),
        }
    }

    fn report_file(&mut self, index: usize) -> io::Result<()> {
        self.tell(|reporter, run, out| reporter.file_finished(run, &run.files()[index], out))
    }

    fn tell(
        &mut self,
        mut event: impl FnMut(&mut dyn Reporter, &Run, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        for (reporter, out) in &mut self.reporters {
            event(&mut **reporter, &self.run, out)?;
            out.flush()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn calls_of_others_are_left_to_them() {
        let mut reporting = Reporting::new(RunOptions::new("/root".into()), Vec::new());
        assert!(!reporting.call("resolve", vec![json!("x")]).unwrap());
        assert!(
            reporting.call("onUnhandledError", vec![json!("text"), json!("Unhandled Rejection")]).unwrap()
        );
        assert_eq!(reporting.finish().unwrap().0, 1);
    }

    #[test]
    fn a_call_of_the_wrong_shape_is_an_error_that_names_it() {
        let mut reporting = Reporting::new(RunOptions::new("/root".into()), Vec::new());
        let error = reporting.call("onCollected", vec![json!([{ "id": 1 }])]).unwrap_err();
        insta::assert_snapshot!(error, @"the test worker called onCollected with something else than Vitest 4.1 to 5 does: invalid type: integer `1`, expected a string");
    }
}
