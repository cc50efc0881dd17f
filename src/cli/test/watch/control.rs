//! Interrupts: of a run, and of watching.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
    mpsc::Sender,
};

use camino::Utf8PathBuf;
use crossterm::event::KeyEvent;

use super::{keys, say};
use crate::{cli::Exit, report::terminal::cancelling};

/// What happens while files are watched.
pub(super) enum Event {
    /// A file or folder changed.
    Changed(Utf8PathBuf),
    /// A key was pressed while nothing ran.
    Key(KeyEvent),
    /// The user wants to leave.
    Interrupt,
}

/// What runs and threads know of each other.
#[derive(Default)]
pub(super) struct Control {
    /// Ends the present run.
    pub(super) cancelled: Arc<AtomicBool>,
    is_running: AtomicBool,
    is_leaving: AtomicBool,
}

impl Control {
    /// Starts to listen to Ctrl-C and requests to end.
    pub(super) fn start(events: Sender<Event>) -> Result<Arc<Self>, ctrlc::Error> {
        let control = Arc::new(Self::default());
        ctrlc::set_handler({
            let control = Arc::clone(&control);
            move || {
                if control.is_leaving.swap(true, Ordering::Relaxed) {
                    // What it has started ends with it.
                    keys::restore_terminal();
                    std::process::exit(Exit::Interrupted.code().into());
                }
                if control.is_running() {
                    say(&cancelling());
                }
                control.cancelled.store(true, Ordering::Relaxed);
                // The receiver lives as long as the program.
                let _ = events.send(Event::Interrupt);
            }
        })?;
        Ok(control)
    }

    /// Whether the user wants to leave.
    pub(super) fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Relaxed)
    }

    /// Whether tests run now.
    pub(super) fn is_running(&self) -> bool {
        self.is_running.load(Ordering::Relaxed)
    }

    /// Ends the present run.
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Does what a key may cancel.
    pub(super) fn run<T>(&self, run: impl FnOnce() -> T) -> T {
        if !self.is_leaving() {
            self.cancelled.store(false, Ordering::Relaxed);
        }
        self.is_running.store(true, Ordering::Relaxed);
        let result = run();
        self.is_running.store(false, Ordering::Relaxed);
        result
    }
}
