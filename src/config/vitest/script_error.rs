//! What went wrong while a Vitest config was evaluated, shown where it happened.

use std::{fs, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, SourceFile};

/// The error, as `runner-js/node/evaluate-config.mjs` writes it.
#[derive(Serialize, Deserialize)]
pub(super) struct ScriptError {
    message: String,
    #[serde(default)]
    stack: String,
    #[serde(default)]
    esbuild: Option<Vec<EsbuildMessage>>,
    /// The file that was evaluated, if that is not the Vitest config.
    #[serde(default)]
    during: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct EsbuildMessage {
    text: String,
    location: Option<EsbuildLocation>,
}

/// Lines count from 1, columns from 0, in bytes; the file is relative to the root.
#[derive(Serialize, Deserialize)]
struct EsbuildLocation {
    file: Utf8PathBuf,
    line: usize,
    column: usize,
    length: usize,
}

/// What Node says of a package that is not installed, before its name and a quote.
const MISSING_PACKAGE: &str = "Cannot find package '";

impl ScriptError {
    /// The error of the config `file` of the project at `root`.
    pub(super) fn diagnostic(&self, root: &Utf8Path, file: Option<&Arc<SourceFile>>) -> Diagnostic {
        let what = self.during.as_deref().unwrap_or("the Vitest config");
        let during = self.during.as_ref().and_then(|path| source(root, Utf8Path::new(path), file));
        let file = during.as_ref().or(file);
        let error = |title: String| Diagnostic::error("vitest-config", title);
        if let Some(message) = self.esbuild.as_ref().and_then(|all| all.first()) {
            let diagnostic = error(message.text.clone());
            let place = message.location.as_ref().and_then(|location| {
                let file = source(root, &location.file, file)?;
                let start = line_start(&file, location.line) + location.column;
                Some((file, start..start + location.length))
            });
            return match place {
                Some((file, span)) => diagnostic.label(&file, span, ""),
                None => diagnostic,
            };
        }
        if let Some(package) =
            self.message.strip_prefix(MISSING_PACKAGE).and_then(|rest| rest.split('\'').next())
        {
            let diagnostic = error(format!("{what} imports `{package}`, which is not installed"))
                .help(format!("run `npm install --save-dev {package}`"));
            return match file.and_then(|file| Some((file, file.text.find(package)?))) {
                Some((file, start)) => diagnostic.label(file, start..start + package.len(), ""),
                None => diagnostic,
            };
        }
        let diagnostic = error(format!("{what} threw: {}", self.message));
        let place = self.stack.lines().find_map(|frame| {
            let (path, line, column) = own_place(root, frame)?;
            let file = source(root, path, file)?;
            // The first line is evaluated with declarations before it: its columns are not the file's.
            let column = if line == 1 { 0 } else { column.saturating_sub(1) };
            let start = line_start(&file, line) + column;
            Some((file, start))
        });
        match (place, file) {
            (Some((file, start)), _) => diagnostic.label(&file, start..start, "thrown here"),
            (None, Some(file)) => diagnostic.label(file, 0..0, "thrown while this was evaluated"),
            (None, None) => diagnostic,
        }
    }
}

/// The file, line and column that a stack frame names, if it is in a file of the project's own.
fn own_place<'a>(root: &Utf8Path, frame: &'a str) -> Option<(&'a Utf8Path, usize, usize)> {
    let start = frame.find(root.as_str())?;
    let mut parts = frame[start + root.as_str().len()..].trim_end_matches(')').rsplitn(3, ':');
    let (column, line) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let path = parts.next()?.strip_prefix('/')?;
    (!path.contains("node_modules/")).then_some((Utf8Path::new(path), line, column))
}

/// The text of `path`: `known` if it is that file.
fn source(root: &Utf8Path, path: &Utf8Path, known: Option<&Arc<SourceFile>>) -> Option<Arc<SourceFile>> {
    if let Some(known) = known.filter(|known| known.path == path) {
        return Some(Arc::clone(known));
    }
    let text = fs::read_to_string(root.join(path)).ok()?;
    Some(Arc::new(SourceFile::new(path, text)))
}

/// The byte offset of a line, the first being 1.
fn line_start(file: &SourceFile, line: usize) -> usize {
    file.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
}
