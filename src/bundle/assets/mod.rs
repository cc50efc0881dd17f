//! Static assets: Miniflare's published asset Worker and router, and what they are told about a folder of files.

mod content_type;
mod files;
pub(crate) mod headers;
pub(crate) mod ignore;
mod lines;
mod manifest;
pub(crate) mod redirects;
mod routing;
mod url;
mod workers;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Map, Value};

use crate::{
    cache::Cache,
    config::origin::{Origin, Spanned},
    diagnostic::{Diagnostic, Diagnostics},
};

use ignore::Ignore;
use manifest::Asset;

pub use routing::RunWorkerFirst;
pub use workers::service_name;

/// A Worker's assets.
#[derive(Clone, Debug, Default)]
pub struct AssetsConfig {
    /// Their folder, relative to the project root; none if nothing names it.
    pub directory: Option<Utf8PathBuf>,
    /// How paths lead to HTML files: `html_handling`, in the words of wrangler files.
    pub html_handling: Option<String>,
    /// What answers where there is no asset: `not_found_handling`.
    pub not_found_handling: Option<String>,
    /// What stands in front of every path.
    pub base_path: Option<String>,
    /// Who answers first.
    pub run_worker_first: RunWorkerFirst,
    /// Whether they are a Pages project's.
    pub is_pages: bool,
    /// Where they are configured.
    pub places: Places,
}

impl AssetsConfig {
    /// The folder of a Pages project below `root`: what is not found is the nearest `404.html`, or the start page if there
    /// is none at the top.
    pub fn of_pages(root: &Utf8Path, folder: &Spanned<Utf8PathBuf>) -> Self {
        let is_site = root.join(&folder.value).join("404.html").is_file();
        let not_found = if is_site { "404-page" } else { "single-page-application" };
        Self {
            directory: Some(folder.value.clone()),
            not_found_handling: Some(not_found.to_owned()),
            is_pages: true,
            places: Places { directory: Some(folder.origin.clone()), run_worker_first: None },
            ..Self::default()
        }
    }
}

/// Where parts of [`AssetsConfig`] are written.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The folder's name.
    pub directory: Option<Origin>,
    /// `run_worker_first`.
    pub run_worker_first: Option<Origin>,
}

/// The Worker that assets belong to.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Its compatibility date.
    pub compatibility_date: &'a str,
    /// Its own compatibility flags.
    pub compatibility_flags: &'a [String],
    /// Whether it has code.
    pub has_code: bool,
}

/// What is in the folder.
#[derive(Debug, Default)]
struct Folder {
    files: Vec<Asset>,
    /// What `_redirects` says.
    redirects: Option<Value>,
    /// What `_headers` says.
    headers: Option<Value>,
}

/// Everything that the published Workers are told.
#[derive(Debug)]
pub struct Assets {
    /// The folder; none if it does not exist.
    directory: Option<Utf8PathBuf>,
    files: Vec<Asset>,
    /// The asset Worker's configuration.
    config: Value,
    /// The router's.
    router: Value,
}

impl Assets {
    /// Reads the folder below `root`. `None` if something is wrong with it or with how it is served.
    pub fn read(
        root: &Utf8Path,
        config: &AssetsConfig,
        owner: Owner<'_>,
        cache: &Cache,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let at = |origin: &Option<Origin>, problem: Diagnostic| match origin {
            Some(origin) if problem.labels.is_empty() => origin.label(problem, ""),
            _ => problem,
        };
        let router = routing::config(owner.has_code, &config.run_worker_first)
            .map_err(|problems| {
                let problems = problems.into_iter().map(|title| Diagnostic::error("assets", title));
                diagnostics.extend(problems.map(|problem| at(&config.places.run_worker_first, problem)));
            })
            .ok();
        let read = Self::read_folder(root, config, cache, diagnostics)
            .map_err(|problem| diagnostics.push(at(&config.places.directory, problem)))
            .ok();
        let (router, content) = (router?, read?);
        let directory = config.directory.clone().filter(|folder| root.join(folder).is_dir());
        if directory.is_none() {
            let title = match &config.directory {
                Some(folder) => format!("the assets' folder {folder} does not exist"),
                None => "the assets have no folder: `directory` is missing".to_owned(),
            };
            let warning =
                Diagnostic::warning("missing-assets", title).help("until there is one, there are no assets");
            diagnostics.push(at(&config.places.directory, warning));
        }
        Some(Self {
            directory,
            config: worker_config(config, owner, !router["static_routing"].is_null(), &content),
            files: content.files,
            router,
        })
    }

    /// The files, and what `_redirects` and `_headers` say.
    fn read_folder(
        root: &Utf8Path,
        config: &AssetsConfig,
        cache: &Cache,
        diagnostics: &mut Diagnostics,
    ) -> Result<Folder, Diagnostic> {
        let Some(shown) = config.directory.as_ref().filter(|folder| root.join(folder).is_dir()) else {
            return Ok(Folder::default());
        };
        let folder = root.join(shown);
        let ignore = if config.is_pages {
            Ignore::of_pages()
        } else {
            files::read_ignore(&folder, shown, diagnostics)?
        };
        let files = files::list(&folder, shown, &ignore, cache)?;
        let redirects = files::read_rules(&folder, shown, "_redirects")?
            .and_then(|file| redirects::read(&file, config.html_handling.as_deref(), diagnostics));
        let headers =
            files::read_rules(&folder, shown, "_headers")?.and_then(|file| headers::read(&file, diagnostics));
        Ok(Folder { files, redirects, headers })
    }
}

/// The asset Worker's configuration; what is not said is left out.
fn worker_config(config: &AssetsConfig, owner: Owner<'_>, static_routing: bool, folder: &Folder) -> Value {
    let optional = [
        ("html_handling", config.html_handling.clone().map(Value::from)),
        ("not_found_handling", config.not_found_handling.clone().map(Value::from)),
        ("base_path", config.base_path.clone().map(Value::from)),
        ("has_static_routing", static_routing.then_some(true.into())),
        ("redirects", folder.redirects.clone()),
        ("headers", folder.headers.clone()),
    ];
    let mut table = Map::new();
    table.insert("compatibility_date".to_owned(), owner.compatibility_date.into());
    table.insert("compatibility_flags".to_owned(), owner.compatibility_flags.into());
    table.insert("debug".to_owned(), true.into());
    table.extend(optional.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    table.into()
}
