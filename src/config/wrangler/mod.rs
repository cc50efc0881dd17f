//! `wrangler.json`, `wrangler.jsonc` and `wrangler.toml`, read into types.
//!
//! Keys and inheritance are those of wrangler 4.156.2 (its `config-schema.json` and its validation): of a named
//! environment, build settings fall back to the top level, bindings and variables do not.

use std::{collections::BTreeMap, sync::Arc};

use camino::Utf8Path;

use super::{
    date::Date,
    origin::{Origin, Spanned},
    tree::{self, Field, Reader},
};
use crate::diagnostic::{Diagnostics, SourceFile};

mod bindings;
mod build;
mod discover;
mod durable_objects;
mod environment;
mod names;
mod section;
#[cfg(test)]
mod tests;
mod unsupported;

pub use bindings::{D1Database, DurableObjectBinding, KvNamespace, Secrets, Service, Var};
pub use build::{ModuleType, Replacement, Rule};
pub use discover::{FILE_NAMES, discover, load};
pub use durable_objects::{Export, ExportKind, Migration, RenamedClass, Storage, TransferredClass};
pub use unsupported::UnsupportedBinding;

/// A wrangler file as one environment sees it.
///
/// Paths (`main`, `tsconfig`, `migrations_dir`, …) are as written: relative to [`Wrangler::directory`].
#[derive(Clone, Debug)]
pub struct Wrangler {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The selected environment.
    pub environment: Option<String>,
    /// The Worker's name: in an environment without its own, the top level's with `-<environment>` added.
    pub name: Option<Spanned<String>>,
    /// The entry module.
    pub main: Option<Spanned<String>>,
    /// The compatibility date.
    pub compatibility_date: Option<Spanned<Date>>,
    /// The compatibility flags.
    pub compatibility_flags: Vec<Spanned<String>>,
    /// The TypeScript configuration the bundler reads.
    pub tsconfig: Option<Spanned<String>>,
    /// The function JSX is compiled to.
    pub jsx_factory: Option<Spanned<String>>,
    /// The component JSX fragments are compiled to.
    pub jsx_fragment: Option<Spanned<String>>,
    /// Whether `main` is deployed as it is.
    pub no_bundle: Option<Spanned<bool>>,
    /// Whether the bundle is minified.
    pub minify: Option<Spanned<bool>>,
    /// Whether functions and classes keep their names when minified or bundled.
    pub keep_names: Option<Spanned<bool>>,
    /// Which files are which kind of module.
    pub rules: Vec<Rule>,
    /// Expressions replaced in the source.
    pub define: Vec<Replacement>,
    /// Modules replaced by others; top level only.
    pub alias: Vec<Replacement>,
    /// Variables.
    pub vars: Vec<Var>,
    /// Declared secrets; `None` if there is no `secrets` table.
    pub secrets: Option<Secrets>,
    /// KV namespaces.
    pub kv_namespaces: Vec<KvNamespace>,
    /// D1 databases.
    pub d1_databases: Vec<D1Database>,
    /// Bindings to Durable Object classes.
    pub durable_objects: Vec<DurableObjectBinding>,
    /// Bindings to Workers.
    pub services: Vec<Service>,
    /// The history of the Durable Object classes.
    pub migrations: Vec<Migration>,
    /// The `exports` table: the other way to declare Durable Object classes.
    pub exports: Vec<Export>,
    /// Bindings of kinds that are not typed, in the order of the file.
    pub unsupported: Vec<UnsupportedBinding>,
    storage: BTreeMap<String, Storage>,
}

/// Reads a wrangler file as `environment` sees it, or its top level.
///
/// Everything wrong is reported. `None` if there is nothing to read: a syntax error, or an environment the file
/// does not have. Otherwise a value that could not be read is left out, and `diagnostics` has the error.
pub fn read(
    file: &Arc<SourceFile>,
    environment: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<Wrangler> {
    let mut found = Diagnostics::new();
    let root = tree::parse(file, &mut found);
    let wrangler = root.and_then(|root| {
        let mut reader = Reader { file: Arc::clone(file), diagnostics: &mut found };
        environment::read(&mut reader, &Field::root(&root), environment)
    });
    if let Some(wrangler) = &wrangler {
        names::report_duplicates(wrangler, &mut found);
    }
    found.sort_by_place();
    diagnostics.extend(found);
    wrangler
}

impl Wrangler {
    /// The folder of the file, relative to the project root; paths in the file start here.
    pub fn directory(&self) -> &Utf8Path {
        self.file.path.parent().unwrap_or(Utf8Path::new(""))
    }

    /// How a Durable Object class of this Worker stores its data.
    ///
    /// It follows from the whole migration history and the `exports` table. A class in neither is key-value, as
    /// in Miniflare.
    pub fn durable_object_storage(&self, class: &str) -> Storage {
        self.storage.get(class).copied().unwrap_or(Storage::KeyValue)
    }

    /// Every binding that has a name, of every kind, with the words for its kind and its place.
    pub fn binding_names(&self) -> impl Iterator<Item = (&str, &'static str, &Origin)> {
        fn named<'w>(kind: &'static str, name: &'w Spanned<String>) -> (&'w str, &'static str, &'w Origin) {
            (&name.value, kind, &name.origin)
        }
        let secrets = self.secrets.iter().flat_map(|secrets| &secrets.required);
        let unsupported =
            self.unsupported.iter().filter_map(|binding| Some((binding.kind, binding.name.as_ref()?)));
        (self.vars.iter().map(|var| named("variable", &var.name)))
            .chain(secrets.map(|name| named("secret", name)))
            .chain(self.kv_namespaces.iter().map(|kv| named("KV namespace", &kv.binding)))
            .chain(self.d1_databases.iter().map(|d1| named("D1 database", &d1.binding)))
            .chain(self.durable_objects.iter().map(|object| named("Durable Object", &object.name)))
            .chain(self.services.iter().map(|service| named("service", &service.binding)))
            .chain(unsupported.map(|(kind, name)| named(kind, name)))
    }
}
