//! From a byte offset to the line and column a person counts.

use std::fmt;

use camino::Utf8PathBuf;

use super::SourceFile;

/// A place in a text as an editor shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, the first being 1.
    pub line: usize,
    /// The column in characters, the first being 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl SourceFile {
    /// A file with its path as shown to the user.
    pub fn new(path: impl Into<Utf8PathBuf>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The line and column of a byte offset; one past the end of the text is its last place.
    pub fn position(&self, offset: usize) -> Position {
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let file = SourceFile::new("a", "é = 1\nname");
        let at = |offset| file.position(offset).to_string();
        assert_eq!(at(0), "1:1");
        assert_eq!(at(1), "1:1", "inside the two bytes of é");
        assert_eq!(at(3), "1:3");
        assert_eq!(at(7), "2:1");
        assert_eq!(at(11), "2:5");
        assert_eq!(at(usize::MAX), "2:5");
    }
}
