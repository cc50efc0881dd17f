//! Where a Worker's code comes from, and which of its modules are not JavaScript.

use camino::Utf8PathBuf;

use super::{
    WorkerOptions,
    records::{Base, object},
};
use crate::config::{
    origin::Spanned,
    tree::{Field, Fields, Foreign, Reader, Value},
    wrangler::{MODULE_TYPES, ModuleType, Rule},
};

/// The option `modules`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Modules {
    /// Whether the script is an ES module; what it imports is found from there.
    Script(bool),
    /// All modules, the main one first.
    List(Vec<Module>),
}

/// A module of the option `modules`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// What it is.
    pub module_type: Spanned<ModuleType>,
    /// Its file, relative to the project's root. Other modules know it by its path from `modulesRoot`.
    pub path: Spanned<Utf8PathBuf>,
    /// Its contents, if not those of the file.
    pub contents: Option<ModuleContents>,
}

/// Contents of a module that are not in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModuleContents {
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

pub(super) fn read(
    worker: &mut WorkerOptions,
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    base: &Base,
) {
    worker.modules_rules = fields
        .list(reader, "modulesRules", |reader, fields| Rule::with_globs(reader, fields, "include"))
        .unwrap_or_default();
    worker.script = fields.string(reader, "script");
    worker.script_path = base.get(reader, fields, "scriptPath");
    worker.modules_root = base.get(reader, fields, "modulesRoot");
    worker.modules = fields.get("modules").and_then(|field| modules(reader, &field, base));
}

fn modules(reader: &mut Reader<'_>, field: &Field<'_>, base: &Base) -> Option<Spanned<Modules>> {
    let modules = match &field.node.value {
        Value::Array(_) => {
            let items = field.items(reader)?;
            let read = |item: &Field<'_>| object(reader, item, |reader, fields| module(reader, fields, base));
            Modules::List(items.iter().filter_map(read).collect())
        }
        Value::Bool(is_module) => Modules::Script(*is_module),
        _ => {
            reader.wrong_type(field, "`true`, `false` or an array of modules");
            return None;
        }
    };
    Some(Spanned::new(modules, reader.origin(field.node)))
}

fn module(reader: &mut Reader<'_>, fields: &mut Fields<'_>, base: &Base) -> Option<Module> {
    let module_type = fields.required(reader, "type").and_then(|field| field.one_of(reader, &MODULE_TYPES));
    let written = fields.required_string(reader, "path")?;
    let path = base.path(&written.value);
    let contents = fields.get("contents").and_then(|field| match &field.node.value {
        Value::String(text) => Some(ModuleContents::Text(text.clone())),
        Value::Foreign(Foreign::Bytes(bytes)) => Some(ModuleContents::Bytes(bytes.clone())),
        _ => {
            reader.wrong_type(&field, "a string or bytes");
            None
        }
    });
    Some(Module { module_type: module_type?, path: written.map(|_| path), contents })
}
