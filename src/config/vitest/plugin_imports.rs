//! Imports that no file answers, asked of the project's own Vite plugins: virtual modules, and names that plugins have for
//! files.
//!
//! Node is started only for imports that were not asked before, and what it answers is kept with everything that was read for
//! it. The text of a virtual module becomes a file in the cache folder, so that whoever reads modules can read it.

use std::{collections::BTreeMap, fs};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::{
    VitestConfig,
    evaluate::{base_key, run},
    script_error::ScriptError,
};
use crate::{
    cache::{KeyBuilder, hash},
    diagnostic::{Diagnostic, Diagnostics},
    project::Project,
};

const CACHE_ENTRY: &str = "plugin-imports.json";

/// What plugins answer. Without plugins nothing is asked.
#[derive(Debug, Default)]
pub struct PluginImports {
    has_plugins: bool,
    known: BTreeMap<Asked, Option<Answer>>,
    waiting: Vec<Asked>,
}

/// An import that no file answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Asked {
    specifier: String,
    /// The importing file; absolute.
    importer: Utf8PathBuf,
}

/// What a plugin makes of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Answer {
    /// An absolute path.
    File(Utf8PathBuf),
    /// The text of a module.
    Code(String),
}

/// What the script writes.
#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    answers: Vec<Option<Answer>>,
    #[serde(default)]
    error: Option<ScriptError>,
    inputs: Vec<Utf8PathBuf>,
}

impl PluginImports {
    /// What was answered before, if nothing has changed that the answers were made from.
    pub fn read(project: &Project, vitest: &VitestConfig) -> Self {
        let has_plugins = !vitest.test.user_plugins.is_empty();
        let known: Option<Vec<(Asked, Option<Answer>)>> = has_plugins
            .then(|| project.cache.read_traced(CACHE_ENTRY, &key(project, vitest), &KeyBuilder::file))
            .flatten();
        Self { has_plugins, known: known.unwrap_or_default().into_iter().collect(), waiting: vec![] }
    }

    /// The file that an import means, or `None`; if that is not known yet, the import is noted for [`PluginImports::ask`].
    pub fn answer(&mut self, cache: &Utf8Path, specifier: &str, importer: &Utf8Path) -> Option<Utf8PathBuf> {
        if !self.has_plugins {
            return None;
        }
        let asked = Asked { specifier: specifier.to_owned(), importer: importer.to_owned() };
        match self.known.get(&asked) {
            Some(Some(Answer::File(file))) => Some(file.clone()),
            Some(Some(Answer::Code(code))) => virtual_file(cache, specifier, code).ok(),
            Some(None) => None,
            None => {
                self.waiting.push(asked);
                None
            }
        }
    }

    /// Whether a plugin says what the specifier means, to some importer.
    pub fn has_answer(&self, specifier: &str) -> bool {
        self.known.iter().any(|(asked, answer)| asked.specifier == specifier && answer.is_some())
    }

    /// Stands for all answers.
    pub fn fingerprint(&self) -> String {
        if self.known.is_empty() { String::new() } else { format!("{:?}", self.known) }
    }

    /// Whether there are imports to ask for.
    pub fn has_questions(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Asks. What fails is reported, and is not asked again in this run.
    pub fn ask(&mut self, project: &Project, vitest: &VitestConfig, diagnostics: &mut Diagnostics) {
        let waiting = std::mem::take(&mut self.waiting);
        let all: Vec<Asked> = self.known.keys().cloned().chain(waiting).collect();
        let file = vitest.file.as_deref();
        let imports = serde_json::json!({ "project": vitest.name, "imports": all });
        let Project { root, mode, home, cache, .. } = project;
        let written = run::<Written>(root, file, mode, &vitest.package, home, cache, &imports);
        let Written { answers, error, inputs } = written.unwrap_or_else(|title| {
            diagnostics.push(Diagnostic::error("vite-plugins", title));
            Written { answers: vec![], error: None, inputs: vec![] }
        });
        let failed = error.is_some() || answers.len() != all.len();
        if let Some(error) = error {
            diagnostics.push(error.diagnostic(root, None));
        }
        let answers = answers.into_iter().chain(std::iter::repeat(None));
        self.known = all.into_iter().zip(answers).collect();
        if !failed {
            let known: Vec<_> = self.known.iter().collect();
            cache.write_traced(CACHE_ENTRY, &key(project, vitest), &inputs, &KeyBuilder::file, &known);
        }
    }
}

fn key(project: &Project, vitest: &VitestConfig) -> KeyBuilder {
    let Project { root, mode, home, .. } = project;
    base_key(root, vitest.file.as_deref(), mode, &vitest.package, home)
        .file(&home.runner_js("node/plugin-imports.mjs"))
        .text(&vitest.name)
}

/// The file that holds a virtual module. Modules of the same name and other text, as different importers may get, are other
/// files.
fn virtual_file(cache: &Utf8Path, specifier: &str, code: &str) -> std::io::Result<Utf8PathBuf> {
    let plain: String = specifier
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' })
        .collect();
    let folder = cache.join("virtual");
    let path = folder.join(format!("{plain}-{}.js", &hash(code.as_bytes())[..8]));
    if !path.is_file() {
        fs::create_dir_all(&folder)?;
        fs::write(&path, code)?;
    }
    path.canonicalize_utf8()
}
