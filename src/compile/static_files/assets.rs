//! Static assets: `assets` of wrangler files and options, and folders of Pages projects.

use camino::Utf8PathBuf;

use super::Compiler;
use crate::{
    bundle::assets::{Assets, AssetsConfig, Places, RunWorkerFirst, service_name},
    compile::bindings::of,
    config::{
        origin::Spanned,
        vitest::{self, Named, ServiceDesignator},
        wrangler,
    },
    plan::{BindingKind, ServiceTarget},
    project::relative_path,
};

/// The binding of a Pages project's folder.
const PAGES_BINDING: &str = "ASSETS";

impl Compiler<'_, '_> {
    pub(super) fn assets(&mut self) {
        self.pages_folder();
        self.pages_bindings();
        let Some((config, binding)) = self.configured() else { return };
        let service = service_name(self.wanted.worker());
        let Some(assets) = self.serve_assets(&service, &config) else { return };
        if let Some(binding) = binding {
            self.bind(&binding, named(&service));
        }
        let home = &self.wanted.project.home;
        let router = assets.router(&service, self.wanted.written.names.service, home, self.modules);
        match router {
            Ok(router) => self.found.router = Some(router),
            Err(error) => self.serve(Err(error)),
        }
    }

    /// The Worker's assets and the name of their binding: the options over the wrangler file, setting by setting.
    fn configured(&self) -> Option<(AssetsConfig, Option<Spanned<String>>)> {
        let options = self.wanted.written.options.assets.as_ref().map(|assets| &assets.value);
        let wrangler = self.wanted.written.wrangler.and_then(|file| Some((file, file.assets.as_ref()?)));
        if options.is_none() && wrangler.is_none() {
            return None;
        }
        let own = wrangler.map(|(_, assets)| assets);
        let directory = options.map(|assets| assets.directory.clone()).or_else(|| {
            let (file, assets) = wrangler?;
            let written = assets.directory.clone()?;
            let path = relative_path(&self.wanted.project.root, &file.directory().join(&written.value));
            Some(written.map(|_| path))
        });
        let word = |option: Option<&Spanned<String>>, own: Option<&'static str>| {
            option.map(|option| option.value.clone()).or_else(|| own.map(str::to_owned))
        };
        let (run_worker_first, first_place) = first(options, own);
        let config = AssetsConfig {
            directory: directory.as_ref().map(|directory| directory.value.clone()),
            html_handling: word(
                options.and_then(|assets| assets.html_handling.as_ref()),
                own.and_then(|assets| Some(assets.html_handling.as_ref()?.value.as_str())),
            ),
            not_found_handling: word(
                options.and_then(|assets| assets.not_found_handling.as_ref()),
                own.and_then(|assets| Some(assets.not_found_handling.as_ref()?.value.as_str())),
            ),
            base_path: options
                .and_then(|assets| assets.base_path.as_ref())
                .or(own.and_then(|assets| assets.base_path.as_ref()))
                .map(|path| path.value.clone()),
            run_worker_first,
            is_pages: false,
            places: Places {
                directory: directory.map(|directory| directory.origin),
                run_worker_first: first_place,
            },
        };
        let binding = options
            .and_then(|assets| assets.binding.as_ref())
            .or(own.and_then(|assets| assets.binding.as_ref()));
        Some((config, binding.cloned()))
    }

    /// The folder that a Pages project serves.
    fn pages_folder(&mut self) {
        let wrangler = self.wanted.written.wrangler;
        let Some((file, folder)) =
            wrangler.and_then(|file| Some((file, file.pages_build_output_dir.as_ref()?)))
        else {
            return;
        };
        let path = relative_path(&self.wanted.project.root, &file.directory().join(&folder.value));
        let binding = Spanned::new(PAGES_BINDING.to_owned(), folder.origin.clone());
        if !self.bindings.list.iter().any(|other| other.name == PAGES_BINDING) {
            self.pages_binding(&binding, &folder.clone().map(|_| path));
        }
    }

    /// What `buildPagesASSETSBinding()` gave.
    fn pages_bindings(&mut self) {
        for Named { name, value } in &self.wanted.written.options.service_bindings {
            if let ServiceDesignator::PagesAssets { directory } = &value.value {
                self.pages_binding(name, &Spanned::new(directory.clone(), value.origin.clone()));
            }
        }
    }

    fn pages_binding(&mut self, name: &Spanned<String>, folder: &Spanned<Utf8PathBuf>) {
        let service = match self.wanted.worker() {
            Some(worker) => format!("wpt:pages:{worker}:{name}"),
            None => format!("wpt:pages:{name}"),
        };
        let config = AssetsConfig::of_pages(&self.wanted.project.root, folder);
        if self.serve_assets(&service, &config).is_some() {
            self.bindings.set(&name.value, named(&service), of(&name.origin));
        }
    }

    fn serve_assets(&mut self, service: &str, config: &AssetsConfig) -> Option<Assets> {
        let project = self.wanted.project;
        let assets =
            Assets::read(&project.root, config, self.wanted.owner, &project.cache, self.diagnostics)?;
        let services = assets.services(service, &project.home, self.modules);
        self.serve(services);
        Some(assets)
    }
}

fn named(service: &str) -> BindingKind {
    let target = ServiceTarget::Named(service.to_owned());
    BindingKind::Service { target, entrypoint: None, props: None }
}

/// Who answers first, and where that is written.
fn first(
    options: Option<&vitest::Assets>,
    own: Option<&wrangler::Assets>,
) -> (RunWorkerFirst, Option<crate::config::origin::Origin>) {
    let switch = |on| if on { RunWorkerFirst::Always } else { RunWorkerFirst::Never };
    let patterns = |list: &[Spanned<String>]| {
        RunWorkerFirst::For(list.iter().map(|pattern| pattern.value.clone()).collect())
    };
    if let Some(first) = options.and_then(|assets| assets.run_worker_first.as_ref()) {
        let value = match &first.value {
            vitest::RunWorkerFirst::Always(on) => switch(*on),
            vitest::RunWorkerFirst::Paths(list) => patterns(list),
        };
        return (value, Some(first.origin.clone()));
    }
    match own.and_then(|assets| assets.run_worker_first.as_ref()) {
        Some(wrangler::RunWorkerFirst::Always(on)) => (switch(on.value), Some(on.origin.clone())),
        Some(wrangler::RunWorkerFirst::Paths(list)) => {
            (patterns(list), list.first().map(|pattern| pattern.origin.clone()))
        }
        None => (RunWorkerFirst::Never, None),
    }
}
