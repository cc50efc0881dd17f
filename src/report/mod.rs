//! From Vitest's own RPC calls to what the user sees.
//!
//! The worker tells the host what it collected and how it went; [`model::Run`] holds that, and any number of
//! [`Reporter`]s turn it into text, each for its own output. [`Reporting`] ties the two together.

pub mod blob;
pub mod frames;
pub mod github;
pub mod json;
pub mod junit;
pub mod model;
mod output;
mod reporting;
#[cfg(test)]
mod sample;
pub mod tap;
pub mod terminal;
mod to_file;

use std::io::{self, Write};

use serde_json::Value;

pub use output::{colour_for, create_output_file, terminal_columns, use_colour};
pub use reporting::Reporting;
pub use to_file::ToFile;

use model::{Annotation, ConsoleLog, File, Run, TestCase};

/// Turns the events of a run into text.
///
/// Every method may write at once or keep what it needs for later; what fails is only ever the output.
pub trait Reporter {
    /// A worker calls, in Vitest's own words; what they say is in the run when another method is called.
    fn call(&mut self, _run: &Run, _method: &str, _arguments: &[Value]) -> io::Result<()> {
        Ok(())
    }

    /// A line that belongs to no test; whether it was taken, as one reporter shows it.
    fn message(&mut self, _text: &str, _is_error: bool, _out: &mut dyn Write) -> io::Result<bool> {
        Ok(false)
    }

    /// The run begins; no test file has been started.
    fn run_started(&mut self, _run: &Run, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// A test begins.
    fn test_started(&mut self, _run: &Run, _test: &TestCase<'_>, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// All results of one test are known.
    fn test_finished(&mut self, _run: &Run, _test: &TestCase<'_>, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// A test that runs was annotated.
    fn annotated(&mut self, _run: &Run, _annotation: &Annotation, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// A worker took a test file; its tests are not known.
    fn file_queued(&mut self, _run: &Run, _file: &File, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// The tests of a file are known.
    fn file_collected(&mut self, _run: &Run, _file: &File, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// All results of one test file are known.
    fn file_finished(&mut self, _run: &Run, _file: &File, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// User code wrote to the console.
    fn console(&mut self, _run: &Run, _log: &ConsoleLog, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Whether it reports [`Run::coverage`].
    fn wants_coverage(&self) -> bool {
        false
    }

    /// Everything is known; called once, after [`Run::finish`].
    fn run_finished(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()>;
}
