//! XML, laid out as Vitest does: elements indented, texts not.

use std::fmt::Write;

use anstream::adapter::strip_str;

/// What was written so far.
pub(super) struct Xml {
    pub(super) text: String,
    depth: usize,
}

impl Xml {
    pub(super) fn new() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n".to_owned(), depth: 0 }
    }

    /// An element with what `content` writes in it. Attributes without a value are left out.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, Option<&str>)],
        content: impl FnOnce(&mut Self),
    ) {
        let mut start = format!("<{name}");
        for (key, value) in attributes {
            if let Some(value) = value {
                let _ = write!(start, " {key}=\"{}\"", escaped(value));
            }
        }
        self.line(&(start + ">"));
        self.depth += 1;
        content(self);
        self.depth -= 1;
        self.line(&format!("</{name}>"));
    }

    /// An element with nothing in it.
    pub(super) fn empty(&mut self, name: &str) {
        self.line(&format!("<{name}/>"));
    }

    /// A text, as it is.
    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(&escaped(text));
        self.text.push('\n');
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}{line}", "    ".repeat(self.depth));
    }
}

/// Without colours and what XML cannot hold.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in strip_str(text).to_string().chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c if is_unwanted(c) => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether XML 1.0 forbids a character, or discourages it.
fn is_unwanted(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}'
        | '\u{fdd0}'..='\u{fdef}' | '\u{fffd}')
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_hold_what_xml_can_hold() {
        assert_eq!(escaped("a<b & \"c\" > 'd'"), "a&lt;b &amp; &quot;c&quot; &gt; &apos;d&apos;");
        assert_eq!(escaped("\u{1b}[31mred\u{1b}[39m \0\u{1}\t\u{fffe}é😀"), "red \té😀");
    }
}
