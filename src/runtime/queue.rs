//! The jobs that are left of a run. Whoever has nothing to do takes the next ones.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::run::Job;

/// Jobs that nobody runs yet, in order.
#[derive(Debug)]
pub(super) struct Queue(Mutex<VecDeque<Job>>);

impl Queue {
    pub(super) fn new(jobs: &[Job]) -> Self {
        Self(Mutex::new(jobs.iter().cloned().collect()))
    }

    /// The next job.
    pub(super) fn take(&self) -> Option<Job> {
        self.waiting().pop_front()
    }

    /// At most `count` of the next jobs.
    pub(super) fn take_many(&self, count: usize) -> VecDeque<Job> {
        let mut waiting = self.waiting();
        let count = count.min(waiting.len());
        let rest = waiting.split_off(count);
        std::mem::replace(&mut waiting, rest)
    }

    /// Puts back a job that was not run.
    pub(super) fn give_back(&self, job: Job) {
        self.waiting().push_front(job);
    }

    pub(super) fn len(&self) -> usize {
        self.waiting().len()
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
