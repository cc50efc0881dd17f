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

use super::{
    Stop,
    arguments::Arguments,
    durations::Durations,
    node::Node,
    project_run::ProjectRun,
    reporters, selection, session,
    shard::{self, Candidate},
};
use crate::{
    cli::{Exit, Problems, offline},
    compile::{Compilation, Loaded},
    diagnostic::{Diagnostic, Diagnostics},
    output,
    plan::Plan,
    project::Project,
    report::{
        Reporting,
        frames::JsonSourceMaps,
        model::{Project as ReportProject, Rerun, Run, RunOptions},
    },
};

/// An open project.
pub(super) struct Suite<'a> {
    problems: &'a Problems,
    project: &'a Project,
    loaded: Loaded,
    node: Node<'a>,
    cancelled: &'a Arc<AtomicBool>,
}

/// What was compiled, for any number of runs.
pub(super) struct Compiled {
    /// Each project of the Vitest config.
    pub(super) projects: Vec<Compilation>,
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
    /// What kind of run it is, if it follows others.
    pub(super) rerun: Option<Rerun>,
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
    isolate: bool,
}

impl<'a> Suite<'a> {
    /// Runs the global setups of a project whose Vitest config is `loaded`.
    pub(super) fn open(
        problems: &'a Problems,
        project: &'a Project,
        mut loaded: Loaded,
        cancelled: &'a Arc<AtomicBool>,
    ) -> Result<Self, Stop> {
        let node = Node::set_up(project, &mut loaded, cancelled)?;
        Ok(Self { problems, project, loaded, node, cancelled })
    }

    /// Compiles the projects, and writes what is generated.
    pub(super) fn compile(&mut self) -> Result<Compiled, Stop> {
        let mut compilations = self.loaded.compile().map_err(Stop::Diagnostics)?;
        if self.node.serve(&compilations, &mut self.loaded)? {
            compilations = self.loaded.compile().map_err(Stop::Diagnostics)?;
        }
        for (compilation, config) in compilations.iter().zip(self.loaded.configs()) {
            self.problems.print(&compilation.warnings);
            if !config.is_of_run && !compilation.is_partial {
                output::write(compilation)?;
            }
        }
        let source_maps = source_maps(self.project, &mut compilations);
        let source_maps = JsonSourceMaps::new(move |file| source_maps.get(Utf8Path::new(file)).cloned());
        Ok(Compiled { projects: compilations, source_maps: Arc::new(source_maps) })
    }

    /// The test files that the command line names.
    pub(super) fn wanted(&self, compiled: &Compiled, arguments: &Arguments) -> Result<Vec<TestFile>, Stop> {
        let scope = Scope { arguments, files: None, rerun: None };
        let parts = self.parts(&compiled.projects, &scope, 1)?;
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
        let compilations = compiled.projects.as_slice();
        let arguments = scope.arguments;
        let processes = processes(arguments);
        let parts = self.parts(compilations, &scope, processes)?;
        if compilations.iter().any(session::measures_coverage) {
            let left_out = Diagnostic::warning("coverage", "coverage is not supported yet and is left out");
            self.problems.print(&Diagnostics::from_iter([left_out]));
        }
        // What holds for the whole run is the same in every project.
        let choice = reporters::choose(&arguments.reporting, &compilations[0].test)?;
        let options = self.run_options(compiled, scope);
        let mut reporting = Reporting::new(options, choice.outputs);
        let files: Vec<(&str, Utf8PathBuf)> = parts.iter().flat_map(Part::files).collect();
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
                isolate: part.isolate,
                machine_stdout: choice.machine_stdout,
                function_socket: self.node.function_socket(index),
                cancelled: self.cancelled,
            };
            run.execute(&mut reporting)?;
        }
        let (code, run) = reporting.finish()?;
        let exit = match code {
            _ if self.cancelled.load(Ordering::Relaxed) => Exit::Interrupted,
            0 => Exit::Success,
            _ => Exit::TestsFailed,
        };
        if arguments.sharding.record_durations && exit != Exit::Interrupted {
            self.record_durations(arguments, compilations, &run)?;
        }
        Ok(Ran { exit, run, machine_stdout: choice.machine_stdout })
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
        scope: &Scope<'_>,
        processes: usize,
    ) -> Result<Vec<Part<'c>>, Stop> {
        let Arguments { execution, selection, .. } = scope.arguments;
        let mut parts = vec![];
        for compilation in compilations {
            let mut plan = compilation.plan.clone();
            selection::keep_wanted(&mut plan, &compilation.project.root, &selection.filters)?;
            if let Some(files) = scope.files {
                let (project, root) = (compilation.name().to_owned(), &compilation.project.root);
                let test_file =
                    |file: &Utf8Path| TestFile { project: project.clone(), path: root.join(file) };
                plan.keep_files(&mut |file| files.contains(&test_file(file)));
            }
            let isolate = !execution.no_isolate && compilation.test.serialized_config["isolate"] != false;
            parts.push(Part { compilation, plan, isolate });
        }
        self.keep_shard(scope.arguments, &mut parts)?;
        for Part { plan, isolate, .. } in &mut parts {
            if !*isolate {
                *plan = plan.without_isolation(processes);
            }
            if execution.offline {
                offline::apply(plan);
            }
        }
        Ok(parts)
    }

    /// Whether a run without test files is a good one; `first` is any project.
    fn may_have_no_tests(arguments: &Arguments, first: &Compilation) -> bool {
        arguments.selection.pass_with_no_tests || first.test.pass_with_no_tests
    }

    /// Leaves the test files of one part, if only that is to be run.
    fn keep_shard(&self, arguments: &Arguments, parts: &mut [Part<'_>]) -> Result<(), Stop> {
        let Arguments { sharding, .. } = arguments;
        let Some(shard) = sharding.shard else { return Ok(()) };
        let root = &self.project.root;
        let candidates: Vec<Candidate> =
            parts.iter().flat_map(Part::files).map(|(name, file)| Candidate::of(root, name, &file)).collect();
        let durations = Durations::read(&root.join(&sharding.durations))?;
        let may_be_empty = Self::may_have_no_tests(arguments, parts[0].compilation);
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
        let Arguments { selection, execution, watching, .. } = scope.arguments;
        RunOptions {
            vitest_version: first.plan.vitest.version.clone(),
            projects: compilations.iter().map(reported).collect(),
            filters: selection.filters.clone(),
            pass_with_no_tests: Self::may_have_no_tests(scope.arguments, first),
            dangerously_ignore_unhandled_errors: first.test.dangerously_ignore_unhandled_errors,
            update_snapshots: execution.update,
            watch: watching.watch,
            rerun: scope.rerun,
            source_maps: Some(Arc::<JsonSourceMaps>::clone(source_maps)),
            ..RunOptions::new(self.project.root.clone())
        }
    }
}

impl<'c> Part<'c> {
    /// The test files, absolute, each with its project's name.
    fn files(&self) -> impl Iterator<Item = (&'c str, Utf8PathBuf)> {
        let Self { compilation, plan, .. } = self;
        plan.test_files().map(|file| (compilation.name(), compilation.project.root.join(file)))
    }
}

/// How many workerd processes there may be at a time.
fn processes(arguments: &Arguments) -> usize {
    let wanted = arguments.execution.max_workers;
    wanted.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
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

/// The source maps of all projects, by path as stacks name modules: relative to the folder that was opened where they
/// are below it.
fn source_maps(opened: &Project, compilations: &mut [Compilation]) -> HashMap<Utf8PathBuf, String> {
    let mut maps = HashMap::new();
    for compilation in compilations {
        let root = &compilation.project.root;
        for (path, map) in std::mem::take(&mut compilation.source_maps) {
            let path = root.join(path);
            maps.insert(path.strip_prefix(&opened.root).unwrap_or(&path).to_owned(), map);
        }
    }
    maps
}
