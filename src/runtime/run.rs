//! A whole run: test Workers are shared out among workerd processes, and what they report comes out as one stream.

use std::{
    collections::VecDeque,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    frames::Storage,
    launch::{RuntimeLog, Workerd},
    session::{self, Event, SessionError, SessionOptions},
};

/// A process starts the isolates of all its test Workers before the first runs, so its share is bounded.
const LARGEST_SHARE: usize = 32;

/// How long a process whose connection broke may take to end by itself, so that it can be said how.
const END_LIMIT: Duration = Duration::from_secs(5);

/// A test Worker to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The name of its socket.
    pub socket: String,
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
    /// Starts a process.
    pub start: &'a Start<'a>,
}

/// Starts a process that has the test Workers of some jobs, with a folder of its own, or says why it cannot.
pub type Start<'a> = dyn Fn(&[Job], &Utf8Path) -> Result<Workerd, String> + Sync + 'a;

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
        let share = jobs.len().div_ceil(processes).clamp(1, LARGEST_SHARE);
        let shares = Mutex::new(jobs.chunks(share).map(<[Job]>::to_vec).collect::<VecDeque<_>>());
        let failed_tests = AtomicUsize::new(0);
        let launches = AtomicUsize::new(0);
        let (events, received) = mpsc::channel();
        thread::scope(|scope| {
            for worker in 0..processes {
                let events = events.clone();
                let (shares, failed_tests, launches) = (&shares, &failed_tests, &launches);
                scope.spawn(move || {
                    let next = || shares.lock().ok().and_then(|mut shares| shares.pop_front());
                    while let Some(share) = next() {
                        self.run_share(share, worker + 1, launches, failed_tests, &events);
                    }
                });
            }
            drop(events);
            for event in received {
                report(event);
            }
        });
    }

    /// Runs a share of the jobs; a job that breaks its process is reported, and the rest go on in a new one.
    fn run_share(
        &self,
        share: Vec<Job>,
        worker: usize,
        launches: &AtomicUsize,
        failed_tests: &AtomicUsize,
        events: &mpsc::Sender<RunEvent>,
    ) {
        let send = |event| {
            // The receiver lives as long as the run.
            let _ = events.send(event);
        };
        let fail = |jobs: &[Job], error: &str| {
            for job in jobs {
                send(RunEvent::Failed { files: job.files.clone(), error: error.to_owned() });
            }
        };
        let mut waiting = VecDeque::from(share);
        while !waiting.is_empty() && !self.session.cancelled.load(Ordering::Relaxed) {
            let folder = self.folder.join(launches.fetch_add(1, Ordering::Relaxed).to_string());
            let mut workerd = match (self.start)(waiting.make_contiguous(), &folder) {
                Ok(workerd) => workerd,
                Err(error) => return fail(waiting.make_contiguous(), &error),
            };
            while let Some(job) = waiting.pop_front() {
                let outcome = self.run_job(&workerd, &job, worker, failed_tests, &mut |event| {
                    for log in workerd.logs() {
                        send(RunEvent::Log(log));
                    }
                    send(RunEvent::Session(event));
                });
                match outcome {
                    Ok(()) => {}
                    Err(SessionError::Cancelled) => return,
                    Err(SessionError::Worker(error)) => send(RunEvent::Failed { files: job.files, error }),
                    Err(error) => {
                        let ended = match error {
                            SessionError::Connection(_) => workerd.ended(END_LIMIT),
                            _ => None,
                        };
                        workerd.kill();
                        let error = match (error, ended) {
                            (_, Some(status)) => {
                                format!("workerd ended while this file ran ({status})\n{}", workerd.output())
                            }
                            (error @ SessionError::Connection(_), None) => {
                                format!("{error}\n{}", workerd.output())
                            }
                            (other, None) => other.to_string(),
                        };
                        let error = error.trim_end().to_owned();
                        send(RunEvent::Failed { files: job.files, error });
                        break;
                    }
                }
            }
            // Only then is all known that it has logged.
            workerd.kill();
            for log in workerd.logs() {
                send(RunEvent::Log(log));
            }
            drop(workerd);
            let _ = std::fs::remove_dir_all(&folder);
        }
    }

    fn run_job(
        &self,
        workerd: &Workerd,
        job: &Job,
        worker: usize,
        failed_tests: &AtomicUsize,
        report: &mut dyn FnMut(Event),
    ) -> Result<(), SessionError> {
        let socket = workerd
            .socket(&job.socket)
            .ok_or_else(|| SessionError::Connection(format!("workerd has no socket `{}`", job.socket)))?;
        let mut storage = Storage::of(workerd);
        session::run(&socket, &job.files, worker, self.session, failed_tests, &mut storage, report)
    }
}
