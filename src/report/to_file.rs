//! A report that goes to a file of its own.

use std::io::{self, Write};

use camino::Utf8PathBuf;
use serde_json::Value;

use super::{Reporter, create_output_file, model::Run};

/// Writes what a reporter has to say at the end of a run to a file, and says so where the others write.
pub struct ToFile {
    reporter: Box<dyn Reporter>,
    file: Box<dyn Write>,
    path: Utf8PathBuf,
    what: &'static str,
}

impl ToFile {
    /// Creates the file. `what` is the report's name in the message.
    pub fn create(reporter: Box<dyn Reporter>, path: Utf8PathBuf, what: &'static str) -> io::Result<Self> {
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{path} could not be created: {error}"));
        let file = create_output_file(&path).map_err(named)?;
        Ok(Self { reporter, file, path, what })
    }
}

impl Reporter for ToFile {
    fn wants_coverage(&self) -> bool {
        self.reporter.wants_coverage()
    }

    fn call(&mut self, run: &Run, method: &str, arguments: &[Value]) -> io::Result<()> {
        self.reporter.call(run, method, arguments)
    }

    fn run_finished(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        self.reporter.run_finished(run, &mut self.file)?;
        self.file.flush()?;
        writeln!(out, "{} written to {}", self.what, self.path)
    }
}
