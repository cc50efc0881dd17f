//! From Vitest's own RPC calls to what the user sees.
//!
//! The worker tells the host what it collected and how it went; [`model::Run`] holds that, and any number of
//! [`Reporter`]s turn it into text, each for its own output. [`Reporting`] ties the two together.

pub mod default;
pub mod frames;
pub mod json;
pub mod model;
mod output;
mod reporting;
#[cfg(test)]
mod sample;

use std::io::{self, Write};

pub use output::{colour_for, create_output_file, terminal_columns, use_colour};
pub use reporting::Reporting;

use model::{ConsoleLog, File, Run};

/// Turns the events of a run into text.
///
/// Every method may write at once or keep what it needs for later; what fails is only ever the output.
pub trait Reporter {
    /// The run begins; no test file has been started.
    fn run_started(&mut self, _run: &Run, _out: &mut dyn Write) -> io::Result<()> {
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

    /// Everything is known; called once, after [`Run::finish`].
    fn run_finished(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()>;
}
