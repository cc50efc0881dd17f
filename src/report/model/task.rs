//! Vitest's task tree (`File`, `Suite`, `Test` of Vitest 4.1 and 5), as far as a report needs it.

use camino::Utf8PathBuf;
use serde::Deserialize;
use serde_json::Value;

use super::{TestError, or_default};

/// How a task is to be run, as decided while collecting.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Normally.
    #[default]
    Run,
    /// Not at all.
    Skip,
    /// Alone.
    Only,
    /// Not yet written.
    Todo,
    /// A file whose tests are not collected yet.
    Queued,
}

/// What is known of a task's outcome.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Running.
    Run,
    /// Skipped, maybe by itself.
    Skip,
    /// Collected as the only one.
    Only,
    /// Not yet written.
    Todo,
    /// Waiting.
    Queued,
    /// Passed.
    Pass,
    /// Failed.
    Fail,
}

/// A place in the task's file; one-based.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub struct Location {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// What a test was annotated with.
#[derive(Clone, Debug, Deserialize)]
pub struct Annotation {
    /// The text.
    pub message: String,
    /// `notice`, `warning`, `error`, or a word of the user's own.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it was made.
    #[serde(default)]
    pub location: Option<Place>,
}

/// A place in a file; one-based.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Place {
    /// The file, absolute.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// The outcome of a task.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskResult {
    /// Where it stands.
    pub state: State,
    /// All errors, of every attempt.
    #[serde(default, deserialize_with = "or_default")]
    pub errors: Vec<TestError>,
    /// One entry per retry and repeat; empty before Vitest 5.
    #[serde(default, deserialize_with = "or_default")]
    pub attempts: Vec<Attempt>,
    /// Milliseconds.
    #[serde(default)]
    pub duration: Option<f64>,
    /// Milliseconds since the epoch.
    #[serde(default)]
    pub start_time: Option<f64>,
    /// How often it was tried again.
    #[serde(default, deserialize_with = "or_default")]
    pub retry_count: u32,
    /// Which repetition this is, from zero.
    #[serde(default, deserialize_with = "or_default")]
    pub repeat_count: u32,
    /// Bytes of heap in use, where the runtime tells.
    #[serde(default)]
    pub heap: Option<f64>,
    /// Why it skipped itself.
    #[serde(default)]
    pub note: Option<String>,
}

impl TaskResult {
    pub(super) fn of(state: State) -> Self {
        Self {
            state,
            errors: Vec::new(),
            attempts: Vec::new(),
            duration: None,
            start_time: None,
            retry_count: 0,
            repeat_count: 0,
            heap: None,
            note: None,
        }
    }
}

/// One try of a test.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Its errors.
    #[serde(default, deserialize_with = "or_default")]
    pub errors: Vec<TestError>,
    /// Which retry, from zero.
    #[serde(default, deserialize_with = "or_default")]
    pub retry_index: u32,
    /// Which repetition, from zero.
    #[serde(default, deserialize_with = "or_default")]
    pub repeat_index: u32,
}

/// A suite or a test.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Task {
    /// `describe`.
    Suite(Box<Suite>),
    /// `test`.
    Test(Box<Test>),
}

/// A group of tests.
#[derive(Clone, Debug, Deserialize)]
pub struct Suite {
    /// Unique in the run, stable between runs.
    pub id: String,
    /// As written.
    pub name: String,
    /// How to run it.
    #[serde(default, deserialize_with = "or_default")]
    pub mode: Mode,
    /// Where it is declared, if the config asks for it.
    #[serde(default)]
    pub location: Option<Location>,
    /// `None` until it starts.
    #[serde(default)]
    pub result: Option<TaskResult>,
    /// In order of declaration.
    #[serde(default, deserialize_with = "or_default")]
    pub tasks: Vec<Task>,
}

/// One test.
#[derive(Clone, Debug, Deserialize)]
pub struct Test {
    /// Unique in the run, stable between runs.
    pub id: String,
    /// As written, `%s` and the like replaced.
    pub name: String,
    /// How to run it.
    #[serde(default, deserialize_with = "or_default")]
    pub mode: Mode,
    /// Whether it passes by failing (`test.fails`).
    #[serde(default, deserialize_with = "or_default")]
    pub fails: bool,
    /// Where it is declared, if the config asks for it.
    #[serde(default)]
    pub location: Option<Location>,
    /// `None` until it starts.
    #[serde(default)]
    pub result: Option<TaskResult>,
    /// What user code attached to it.
    #[serde(default)]
    pub meta: Value,
    /// Its tags.
    #[serde(default, deserialize_with = "or_default")]
    pub tags: Vec<String>,
    /// Measurements, in Vitest's shape; `None` before Vitest 5.
    #[serde(default)]
    pub benchmarks: Option<Value>,
    /// How often it may be tried again: a number, or an object with a `count`.
    #[serde(default)]
    pub retry: Value,
    /// What it was annotated with while it ran.
    #[serde(skip)]
    pub annotations: Vec<Annotation>,
}

/// A test, with where it stands.
#[derive(Clone, Debug)]
pub struct TestCase<'a> {
    /// Its file.
    pub file: &'a File,
    /// The suites around it, outermost first.
    pub above: Vec<&'a Suite>,
    /// The test itself.
    pub test: &'a Test,
}

impl TestCase<'_> {
    /// The names of the suites and its own, joined by `separator`.
    pub fn full_name(&self, separator: &str) -> String {
        let names = self.above.iter().map(|suite| suite.name.as_str()).chain([self.test.name.as_str()]);
        names.collect::<Vec<_>>().join(separator)
    }

    /// How it ended; `None` if it did not.
    pub fn outcome(&self) -> Option<State> {
        TaskRef::Test(self.test).outcome()
    }
}

/// A test file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct File {
    /// Unique in the run, stable between runs.
    pub id: String,
    /// The path relative to the project's root.
    pub name: String,
    /// The absolute path.
    pub filepath: Utf8PathBuf,
    /// The project it belongs to; empty for an unnamed one.
    #[serde(default, deserialize_with = "or_default")]
    pub project_name: String,
    /// How to run it.
    #[serde(default, deserialize_with = "or_default")]
    pub mode: Mode,
    /// `None` until it starts.
    #[serde(default)]
    pub result: Option<TaskResult>,
    /// In order of declaration.
    #[serde(default, deserialize_with = "or_default")]
    pub tasks: Vec<Task>,
    /// Milliseconds for the setup files.
    #[serde(default, deserialize_with = "or_default")]
    pub setup_duration: f64,
    /// The part of it spent waiting for the host's modules; not told before Vitest 5.
    #[serde(default, deserialize_with = "or_default")]
    pub setup_fetch_duration: f64,
    /// Milliseconds for importing and collecting.
    #[serde(default, deserialize_with = "or_default")]
    pub collect_duration: f64,
    /// The part of it spent waiting for the host's modules; not told before Vitest 5.
    #[serde(default, deserialize_with = "or_default")]
    pub collect_fetch_duration: f64,
    /// Milliseconds until the worker was ready for the file.
    #[serde(default, deserialize_with = "or_default")]
    pub prepare_duration: f64,
    /// Milliseconds for loading the test environment.
    #[serde(default, deserialize_with = "or_default")]
    pub environment_load: f64,
    /// Whether its end was reported.
    #[serde(skip)]
    pub(super) finished: bool,
    /// Whether the host gave it up; what its worker still says is too late.
    #[serde(skip)]
    pub(super) given_up: bool,
}

/// A task of any kind, borrowed.
#[derive(Clone, Copy, Debug)]
pub enum TaskRef<'a> {
    /// A file.
    File(&'a File),
    /// A suite.
    Suite(&'a Suite),
    /// A test.
    Test(&'a Test),
}

impl<'a> TaskRef<'a> {
    /// The task's id.
    pub fn id(self) -> &'a str {
        match self {
            Self::File(task) => &task.id,
            Self::Suite(task) => &task.id,
            Self::Test(task) => &task.id,
        }
    }

    /// The name as written; for a file its path relative to the root.
    pub fn name(self) -> &'a str {
        match self {
            Self::File(task) => &task.name,
            Self::Suite(task) => &task.name,
            Self::Test(task) => &task.name,
        }
    }

    /// How it is to be run.
    pub fn mode(self) -> Mode {
        match self {
            Self::File(task) => task.mode,
            Self::Suite(task) => task.mode,
            Self::Test(task) => task.mode,
        }
    }

    /// The outcome so far.
    pub fn result(self) -> Option<&'a TaskResult> {
        match self {
            Self::File(task) => task.result.as_ref(),
            Self::Suite(task) => task.result.as_ref(),
            Self::Test(task) => task.result.as_ref(),
        }
    }

    /// The state of [`Self::result`].
    pub fn state(self) -> Option<State> {
        self.result().map(|result| result.state)
    }

    /// How it ended: failed, passed or skipped; `None` if it did not.
    pub fn outcome(self) -> Option<State> {
        match self.state() {
            Some(State::Fail) => Some(State::Fail),
            Some(State::Pass) => Some(State::Pass),
            Some(State::Skip | State::Todo) => Some(State::Skip),
            None if matches!(self.mode(), Mode::Skip | Mode::Todo) => Some(State::Skip),
            _ => None,
        }
    }

    /// What is in it.
    pub fn children(self) -> &'a [Task] {
        match self {
            Self::File(task) => &task.tasks,
            Self::Suite(task) => &task.tasks,
            Self::Test(_) => &[],
        }
    }

    /// Calls `visit` with the task and all that is in it, outer before inner, each with its ancestors below this one.
    pub fn walk(self, visit: &mut dyn FnMut(TaskRef<'a>, &[&'a Suite])) {
        fn inner<'a>(
            tasks: &'a [Task],
            above: &mut Vec<&'a Suite>,
            visit: &mut dyn FnMut(TaskRef<'a>, &[&'a Suite]),
        ) {
            for task in tasks {
                visit(task.as_ref(), above);
                if let Task::Suite(suite) = task {
                    above.push(suite);
                    inner(&suite.tasks, above, visit);
                    above.pop();
                }
            }
        }
        visit(self, &[]);
        inner(self.children(), &mut Vec::new(), visit);
    }

    /// Where it is declared.
    pub fn location(self) -> Option<Location> {
        match self {
            Self::File(_) => None,
            Self::Suite(task) => task.location,
            Self::Test(task) => task.location,
        }
    }
}

impl Task {
    /// The task, borrowed.
    pub fn as_ref(&self) -> TaskRef<'_> {
        match self {
            Self::Suite(suite) => TaskRef::Suite(suite),
            Self::Test(test) => TaskRef::Test(test),
        }
    }
}

impl File {
    /// A file nothing is known of but its path.
    pub(in crate::report) fn expected(project: &str, path: Utf8PathBuf, name: String) -> Self {
        Self {
            id: format!("{project}:{path}"),
            name,
            filepath: path,
            project_name: project.to_owned(),
            mode: Mode::Queued,
            result: None,
            tasks: Vec::new(),
            setup_duration: 0.0,
            setup_fetch_duration: 0.0,
            collect_duration: 0.0,
            collect_fetch_duration: 0.0,
            prepare_duration: 0.0,
            environment_load: 0.0,
            finished: false,
            given_up: false,
        }
    }

    /// How long its setup files, imports and tests took, in milliseconds.
    pub fn took(&self) -> f64 {
        let tests = self.result.as_ref().and_then(|result| result.duration).unwrap_or(0.0);
        self.setup_duration + self.collect_duration + tests
    }

    /// [`TaskRef::walk`].
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(TaskRef<'a>, &[&'a Suite])) {
        TaskRef::File(self).walk(visit);
    }

    /// All tests with their ancestors.
    pub fn tests(&self) -> Vec<(&Test, Vec<&Suite>)> {
        let mut tests = Vec::new();
        self.walk(&mut |task, above| {
            if let TaskRef::Test(test) = task {
                tests.push((test, above.to_vec()));
            }
        });
        tests
    }

    /// All tests, each with where it stands.
    pub fn cases(&self) -> Vec<TestCase<'_>> {
        self.tests().into_iter().map(|(test, above)| TestCase { file: self, above, test }).collect()
    }

    /// Whether it came to an end at all; a file whose worker died did not.
    pub fn is_unfinished(&self) -> bool {
        !matches!(self.mode, Mode::Skip | Mode::Todo)
            && matches!(
                self.result.as_ref().map(|result| result.state),
                None | Some(State::Run | State::Only | State::Queued)
            )
    }

    /// Whether it or anything in it failed.
    pub fn has_failed(&self) -> bool {
        let mut failed = false;
        self.walk(&mut |task, _| failed |= task.state() == Some(State::Fail));
        failed
    }
}
