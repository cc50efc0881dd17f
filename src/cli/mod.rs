//! The command line: one file per command, each a thin user of the library.

mod added_modules;
mod changes;
mod check;
mod child;
mod exit;
mod explain;
mod exports;
mod format;
mod generate;
mod graph;
mod images;
mod inspect;
mod isolates;
mod launching;
mod native_coverage;
mod offline;
mod schema;
mod serve;
mod serve_pool;
mod test;

use std::{
    ffi::OsString,
    io::{self, Write as _},
    process::ExitCode,
};

use camino::Utf8PathBuf;
use clap::{
    Args, Parser, Subcommand,
    error::{ContextKind, ErrorKind},
};

use crate::{
    compile::{Compilation, compile_projects},
    project::Project,
    report::colour_for,
};

pub use exit::Exit;
use format::{Format, FormatArguments, Problems};

/// Workers tests, compiled: runs a project's Vitest tests in workerd, from a configuration made ahead of time.
#[derive(Debug, Parser)]
#[command(name = "wpt-gen", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compile the project: write .wpt/ (workerd.capnp, plan.json, SUMMARY.md, modules/).
    Gen(generate::Arguments),
    /// Serve the Worker without its tests; compile it again when a file changes.
    Serve(serve::Arguments),
    /// Compile the project and run its tests in workerd.
    #[command(visible_alias = "run")]
    Test(Box<test::Arguments>),
    /// Run its tests, and run them again when a file changes: `test --watch`.
    #[command(alias = "dev")]
    Watch(Box<test::Arguments>),
    /// List the tests that `test` would run.
    List(Box<test::ListArguments>),
    /// Compile the project and compare with the committed .wpt/: exit 1 and show the difference if it is stale.
    Check(CompileArguments),
    /// Say why a flag, binding, export, service, test file or module is there, and what removes it.
    Explain(explain::Arguments),
    /// Draw which services there are and how they reach each other.
    Graph(graph::Arguments),
    /// List what the Worker's main module exports, what each is, and how that is known.
    Exports(CompileArguments),
    /// Print the JSON Schema of plan.json.
    Schema,
    /// Compile and launch for the pool of `wpt-gen/vitest`, which starts this.
    #[command(hide = true)]
    ServePool,
    /// Start a program that ends with this process.
    #[command(name = crate::runtime::launch::CHILD_COMMAND, hide = true)]
    Child(child::Arguments),
}

/// Vite's mode if none is given.
const TEST_MODE: &str = "test";

/// What every command that compiles a project takes.
#[derive(Clone, Debug, Args)]
struct ProjectArguments {
    /// The project's folder.
    #[arg(long, short = 'r', value_name = "PATH", default_value = ".")]
    root: Utf8PathBuf,
    /// The Vitest config, relative to the root.
    #[arg(long, short = 'c', value_name = "PATH")]
    config: Option<Utf8PathBuf>,
    /// Vite's mode.
    #[arg(long, value_name = "NAME", default_value = TEST_MODE)]
    mode: String,
    /// Only these projects of the Vitest config; `*` stands for anything, a leading `!` excludes.
    #[arg(long = "project", short = 'p', value_name = "NAME")]
    wanted: Vec<String>,
    /// Fail on what production would do otherwise.
    #[arg(long)]
    strict: bool,
}

impl ProjectArguments {
    fn open(&self) -> Result<Project, String> {
        let project = Project::open(&self.root).map_err(|error| error.to_string())?;
        let Self { config, mode, wanted, strict, .. } = self;
        Ok(Project {
            config: config.clone(),
            mode: mode.clone(),
            wanted: wanted.clone(),
            strict: *strict,
            notice: |text| anstream::eprintln!("{text}"),
            ..project
        })
    }

    /// An option that is given and is about the Vitest config or its tests, where there are any.
    fn of_tests_only(&self) -> Option<&'static str> {
        let given = [
            ("--config", self.config.is_some()),
            ("--mode", self.mode != TEST_MODE),
            ("--project", !self.wanted.is_empty()),
            ("--strict", self.strict),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(option, _)| option)
    }

    /// How problems of the project are printed.
    fn problems(&self, format: Format) -> Problems {
        Problems::of(&self.root, format)
    }

    /// Compiles all wanted projects of the Vitest config; prints problems, and gives nothing if that failed.
    fn compile(&self, format: Format) -> Option<(Project, Vec<Compilation>)> {
        let problems = self.problems(format);
        let project = self.open().map_err(|error| problems.error(&error)).ok()?;
        let compilations = compile_projects(&project).map_err(|errors| problems.print(&errors)).ok()?;
        for compilation in &compilations {
            problems.print(&compilation.warnings);
        }
        Some((project, compilations))
    }
}

/// What every command takes that compiles a project and prints what it finds.
#[derive(Debug, Args)]
struct CompileArguments {
    #[command(flatten)]
    project: ProjectArguments,
    #[command(flatten)]
    output: FormatArguments,
}

impl CompileArguments {
    fn format(&self) -> Format {
        self.output.format
    }

    fn problems(&self) -> Problems {
        self.project.problems(self.format())
    }

    fn compile(&self) -> Option<(Project, Vec<Compilation>)> {
        self.project.compile(self.format())
    }
}

/// Runs the command that `arguments` (the program's name first) ask for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let unknown =
                error.get(ContextKind::InvalidArg).filter(|_| error.kind() == ErrorKind::UnknownArgument);
            if let Some(refusal) = unknown.and_then(|flag| test::refusal(&flag.to_string())) {
                print_error(&refusal);
                return Exit::BadInput.into();
            }
            let _ = error.print();
            return if error.use_stderr() { Exit::BadInput.into() } else { Exit::Success.into() };
        }
    };
    let exit = match cli.command {
        Command::Gen(arguments) => generate::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Watch(arguments) => test::run(&arguments.watching()),
        Command::List(arguments) => test::list(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Graph(arguments) => graph::run(&arguments),
        Command::Exports(arguments) => exports::run(&arguments),
        Command::Schema => schema::run(),
        Command::ServePool => serve_pool::run(),
        Command::Child(arguments) => child::run(&arguments),
    };
    exit.into()
}

/// Prints what a command was asked for to stdout. Who closes the pipe has seen enough.
fn print(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Prints a problem that has no place in a file.
fn print_error(message: &str) {
    anstream::eprintln!("error: {message}");
}

/// Whether reports on stdout are coloured.
fn wants_color() -> bool {
    colour_for(&std::io::stdout())
}
