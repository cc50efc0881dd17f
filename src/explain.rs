//! Why a part of a plan is there, and what removes it.

use serde::Serialize;

use crate::plan::{BindingKind, ModuleSource, Plan, Provenance, SOURCE_PREFIX, ServiceKind, VitePlugin};

/// A part of the plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Its name.
    pub name: String,
    /// What it is, for example `compatibility flag`.
    pub what: String,
    /// More about it, a line each.
    pub details: Vec<String>,
    /// Why it is there.
    pub provenance: Provenance,
    /// How to be rid of it.
    pub removed_by: String,
}

/// Everything in the plan that is called `name`: flags, bindings, exports, Durable Object classes, services, test files and
/// modules. The project's own modules are found by their paths too.
pub fn explain(plan: &Plan, name: &str) -> Vec<Explanation> {
    let Parts { named, modules, .. } = all(plan);
    let all: Vec<Explanation> = named.into_iter().chain(modules).collect();
    if all.iter().any(|part| part.name == name) {
        return all.into_iter().filter(|part| part.name == name).collect();
    }
    let touched = plan.vite_plugins.iter().flat_map(|plugin| &plugin.modules);
    let names: Vec<String> = touched
        .filter(|module| module.path == name)
        .filter_map(|module| module.module.clone())
        .chain([format!("{SOURCE_PREFIX}{name}"), format!("./{name}")])
        .collect();
    all.into_iter().filter(|part| names.contains(&part.name)).collect()
}

/// The names of all parts of the plan but modules, in the order of the summary, each once.
pub fn names(plan: &Plan) -> Vec<String> {
    let mut names: Vec<String> = vec![];
    for part in all(plan).named {
        if !names.contains(&part.name) {
            names.push(part.name);
        }
    }
    names
}

fn all(plan: &Plan) -> Parts<'_> {
    let mut parts = Parts { plugins: &plan.vite_plugins, ..Parts::default() };
    worker(plan, &mut parts);
    for service in &plan.services {
        let what = format!("service: {}", service.kind.name());
        parts.add(&service.name, &what, vec![], &service.provenance);
        if let ServiceKind::Worker(worker) | ServiceKind::Auxiliary(worker) = &service.kind {
            for module in &worker.modules {
                parts.module(
                    &module.name,
                    &format!("module of {}", service.name),
                    &module.source,
                    &service.provenance,
                );
            }
        }
    }
    for extension in &plan.extensions {
        parts.add(&extension.name, "extension", vec![], &extension.provenance);
        for module in &extension.modules {
            let what = format!("module of the extension {}", extension.name);
            parts.module(&module.name, &what, &module.source, &extension.provenance);
        }
    }
    for plugin in &plan.vite_plugins {
        let details =
            plugin.modules.iter().map(|module| format!("{}: {}", module.path, module.hooks.join(", ")));
        let found = Provenance::rule("vite-plugins", "a plugin of the Vitest config that touches modules");
        parts.add(&plugin.name, "Vite plugin", details.collect(), &found);
    }
    for test in &plan.test_workers {
        for slot in &test.slots {
            for file in &slot.test_files {
                let found = Provenance::rule("test-files", "`test.include` of the Vitest config names it");
                let isolate = plan.own_isolates.as_ref().map_or_else(
                    || "shares an isolate with other files, one after another".to_owned(),
                    |why| format!("has an isolate of its own ({why})"),
                );
                let service = format!(
                    "with an isolate of its own, it runs in the service `{}`; its storage is called `{}`",
                    test.service, slot.name
                );
                let details = vec![isolate, service];
                parts.add(file.as_str(), "test file", details, &found);
            }
        }
    }
    parts
}

fn worker(plan: &Plan, parts: &mut Parts<'_>) {
    let worker = &plan.worker;
    let date = &worker.compatibility_date;
    parts.add("compatibility_date", "compatibility date", vec![date.date.clone()], &date.provenance);
    for flag in &worker.compatibility_flags {
        parts.add(&flag.name, "compatibility flag", vec![], &flag.provenance);
    }
    for default in &worker.default_flags {
        let details = vec![format!("the default since {}: workerd is not given it", default.since)];
        parts.add(&default.flag.name, "compatibility flag", details, &default.flag.provenance);
    }
    for flag in plan.v8_flags.iter().chain(&plan.autogates) {
        parts.add(&flag.name, "flag of the process", vec![], &flag.provenance);
    }
    for binding in &worker.bindings {
        let mut details = vec![];
        if plan.depends_on_slot(&binding.kind) {
            details.push("each test file has its own".to_owned());
        }
        if let BindingKind::Secret { variable } = &binding.kind {
            details.push(format!("its value comes from `{variable}` of workerd's environment"));
        }
        let what = format!("{} binding", binding.kind.name());
        parts.add(&binding.name, &what, details, &binding.provenance);
    }
    for export in &worker.exports {
        let what = format!("export of the main module: {}", export.kind.name());
        let view = export.view.as_ref().map(|reason| format!("workerd gets a view of each object: {reason}"));
        let details = std::iter::once(export.evidence.clone()).chain(view).collect();
        parts.add(&export.name, &what, details, &export.provenance);
    }
    for class in &worker.durable_objects {
        let storage = if class.sqlite { "SQLite" } else { "key-value" };
        let details = vec![format!("{storage} storage")];
        parts.add(&class.class, "Durable Object namespace", details, &class.provenance);
    }
    for workflow in &worker.workflows {
        let details = vec![format!("class {}", workflow.class), "each test file has its own".to_owned()];
        parts.add(&workflow.id, "workflow on ctx.exports", details, &workflow.provenance);
    }
    for module in &worker.modules {
        let rule =
            Provenance::rule("sources", "the Worker's entry, or a source that an extension cannot hold");
        parts.module(&module.name, "module of the Worker", &module.source, &rule);
    }
}

#[derive(Default)]
struct Parts<'a> {
    plugins: &'a [VitePlugin],
    /// All but modules.
    named: Vec<Explanation>,
    modules: Vec<Explanation>,
}

impl Parts<'_> {
    fn add(&mut self, name: &str, what: &str, details: Vec<String>, provenance: &Provenance) {
        self.named.push(Explanation::new(name, what, details, provenance));
    }

    fn module(&mut self, name: &str, what: &str, source: &ModuleSource, provenance: &Provenance) {
        let mut details = vec![format!("contents: modules/{}", source.path())];
        details.extend(self.made_by(name));
        self.modules.push(Explanation::new(name, what, details, provenance));
    }
}

impl Parts<'_> {
    /// Who has made a module of the project's own, if the project has Vite plugins that make some.
    fn made_by(&self, name: &str) -> Option<String> {
        let is_own = name.starts_with(SOURCE_PREFIX) || name.starts_with("./");
        if !is_own || self.plugins.is_empty() {
            return None;
        }
        let mut resolved = vec![];
        let mut made = vec![];
        for plugin in self.plugins {
            let touched = plugin.modules.iter().find(|module| module.module.as_deref() == Some(name));
            for hook in touched.into_iter().flat_map(|module| &module.hooks) {
                let list = if hook == "resolveId" { &mut resolved } else { &mut made };
                list.push(format!("`{}` ({hook})", plugin.name));
            }
        }
        let by = if made.is_empty() {
            "compiled by wpt-gen: no Vite plugin loads or transforms it".to_owned()
        } else {
            format!("made by Vite, because of the plugins {}", made.join(", "))
        };
        let also = if resolved.is_empty() {
            String::new()
        } else {
            format!("; imports lead to it by {}", resolved.join(", "))
        };
        Some(by + &also)
    }
}

impl Explanation {
    fn new(name: &str, what: &str, details: Vec<String>, provenance: &Provenance) -> Self {
        Self {
            name: name.to_owned(),
            what: what.to_owned(),
            details,
            provenance: provenance.clone(),
            removed_by: removed_by(provenance),
        }
    }
}

/// What a user does to be rid of something.
fn removed_by(provenance: &Provenance) -> String {
    let rule = match provenance {
        Provenance::Source { .. } => return format!("delete it at {provenance}"),
        Provenance::Rule { rule, .. } => rule.as_str(),
    };
    match rule {
        "node-in-tests" => "import no Node.js module in tests, or give the Worker the flag itself",
        "durable-object-helpers" => "set a later compatibility date, or give the Worker the flag itself",
        "events-in-tests" => "send no event but `fetch` in tests, or give the Worker the flag itself",
        "eviction-in-tests" => "evict or abort no Durable Objects in tests",
        "newest-date" => "write a `compatibility_date` into the wrangler file",
        "local-variable" => "delete it from that file",
        "simulators" | "storage" => "delete the bindings that need it",
        "assets" => "delete `assets` from the wrangler file",
        "exports" => "export it no more",
        "vite-plugins" => "take it out of `plugins` in the Vitest config",
        "test-files" => "delete the file, or leave it out with `test.exclude`",
        "runner" | "sources" | "network" => "nothing: every project has it",
        _ => "remove what it is there for",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::sample;

    #[test]
    fn every_name_has_an_explanation() {
        let plan = sample::plan();
        let names = names(&plan);
        insta::assert_snapshot!(names.join(" "), @"compatibility_date no_global_navigator nodejs_als nodejs_compat GREETING LIMITS API_TOKEN NOTES DB COUNTER SELF AUTH default Counter wpt:simulators wpt:blobs wpt:objects auth unused runner test/api.test.ts test/pages.test.ts");
        for name in &names {
            assert!(!explain(&plan, name).is_empty(), "{name}");
        }
    }

    #[test]
    fn one_name_can_be_several_things() {
        let found = explain(&sample::plan(), "Counter");
        let shown: Vec<_> = found
            .iter()
            .map(|part| format!("{}: {}; {}", part.what, part.provenance, part.removed_by))
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        export of the main module: Durable Object: src/index.ts:9; delete it at src/index.ts:9
        Durable Object namespace: wrangler.jsonc:28; delete it at wrangler.jsonc:28
        ");
    }
}
