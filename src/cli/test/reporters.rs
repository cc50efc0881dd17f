//! Which reporters a run has, and where each writes.

use std::{
    env,
    io::{self, IsTerminal as _, Write},
};

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Stop, shard::Shard};
use crate::{
    cli::wants_color,
    config::vitest::TestOptions,
    report::{
        Reporter, ToFile,
        blob::BlobReporter,
        github::GithubReporter,
        json::JsonReporter,
        junit::JunitReporter,
        tap::TapReporter,
        terminal::{LiveReporter, Look, Screen, TerminalReporter},
        terminal_columns,
    },
};

/// The width of a terminal that does not tell.
const WIDTH: usize = 80;

/// How is reported, and where to.
#[derive(Clone, Debug, Args)]
pub(super) struct ReporterArguments {
    /// How to report: default, verbose, tree, dot, minimal, json, junit, tap, tap-flat, github-actions or blob; may be
    /// given more than once.
    #[arg(long, alias = "reporters", value_name = "NAME")]
    reporter: Vec<String>,
    /// Write reports that are made for programs to a file.
    #[arg(long = "outputFile", alias = "output-file", value_name = "PATH")]
    output_file: Option<Utf8PathBuf>,
    /// Write the `json` report to a file.
    #[arg(long = "outputFile.json", value_name = "PATH")]
    json_file: Option<Utf8PathBuf>,
    /// Write the `junit` report to a file.
    #[arg(long = "outputFile.junit", value_name = "PATH")]
    junit_file: Option<Utf8PathBuf>,
    /// Write the blob to a file.
    #[arg(long = "outputFile.blob", value_name = "PATH")]
    blob_file: Option<Utf8PathBuf>,
}

/// Vitest's own reporters that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Terminal(Look),
    Json,
    Junit,
    Tap { flat: bool },
    Github,
    Blob,
}

impl Name {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "default" => Self::Terminal(Look::Default),
            "verbose" => Self::Terminal(Look::Verbose),
            "tree" => Self::Terminal(Look::Tree),
            "dot" => Self::Terminal(Look::Dot),
            // Two names of one reporter.
            "minimal" | "agent" => Self::Terminal(Look::Minimal),
            "json" => Self::Json,
            "junit" => Self::Junit,
            "tap" => Self::Tap { flat: false },
            "tap-flat" => Self::Tap { flat: true },
            "github-actions" => Self::Github,
            "blob" => Self::Blob,
            _ => return None,
        })
    }
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
pub(super) fn choose(
    arguments: &ReporterArguments,
    test: &TestOptions,
    root: &Utf8Path,
    vitest: &str,
    shard: Option<Shard>,
) -> Result<Choice, Stop> {
    let maker = Maker { arguments, test, root, is_vitest_4: vitest.starts_with("4."), shard };
    let mut choice = Choice { outputs: Vec::new(), machine_stdout: false };
    let chosen = chosen(arguments, test)?;
    let live = chosen.iter().find_map(|(name, options)| live_look(*name, options)).filter(|_| is_watched());
    let screen = live.map(|_| Screen::new(terminal_columns().unwrap_or(WIDTH)));
    if let (Some(look), Some(screen)) = (live, &screen) {
        let block = LiveReporter::new(screen.clone(), look, wants_color());
        choice.outputs.push((Box::new(block), Box::new(io::sink())));
    }
    for (name, options) in chosen {
        let (reporter, is_for_program) = maker.make(name, options, screen.as_ref())?;
        choice.machine_stdout |= is_for_program;
        let out: Box<dyn Write> = match &screen {
            Some(screen) => Box::new(screen.stdout()),
            None => Box::new(io::stdout()),
        };
        choice.outputs.push((reporter, out));
    }
    Ok(choice)
}

/// The look of a reporter that shows live progress, if it does.
fn live_look(name: Name, options: &Value) -> Option<Look> {
    match name {
        Name::Terminal(look @ (Look::Default | Look::Verbose | Look::Tree))
            if options["summary"] != false =>
        {
            Some(look)
        }
        _ => None,
    }
}

/// The reporters by name, each with its options.
fn chosen(arguments: &ReporterArguments, test: &TestOptions) -> Result<Vec<(Name, Value)>, Stop> {
    let configured = configured_reporters(&test.reporters);
    let mut chosen = Vec::new();
    if arguments.reporter.is_empty() {
        for (name, options) in configured {
            match name.as_deref().map(|name| (name, Name::of(name))) {
                Some((_, Some(name))) => chosen.push((name, options)),
                Some((name, None)) => anstream::eprintln!("warning: {}; it is left out", refusal(name)),
                None => anstream::eprintln!("warning: {OWN_REPORTER}"),
            }
        }
    } else {
        let mut seen: Vec<&str> = Vec::new();
        for name in arguments.reporter.iter().map(String::as_str).filter(|name| !name.is_empty()) {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let options = configured.iter().rev().find(|(known, _)| known.as_deref() == Some(name));
            let options = options.map_or(Value::Null, |(_, options)| options.clone());
            chosen.push((Name::of(name).ok_or_else(|| Stop::Message(refusal(name)))?, options));
        }
    }
    if chosen.is_empty() {
        let look = if is_agent() { Look::Minimal } else { Look::Default };
        chosen.push((Name::Terminal(look), Value::Null));
        let is_plain = arguments.reporter.is_empty() && test.reporters.is_null();
        if is_plain && env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true") {
            chosen.push((Name::Github, Value::Null));
        }
    }
    Ok(chosen)
}

const OWN_REPORTER: &str = "a reporter that is an object is left out: use `vitest` with `wpt-gen/vitest`";

fn refusal(name: &str) -> String {
    format!("there is no reporter `{name}` here: use `vitest --reporter={name}` with `wpt-gen/vitest`")
}

/// `"default"`, `["default", ["json", {…}]]`: the names, none for objects, with their options.
fn configured_reporters(value: &Value) -> Vec<(Option<String>, Value)> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    let named = items.iter().map(|item| match item {
        Value::Array(parts) => {
            let name = parts.first().and_then(Value::as_str).map(str::to_owned);
            (name, parts.get(1).cloned().unwrap_or_default())
        }
        item => (item.as_str().map(str::to_owned), Value::Null),
    });
    named.collect()
}

struct Maker<'a> {
    arguments: &'a ReporterArguments,
    test: &'a TestOptions,
    root: &'a Utf8Path,
    is_vitest_4: bool,
    shard: Option<Shard>,
}

impl Maker<'_> {
    /// The reporter, and whether it writes to stdout for a program.
    fn make(
        &self,
        name: Name,
        options: Value,
        screen: Option<&Screen>,
    ) -> Result<(Box<dyn Reporter>, bool), Stop> {
        Ok(match name {
            Name::Terminal(look) => (
                Box::new(TerminalReporter {
                    look,
                    colour: wants_color(),
                    is_terminal: is_watched(),
                    columns: terminal_columns(),
                    errors: Some(match screen.filter(|_| io::stderr().is_terminal()) {
                        Some(screen) => Box::new(screen.stderr()),
                        None => Box::new(io::stderr()),
                    }),
                }),
                false,
            ),
            Name::Json => {
                let file = self.file("json", &options, "json/output.json");
                to_file(Box::new(JsonReporter), file, "JSON report")?
            }
            Name::Junit => {
                let file = self.file("junit", &options, "junit/output.xml");
                to_file(Box::new(JunitReporter::new(read("junit", options)?)), file, "JUNIT report")?
            }
            Name::Blob => {
                let file = self.named_file("blob", &options).unwrap_or_else(|| self.blob_file(&options));
                to_file(Box::new(BlobReporter::default()), Some(self.root.join(file)), "blob report")?
            }
            Name::Tap { flat } => (Box::new(TapReporter { flat }), true),
            Name::Github => (Box::new(GithubReporter::new(read("github-actions", options)?)), false),
        })
    }

    /// Where a report goes, if not to stdout. Vitest 5 has a folder for what is to go nowhere else.
    fn file(&self, name: &str, options: &Value, standard: &str) -> Option<Utf8PathBuf> {
        let standard = || {
            let to_stdout = self.is_vitest_4 || options["stdout"] == true;
            (!to_stdout).then(|| Utf8Path::new(".vitest").join(standard))
        };
        self.named_file(name, options).or_else(standard).map(|file| self.root.join(file))
    }

    /// Where a blob goes if nothing names a file: where `vitest --merge-reports` looks for it.
    fn blob_file(&self, options: &Value) -> Utf8PathBuf {
        let folder = Utf8Path::new(if self.is_vitest_4 { ".vitest-reports" } else { ".vitest/blob" });
        let label =
            options["label"].as_str().map(str::to_owned).or_else(|| env::var("VITEST_BLOB_LABEL").ok());
        let label = label.filter(|label| !self.is_vitest_4 && !label.is_empty());
        let shard = self.shard.map(|shard| format!("{}-{}", shard.index, shard.count));
        let parts: Vec<_> = std::iter::once("blob".to_owned()).chain(label).chain(shard).collect();
        let name = parts.join("-").replace(|c: char| !c.is_alphanumeric() && !"-._".contains(c), "-");
        folder.join(name + ".json")
    }

    /// The file that is named for a report: as in Vitest, its own option wins, then `outputFile`.
    fn named_file(&self, name: &str, options: &Value) -> Option<Utf8PathBuf> {
        let text = |value: &Value| value.as_str().map(Utf8PathBuf::from);
        let named = match name {
            "json" => &self.arguments.json_file,
            "junit" => &self.arguments.junit_file,
            _ => &self.arguments.blob_file,
        };
        let configured = &self.test.output_file;
        text(&options["outputFile"])
            .or_else(|| named.clone())
            .or_else(|| self.arguments.output_file.clone())
            .or_else(|| text(configured))
            .or_else(|| text(&configured[name]))
    }
}

fn to_file(
    reporter: Box<dyn Reporter>,
    file: Option<Utf8PathBuf>,
    what: &'static str,
) -> Result<(Box<dyn Reporter>, bool), Stop> {
    Ok(match file {
        Some(path) => (Box::new(ToFile::create(reporter, path, what)?), false),
        None => (reporter, true),
    })
}

/// A reporter's options. What the config has functions for is left out, with a warning.
fn read<T: DeserializeOwned>(name: &str, options: Value) -> Result<T, Stop> {
    let mut options = match options {
        Value::Object(options) => options,
        _ => Map::new(),
    };
    options.retain(|key, value| {
        let is_function = value.get("$wptFunction").is_some();
        if is_function {
            anstream::eprintln!(
                "warning: the option `{key}` of the reporter `{name}` is a function, which only Vitest itself calls: use `vitest` with `wpt-gen/vitest`; it is left out"
            );
        }
        !is_function && !value.is_null()
    });
    serde_json::from_value(options.into())
        .map_err(|error| Stop::Message(format!("the options of the reporter `{name}` are wrong: {error}")))
}

/// Whether a person watches.
fn is_watched() -> bool {
    let is_ci =
        ["CI", "GITHUB_ACTIONS"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()));
    io::stdout().is_terminal() && !is_ci
}

/// Whether a program reads the output for a model: by the variables that Vitest goes by.
fn is_agent() -> bool {
    const VARIABLES: [&str; 14] = [
        "AI_AGENT",
        "CLAUDECODE",
        "CLAUDE_CODE",
        "REPL_ID",
        "GEMINI_CLI",
        "CODEX_SANDBOX",
        "CODEX_THREAD_ID",
        "OPENCODE",
        "AUGMENT_AGENT",
        "GOOSE_PROVIDER",
        "JUNIE_DATA",
        "COPILOT_AGENT",
        "COPILOT_CLI",
        "CURSOR_AGENT",
    ];
    VARIABLES.iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}
