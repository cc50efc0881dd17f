//! Forms that many options share: names with what they are bound to, paths, numbers in a range.

use std::ops::RangeInclusive;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    config::{
        origin::Spanned,
        tree::{Field, Fields, Foreign, Reader, Value},
    },
    diagnostic::Diagnostic,
    project::relative_path,
};

/// Something with a name that the project chose: a binding, a class, a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<T> {
    /// The name.
    pub name: Spanned<String>,
    /// What has it.
    pub value: T,
}

/// The contents of a binding that is made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// The file, relative to the project's root.
    File(Utf8PathBuf),
    /// The contents themselves.
    Bytes(Vec<u8>),
}

/// The folder that a Worker's paths are relative to.
#[derive(Clone, Debug)]
pub(super) struct Base {
    /// The project's root; absolute.
    pub(super) root: Utf8PathBuf,
    /// The folder, relative to the root.
    pub(super) folder: Utf8PathBuf,
}

impl Base {
    /// The project's root.
    pub(super) fn root(root: &Utf8Path) -> Self {
        Self { root: root.to_owned(), folder: Utf8PathBuf::new() }
    }

    /// A path as it is named from the project's root.
    pub(super) fn path(&self, written: &str) -> Utf8PathBuf {
        relative_path(&self.root, &self.folder.join(written))
    }

    /// The base below this one that `rootPath` names.
    pub(super) fn below(&self, folder: Option<&Spanned<String>>) -> Self {
        let folder = folder.map_or_else(|| self.folder.clone(), |folder| self.path(&folder.value));
        Self { root: self.root.clone(), folder }
    }

    /// The path under `key`.
    pub(super) fn get(
        &self,
        reader: &mut Reader<'_>,
        fields: &mut Fields<'_>,
        key: &'static str,
    ) -> Option<Spanned<Utf8PathBuf>> {
        let written = fields.string(reader, key)?;
        let path = self.path(&written.value);
        Some(written.map(|_| path))
    }

    /// The files of a record: `{ NAME: path }`, or bytes in place of the path where they are allowed.
    pub(super) fn contents(
        &self,
        reader: &mut Reader<'_>,
        fields: &mut Fields<'_>,
        key: &'static str,
        bytes: bool,
    ) -> Vec<Named<Spanned<Contents>>> {
        record(reader, fields, key, |reader, field| match &field.node.value {
            Value::Foreign(Foreign::Bytes(bytes_given)) if bytes => {
                Some(Spanned::new(Contents::Bytes(bytes_given.clone()), reader.origin(field.node)))
            }
            _ => {
                let written = field.string(reader)?;
                let path = Contents::File(self.path(&written.value));
                Some(written.map(|_| path))
            }
        })
    }
}

/// The entries of the object under `key`, each read by `read`; those that it refuses are left out.
pub(super) fn record<'t, T>(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'t>,
    key: &'static str,
    mut read: impl FnMut(&mut Reader<'_>, &Field<'t>) -> Option<T>,
) -> Vec<Named<T>> {
    let entries = fields.get(key).and_then(|field| field.entries(reader)).unwrap_or_default();
    entries
        .into_iter()
        .filter_map(|(entry, field)| {
            let value = read(reader, &field)?;
            Some(Named { name: Spanned::new(entry.key.clone(), reader.key_origin(entry)), value })
        })
        .collect()
}

/// The entries of the object under `key`, which are objects with known keys.
pub(super) fn objects<'t, T>(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'t>,
    key: &'static str,
    mut read: impl FnMut(&mut Reader<'_>, &mut Fields<'t>) -> Option<T>,
) -> Vec<Named<T>> {
    record(reader, fields, key, |reader, field| object(reader, field, &mut read))
}

/// An object with known keys.
pub(super) fn object<'t, T>(
    reader: &mut Reader<'_>,
    field: &Field<'t>,
    mut read: impl FnMut(&mut Reader<'_>, &mut Fields<'t>) -> Option<T>,
) -> Option<T> {
    let mut fields = field.fields(reader)?;
    let value = read(reader, &mut fields);
    refuse_remote(reader, &mut fields);
    fields.finish(reader);
    value
}

/// `{ NAME: { [inner]: text } }`.
pub(super) fn texts(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    key: &'static str,
    inner: &'static str,
) -> Vec<Named<Spanned<String>>> {
    objects(reader, fields, key, |reader, fields| fields.required_string(reader, inner))
}

/// `["NAME"]`, `{ NAME: "id" }` or `{ NAME: { [inner]: "id" } }`: names and ids.
pub(super) fn ids(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    key: &'static str,
    inner: &[&'static str],
) -> Vec<Named<Spanned<String>>> {
    if let Some(names) = array(reader, fields, key) {
        return names.into_iter().map(|name| Named { value: name.clone(), name }).collect();
    }
    record(reader, fields, key, |reader, field| match &field.node.value {
        Value::Table(_) => object(reader, field, |reader, fields| {
            let found = inner.iter().find_map(|inner| fields.get(inner));
            match (found, inner) {
                (Some(id), _) => id.string(reader),
                (None, [first, ..]) => fields.required_string(reader, first),
                (None, []) => None,
            }
        }),
        _ => field.string(reader),
    })
}

/// The strings under `key` if an array is there.
pub(super) fn array(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    key: &'static str,
) -> Option<Vec<Spanned<String>>> {
    let field = fields.get(key)?;
    matches!(field.node.value, Value::Array(_)).then(|| field.strings(reader)).flatten()
}

/// `{ binding: "NAME" }`: the name of a binding that a Worker has only one of.
pub(super) fn single(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    key: &'static str,
) -> Option<Spanned<String>> {
    let field = fields.get(key)?;
    object(reader, &field, |reader, fields| fields.required_string(reader, "binding"))
}

/// The number under `key`, within limits.
pub(super) fn number(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    key: &'static str,
    limits: RangeInclusive<f64>,
) -> Option<Spanned<f64>> {
    let field = fields.get(key)?;
    let number = field.number(reader)?;
    if limits.contains(&number.value) {
        return Some(number);
    }
    let title = format!("{} cannot be {}", field.quoted(), number.value);
    let label = format!("expected a number from {} to {}", limits.start(), limits.end());
    reader.diagnostics.push(number.origin.label(Diagnostic::error("wrong-value", title), label));
    None
}

/// A value that JSON can hold, all of it.
pub(super) fn json(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Spanned<serde_json::Value>> {
    let mut foreign = vec![];
    find_foreign(reader, field, &mut foreign);
    for field in &foreign {
        reader.wrong_type(field, "a value that JSON can hold");
    }
    foreign.is_empty().then(|| Spanned::new(field.node.to_json(), reader.origin(field.node)))
}

fn find_foreign<'t>(reader: &mut Reader<'_>, field: &Field<'t>, found: &mut Vec<Field<'t>>) {
    let inner = match &field.node.value {
        Value::Foreign(_) => return found.push(field.clone()),
        Value::Array(_) => field.items(reader).unwrap_or_default(),
        Value::Table(_) => {
            field.entries(reader).unwrap_or_default().into_iter().map(|(_, field)| field).collect()
        }
        _ => return,
    };
    for field in &inner {
        find_foreign(reader, field, found);
    }
}

/// A resource of Cloudflare's network: tests only have local ones.
fn refuse_remote(reader: &mut Reader<'_>, fields: &mut Fields<'_>) {
    let Some(entry) = fields.entry("remoteProxyConnectionString") else { return };
    let diagnostic = Diagnostic::warning("remote-binding", "remote bindings are local under test");
    reader.diagnostics.push(reader.key_origin(entry).label(diagnostic, "has no effect"));
}
