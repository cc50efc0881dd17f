//! Typed access to the tree: a value of the wrong type, a missing key and an unknown key are each
//! reported at their place, with the path of the value and what was expected there.

use std::{fmt::Write as _, sync::Arc};

use super::{Entry, Language, Node, Value};
use crate::{
    config::origin::{Origin, Spanned},
    diagnostic::{Diagnostic, Diagnostics, SourceFile, nearest},
};

/// The file being read and the list to report into.
pub struct Reader<'d> {
    /// The file the tree was parsed from.
    pub file: Arc<SourceFile>,
    /// Where problems go.
    pub diagnostics: &'d mut Diagnostics,
}

/// A value and its path from the top of the file, for example `kv_namespaces[0].id`.
#[derive(Clone, Debug)]
pub struct Field<'t> {
    /// The value.
    pub node: &'t Node,
    /// The path as messages show it; empty for the whole file.
    pub path: String,
    /// The path with `[]` for each item of an array, and `*` for each key of the user's own.
    place: String,
    unread: &'static [&'static str],
    misplaced: &'static [&'static str],
}

/// Where a key is looked up when one table is laid over another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In the lower table alone.
    TopLevel,
    /// In the upper table, and in the lower one if the upper has not got it.
    Inherited,
    /// In the upper table alone.
    NotInherited,
}

/// Says for each key where it is looked up.
pub type ScopeOf = fn(&str) -> Scope;

/// A table being read key by key.
///
/// It remembers which keys were asked for: what is left over when [`Fields::finish`] is called is unknown.
pub struct Fields<'t> {
    table: Field<'t>,
    lower: Option<(Field<'t>, ScopeOf)>,
    asked: Vec<&'static str>,
}

impl Reader<'_> {
    /// The language of the file being read.
    pub fn language(&self) -> Language {
        Language::of(&self.file)
    }

    /// The place of a node in the file being read.
    pub fn origin(&self, node: &Node) -> Origin {
        Origin::new(&self.file, node.span.clone())
    }

    /// The place of an entry's key in the file being read.
    pub fn key_origin(&self, entry: &Entry) -> Origin {
        Origin::new(&self.file, entry.key_span.clone())
    }

    /// Reports that `field` is not what it must be; `expected` has its article, as in "a string".
    pub fn wrong_type(&mut self, field: &Field<'_>, expected: &str) {
        let found = field.node.kind(self.language());
        // In scripts, the words are those of zod, which people search for.
        let label = match self.language() {
            Language::Script => {
                format!("Invalid input: expected {}, received {}", bare(expected), bare(&found))
            }
            Language::Toml | Language::Json => format!("expected {expected}, found {found}"),
        };
        let title = format!("{} must be {expected}", field.quoted());
        let mut diagnostic =
            Diagnostic::error("wrong-type", title).label(&self.file, field.node.span.clone(), label);
        if let (Value::Datetime(date), "a string") = (&field.node.value, expected) {
            diagnostic = diagnostic.help(format!("put it in quotes: \"{date}\""));
        }
        self.diagnostics.push(diagnostic);
    }
}

impl<'t> Field<'t> {
    /// The top of a file.
    pub fn root(node: &'t Node) -> Self {
        Self { node, path: String::new(), place: String::new(), unread: &[], misplaced: &[] }
    }

    /// The same value, with the keys below it that are known although nothing is read from them.
    ///
    /// They are given by their paths from here, with `[]` for each item of an array, and `*` for each key of the user's own.
    #[must_use]
    pub fn with_unread(self, unread: &'static [&'static str]) -> Self {
        Self { unread, place: String::new(), ..self }
    }

    /// The same value, with the paths of keys that are known by their names: where another table has one of them, the help
    /// says where it belongs. They are given as in [`Field::with_unread`].
    #[must_use]
    pub fn with_misplaced(self, misplaced: &'static [&'static str]) -> Self {
        Self { misplaced, ..self }
    }

    /// The value as a string.
    pub fn string(&self, reader: &mut Reader<'_>) -> Option<Spanned<String>> {
        match &self.node.value {
            Value::String(text) => Some(Spanned::new(text.clone(), reader.origin(self.node))),
            _ => self.refuse(reader, "a string"),
        }
    }

    /// The value as a boolean.
    pub fn bool(&self, reader: &mut Reader<'_>) -> Option<Spanned<bool>> {
        match self.node.value {
            Value::Bool(value) => Some(Spanned::new(value, reader.origin(self.node))),
            _ => self.refuse(reader, "`true` or `false`"),
        }
    }

    /// The value as a number.
    pub fn number(&self, reader: &mut Reader<'_>) -> Option<Spanned<f64>> {
        match &self.node.value {
            Value::Number(number) => {
                // No feature of serde_json makes numbers that are no doubles.
                Some(Spanned::new(number.as_f64()?, reader.origin(self.node)))
            }
            _ => self.refuse(reader, "a number"),
        }
    }

    /// The value as one of a few strings, each standing for a `T`.
    pub fn one_of<T: Copy>(&self, reader: &mut Reader<'_>, choices: &[(&str, T)]) -> Option<Spanned<T>> {
        let written = self.string(reader)?;
        if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == written.value) {
            return Some(written.map(|_| *choice));
        }
        let names: Vec<_> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
        let diagnostic = Diagnostic::error("wrong-value", format!("{} cannot be `{written}`", self.quoted()));
        let diagnostic = written.origin.label(diagnostic, format!("expected {}", names.join(", ")));
        reader.diagnostics.push(match nearest(&written.value, choices.iter().map(|(name, _)| *name)) {
            Some(choice) => diagnostic.help(format!("did you mean `{choice}`?")),
            None => diagnostic,
        });
        None
    }

    /// The items of an array.
    pub fn items(&self, reader: &mut Reader<'_>) -> Option<Vec<Field<'t>>> {
        match &self.node.value {
            Value::Array(items) => {
                Some(items.iter().enumerate().map(|(index, node)| self.item(index, node)).collect())
            }
            _ => self.refuse(reader, "an array"),
        }
    }

    /// The value as an array of strings; items of another type are reported and left out.
    pub fn strings(&self, reader: &mut Reader<'_>) -> Option<Vec<Spanned<String>>> {
        match &self.node.value {
            Value::Array(items) => Some(
                items
                    .iter()
                    .enumerate()
                    .filter_map(|(index, node)| self.item(index, node).string(reader))
                    .collect(),
            ),
            _ => self.refuse(reader, "an array of strings"),
        }
    }

    /// The value as a table whose keys are known beforehand.
    pub fn fields(&self, reader: &mut Reader<'_>) -> Option<Fields<'t>> {
        self.entries(reader)?;
        Some(Fields { table: self.clone(), lower: None, asked: Vec::new() })
    }

    /// The value as a table that is laid over `lower`; `scope` says for each key where it is looked up. The keys of
    /// both are the same.
    pub fn fields_over(
        &self,
        reader: &mut Reader<'_>,
        lower: &Field<'t>,
        scope: ScopeOf,
    ) -> Option<Fields<'t>> {
        let table = Self { place: lower.place.clone(), ..self.clone() };
        let fields = table.fields(reader)?;
        Some(Fields { lower: Some((lower.clone(), scope)), ..fields })
    }

    /// The keys and values of a table whose keys are the user's own.
    pub fn entries(&self, reader: &mut Reader<'_>) -> Option<Vec<(&'t Entry, Field<'t>)>> {
        match &self.node.value {
            Value::Table(entries) => {
                Some(entries.iter().map(|entry| (entry, self.under("*", &entry.key, &entry.node))).collect())
            }
            _ => self.refuse(reader, reader.language().table()),
        }
    }

    /// A value of this table, under a key that is known beforehand.
    #[must_use]
    pub fn child(&self, key: &str, node: &'t Node) -> Self {
        self.under(key, key, node)
    }

    fn under(&self, step: &str, key: &str, node: &'t Node) -> Self {
        Self { node, path: self.path_of(key), place: self.place_of(step), ..*self }
    }

    /// The path of the value under `key`.
    pub fn path_of(&self, key: &str) -> String {
        let bare =
            !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-$".contains(&byte));
        let mut path = self.path.clone();
        if !path.is_empty() {
            path.push('.');
        }
        if bare {
            path.push_str(key);
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(path, "{key:?}");
        }
        path
    }

    fn item(&self, index: usize, node: &'t Node) -> Self {
        let path = format!("{}[{index}]", self.path);
        Self { node, path, place: format!("{}[]", self.place), ..*self }
    }

    fn place_of(&self, step: &str) -> String {
        if self.place.is_empty() { step.to_owned() } else { format!("{}.{step}", self.place) }
    }

    /// The keys of this table that nothing is read from.
    fn unread_keys(&self) -> impl Iterator<Item = &'static str> {
        self.unread.iter().filter_map(|path| {
            let (table, key) = path.rsplit_once('.').unwrap_or(("", path));
            (table == self.place).then_some(key)
        })
    }

    /// Where a key belongs that this table does not have.
    fn right_place(&self, key: &str) -> Option<String> {
        let tables = self.misplaced.iter().filter_map(|path| {
            let (table, name) = path.rsplit_once('.').unwrap_or(("", path));
            (name == key).then(|| match table.strip_suffix("[]") {
                Some(list) => format!("in an entry of `{list}`"),
                None if table.is_empty() => "at the top level of the file".to_owned(),
                None => format!("in `{table}`"),
            })
        });
        let tables: Vec<String> = tables.collect();
        (!tables.is_empty()).then(|| format!("`{key}` belongs {}", tables.join(" or ")))
    }

    /// The path in backticks, or words for the whole file.
    pub fn quoted(&self) -> String {
        if self.path.is_empty() { "the file".to_owned() } else { format!("`{}`", self.path) }
    }

    fn refuse<T>(&self, reader: &mut Reader<'_>, expected: &str) -> Option<T> {
        reader.wrong_type(self, expected);
        None
    }
}

impl<'t> Fields<'t> {
    /// The value under `key`, which becomes a known key.
    pub fn get(&mut self, key: &'static str) -> Option<Field<'t>> {
        self.ask(key);
        let of = |table: &Field<'t>| table.node.get(key).map(|node| table.child(key, node));
        match &self.lower {
            None => of(&self.table),
            Some((lower, scope)) => match scope(key) {
                Scope::TopLevel => of(lower),
                Scope::Inherited => {
                    of(&self.table).filter(|field| field.node.value != Value::Null).or_else(|| of(lower))
                }
                Scope::NotInherited => of(&self.table),
            },
        }
    }

    /// The entry under `key`, which becomes a known key: for the place of the key itself.
    pub fn entry(&mut self, key: &'static str) -> Option<&'t Entry> {
        self.ask(key);
        self.table.node.entry(key)
    }

    /// Whether the key was asked for.
    pub fn is_known(&self, key: &str) -> bool {
        self.asked.contains(&key)
    }

    /// The table itself.
    pub fn table(&self) -> &Field<'t> {
        &self.table
    }

    /// The string under `key`, if it is there.
    pub fn string(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Spanned<String>> {
        self.get(key)?.string(reader)
    }

    /// The value under `key`; its absence is reported.
    pub fn required(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Field<'t>> {
        let field = self.get(key);
        if field.is_none() {
            self.missing(reader, key);
        }
        field
    }

    /// The string under `key`; its absence is reported.
    pub fn required_string(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Spanned<String>> {
        self.required(reader, key)?.string(reader)
    }

    /// The boolean under `key`, if it is there.
    pub fn bool(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Spanned<bool>> {
        self.get(key)?.bool(reader)
    }

    /// The strings under `key`, if it is there.
    pub fn strings(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Vec<Spanned<String>>> {
        self.get(key)?.strings(reader)
    }

    /// The tables of the array under `key`, each read by `read`; items it refuses are left out.
    pub fn list<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        mut read: impl FnMut(&mut Reader<'_>, &mut Fields<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.get(key)?.items(reader)?;
        let read_item = |item: Field<'t>| {
            let mut fields = item.fields(reader)?;
            let value = read(reader, &mut fields);
            fields.finish(reader);
            value
        };
        Some(items.into_iter().filter_map(read_item).collect())
    }

    fn ask(&mut self, key: &'static str) {
        #[cfg(test)]
        super::asked::record(self.table.place_of(key));
        self.asked.push(key);
    }

    fn missing(&self, reader: &mut Reader<'_>, key: &str) {
        let title = format!("{} needs `{key}`", self.table.quoted());
        let span = self.table.node.span.clone();
        let label = format!("`{key}` is missing here");
        reader.diagnostics.push(Diagnostic::error("missing-key", title).label(&reader.file, span, label));
    }

    /// Warns about every key that was not asked for, naming the table it belongs in, or the nearest key that was.
    pub fn finish(mut self, reader: &mut Reader<'_>) {
        self.asked.extend(self.table.unread_keys());
        for entry in self.table.node.entries() {
            if self.asked.contains(&entry.key.as_str()) {
                continue;
            }
            let path = self.table.child(&entry.key, &entry.node).quoted();
            let title = match reader.language() {
                Language::Script => format!("{path} is not an option known here"),
                Language::Toml | Language::Json => format!("{path} is not a key wrangler knows"),
            };
            let diagnostic = Diagnostic::warning("unknown-key", title).label(
                &reader.file,
                entry.key_span.clone(),
                "ignored",
            );
            let similar = || nearest(&entry.key, self.asked.iter().copied());
            let help = self.table.right_place(&entry.key);
            reader.diagnostics.push(
                match help.or_else(|| similar().map(|known| format!("did you mean `{known}`?"))) {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic,
                },
            );
        }
    }
}

/// A type without its article; booleans by their name.
fn bare(kind: &str) -> &str {
    if kind == "`true` or `false`" {
        return "boolean";
    }
    kind.strip_prefix("a ").or_else(|| kind.strip_prefix("an ")).unwrap_or(kind)
}
