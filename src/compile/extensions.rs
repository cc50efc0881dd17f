//! The plan's extensions: the runner, and the project's own modules with the manifest that tells the runner of them.

use camino::Utf8Path;
use serde_json::json;

use crate::{
    bundle::{dependencies::Dependencies, runner::Runner, store::Modules},
    cache::Content,
    plan::{Export, Extension, ExtensionModule, Provenance},
};

use super::{
    exports::runner_kind,
    sources::{DEPENDENCIES_MODULE, Sources},
};

pub(super) fn runner(runner: &Runner, modules: &mut Modules) -> Extension {
    let mut module = |name: &str, internal: bool, path: &str, content: &Content| ExtensionModule {
        name: name.to_owned(),
        internal,
        source: modules.file(path, content.clone()),
    };
    let mut listed = vec![
        module("wpt:worker", false, "runner/worker.js", &runner.worker),
        module("wpt:runner", true, "runner/runner.js", &runner.runner),
        module("wpt:magic-string", false, "runner/magic-string.js", &runner.magic_string),
    ];
    listed.extend(
        runner
            .fetch_mock
            .as_ref()
            .map(|content| module("wpt:fetch-mock", false, "runner/fetch-mock.js", content)),
    );
    Extension {
        name: "runner".to_owned(),
        modules: listed,
        provenance: Provenance::rule("runner", "the project's Vitest and the glue that runs it in workerd"),
    }
}

/// What the runner is told beside the modules.
pub(super) struct Told<'a> {
    /// The main module, relative to the root.
    pub(super) main: Option<&'a Utf8Path>,
    /// What it exports.
    pub(super) exports: &'a [Export],
    /// Whether there are auxiliary Workers.
    pub(super) has_auxiliary: bool,
    /// Whether something may happen that no test asks for: alarms of other Workers, queues, workflows.
    pub(super) works_by_itself: bool,
    /// Whether what a test stores is undone when it ends.
    pub(super) isolates_tests: bool,
}

pub(super) fn project(
    sources: &Sources,
    dependencies: &Dependencies,
    told: &Told<'_>,
    modules: &mut Modules,
) -> Extension {
    let mut manifest_modules = serde_json::Map::new();
    for source in &sources.modules {
        let mut entry = json!({ "kind": "source", "module": source.module });
        if source.fetch_mock {
            entry["fetchMock"] = true.into();
        }
        manifest_modules.insert(source.url.clone(), entry);
    }
    for value in &sources.values {
        manifest_modules.insert(value.url.clone(), json!({ "kind": "value", "module": value.module.name }));
    }
    for (url, builtins) in &dependencies.builtins {
        let mut entry = json!({ "kind": "dependency", "module": DEPENDENCIES_MODULE, "builtins": builtins });
        if sources.test_dependencies.contains_key(url) {
            entry["ofTests"] = true.into();
        }
        manifest_modules.insert(url.clone(), entry);
    }
    let classes: serde_json::Map<_, _> = told
        .exports
        .iter()
        .filter_map(|export| Some((export.name.clone(), runner_kind(export.kind)?.into())))
        .collect();
    let mut manifest = json!({
        "main": told.main,
        "classes": classes,
        "worksByItself": told.works_by_itself,
        "modules": manifest_modules,
        "imports": sources.imports,
        "mocks": sources.mocks,
        "auxiliary": told.has_auxiliary,
        "views": told.exports.iter().any(|export| export.view.is_some()),
    });
    if told.isolates_tests {
        manifest["isolatesTests"] = true.into();
    }
    let text = format!("export default {};\n", serde_json::to_string_pretty(&manifest).unwrap_or_default());
    let mut listed = vec![ExtensionModule {
        name: "wpt:manifest".to_owned(),
        internal: false,
        source: modules.file("manifest.js", ascii(&text).into_bytes()),
    }];
    if let Some(code) = &dependencies.code {
        listed.push(ExtensionModule {
            name: DEPENDENCIES_MODULE.to_owned(),
            internal: false,
            source: modules.file("dependencies.js", code.clone()),
        });
    }
    listed.extend(sources.modules.iter().filter(|source| !source.in_worker).map(|source| ExtensionModule {
        name: source.module.clone(),
        internal: false,
        source: source.source.clone(),
    }));
    Extension {
        name: "project".to_owned(),
        modules: listed,
        provenance: Provenance::rule(
            "sources",
            "the project's modules, compiled; each is loaded when it is imported",
        ),
    }
}

/// JSON with everything escaped that is not ASCII: workerd takes the text of an extension's modules for Latin-1.
fn ascii(json: &str) -> String {
    let mut units = [0; 2];
    json.chars().fold(String::with_capacity(json.len()), |mut text, c| {
        if c.is_ascii() {
            text.push(c);
        } else {
            text.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
        text
    })
}
