//! Reads a text file of the user's from disk.

use std::{fs, io};

use camino::Utf8Path;

use crate::diagnostic::{Diagnostic, SourceFile};

/// Byte order marks of encodings that are not UTF-8.
const FOREIGN_MARKS: [&[u8]; 4] = [b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\xff\xfe\x00\x00"];

/// The text of `root`/`path`, without a byte order mark; `None` if there is no such file.
///
/// `path` is the name the user will see. A file that cannot be read, or is not UTF-8, is an error.
pub(crate) fn read_text(root: &Utf8Path, path: &Utf8Path) -> Result<Option<SourceFile>, Diagnostic> {
    let bytes = match fs::read(root.join(path)) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => {
            return Err(Diagnostic::error("unreadable-file", format!("`{path}` cannot be read: {error}")));
        }
    };
    let not_utf8 = |detail: &str| {
        Diagnostic::error("not-utf8", format!("`{path}` is not UTF-8 text{detail}")).help("save it as UTF-8")
    };
    if FOREIGN_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(not_utf8(": it starts with the byte order mark of UTF-16 or UTF-32"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = String::from_utf8_lossy(valid).matches('\n').count() + 1;
        not_utf8(&format!(" (line {line})"))
    })?;
    Ok(Some(SourceFile::new(path, text.strip_prefix('\u{feff}').unwrap_or(&text))))
}
