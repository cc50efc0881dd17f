//! Draws a diagnostic the way rustc does: title, the lines of the file it concerns, help.

use std::{borrow::Cow, ops::Range, sync::Arc};

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label, Severity, SourceFile};

impl Diagnostic {
    /// The diagnostic as it may be shown: no text has the password of a URL.
    pub(super) fn shown(&self) -> Self {
        let mut shown = self.clone();
        let labels = shown.labels.iter_mut().map(|label| &mut label.text);
        for text in labels.chain(&mut shown.help).chain([&mut shown.title]) {
            if let Cow::Owned(hidden) = without_passwords(text) {
                *text = hidden;
            }
        }
        shown
    }

    /// The diagnostic as text without a final line break; with ANSI colours if `color`.
    ///
    /// Without a label it is the title and the help alone.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[self.shown().group()])
    }

    fn group(&self) -> Group<'_> {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(&self.title).id(self.code);
        Group::with_title(title)
            .elements(self.snippets())
            .elements(self.help.iter().map(|sentence| Level::HELP.message(sentence)))
    }

    /// One snippet for each file, in the order of the labels; the first label of all is the primary one.
    fn snippets(&self) -> Vec<Snippet<'_, Annotation<'_>>> {
        let mut files: Vec<&Arc<SourceFile>> = Vec::new();
        for label in &self.labels {
            if !files.iter().any(|file| Arc::ptr_eq(file, &label.file)) {
                files.push(&label.file);
            }
        }
        files
            .into_iter()
            .map(|file| {
                let labels =
                    self.labels.iter().enumerate().filter(|(_, label)| Arc::ptr_eq(file, &label.file));
                Snippet::source(without_passwords(&file.text))
                    .path(file.path.as_str())
                    .annotations(labels.map(|(index, label)| annotation(index == 0, label)))
            })
            .collect()
    }
}

fn annotation(primary: bool, label: &Label) -> Annotation<'_> {
    let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let text = (!label.text.is_empty()).then_some(label.text.as_str());
    kind.span(within(&label.file.text, &label.span)).label(text)
}

/// The span cut to the text and to whole characters: the renderer panics on anything else.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end.min(text.len()));
    start..end.max(start)
}

/// The text with the passwords of URLs (`scheme://user:password@`) hidden: output ends in logs that others read.
///
/// What stands for a character has as many bytes, so that spans and columns stay where they are.
fn without_passwords(text: &str) -> Cow<'_, str> {
    let mut hidden: Option<String> = None;
    let mut from = 0;
    while let Some(at) = text[from..].find("://") {
        let start = from + at + "://".len();
        let length = text[start..].find(ENDS_AUTHORITY).unwrap_or(text.len() - start);
        let authority = &text[start..start + length];
        if let Some((user, password)) = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':'))
            && (user, password) != EXAMPLE
        {
            let begin = start + user.len() + 1;
            let hiding: String = password.chars().map(|c| STARS[c.len_utf8() - 1]).collect();
            hidden
                .get_or_insert_with(|| text.to_owned())
                .replace_range(begin..begin + password.len(), &hiding);
        }
        from = start;
    }
    hidden.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// What help texts write in place of a user and a password.
const EXAMPLE: (&str, &str) = ("user", "password");

/// Characters of one to four bytes, each as wide as a letter.
const STARS: [char; 4] = ['*', '·', '•', '𐄁'];

/// What no user name or password of a URL holds as it is: what ends a string or a line. A password with an unescaped `/`
/// is hidden too.
const ENDS_AUTHORITY: [char; 7] = ['"', '\'', '`', '\n', '\r', ' ', '\t'];

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_title_and_help_alone() {
        let diagnostic = Diagnostic::error("no-config", "no wrangler file").help("add one");
        assert_snapshot!(diagnostic.render(false), @"
        error[no-config]: no wrangler file
         |
         = help: add one
        ");
    }

    #[test]
    fn labels_in_two_files() {
        let one = Arc::new(SourceFile::new("a.toml", "name = \"x\"\nmain = \"y\"\n"));
        let two = Arc::new(SourceFile::new("b/é.jsonc", "{ \"é\": 1 }"));
        let diagnostic = Diagnostic::warning("twice", "said twice")
            .label(&one, 0..4, "here")
            .label(&two, 2..6, "and here")
            .label(&one, 11..15, "")
            .help("say it once")
            .help("or not at all");
        assert_snapshot!(diagnostic.render(false), @r#"
        warning[twice]: said twice
         --> a.toml:1:1
          |
        1 | name = "x"
          | ^^^^ here
        2 | main = "y"
          | ----
          |
         ::: b/é.jsonc:1:3
          |
        1 | { "é": 1 }
          |   --- and here
          |
          = help: say it once
          = help: or not at all
        "#);
    }

    #[test]
    fn passwords_of_urls_are_hidden() {
        let text = "{ \"a\": \"postgres://ada:s/\u{e9}@db:5432/x\", \"mian\": \"http://x/?a:b\", \"b\": 'https://u:p@h@i' }\n";
        let file = Arc::new(SourceFile::new("a.json", text));
        let start = text.find("\"mian").unwrap();
        let diagnostic = Diagnostic::error("unknown-key", "no `mian`: mysql://u:pw@h")
            .label(&file, start..start + 6, "like mysql://u:pw@h")
            .help("write mysql://u:pw@h");
        assert_snapshot!(diagnostic.render(false), @r#"
        error[unknown-key]: no `mian`: mysql://u:**@h
         --> a.json:1:40
          |
        1 | { "a": "postgres://ada:**·@db:5432/x", "mian": "http://x/?a:b", "b": 'https://u:***@i' }
          |                                        ^^^^^^ like mysql://u:**@h
          |
          = help: write mysql://u:**@h
        "#);
        for text in [diagnostic.json(), diagnostic.annotation("".into()).command()] {
            assert_eq!(text.matches("u:**@h").count() + text.matches("u%3A**@h").count(), 3, "{text}");
            assert!(!text.contains("pw"), "{text}");
        }
        assert!(matches!(without_passwords("mailto:a@b http://x:1/ //a:b@c"), Cow::Borrowed(_)));
    }

    #[test]
    fn any_span_can_be_drawn() {
        for text in ["", "é", "a\n", "\r\n", "\t€\n\n"] {
            let file = Arc::new(SourceFile::new("x", text));
            for start in 0..6 {
                for end in 0..6 {
                    let drawn = Diagnostic::error("e", "t").label(&file, start..end, "l").render(false);
                    assert!(drawn.starts_with("error[e]: t"), "{drawn}");
                }
            }
        }
    }

    #[test]
    fn colour_is_a_choice() {
        let diagnostic = Diagnostic::error("e", "t");
        assert!(diagnostic.render(true).contains('\u{1b}'));
        assert!(!diagnostic.render(false).contains('\u{1b}'));
    }
}
