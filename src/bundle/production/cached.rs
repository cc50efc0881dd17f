//! Bundles that were made before, kept by everything that they are made of.

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use super::{Bundled, Production};
use crate::cache::{KeyBuilder, hash};

/// A bundle without its contents, which are kept beside it: as JSON they would take long to read.
#[derive(Serialize, Deserialize)]
struct Kept {
    bundled: Bundled,
    content_hash: String,
}

/// The bundle, if nothing that it depends on has changed.
pub(super) fn read(production: &Production<'_>) -> Option<Bundled> {
    let (entry, base) = (entry(production), base(production)?);
    let Kept { mut bundled, content_hash } = production.cache.read_traced(&entry, &base, &stamp)?;
    let content =
        production.cache.read(&content_of(&entry), &KeyBuilder::new().text(&content_hash).finish())?;
    let mut rest = content.as_slice();
    for module in &mut bundled.modules {
        let own;
        (own, rest) = rest.split_at_checked(module.size)?;
        module.content = own.to_vec();
    }
    Some(bundled)
}

/// Keeps a bundle.
pub(super) fn write(production: &Production<'_>, bundled: &Bundled) {
    let Some(base) = base(production) else { return };
    let entry = entry(production);
    let content: Vec<u8> = bundled.modules.iter().flat_map(|module| module.content.iter().copied()).collect();
    let content_hash = hash(&content);
    production.cache.write(&content_of(&entry), &KeyBuilder::new().text(&content_hash).finish(), &content);
    let kept = Kept { bundled: bundled.clone(), content_hash };
    production.cache.write_traced(&entry, &base, &bundled.inputs, &stamp, &kept);
}

fn entry(production: &Production<'_>) -> String {
    let name = &hash(production.folder.join(production.main).as_str().as_bytes())[..16];
    format!("production/{name}.json")
}

fn content_of(entry: &str) -> String {
    format!("{entry}.content")
}

/// What is known before anything is read.
fn base(production: &Production<'_>) -> Option<KeyBuilder> {
    let esbuild = production.home.package("esbuild").ok()?.join("package.json");
    Some(
        KeyBuilder::new()
            .text(production.folder.as_str())
            .text(production.main.as_str())
            .text(&format!("{:?}", production.settings))
            .file(&esbuild),
    )
}

/// Packages are many files that seldom change.
fn stamp(key: KeyBuilder, path: &Utf8Path) -> KeyBuilder {
    if path.as_str().contains("/node_modules/") { key.stat(path) } else { key.file(path) }
}
