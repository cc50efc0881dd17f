//! Which test files a change is about.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use super::super::suite::{Compiled, TestFile};
use crate::{
    compile::{Affected, Compilation},
    plan::ServiceKind,
    project::relative_path,
};

/// The test files that are made of something else than `before`, or of a file that was `changed` (absolute).
pub(super) fn affected(
    before: &Compiled,
    after: &Compiled,
    changed: &BTreeSet<Utf8PathBuf>,
    own: &BTreeSet<Utf8PathBuf>,
) -> BTreeSet<TestFile> {
    let mut found = BTreeSet::new();
    for compilation in after.projects.iter() {
        let old = before.projects.iter().find(|old| old.name() == compilation.name());
        let affected = match old {
            Some(old) => files(old, compilation, changed, own),
            None => Affected::All,
        };
        let root = &compilation.project.root;
        let had = |file: &Utf8Path| old.is_some_and(|old| old.plan.test_files().any(|known| known == file));
        let wanted = compilation.plan.test_files().filter(|file| match &affected {
            Affected::All => true,
            Affected::Files(files) => files.contains(*file) || !had(file),
        });
        found.extend(
            wanted.map(|file| TestFile { project: compilation.name().to_owned(), path: root.join(file) }),
        );
    }
    found
}

fn files(
    before: &Compilation,
    after: &Compilation,
    changed: &BTreeSet<Utf8PathBuf>,
    own: &BTreeSet<Utf8PathBuf>,
) -> Affected {
    if changed.iter().any(|path| decides_all(path) || is_served(after, path))
        || setting(before) != setting(after)
    {
        return Affected::All;
    }
    let root = &after.project.root;
    let own: BTreeSet<Utf8PathBuf> = own.iter().map(|path| relative_path(root, path)).collect();
    let mut files = after.reach.changed_since(&before.reach);
    files.extend(changed.iter().map(|path| relative_path(root, path)));
    files.retain(|file| !own.contains(file));
    let paths = || files.iter().map(Utf8PathBuf::as_path);
    match (before.reach.affected_by(paths()), after.reach.affected_by(paths())) {
        (Affected::Files(mut one), Affected::Files(mut other)) => {
            one.append(&mut other);
            Affected::Files(one)
        }
        _ => Affected::All,
    }
}

/// Whether a file decides where imports lead, or how sources are compiled.
fn decides_all(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let is_config = |start: &str| name.starts_with(start) && path.extension() == Some("json");
    matches!(
        name,
        "package.json"
            | "package-lock.json"
            | "npm-shrinkwrap.json"
            | "pnpm-lock.yaml"
            | "yarn.lock"
            | "bun.lock"
    ) || is_config("tsconfig")
        || is_config("jsconfig")
}

/// Whether a file is in a folder that a binding serves.
fn is_served(compilation: &Compilation, path: &Utf8Path) -> bool {
    compilation.plan.services.iter().any(|service| match &service.kind {
        ServiceKind::Folder { path: folder, .. } => path.starts_with(compilation.project.root.join(folder)),
        _ => false,
    })
}

/// Stands for all that test files run in: bindings, flags, other Workers, options of Vitest. What they are made of themselves,
/// and where in files all this is written, is left out.
fn setting(compilation: &Compilation) -> Value {
    let Compilation { plan, test, secrets, .. } = compilation;
    let mut plan = json!(plan);
    for key in ["testWorkers", "sockets", "parity"] {
        plan[key].take();
    }
    for key in ["modules", "exports"] {
        plan["worker"][key].take();
    }
    for extension in plan["extensions"].as_array_mut().into_iter().flatten() {
        if extension["name"] == "project" {
            extension.take();
        }
    }
    drop_places(&mut plan);
    let mut test = json!(test);
    // It is another one each time, if nobody has given it.
    test["serializedConfig"]["sequence"]["seed"].take();
    let secrets: Vec<_> = secrets.iter().map(|(name, value)| (name, value.expose())).collect();
    json!([plan, test, secrets])
}

fn drop_places(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("provenance");
            fields.values_mut().for_each(drop_places);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_places),
        _ => {}
    }
}
