//! What the block says.

use std::time::{Duration, Instant};

use crate::report::{
    model::{File, Mode, Project, Run, State, TaskRef, TestCase},
    terminal::paint::{CYAN, DIM, GREEN, GREY, POINTER, RED, YELLOW, paint, project_label, time, title},
};

/// How long a file that is over stays, if others are to follow: the block would flicker.
const STAYS: Duration = Duration::from_secs(1);

/// The state of a run as the block shows it.
#[derive(Clone)]
pub(super) struct Block {
    files: Tally,
    tests: Tally,
    running: Vec<Running>,
    most_running: usize,
    started: Instant,
    start_time: String,
    projects: Vec<Project>,
    /// From when on a test that runs is shown; `None` if none is.
    slow: Option<Duration>,
    colour: bool,
}

#[derive(Clone, Default)]
struct Tally {
    failed: usize,
    passed: usize,
    expected_fail: usize,
    skipped: usize,
    todo: usize,
    total: usize,
}

#[derive(Clone)]
struct Running {
    project: String,
    name: String,
    completed: usize,
    total: usize,
    finished: Option<Instant>,
    /// The tests that run: ids, names and when they began.
    tests: Vec<(String, String, Instant)>,
}

impl Block {
    pub(super) fn new(run: &Run, start_time: String, is_verbose: bool, colour: bool) -> Self {
        let options = run.options();
        let slow = options.slow_test_threshold;
        Self {
            files: Tally { total: run.files().len(), ..Tally::default() },
            tests: Tally::default(),
            running: Vec::new(),
            most_running: 0,
            started: Instant::now(),
            start_time,
            projects: options.projects.clone(),
            slow: Duration::try_from_secs_f64(slow / 1000.0).ok().filter(|_| is_verbose),
            colour,
        }
    }

    /// A file begins, in the place of one that is over.
    pub(super) fn queued(&mut self, file: &File) {
        if let Some(over) = self.running.iter().position(|running| running.finished.is_some()) {
            self.running.remove(over);
        }
        self.running.push(Running {
            project: file.project_name.clone(),
            name: file.name.clone(),
            completed: 0,
            total: 0,
            finished: None,
            tests: Vec::new(),
        });
    }

    pub(super) fn collected(&mut self, file: &File) {
        if self.find(file).is_none() {
            self.queued(file);
        }
        let total = file.tests().len();
        self.tests.total += total;
        if let Some(running) = self.find(file) {
            running.total = total;
        }
        self.most_running = self.most_running.max(self.running.len());
    }

    pub(super) fn test_started(&mut self, case: &TestCase<'_>, now: Instant) {
        if self.slow.is_some()
            && let Some(running) = self.find(case.file)
        {
            running.tests.push((case.test.id.clone(), case.test.name.clone(), now));
        }
    }

    pub(super) fn test_finished(&mut self, case: &TestCase<'_>) {
        if let Some(running) = self.find(case.file) {
            running.completed += 1;
            running.tests.retain(|(id, ..)| *id != case.test.id);
        }
        self.tests.add(TaskRef::Test(case.test));
    }

    pub(super) fn finished(&mut self, file: &File, now: Instant) {
        self.files.add(TaskRef::File(file));
        let completed = self.files.completed();
        let others_follow = self.files.total.saturating_sub(completed) > self.most_running;
        if let Some(running) = self.find(file).filter(|_| others_follow) {
            running.finished = Some(now);
        } else {
            self.running.retain(|running| !running.is(file));
        }
    }

    fn find(&mut self, file: &File) -> Option<&mut Running> {
        self.running.iter_mut().find(|running| running.is(file))
    }

    /// Its lines, in colour or not.
    pub(super) fn lines(&self, now: Instant) -> Vec<String> {
        let mut shown: Vec<_> = self
            .running
            .iter()
            .filter(|running| running.finished.is_none_or(|then| now.duration_since(then) < STAYS))
            .collect();
        shown.sort_by(|a, b| (&a.project, &a.name).cmp(&(&b.project, &b.name)));
        let mut lines = vec![String::new()];
        for running in &shown {
            lines.push(self.file_line(running));
            self.slow_tests(running, now, &mut lines);
        }
        if !shown.is_empty() {
            lines.push(String::new());
        }
        lines.push(title("Test Files") + &self.files.written());
        lines.push(title("Tests") + &self.tests.written());
        lines.push(title("Start at") + &self.start_time);
        lines.push(title("Duration") + &time(now.duration_since(self.started).as_secs_f64() * 1000.0));
        lines.push(String::new());
        if !self.colour {
            for line in &mut lines {
                *line = anstream::adapter::strip_str(line).to_string();
            }
        }
        lines
    }

    fn file_line(&self, running: &Running) -> String {
        let label = project_label(&running.project, &self.projects, self.colour);
        let label = if label.is_empty() { label } else { label + " " };
        let progress = match (running.completed, running.total) {
            (0, 0) => " [queued]".to_owned(),
            (completed, total) => format!(" {completed}/{total}"),
        };
        format!(
            "{}{label}{}{}",
            paint(YELLOW.bold(), format!(" {POINTER} ")),
            running.name,
            paint(DIM, progress)
        )
    }

    /// The tests of a file that have been running for too long.
    fn slow_tests(&self, running: &Running, now: Instant, lines: &mut Vec<String>) {
        let Some(slow) = self.slow else { return };
        let tests = running.tests.iter().map(|(_, name, start)| (name, now.duration_since(*start)));
        let tests: Vec<_> = tests.filter(|(_, took)| *took > slow).collect();
        for (index, (name, took)) in tests.iter().enumerate() {
            let branch = if index + 1 == tests.len() { "└──" } else { "├──" };
            let took = time(took.as_secs_f64() * 1000.0);
            lines.push(format!(
                "{}{name}{}",
                paint(YELLOW.bold(), format!("   {branch} ")),
                paint(YELLOW.bold(), format!(" {took}"))
            ));
        }
    }
}

impl Running {
    fn is(&self, file: &File) -> bool {
        self.project == file.project_name && self.name == file.name
    }
}

impl Tally {
    fn add(&mut self, task: TaskRef<'_>) {
        match (task.outcome(), task.mode()) {
            (Some(State::Pass), _) if matches!(task, TaskRef::Test(test) if test.fails) => {
                self.expected_fail += 1;
            }
            (Some(State::Pass), _) => self.passed += 1,
            (Some(State::Fail), _) => self.failed += 1,
            (_, Mode::Todo) => self.todo += 1,
            _ => self.skipped += 1,
        }
    }

    fn completed(&self) -> usize {
        self.failed + self.passed + self.expected_fail + self.skipped + self.todo
    }

    /// `1 failed | 2 passed (4)`.
    fn written(&self) -> String {
        let parts = [
            (self.failed, RED.bold(), "failed"),
            (self.passed, GREEN.bold(), "passed"),
            (self.expected_fail, CYAN, "expected fail"),
            (self.skipped, YELLOW, "skipped"),
            (self.todo, GREY, "todo"),
        ];
        let parts = parts.into_iter().filter(|(count, _, word)| *count > 0 || *word == "passed");
        let parts: Vec<_> =
            parts.map(|(count, style, word)| paint(style, format!("{count} {word}"))).collect();
        format!("{}{}", parts.join(&paint(DIM, " | ")), paint(GREY, format!(" ({})", self.total)))
    }
}
