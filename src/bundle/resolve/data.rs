//! Files that are imported for their content.

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use crate::{bundle::rules::Rules, plan::ModuleKind};

/// As what a file's content is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DataKind {
    /// wrangler's `Text`: the default export is a string.
    Text,
    /// wrangler's `Data`: the default export is an `ArrayBuffer`.
    Bytes,
    /// wrangler's `CompiledWasm`: the default export is a `WebAssembly.Module`.
    Wasm,
    /// The default export is the parsed value, the named ones its properties.
    Json,
    /// Vite's `?raw`: the default export is a string, whatever the file is.
    Raw,
    /// Vite's `?url`: the default export is the file's path from the root.
    Url,
    /// Vite's `?inline`: the default export is a data URL.
    Inline,
    /// A style sheet. Vitest gives an empty text, a Worker has no use for it.
    Css,
    /// A style sheet whose class names are asked for: Vitest gives one for each name.
    CssModule,
}

/// Files that Vite takes for assets, besides those that wrangler has a rule for: their import is a URL.
const ASSETS: [&str; 33] = [
    "aac",
    "apng",
    "avif",
    "bmp",
    "cur",
    "eot",
    "flac",
    "gif",
    "ico",
    "jfif",
    "jpeg",
    "jpg",
    "jxl",
    "m4a",
    "mov",
    "mp3",
    "mp4",
    "ogg",
    "opus",
    "otf",
    "pdf",
    "pjp",
    "pjpeg",
    "png",
    "svg",
    "ttf",
    "vtt",
    "wav",
    "webm",
    "webmanifest",
    "webp",
    "woff",
    "woff2",
];

/// Style sheets, of all the languages that Vite knows.
const STYLES: [&str; 8] = ["css", "less", "pcss", "postcss", "sass", "scss", "styl", "stylus"];

/// What a query asks for; one that is not about content (`?v=1`) asks for nothing.
pub(super) fn from_query(query: Option<&str>, path: &Utf8Path) -> Option<DataKind> {
    query?.split('&').find_map(|parameter| match parameter.trim_end_matches('=') {
        // Vitest empties style sheets before anyone reads them.
        "raw" | "inline" if is_style(path) => Some(DataKind::Css),
        "raw" => Some(DataKind::Raw),
        "inline" => Some(DataKind::Inline),
        "url" => Some(DataKind::Url),
        "module" => Some(DataKind::Wasm),
        _ => None,
    })
}

/// What `with { type: "…" }` asks for.
pub(super) fn from_attributes(attributes: &[(String, String)]) -> Option<DataKind> {
    let (_, kind) = attributes.iter().find(|(key, _)| key == "type")?;
    match kind.as_str() {
        "json" => Some(DataKind::Json),
        "text" => Some(DataKind::Text),
        "bytes" => Some(DataKind::Bytes),
        _ => None,
    }
}

/// What the module rules say of a file, then what is code for no one.
pub(super) fn from_rules(rules: &Rules, path: &Utf8Path) -> Option<DataKind> {
    match (rules.data(path), path.extension()) {
        (Some(ModuleKind::Text), _) => Some(DataKind::Text),
        (Some(ModuleKind::Data), _) => Some(DataKind::Bytes),
        (Some(ModuleKind::Wasm), _) => Some(DataKind::Wasm),
        (_, Some("json")) => Some(DataKind::Json),
        _ if is_style(path) => {
            let is_module = path.file_stem().is_some_and(|stem| stem.ends_with(".module"));
            Some(if is_module { DataKind::CssModule } else { DataKind::Css })
        }
        (_, Some(extension)) if ASSETS.contains(&extension.to_ascii_lowercase().as_str()) => {
            Some(DataKind::Url)
        }
        _ => None,
    }
}

fn is_style(path: &Utf8Path) -> bool {
    path.extension().is_some_and(|extension| STYLES.contains(&extension))
}

/// Whether a file can be compiled.
pub(crate) fn is_code(path: &Utf8Path) -> bool {
    matches!(path.extension(), Some("ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs"))
}
