//! Imports that a package has disabled for browsers, and so for Workers: `wrangler deploy` refuses them, but a package that
//! only tests import (MSW's part for Node, for example) may have them, and works with what Node finds.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use oxc_resolver::{ResolveOptions, Resolver};

use super::esbuild::EsbuildError;

/// How esbuild starts an error about an import, and what it says of those that are meant.
const UNRESOLVED: &str = "Could not resolve \"";
const DISABLED: &str = "explicitly disabled by the package author";

/// What Node finds for the disabled imports that an error is about; files are relative to `root`.
pub(super) fn found_by_node(error: &EsbuildError, root: &Utf8Path) -> BTreeMap<String, Utf8PathBuf> {
    let EsbuildError::Failed(text) = error else { return BTreeMap::new() };
    let conditions = ["node", "import", "default"].map(str::to_owned).to_vec();
    let resolver = Resolver::new(ResolveOptions { condition_names: conditions, ..ResolveOptions::default() });
    disabled(text)
        .filter_map(|(specifier, importer)| {
            let folder = root.join(importer.parent()?);
            let found = resolver.resolve(folder, specifier).ok()?.into_path_buf();
            Some((specifier.to_owned(), Utf8PathBuf::from_path_buf(found).ok()?))
        })
        .collect()
}

/// The imports that are disabled, and the files that have them.
fn disabled(text: &str) -> impl Iterator<Item = (&str, &Utf8Path)> {
    text.split(UNRESOLVED).skip(1).filter(|error| error.contains(DISABLED)).filter_map(|error| {
        let (specifier, rest) = error.split_once('"')?;
        // `path:line:column:`
        let place = rest.lines().map(str::trim).find_map(|line| line.strip_suffix(':'))?;
        let path = place.rsplitn(3, ':').nth(2)?;
        Some((specifier, Utf8Path::new(path)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_disabled_imports_are_read() {
        let text = "✘ [ERROR] Could not resolve \"a/b\"\n\n    node_modules/c/index.mjs:2:41:\n      2 │ import \"a/b\"\n\n  The path \"./b\" cannot be imported from package \"a\" because it was explicitly disabled by the package author here:\n\n    node_modules/a/package.json:23:17:\n\n✘ [ERROR] Could not resolve \"missing\"\n\n    node_modules/c/index.mjs:3:1:\n";
        assert_eq!(disabled(text).collect::<Vec<_>>(), [("a/b", Utf8Path::new("node_modules/c/index.mjs"))]);
    }
}
