//! The `github-actions` reporter: errors as annotations of a workflow's run, and the job's summary.

mod summary;

use std::{
    env,
    fs::OpenOptions,
    io::{self, Write},
};

use anstream::adapter::strip_str;
use camino::Utf8PathBuf;
use serde::Deserialize;

use super::{
    Reporter,
    model::{Annotation, Run, State, TestError},
    terminal::plain_error,
};

/// The options of Vitest's `github-actions` reporter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GithubOptions {
    /// Whether what tests are annotated with is shown.
    pub display_annotations: bool,
    /// The job's summary.
    pub job_summary: SummaryOptions,
}

/// Where the job's summary goes, and what it links to.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SummaryOptions {
    /// Whether there is one.
    pub enabled: bool,
    /// The file that it is added to.
    pub output_path: Option<Utf8PathBuf>,
    /// Its title.
    pub title: Option<String>,
    /// What its links are made of.
    pub file_links: FileLinks,
}

/// Where the sources are on GitHub.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FileLinks {
    /// `owner/name`.
    pub repository: Option<String>,
    /// The commit.
    pub commit_hash: Option<String>,
    /// The folder that the repository was checked out to.
    pub workspace_path: Option<Utf8PathBuf>,
}

impl Default for GithubOptions {
    fn default() -> Self {
        Self { display_annotations: true, job_summary: SummaryOptions::default() }
    }
}

impl Default for SummaryOptions {
    fn default() -> Self {
        let output_path = env::var("GITHUB_STEP_SUMMARY").ok().map(Utf8PathBuf::from);
        Self { enabled: true, output_path, title: None, file_links: FileLinks::default() }
    }
}

impl Default for FileLinks {
    fn default() -> Self {
        Self {
            repository: env::var("GITHUB_REPOSITORY").ok(),
            commit_hash: env::var("GITHUB_SHA").ok(),
            workspace_path: env::var("GITHUB_WORKSPACE").ok().map(Utf8PathBuf::from),
        }
    }
}

/// Writes workflow commands: of annotations at once, of errors at the end of the run.
pub struct GithubReporter {
    options: GithubOptions,
}

impl GithubReporter {
    /// A reporter with the options that Vitest's has.
    pub fn new(options: GithubOptions) -> Self {
        Self { options }
    }

    fn add_summary(&self, run: &Run) -> io::Result<()> {
        let options = &self.options.job_summary;
        let Some(path) = options.output_path.as_ref().filter(|_| options.enabled) else { return Ok(()) };
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(summary::summary(run, options).as_bytes())
    }
}

impl Reporter for GithubReporter {
    fn annotated(&mut self, _run: &Run, annotation: &Annotation, out: &mut dyn Write) -> io::Result<()> {
        let Some(place) = annotation.location.as_ref().filter(|_| self.options.display_annotations) else {
            return Ok(());
        };
        let is_command = matches!(annotation.kind.as_str(), "notice" | "error" | "warning");
        let command = if is_command { &annotation.kind } else { "notice" };
        let (line, column) = (place.line.to_string(), place.column.to_string());
        let mut properties = vec![("file", place.file.as_str()), ("line", &line), ("column", &column)];
        if !is_command {
            properties.push(("title", &annotation.kind));
        }
        writeln!(out, "\n{}", workflow_command(command, &properties, &annotation.message))
    }

    fn run_finished(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        for unhandled in run.errors() {
            annotate(run, "Unhandled error", &unhandled.error, out)?;
        }
        for file in run.files() {
            let mut failed = Vec::new();
            file.walk(&mut |task, above| {
                if let Some(result) = task.result().filter(|result| result.state == State::Fail) {
                    let above = above.iter().map(|suite| suite.name.as_str());
                    let mut names: Vec<_> = std::iter::once(file.name.as_str()).chain(above).collect();
                    if task.id() != file.id {
                        names.push(task.name());
                    }
                    failed.push((names.join(" > "), &result.errors));
                }
            });
            for (name, errors) in failed {
                let project = &file.project_name;
                let title = if project.is_empty() { name } else { format!("[{project}] {name}") };
                for error in errors {
                    annotate(run, &title, error, out)?;
                }
            }
        }
        if let Err(error) = self.add_summary(run) {
            writeln!(
                out,
                "\n{}",
                workflow_command("warning", &[], &format!("The job's summary could not be written: {error}"))
            )?;
        }
        Ok(())
    }
}

/// An error, if it is known where it comes from.
fn annotate(run: &Run, title: &str, error: &TestError, out: &mut dyn Write) -> io::Result<()> {
    let (text, Some(frame)) = plain_error(&run.options().root, error) else { return Ok(()) };
    let (line, column) = (frame.line.to_string(), frame.column.to_string());
    let properties = [("file", frame.file.as_str()), ("title", title), ("line", &line), ("column", &column)];
    writeln!(out, "\n{}", workflow_command("error", &properties, &text))
}

/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>
fn workflow_command(command: &str, properties: &[(&str, &str)], message: &str) -> String {
    let escaped = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let properties: Vec<_> = properties
        .iter()
        .map(|(key, value)| format!("{key}={}", escaped(value).replace(':', "%3A").replace(',', "%2C")))
        .collect();
    let space = if properties.is_empty() { "" } else { " " };
    format!("::{command}{space}{}::{}", properties.join(","), escaped(&strip_str(message).to_string()))
}

#[cfg(test)]
mod tests;
