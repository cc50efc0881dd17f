//! The options that a Vitest config gives to the Workers pool, of both generations.
//!
//! They come as JSON from the evaluated config, so a problem is shown at the first place in the config file that has the
//! option's name.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    config::origin::Origin,
    diagnostic::{Diagnostic, Diagnostics, SourceFile, nearest},
};

/// What the config says to the pool.
#[derive(Clone, Debug, Default)]
pub struct PoolOptions {
    /// The Worker's main module, overriding the wrangler file.
    pub main: Option<String>,
    /// The wrangler file.
    pub wrangler_config_path: Option<String>,
    /// The environment of the wrangler file.
    pub environment: Option<String>,
    /// Bindings and settings on top of the wrangler file.
    pub miniflare: MiniflareOptions,
    /// Exports that the analysis cannot see, and their kinds.
    pub additional_exports: BTreeMap<String, String>,
    /// The config file, for pointing at options.
    pub file: Option<Arc<SourceFile>>,
}

/// The `miniflare` option.
#[derive(Clone, Debug, Default)]
pub struct MiniflareOptions {
    /// JSON bindings, by name.
    pub bindings: Map<String, Value>,
    /// Overrides the wrangler file's.
    pub compatibility_date: Option<String>,
    /// Joined with the wrangler file's.
    pub compatibility_flags: Vec<String>,
    /// KV namespaces.
    pub kv_namespaces: Vec<WorkerBinding>,
    /// D1 databases.
    pub d1_databases: Vec<WorkerBinding>,
}

/// A binding to something with an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerBinding {
    /// The binding's name.
    pub name: String,
    /// The id of what it is bound to.
    pub id: String,
}

/// Options that change nothing about how a test runs here.
const WITHOUT_EFFECT: [&str; 5] =
    ["remoteBindings", "singleWorker", "isolatedStorage", "verbose", "experimental"];
/// The other options.
const POOL_KEYS: [&str; 4] = ["main", "wrangler", "miniflare", "additionalExports"];
const MINIFLARE_KEYS: [&str; 5] =
    ["bindings", "compatibilityDate", "compatibilityFlags", "kvNamespaces", "d1Databases"];

impl PoolOptions {
    /// Reads the recorded options.
    pub fn read(options: &Value, file: Option<&Arc<SourceFile>>, diagnostics: &mut Diagnostics) -> Self {
        let mut reader = Reader { file, diagnostics };
        let mut pool = Self { file: file.cloned(), ..Self::default() };
        let Some(fields) = reader.object(options, "the pool's options") else { return pool };
        for (key, value) in fields {
            match key.as_str() {
                "main" => pool.main = reader.string(value, key),
                "wrangler" => {
                    for (key, value) in reader.object(value, key).into_iter().flatten() {
                        match key.as_str() {
                            "configPath" => pool.wrangler_config_path = reader.string(value, key),
                            "environment" => pool.environment = reader.string(value, key),
                            _ => reader.unknown(key, &["configPath", "environment"]),
                        }
                    }
                }
                "miniflare" => pool.miniflare = reader.miniflare(value),
                "additionalExports" => {
                    for (name, kind) in reader.object(value, key).into_iter().flatten() {
                        if let Some(kind) = reader.string(kind, name) {
                            pool.additional_exports.insert(name.clone(), kind);
                        }
                    }
                }
                key if WITHOUT_EFFECT.contains(&key) => {}
                _ => reader.unknown(key, &[&POOL_KEYS[..], &WITHOUT_EFFECT].concat()),
            }
        }
        pool
    }

    /// The place of an option in the config file, if its name is found there.
    pub fn origin(&self, key: &str) -> Option<Origin> {
        let file = self.file.as_ref()?;
        find_word(&file.text, key).map(|start| Origin::new(file, start..start + key.len()))
    }
}

struct Reader<'a> {
    file: Option<&'a Arc<SourceFile>>,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn miniflare(&mut self, value: &Value) -> MiniflareOptions {
        let mut options = MiniflareOptions::default();
        for (key, value) in self.object(value, "miniflare").into_iter().flatten() {
            match key.as_str() {
                "bindings" => options.bindings = self.object(value, key).cloned().unwrap_or_default(),
                "compatibilityDate" => options.compatibility_date = self.string(value, key),
                "compatibilityFlags" => options.compatibility_flags = self.strings(value, key),
                "kvNamespaces" => options.kv_namespaces = self.bound(value, key),
                "d1Databases" => options.d1_databases = self.bound(value, key),
                _ => self.unsupported(key),
            }
        }
        options
    }

    /// `["NAME"]`, `{ NAME: "id" }` or `{ NAME: { id: "id" } }`.
    fn bound(&mut self, value: &Value, key: &str) -> Vec<WorkerBinding> {
        match value {
            Value::Array(_) => self
                .strings(value, key)
                .into_iter()
                .map(|name| WorkerBinding { id: name.clone(), name })
                .collect(),
            Value::Object(entries) => entries
                .iter()
                .filter_map(|(name, id)| {
                    let id = self.string(id.get("id").unwrap_or(id), name)?;
                    Some(WorkerBinding { name: name.clone(), id })
                })
                .collect(),
            other => {
                self.wrong_type(key, "an array of names or an object", other);
                vec![]
            }
        }
    }

    fn object<'v>(&mut self, value: &'v Value, key: &str) -> Option<&'v Map<String, Value>> {
        match value {
            Value::Object(fields) if !fields.contains_key("$wptFunction") => Some(fields),
            Value::Null => None,
            other => {
                self.wrong_type(key, "an object", other);
                None
            }
        }
    }

    fn string(&mut self, value: &Value, key: &str) -> Option<String> {
        if let Value::String(text) = value {
            return Some(text.clone());
        }
        self.wrong_type(key, "a string", value);
        None
    }

    fn strings(&mut self, value: &Value, key: &str) -> Vec<String> {
        let Value::Array(items) = value else {
            self.wrong_type(key, "an array of strings", value);
            return vec![];
        };
        items.iter().filter_map(|item| self.string(item, key)).collect()
    }

    fn wrong_type(&mut self, key: &str, expected: &str, found: &Value) {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(fields) if fields.contains_key("$wptFunction") => "a function",
            Value::Object(_) => "an object",
        };
        let diagnostic =
            Diagnostic::error("wrong-type", format!("`{key}`: expected {expected}, found {found}"));
        self.push(diagnostic, key);
    }

    fn unknown(&mut self, key: &str, known: &[&str]) {
        let mut diagnostic = Diagnostic::warning("unknown-option", format!("unknown pool option `{key}`"));
        if let Some(name) = nearest(key, known.iter().copied()) {
            diagnostic = diagnostic.help(format!("did you mean `{name}`?"));
        }
        self.push(diagnostic, key);
    }

    fn unsupported(&mut self, key: &str) {
        let diagnostic = Diagnostic::error(
            "unsupported-option",
            format!("the option `miniflare.{key}` is not supported yet"),
        )
        .help(format!("supported: {}", MINIFLARE_KEYS.map(|key| format!("`{key}`")).join(", ")));
        self.push(diagnostic, key);
    }

    fn push(&mut self, diagnostic: Diagnostic, key: &str) {
        let place = self.file.and_then(|file| Some((file, find_word(&file.text, key)?)));
        self.diagnostics.push(match place {
            Some((file, start)) => diagnostic.label(file, start..start + key.len(), ""),
            None => diagnostic,
        });
    }
}

/// The first occurrence of `word` in `text` that is not part of a longer name.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.match_indices(word)
        .map(|(start, _)| start)
        .find(|&start| !text[..start].ends_with(is_name) && !text[start + word.len()..].starts_with(is_name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(options: &Value, text: &str) -> (PoolOptions, String) {
        let file = Arc::new(SourceFile::new("vitest.config.ts", text));
        let mut diagnostics = Diagnostics::new();
        let pool = PoolOptions::read(options, Some(&file), &mut diagnostics);
        (pool, diagnostics.render(false))
    }

    #[test]
    fn options_are_read() {
        let options = json!({
            "main": "./src/index.ts",
            "wrangler": { "configPath": "./wrangler.jsonc", "environment": "staging" },
            "miniflare": { "kvNamespaces": ["A"], "d1Databases": { "B": "b-id", "C": { "id": "c-id" } }, "bindings": { "X": [1] } },
        });
        let (pool, problems) = read(&options, "");
        assert_eq!(problems, "");
        assert_eq!(pool.environment.as_deref(), Some("staging"));
        let bound = |name: &str, id: &str| WorkerBinding { name: name.into(), id: id.into() };
        assert_eq!(pool.miniflare.kv_namespaces, [bound("A", "A")]);
        assert_eq!(pool.miniflare.d1_databases, [bound("B", "b-id"), bound("C", "c-id")]);
        assert_eq!(pool.miniflare.bindings["X"], json!([1]));
    }

    #[test]
    fn problems_point_into_the_config() {
        let options = json!({ "mian": "x", "miniflare": { "r2Buckets": ["B"], "bindings": [] } });
        let (_, problems) = read(
            &options,
            "cloudflareTest({\n  mian: 'x',\n  miniflare: { r2Buckets: ['B'], bindings: [] },\n})\n",
        );
        insta::assert_snapshot!(problems, @r"
        warning[unknown-option]: unknown pool option `mian`
         --> vitest.config.ts:2:3
          |
        2 |   mian: 'x',
          |   ^^^^
          |
          = help: did you mean `main`?

        error[unsupported-option]: the option `miniflare.r2Buckets` is not supported yet
         --> vitest.config.ts:3:16
          |
        3 |   miniflare: { r2Buckets: ['B'], bindings: [] },
          |                ^^^^^^^^^
          |
          = help: supported: `bindings`, `compatibilityDate`, `compatibilityFlags`, `kvNamespaces`, `d1Databases`

        error[wrong-type]: `bindings`: expected an object, found an array
         --> vitest.config.ts:3:34
          |
        3 |   miniflare: { r2Buckets: ['B'], bindings: [] },
          |                                  ^^^^^^^^
        ");
    }
}
