//! KV namespaces and databases.

use super::{Bindings, Written, of};
use crate::{config::wrangler::Wrangler, plan::BindingKind};

pub(super) fn from_wrangler(wrangler: &Wrangler, found: &mut Bindings) {
    for namespace in &wrangler.kv_namespaces {
        let name = &namespace.binding;
        let id = namespace.preview_id.as_ref().or(namespace.id.as_ref()).unwrap_or(name);
        found.set(&name.value, BindingKind::Kv { id: id.value.clone() }, of(&name.origin));
    }
    for database in &wrangler.d1_databases {
        let name = &database.binding;
        let id = database.preview_database_id.as_ref().or(database.database_id.as_ref()).unwrap_or(name);
        found.set(&name.value, BindingKind::D1 { id: id.value.clone() }, of(&name.origin));
    }
}

pub(super) fn from_options(written: Written<'_>, found: &mut Bindings) {
    for namespace in &written.options.kv_namespaces {
        let kind = BindingKind::Kv { id: namespace.id.clone() };
        found.set(&namespace.name, kind, written.option("kvNamespaces"));
    }
    for database in &written.options.d1_databases {
        let kind = BindingKind::D1 { id: database.id.clone() };
        found.set(&database.name, kind, written.option("d1Databases"));
    }
}
