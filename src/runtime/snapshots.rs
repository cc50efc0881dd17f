//! Snapshot files, read and written for Vitest's runner, which has no disk.

use std::{fs, io};

use camino::{Utf8Path, Utf8PathBuf};

/// Where a test file's snapshots are.
pub fn path(test_file: &Utf8Path) -> Utf8PathBuf {
    let folder = test_file.parent().unwrap_or(Utf8Path::new(""));
    folder.join("__snapshots__").join(format!("{}.snap", test_file.file_name().unwrap_or_default()))
}

/// The content of a file, or `None` if there is none.
///
/// # Errors
/// It cannot be read.
pub fn read(file: &Utf8Path) -> io::Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a file, with its folder.
///
/// # Errors
/// It cannot be written.
pub fn save(file: &Utf8Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text)
}

/// Removes a file if it is there.
///
/// # Errors
/// It cannot be removed.
pub fn remove(file: &Utf8Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
