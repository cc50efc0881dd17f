//! The lines around a position, with a caret under it.

/// Lines before and after the one meant.
const AROUND: usize = 2;

/// Lines longer than this are likely minified: no frame at all.
const LONGEST: usize = 200;

/// The lines of a code frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFrame {
    /// Each line's number (one-based) and its text, shortened to fit.
    pub lines: Vec<(usize, String)>,
    /// The number of the line the caret belongs under.
    pub line: usize,
    /// How many columns are before the caret.
    pub indent: usize,
}

/// Five lines around a position (one-based, the column in UTF-16 units), none wider than `width`.
///
/// `None` if the position is not in the source, or a line is so long that it was not written by hand.
pub fn code_frame(source: &str, line: u32, column: u32, width: usize) -> Option<CodeFrame> {
    // Not `lines()`: what follows the last line end is a line as well.
    let all: Vec<_> = source.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let index = usize::try_from(line.checked_sub(1)?).ok().filter(|index| *index < all.len())?;
    let last = (index + AROUND).min(all.len() - 1);
    let mut lines = Vec::new();
    for (number, text) in all.iter().enumerate().take(last + 1).skip(index.saturating_sub(AROUND)) {
        if text.starts_with("//# sourceMappingURL") {
            continue;
        }
        if text.chars().count() > LONGEST {
            return None;
        }
        lines.push((number + 1, shortened(&text.replace('\t', " "), width)));
    }
    let units = usize::try_from(column.saturating_sub(1)).unwrap_or_default();
    let mut passed = 0;
    let indent = all[index].chars().take_while(|c| {
        passed += c.len_utf16();
        passed <= units
    });
    Some(CodeFrame { lines, line: index + 1, indent: indent.count() })
}

fn shortened(text: &str, width: usize) -> String {
    let kept = match text.char_indices().nth(width) {
        None => return text.trim_end().to_owned(),
        Some(_) => text.char_indices().nth(width.saturating_sub(1)).map_or("", |(end, _)| &text[..end]),
    };
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_lines_with_tabs_as_one_column() {
        let source = "one\r\ntwo\r\n\tthree\nfour  \n";
        let frame = code_frame(source, 3, 2, 80).unwrap();
        let texts: Vec<_> = frame.lines.iter().map(|(number, text)| format!("{number}|{text}")).collect();
        assert_eq!(texts, ["1|one", "2|two", "3| three", "4|four", "5|"]);
        assert_eq!((frame.line, frame.indent), (3, 1));
    }

    #[test]
    fn columns_count_utf16_units_and_carets_characters() {
        assert_eq!(code_frame("'😀é' + x", 1, 6, 80).unwrap().indent, 4);
    }

    #[test]
    fn lines_are_cut_to_the_width() {
        assert_eq!(code_frame("0123456789", 1, 1, 8).unwrap().lines[0].1, "0123456…");
        assert_eq!(code_frame("01234567", 1, 1, 8).unwrap().lines[0].1, "01234567");
    }

    #[test]
    fn positions_outside_and_minified_code_have_no_frame() {
        assert_eq!(code_frame("one", 2, 1, 80), None);
        assert_eq!(code_frame("one", 0, 1, 80), None);
        assert_eq!(code_frame(&"x".repeat(201), 1, 1, 80), None);
    }
}
