//! Line breaking for the text form.
//!
//! What fits stays on one line; what does not is broken at its outermost brackets. Lists that reviewers compare line by
//! line are always broken, so that a change of one element is a change of one line.

/// The width that lines are kept within where that is possible, comments not counted.
const WIDTH: usize = 120;

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
        /// Whether every item gets a line of its own even if all would fit on one.
        broken: bool,
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
        out.doc(self, 0, true);
        out.text
    }

    /// The value on one line, unless it must not be.
    fn flat(&self) -> Option<String> {
        match self {
            Self::Atom(text) => Some(text.clone()),
            Self::Group { broken: true, items, .. } if !items.is_empty() => None,
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

    /// `may_hug`: whether the last of several items may keep its opening bracket on this line.
    fn doc(&mut self, doc: &Doc, depth: usize, may_hug: bool) {
        let (open, close, items, broken) = match doc {
            Doc::Atom(text) => return self.push(text),
            Doc::Group { brackets: (open, close), items, broken } => (open, close, items, broken),
        };
        // Room for what follows a value: a comma or closing brackets.
        if let Some(flat) = doc.flat().filter(|flat| self.column + flat.chars().count() < WIDTH) {
            return self.push(&flat);
        }
        if let Some(head) = self.hug(items).filter(|_| may_hug && !broken) {
            self.push(&format!("{open}{head}"));
            if let Some(last) = items.last() {
                self.item(last, depth, false);
            }
            return self.push(&close.to_string());
        }
        self.push(&open.to_string());
        for item in items {
            self.newline(depth + 1);
            let start = self.text.len();
            self.item(item, depth + 1, true);
            self.push(",");
            let Some(comment) = &item.comment else { continue };
            if self.text[start..].contains('\n') {
                self.text.insert_str(start, &format!("# {comment}\n{}", "  ".repeat(depth + 1)));
            } else {
                self.push(&format!("  # {comment}"));
            }
        }
        self.newline(depth);
        self.push(&close.to_string());
    }

    fn item(&mut self, item: &Item, depth: usize, may_hug: bool) {
        if let Some(label) = item.label {
            self.push(&format!("{label} = "));
        }
        self.doc(&item.doc, depth, may_hug);
    }

    /// What comes before the last item, if the last is in brackets and all before it fit on this line.
    fn hug(&self, items: &[Item]) -> Option<String> {
        let (last, others) = items.split_last()?;
        if last.comment.is_some() || matches!(last.doc, Doc::Atom(_)) {
            return None;
        }
        let mut head = String::new();
        for item in others {
            head.push_str(&item.flat()?);
            head.push_str(", ");
        }
        (self.column + head.chars().count() + last.label.map_or(0, str::len) < WIDTH).then_some(head)
    }
}
