//! A whole run: test Workers are shared out among workerd processes, and what they report comes out as one stream.

use std::{sync::mpsc, thread};

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    lane::{Counts, Lane},
    launch::{RuntimeLog, Workerd},
    queue::Queue,
    session::{Event, SessionOptions},
};

/// A process starts the isolates of all its test Workers before the first runs, so their number is bounded.
pub const MOST_ISOLATES: usize = 32;

/// A slot to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The slot's name.
    pub slot: String,
    /// The socket of its test Worker, if it has one of its own.
    pub socket: Option<String>,
    /// Its test files; absolute.
    pub files: Vec<Utf8PathBuf>,
}

/// What a run needs.
pub struct Run<'a> {
    /// What every session needs.
    pub session: &'a SessionOptions,
    /// A private folder.
    pub folder: &'a Utf8Path,
    /// The most processes at a time.
    pub processes: usize,
    /// The sockets of test Workers that are all alike, for jobs that have none of their own. These run one after another in
    /// the same isolate, as long as that can be cleaned. A process has the first of the test Workers, and more when some were
    /// spent.
    pub alike: &'a [String],
    /// Starts a process.
    pub start: &'a Start<'a>,
}

/// Starts a process that has the test Workers of some sockets, with a folder of its own, or says why it cannot.
pub type Start<'a> = dyn Fn(&[String], &Utf8Path) -> Result<Workerd, String> + Sync + 'a;

/// What comes out of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum RunEvent {
    /// A session's report.
    Session(Event),
    /// A test Worker ended early: the files that were not finished, and why.
    Failed {
        /// The files; absolute.
        files: Vec<Utf8PathBuf>,
        /// One message.
        error: String,
    },
    /// A line of workerd's own log.
    Log(RuntimeLog),
}

impl Run<'_> {
    /// Runs all jobs; `report` is called on this thread, for each event as it comes.
    pub fn execute(&self, jobs: &[Job], report: &mut dyn FnMut(RunEvent)) {
        let processes = self.processes.min(jobs.len()).max(1);
        let share = jobs.len().div_ceil(processes).clamp(1, MOST_ISOLATES);
        let queue = Queue::new(jobs);
        let counts = Counts::default();
        let (events, received) = mpsc::channel();
        thread::scope(|scope| {
            for id in 1..=processes {
                let lane =
                    Lane { run: self, id, share, queue: &queue, counts: &counts, events: events.clone() };
                scope.spawn(move || lane.run_all());
            }
            drop(events);
            for event in received {
                report(event);
            }
        });
    }
}
