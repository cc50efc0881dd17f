//! What keeps data: KV namespaces, buckets, databases, datasets, stores of secrets.

use super::Bindings;
use crate::{
    config::{
        origin::Spanned,
        vitest::{Named, WorkerOptions},
        wrangler::Wrangler,
    },
    plan::BindingKind,
};

pub(super) fn from_wrangler(wrangler: &Wrangler, found: &mut Bindings) {
    for namespace in &wrangler.kv_namespaces {
        found.add(&namespace.binding, BindingKind::Kv { id: namespace.local_id().to_owned() });
    }
    for database in &wrangler.d1_databases {
        found.add(&database.binding, BindingKind::D1 { id: database.local_id().to_owned() });
    }
    for bucket in &wrangler.r2_buckets {
        found.add(&bucket.binding, BindingKind::R2 { id: bucket.local_id().to_owned() });
    }
    for dataset in &wrangler.analytics_engine_datasets {
        let kind = BindingKind::AnalyticsEngine { dataset: dataset.local_id().to_owned() };
        found.add(&dataset.binding, kind);
    }
    for secret in &wrangler.secrets_store_secrets {
        found.add(&secret.binding, stored_secret(&secret.store_id, &secret.secret_name));
    }
}

pub(super) fn from_options(options: &WorkerOptions, found: &mut Bindings) {
    for Named { name, value: id } in &options.kv_namespaces {
        found.add(name, BindingKind::Kv { id: id.value.clone() });
    }
    for Named { name, value: id } in &options.d1_databases {
        found.add(name, BindingKind::D1 { id: id.value.clone() });
    }
    for Named { name, value: id } in &options.r2_buckets {
        found.add(name, BindingKind::R2 { id: id.value.clone() });
    }
    for Named { name, value: dataset } in &options.analytics_engine_datasets {
        found.add(name, BindingKind::AnalyticsEngine { dataset: dataset.value.clone() });
    }
    for Named { name, value: secret } in &options.secrets_store_secrets {
        found.add(name, stored_secret(&secret.store_id, &secret.secret_name));
    }
}

fn stored_secret(store: &Spanned<String>, secret: &Spanned<String>) -> BindingKind {
    BindingKind::StoredSecret { id: store.value.clone(), secret: secret.value.clone() }
}
