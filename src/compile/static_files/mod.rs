//! Files that a Worker has besides its code: static assets, Workers Sites, the contents of files as bindings.

mod assets;
mod blobs;
mod routers;
mod site;

use crate::{
    bundle::{assets::Owner, store::Modules},
    config::origin::Spanned,
    diagnostic::{Diagnostic, Diagnostics},
    plan::{BindingKind, Service},
    project::Project,
};

use super::bindings::{Bindings, Written, of};

pub(super) use routers::Routers;

/// What serves a Worker's files.
#[derive(Debug, Default)]
pub(super) struct StaticFiles {
    /// The services.
    pub(super) services: Vec<Service>,
    /// Who answers for the Worker where its assets come first.
    pub(super) router: Option<Service>,
    /// The text of the module `__STATIC_CONTENT_MANIFEST`.
    pub(super) site_manifest: Option<String>,
}

/// A Worker whose files are wanted.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) project: &'a Project,
    pub(super) written: Written<'a>,
    pub(super) owner: Owner<'a>,
}

impl<'a> Wanted<'a> {
    /// Its name, if it is not the Worker under test.
    fn worker(&self) -> Option<&'a str> {
        self.written.names.own.filter(|_| self.written.names.is_auxiliary)
    }
}

/// Plans what serves a Worker's files, and adds what it is bound to. What the options bind is not replaced by what the
/// wrangler file says.
pub(super) fn compile(
    wanted: Wanted<'_>,
    bindings: &mut Bindings,
    modules: &mut Modules,
    diagnostics: &mut Diagnostics,
) -> StaticFiles {
    let mut compiler = Compiler { wanted, bindings, modules, diagnostics, found: StaticFiles::default() };
    compiler.blobs();
    compiler.site();
    compiler.assets();
    let found = compiler.found;
    bindings.list.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

struct Compiler<'a, 'm> {
    wanted: Wanted<'a>,
    bindings: &'m mut Bindings,
    modules: &'m mut Modules,
    diagnostics: &'m mut Diagnostics,
    found: StaticFiles,
}

impl Compiler<'_, '_> {
    /// Binds what the wrangler file names, unless the options bind the name to something else.
    fn bind(&mut self, name: &Spanned<String>, kind: BindingKind) {
        if !self.bindings.list.iter().any(|other| other.name == name.value) {
            self.bindings.set(&name.value, kind, of(&name.origin));
        }
    }

    /// Adds services that could be made; an error otherwise.
    fn serve<E: std::fmt::Display>(&mut self, services: Result<Vec<Service>, E>) {
        match services {
            Ok(services) => self.found.services.extend(services),
            Err(error) => self.diagnostics.push(Diagnostic::error("bundle", error.to_string())),
        }
    }
}
