//! One lane of a run: workerd processes, one after another, that take jobs from the queue.

use std::{
    collections::VecDeque,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use super::{
    frames::Storage,
    launch::{RuntimeLog, Workerd},
    queue::Queue,
    run::{Job, MOST_ISOLATES, Run, RunEvent},
    session::{self, SessionError},
};

/// How long a process whose connection broke may take to end by itself, so that it can be said how.
const END_LIMIT: Duration = Duration::from_secs(5);
/// How many more isolates the next process has when all of one's were spent.
const GROWTH: usize = 4;

/// What all lanes of a run count together.
#[derive(Debug, Default)]
pub(super) struct Counts {
    launches: AtomicUsize,
}

/// One lane.
pub(super) struct Lane<'a> {
    pub(super) run: &'a Run<'a>,
    /// From 1.
    pub(super) id: usize,
    /// How many isolates of its own a process has, where each job has one.
    pub(super) share: usize,
    pub(super) queue: &'a Queue,
    pub(super) counts: &'a Counts,
    pub(super) events: mpsc::Sender<RunEvent>,
}

/// How a process came to its end.
enum Ended {
    /// There was nothing left for its isolates to do.
    Idle,
    /// Each of its isolates has something of an earlier job that cannot be undone.
    Spent,
    /// It broke, and was replaced.
    Broken,
}

/// What becomes of the isolate in which a job ran.
enum After {
    /// It takes the next job.
    Ready,
    /// It has not run the job, and runs no other.
    Spent(Job, String),
    Broken,
    Cancelled,
}

impl Lane<'_> {
    /// Runs jobs until there are none.
    pub(super) fn run_all(&self) {
        while self.queue.len() > 0 && !self.is_cancelled() {
            if self.run.alike.is_empty() {
                self.run_share(self.queue.take_many(self.share));
            } else {
                self.run_shared(self.run.alike);
            }
        }
    }

    /// Runs each job in an isolate of its own; those that are left when a process breaks, in the next one.
    fn run_share(&self, mut jobs: VecDeque<Job>) {
        while !jobs.is_empty() && !self.is_cancelled() {
            let sockets: Vec<String> = jobs.iter().filter_map(|job| job.socket.clone()).collect();
            let mut take = |socket: &str| jobs.pop_front_if(|job| job.socket.as_deref() == Some(socket));
            if let Err(error) = self.run_process(&sockets, &mut take) {
                return jobs.drain(..).for_each(|job| self.fail(job, &error));
            }
        }
    }

    /// Runs what the queue has, in isolates that are used again and again.
    fn run_shared(&self, sockets: &[String]) {
        let mut isolates = 1;
        while self.queue.len() > 0 && !self.is_cancelled() {
            let count = isolates.min(self.queue.len()).clamp(1, sockets.len());
            match self.run_process(&sockets[..count], &mut |_| self.queue.take()) {
                Ok(Ended::Spent) => isolates = (isolates * GROWTH).min(MOST_ISOLATES),
                Ok(Ended::Idle | Ended::Broken) => {}
                Err(error) => {
                    while let Some(job) = self.queue.take() {
                        self.fail(job, &error);
                    }
                }
            }
        }
    }

    /// Starts a process with the test Workers of `sockets`. `take` gives the jobs for each, one after another.
    ///
    /// # Errors
    /// workerd does not start.
    fn run_process(
        &self,
        sockets: &[String],
        take: &mut dyn FnMut(&str) -> Option<Job>,
    ) -> Result<Ended, String> {
        let folder = self.run.folder.join(self.counts.launches.fetch_add(1, Ordering::Relaxed).to_string());
        let mut workerd = (self.run.start)(sockets, &folder)?;
        let ended = self.run_isolates(&mut workerd, sockets, take);
        // Only then is all known that it has logged.
        workerd.kill();
        self.send_logs(&workerd);
        drop(workerd);
        let _ = std::fs::remove_dir_all(&folder);
        Ok(ended)
    }

    fn run_isolates(
        &self,
        workerd: &mut Workerd,
        sockets: &[String],
        take: &mut dyn FnMut(&str) -> Option<Job>,
    ) -> Ended {
        let mut spent = 0;
        for socket in sockets {
            let mut is_new = true;
            while !self.is_cancelled()
                && let Some(job) = take(socket)
            {
                match self.run_job(workerd, socket, job) {
                    After::Ready => {}
                    After::Spent(job, reason) if is_new => self.fail(job, &reason),
                    After::Spent(job, reason) => {
                        self.tell(&format!("a new isolate is taken for {}: {reason}", job.slot));
                        self.queue.give_back(job);
                        spent += 1;
                        break;
                    }
                    After::Broken => return Ended::Broken,
                    After::Cancelled => return Ended::Idle,
                }
                is_new = false;
            }
        }
        if spent == sockets.len() { Ended::Spent } else { Ended::Idle }
    }

    fn run_job(&self, workerd: &mut Workerd, socket: &str, job: Job) -> After {
        match self.talk(workerd, socket, &job) {
            Ok(()) => After::Ready,
            Err(SessionError::Cancelled) => After::Cancelled,
            Err(SessionError::Spent(reason)) => After::Spent(job, reason),
            Err(SessionError::Worker(error)) => {
                self.fail(job, &error);
                After::Ready
            }
            Err(error) => {
                let error = why_broken(workerd, error);
                self.fail(job, &error);
                After::Broken
            }
        }
    }

    fn talk(&self, workerd: &Workerd, socket: &str, job: &Job) -> Result<(), SessionError> {
        let path = workerd
            .socket(socket)
            .ok_or_else(|| SessionError::Connection(format!("workerd has no socket `{socket}`")))?;
        let report = &mut |event| {
            self.send_logs(workerd);
            self.send(RunEvent::Session(event));
        };
        let mut storage = Storage::of(workerd);
        session::run(&path, job, self.id, self.run.session, &mut storage, report)
    }

    fn is_cancelled(&self) -> bool {
        self.run.session.cancelled.load(Ordering::Relaxed) || self.run.session.failures.has_bailed()
    }

    fn fail(&self, job: Job, error: &str) {
        self.send(RunEvent::Failed { files: job.files, error: error.to_owned() });
    }

    /// Says something that only a verbose run shows.
    fn tell(&self, message: &str) {
        let (level, message) = ("log".to_owned(), message.to_owned());
        self.send(RunEvent::Log(RuntimeLog { level, message, task: None, is_report: true }));
    }

    fn send_logs(&self, workerd: &Workerd) {
        for log in workerd.logs() {
            self.send(RunEvent::Log(log));
        }
    }

    fn send(&self, event: RunEvent) {
        // The receiver lives as long as the run.
        let _ = self.events.send(event);
    }
}

/// Ends a process in which a session broke, and says why it did.
pub(crate) fn why_broken(workerd: &mut Workerd, error: SessionError) -> String {
    let ended = match error {
        SessionError::Connection(_) => workerd.ended(END_LIMIT),
        _ => None,
    };
    workerd.kill();
    let text = match (error, ended) {
        (_, Some(status)) => format!("workerd ended while this file ran ({status})\n{}", workerd.output()),
        (error @ SessionError::Connection(_), None) => format!("{error}\n{}", workerd.output()),
        (other, None) => other.to_string(),
    };
    text.trim_end().to_owned()
}
