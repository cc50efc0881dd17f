//! Which reporters a run has, and where each writes.

use std::io::{self, IsTerminal as _, Write};

use camino::Utf8PathBuf;
use clap::ValueEnum as _;
use serde_json::Value;

use super::{Arguments, ReporterName, Stop};
use crate::{
    cli::wants_color,
    compile::Compilation,
    report::{Reporter, create_output_file, default::DefaultReporter, json::JsonReporter, terminal_columns},
};

/// A reporter and its output.
pub(super) type Output = (Box<dyn Reporter>, Box<dyn Write>);

/// The reporters that the command line names, or else the config.
pub(super) fn choose(arguments: &Arguments, compilation: &Compilation) -> Result<Vec<Output>, Stop> {
    let mut names = arguments.reporter.clone();
    if names.is_empty() {
        for name in configured_reporters(&compilation.test.reporters) {
            match ReporterName::from_str(&name, true) {
                Ok(name) => names.push(name),
                Err(_) => {
                    return Err(Stop::Message(format!(
                        "the reporter `{name}` is not supported yet; choose with --reporter=default or --reporter=json"
                    )));
                }
            }
        }
    }
    if names.is_empty() {
        names.push(ReporterName::Default);
    }
    let mut file = arguments.output_file.clone();
    if file.is_none() {
        file = compilation.test.output_file.as_str().map(Utf8PathBuf::from);
    }
    names
        .into_iter()
        .map(|name| {
            let reporter: Box<dyn Reporter> = match name {
                ReporterName::Default => Box::new(DefaultReporter {
                    colour: wants_color(),
                    is_terminal: io::stdout().is_terminal(),
                    columns: terminal_columns(),
                }),
                ReporterName::Json => Box::new(JsonReporter),
            };
            // As in Vitest, a file is for the reporter that is made for machines.
            let out: Box<dyn Write> = match &file {
                Some(path) if name == ReporterName::Json => create_output_file(path)?,
                _ => Box::new(io::stdout()),
            };
            Ok((reporter, out))
        })
        .collect()
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
