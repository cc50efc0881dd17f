//! Finds the wrangler file of a folder, and reads it from disk.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Wrangler, read};
use crate::{
    config::file::read_text,
    diagnostic::{Diagnostic, Diagnostics},
};

/// The names a wrangler file can have; an earlier one hides a later one, as in wrangler.
pub const FILE_NAMES: [&str; 3] = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/// The wrangler file of a folder, as a path relative to `root`; its absence is reported.
///
/// `directory` is relative to `root` too, and empty for `root` itself.
pub fn discover(root: &Utf8Path, directory: &Utf8Path, diagnostics: &mut Diagnostics) -> Option<Utf8PathBuf> {
    let found = existing(root, directory).next();
    if found.is_none() {
        let looked_for = FILE_NAMES.map(|name| format!("`{}`", directory.join(name)));
        diagnostics.push(
            Diagnostic::error("no-wrangler-file", "this project has no wrangler file")
                .help(format!("looked for {}", looked_for.join(", ")))
                .help(
                    "add one of them, or name the file in the Vitest config: `wrangler: { configPath: … }`",
                ),
        );
    }
    found
}

/// Reads `root`/`path` as `environment` sees it; see [`read`]. A missing file is reported.
pub fn load(
    root: &Utf8Path,
    path: &Utf8Path,
    environment: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<Wrangler> {
    match read_text(root, path) {
        Ok(Some(file)) => read(&Arc::new(file), environment, diagnostics),
        Ok(None) => {
            let diagnostic = Diagnostic::error("no-wrangler-file", format!("there is no file `{path}`"));
            let directory = path.parent().unwrap_or(Utf8Path::new(""));
            diagnostics.push(match existing(root, directory).next() {
                Some(other) => diagnostic.help(format!("did you mean `{other}`?")),
                None => diagnostic.help("the path is taken from the project's root"),
            });
            None
        }
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            None
        }
    }
}

fn existing(root: &Utf8Path, directory: &Utf8Path) -> impl Iterator<Item = Utf8PathBuf> {
    FILE_NAMES.iter().map(|name| directory.join(name)).filter(|path| root.join(path).is_file())
}
