//! The private folder of a run: sockets and storage of its workerd processes, removed at the end.

use std::{env, fs, io, path::Path};

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

const PREFIX: &str = "wpt-gen-";
/// Memory-backed on Linux: many times faster than disk for `SQLite`.
const SHARED_MEMORY: &str = "/dev/shm";

/// A folder that is removed when this is dropped.
#[derive(Debug)]
pub struct RunFolder {
    folder: TempDir,
    path: Utf8PathBuf,
}

impl RunFolder {
    /// Makes a folder, in memory where the machine has such a place. Folders of runs that were killed are removed.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new() -> io::Result<Self> {
        let parent = if Path::new(SHARED_MEMORY).is_dir() { SHARED_MEMORY.into() } else { env::temp_dir() };
        remove_abandoned(&parent);
        let folder = tempfile::Builder::new()
            .prefix(&format!("{PREFIX}{}-", std::process::id()))
            .tempdir_in(&parent)
            .or_else(|_| tempfile::Builder::new().prefix(PREFIX).tempdir())?;
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).map_err(|path| {
            io::Error::other(format!("the folder for temporary files is not UTF-8: {}", path.display()))
        })?;
        Ok(Self { folder, path })
    }

    /// Its path.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Removes it now.
    ///
    /// # Errors
    /// Something in it cannot be removed.
    pub fn close(self) -> io::Result<()> {
        self.folder.close()
    }
}

/// Removes folders whose process is gone: a killed run cannot clean up after itself.
fn remove_abandoned(parent: &Path) {
    if !Path::new("/proc/self").exists() {
        return;
    }
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process =
            name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse::<u32>().ok());
        if process.is_some_and(|id| !Path::new(&format!("/proc/{id}")).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
