//! A project that is open, with its Node.js process: what holds from one run of its tests to the next.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::{
    Stop,
    arguments::Arguments,
    called_in_node,
    coverage::{Coverage, Provider},
    durations::Durations,
    list::ListArguments,
    node::Node,
    order::{self, Results},
    project_run::ProjectRun,
    reporters,
    selection::Selection,
    session::{self, Scope},
    shard::{self, Candidate},
};
use crate::{
    cli::{Exit, Problems, inspect::Inspection, native_coverage, offline},
    compile::{Compilation, Loaded},
    config::vitest::TestOptions,
    output,
    plan::Plan,
    project::{Project, relative_path},
    report::{
        Reporting,
        frames::JsonSourceMaps,
        model::{Project as ReportProject, Rerun, Run, RunOptions, Silent},
    },
    runtime::{inspector::Inspector, run::MOST_ISOLATES},
};

/// An open project.
pub(super) struct Suite<'a> {
    arguments: &'a Arguments,
    problems: &'a Problems,
    project: &'a Project,
    loaded: Loaded,
    /// What measures coverage.
    provider: Option<Provider>,
    node: Node<'a>,
    cancelled: &'a Arc<AtomicBool>,
    /// Where debuggers attach, and whether tests wait for them.
    inspector: Option<(Arc<Inspector>, bool)>,
}

/// Test files (absolute), each with the name of its project.
pub(super) type TestFiles = Vec<(String, Utf8PathBuf)>;

/// What was compiled, for any number of runs.
pub(super) struct Compiled {
    /// Each project of the Vitest config.
    pub(super) projects: Arc<Vec<Compilation>>,
    source_maps: Arc<JsonSourceMaps>,
}

/// A test file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TestFile {
    /// The name of its project.
    pub(super) project: String,
    /// Absolute.
    pub(super) path: Utf8PathBuf,
}

/// What a run is asked to be about.
pub(super) struct Request<'r> {
    /// What the command line says.
    pub(super) arguments: &'r Arguments,
    /// The test files that are run of those that it names, if not all.
    pub(super) files: Option<&'r BTreeSet<TestFile>>,
    /// The regular expression of the tests that are run, if another than the config's.
    pub(super) test_name_pattern: Option<String>,
    /// Whether snapshots are updated, whatever the config says.
    pub(super) update: bool,
    /// What kind of run it is, if it follows others.
    pub(super) rerun: Option<Rerun>,
}

impl<'r> Request<'r> {
    /// Everything that the command line names.
    pub(super) fn of(arguments: &'r Arguments) -> Self {
        Self { arguments, files: None, test_name_pattern: None, update: false, rerun: None }
    }
}

/// How a run went.
pub(super) struct Ran {
    pub(super) exit: Exit,
    pub(super) run: Run,
    /// Whether stdout is for a program to read.
    pub(super) machine_stdout: bool,
}

/// What a request is about.
struct Prepared {
    /// What of each project is run.
    parts: Vec<Plan>,
    /// In the order of reports.
    files: TestFiles,
    scope: Scope,
    processes: usize,
}

/// What test files have of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Isolation {
    /// Nothing.
    None,
    /// Modules, globals and storage.
    Slot,
    /// An isolate.
    Worker,
}

impl<'a> Suite<'a> {
    /// Runs the global setups of a project whose Vitest config is `loaded`.
    pub(super) fn open(
        arguments: &'a Arguments,
        problems: &'a Problems,
        project: &'a Project,
        mut loaded: Loaded,
        cancelled: &'a Arc<AtomicBool>,
    ) -> Result<Self, Stop> {
        let left_out = called_in_node::check(loaded.configs());
        if left_out.has_errors() {
            return Err(Stop::Diagnostics(left_out));
        }
        problems.print(&left_out);
        let config = loaded.configs().next().map(|config| &config.test.serialized_config["inspector"]);
        let inspect = arguments.debugging.options(config.unwrap_or(&Value::Null)).map_err(Stop::Message)?;
        let inspector = inspect.map(|options| Ok((Arc::new(options.listen()?), options.waits)));
        let inspector = inspector.transpose().map_err(Stop::Message)?;
        let flags = &arguments.flags;
        let config = loaded.configs().next();
        let provider = config.map_or(Ok(None), |config| Provider::wanted(flags, project, config))?;
        if let Some(coverage) = provider.and_then(|provider| provider.instrumentation(flags)) {
            loaded.instrument(&coverage);
        }
        let node = Node::set_up(project, &mut loaded, cancelled)?;
        Ok(Self { arguments, problems, project, loaded, provider, node, cancelled, inspector })
    }

    /// Compiles the projects, and writes what is generated.
    pub(super) fn compile(&mut self) -> Result<Compiled, Stop> {
        let mut compilations = self.loaded.compile().map_err(Stop::Diagnostics)?;
        if self.node.serve(&compilations, &mut self.loaded)? {
            compilations = self.loaded.compile().map_err(Stop::Diagnostics)?;
        }
        for (compilation, config) in compilations.iter().zip(self.loaded.configs()) {
            self.problems.print(&compilation.warnings);
            let is_instrumented = compilation.project.coverage.is_some();
            if !config.is_of_run && !compilation.is_partial && !is_instrumented {
                output::write(compilation)?;
            }
        }
        let has_lines = Selection::new(self.arguments, &self.project.root)?.has_lines();
        for compilation in &mut compilations {
            self.arguments.flags.lay_over(&mut compilation.test);
            set_seed(&mut compilation.test);
            // Lines name tests only where they are known.
            if has_lines {
                compilation.test.serialized_config["includeTaskLocation"] = true.into();
            }
        }
        let projects = Arc::new(compilations);
        let source_maps = Arc::new(source_maps(self.project, &projects));
        Ok(Compiled { projects, source_maps })
    }

    /// The test files that the command line names.
    pub(super) fn wanted(&self, compiled: &Compiled, arguments: &Arguments) -> Result<Vec<TestFile>, Stop> {
        let files = self.prepare(compiled, &Request::of(arguments))?.files;
        Ok(files.into_iter().map(|(project, path)| TestFile { project, path }).collect())
    }

    /// The Vitest configs.
    pub(super) fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    /// Whether the Node.js process that it needs has ended by itself.
    pub(super) fn is_gone(&self) -> bool {
        self.node.is_gone()
    }

    /// Runs tests, once.
    pub(super) fn run(&self, compiled: &Compiled, request: Request<'_>) -> Result<Ran, Stop> {
        let compilations = compiled.projects.as_slice();
        let mut coverage = self.coverage(compilations)?;
        let mut prepared = self.prepare(compiled, &request)?;
        prepared.scope.coverage = coverage.as_ref().map(|coverage| coverage.provider);
        // What holds for the whole run is the same in every project.
        let choice = reporters::choose(
            &self.arguments.reporting,
            &compilations[0].test,
            &self.project.root,
            &compilations[0].plan.vitest.version,
            self.arguments.sharding.shard,
        )?;
        let inspection = self.inspector.as_ref().map(|(inspector, waits)| {
            let maps = Arc::new(all_source_maps(self.project, compilations));
            Arc::new(Inspection::new(inspector, *waits, &self.project.root, maps))
        });
        let options = self.run_options(compiled, request);
        let mut reporting = Reporting::new(options, choice.outputs);
        let debugged = (choice.machine_stdout, inspection);
        self.execute(compilations, &prepared, debugged, &mut reporting, coverage.as_mut())?;
        let is_cancelled = || self.cancelled.load(Ordering::Relaxed);
        if let Some(coverage) = coverage.as_mut().filter(|_| !is_cancelled()) {
            reporting.set_coverage(coverage.generate(reporting.wants_coverage())?);
        }
        let (code, run) = reporting.finish()?;
        let machine_stdout = choice.machine_stdout;
        if is_cancelled() {
            return Ok(Ran { exit: Exit::Interrupted, run, machine_stdout });
        }
        if compilations[0].test.run.cache {
            self.results(&compilations[0]).keep(&run, &self.project.cache);
        }
        if self.arguments.sharding.record_durations {
            self.record_durations(compilations, &run)?;
        }
        let is_covered = coverage.map_or(Ok(true), |coverage| coverage.report(run.has_failed_tasks()))?;
        let exit = if code == 0 && is_covered { Exit::Success } else { Exit::TestsFailed };
        Ok(Ran { exit, run, machine_stdout })
    }

    /// Starts what coverage needs, if it is wanted.
    fn coverage(&self, compilations: &[Compilation]) -> Result<Option<Coverage>, Stop> {
        let flags = &self.arguments.flags;
        let Some(provider) = self.provider else { return Ok(None) };
        let vitest = self.loaded.configs().next().map(|config| config.package.folder.clone());
        let vitest = vitest.unwrap_or_default();
        Coverage::start(provider, flags, self.project, &vitest, compilations, self.cancelled).map(Some)
    }

    /// Lists the tests, or the test files, that the command line names.
    pub(super) fn list(&self, compiled: &Compiled, arguments: &ListArguments) -> Result<Exit, Stop> {
        let compilations = compiled.projects.as_slice();
        let request = Request::of(&arguments.test);
        let mut prepared = self.prepare(compiled, &request)?;
        if arguments.files_only {
            return arguments.list_files(&prepared.files);
        }
        prepared.scope.collects = true;
        prepared.scope.has_places = arguments.has_places();
        let options = self.run_options(compiled, request);
        let mut reporting = Reporting::new(options, vec![]);
        self.execute(compilations, &prepared, (true, None), &mut reporting, None)?;
        if self.cancelled.load(Ordering::Relaxed) {
            return Ok(Exit::Interrupted);
        }
        arguments.list_tests(reporting.run())
    }

    /// What a request is about.
    fn prepare(&self, compiled: &Compiled, request: &Request<'_>) -> Result<Prepared, Stop> {
        let Compiled { projects: compilations, source_maps } = compiled;
        let selection = Selection::new(request.arguments, &self.project.root)?;
        let mut parts = vec![];
        for compilation in compilations.iter() {
            let mut plan = compilation.plan.clone();
            selection.apply(&mut plan, compilation)?;
            parts.push(plan);
        }
        self.keep_shard(compilations, &mut parts)?;
        let files = test_files(compilations, &parts);
        let locations = selection.locations(&files, &self.project.root, &**source_maps)?;
        if let Some(wanted) = request.files {
            keep(wanted, compilations, &mut parts);
        }
        let files = test_files(compilations, &parts);
        let processes = if self.inspector.is_some() { 1 } else { processes(compilations) };
        let results = self.results(&compilations[0]);
        for (compilation, plan) in compilations.iter().zip(&mut parts) {
            arrange(compilation, plan, &results);
            match self.isolation(compilation) {
                Isolation::None => *plan = plan.without_isolation(processes),
                Isolation::Slot => *plan = plan.with_shared_isolates(MOST_ISOLATES),
                Isolation::Worker => {}
            }
            if self.provider == Some(Provider::V8) {
                native_coverage::apply(plan);
            }
            if self.arguments.execution.offline {
                offline::apply(plan);
            }
        }
        let (test_name_pattern, update) = (request.test_name_pattern.clone(), request.update);
        let scope = Scope { locations, test_name_pattern, update, ..Scope::default() };
        Ok(Prepared { parts, files, scope, processes })
    }

    /// Hands what was prepared to workerd.
    fn execute(
        &self,
        compilations: &[Compilation],
        prepared: &Prepared,
        (machine_stdout, inspection): (bool, Option<Arc<Inspection>>),
        reporting: &mut Reporting,
        mut coverage: Option<&mut Coverage>,
    ) -> Result<(), Stop> {
        let Prepared { parts, files, scope, processes, .. } = prepared;
        reporting.start(files.iter().map(|(name, file)| (name.as_str(), file.as_path())))?;
        for (index, (compilation, plan)) in compilations.iter().zip(parts).enumerate() {
            let is_over = self.cancelled.load(Ordering::Relaxed) || scope.failures.has_bailed();
            if plan.test_workers.is_empty() || is_over {
                continue;
            }
            let run = ProjectRun {
                arguments: self.arguments,
                compilation,
                plan,
                processes: *processes,
                isolate: self.isolation(compilation) != Isolation::None,
                scope,
                machine_stdout,
                function_socket: self.node.function_socket(index),
                inspection: inspection.clone(),
                cancelled: self.cancelled,
            };
            run.execute(reporting, coverage.as_deref_mut())?;
        }
        Ok(())
    }

    /// Ends what was started for the project. `result` is how its runs went, which a failed teardown changes.
    pub(super) fn end(self, result: Result<Exit, Stop>) -> Result<Exit, Stop> {
        let is_gone = self.node.is_gone();
        let is_torn_down = self.node.end();
        match result {
            Ok(Exit::Interrupted) if is_gone => Ok(Exit::TestsFailed),
            Ok(Exit::Success) if !is_torn_down => Ok(Exit::TestsFailed),
            result => result,
        }
    }

    /// How test files did in their last runs; `first` is any project.
    fn results(&self, first: &Compilation) -> Results {
        if first.test.run.cache { Results::read(&self.project.cache) } else { Results::default() }
    }

    fn isolation(&self, compilation: &Compilation) -> Isolation {
        if compilation.test.serialized_config["isolate"] == false {
            return Isolation::None;
        }
        // A debugger sees each file by itself, and V8 counts from the start of an isolate.
        let is_watched = self.inspector.is_some() || self.provider.is_some();
        let is_worker = self.arguments.flags.get("isolate").is_some_and(|value| value == "worker");
        if is_worker || is_watched { Isolation::Worker } else { Isolation::Slot }
    }

    /// Leaves the test files of one part, if only that is to be run.
    fn keep_shard(&self, compilations: &[Compilation], parts: &mut [Plan]) -> Result<(), Stop> {
        let Arguments { sharding, .. } = self.arguments;
        let Some(shard) = sharding.shard else { return Ok(()) };
        let root = &self.project.root;
        let files = test_files(compilations, parts);
        let candidates: Vec<Candidate> =
            files.iter().map(|(name, file)| Candidate::of(root, name, file)).collect();
        let durations = Durations::read(&root.join(&sharding.durations))?;
        let may_be_empty = compilations[0].test.run.pass_with_no_tests;
        let mut kept = shard.keeps(&candidates, &durations, may_be_empty)?.into_iter();
        for plan in parts {
            plan.keep_files(&mut |_| kept.next().unwrap_or_default());
        }
        Ok(())
    }

    /// Keeps how long test files took, for later shards.
    fn record_durations(&self, compilations: &[Compilation], run: &Run) -> Result<(), Stop> {
        let root = &self.project.root;
        let path = root.join(&self.arguments.sharding.durations);
        let all: HashSet<String> = compilations
            .iter()
            .flat_map(|compilation| {
                let files = compilation.plan.test_files();
                files.map(|file| shard::name(root, compilation.name(), &compilation.project.root.join(file)))
            })
            .collect();
        let took = run
            .files()
            .iter()
            .filter(|file| file.result.is_some())
            .map(|file| (shard::name(root, &file.project_name, &file.filepath), file.took()));
        let mut durations = Durations::read(&path)?;
        durations.update(|name| all.contains(name), took);
        durations.write(&path).map_err(|error| Stop::Message(format!("{path}: {error}")))
    }

    fn run_options(&self, compiled: &Compiled, request: Request<'_>) -> RunOptions {
        let Compiled { projects: compilations, source_maps } = compiled;
        let first = &compilations[0];
        let run = &first.test.run;
        RunOptions {
            vitest_version: first.plan.vitest.version.clone(),
            projects: compilations.iter().map(reported).collect(),
            filters: request.arguments.filters(),
            pass_with_no_tests: run.pass_with_no_tests,
            dangerously_ignore_unhandled_errors: run.dangerously_ignore_unhandled_errors,
            slow_test_threshold: run.slow_test_threshold.unwrap_or(f64::INFINITY),
            hide_skipped_tests: run.hide_skipped_tests,
            silent: match (&run.silent, run.silent.as_str()) {
                (Value::Bool(true), _) => Silent::Yes,
                (_, Some("passed-only")) => Silent::PassedOnly,
                _ => Silent::No,
            },
            update_snapshots: request.update || session::snapshot_update(&run.update) == "all",
            seed: is_shuffled(&first.test).then(|| first.test.serialized_config["sequence"]["seed"].clone()),
            watch: request.arguments.watching.watch,
            rerun: request.rerun,
            source_maps: Some(Arc::<JsonSourceMaps>::clone(source_maps)),
            ..RunOptions::new(self.project.root.clone())
        }
    }
}

/// How many workerd processes there may be at a time.
fn processes(compilations: &[Compilation]) -> usize {
    let asked = std::env::var("VITEST_MAX_WORKERS").ok().and_then(|workers| workers.parse().ok());
    let wanted = asked.or_else(|| compilations.first()?.test.run.max_workers).filter(|workers| *workers > 0);
    wanted.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZeroUsize::get))
}

/// The test files of all projects.
fn test_files(compilations: &[Compilation], parts: &[Plan]) -> TestFiles {
    let parts = compilations.iter().zip(parts);
    let files = parts.flat_map(|(compilation, plan)| {
        let root = &compilation.project.root;
        plan.test_files().map(|file| (compilation.name().to_owned(), root.join(file)))
    });
    files.collect()
}

/// Leaves the `wanted` test files.
fn keep(wanted: &BTreeSet<TestFile>, compilations: &[Compilation], parts: &mut [Plan]) {
    for (compilation, plan) in compilations.iter().zip(parts) {
        let (project, root) = (compilation.name(), &compilation.project.root);
        let test_file = |file: &Utf8Path| TestFile { project: project.to_owned(), path: root.join(file) };
        plan.keep_files(&mut |file| wanted.contains(&test_file(file)));
    }
}

/// Puts test files into the order in which they run.
fn arrange(compilation: &Compilation, plan: &mut Plan, results: &Results) {
    let root = &compilation.project.root;
    let mut files: Vec<Utf8PathBuf> = plan.test_files().map(|file| root.join(file)).collect();
    if compilation.test.run.shuffle_files {
        let seed = &compilation.test.serialized_config["sequence"]["seed"];
        order::shuffle(&mut files, seed.as_f64().unwrap_or_default());
    } else {
        results.sort(compilation.name(), &mut files);
    }
    let places: HashMap<Utf8PathBuf, usize> = files.into_iter().zip(0..).collect();
    plan.sort_files(&|file| places.get(&root.join(file)).copied());
}

/// Whether something runs in a random order.
fn is_shuffled(test: &TestOptions) -> bool {
    test.run.shuffle_files || test.serialized_config["sequence"]["shuffle"] == true
}

/// A seed that nobody has given is another one in every run.
fn set_seed(test: &mut TestOptions) {
    let seed = &mut test.serialized_config["sequence"]["seed"];
    if !test.run.has_seed {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        *seed = u64::try_from(now.as_millis()).unwrap_or_default().into();
    }
}

/// A project as reports know it.
fn reported(compilation: &Compilation) -> ReportProject {
    ReportProject {
        name: compilation.name().to_owned(),
        colour: compilation.colour.clone(),
        include: compilation.test.include.clone(),
        exclude: compilation.test.exclude.clone(),
    }
}

/// The source maps of all projects, by path as debuggers ask for them.
fn all_source_maps(opened: &Project, compilations: &[Compilation]) -> HashMap<Utf8PathBuf, String> {
    let maps = compilations.iter().flat_map(|Compilation { project, source_maps, .. }| {
        source_maps.iter().map(|(path, map)| {
            let path = project.root.join(path);
            (path.strip_prefix(&opened.root).unwrap_or(&path).to_owned(), map.clone())
        })
    });
    maps.collect()
}

/// The source maps of all projects, by path as stacks name modules: relative to the folder that was opened where they
/// are below it.
fn source_maps(opened: &Project, compilations: &Arc<Vec<Compilation>>) -> JsonSourceMaps {
    let (root, compilations) = (opened.root.clone(), Arc::clone(compilations));
    JsonSourceMaps::new(move |file| {
        let path = root.join(file);
        compilations.iter().find_map(|Compilation { project, source_maps, .. }| {
            source_maps.get(&relative_path(&project.root, &path)).cloned()
        })
    })
}
