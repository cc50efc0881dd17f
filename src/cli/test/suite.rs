//! A project that is open, with its Node.js process: what holds from one run of its tests to the next.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::{
    Stop,
    arguments::Arguments,
    called_in_node,
    coverage::{Coverage, Provider},
    durations::Durations,
    node::Node,
    project_run::ProjectRun,
    reporters,
    selection::Selection,
    session,
    shard::{self, Candidate},
};
use crate::{
    cli::{Exit, Problems, inspect::Inspection, native_coverage, offline},
    compile::{Compilation, Loaded},
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

/// What a run is about.
pub(super) struct Scope<'s> {
    /// What the command line says.
    pub(super) arguments: &'s Arguments,
    /// The test files that are run of those that it names, if not all.
    pub(super) files: Option<&'s BTreeSet<TestFile>>,
    /// The regular expression of the tests that are run, if another than the config's.
    pub(super) test_name_pattern: Option<&'s str>,
    /// Whether snapshots are updated, whatever the config says.
    pub(super) update: bool,
    /// What kind of run it is, if it follows others.
    pub(super) rerun: Option<Rerun>,
}

impl<'s> Scope<'s> {
    /// Everything that the command line names.
    pub(super) fn of(arguments: &'s Arguments) -> Self {
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

/// A project's part of a run: what was compiled, and what of it is to be run.
struct Part<'c> {
    compilation: &'c Compilation,
    plan: Plan,
    isolation: Isolation,
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
        let selection = Selection::new(arguments, &self.project.root)?;
        let parts = self.parts(&compiled.projects, &selection, &Scope::of(arguments), 1)?;
        let files = parts.iter().flat_map(Part::files);
        Ok(files.map(|(project, path)| TestFile { project: project.to_owned(), path }).collect())
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
    pub(super) fn run(&self, compiled: &Compiled, scope: Scope<'_>) -> Result<Ran, Stop> {
        let compilations = &*compiled.projects;
        let arguments = scope.arguments;
        let selection = Selection::new(arguments, &self.project.root)?;
        let processes = if self.inspector.is_some() { 1 } else { processes(compilations) };
        let mut coverage = self.coverage(compilations)?;
        let parts = self.parts(compilations, &selection, &scope, processes)?;
        // What holds for the whole run is the same in every project.
        let choice = reporters::choose(
            &arguments.reporting,
            &compilations[0].test,
            &self.project.root,
            &compilations[0].plan.vitest.version,
            self.arguments.sharding.shard,
        )?;
        let inspection = self.inspector.as_ref().map(|(inspector, waits)| {
            let maps = Arc::new(all_source_maps(self.project, compilations));
            Arc::new(Inspection::new(inspector, *waits, &self.project.root, maps))
        });
        let (test_name_pattern, update) = (scope.test_name_pattern, scope.update);
        let options = self.run_options(compiled, scope);
        let mut reporting = Reporting::new(options, choice.outputs);
        let files: Vec<(&str, Utf8PathBuf)> = parts.iter().flat_map(Part::files).collect();
        let all: Vec<Utf8PathBuf> = compilations.iter().flat_map(test_files).collect();
        let locations = selection.lines(all.iter().map(Utf8PathBuf::as_path))?;
        reporting.start(files.iter().map(|(name, file)| (*name, file.as_path())))?;

        for (index, part) in parts.iter().enumerate() {
            if part.plan.test_workers.is_empty() || self.cancelled.load(Ordering::Relaxed) {
                continue;
            }
            let run = ProjectRun {
                arguments,
                compilation: part.compilation,
                plan: &part.plan,
                processes,
                isolate: part.isolation != Isolation::None,
                locations: &locations,
                test_name_pattern,
                update,
                machine_stdout: choice.machine_stdout,
                function_socket: self.node.function_socket(index),
                inspection: inspection.clone(),
                cancelled: self.cancelled,
            };
            run.execute(&mut reporting, coverage.as_mut())?;
        }
        let is_cancelled = || self.cancelled.load(Ordering::Relaxed);
        if let Some(coverage) = coverage.as_mut().filter(|_| !is_cancelled()) {
            reporting.set_coverage(coverage.generate(reporting.wants_coverage())?);
        }
        let (code, run) = reporting.finish()?;
        if arguments.sharding.record_durations && !is_cancelled() {
            self.record_durations(arguments, compilations, &run)?;
        }
        let is_covered = match coverage {
            Some(coverage) if !is_cancelled() => coverage.report(run.has_failed_tasks())?,
            _ => true,
        };
        let exit = match code {
            _ if is_cancelled() => Exit::Interrupted,
            0 if is_covered => Exit::Success,
            _ => Exit::TestsFailed,
        };
        Ok(Ran { exit, run, machine_stdout: choice.machine_stdout })
    }

    /// Starts what coverage needs, if it is wanted.
    fn coverage(&self, compilations: &[Compilation]) -> Result<Option<Coverage>, Stop> {
        let flags = &self.arguments.flags;
        let Some(provider) = self.provider else { return Ok(None) };
        let vitest = self.loaded.configs().next().map(|config| config.package.folder.clone());
        let vitest = vitest.unwrap_or_default();
        Coverage::start(provider, flags, self.project, &vitest, compilations, self.cancelled).map(Some)
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

    fn parts<'c>(
        &self,
        compilations: &'c [Compilation],
        selection: &Selection,
        scope: &Scope<'_>,
        processes: usize,
    ) -> Result<Vec<Part<'c>>, Stop> {
        let mut parts = vec![];
        for compilation in compilations {
            let mut plan = compilation.plan.clone();
            selection.apply(&mut plan, compilation)?;
            if let Some(files) = scope.files {
                let (project, root) = (compilation.name().to_owned(), &compilation.project.root);
                let test_file =
                    |file: &Utf8Path| TestFile { project: project.clone(), path: root.join(file) };
                plan.keep_files(&mut |file| files.contains(&test_file(file)));
            }
            parts.push(Part { compilation, plan, isolation: self.isolation(compilation) });
        }
        self.keep_shard(scope.arguments, &mut parts)?;
        for Part { plan, isolation, .. } in &mut parts {
            match isolation {
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
        Ok(parts)
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
    fn keep_shard(&self, arguments: &Arguments, parts: &mut [Part<'_>]) -> Result<(), Stop> {
        let Arguments { sharding, .. } = arguments;
        let Some(shard) = sharding.shard else { return Ok(()) };
        let root = &self.project.root;
        let candidates: Vec<Candidate> =
            parts.iter().flat_map(Part::files).map(|(name, file)| Candidate::of(root, name, &file)).collect();
        let durations = Durations::read(&root.join(&sharding.durations))?;
        let may_be_empty = parts[0].compilation.test.run.pass_with_no_tests;
        let mut kept = shard.keeps(&candidates, &durations, may_be_empty)?.into_iter();
        for part in parts {
            part.plan.keep_files(&mut |_| kept.next().unwrap_or_default());
        }
        Ok(())
    }

    /// Keeps how long test files took, for later shards.
    fn record_durations(
        &self,
        arguments: &Arguments,
        compilations: &[Compilation],
        run: &Run,
    ) -> Result<(), Stop> {
        let root = &self.project.root;
        let path = root.join(&arguments.sharding.durations);
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

    fn run_options(&self, compiled: &Compiled, scope: Scope<'_>) -> RunOptions {
        let Compiled { projects: compilations, source_maps } = compiled;
        let first = &compilations[0];
        let run = &first.test.run;
        RunOptions {
            vitest_version: first.plan.vitest.version.clone(),
            projects: compilations.iter().map(reported).collect(),
            filters: scope.arguments.filters(),
            pass_with_no_tests: run.pass_with_no_tests,
            dangerously_ignore_unhandled_errors: run.dangerously_ignore_unhandled_errors,
            slow_test_threshold: run.slow_test_threshold.unwrap_or(f64::INFINITY),
            hide_skipped_tests: run.hide_skipped_tests,
            silent: match (&run.silent, run.silent.as_str()) {
                (Value::Bool(true), _) => Silent::Yes,
                (_, Some("passed-only")) => Silent::PassedOnly,
                _ => Silent::No,
            },
            update_snapshots: scope.update || session::snapshot_update(&run.update) == "all",
            watch: scope.arguments.watching.watch,
            rerun: scope.rerun,
            source_maps: Some(Arc::<JsonSourceMaps>::clone(source_maps)),
            ..RunOptions::new(self.project.root.clone())
        }
    }
}

/// All test files, absolute.
fn test_files(compilation: &Compilation) -> impl Iterator<Item = Utf8PathBuf> {
    compilation.plan.test_files().map(|file| compilation.project.root.join(file))
}

/// How many workerd processes there may be at a time.
fn processes(compilations: &[Compilation]) -> usize {
    let asked = std::env::var("VITEST_MAX_WORKERS").ok().and_then(|workers| workers.parse().ok());
    let wanted = asked.or_else(|| compilations.first()?.test.run.max_workers).filter(|workers| *workers > 0);
    wanted.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZeroUsize::get))
}

impl<'c> Part<'c> {
    /// The test files, absolute, each with its project's name.
    fn files(&self) -> impl Iterator<Item = (&'c str, Utf8PathBuf)> {
        let Self { compilation, plan, .. } = self;
        plan.test_files().map(|file| (compilation.name(), compilation.project.root.join(file)))
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
