//! KV namespaces and databases.

use super::{Bindings, of};
use crate::{
    config::{
        vitest::{Named, WorkerOptions},
        wrangler::Wrangler,
    },
    plan::BindingKind,
};

pub(super) fn from_wrangler(wrangler: &Wrangler, found: &mut Bindings) {
    for namespace in &wrangler.kv_namespaces {
        let name = &namespace.binding;
        let id = namespace.local_id().to_owned();
        found.set(&name.value, BindingKind::Kv { id }, of(&name.origin));
    }
    for database in &wrangler.d1_databases {
        let name = &database.binding;
        let id = database.local_id().to_owned();
        found.set(&name.value, BindingKind::D1 { id }, of(&name.origin));
    }
}

pub(super) fn from_options(options: &WorkerOptions, found: &mut Bindings) {
    for Named { name, value: id } in &options.kv_namespaces {
        found.set(&name.value, BindingKind::Kv { id: id.value.clone() }, of(&name.origin));
    }
    for Named { name, value: id } in &options.d1_databases {
        found.set(&name.value, BindingKind::D1 { id: id.value.clone() }, of(&name.origin));
    }
}
