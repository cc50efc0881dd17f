//! Line breaking for the text form.
//!
//! What fits stays on one line; what does not is broken at its outermost brackets. Lists that reviewers compare line by
//! line have one line per element, however long, so that a change of one element is a change of one line.

/// The width that other lines are kept within where that is possible.
pub(super) const WIDTH: usize = 110;

/// When a value in brackets gets a line per item.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// When it is too long for one line.
    WhenLong,
    /// Always, unless it is empty.
    PerItem,
    /// Only if something inside has to.
    One,
}

/// A value to lay out.
pub(super) enum Doc {
    /// A word that cannot be broken.
    Atom(String),
    /// Values in brackets.
    Group {
        /// The brackets.
        brackets: (char, char),
        /// What is between them.
        items: Vec<Item>,
        /// How it is broken.
        lines: Lines,
    },
}

/// One value in brackets.
pub(super) struct Item {
    /// The field's name, in a struct.
    pub(super) label: Option<&'static str>,
    /// The value.
    pub(super) doc: Doc,
    /// A comment for it.
    pub(super) comment: Option<String>,
}

impl Doc {
    /// Whether there is nothing between the brackets.
    pub(super) fn is_empty_group(&self) -> bool {
        matches!(self, Self::Group { items, .. } if items.is_empty())
    }

    /// The value as text, its first line starting at `column`, no newline at the end.
    pub(super) fn render(&self, column: usize) -> String {
        let mut out = Output { text: String::new(), column };
        out.doc(self, 0);
        out.text
    }

    /// The value on one line, unless it must not be.
    fn flat(&self) -> Option<String> {
        match self {
            Self::Atom(text) => Some(text.clone()),
            Self::Group { lines: Lines::PerItem, items, .. } if !items.is_empty() => None,
            Self::Group { brackets: (open, close), items, .. } => {
                let items = items.iter().map(Item::flat).collect::<Option<Vec<_>>>()?;
                Some(format!("{open}{}{close}", items.join(", ")))
            }
        }
    }
}

impl Item {
    fn flat(&self) -> Option<String> {
        if self.comment.is_some() {
            return None;
        }
        let value = self.doc.flat()?;
        Some(match self.label {
            Some(label) => format!("{label} = {value}"),
            None => value,
        })
    }
}

struct Output {
    text: String,
    column: usize,
}

impl Output {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
    }

    fn newline(&mut self, depth: usize) {
        self.text.push('\n');
        self.column = 0;
        self.push(&"  ".repeat(depth));
    }

    fn doc(&mut self, doc: &Doc, depth: usize) {
        let (open, close, items, lines) = match doc {
            Doc::Atom(text) => return self.push(text),
            Doc::Group { brackets: (open, close), items, lines } => (open, close, items, *lines),
        };
        // Room for what follows a value: a comma or closing brackets.
        let fits = |flat: &String| lines == Lines::One || self.column + flat.chars().count() < WIDTH;
        if let Some(flat) = doc.flat().filter(fits) {
            return self.push(&flat);
        }
        if let Some((head, last)) = hug(items).filter(|_| lines != Lines::PerItem) {
            self.push(&format!("{open}{head}"));
            self.item(last, depth);
            return self.push(&close.to_string());
        }
        self.push(&open.to_string());
        for item in items {
            self.newline(depth + 1);
            let start = self.text.len();
            self.item(item, depth + 1);
            self.push(",");
            let Some(comment) = &item.comment else { continue };
            if self.column > WIDTH || self.text[start..].contains('\n') {
                self.text.insert_str(start, &format!("# {comment}\n{}", "  ".repeat(depth + 1)));
            } else {
                self.push(&format!("  # {comment}"));
            }
        }
        self.newline(depth);
        self.push(&close.to_string());
    }

    fn item(&mut self, item: &Item, depth: usize) {
        if let Some(label) = item.label {
            self.push(&format!("{label} = "));
        }
        self.doc(&item.doc, depth);
    }
}

/// The only item in brackets, or the last if all before it are words: it can keep its opening bracket on the line of
/// the others, which are given as text.
fn hug(items: &[Item]) -> Option<(String, &Item)> {
    let (last, others) = items.split_last()?;
    if last.comment.is_some() || matches!(last.doc, Doc::Atom(_)) {
        return None;
    }
    let mut head = String::new();
    for item in others {
        matches!(item.doc, Doc::Atom(_)).then_some(())?;
        head.push_str(&item.flat()?);
        head.push_str(", ");
    }
    Some((head, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(label: Option<&'static str>, doc: Doc) -> Item {
        Item { label, doc, comment: None }
    }

    fn word(text: &str) -> Doc {
        Doc::Atom(text.to_owned())
    }

    fn list(lines: Lines, items: Vec<Item>) -> Doc {
        Doc::Group { brackets: ('[', ']'), items, lines }
    }

    #[test]
    fn what_fits_stays_on_one_line() {
        let doc = list(
            Lines::WhenLong,
            vec![item(None, word("1")), item(Some("a"), list(Lines::WhenLong, vec![]))],
        );
        insta::assert_snapshot!(doc.render(0), @"[1, a = []]");
        assert_eq!(list(Lines::PerItem, vec![]).render(0), "[]");
    }

    #[test]
    fn long_values_break_and_the_last_bracket_is_hugged() {
        let long = || word(&"x".repeat(60));
        let inner = list(Lines::WhenLong, vec![item(None, long()), item(None, long())]);
        let doc = list(Lines::WhenLong, vec![item(Some("name"), word("n")), item(Some("value"), inner)]);
        insta::assert_snapshot!(doc.render(0), @r#"
        [name = n, value = [
          xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,
          xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,
        ]]
        "#);
    }

    #[test]
    fn comments_stand_beside_short_lines_and_above_long_ones() {
        let with = |doc| Item { label: None, doc, comment: Some("why".to_owned()) };
        let doc = list(
            Lines::PerItem,
            vec![with(word("short")), with(word(&"x".repeat(120))), item(None, word("plain"))],
        );
        insta::assert_snapshot!(doc.render(0), @r#"
        [
          short,  # why
          # why
          xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,
          plain,
        ]
        "#);
    }
}
