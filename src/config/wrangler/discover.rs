//! Finds the wrangler file, which a build tool may have redirected, and reads it from disk.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Redirect, Wrangler, read, read_redirected};
use crate::{
    config::{
        file::read_text,
        tree::{self, Field, Reader},
    },
    diagnostic::{Diagnostic, Diagnostics},
    project::relative_path,
};

/// The names a wrangler file can have; an earlier one hides a later one, as in wrangler.
pub const FILE_NAMES: [&str; 3] = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/// The file by which a build tool says that the wrangler file to use is another one, which it has generated.
pub const REDIRECT_FILE: &str = ".wrangler/deploy/config.json";

/// Where the wrangler file of a project is. Paths are relative to the project root, with `..` if they lead out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file to read.
    pub path: Utf8PathBuf,
    /// The redirect that led to it.
    pub redirect: Option<Redirect>,
}

/// Finds the wrangler file for `root` as wrangler does without `--config`: in this folder or the nearest above it, all
/// folders for `wrangler.json` first, then for `wrangler.jsonc`, then for `wrangler.toml`; or where
/// [`REDIRECT_FILE`] beside it leads. `Ok(None)` if there is none.
///
/// # Errors
/// A redirect that cannot be followed, or that is not beside the wrangler file.
pub fn find(root: &Utf8Path) -> Result<Option<Location>, Box<Diagnostic>> {
    let user = FILE_NAMES.iter().find_map(|name| find_up(root, name));
    let Some(redirect) = find_up(root, REDIRECT_FILE) else {
        return Ok(user.map(|path| Location { path, redirect: None }));
    };
    let path = redirect_target(root, &redirect)?;
    if let Some(user) = &user {
        let beside = relative_path(root, &user.parent().unwrap_or(Utf8Path::new("")).join(REDIRECT_FILE));
        if beside != redirect {
            let title = format!("`{redirect}` redirects, but it is not beside `{user}`");
            return Err(Box::new(
                Diagnostic::error("bad-redirect", title)
                    .help(format!("delete `{redirect}` if it is left over from an earlier build"))
                    .help(format!("a redirect of `{user}` would be `{beside}`")),
            ));
        }
    }
    Ok(Some(Location { path, redirect: Some(Redirect { user_path: user }) }))
}

/// Reads a wrangler file that was found as `environment` sees it; see [`read`].
pub fn load_from(
    root: &Utf8Path,
    location: &Location,
    environment: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<Wrangler> {
    let Some(redirect) = &location.redirect else {
        return load(root, &location.path, environment, diagnostics);
    };
    match read_text(root, &location.path) {
        Ok(Some(file)) => read_redirected(&Arc::new(file), redirect, environment, diagnostics),
        Ok(None) => {
            diagnostics.push(missing(&location.path));
            None
        }
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            None
        }
    }
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
            let directory = path.parent().unwrap_or(Utf8Path::new(""));
            let mut names = FILE_NAMES.iter().map(|name| directory.join(name));
            diagnostics.push(match names.find(|path| root.join(path).is_file()) {
                Some(other) => missing(path).help(format!("did you mean `{other}`?")),
                None => missing(path).help("the path is taken from the project's root"),
            });
            None
        }
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            None
        }
    }
}

fn missing(path: &Utf8Path) -> Diagnostic {
    Diagnostic::error("no-wrangler-file", format!("there is no file `{path}`"))
}

/// The file called `name` in `root` or the nearest folder above it that has one, relative to `root`.
fn find_up(root: &Utf8Path, name: &str) -> Option<Utf8PathBuf> {
    let folder = root.ancestors().find(|folder| folder.join(name).is_file())?;
    Some(relative_path(root, &folder.join(name)))
}

/// The file that a redirect leads to.
fn redirect_target(root: &Utf8Path, redirect: &Utf8Path) -> Result<Utf8PathBuf, Box<Diagnostic>> {
    let file = Arc::new(read_text(root, redirect)?.ok_or_else(|| missing(redirect))?);
    let mut found = Diagnostics::new();
    let target = tree::parse(&file, &mut found).and_then(|node| {
        let mut reader = Reader { file: file.clone(), diagnostics: &mut found };
        Field::root(&node).fields(&mut reader)?.required_string(&mut reader, "configPath")
    });
    let Some(target) = target else {
        let first = found.into_iter().next();
        return Err(Box::new(first.unwrap_or_else(|| missing(redirect))));
    };
    let folder = redirect.parent().unwrap_or(Utf8Path::new(""));
    let path = relative_path(root, &folder.join(&target.value));
    if root.join(&path).is_file() {
        return Ok(path);
    }
    let label = format!("there is no file `{path}`");
    let diagnostic = Diagnostic::error("bad-redirect", format!("`{redirect}` leads nowhere"));
    Err(Box::new(target.origin.label(diagnostic, label).help("build the project again, or delete the file")))
}
