//! Which reporters a run has, and where each writes.

use std::io::{self, IsTerminal as _, Write};

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use serde_json::Value;

use super::Stop;
use crate::{
    cli::wants_color,
    config::vitest::TestOptions,
    report::{Reporter, create_output_file, default::DefaultReporter, json::JsonReporter, terminal_columns},
};

/// How is reported, and where to.
#[derive(Clone, Debug, Args)]
pub(super) struct ReporterArguments {
    /// How to report: `default` or `json`; may be given more than once.
    #[arg(long, value_enum, value_name = "NAME")]
    reporter: Vec<ReporterName>,
    /// Write the JSON report to a file.
    #[arg(long = "outputFile", alias = "output-file", value_name = "PATH")]
    output_file: Option<Utf8PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReporterName {
    Default,
    Json,
}

/// A reporter and its output.
pub(super) type Output = (Box<dyn Reporter>, Box<dyn Write>);

/// What a run reports to.
pub(super) struct Choice {
    /// The reporters.
    pub(super) outputs: Vec<Output>,
    /// Whether stdout is for a program to read.
    pub(super) machine_stdout: bool,
}

/// The reporters that the command line names, or else the config.
pub(super) fn choose(arguments: &ReporterArguments, test: &TestOptions) -> Result<Choice, Stop> {
    let configured = arguments.output_file.clone();
    let file = configured.or_else(|| test.output_file.as_str().map(Utf8PathBuf::from));
    let names = names(arguments, test);
    let machine_stdout = file.is_none() && names.contains(&ReporterName::Json);
    let outputs = names
        .into_iter()
        .map(|name| {
            let reporter: Box<dyn Reporter> = match name {
                ReporterName::Default => Box::new(DefaultReporter {
                    colour: wants_color(),
                    is_terminal: io::stdout().is_terminal(),
                    columns: terminal_columns(),
                    errors: Some(Box::new(io::stderr())),
                }),
                ReporterName::Json => Box::new(JsonReporter),
            };
            // As in Vitest, a file is for the reporter that is made for machines.
            let out: Box<dyn Write> = match &file {
                Some(path) if name == ReporterName::Json => create_output_file(path)?,
                _ => Box::new(io::stdout()),
            };
            Ok::<_, io::Error>((reporter, out))
        })
        .collect::<Result<_, _>>()?;
    Ok(Choice { outputs, machine_stdout })
}

fn names(arguments: &ReporterArguments, test: &TestOptions) -> Vec<ReporterName> {
    let mut names = arguments.reporter.clone();
    if names.is_empty() {
        for name in configured_reporters(&test.reporters) {
            match ReporterName::from_str(&name, true) {
                Ok(name) => names.push(name),
                Err(_) => {
                    anstream::eprintln!(
                        "warning: the reporter `{name}` is not supported yet and is left out"
                    );
                }
            }
        }
    }
    if names.is_empty() {
        names.push(ReporterName::Default);
    }
    names
}

/// `"default"`, `["default", ["json", {…}]]`.
fn configured_reporters(value: &Value) -> Vec<String> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    items.iter().filter_map(|item| item.as_str().or_else(|| item[0].as_str()).map(str::to_owned)).collect()
}
