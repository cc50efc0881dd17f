//! What the `junit` reporter can be told.

use serde::Deserialize;

use crate::report::model::{File, Task};

/// The options of Vitest's `junit` reporter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JunitOptions {
    /// The name of the whole report.
    pub suite_name: Option<String>,
    /// The `classname` of tests, with places such as `{filename}`.
    pub classname_template: Option<String>,
    /// The names of tests.
    pub title_template: Option<String>,
    /// The names of files.
    pub suite_name_template: Option<String>,
    /// What stands between the names of suites.
    pub ancestor_separator: Option<String>,
    /// The machine's name, instead of its own.
    pub hostname: Option<String>,
    /// Whether what tests wrote to the console is there.
    pub include_console_output: bool,
    /// Whether the file is an attribute of each test.
    pub add_file_attribute: bool,
    /// Whether errors have their stacks.
    pub stack_trace: bool,
}

impl Default for JunitOptions {
    fn default() -> Self {
        Self {
            suite_name: None,
            classname_template: None,
            title_template: None,
            suite_name_template: None,
            ancestor_separator: None,
            hostname: None,
            include_console_output: true,
            add_file_attribute: false,
            stack_trace: true,
        }
    }
}

/// What stands in the places of templates.
pub(super) struct Names<'a> {
    pub(super) file: &'a File,
    pub(super) class: &'a str,
    pub(super) title: &'a str,
    pub(super) suite: &'a str,
}

impl JunitOptions {
    /// Leaves out what only Vitest 5 knows.
    pub(super) fn before_vitest_5(&mut self) {
        self.title_template = None;
        self.suite_name_template = None;
        self.ancestor_separator = None;
        self.stack_trace = true;
    }

    pub(super) fn class_name(&self, names: &Names<'_>) -> Option<String> {
        self.classname_template.as_deref().map(|template| names.fill(template))
    }

    pub(super) fn title(&self, names: &Names<'_>) -> Option<String> {
        self.title_template.as_deref().map(|template| names.fill(template))
    }

    /// The name of a file, if there is a template for it: its `{title}` is the first suite's name.
    pub(super) fn suite_name_of(&self, file: &File) -> Option<String> {
        let template = self.suite_name_template.as_deref()?;
        let first = file.tasks.iter().find_map(|task| match task {
            Task::Suite(suite) => Some(suite.name.as_str()),
            Task::Test(_) => None,
        });
        let title = first.unwrap_or(basename(file));
        Some(Names { file, class: "{classname}", title, suite: "{suitename}" }.fill(template))
    }
}

impl Names<'_> {
    fn fill(&self, template: &str) -> String {
        let Self { file, class, title, suite } = self;
        let places = [
            ("{filename}", file.name.as_str()),
            ("{filepath}", file.filepath.as_str()),
            ("{basename}", basename(file)),
            ("{classname}", class),
            ("{title}", title),
            ("{suitename}", suite),
            ("{displayName}", &file.project_name),
        ];
        places.iter().fold(template.to_owned(), |text, (place, value)| text.replace(place, value))
    }
}

fn basename(file: &File) -> &str {
    file.filepath.file_name().unwrap_or_default()
}
