//! What the bundler is told: module rules, and replacements of expressions and modules.

use crate::{
    config::{
        origin::Spanned,
        tree::{Entry, Field, Fields, Language, Reader, Value},
    },
    diagnostic::Diagnostic,
};

/// What a module's file becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleType {
    /// An ES module.
    EsModule,
    /// A `CommonJS` module.
    CommonJs,
    /// A `WebAssembly.Module`.
    CompiledWasm,
    /// A string.
    Text,
    /// An `ArrayBuffer`.
    Data,
    /// A Python module.
    PythonModule,
    /// A Python package to provide.
    PythonRequirement,
}

/// The names of the types in `rules[].type`, which Miniflare's options share.
pub(in crate::config) const MODULE_TYPES: [(&str, ModuleType); 7] = [
    ("ESModule", ModuleType::EsModule),
    ("CommonJS", ModuleType::CommonJs),
    ("CompiledWasm", ModuleType::CompiledWasm),
    ("Text", ModuleType::Text),
    ("Data", ModuleType::Data),
    ("PythonModule", ModuleType::PythonModule),
    ("PythonRequirement", ModuleType::PythonRequirement),
];

/// One of `rules`: files that match a glob are modules of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The type.
    pub module_type: Spanned<ModuleType>,
    /// Globs of paths.
    pub globs: Vec<Spanned<String>>,
    /// Whether later rules of the same type apply as well.
    pub fallthrough: Option<Spanned<bool>>,
}

/// One entry of `define` or `alias`: a name in the source and what stands in its place.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// The expression or module that is replaced.
    pub from: Spanned<String>,
    /// The JavaScript expression or module it is replaced by.
    pub to: Spanned<String>,
}

impl Rule {
    pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Self> {
        Self::with_globs(reader, fields, "globs")
    }

    /// Reads a rule whose globs stand under `key`: Miniflare's `modulesRules` have another word for them.
    pub(in crate::config) fn with_globs(
        reader: &mut Reader<'_>,
        fields: &mut Fields<'_>,
        key: &'static str,
    ) -> Option<Self> {
        let module_type =
            fields.required(reader, "type").and_then(|field| field.one_of(reader, &MODULE_TYPES));
        let globs = fields.required(reader, key).and_then(|field| field.strings(reader));
        let fallthrough = fields.bool(reader, "fallthrough");
        Some(Self { module_type: module_type?, globs: globs?, fallthrough })
    }
}

impl Replacement {
    /// A flat table of strings: wrangler reads `define` and `alias` no deeper.
    pub(super) fn read_all(reader: &mut Reader<'_>, table: &Field<'_>) -> Option<Vec<Self>> {
        let entries = table.entries(reader)?;
        let mut read = Vec::with_capacity(entries.len());
        for (entry, field) in entries {
            if let Value::Table(_) = field.node.value {
                reader.diagnostics.push(nested(reader, entry, &field));
            } else if let Some(to) = field.string(reader) {
                read.push(Self { from: Spanned::new(entry.key.clone(), reader.key_origin(entry)), to });
            }
        }
        Some(read)
    }
}

/// A name with dots that was not quoted: TOML makes tables of it.
fn nested(reader: &Reader<'_>, entry: &Entry, field: &Field<'_>) -> Diagnostic {
    let mut name = entry.key.clone();
    let mut node = field.node;
    while let Some(inner) = node.entries().first() {
        name = format!("{name}.{}", inner.key);
        node = &inner.node;
    }
    let separator = match reader.language() {
        Language::Toml => " =",
        Language::Json | Language::Script => ":",
    };
    Diagnostic::error("wrong-type", format!("`{}` must be a string", field.path))
        .label(
            &reader.file,
            entry.key_span.clone(),
            format!("expected a string, found {}", reader.language().table()),
        )
        .help(format!("put the whole name in quotes: \"{name}\"{separator} …"))
}
