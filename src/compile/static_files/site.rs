//! Workers Sites: `site` of wrangler files, `sitePath` and its kin of options.

use super::{Compiler, StaticFiles};
use crate::{
    bundle::{
        sites::{MANIFEST, NAMESPACE, Site},
        store::{Modules, write_if_changed},
    },
    config::{
        origin::{Origin, Spanned},
        vitest::Alias,
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{BindingKind, Module, ModuleKind, ServiceTarget},
    project::{Project, relative_path},
};

impl Compiler<'_, '_> {
    pub(super) fn site(&mut self) {
        let Some((site, origin)) = self.configured_site() else { return };
        if self.wanted.written.wrangler.is_some_and(|file| file.assets.is_some() && file.site.is_some()) {
            let title = "a Worker has either static assets or a Workers Site, not both";
            let diagnostic = Diagnostic::error("two-sites", title).help("remove `site` or `assets`");
            self.diagnostics.push(origin.label(diagnostic, ""));
            return;
        }
        let manifest = match site.manifest(&self.wanted.project.root) {
            Ok(manifest) => manifest.to_string(),
            Err(error) => {
                let title = format!("the site's folder {} cannot be used: {error}", site.folder);
                self.diagnostics.push(origin.label(Diagnostic::error("site", title), ""));
                return;
            }
        };
        let service = match self.wanted.worker() {
            Some(worker) => format!("wpt:site:{worker}"),
            None => "wpt:site".to_owned(),
        };
        let services = site.services(&service, &self.wanted.project.home, self.modules);
        self.serve(services);
        let kind = BindingKind::KvService { target: ServiceTarget::Named(service), entrypoint: None };
        self.bind(&Spanned::new(NAMESPACE.to_owned(), origin), kind);
        self.found.site_manifest = Some(manifest);
    }

    /// The site, and where its folder is named: the options' or else the wrangler file's.
    fn configured_site(&self) -> Option<(Site, Origin)> {
        let values = |list: &[Spanned<String>]| list.iter().map(|glob| glob.value.clone()).collect();
        let options = self.wanted.written.options;
        if let Some(folder) = &options.site_path {
            let site = Site {
                folder: folder.value.clone(),
                include: values(&options.site_include),
                exclude: values(&options.site_exclude),
            };
            return Some((site, folder.origin.clone()));
        }
        let wrangler = self.wanted.written.wrangler?;
        let site = wrangler.site.as_ref()?;
        let folder = wrangler.directory().join(&site.bucket.value);
        let found = Site {
            folder: relative_path(&self.wanted.project.root, &folder),
            include: values(site.include.as_deref().unwrap_or_default()),
            exclude: values(site.exclude.as_deref().unwrap_or_default()),
        };
        Some((found, site.bucket.origin.clone()))
    }
}

impl StaticFiles {
    /// The module that gives each file's key, for the Worker called `worker`.
    pub(in crate::compile) fn manifest_module(&self, worker: &str, modules: &mut Modules) -> Option<Module> {
        let text = self.site_manifest.clone()?;
        let source = modules.file(&format!("workers/{worker}/{MANIFEST}"), text.into_bytes());
        Some(Module { name: MANIFEST.to_owned(), kind: ModuleKind::Text, source })
    }

    /// What makes imports of the site's manifest find it: an alias for a file among the cached ones.
    pub(in crate::compile) fn manifest_alias(
        &self,
        project: &Project,
        diagnostics: &mut Diagnostics,
    ) -> Option<Alias> {
        let text = self.site_manifest.as_ref()?;
        let written = (|| {
            let file = project.cache.folder()?.join("site-manifest.txt");
            write_if_changed(&file, text.as_bytes())?;
            Ok::<_, std::io::Error>(file)
        })();
        match written {
            Ok(file) => Some(Alias { find: MANIFEST.into(), replacement: file.into_string() }),
            Err(error) => {
                let title = format!("the site's manifest cannot be kept: {error}");
                diagnostics.push(Diagnostic::error("site", title));
                None
            }
        }
    }
}
