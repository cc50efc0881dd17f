//! The contents of generated modules, in memory.

use std::{collections::BTreeMap, fs, io};

use camino::{Utf8Path, Utf8PathBuf};

use crate::plan::ModuleStore;

/// Module contents by path relative to `.wpt/modules`.
#[derive(Clone, Debug, Default)]
pub struct Modules(BTreeMap<Utf8PathBuf, Vec<u8>>);

impl Modules {
    /// Adds contents, in place of what had the path before.
    pub(crate) fn insert(&mut self, path: Utf8PathBuf, content: Vec<u8>) {
        self.0.insert(path, content);
    }

    /// Makes `folder` hold exactly these modules; files that are right already are not touched.
    ///
    /// # Errors
    /// A file cannot be written or removed.
    pub fn write_to(&self, folder: &Utf8Path) -> io::Result<()> {
        for (path, content) in &self.0 {
            write_if_changed(&folder.join(path), content)?;
        }
        for entry in
            walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file())
        {
            let known = Utf8Path::from_path(entry.path())
                .and_then(|path| path.strip_prefix(folder).ok())
                .is_some_and(|path| self.0.contains_key(path));
            if !known {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl ModuleStore for Modules {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }
}

/// Writes a file unless it has this content.
pub(crate) fn write_if_changed(path: &Utf8Path, content: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == content.len() as u64)
        && fs::read(path).is_ok_and(|current| current == content)
    {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)
}
