//! Files with something wrong in them. Where tests are about to run, and only tests import such a file, it is they that fail.

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::Compiler;
use crate::diagnostic::{Diagnostics, Severity};

/// A file that something is wrong with.
pub(super) struct Broken {
    pub(super) file: Utf8PathBuf,
    url: String,
    /// Whether it was compiled all the same: only imports of it lead nowhere.
    is_compiled: bool,
    problems: Diagnostics,
}

impl Compiler<'_> {
    /// Sets aside what has been found about a file since there were `known` problems, if any of it is an error.
    pub(super) fn set_aside(&mut self, file: &Utf8Path, url: &str, known: usize, is_compiled: bool) {
        let problems = self.diagnostics.split_off(known);
        if self.is_guessing {
            return;
        }
        if problems.has_errors() {
            let (file, url) = (file.to_owned(), url.to_owned());
            self.broken.push(Broken { file, url, is_compiled, problems });
        } else {
            self.diagnostics.extend(problems);
        }
    }

    /// The errors stop the run, unless `of_tests` says that only tests have to do with the file, and nothing else stops it.
    pub(super) fn report_broken(&mut self, of_tests: impl Fn(&Broken) -> bool) {
        let stops = self.diagnostics.has_errors() || !self.broken.iter().all(&of_tests);
        for broken in std::mem::take(&mut self.broken) {
            if stops {
                self.diagnostics.extend(broken.problems);
                continue;
            }
            self.found.is_partial = true;
            if broken.is_compiled {
                // The isolate says of each import that it leads nowhere, when it comes to it.
                let warnings = broken.problems.into_iter();
                self.diagnostics.extend(warnings.map(|problem| problem.with_severity(Severity::Warning)));
            } else {
                let code = throwing(&broken.problems);
                self.add_module(&broken.file, broken.url, (code, None), false);
            }
        }
    }
}

/// A module that throws what is wrong with it. The error's only frame is the place.
fn throwing(problems: &Diagnostics) -> String {
    let errors: Diagnostics =
        problems.iter().filter(|problem| problem.severity == Severity::Error).cloned().collect();
    let count = match errors.len() {
        1 => "1 error".to_owned(),
        count => format!("{count} errors"),
    };
    let message = format!("Transform failed with {count}:\n\n{}", errors.render(false));
    let place = errors.iter().flat_map(|error| &error.labels).next().map(|label| {
        let position = label.file.position(label.span.start);
        format!("\n    at {}:{}:{}", label.file.path, position.line, position.column)
    });
    let stack = format!("Error: {message}{}", place.unwrap_or_default());
    format!(
        "export default (0, async () => {{ throw Object.assign(new Error({}), {{ stack: {} }}); }});\n",
        Value::from(message),
        Value::from(stack)
    )
}
