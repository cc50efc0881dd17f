//! Variables, secrets and the kinds of binding that are compiled.

use crate::{
    config::{
        origin::Spanned,
        tree::{Field, Fields, Reader, Value},
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

/// The `secrets` table.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The names of the secrets the Worker cannot do without.
    pub required: Vec<Spanned<String>>,
}

/// One of `kv_namespaces`.
#[derive(Clone, Debug)]
pub struct KvNamespace {
    /// Its name in `env`.
    pub binding: Spanned<String>,
    /// The namespace's id.
    pub id: Option<Spanned<String>>,
    /// The id of the namespace `wrangler dev --remote` uses.
    pub preview_id: Option<Spanned<String>>,
}

/// One of `d1_databases`.
#[derive(Clone, Debug)]
pub struct D1Database {
    /// Its name in `env`.
    pub binding: Spanned<String>,
    /// The database's name.
    pub database_name: Option<Spanned<String>>,
    /// The database's id.
    pub database_id: Option<Spanned<String>>,
    /// The id of the database `wrangler dev --remote` uses.
    pub preview_database_id: Option<Spanned<String>>,
    /// The folder of the migrations; wrangler's default is `migrations`.
    pub migrations_dir: Option<Spanned<String>>,
    /// The table that records applied migrations; wrangler's default is `d1_migrations`.
    pub migrations_table: Option<Spanned<String>>,
    /// The glob that finds migrations; wrangler's default is every `.sql` file of the folder.
    pub migrations_pattern: Option<Spanned<String>>,
}

/// One of `durable_objects.bindings`.
#[derive(Clone, Debug)]
pub struct DurableObjectBinding {
    /// Its name in `env`.
    pub name: Spanned<String>,
    /// The exported class.
    pub class_name: Spanned<String>,
    /// The Worker that exports the class, if not this one.
    pub script_name: Option<Spanned<String>>,
    /// The environment of that Worker.
    pub environment: Option<Spanned<String>>,
}

/// One of `services`.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name in `env`.
    pub binding: Spanned<String>,
    /// The Worker's name.
    pub service: Spanned<String>,
    /// The entrypoint class; the default export if there is none.
    pub entrypoint: Option<Spanned<String>>,
    /// The environment of that Worker.
    pub environment: Option<Spanned<String>>,
    /// What the entrypoint finds in `ctx.props`.
    pub props: Option<Spanned<serde_json::Value>>,
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
                value: json(reader, &field),
            });
        }
        Some(vars)
    }
}

impl Secrets {
    pub(super) fn read(reader: &mut Reader<'_>, table: &Field<'_>) -> Option<Self> {
        let mut fields = table.fields(reader)?;
        let required = fields.strings(reader, "required").unwrap_or_default();
        fields.finish(reader);
        Some(Self { required })
    }
}

impl KvNamespace {
    pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Self> {
        let binding = fields.required_string(reader, "binding");
        let id = fields.string(reader, "id");
        let preview_id = fields.string(reader, "preview_id");
        warn_remote(reader, fields);
        Some(Self { binding: binding?, id, preview_id })
    }
}

impl D1Database {
    pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Self> {
        let binding = fields.required_string(reader, "binding");
        let database_name = fields.string(reader, "database_name");
        let database_id = fields.string(reader, "database_id");
        let preview_database_id = fields.string(reader, "preview_database_id");
        let migrations_dir = fields.string(reader, "migrations_dir");
        let migrations_table = fields.string(reader, "migrations_table");
        let migrations_pattern = fields.string(reader, "migrations_pattern");
        fields.ignore(&["database_internal_env"]);
        warn_remote(reader, fields);
        Some(Self {
            binding: binding?,
            database_name,
            database_id,
            preview_database_id,
            migrations_dir,
            migrations_table,
            migrations_pattern,
        })
    }
}

impl DurableObjectBinding {
    /// The bindings of the `durable_objects` table.
    pub(super) fn read_all(reader: &mut Reader<'_>, table: &Field<'_>) -> Option<Vec<Self>> {
        let mut fields = table.fields(reader)?;
        let bindings = fields.list(reader, "bindings", Self::read).unwrap_or_default();
        // Only a deployment replaces the code under a running object.
        fields.ignore(&["code_update_strategy"]);
        fields.finish(reader);
        Some(bindings)
    }

    fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.required_string(reader, "name");
        let class_name = fields.required_string(reader, "class_name");
        let script_name = fields.string(reader, "script_name");
        let environment = fields.string(reader, "environment");
        if let (None, Some(environment)) = (&script_name, &environment) {
            let path = &fields.table().path;
            let diagnostic = Diagnostic::error("missing-key", format!("`{path}` needs `script_name`"));
            reader.diagnostics.push(
                environment
                    .origin
                    .label(diagnostic, "an environment of which Worker?")
                    .help("add `script_name`, or delete `environment` if the class is this Worker's own"),
            );
        }
        Some(Self { name: name?, class_name: class_name?, script_name, environment })
    }
}

impl Service {
    pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Self> {
        let binding = fields.required_string(reader, "binding");
        let service = fields.required_string(reader, "service");
        let entrypoint = fields.string(reader, "entrypoint");
        let environment = fields.string(reader, "environment");
        let props = fields.get("props").and_then(|props| {
            props.entries(reader)?;
            Some(json(reader, &props))
        });
        fields.ignore(&["dev"]);
        warn_remote(reader, fields);
        Some(Self { binding: binding?, service: service?, entrypoint, environment, props })
    }
}

fn json(reader: &Reader<'_>, field: &Field<'_>) -> Spanned<serde_json::Value> {
    Spanned::new(field.node.to_json(), reader.origin(field.node))
}

/// `remote = true` asks for the deployed resource, which a compiled test run never reaches.
fn warn_remote(reader: &mut Reader<'_>, fields: &mut Fields<'_>) {
    let path = format!("{}.remote", fields.table().path);
    if let Some(remote) = fields.bool(reader, "remote").filter(|remote| remote.value) {
        let diagnostic = Diagnostic::warning("remote-binding", format!("`{path}` is ignored"));
        reader.diagnostics.push(remote.origin.label(diagnostic, "tests use a local one"));
    }
}
