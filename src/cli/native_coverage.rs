//! What isolates need in runs that measure V8's coverage: its own functions, which only a flag lets a script call.

use camino::Utf8Path;
use serde_json::{Map, Value, json};

use crate::{
    compile::Compilation,
    plan::{ExtensionModule, Flag, ModuleSource, ModuleStore as _, Plan, Provenance},
};

/// The path of the module that calls them, which is in no generated file.
pub(super) const PATH: &str = "coverage-natives.js";
/// Its text.
pub(super) const SCRIPT: &str = include_str!("../../templates/coverage-natives.js");
/// What it is called in workerd.
const MODULE: &str = "wpt:coverage-natives";
const V8_FLAG: &str = "--allow-natives-syntax";

/// How compiled modules begin: with a function of what they export.
const COMPILED: &[u8] = b"export default ";
const EXPORTS: &str = "(__vite_ssr_exports__";
/// What comes before a module's path at its end.
const NAME: &str = "\n//# sourceURL=";
/// Adds what the runner needs to measure coverage with V8.
pub(super) fn apply(plan: &mut Plan) {
    let because = Provenance::rule("coverage", "--coverage");
    plan.v8_flags.push(Flag { name: V8_FLAG.to_owned(), provenance: because });
    let module =
        ExtensionModule { name: MODULE.to_owned(), internal: false, source: ModuleSource::file(PATH, "") };
    if let Some(extension) = plan.extensions.first_mut() {
        extension.modules.push(module);
    }
}

/// A project's root and its compiled modules by their paths, for the provider to map what was measured.
pub(super) fn compiled(compilation: &Compilation) -> Value {
    let listed = compilation.plan.extensions.iter().flat_map(|extension| &extension.modules);
    let listed = listed.map(|module| &module.source);
    let own = compilation.plan.worker.modules.iter().map(|module| &module.source);
    let mut modules = Map::new();
    for source in listed.chain(own) {
        let text = compilation.modules.read(source.path()).ok().filter(|text| text.starts_with(COMPILED));
        let Some(text) = text.and_then(|text| String::from_utf8(text).ok()) else { continue };
        let Some((_, path)) = text.rsplit_once(NAME).filter(|(code, _)| code.contains(EXPORTS)) else {
            continue;
        };
        let path = path.trim_end().to_owned();
        let Some(map) = compilation.source_maps.get(Utf8Path::new(&path)) else { continue };
        modules.insert(path, json!({ "code": text, "map": map }));
    }
    json!({ "root": compilation.project.root, "modules": modules })
}
