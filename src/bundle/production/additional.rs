//! `find_additional_modules`: files that go with the main module as they are, named by their place in `base_dir`.

use camino::{Utf8Path, Utf8PathBuf};

use super::{BundledModule, ProductionError, Rules, read};

/// Folders that hold no modules of the Worker's: what tools keep for themselves.
const SKIPPED: [&str; 3] = [".git", ".wrangler", ".wpt"];

/// What was found.
#[derive(Default)]
pub(super) struct Additional {
    /// The modules, by name.
    pub(super) modules: Vec<BundledModule>,
    /// Every file and folder that was looked at; absolute.
    pub(super) inputs: Vec<Utf8PathBuf>,
}

/// Finds the modules below `base` (absolute), all but `main`.
pub(super) fn find(base: &Utf8Path, main: &Utf8Path, rules: &Rules) -> Result<Additional, ProductionError> {
    let mut found = Additional::default();
    let walk = walkdir::WalkDir::new(base)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !entry.file_name().to_str().is_some_and(|name| SKIPPED.contains(&name)));
    for entry in walk.flatten() {
        let Some(path) = Utf8Path::from_path(entry.path()) else { continue };
        if entry.file_type().is_dir() {
            found.inputs.push(path.to_owned());
            continue;
        }
        let Ok(name) = path.strip_prefix(base) else { continue };
        let Some(kind) = rules.kind(name).filter(|_| path != main) else { continue };
        found.modules.push(BundledModule::new(name.as_str(), kind, read(path)?));
        found.inputs.push(path.to_owned());
    }
    Ok(found)
}
