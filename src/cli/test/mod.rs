//! `wpt-gen test`.

mod images;
mod node;
mod offline;
mod reporters;
mod session;

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};
use node::Node;
use serde_json::{Value, json};

use super::{Exit, FormatArguments, Problems, ProjectArguments};
use crate::{
    bundle::globs::FileFilter,
    compile::{Compilation, Loaded},
    diagnostic::{Diagnostic, Diagnostics},
    emit::binary,
    output,
    plan::{Plan, ServiceKind, TestWorker},
    project::Project,
    report::{
        Reporting,
        frames::JsonSourceMaps,
        model::{Project as ReportProject, RunOptions, TestError},
    },
    runtime::{
        folder::RunFolder,
        launch::{Launcher, RuntimeLog},
        run::{Job, Run, RunEvent},
    },
};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Arguments {
    /// Run only test files whose path contains one of these.
    filters: Vec<String>,
    #[command(flatten)]
    project: ProjectArguments,
    #[command(flatten)]
    output: FormatArguments,
    /// Run only tests whose full name matches this regular expression.
    #[arg(long, alias = "testNamePattern", short = 't', value_name = "PATTERN")]
    test_name_pattern: Option<String>,
    /// How to report: `default` or `json`; may be given more than once.
    #[arg(long, value_enum, value_name = "NAME")]
    reporter: Vec<ReporterName>,
    /// Write the JSON report to a file.
    #[arg(long = "outputFile", alias = "output-file", value_name = "PATH")]
    output_file: Option<Utf8PathBuf>,
    /// Update snapshots: write new and changed ones, remove obsolete ones.
    #[arg(long, short = 'u')]
    update: bool,
    /// Let test files share isolates: modules, globals and storage.
    #[arg(long = "no-isolate")]
    no_isolate: bool,
    /// The most workerd processes at a time; one for each core if not given.
    #[arg(long, alias = "maxWorkers", value_name = "NUMBER")]
    max_workers: Option<NonZeroUsize>,
    /// Refuse connections to other machines.
    #[arg(long)]
    offline: bool,
    /// Succeed if there are no test files.
    #[arg(long, alias = "passWithNoTests")]
    pass_with_no_tests: bool,
    /// Print workerd's own log.
    #[arg(long)]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReporterName {
    Default,
    Json,
}

pub(super) fn run(arguments: &Arguments) -> Exit {
    let problems = arguments.project.problems(arguments.output.format);
    match prepare_and_run(arguments, &problems) {
        Ok(exit) => exit,
        Err(Stop::Diagnostics(diagnostics)) => {
            problems.print(&diagnostics);
            Exit::BadInput
        }
        Err(Stop::Message(message)) => {
            problems.error(&message);
            Exit::BadInput
        }
        Err(Stop::SetUp(message)) => {
            problems.error(&message);
            Exit::TestsFailed
        }
        Err(Stop::Cancelled) => Exit::Interrupted,
    }
}

/// Why nothing was run.
enum Stop {
    Diagnostics(Diagnostics),
    Message(String),
    /// A global setup failed, or the Vitest config's process.
    SetUp(String),
    Cancelled,
}

impl<E: std::error::Error> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Message(error.to_string())
    }
}

fn prepare_and_run(arguments: &Arguments, problems: &Problems) -> Result<Exit, Stop> {
    let project = arguments.project.open().map_err(Stop::Message)?;
    let mut loaded = Loaded::open(&project).map_err(Stop::Diagnostics)?;
    let cancelled = Arc::new(AtomicBool::new(false));
    ctrlc::set_handler({
        let cancelled = Arc::clone(&cancelled);
        move || cancelled.store(true, Ordering::Relaxed)
    })?;
    let mut node = Node::set_up(&project, &mut loaded, &cancelled)?;
    let result = compile_and_run(arguments, problems, &project, &mut loaded, &mut node, &cancelled);
    let is_gone = node.is_gone();
    let is_torn_down = node.end();
    match result {
        Ok(Exit::Interrupted) if is_gone => Ok(Exit::TestsFailed),
        Ok(Exit::Success) if !is_torn_down => Ok(Exit::TestsFailed),
        result => result,
    }
}

fn compile_and_run(
    arguments: &Arguments,
    problems: &Problems,
    project: &Project,
    loaded: &mut Loaded,
    node: &mut Node<'_>,
    cancelled: &Arc<AtomicBool>,
) -> Result<Exit, Stop> {
    let mut compilations = loaded.compile().map_err(Stop::Diagnostics)?;
    if node.serve(&compilations, loaded)? {
        compilations = loaded.compile().map_err(Stop::Diagnostics)?;
    }
    let source_maps = source_maps(project, &mut compilations);
    let processes =
        arguments.max_workers.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let mut runs = vec![];
    for (compilation, config) in compilations.iter().zip(loaded.configs()) {
        problems.print(&compilation.warnings);
        if !config.is_of_run {
            output::write(compilation)?;
        }
        let mut plan = compilation.plan.clone();
        keep_wanted(&mut plan, &compilation.project.root, &arguments.filters)?;
        let isolate = !arguments.no_isolate && compilation.test.serialized_config["isolate"] != false;
        if !isolate {
            plan = plan.without_isolation(processes);
        }
        if arguments.offline {
            offline::apply(&mut plan);
        }
        runs.push((compilation, plan, isolate));
    }

    if compilations.iter().any(session::measures_coverage) {
        let left_out = Diagnostic::warning("coverage", "coverage is not supported yet and is left out");
        problems.print(&Diagnostics::from_iter([left_out]));
    }
    // What holds for the whole run is the same in every project.
    let test = &compilations[0].test;
    let choice = reporters::choose(arguments, test)?;
    let options = run_options(arguments, project, &compilations, source_maps);
    let mut reporting = Reporting::new(options, choice.outputs);
    let files: Vec<(&str, Utf8PathBuf)> = runs
        .iter()
        .flat_map(|(compilation, plan, _)| {
            plan.test_files().map(|file| (compilation.name(), compilation.project.root.join(file)))
        })
        .collect();
    reporting.start(files.iter().map(|(name, file)| (*name, file.as_path())))?;

    for (index, (compilation, plan, isolate)) in runs.iter().enumerate() {
        if plan.test_workers.is_empty() || cancelled.load(Ordering::Relaxed) {
            continue;
        }
        let run = TestRun {
            arguments,
            compilation,
            plan,
            processes,
            isolate: *isolate,
            machine_stdout: choice.machine_stdout,
            function_socket: node.function_socket(index),
            cancelled,
        };
        run.execute(&mut reporting)?;
    }
    let (code, _) = reporting.finish()?;
    if cancelled.load(Ordering::Relaxed) {
        return Ok(Exit::Interrupted);
    }
    Ok(if code == 0 { Exit::Success } else { Exit::TestsFailed })
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

/// Leaves the test files that the command line's filters name.
fn keep_wanted(plan: &mut Plan, root: &Utf8Path, filters: &[String]) -> Result<(), Stop> {
    let mut parsed = vec![];
    for filter in filters {
        let filter = FileFilter::parse(filter)?;
        if filter.line.is_some() {
            return Err(Stop::Message(
                "filters by line are not supported yet; name the test with -t".to_owned(),
            ));
        }
        parsed.push(filter);
    }
    let here = std::env::current_dir().ok().and_then(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    let here = here.as_deref().unwrap_or(root);
    plan.keep_files(&mut |file| {
        parsed.is_empty() || parsed.iter().any(|filter| filter.keeps(root, here, file))
    });
    Ok(())
}

/// A run that is about to start.
struct TestRun<'a> {
    arguments: &'a Arguments,
    compilation: &'a Compilation,
    plan: &'a Plan,
    processes: usize,
    isolate: bool,
    /// Whether stdout is for a program to read.
    machine_stdout: bool,
    /// Where functions of the config are served.
    function_socket: Option<Utf8PathBuf>,
    cancelled: &'a Arc<AtomicBool>,
}

impl TestRun<'_> {
    /// Runs all test Workers, and hands what they report to `reporting`.
    fn execute(&self, reporting: &mut Reporting) -> Result<(), Stop> {
        let Self { arguments, compilation, cancelled, .. } = self;
        let project = &compilation.project;
        let project_name = compilation.name();
        let wpt_gen = std::env::current_exe()?;
        let launcher = Launcher {
            wpt_gen: Utf8PathBuf::from_path_buf(wpt_gen)
                .map_err(|path| Stop::Message(format!("{} is not UTF-8", path.display())))?,
            workerd: project.home.workerd()?,
        };
        let folder = RunFolder::new()?;
        let mut plan = self.plan.clone();
        let _images = images::serve(&mut plan, project, &launcher, folder.path())?;
        let plan = &plan;
        let session = session::options(arguments, compilation, self.isolate, cancelled);
        let disks: Vec<String> = plan
            .services
            .iter()
            .filter(|service| matches!(service.kind, ServiceKind::Disk { .. }))
            .map(|service| service.name.clone())
            .collect();
        let shared: Vec<(String, Utf8PathBuf)> = plan
            .services
            .iter()
            .filter_map(|service| match &service.kind {
                ServiceKind::Folder { path, .. } => Some((service.name.clone(), project.root.join(path))),
                _ => None,
            })
            .collect();
        let secrets: Vec<(String, String)> = compilation
            .secrets
            .iter()
            .map(|(name, value)| (name.clone(), value.expose().to_owned()))
            .collect();
        let jobs: Vec<Job> = plan
            .test_workers
            .iter()
            .map(|worker| Job {
                socket: worker.service.clone(),
                files: worker
                    .slots
                    .iter()
                    .flat_map(|slot| &slot.test_files)
                    .map(|file| project.root.join(file))
                    .collect(),
            })
            .collect();
        let config = |jobs: &[Job]| {
            let wanted: Vec<&TestWorker> = plan
                .test_workers
                .iter()
                .filter(|worker| jobs.iter().any(|job| job.socket == worker.service))
                .collect();
            let modules = offline::Store(&compilation.modules);
            binary::config(plan, &wanted, &modules, &secrets).map_err(|error| error.to_string())
        };
        let run = Run {
            launcher: &launcher,
            session: &session,
            folder: folder.path(),
            disks: &disks,
            shared: &shared,
            function_socket: self.function_socket.as_deref(),
            secrets: &secrets,
            processes: self.processes,
            config: &config,
        };
        let mut failure: Option<Stop> = None;
        let stop = |result: Result<(), Stop>, failure: &mut Option<Stop>| {
            if let Err(error) = result {
                cancelled.store(true, Ordering::Relaxed);
                failure.get_or_insert(error);
            }
        };
        run.execute(&jobs, &mut |event| match event {
            RunEvent::Session(event) => {
                let result = reporting.call(&event.method, event.arguments).map(drop).map_err(Stop::from);
                stop(result, &mut failure);
            }
            RunEvent::Failed { files, error } => {
                for file in files {
                    let result =
                        reporting.file_failed(project_name, &file, TestError::new("Error", error.clone()));
                    stop(result.map_err(Stop::from), &mut failure);
                }
            }
            RunEvent::Log(log) => {
                if log.task.is_none() {
                    return self.print_log(&log);
                }
                let result = reporting.call("onUserConsoleLog", vec![console_log(&log)]).map(drop);
                stop(result.map_err(Stop::from), &mut failure);
            }
        });
        folder.close()?;
        failure.map_or(Ok(()), Err)
    }

    /// What reaches workerd's own console (`__console`), and nobody says which test caused, is shown as it is; what workerd
    /// reports of requests is noise, unless asked for.
    fn print_log(&self, log: &RuntimeLog) {
        if log.is_report && !self.arguments.verbose {
            return;
        }
        if log.is_error() || self.machine_stdout {
            eprintln!("{}", log.message);
        } else {
            println!("{}", log.message);
        }
    }
}

/// The argument of Vitest's `onUserConsoleLog`.
fn console_log(log: &RuntimeLog) -> Value {
    let stream = if log.is_error() { "stderr" } else { "stdout" };
    json!({ "type": stream, "content": format!("{}\n", log.message), "taskId": log.task })
}

fn run_options(
    arguments: &Arguments,
    opened: &Project,
    compilations: &[Compilation],
    source_maps: HashMap<Utf8PathBuf, String>,
) -> RunOptions {
    let first = &compilations[0];
    RunOptions {
        vitest_version: first.plan.vitest.version.clone(),
        projects: compilations
            .iter()
            .map(|compilation| ReportProject {
                name: compilation.name().to_owned(),
                colour: compilation.colour.clone(),
                include: compilation.test.include.clone(),
                exclude: compilation.test.exclude.clone(),
            })
            .collect(),
        filters: arguments.filters.clone(),
        pass_with_no_tests: arguments.pass_with_no_tests || first.test.pass_with_no_tests,
        dangerously_ignore_unhandled_errors: first.test.dangerously_ignore_unhandled_errors,
        update_snapshots: arguments.update,
        source_maps: Some(Arc::new(JsonSourceMaps::new(move |file| {
            source_maps.get(Utf8Path::new(file)).cloned()
        }))),
        ..RunOptions::new(opened.root.clone())
    }
}
