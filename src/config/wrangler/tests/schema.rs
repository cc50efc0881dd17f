//! The reader against wrangler's own JSON Schema, key by key.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::{Map, Value, json};

use super::*;
use crate::{
    config::tree::asked,
    diagnostic::{Diagnostic, Severity},
};

/// Keys that are read or known although the schema lacks them, and why.
const NOT_IN_THE_SCHEMA: &[(&str, &str)] = &[
    ("configPath", "of generated files"),
    ("definedEnvironments", "of generated files"),
    ("legacy_env", "older wranglers had it; it is reported"),
    ("node_compat", "older wranglers had it; it is reported"),
    ("services[].dev", "wrangler 4.156 had it"),
    ("services[].environment", "wrangler still reads it"),
    ("targetEnvironment", "of generated files"),
    ("topLevelName", "of generated files"),
    ("userConfigPath", "of generated files"),
];

/// wrangler's JSON Schema, fetched from npm if it is not there yet.
struct Schema(Value);

impl Schema {
    fn load() -> Self {
        let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
        let script = Command::new("sh").arg("scripts/wrangler-schema.sh").current_dir(root).output().unwrap();
        assert!(script.status.success(), "{}", String::from_utf8_lossy(&script.stderr));
        let path = String::from_utf8(script.stdout).unwrap();
        let text = std::fs::read_to_string(root.join(path.trim())).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    fn definition(&self, name: &str) -> &Value {
        &self.0["definitions"][name]
    }

    fn resolve<'s>(&'s self, schema: &'s Value) -> &'s Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.definition(reference.rsplit('/').next().unwrap()),
            None => schema,
        }
    }

    /// The keys of a definition.
    fn keys(&self, definition: &str) -> BTreeSet<&str> {
        let properties = self.definition(definition)["properties"].as_object().unwrap();
        properties.keys().map(String::as_str).collect()
    }

    /// Every path of the top level and below, as the reader's places are written.
    fn paths(&self) -> BTreeMap<String, &Value> {
        let mut paths = BTreeMap::new();
        self.collect("", self.definition("RawConfig"), &mut paths);
        paths
    }

    fn collect<'s>(&'s self, place: &str, schema: &'s Value, paths: &mut BTreeMap<String, &'s Value>) {
        let schema = self.resolve(schema);
        for alternative in alternatives(schema) {
            if alternative != schema {
                self.collect(place, alternative, paths);
            }
        }
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
            paths.insert(path.clone(), property);
            // An environment has the top level's keys again, and so have previews.
            if !["env", "previews"].contains(&path.as_str()) {
                self.collect(&path, property, paths);
            }
        }
        if schema["items"].is_object() {
            self.collect(&format!("{place}[]"), &schema["items"], paths);
        }
        if schema["additionalProperties"].is_object() && place != "vars" {
            self.collect(&format!("{place}.*"), &schema["additionalProperties"], paths);
        }
    }

    /// The paths of the keys that must be there, but not those of one alternative of several.
    fn required(&self) -> BTreeSet<String> {
        let mut required = BTreeSet::new();
        for (path, property) in self.paths() {
            for (suffix, table) in
                [("", property), ("[]", &property["items"]), (".*", &property["additionalProperties"])]
            {
                let keys = self.resolve(table)["required"].as_array();
                let keys = keys.into_iter().flatten().filter_map(Value::as_str);
                required.extend(keys.map(|key| format!("{path}{suffix}.{key}")));
            }
        }
        required
    }

    /// Values that together have every key and every alternative of the schema.
    fn samples(&self, path: &str, schema: &Value) -> Vec<Value> {
        let schema = self.resolve(schema);
        if let Some(values) = samples_of(path) {
            return values;
        }
        let inner = alternatives(schema);
        if inner != [schema] {
            return inner.into_iter().flat_map(|schema| self.samples(path, schema)).collect();
        }
        if let Some(constant) = schema.get("const") {
            return vec![constant.clone()];
        }
        if let Some(choices) = schema["enum"].as_array() {
            return choices.clone();
        }
        match schema["type"].as_str().or_else(|| schema["type"][0].as_str()) {
            Some("string") => vec![json!("text")],
            Some("number") => vec![json!(1)],
            Some("boolean") => vec![json!(true), json!(false)],
            Some("array") => vec![Value::Array(self.samples(&format!("{path}[]"), &schema["items"]))],
            Some("object") => self.objects(path, schema),
            _ => vec![json!({})],
        }
    }

    /// The types of JSON that a schema allows; `None` is any.
    fn types<'s>(&'s self, schema: &'s Value) -> Option<BTreeSet<&'s str>> {
        let schema = self.resolve(schema);
        let inner = alternatives(schema);
        if inner != [schema] {
            let types: Option<Vec<_>> = inner.into_iter().map(|schema| self.types(schema)).collect();
            return types.map(|types| types.into_iter().flatten().collect());
        }
        match &schema["type"] {
            Value::String(name) => Some([name.as_str()].into()),
            Value::Array(names) => Some(names.iter().filter_map(Value::as_str).collect()),
            _ => None,
        }
    }

    /// Values of each type that a schema does not allow, and a string that is none of its choices.
    fn wrong_values(&self, schema: &Value) -> Vec<Value> {
        let Some(types) = self.types(schema) else { return vec![] };
        let values = [
            ("string", json!("nonsense")),
            ("number", json!(7)),
            ("boolean", json!(true)),
            ("array", json!([7])),
            ("object", json!({ "Own": 7 })),
        ];
        let choice = |schema: &Value| schema["enum"].is_array() || schema["const"].is_string();
        let schema = self.resolve(schema);
        let only_choices = alternatives(schema).into_iter().all(|schema| choice(self.resolve(schema)));
        values
            .into_iter()
            .filter(|(name, _)| !types.contains(name) || (*name == "string" && only_choices))
            .map(|(_, value)| value)
            .collect()
    }

    fn objects(&self, path: &str, schema: &Value) -> Vec<Value> {
        let of = |key: &String, property| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            (key.clone(), self.samples(&path, property))
        };
        let properties: Vec<_> = schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| !(path.is_empty() && ["env", "previews"].contains(&key.as_str())))
            .map(|(key, property)| of(key, property))
            .collect();
        let mut own = Map::new();
        if schema["additionalProperties"].is_object() {
            for (index, value) in
                self.samples(&format!("{path}.*"), &schema["additionalProperties"]).into_iter().enumerate()
            {
                own.insert(format!("Own{index}"), value);
            }
        }
        let variants = properties.iter().map(|(_, samples)| samples.len()).max().unwrap_or(1).max(1);
        let object = |variant: usize| {
            let known = properties.iter().filter_map(|(key, samples)| {
                Some((key.clone(), samples.get(variant).or(samples.last())?.clone()))
            });
            Value::Object(known.chain(own.clone()).collect())
        };
        (0..variants).map(object).collect()
    }
}

/// The schemas a value may match one of; the schema itself if there is no choice.
fn alternatives(schema: &Value) -> Vec<&Value> {
    match schema["anyOf"].as_array() {
        Some(alternatives) => alternatives.iter().collect(),
        None => vec![schema],
    }
}

/// Values that the schema's types say too little about.
fn samples_of(path: &str) -> Option<Vec<Value>> {
    Some(match path {
        "compatibility_date" => vec![json!("2026-01-31")],
        "vars" => vec![json!({ "TEXT": "text", "OBJECT": { "deep": [1, true] } })],
        "ratelimits[].simple.period" => vec![json!(10), json!(60)],
        _ => return None,
    })
}

/// The errors about values, not those about names and classes that the samples share.
fn errors(document: &Value) -> BTreeSet<String> {
    let text = serde_json::to_string_pretty(document).unwrap();
    let file = Arc::new(SourceFile::new("wrangler.json", text));
    let mut diagnostics = Diagnostics::new();
    read(&file, None, &mut diagnostics);
    let about_values = |found: &&Diagnostic| {
        found.severity == Severity::Error
            && ["wrong-type", "wrong-value", "missing-key"].contains(&found.code)
    };
    diagnostics.iter().filter(about_values).map(|found| found.title.clone()).collect()
}

#[test]
fn every_key_of_the_schema_is_read_or_known() {
    let schema = Schema::load();
    asked::take();
    for sample in schema.samples("", schema.definition("RawConfig")) {
        errors(&sample);
    }
    let asked = asked::take();
    let unread: BTreeSet<&str> = keys::UNREAD.iter().copied().collect();
    let below_unread = |path: &str| {
        unread.iter().any(|unread| path.strip_prefix(unread).is_some_and(|rest| rest.starts_with(['.', '['])))
    };
    let paths = schema.paths();
    let missing: Vec<_> = paths
        .keys()
        .filter(|path| !asked.contains(*path) && !unread.contains(path.as_str()) && !below_unread(path))
        .collect();
    assert!(missing.is_empty(), "wrangler has keys that are neither read nor known: {missing:#?}");

    let wrong: Vec<_> = keys::MISPLACED.iter().filter(|path| !paths.contains_key(**path)).collect();
    assert!(wrong.is_empty(), "no table has these keys: {wrong:?}");

    let extra: BTreeSet<&str> = NOT_IN_THE_SCHEMA.iter().map(|(path, _)| *path).collect();
    let ours: BTreeSet<&str> = asked.iter().map(String::as_str).chain(unread).collect();
    let unknown: BTreeSet<&str> = ours.iter().copied().filter(|path| !paths.contains_key(*path)).collect();
    assert_eq!(unknown, extra, "keys that wrangler's schema lacks");
}

#[test]
fn environments_have_the_keys_that_wrangler_gives_them() {
    use crate::config::tree::Scope;

    let schema = Schema::load();
    let top = schema.keys("RawConfig");
    let environment = schema.keys("RawEnvironment");
    // The part of an environment that is inherited has no name of its own.
    let definitions = schema.0["definitions"].as_object().unwrap();
    let inherited = definitions.keys().find(|name| name.starts_with("interface-")).unwrap();
    let inherited = schema.keys(inherited);
    for key in top {
        let expected = match (environment.contains(key), inherited.contains(key)) {
            (false, _) => Scope::TopLevel,
            (true, true) => Scope::Inherited,
            (true, false) => Scope::NotInherited,
        };
        assert_eq!(keys::scope(key), expected, "{key}");
    }
}

#[test]
fn what_the_schema_allows_is_accepted() {
    let schema = Schema::load();
    let samples = schema.samples("", schema.definition("RawConfig"));
    assert!(samples.len() > 1);
    let refused: BTreeSet<_> = samples.iter().flat_map(errors).collect();
    assert_eq!(refused, BTreeSet::new());
}

#[test]
fn what_the_schema_refuses_is_an_error() {
    let schema = Schema::load();
    let samples = schema.samples("", schema.definition("RawConfig"));
    asked::take();
    assert!(samples.iter().all(|sample| errors(sample).is_empty()));
    let asked = asked::take();
    let mut accepted = Vec::new();
    let mut refused = 0;
    for (path, property) in schema.paths().into_iter().filter(|(path, _)| asked.contains(path)) {
        for wrong in schema.wrong_values(property) {
            let document = samples.iter().find_map(|sample| with(sample, &path, &wrong));
            let Some(document) = document else { continue };
            if errors(&document).is_empty() {
                accepted.push(format!("{path}: {wrong}"));
            } else {
                refused += 1;
            }
        }
    }
    assert!(refused > 200, "only {refused} values were tried");
    assert!(accepted.is_empty(), "wrong values without an error: {accepted:#?}");
}

/// Keys that wrangler's schema requires and that are not, and why.
const NOT_REQUIRED: &[(&str, &str)] = &[
    ("logfwdr.bindings", "without it, there are none"),
    ("triggers.events[].targets", "without it, there are none"),
];

#[test]
fn what_the_schema_requires_is_required() {
    let schema = Schema::load();
    let samples = schema.samples("", schema.definition("RawConfig"));
    asked::take();
    assert!(samples.iter().all(|sample| errors(sample).is_empty()));
    let asked = asked::take();
    let mut missed = BTreeSet::new();
    let mut required = 0;
    for path in schema.required().iter().filter(|path| asked.contains(*path)) {
        let document = samples.iter().find_map(|sample| without(sample, path)).unwrap();
        required += 1;
        if errors(&document).is_empty() {
            missed.insert(path.clone());
        }
    }
    assert!(required > 50, "only {required} keys were tried");
    let allowed = NOT_REQUIRED.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(missed, allowed, "keys that may be missing although wrangler requires them");
}

/// The three languages say the same, key by key.
#[test]
fn toml_and_json_are_read_alike() {
    let schema = Schema::load();
    let debug = |path: &str, text: String| {
        let file = Arc::new(SourceFile::new(path, text));
        let wrangler = read(&file, None, &mut Diagnostics::new()).unwrap();
        without_places(&format!("{wrangler:#?}"), path)
    };
    for sample in schema.samples("", schema.definition("RawConfig")) {
        let json = debug("wrangler.json", sample.to_string());
        assert!(json.contains("r2_buckets: ["), "{json}");
        let pretty = format!("{sample:#}");
        let commented = format!(
            "// every key
{},
}}",
            pretty.trim_end_matches('}').trim_end()
        );
        assert_eq!(debug("wrangler.jsonc", commented), json);
        let toml: Vec<_> = sample
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, value)| format!("{} = {}", json!(key), as_toml(value)))
            .collect();
        assert_eq!(debug("wrangler.toml", toml.join("\n")), json);
    }
}

/// A value as TOML writes it in one line.
fn as_toml(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(as_toml).collect::<Vec<_>>().join(", ")),
        Value::Object(table) => {
            let entries = table.iter().map(|(key, value)| format!("{} = {}", json!(key), as_toml(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// The document without a key, if it has it.
fn without(document: &Value, place: &str) -> Option<Value> {
    let (table, key) = place.rsplit_once('.')?;
    let mut changed = document.clone();
    let mut removed = false;
    for_each_at(&mut changed, &steps(table), &mut |value| {
        removed |= value.as_object_mut().is_some_and(|table| table.remove(key).is_some());
    });
    removed.then_some(changed)
}

/// The document with `value` at a place, if it has that place.
fn with(document: &Value, place: &str, value: &Value) -> Option<Value> {
    let mut changed = document.clone();
    let mut found = false;
    for_each_at(&mut changed, &steps(place), &mut |old| {
        *old = value.clone();
        found = true;
    });
    found.then_some(changed)
}

/// The steps of a place: `a[].b` is `a`, `[]`, `b`.
fn steps(place: &str) -> Vec<String> {
    place.replace("[]", ".[]").split('.').map(str::to_owned).collect()
}

/// Changes every value at a place.
fn for_each_at(within: &mut Value, steps: &[String], change: &mut dyn FnMut(&mut Value)) {
    let Some((step, rest)) = steps.split_first() else { return change(within) };
    match (step.as_str(), within) {
        ("[]", Value::Array(items)) => items.iter_mut().for_each(|item| for_each_at(item, rest, change)),
        ("*", Value::Object(table)) => table.values_mut().for_each(|item| for_each_at(item, rest, change)),
        (key, Value::Object(table)) => {
            if let Some(inner) = table.get_mut(key) {
                for_each_at(inner, rest, change);
            }
        }
        _ => {}
    }
}
