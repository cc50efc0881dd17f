//! Durable Object classes: their migration history, the `exports` table, and the storage that follows.

use std::collections::BTreeMap;

use crate::{
    config::{
        origin::Spanned,
        tree::{Field, Fields, Reader},
    },
    diagnostic::{Diagnostic, Diagnostics, nearest},
};

use super::{WorkflowLimits, table::Slot};

/// How a Durable Object class stores its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// A `SQLite` database for each object.
    Sqlite,
    /// The older key-value storage, without SQL.
    KeyValue,
}

/// One of `migrations`.
#[derive(Clone, Debug)]
pub struct Migration {
    /// Its unique name.
    pub tag: Spanned<String>,
    /// Classes created with key-value storage.
    pub new_classes: Vec<Spanned<String>>,
    /// Classes created with `SQLite` storage.
    pub new_sqlite_classes: Vec<Spanned<String>>,
    /// Classes that got a new name.
    pub renamed_classes: Vec<RenamedClass>,
    /// Classes that are gone.
    pub deleted_classes: Vec<Spanned<String>>,
    /// Classes taken over from another Worker.
    pub transferred_classes: Vec<TransferredClass>,
}

/// One of `renamed_classes`.
#[derive(Clone, Debug)]
pub struct RenamedClass {
    /// The old name.
    pub from: Spanned<String>,
    /// The new name.
    pub to: Spanned<String>,
}

/// One of `transferred_classes`.
#[derive(Clone, Debug)]
pub struct TransferredClass {
    /// The name in the other Worker.
    pub from: Spanned<String>,
    /// The other Worker.
    pub from_script: Spanned<String>,
    /// The name here.
    pub to: Spanned<String>,
}

/// An entry of the `exports` table.
#[derive(Clone, Debug)]
pub struct Export {
    /// The exported name.
    pub name: Spanned<String>,
    /// What it is.
    pub kind: ExportKind,
    /// The workflow, if it is one.
    pub workflow: Option<WorkflowExport>,
}

/// A workflow of the `exports` table.
#[derive(Clone, Debug)]
pub struct WorkflowExport {
    /// Its name.
    pub name: Spanned<String>,
    /// Limits of its instances.
    pub limits: Option<WorkflowLimits>,
}

/// What an entry of the `exports` table declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    /// A Durable Object class in use.
    DurableObject(Storage),
    /// The note that a Durable Object class was deleted, renamed or given away.
    RetiredDurableObject,
    /// An entrypoint.
    Worker,
    /// A workflow.
    Workflow,
}

impl Migration {
    pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Self> {
        let tag = fields.required_string(reader, "tag");
        let new_classes = fields.strings(reader, "new_classes");
        let new_sqlite_classes = fields.strings(reader, "new_sqlite_classes");
        let renamed_classes = fields.list(reader, "renamed_classes", |reader, class| {
            let from = class.required_string(reader, "from");
            let to = class.required_string(reader, "to");
            Some(RenamedClass { from: from?, to: to? })
        });
        let deleted_classes = fields.strings(reader, "deleted_classes");
        let transferred_classes = fields.list(reader, "transferred_classes", |reader, class| {
            let from = class.required_string(reader, "from");
            let from_script = class.required_string(reader, "from_script");
            let to = class.required_string(reader, "to");
            Some(TransferredClass { from: from?, from_script: from_script?, to: to? })
        });
        Some(Self {
            tag: tag?,
            new_classes: new_classes.unwrap_or_default(),
            new_sqlite_classes: new_sqlite_classes.unwrap_or_default(),
            renamed_classes: renamed_classes.unwrap_or_default(),
            deleted_classes: deleted_classes.unwrap_or_default(),
            transferred_classes: transferred_classes.unwrap_or_default(),
        })
    }
}

#[derive(Clone, Copy)]
enum Type {
    DurableObject,
    Worker,
    Workflow,
}

const TYPES: [(&str, Type); 3] =
    [("durable-object", Type::DurableObject), ("worker", Type::Worker), ("workflow", Type::Workflow)];

/// What became of a Durable Object class.
#[derive(Clone, Copy)]
struct State {
    /// Whether it is in use.
    live: bool,
    /// The key that says more.
    needs: Option<&'static str>,
}

const STATES: [(&str, State); 5] = [
    ("created", State { live: true, needs: None }),
    ("expecting-transfer", State { live: true, needs: Some("transfer_from") }),
    ("deleted", State { live: false, needs: None }),
    ("renamed", State { live: false, needs: Some("renamed_to") }),
    ("transferred", State { live: false, needs: Some("transferred_to") }),
];

const STORAGES: [(&str, Storage); 2] = [("sqlite", Storage::Sqlite), ("legacy-kv", Storage::KeyValue)];

impl Export {
    /// The entries of the `exports` table.
    pub(super) fn read_all(reader: &mut Reader<'_>, table: &Field<'_>) -> Option<Vec<Self>> {
        let entries = table.entries(reader)?;
        let mut exports = Vec::with_capacity(entries.len());
        for (entry, field) in entries {
            let Some(mut fields) = field.fields(reader) else { continue };
            let Some(kind) = ExportKind::read(reader, &mut fields) else { continue };
            let workflow = match kind {
                ExportKind::Workflow => WorkflowExport::read(reader, &mut fields),
                _ => None,
            };
            fields.finish(reader);
            let name = Spanned::new(entry.key.clone(), reader.key_origin(entry));
            exports.push(Self { name, kind, workflow });
        }
        Some(exports)
    }
}

impl WorkflowExport {
    fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.required_string(reader, "name");
        let limits = Slot::read(reader, fields, "limits");
        Some(Self { name: name?, limits: limits? })
    }
}

impl ExportKind {
    fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Self> {
        match fields.required(reader, "type")?.one_of(reader, &TYPES)?.value {
            Type::DurableObject => {
                let State { live, needs } = match fields.get("state") {
                    Some(state) => state.one_of(reader, &STATES)?.value,
                    None => STATES[0].1,
                };
                if let Some(key) = needs {
                    fields.required_string(reader, key);
                }
                if !live {
                    return Some(Self::RetiredDurableObject);
                }
                let storage = fields.required(reader, "storage")?.one_of(reader, &STORAGES)?;
                Some(Self::DurableObject(storage.value))
            }
            Type::Worker => Some(Self::Worker),
            Type::Workflow => Some(Self::Workflow),
        }
    }
}

/// Follows the migrations in order, as wrangler does, and adds the classes of `exports`.
///
/// A step that cannot be taken, such as renaming a class that was never made, is an error.
pub(super) fn storage_of_classes(
    migrations: &[Migration],
    exports: &[Export],
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, Storage> {
    let mut classes = Classes { storage: BTreeMap::new(), diagnostics };
    for migration in migrations {
        for class in &migration.deleted_classes {
            classes.take(class, "deleted");
        }
        for RenamedClass { from, to } in &migration.renamed_classes {
            if let Some(storage) = classes.take(from, "renamed") {
                classes.storage.insert(to.value.clone(), storage);
            }
        }
        for class in &migration.new_classes {
            classes.add(class, Storage::KeyValue);
        }
        for class in &migration.new_sqlite_classes {
            classes.add(class, Storage::Sqlite);
        }
        for class in &migration.transferred_classes {
            // What the other Worker made it is not in this file; wrangler's local default is key-value.
            classes.storage.insert(class.to.value.clone(), Storage::KeyValue);
        }
    }
    let mut storage = classes.storage;
    for export in exports {
        if let ExportKind::DurableObject(kind) = export.kind {
            storage.insert(export.name.value.clone(), kind);
        }
    }
    report_both_ways(migrations, exports, diagnostics);
    storage
}

struct Classes<'d> {
    storage: BTreeMap<String, Storage>,
    diagnostics: &'d mut Diagnostics,
}

impl Classes<'_> {
    fn add(&mut self, class: &Spanned<String>, storage: Storage) {
        if self.storage.insert(class.value.clone(), storage).is_some() {
            let diagnostic = Diagnostic::error("bad-migration", format!("class `{class}` is created twice"));
            self.diagnostics.push(
                class.origin.label(diagnostic, "an earlier migration has created it").help(
                    "to change a class's storage, delete it in one migration and create it in the next",
                ),
            );
        }
    }

    fn take(&mut self, class: &Spanned<String>, verb: &str) -> Option<Storage> {
        let storage = self.storage.remove(&class.value);
        if storage.is_none() {
            let title = format!("class `{class}` cannot be {verb}: there is no such class yet");
            let diagnostic = Diagnostic::error("bad-migration", title);
            let diagnostic = class.origin.label(diagnostic, "no earlier migration has created it");
            self.diagnostics.push(match nearest(&class.value, self.storage.keys().map(String::as_str)) {
                Some(known) => diagnostic.help(format!("did you mean `{known}`?")),
                None => diagnostic,
            });
        }
        storage
    }
}

/// wrangler takes the history from `migrations` or from `exports`, never from both.
fn report_both_ways(migrations: &[Migration], exports: &[Export], diagnostics: &mut Diagnostics) {
    let is_object = |export: &&Export| {
        matches!(export.kind, ExportKind::DurableObject(_) | ExportKind::RetiredDurableObject)
    };
    if let (Some(migration), Some(export)) = (migrations.first(), exports.iter().find(is_object)) {
        let diagnostic = Diagnostic::error(
            "bad-migration",
            "Durable Objects are declared in both `exports` and `migrations`",
        );
        let diagnostic = export.name.origin.label(diagnostic, "declared here");
        diagnostics
            .push(migration.tag.origin.label(diagnostic, "and a migration here").help("keep one of the two"));
    }
}
