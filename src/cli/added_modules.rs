//! Modules that only some runs have: they are in no generated file.

use std::io;

use camino::Utf8Path;

use super::{native_coverage, offline};
use crate::plan::ModuleStore;

/// Each by its path.
const ADDED: [(&str, &str); 2] =
    [(offline::PATH, offline::SCRIPT), (native_coverage::PATH, native_coverage::SCRIPT)];

/// The modules of a project, and those.
pub(super) struct Store<'a>(pub(super) &'a dyn ModuleStore);

impl ModuleStore for Store<'_> {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        match ADDED.iter().find(|(added, _)| path == *added) {
            Some((_, script)) => Ok(script.as_bytes().to_vec()),
            None => self.0.read(path),
        }
    }
}
