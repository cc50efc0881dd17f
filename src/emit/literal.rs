//! Literals of Cap'n Proto's text form.

use std::fmt::Write;

/// A text literal.
///
/// Whatever a reviewer could not see is written as escaped UTF-8 bytes: control characters, marks that change the
/// direction of text, zero-width characters and byte order marks.
pub(super) fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_invisible(c) => bytes(&mut out, c.encode_utf8(&mut [0; 4]).as_bytes(), "\\x"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A data literal.
pub(super) fn data(value: &[u8]) -> String {
    let mut out = String::with_capacity(value.len() * 2 + 4);
    out.push_str("0x\"");
    bytes(&mut out, value, "");
    out.push('"');
    out
}

/// One line of comment: what cannot be seen, line breaks included, becomes a space.
pub(super) fn comment(value: &str) -> String {
    value.chars().map(|c| if is_invisible(c) { ' ' } else { c }).collect()
}

fn bytes(out: &mut String, bytes: &[u8], prefix: &str) {
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(out, "{prefix}{byte:02x}");
    }
}

/// Characters without a shape, or that change how others are drawn.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invisible_is_spelled_out() {
        insta::assert_snapshot!(
            text("a\"b\\c\n\r\t\u{0}\u{7f}\u{85}\u{200b}\u{202e}\u{feff} é 😀 '"),
            @r#""a\"b\\c\n\r\t\x00\x7f\xc2\x85\xe2\x80\x8b\xe2\x80\xae\xef\xbb\xbf é 😀 '""#
        );
        assert_eq!(data(&[0, 0x7f, 0xff]), "0x\"007fff\"");
        assert_eq!(comment("one\ntwo\u{202e}x"), "one two x");
    }
}
