//! From the wrangler file and the pool's options to the plan's bindings.

use std::collections::BTreeSet;

use crate::{
    bundle::simulators::Products,
    config::{
        dev_vars::{DevVars, Secret},
        origin::Origin,
        vitest::VitestConfig,
        wrangler::{ExportKind, Storage, Wrangler},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{Binding, BindingKind, DurableObjectClass, Provenance, ServiceTarget},
};

/// What the Worker under test is bound to.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    pub(super) list: Vec<Binding>,
    pub(super) durable_objects: Vec<DurableObjectClass>,
    /// Where each Durable Object class is first named.
    pub(super) class_origins: Vec<(String, Origin)>,
    pub(super) products: Products,
    /// Environment variables that carry secrets to workerd.
    pub(super) secrets: Vec<(String, Secret)>,
}

/// Variables that carry secrets to workerd start with this.
const SECRET_VARIABLE: &str = "WPT_SECRET_";

pub(super) fn of(origin: &Origin) -> Provenance {
    Provenance::source(&origin.file.path, u32::try_from(origin.line()).unwrap_or(u32::MAX))
}

/// The bindings of the Worker under test. Later sources win: the wrangler file, local variables, the pool's options.
pub(super) fn collect(
    wrangler: Option<&Wrangler>,
    dev_vars: Option<&DevVars>,
    vitest: &VitestConfig,
    diagnostics: &mut Diagnostics,
) -> Bindings {
    let mut found = Bindings::default();
    if let Some(wrangler) = wrangler {
        from_wrangler(wrangler, &mut found, diagnostics);
    }
    for variable in dev_vars.into_iter().flat_map(|vars| &vars.values) {
        let name = format!("{SECRET_VARIABLE}{}", variable.name);
        found.set(Binding {
            name: variable.name.clone(),
            kind: BindingKind::Secret { variable: name.clone() },
            provenance: Provenance::rule("local-variable", format!("from {}", variable.origin)),
        });
        found.secrets.push((name, variable.value.clone()));
    }
    from_options(vitest, &mut found);
    found.products.durable_objects = !found.durable_objects.is_empty();
    found.list.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn from_wrangler(wrangler: &Wrangler, found: &mut Bindings, diagnostics: &mut Diagnostics) {
    diagnostics
        .extend(wrangler.unsupported.iter().map(crate::config::wrangler::UnsupportedBinding::diagnostic));
    for var in &wrangler.vars {
        let kind = match &var.value.value {
            serde_json::Value::String(value) => BindingKind::Text { value: value.clone() },
            value => BindingKind::Json { value: value.clone() },
        };
        found.set(Binding { name: var.name.value.clone(), kind, provenance: of(&var.name.origin) });
    }
    for namespace in &wrangler.kv_namespaces {
        let id = namespace.id.as_ref().unwrap_or(&namespace.binding).value.clone();
        found.products.kv = true;
        let name = &namespace.binding;
        found.set(Binding {
            name: name.value.clone(),
            kind: BindingKind::Kv { id },
            provenance: of(&name.origin),
        });
    }
    for database in &wrangler.d1_databases {
        let id = database
            .database_id
            .as_ref()
            .or(database.preview_database_id.as_ref())
            .unwrap_or(&database.binding);
        found.products.d1 = true;
        let name = &database.binding;
        let kind = BindingKind::D1 { id: id.value.clone() };
        found.set(Binding { name: name.value.clone(), kind, provenance: of(&name.origin) });
    }
    let own_name = wrangler.name.as_ref().map(|name| name.value.as_str());
    for service in &wrangler.services {
        if own_name != Some(service.service.value.as_str()) {
            let title = format!("the service binding `{}` needs another Worker", service.binding.value);
            let label = format!("there is no Worker `{}` here", service.service.value);
            diagnostics.push(
                service.service.origin.label(Diagnostic::error("unsupported-service", title), label).help(
                    "bindings to other Workers are not supported yet; a binding to the Worker itself uses its own `name`",
                ),
            );
            continue;
        }
        found.set(Binding {
            name: service.binding.value.clone(),
            kind: BindingKind::Service {
                target: ServiceTarget::SelfWorker,
                entrypoint: service.entrypoint.as_ref().map(|name| name.value.clone()),
                props: service.props.as_ref().map(|props| props.value.clone()),
            },
            provenance: of(&service.binding.origin),
        });
    }
    durable_objects(wrangler, own_name, found, diagnostics);
}

fn durable_objects(
    wrangler: &Wrangler,
    own_name: Option<&str>,
    found: &mut Bindings,
    diagnostics: &mut Diagnostics,
) {
    let mut classes: Vec<(String, Origin)> = vec![];
    for binding in &wrangler.durable_objects {
        if let Some(script) = &binding.script_name
            && Some(script.value.as_str()) != own_name
        {
            let title = format!("the Durable Object binding `{}` needs another Worker", binding.name.value);
            diagnostics.push(
                script
                    .origin
                    .label(
                        Diagnostic::error("unsupported-service", title),
                        format!("there is no Worker `{}` here", script.value),
                    )
                    .help("durable Objects of other Workers are not supported yet"),
            );
            continue;
        }
        classes.push((binding.class_name.value.clone(), binding.class_name.origin.clone()));
        found.set(Binding {
            name: binding.name.value.clone(),
            kind: BindingKind::DurableObject { class: binding.class_name.value.clone(), service: None },
            provenance: of(&binding.name.origin),
        });
    }
    // A class without a binding has a namespace all the same, reached through `ctx.exports`.
    let created =
        wrangler.migrations.iter().flat_map(|step| step.new_classes.iter().chain(&step.new_sqlite_classes));
    let gone: BTreeSet<&str> = wrangler
        .migrations
        .iter()
        .flat_map(|step| {
            step.deleted_classes
                .iter()
                .map(|class| class.value.as_str())
                .chain(step.renamed_classes.iter().map(|class| class.from.value.as_str()))
        })
        .collect();
    let renamed =
        wrangler.migrations.iter().flat_map(|step| step.renamed_classes.iter().map(|class| &class.to));
    for class in created.chain(renamed).filter(|class| !gone.contains(class.value.as_str())) {
        classes.push((class.value.clone(), class.origin.clone()));
    }
    for export in &wrangler.exports {
        match export.kind {
            ExportKind::DurableObject { .. } => {
                classes.push((export.name.value.clone(), export.name.origin.clone()));
            }
            _ => diagnostics.push(export.name.origin.label(
                Diagnostic::error(
                    "unsupported-export",
                    format!("the export `{}` is of a kind that is not supported yet", export.name.value),
                ),
                "",
            )),
        }
    }
    let mut seen = BTreeSet::new();
    for (class, origin) in classes {
        if !seen.insert(class.clone()) {
            continue;
        }
        found.durable_objects.push(DurableObjectClass {
            sqlite: wrangler.durable_object_storage(&class) == Storage::Sqlite,
            provenance: of(&origin),
            class: class.clone(),
        });
        found.class_origins.push((class, origin));
    }
}

fn from_options(vitest: &VitestConfig, found: &mut Bindings) {
    let provenance = |key: &str| match vitest.pool.origin(key) {
        Some(origin) => of(&origin),
        None => Provenance::rule("pool-options", format!("`miniflare.{key}` of the Vitest config")),
    };
    for (name, value) in &vitest.pool.miniflare.bindings {
        let kind = match value {
            serde_json::Value::String(value) => BindingKind::Text { value: value.clone() },
            value => BindingKind::Json { value: value.clone() },
        };
        found.set(Binding { name: name.clone(), kind, provenance: provenance("bindings") });
    }
    for namespace in &vitest.pool.miniflare.kv_namespaces {
        found.products.kv = true;
        let kind = BindingKind::Kv { id: namespace.id.clone() };
        found.set(Binding { name: namespace.name.clone(), kind, provenance: provenance("kvNamespaces") });
    }
    for database in &vitest.pool.miniflare.d1_databases {
        found.products.d1 = true;
        let kind = BindingKind::D1 { id: database.id.clone() };
        found.set(Binding { name: database.name.clone(), kind, provenance: provenance("d1Databases") });
    }
}

impl Bindings {
    /// Adds a binding, in place of one of the same name.
    fn set(&mut self, binding: Binding) {
        self.list.retain(|other| other.name != binding.name);
        self.list.push(binding);
    }
}
