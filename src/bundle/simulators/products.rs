//! What is simulated, by which of Miniflare's scripts.

use std::collections::BTreeSet;

use crate::plan::BindingKind;

/// A product: what the simulators' Worker has for it. What nobody binds is not there, and costs nothing.
#[derive(Debug)]
pub(super) struct Product {
    /// Its name in the template of the entry module.
    pub(super) name: &'static str,
    /// The Durable Object class that keeps its state, as Miniflare calls it.
    pub(super) class: Option<Class>,
    /// Module name and script, relative to Miniflare's `dist/src/workers`.
    pub(super) scripts: &'static [(&'static str, &'static str)],
    /// What the scripts import.
    libraries: &'static [Library],
}

/// A product's Durable Object class.
#[derive(Debug)]
pub(super) struct Class {
    /// workerd's name for it.
    pub(super) name: &'static str,
    /// Whether its objects stay in memory when idle.
    pub(super) pinned: bool,
}

/// A module that scripts share; workerd takes it as an extension only, because it imports internals of workerd.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Library {
    /// What scripts import.
    pub(super) name: &'static str,
    /// Its generated file.
    pub(super) file: &'static str,
    /// Its script.
    pub(super) script: &'static str,
}

const SHARED: Library =
    Library { name: "miniflare:shared", file: "miniflare-shared.js", script: "shared/index.worker.js" };
const ZOD: Library =
    Library { name: "miniflare:zod", file: "miniflare-zod.js", script: "shared/zod.worker.js" };

/// All products, in the order in which they stand in the generated Worker.
const PRODUCTS: [Product; 2] = [
    Product {
        name: "kv",
        class: Some(Class { name: "KVNamespaceObject", pinned: false }),
        scripts: &[("miniflare-kv.js", "kv/namespace.worker.js")],
        libraries: &[SHARED],
    },
    Product {
        name: "d1",
        class: Some(Class { name: "D1DatabaseObject", pinned: false }),
        scripts: &[
            ("miniflare-d1.js", "d1/database.worker.js"),
            ("miniflare-d1-entry.js", "d1/entry.worker.js"),
        ],
        libraries: &[SHARED, ZOD],
    },
];

/// What a project needs simulated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Products {
    names: BTreeSet<&'static str>,
    /// Durable Objects of the project's Workers; workerd has them itself, but `reset()` clears them.
    pub(super) durable_objects: bool,
}

impl Products {
    /// What Workers need that have these bindings and, perhaps, Durable Object classes.
    pub fn of<'a>(bindings: impl Iterator<Item = &'a BindingKind>, durable_objects: bool) -> Self {
        Self { names: bindings.flat_map(needed).copied().collect(), durable_objects }
    }

    /// Whether nothing is simulated.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The products, in a fixed order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'static Product> {
        PRODUCTS.iter().filter(|product| self.names.contains(product.name))
    }

    /// Whether any product has state.
    pub(super) fn have_classes(&self) -> bool {
        self.iter().any(|product| product.class.is_some())
    }

    /// What the products' scripts import, each module once.
    pub(super) fn libraries(&self) -> impl Iterator<Item = &'static Library> {
        self.iter().flat_map(|product| product.libraries).collect::<BTreeSet<_>>().into_iter()
    }
}

/// The names of the products that a binding needs.
fn needed(kind: &BindingKind) -> &'static [&'static str] {
    match kind {
        BindingKind::Kv { .. } => &["kv"],
        BindingKind::D1 { .. } => &["d1"],
        _ => &[],
    }
}
