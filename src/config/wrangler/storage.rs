//! Bindings to things that keep data: KV, D1, R2, Hyperdrive, Analytics Engine, Vectorize and secrets' stores.

use super::{remote::Remote, table::table};
use crate::{
    config::{
        origin::Spanned,
        tree::{Field, Reader},
    },
    diagnostic::Diagnostic,
};

table! {
    /// One of `kv_namespaces`.
    pub struct KvNamespace {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The namespace's id.
        id: Option<Spanned<String>>,
        /// The id `wrangler dev` uses instead.
        preview_id: Option<Spanned<String>>,
        /// Whether it asks for the deployed namespace.
        remote: Remote,
    }

    /// One of `d1_databases`.
    pub struct D1Database {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The database's name.
        database_name: Option<Spanned<String>>,
        /// The database's id.
        database_id: Option<Spanned<String>>,
        /// The id `wrangler dev` uses instead.
        preview_database_id: Option<Spanned<String>>,
        /// The folder of the migrations; wrangler's default is `migrations`.
        migrations_dir: Option<Spanned<String>>,
        /// The table that records applied migrations; wrangler's default is `d1_migrations`.
        migrations_table: Option<Spanned<String>>,
        /// The glob that finds migrations; wrangler's default is every `.sql` file of the folder.
        migrations_pattern: Option<Spanned<String>>,
        /// Whether it asks for the deployed database.
        remote: Remote,
    }

    /// One of `r2_buckets`.
    pub struct R2Bucket {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The bucket's name.
        bucket_name: Option<Spanned<String>>,
        /// The name `wrangler dev` uses instead.
        preview_bucket_name: Option<Spanned<String>>,
        /// Where the bucket's data must stay.
        jurisdiction: Option<Spanned<String>>,
        /// Whether it asks for the deployed bucket.
        remote: Remote,
    } check check_names

    /// One of `hyperdrive`.
    pub struct Hyperdrive {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The configuration's id.
        id: Spanned<String>,
        /// The connection string of the local database; an environment variable may give it as well.
        local_connection_string = "localConnectionString": Option<Spanned<String>>,
        /// Whether it asks for the deployed configuration.
        remote: Remote,
    }

    /// One of `analytics_engine_datasets`.
    pub struct AnalyticsEngineDataset {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The dataset's name.
        dataset: Option<Spanned<String>>,
        /// Whether it asks for the deployed dataset.
        remote: Remote,
    }

    /// One of `vectorize`.
    pub struct VectorizeIndex {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The index's name.
        index_name: Spanned<String>,
        /// Whether it asks for the deployed index.
        remote: Remote,
    }

    /// One of `secrets_store_secrets`.
    pub struct SecretsStoreSecret {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The store's id.
        store_id: Spanned<String>,
        /// The secret's name in the store.
        secret_name: Spanned<String>,
    }

    /// One of `artifacts`: repositories of build artifacts.
    pub struct Artifacts {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The namespace.
        namespace: Spanned<String>,
        /// Whether it asks for the deployed service.
        remote: Remote,
    }
}

impl KvNamespace {
    /// The namespace a local run uses: by the preview id, else by the id, else by the binding's name.
    pub fn local_id(&self) -> &str {
        local_id([&self.preview_id, &self.id], &self.binding)
    }
}

impl D1Database {
    /// The database a local run uses: by the preview id, else by the id, else by the binding's name.
    pub fn local_id(&self) -> &str {
        local_id([&self.preview_database_id, &self.database_id], &self.binding)
    }
}

impl R2Bucket {
    /// The bucket a local run uses: by the preview name, else by the name, else by the binding's name.
    pub fn local_id(&self) -> &str {
        local_id([&self.preview_bucket_name, &self.bucket_name], &self.binding)
    }
}

impl R2Bucket {
    fn check_names(&self, reader: &mut Reader<'_>, _: &Field<'_>) {
        for name in [&self.bucket_name, &self.preview_bucket_name].into_iter().flatten() {
            if !is_bucket_name(&name.value) {
                let title = format!("`{name}` cannot be the name of a bucket");
                let diagnostic = Diagnostic::error("bad-name", title);
                reader.diagnostics.push(
                    name.origin
                        .label(diagnostic, "expected 3 to 63 lower-case letters, digits and `-`")
                        .help("it cannot begin or end with `-`"),
                );
            }
        }
    }
}

fn is_bucket_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=63).contains(&name.len()) && name.bytes().all(allowed) && name.trim_matches('-') == name
}

impl AnalyticsEngineDataset {
    /// The dataset's name; without one it is called like the binding.
    pub fn local_id(&self) -> &str {
        local_id([&self.dataset], &self.binding)
    }
}

/// The first of the ids that is there, else the binding's name.
pub(super) fn local_id<'w, const N: usize>(
    ids: [&'w Option<Spanned<String>>; N],
    binding: &'w Spanned<String>,
) -> &'w str {
    ids.into_iter().flatten().next().unwrap_or(binding).value.as_str()
}
