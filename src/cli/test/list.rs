//! `wpt-gen list`: which tests there are, in Vitest's words.

use std::{fs, io};

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use serde_json::{Value, json};

use super::{Stop, arguments::Arguments, suite::TestFiles};
use crate::{
    cli::{Exit, print, wants_color},
    report::{
        model::{File, Mode, Run, Suite, TaskRef, Test},
        terminal,
    },
};

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArguments {
    #[command(flatten)]
    pub(super) test: Arguments,
    /// Print JSON, or write it to a file.
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = "true")]
    json: Option<Utf8PathBuf>,
    /// Print the test files, without their tests.
    #[arg(long = "filesOnly", alias = "files-only")]
    pub(super) files_only: bool,
    /// Whether tests have places in JSON although the config does not ask for that, as where Vitest only reads the files.
    #[arg(long = "staticParse", alias = "static-parse", value_name = "BOOL", num_args = 0..=1, default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    static_parse: bool,
    #[arg(long = "no-static-parse", alias = "no-staticParse", hide = true)]
    no_static_parse: bool,
}

impl ListArguments {
    /// Whether the place of each test is told.
    pub(super) fn has_places(&self) -> bool {
        self.static_parse && !self.no_static_parse
    }

    /// Prints the test files.
    pub(super) fn list_files(&self, files: &TestFiles) -> Result<Exit, Stop> {
        let items = files.iter().map(|(project, file)| match &self.json {
            Some(_) => (String::new(), with_project(json!({ "file": file }), project)),
            None => (labelled(project, self.relative(file).as_str()), Value::Null),
        });
        self.put(items)
    }

    /// Prints the tests that are not skipped, or what went wrong where they were looked for.
    pub(super) fn list_tests(&self, run: &Run) -> Result<Exit, Stop> {
        if let Some(errors) = terminal::errors(run, wants_color()) {
            anstream::eprint!("{errors}");
            return Ok(Exit::TestsFailed);
        }
        let mut items = vec![];
        for file in run.files() {
            file.walk(&mut |task, above| {
                if let TaskRef::Test(test) = task
                    && !matches!(task.mode(), Mode::Skip | Mode::Todo)
                {
                    items.push(item(file, above, test));
                }
            });
        }
        self.put(items.into_iter())
    }

    /// Prints lines, or JSON.
    fn put(&self, items: impl Iterator<Item = (String, Value)>) -> Result<Exit, Stop> {
        match self.json.as_deref() {
            None => print(&items.map(|(line, _)| line + "\n").collect::<String>()),
            Some(path) => {
                let text = serde_json::to_string_pretty(&items.map(|(_, json)| json).collect::<Value>())?;
                if path == "true" {
                    print(&(text + "\n"));
                } else {
                    write(&self.test.project.root.join(path), &text)?;
                }
            }
        }
        Ok(Exit::Success)
    }

    /// A file's path as Vitest prints it.
    fn relative(&self, file: &Utf8Path) -> Utf8PathBuf {
        let root = self.test.project.root.canonicalize_utf8();
        root.map_or_else(|_| file.to_owned(), |root| crate::project::relative_path(&root, file))
    }
}

/// A test's line, and its JSON.
fn item(file: &File, above: &[&Suite], test: &Test) -> (String, Value) {
    let names = above.iter().map(|suite| suite.name.as_str()).chain([test.name.as_str()]);
    let name = names.collect::<Vec<_>>().join(" > ");
    let line = labelled(&file.project_name, &format!("{} > {name}", file.name));
    let mut json = with_project(json!({ "name": name, "file": file.filepath }), &file.project_name);
    if let Some(location) = &test.location {
        json["location"] = json!({ "line": location.line, "column": location.column });
    }
    (line, json)
}

fn labelled(project: &str, text: &str) -> String {
    if project.is_empty() { text.to_owned() } else { format!("[{project}] {text}") }
}

fn with_project(mut json: Value, project: &str) -> Value {
    if !project.is_empty() {
        json["projectName"] = project.into();
    }
    json
}

fn write(path: &Utf8Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}
