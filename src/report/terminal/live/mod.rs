//! Live progress: a block below everything else, drawn again while tests run, with the running files, counts and the time.

mod block;
mod screen;

use std::{
    io::{self, Write},
    time::Instant,
};

use block::Block;
pub use screen::Screen;

use super::{Look, summary};
use crate::report::{
    Reporter,
    model::{File, Run, TestCase},
};

/// Draws the block on a screen. Stands before the reporters that write above it.
pub struct LiveReporter {
    screen: Screen,
    block: Option<Block>,
    look: Look,
    colour: bool,
}

impl LiveReporter {
    /// The block of a reporter with this look.
    pub fn new(screen: Screen, look: Look, colour: bool) -> Self {
        Self { screen, block: None, look, colour }
    }

    fn change(&mut self, change: impl FnOnce(&mut Block)) {
        if let Some(block) = &mut self.block {
            change(block);
            self.screen.show(block);
        }
    }
}

impl Reporter for LiveReporter {
    fn run_started(&mut self, run: &Run, _out: &mut dyn Write) -> io::Result<()> {
        if !run.files().is_empty() {
            let block = Block::new(run, summary::start_time(run), self.look.is_verbose(), self.colour);
            self.screen.start(&block);
            self.block = Some(block);
        }
        Ok(())
    }

    fn file_queued(&mut self, _run: &Run, file: &File, _out: &mut dyn Write) -> io::Result<()> {
        self.change(|block| block.queued(file));
        Ok(())
    }

    fn file_collected(&mut self, _run: &Run, file: &File, _out: &mut dyn Write) -> io::Result<()> {
        self.change(|block| block.collected(file));
        Ok(())
    }

    fn test_started(&mut self, _run: &Run, test: &TestCase<'_>, _out: &mut dyn Write) -> io::Result<()> {
        self.change(|block| block.test_started(test, Instant::now()));
        Ok(())
    }

    fn test_finished(&mut self, _run: &Run, test: &TestCase<'_>, _out: &mut dyn Write) -> io::Result<()> {
        self.change(|block| block.test_finished(test));
        Ok(())
    }

    fn file_finished(&mut self, _run: &Run, file: &File, _out: &mut dyn Write) -> io::Result<()> {
        self.change(|block| block.finished(file, Instant::now()));
        Ok(())
    }

    fn run_finished(&mut self, _run: &Run, _out: &mut dyn Write) -> io::Result<()> {
        self.screen.end();
        Ok(())
    }
}

impl Drop for LiveReporter {
    fn drop(&mut self) {
        self.screen.end();
    }
}
