//! The run itself: takes the worker's calls and keeps the trees they describe.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    time::{Duration, Instant, SystemTime},
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Annotation, ConsoleLog, Counts, Durations, File, Mode, RunOptions, SnapshotSummary, State, Task, TaskRef,
    TaskResult, TestCase, TestError, snapshots::SnapshotResult,
};
use crate::{
    cache::hash,
    report::frames::{Frame, SourceMaps, map_frame, map_to_sources},
};

/// An error that belongs to no test.
#[derive(Clone, Debug)]
pub struct UnhandledError {
    /// What came up.
    pub error: TestError,
    /// `Unhandled Rejection`, `Uncaught Exception` and the like.
    pub kind: String,
}

/// What a call told, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The test with this id begins.
    TestStarted(String),
    /// The results of the test with this id are known.
    TestFinished(String),
    /// All results of the file at this position in [`Run::files`] are.
    FileFinished(usize),
}

/// A call could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The arguments do not have the shape they have in the Vitest versions we know.
    #[error("the test worker called {call} with something else than Vitest 4.1 to 5 does: {source}")]
    Shape {
        /// The call's name.
        call: &'static str,
        /// What was expected instead.
        source: serde_json::Error,
    },
    /// A report could not be written.
    #[error("the report could not be written: {0}")]
    Output(#[from] io::Error),
}

/// A task's place: the file, then the position in each level below it.
type TaskPath = Vec<usize>;

/// Everything known of a run.
pub struct Run {
    options: RunOptions,
    files: Vec<File>,
    paths: HashMap<String, TaskPath>,
    /// Positions of the files with a path: one for each project that has it.
    by_path: HashMap<Utf8PathBuf, Vec<usize>>,
    logs: HashMap<String, Vec<ConsoleLog>>,
    errors: Vec<UnhandledError>,
    snapshots: SnapshotSummary,
    saved_files: BTreeMap<Utf8PathBuf, String>,
    coverage: Value,
    started_at: SystemTime,
    started: Instant,
    duration: Duration,
    has_bailed: bool,
}

/// A task that may be changed.
enum Slot<'a> {
    File(&'a mut File),
    Suite(&'a mut super::Suite),
    Test(&'a mut super::Test),
}

#[derive(Deserialize)]
struct Pack(String, Option<TaskResult>, #[serde(default)] Value);

#[derive(Deserialize)]
struct Event(String, String, #[serde(default)] serde::de::IgnoredAny);

/// What `onTaskArtifactRecord` is called with, if that is an annotation.
#[derive(Deserialize)]
#[serde(tag = "type")]
enum Artifact {
    #[serde(rename = "internal:annotation")]
    Annotation { annotation: Annotation },
    #[serde(other)]
    Other,
}

impl Run {
    /// A run that starts now.
    pub fn new(options: RunOptions) -> Self {
        Self {
            snapshots: SnapshotSummary { did_update: options.update_snapshots, ..SnapshotSummary::default() },
            options,
            files: Vec::new(),
            paths: HashMap::new(),
            by_path: HashMap::new(),
            logs: HashMap::new(),
            errors: Vec::new(),
            saved_files: BTreeMap::new(),
            coverage: Value::Null,
            started_at: SystemTime::now(),
            started: Instant::now(),
            duration: Duration::ZERO,
            has_bailed: false,
        }
    }

    /// A test file will be run; the order of these calls is the order of the final report.
    pub fn expect_file(&mut self, project: &str, path: &Utf8Path) {
        if self.find(project, path).is_none() {
            let name = path.strip_prefix(&self.options.root).unwrap_or(path).to_string();
            self.push(File::expected(project, path.to_owned(), name));
        }
    }

    /// `onQueued`: a worker took the file; its position in [`Self::files`].
    pub fn queued(&mut self, file: Value) -> Result<usize, CallError> {
        let file = read("onQueued", file)?;
        Ok(self.put(file))
    }

    /// `onCollected`: the files' tests are known; the files' positions in [`Self::files`].
    pub fn collected(&mut self, files: Value) -> Result<Vec<usize>, CallError> {
        let files = read::<Vec<File>>("onCollected", files)?;
        Ok(files.into_iter().map(|file| self.put(file)).collect())
    }

    /// `onTaskUpdate`: results.
    pub fn task_update(&mut self, packs: Value, events: Value) -> Result<Vec<Progress>, CallError> {
        for Pack(id, result, meta) in read::<Vec<Pack>>("onTaskUpdate", packs)? {
            self.set_result(&id, result, meta);
        }
        let mut progress = Vec::new();
        for Event(id, name, _) in read::<Vec<Event>>("onTaskUpdate", events)? {
            match name.as_str() {
                "test-prepare" => progress.push(Progress::TestStarted(id)),
                "test-finished" => progress.push(Progress::TestFinished(id)),
                "suite-finished" | "suite-failed-early" => self.suite_finished(&id, &mut progress),
                _ => {}
            }
        }
        Ok(progress)
    }

    /// A suite or a file came to an end. Of the tests in one that was skipped, nothing else is heard.
    fn suite_finished(&mut self, id: &str, progress: &mut Vec<Progress>) {
        let Some((file, below)) = self.task(id) else { return };
        let suite = below.last().copied().unwrap_or(TaskRef::File(file));
        if suite.outcome() == Some(State::Skip) && !file.given_up {
            suite.walk(&mut |task, _| {
                if matches!(task, TaskRef::Test(_)) {
                    progress.push(Progress::TestFinished(task.id().to_owned()));
                }
            });
        }
        let Some([index]) = self.paths.get(id).map(Vec::as_slice) else { return };
        let file = &mut self.files[*index];
        if !file.finished {
            file.finished = true;
            progress.push(Progress::FileFinished(*index));
        }
    }

    /// `onTaskArtifactRecord`: the annotation that a test made, if it is one; the test's id.
    pub fn artifact(&mut self, id: Value, artifact: Value) -> Result<Option<String>, CallError> {
        let id: String = read("onTaskArtifactRecord", id)?;
        let Artifact::Annotation { mut annotation } = read("onTaskArtifactRecord", artifact)? else {
            return Ok(None);
        };
        if let Some(place) = &mut annotation.location {
            let frame = Frame {
                function: String::new(),
                file: std::mem::take(&mut place.file),
                line: place.line,
                column: place.column,
            };
            let options = &self.options;
            let (frame, _) = map_frame(frame, &options.root, options.source_maps.as_deref());
            *place = super::Place { file: frame.file, line: frame.line, column: frame.column };
        }
        let Some(Slot::Test(test)) = self.slot(&id) else { return Ok(None) };
        test.annotations.push(annotation);
        Ok(Some(id))
    }

    /// `onUserConsoleLog`.
    pub fn console_log(&mut self, log: Value) -> Result<ConsoleLog, CallError> {
        let log: ConsoleLog = read("onUserConsoleLog", log)?;
        if let Some(id) = &log.task_id {
            self.logs.entry(id.clone()).or_default().push(log.clone());
        }
        Ok(log)
    }

    /// `onUnhandledError`; an `AggregateError` counts as the errors in it.
    pub fn unhandled_error(&mut self, error: Value, kind: &str) {
        if error["name"] == "AggregateError"
            && let Some(errors) = error["errors"].as_array().filter(|errors| !errors.is_empty())
        {
            for error in errors {
                self.unhandled_error(error.clone(), kind);
            }
            return;
        }
        // The worker's way of saying that a test skipped itself after all.
        if error["code"] == "VITEST_PENDING" {
            if let Some(id) = error["taskId"].as_str() {
                let mut result = TaskResult::of(State::Skip);
                result.note = error["note"].as_str().map(str::to_owned);
                self.set_result(id, Some(result), Value::Null);
            }
            return;
        }
        let mut error = TestError::from(error);
        self.map_error(&mut error);
        self.errors.push(UnhandledError { error, kind: kind.to_owned() });
    }

    /// `snapshotSaved`: what happened to one file's snapshots.
    pub fn snapshot_saved(&mut self, result: Value) -> Result<(), CallError> {
        self.snapshots.add(read::<SnapshotResult>("snapshotSaved", result)?);
        Ok(())
    }

    /// `wptSaveSnapshotFile`: a file with snapshots was written; a test file, if they are inline.
    pub fn file_saved(&mut self, path: Utf8PathBuf, text: &str) {
        self.saved_files.insert(path, hash(text.as_bytes()));
    }

    /// A snapshot file whose test file is gone; with `-u` it was removed.
    pub fn obsolete_snapshot_file(&mut self, path: &Utf8Path) {
        self.snapshots.files_removed += 1;
        self.snapshots.files_removed_list.push(path.to_owned());
    }

    /// The file failed as a whole; returns its position in [`Self::files`].
    pub fn file_failed(&mut self, project: &str, path: &Utf8Path, mut error: TestError) -> usize {
        self.expect_file(project, path);
        let index = self.find(project, path).unwrap_or_default();
        self.map_error(&mut error);
        let file = &mut self.files[index];
        file.finished = true;
        file.given_up = true;
        file.mode = Mode::Run;
        let result = file.result.get_or_insert_with(|| TaskResult::of(State::Fail));
        result.state = State::Fail;
        result.errors.push(error);
        index
    }

    /// The full names of the tests of a file that started and did not end; what to blame for a hang or a crash.
    pub fn running_tests(&self, project: &str, path: &Utf8Path) -> Vec<String> {
        let Some(index) = self.find(project, path) else { return Vec::new() };
        let running = self.files[index]
            .tests()
            .into_iter()
            .filter(|(test, _)| test.result.as_ref().is_some_and(|result| result.state == State::Run));
        running
            .map(|(test, above)| {
                let names = above.iter().map(|suite| suite.name.as_str()).chain([test.name.as_str()]);
                names.collect::<Vec<_>>().join(" > ")
            })
            .collect()
    }

    /// `onCancel`: so much has failed that files that did not start will not.
    pub fn bail(&mut self) {
        self.has_bailed = true;
    }

    /// Nothing more will come. A file that never came to an end fails, unless the run was given up; their positions are
    /// returned.
    pub fn finish(&mut self) -> Vec<usize> {
        self.duration = self.started.elapsed();
        if self.has_bailed {
            return Vec::new();
        }
        let lost: Vec<_> = self
            .files
            .iter()
            .filter(|file| !file.finished && file.is_unfinished())
            .map(|file| (file.project_name.clone(), file.filepath.clone()))
            .collect();
        let message = "The worker stopped before this test file came to an end";
        lost.into_iter()
            .map(|(project, path)| self.file_failed(&project, &path, TestError::new("Error", message)))
            .collect()
    }

    /// 0 if all went well, else 1: a failed or unfinished file, a failed test, an unhandled error that is not to
    /// be ignored, or no test files at all where some must be.
    pub fn exit_code(&self) -> u8 {
        let failed = if self.files.is_empty() {
            !self.options.pass_with_no_tests
        } else {
            self.files.iter().any(|file| file.has_failed() || file.is_unfinished())
        };
        u8::from(failed || (!self.errors.is_empty() && !self.options.dangerously_ignore_unhandled_errors))
    }

    /// Whether any file, suite or test failed.
    pub fn has_failed_tasks(&self) -> bool {
        self.files.iter().any(File::has_failed)
    }

    /// What was covered: Istanbul's coverage map.
    pub fn set_coverage(&mut self, map: Value) {
        self.coverage = map;
    }

    /// What was covered: Istanbul's coverage map, null if nothing measures it or no reporter wants it.
    pub fn coverage(&self) -> &Value {
        &self.coverage
    }

    /// The settings.
    pub fn options(&self) -> &RunOptions {
        &self.options
    }

    /// All files, in the order they were expected.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The errors that belong to no test.
    pub fn errors(&self) -> &[UnhandledError] {
        &self.errors
    }

    /// The snapshots' summary.
    pub fn snapshots(&self) -> &SnapshotSummary {
        &self.snapshots
    }

    /// Files that were written for snapshots, with hashes of their texts.
    pub fn saved_files(&self) -> &BTreeMap<Utf8PathBuf, String> {
        &self.saved_files
    }

    /// A text with positions in the sources where it has stacks.
    pub fn mapped(&self, text: &str) -> String {
        let maps = self.options.source_maps.as_deref();
        maps.map_or_else(|| text.to_owned(), |maps| map_to_sources(text, &self.options.root, maps))
    }

    /// What the task with this id wrote to the console.
    pub fn logs(&self, id: &str) -> &[ConsoleLog] {
        self.logs.get(id).map_or(&[], Vec::as_slice)
    }

    /// When it started.
    pub fn started_at(&self) -> SystemTime {
        self.started_at
    }

    /// From start to [`Self::finish`].
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Where the time went.
    pub fn durations(&self) -> Durations {
        Durations::of(&self.files)
    }

    /// The files counted, those included that have failed before and were not run again.
    pub fn file_counts(&self) -> Counts {
        let mut counts = Counts::default();
        for file in self.counted() {
            counts.add(TaskRef::File(file));
        }
        counts
    }

    /// The tests counted, likewise.
    pub fn test_counts(&self) -> Counts {
        let mut counts = Counts::default();
        for file in self.counted() {
            file.walk(&mut |task, _| {
                if let TaskRef::Test(_) = task {
                    counts.add(task);
                }
            });
        }
        counts
    }

    /// The task with this id: its file, and the tasks below it down to the one meant (none for the file itself).
    pub fn task(&self, id: &str) -> Option<(&File, Vec<TaskRef<'_>>)> {
        let (first, rest) = self.paths.get(id)?.split_first()?;
        let file = self.files.get(*first)?;
        let mut tasks = file.tasks.as_slice();
        let mut below = Vec::new();
        for index in rest {
            let task = tasks.get(*index)?.as_ref();
            tasks = task.children();
            below.push(task);
        }
        Some((file, below))
    }

    fn counted(&self) -> impl Iterator<Item = &File> {
        let still_failing = self.options.rerun.iter().flat_map(|rerun| &rerun.still_failing);
        still_failing.chain(&self.files)
    }

    /// The test with this id.
    pub fn test_case(&self, id: &str) -> Option<TestCase<'_>> {
        let (file, mut below) = self.task(id)?;
        let Some(TaskRef::Test(test)) = below.pop() else { return None };
        let above = below.into_iter().filter_map(|task| match task {
            TaskRef::Suite(suite) => Some(suite),
            _ => None,
        });
        Some(TestCase { file, above: above.collect(), test })
    }

    fn find(&self, project: &str, path: &Utf8Path) -> Option<usize> {
        self.by_path.get(path)?.iter().copied().find(|index| self.files[*index].project_name == project)
    }

    fn push(&mut self, file: File) {
        self.by_path.entry(file.filepath.clone()).or_default().push(self.files.len());
        self.files.push(file);
    }

    fn put(&mut self, mut file: File) -> usize {
        let maps = self.options.source_maps.clone();
        let root = self.options.root.clone();
        let map = |result: &mut Option<TaskResult>| map_result(result.as_mut(), &root, maps.as_deref());
        map(&mut file.result);
        for_each_result(&mut file.tasks, &mut |result| map(result));
        if let Some(maps) = maps.as_deref() {
            map_locations(&mut file.tasks, &file.name, maps);
        }
        let index = self.find(&file.project_name, &file.filepath).unwrap_or(self.files.len());
        if self.files.get(index).is_some_and(|known| known.given_up) {
            return index;
        }
        self.paths.insert(file.id.clone(), vec![index]);
        index_tasks(&file.tasks, &[index], &mut self.paths);
        match self.files.get_mut(index) {
            Some(known) => *known = file,
            None => self.push(file),
        }
        index
    }

    fn set_result(&mut self, id: &str, mut result: Option<TaskResult>, new_meta: Value) {
        map_result(result.as_mut(), &self.options.root, self.options.source_maps.as_deref());
        let skips = result.as_ref().is_some_and(|result| result.state == State::Skip);
        let (mode, known, meta) = match self.slot(id) {
            Some(Slot::File(file)) => (&mut file.mode, &mut file.result, None),
            Some(Slot::Suite(suite)) => (&mut suite.mode, &mut suite.result, None),
            Some(Slot::Test(test)) => (&mut test.mode, &mut test.result, Some(&mut test.meta)),
            None => return,
        };
        *known = result;
        if skips {
            *mode = Mode::Skip;
        }
        if let Some(meta) = meta.filter(|_| !new_meta.is_null()) {
            *meta = new_meta;
        }
    }

    /// The task with this id, unless its file was given up.
    fn slot(&mut self, id: &str) -> Option<Slot<'_>> {
        let (first, rest) = self.paths.get(id)?.split_first()?;
        let file = self.files.get_mut(*first).filter(|file| !file.given_up)?;
        let Some((last, above)) = rest.split_last() else { return Some(Slot::File(file)) };
        let mut tasks = file.tasks.as_mut_slice();
        for index in above {
            let Task::Suite(suite) = tasks.get_mut(*index)? else { return None };
            tasks = suite.tasks.as_mut_slice();
        }
        Some(match tasks.get_mut(*last)? {
            Task::Suite(suite) => Slot::Suite(suite),
            Task::Test(test) => Slot::Test(test),
        })
    }

    fn map_error(&self, error: &mut TestError) {
        error.map(&self.options.root, self.options.source_maps.as_deref());
    }
}

fn read<T: DeserializeOwned>(call: &'static str, value: Value) -> Result<T, CallError> {
    serde_json::from_value(value).map_err(|source| CallError::Shape { call, source })
}

fn index_tasks(tasks: &[Task], above: &[usize], paths: &mut HashMap<String, TaskPath>) {
    for (position, task) in tasks.iter().enumerate() {
        let path = [above, &[position]].concat();
        index_tasks(task.as_ref().children(), &path, paths);
        paths.insert(task.as_ref().id().to_owned(), path);
    }
}

fn for_each_result(tasks: &mut [Task], change: &mut dyn FnMut(&mut Option<TaskResult>)) {
    for task in tasks {
        match task {
            Task::Suite(suite) => {
                change(&mut suite.result);
                for_each_result(&mut suite.tasks, change);
            }
            Task::Test(test) => change(&mut test.result),
        }
    }
}

/// Where tasks of a `file` (relative to the root) are declared is told by stacks of the compiled module.
fn map_locations(tasks: &mut [Task], file: &str, maps: &dyn SourceMaps) {
    for task in tasks {
        let (location, below) = match task {
            Task::Suite(suite) => (&mut suite.location, suite.tasks.as_mut_slice()),
            Task::Test(test) => (&mut test.location, [].as_mut_slice()),
        };
        if let Some(location) = location
            && let Some(found) = maps.lookup(file, location.line, location.column)
        {
            (location.line, location.column) = (found.line, found.column);
        }
        map_locations(below, file, maps);
    }
}

fn map_result(result: Option<&mut TaskResult>, root: &Utf8Path, maps: Option<&dyn SourceMaps>) {
    let Some(result) = result else { return };
    let attempts = result.attempts.iter_mut().flat_map(|attempt| &mut attempt.errors);
    for error in result.errors.iter_mut().chain(attempts) {
        error.map(root, maps);
    }
}
