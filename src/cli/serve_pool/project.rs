//! One project of a run: which of its test files runs in which process.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Map, Value, json};

use super::{
    process::{Command, Process},
    protocol::{Outbox, Part},
};
use crate::{
    bundle::dependencies::normalize,
    cli::{isolates, launching::Launching, native_coverage},
    compile::Compilation,
    plan::ServiceKind,
    report::frames::{self, JsonSourceMaps},
    runtime::{
        run::{Job, MOST_ISOLATES},
        session,
    },
};

/// A compiled project, with the processes that run its tests.
pub(super) struct Project {
    launching: Arc<Launching<Arc<Compilation>>>,
    compilation: Arc<Compilation>,
    maps: JsonSourceMaps,
    outbox: Arc<Outbox>,
    isolate: bool,
    color: bool,
    /// How many test Workers a process has at most.
    share: usize,
    /// How many files run at a time.
    workers: usize,
    /// Test Workers without a process, in the order in which they will run.
    waiting: VecDeque<Job>,
    processes: Vec<Assigned>,
    /// How many processes there ever were.
    started: usize,
}

/// A process, and what it is for.
struct Assigned {
    process: Process,
    /// Test Workers that have not run.
    jobs: Vec<Job>,
    /// The session that is open, and its test Worker.
    session: Option<(u64, Job)>,
}

impl Project {
    /// Prepares to run a part of what was compiled.
    pub(super) fn new(
        mut compilation: Compilation,
        part: &Part,
        has_native_coverage: bool,
        color: bool,
        outbox: &Arc<Outbox>,
    ) -> Result<Self, String> {
        let root = compilation.project.root.clone();
        let mut plan = compilation.plan.clone();
        plan.keep_files(&mut |file| part.files.contains(&root.join(file)));
        if !part.isolate {
            plan = plan.without_isolation(part.workers);
        }
        if has_native_coverage {
            native_coverage::apply(&mut plan);
        }
        let maps: HashMap<Utf8PathBuf, String> =
            std::mem::take(&mut compilation.source_maps).into_iter().collect();
        let compilation = Arc::new(compilation);
        let launching = Launching::new(Arc::clone(&compilation), plan, part.function_socket.clone())
            .map_err(|error| error.to_string())?;
        let mut jobs = launching.jobs();
        let place = |job: &Job| part.files.iter().position(|file| job.files.contains(file));
        jobs.sort_by_key(place);
        Ok(Self {
            share: if part.isolate {
                jobs.len().div_ceil(part.workers.max(1)).clamp(1, MOST_ISOLATES)
            } else {
                1
            },
            workers: part.workers.max(1),
            launching: Arc::new(launching),
            compilation,
            maps: JsonSourceMaps::new(move |file| maps.get(Utf8Path::new(file)).cloned()),
            outbox: Arc::clone(outbox),
            isolate: part.isolate,
            color,
            waiting: jobs.into(),
            processes: vec![],
            started: 0,
        })
    }

    /// What the host has to know of it: what isolates are told that Vitest does not say, for how many milliseconds one may
    /// be deaf, what each file imports, and which other files and folders it was made from.
    pub(super) fn described(&self) -> Value {
        let config: Map<String, Value> = isolates::settings(&self.compilation)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let Compilation { project, plan, reach, inputs, .. } = &*self.compilation;
        let absolute = |file: &Utf8Path| absolute_path(&project.root, file);
        let imports: Map<String, Value> = reach
            .imports(plan.test_files())
            .into_iter()
            .map(|(file, imported)| (absolute(file), imported.into_iter().map(absolute).collect()))
            .collect();
        let folders = plan.services.iter().filter_map(|service| match &service.kind {
            ServiceKind::Folder { path, .. } => Some(absolute(path)),
            _ => None,
        });
        json!({
            "config": config,
            "limit": milliseconds(isolates::limit(&self.compilation)),
            "imports": imports,
            "tests": plan.test_files().map(absolute).collect::<Vec<_>>(),
            "inputs": inputs,
            "folders": folders.collect::<Vec<_>>(),
        })
    }

    /// Opens a session for files; `false` if it has to wait until another is over.
    ///
    /// # Errors
    /// No test Worker is made for them.
    pub(super) fn open(&mut self, session: u64, files: &[Utf8PathBuf], id: u64) -> Result<bool, String> {
        let isolate = self.isolate;
        let is_for = |job: &Job| !isolate || files.iter().all(|file| job.files.contains(file));
        let Some(index) = self.process_for(&is_for) else {
            if !isolate && !self.processes.is_empty() {
                return Ok(false);
            }
            let files: Vec<&str> = files.iter().map(|file| file.as_str()).collect();
            return Err(format!("{} is no test file of this run that was compiled", files.join(", ")));
        };
        let assigned = &mut self.processes[index];
        let place = assigned.jobs.iter().position(is_for).unwrap_or_default();
        let job = assigned.jobs.remove(place);
        let headers: Map<String, Value> =
            session::headers(&self.compilation.project.root, &job.slot, self.color)
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect();
        let more = json!({ "headers": headers });
        let socket = job.socket.clone().unwrap_or_default();
        assigned.process.send(Command::Open { session, socket, more, id });
        assigned.session = Some((session, job));
        Ok(true)
    }

    /// The process that has such a test Worker, and runs nothing; one is made if there is none.
    fn process_for(&mut self, is_for: &dyn Fn(&Job) -> bool) -> Option<usize> {
        let has = |assigned: &Assigned| assigned.jobs.iter().any(is_for);
        if let Some(index) = self.processes.iter().position(|it| it.session.is_none() && has(it)) {
            return Some(index);
        }
        let jobs = match self.processes.iter_mut().find(|assigned| has(assigned)) {
            // It runs another file, however long that takes.
            Some(busy) => half(&mut busy.jobs, is_for),
            None => self.next_share(is_for)?,
        };
        let folder = self.launching.folder().join(self.started.to_string());
        self.started += 1;
        let process =
            Process::start(self.compilation.name(), &self.launching, jobs.clone(), folder, &self.outbox);
        self.processes.push(Assigned { process, jobs, session: None });
        Some(self.processes.len() - 1)
    }

    /// The test Worker that is wanted, and some that will run after it: all processes get something from the start of
    /// the list.
    fn next_share(&mut self, is_for: &dyn Fn(&Job) -> bool) -> Option<Vec<Job>> {
        let first = self.waiting.iter().position(is_for)?;
        let mut jobs: Vec<Job> = self.waiting.remove(first).into_iter().collect();
        let mut at = first + self.workers - 1;
        while jobs.len() < self.share
            && let Some(job) = self.waiting.remove(at)
        {
            jobs.push(job);
            at += self.workers - 1;
        }
        Some(jobs)
    }

    fn process_of(&mut self, session: u64) -> Option<usize> {
        let has = |assigned: &Assigned| assigned.session.as_ref().is_some_and(|(own, _)| *own == session);
        self.processes.iter().position(has)
    }

    /// Sends a command to the process of a session; the command itself if there is none.
    pub(super) fn send(&mut self, session: u64, command: Command) -> Option<Command> {
        match self.process_of(session) {
            Some(index) => {
                self.processes[index].process.send(command);
                None
            }
            None => Some(command),
        }
    }

    /// A session is over, and its process goes on to the next, if it has one.
    pub(super) fn close(&mut self, session: u64, has_finished: bool) {
        let Some(index) = self.process_of(session) else { return };
        let Some((_, job)) = self.processes[index].session.take() else { return };
        if !self.isolate {
            // Each session starts with isolates that have seen nothing.
            self.processes[index].jobs.push(job);
        }
        // What has not finished may go on for ever.
        if !self.isolate || !has_finished || self.processes[index].jobs.is_empty() {
            self.end(index);
        }
    }

    /// Ends a process; what it was to run is left to others.
    fn end(&mut self, index: usize) {
        let Assigned { jobs, .. } = self.processes.remove(index);
        for job in jobs.into_iter().rev() {
            self.waiting.push_front(job);
        }
    }

    /// A stack with places in sources, and without the frames of our runner.
    pub(super) fn map(&self, stack: &str) -> String {
        frames::map_to_sources(stack, &self.compilation.project.root, &self.maps)
    }
}

/// Takes the test Worker that is wanted, and every second one of the others.
fn half(jobs: &mut Vec<Job>, is_for: &dyn Fn(&Job) -> bool) -> Vec<Job> {
    let mut keep = false;
    let mut next = || {
        keep = !keep;
        keep
    };
    let (taken, kept) = std::mem::take(jobs).into_iter().partition(|job| is_for(job) || !next());
    *jobs = kept;
    taken
}

/// A file of a project as its host names it.
fn absolute_path(root: &Utf8Path, file: &Utf8Path) -> String {
    normalize(&root.join(file)).into_string()
}

/// A limit as the host has it: null is none.
pub(super) fn milliseconds(limit: Duration) -> Option<u64> {
    u64::try_from(limit.as_millis()).ok().filter(|_| limit < Duration::MAX)
}
