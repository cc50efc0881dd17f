//! What the npm packages in the main module's bundle use of Node's: modules that are left to the runtime, and names that nobody
//! declares.
//!
//! The bundle is looked at, not the packages: what is not part of it is not deployed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::{
    exports::{Place, is_package},
    globals::{self, GlobalUse, NODE_GLOBALS},
};
use crate::{
    bundle::{
        esbuild::Deployed,
        resolve::{node_modules, package_of},
        transform::ImportKind,
    },
    home::package_from,
};

/// Something of Node's that a package uses; the first place of each kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageUse {
    /// The package.
    pub package: String,
    /// What it uses.
    pub what: Used,
    /// Where.
    pub place: Place,
}

/// What a package uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Used {
    /// A module.
    Module {
        /// As it is written.
        specifier: String,
        /// How it is named.
        kind: ImportKind,
    },
    /// A name that nobody declares. Its span is one of the bundle.
    Global(GlobalUse),
}

/// What the packages in a bundle use, by package.
pub(super) fn uses(root: &Utf8Path, bundle: &Deployed) -> Vec<PackageUse> {
    let mut found = modules(root, bundle);
    found.extend(names(root, bundle));
    found.sort_by(|a, b| a.package.cmp(&b.package));
    found
}

fn modules(root: &Utf8Path, bundle: &Deployed) -> Vec<PackageUse> {
    let outputs = || bundle.metafile.outputs.values();
    let left: BTreeSet<&str> =
        outputs().flat_map(|output| &output.imports).map(|it| it.path.as_str()).collect();
    let files: BTreeSet<&Utf8PathBuf> = outputs()
        .flat_map(|output| &output.inputs)
        .filter(|(_, part)| part.bytes_in_output > 0)
        .map(|(file, _)| file)
        .collect();
    let mut found: BTreeMap<(String, String, ImportKind), PackageUse> = BTreeMap::new();
    for (file, input) in &bundle.metafile.inputs {
        let Some(package) = package_of(file).filter(|_| files.contains(file)) else { continue };
        for import in
            input.imports.iter().filter(|import| import.external && left.contains(import.path.as_str()))
        {
            let name = import.path.as_str();
            let is_bare = node_modules().any(|known| known == name);
            // A package of that name comes first, where there is no Node compatibility.
            let is_installed =
                || root.join(file).parent().is_some_and(|folder| package_from(folder, name).is_some());
            if !(name.starts_with("node:") || is_bare && !is_installed()) {
                continue;
            }
            let kind = match import.kind.as_str() {
                "require-call" | "require-resolve" => ImportKind::Require,
                "dynamic-import" => ImportKind::Dynamic,
                _ => ImportKind::Static,
            };
            found.entry((package.clone(), name.to_owned(), kind)).or_insert_with(|| PackageUse {
                package: package.clone(),
                what: Used::Module { specifier: name.to_owned(), kind },
                place: place(root, file, &[format!("\"{name}\""), format!("'{name}'")]),
            });
        }
    }
    found.into_values().collect()
}

fn names(root: &Utf8Path, bundle: &Deployed) -> Vec<PackageUse> {
    let mut found: BTreeMap<(String, String, bool), PackageUse> = BTreeMap::new();
    let parts = Parts::new(bundle);
    for it in globals::parse(&bundle.code, &NODE_GLOBALS) {
        let Some(file) = parts.file_at(it.span.start).filter(|file| is_package(file)) else { continue };
        let Some(package) = package_of(file) else { continue };
        let key = (package.clone(), it.name().to_owned(), it.at_start);
        found.entry(key).or_insert_with(|| PackageUse {
            place: place(root, file, &[it.chain.clone(), it.name().to_owned()]),
            what: Used::Global(it),
            package,
        });
    }
    found.into_values().collect()
}

/// Which file each part of a bundle is from, by the comments that esbuild puts before them.
struct Parts<'b>(Vec<(usize, &'b Utf8Path)>);

impl<'b> Parts<'b> {
    fn new(bundle: &'b Deployed) -> Self {
        let mut parts = vec![];
        let mut start = 0;
        for line in bundle.code.split_inclusive('\n') {
            let comment = line.trim().strip_prefix("// ");
            if let Some((file, _)) =
                comment.and_then(|file| bundle.metafile.inputs.get_key_value(Utf8Path::new(file)))
            {
                parts.push((start, file.as_path()));
            }
            start += line.len();
        }
        Self(parts)
    }

    fn file_at(&self, offset: usize) -> Option<&'b Utf8Path> {
        let after = self.0.partition_point(|(start, _)| *start <= offset);
        Some(self.0.get(after.checked_sub(1)?)?.1)
    }
}

/// The first line of a file that has one of the texts; its first line if none has.
fn place(root: &Utf8Path, file: &Utf8Path, texts: &[String]) -> Place {
    let content = fs::read_to_string(root.join(file)).unwrap_or_default();
    let found = texts.iter().find_map(|text| content.lines().position(|line| line.contains(text.as_str())));
    let line = u32::try_from(found.unwrap_or(0)).unwrap_or(0) + 1;
    Place { file: file.to_owned(), line }
}
