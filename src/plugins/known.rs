//! Answers of the plugins, kept for as long as nothing has changed that they were made from.
//!
//! Of a module that is its own text; of all answers it is the Vitest config with all that it read, and what the plugins read besides
//! the modules. Where imports lead, and what becomes of a module that plugins touch, may depend on which files there are.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::SystemTime,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::{Claim, Made, PluginPipeline, PluginProblem};
use crate::{
    cache::{Key, KeyBuilder, Stamp},
    config::vitest::VitestConfig,
    diagnostic::{Diagnostic, Diagnostics},
    project::{Project, relative_path},
};

/// The cache entry.
const CACHE_ENTRY: &str = "plugins";
/// The same with the modules that coverage instruments.
const INSTRUMENTED_ENTRY: &str = "plugins-coverage";

/// The plugins of a project. Without plugins that have a say about modules nothing is asked.
#[derive(Debug)]
pub struct Plugins<'a> {
    project: &'a Project,
    vitest: &'a VitestConfig,
    /// Whether one of them resolves imports.
    resolve: bool,
    /// Whether one of them loads or transforms modules.
    make: bool,
    known: Known,
    pipeline: Pipeline,
    /// Whether there are new answers.
    changed: bool,
    /// What was thrown, by the module that was asked for.
    problems: BTreeMap<String, Box<Diagnostic>>,
    /// The modules that this run asks for.
    used: BTreeSet<String>,
}

/// Who answers.
#[derive(Debug)]
enum Pipeline {
    Unopened,
    Open(Box<dyn PluginPipeline>),
    /// It cannot be opened, or has ended: why, if that is not the caller's to say.
    Gone(Option<Box<PluginProblem>>),
}

/// What was answered.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Known {
    /// Stands for all answers: answers that were made anew have another.
    epoch: String,
    /// What the project's files were.
    tree: String,
    inputs: BTreeSet<Utf8PathBuf>,
    imports: BTreeMap<(String, String), Option<Claim>>,
    modules: BTreeMap<String, KnownModule>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KnownModule {
    /// The hash of the module's file.
    text: String,
    made: Option<Made>,
}

const STAMP: Stamp<'_> = &KeyBuilder::file;

impl<'a> Plugins<'a> {
    /// What was answered before; `tree` stands for which files there are.
    pub fn read(project: &'a Project, vitest: &'a VitestConfig, tree: &Key) -> Self {
        let hooks = |wanted: &[&str]| {
            vitest
                .test
                .user_plugins
                .iter()
                .any(|plugin| plugin.hooks.iter().any(|hook| wanted.contains(&hook.as_str())))
        };
        let instruments = project.coverage.is_some();
        let (resolve, make) = (hooks(&["resolveId"]), instruments || hooks(&["load", "transform"]));
        let known: Option<Known> = (resolve || make)
            .then(|| project.cache.read_traced_value(entry(project), &key(project, vitest), STAMP))
            .flatten();
        let mut known = known.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            Known { epoch: now.as_nanos().to_string(), ..Known::default() }
        });
        let tree = tree.to_string();
        if known.tree != tree {
            known.imports.clear();
            known.modules.retain(|_, module| module.made.is_none());
            known.tree = tree;
        }
        Self {
            project,
            vitest,
            resolve,
            make,
            known,
            pipeline: Pipeline::Unopened,
            changed: false,
            problems: BTreeMap::new(),
            used: BTreeSet::new(),
        }
    }

    /// Stands for all answers.
    pub fn epoch(&self) -> &str {
        if self.is_none() { "" } else { &self.known.epoch }
    }

    /// Whether there are no plugins that have a say about modules.
    pub fn is_none(&self) -> bool {
        !self.resolve && !self.make
    }

    /// What an import means to Vite; see [`PluginPipeline::resolve`].
    ///
    /// # Errors
    /// A plugin throws.
    pub fn resolve(&mut self, specifier: &str, importer: &str) -> Result<Option<Claim>, Box<Diagnostic>> {
        if !self.resolve {
            return Ok(None);
        }
        let asked = (specifier.to_owned(), importer.to_owned());
        if let Some(claim) = self.known.imports.get(&asked) {
            return Ok(claim.clone());
        }
        let claim = self.ask(|pipeline| pipeline.resolve(specifier, importer)).map_err(|problem| {
            let importer = name(&self.project.root, importer);
            let asked = format!("the import {specifier:?} of {importer}");
            Box::new(problem.diagnostic(&self.project.root, &asked))
        })?;
        if let Some(claim) = &claim {
            self.known.imports.insert(asked, claim.clone());
        }
        Ok(claim.flatten())
    }

    /// The module with this id, whose file has `text` for a hash, if plugins make it; see [`PluginPipeline::module`].
    ///
    /// # Errors
    /// A plugin throws. It is not asked again in this run.
    pub fn module(&mut self, id: &str, text: &str) -> Result<Option<Made>, Box<Diagnostic>> {
        if !self.make {
            return Ok(None);
        }
        self.used.insert(id.to_owned());
        if let Some(module) = self.known.modules.get(id)
            && module.text == text
        {
            return Ok(module.made.clone());
        }
        if let Some(problem) = self.problems.get(id) {
            return Err(problem.clone());
        }
        let made = self.ask(|pipeline| pipeline.module(id)).map_err(|problem| {
            let diagnostic = Box::new(problem.diagnostic(&self.project.root, &name(&self.project.root, id)));
            self.problems.insert(id.to_owned(), diagnostic.clone());
            diagnostic
        })?;
        if let Some(made) = &made {
            let known = KnownModule { text: text.to_owned(), made: made.clone() };
            self.known.modules.insert(id.to_owned(), known);
        }
        Ok(made.flatten())
    }

    /// The answer; none if nobody can be asked, which [`write`](Self::write) reports.
    fn ask<T>(
        &mut self,
        question: impl FnOnce(&mut dyn PluginPipeline) -> Result<T, Box<PluginProblem>>,
    ) -> Result<Option<T>, Box<PluginProblem>> {
        let opened = match std::mem::replace(&mut self.pipeline, Pipeline::Gone(None)) {
            Pipeline::Unopened => self.project.plugins.open(self.project, self.vitest),
            Pipeline::Open(pipeline) => Ok(pipeline),
            Pipeline::Gone(why) => {
                self.pipeline = Pipeline::Gone(why);
                return Ok(None);
            }
        };
        let answer = opened.and_then(|mut pipeline| {
            let answer = question(&mut *pipeline);
            self.known.inputs.extend(pipeline.take_inputs());
            if !answer.as_ref().is_err_and(|problem| problem.plugin.is_none()) {
                self.pipeline = Pipeline::Open(pipeline);
            }
            answer
        });
        match answer {
            Ok(answer) => {
                self.changed = true;
                Ok(Some(answer))
            }
            Err(problem) if problem.plugin.is_none() => {
                self.pipeline = Pipeline::Gone(Some(problem));
                Ok(None)
            }
            Err(problem) => Err(problem),
        }
    }

    /// Keeps what was answered, for the next run; says why there is no more of it.
    pub fn write(&mut self, diagnostics: &mut Diagnostics) {
        if let Pipeline::Gone(Some(problem)) = &self.pipeline {
            diagnostics.push(problem.diagnostic(&self.project.root, ""));
        }
        if !self.changed {
            return;
        }
        let used = std::mem::take(&mut self.used);
        self.known.modules.retain(|id, _| used.contains(id));
        let inputs: Vec<Utf8PathBuf> = self.known.inputs.iter().cloned().collect();
        let (project, vitest, known) = (self.project, self.vitest, &self.known);
        project.cache.write_traced_value(entry(project), &key(project, vitest), &inputs, STAMP, &known);
    }
}

fn entry(project: &Project) -> &'static str {
    if project.coverage.is_some() { INSTRUMENTED_ENTRY } else { CACHE_ENTRY }
}

fn key(project: &Project, vitest: &VitestConfig) -> KeyBuilder {
    let files = ["serve-plugins", "plugin-pipeline", "user-plugins", "reads"];
    let key = vitest.key(&project.home).text(&vitest.name);
    let key =
        files.iter().fold(key, |key, name| key.file(&project.home.runner_js(&format!("node/{name}.mjs"))));
    match &project.coverage {
        Some(coverage) => key.text(&coverage.to_string()),
        None => key,
    }
}

/// A module's id as it is shown.
fn name(root: &Utf8Path, id: &str) -> String {
    if id.starts_with('/') {
        return relative_path(root, Utf8Path::new(id)).into_string();
    }
    id.trim_start_matches('\0').to_owned()
}
