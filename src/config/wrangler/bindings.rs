//! Variables, secrets, Durable Objects, and files bound as what they hold.

use super::table::{Slot, table};
use crate::{
    config::{
        origin::Spanned,
        tree::{Entry, Field, Reader, Value},
    },
    diagnostic::Diagnostic,
};

/// One of `vars`.
#[derive(Clone, Debug)]
pub struct Var {
    /// Its name in `env`.
    pub name: Spanned<String>,
    /// Its value: a string is bound as text, anything else as JSON.
    pub value: Spanned<serde_json::Value>,
}

table! {
    /// One of `durable_objects.bindings`.
    pub struct DurableObjectBinding {
        /// Its name in `env`.
        name: Spanned<String>,
        /// The exported class.
        class_name: Spanned<String>,
        /// The Worker that exports the class, if not this one.
        script_name: Option<Spanned<String>>,
        /// The environment of that Worker.
        environment: Option<Spanned<String>>,
    } check check_environment

    /// The `secrets` table.
    pub struct Secrets {
        /// The names of the secrets the Worker cannot do without.
        required: Vec<Spanned<String>>,
    }
}

impl Var {
    pub(super) fn read_all(reader: &mut Reader<'_>, table: &Field<'_>) -> Option<Vec<Self>> {
        let entries = table.entries(reader)?;
        let mut vars = Vec::with_capacity(entries.len());
        for (entry, field) in entries {
            if let Value::Datetime(_) = field.node.value {
                // wrangler refuses it too: a `Date` cannot be a variable.
                reader.wrong_type(&field, "a string");
                continue;
            }
            vars.push(Self {
                name: Spanned::new(entry.key.clone(), reader.key_origin(entry)),
                value: Spanned::new(field.node.to_json(), reader.origin(field.node)),
            });
        }
        Some(vars)
    }
}

/// One of `wasm_modules`, `text_blobs` or `data_blobs`.
#[derive(Clone, Debug)]
pub struct NamedFile {
    /// The name in `env`.
    pub name: Spanned<String>,
    /// The file.
    pub path: Spanned<String>,
}

impl NamedFile {
    pub(super) fn read_all(reader: &mut Reader<'_>, table: &Field<'_>) -> Option<Vec<Self>> {
        let entries = table.entries(reader)?;
        let named = |(entry, field): (&Entry, Field<'_>)| {
            let name = Spanned::new(entry.key.clone(), reader.key_origin(entry));
            Some(Self { name, path: field.string(reader)? })
        };
        Some(entries.into_iter().filter_map(named).collect())
    }
}

impl DurableObjectBinding {
    /// The bindings of the `durable_objects` table.
    pub(super) fn read_all(reader: &mut Reader<'_>, table: &Field<'_>) -> Option<Vec<Self>> {
        let mut fields = table.fields(reader)?;
        let bindings = Slot::read(reader, &mut fields, "bindings");
        fields.finish(reader);
        bindings
    }

    fn check_environment(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        if let (None, Some(environment)) = (&self.script_name, &self.environment) {
            let diagnostic =
                Diagnostic::error("missing-key", format!("`{}` needs `script_name`", field.path));
            reader.diagnostics.push(
                environment
                    .origin
                    .label(diagnostic, "an environment of which Worker?")
                    .help("add `script_name`, or delete `environment` if the class is this Worker's own"),
            );
        }
    }
}
