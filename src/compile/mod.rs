//! The compiler: from a project's files to a plan and the contents of its modules.

mod auxiliary;
mod bindings;
mod build;
mod build_command;
mod caches;
mod dates;
mod deployed;
mod exports;
mod extensions;
mod flags;
mod inputs;
mod module_cache;
mod packages;
mod parity;
mod projects;
mod reach;
mod serve;
mod settings;
mod sources;
mod static_files;
mod test_workers;
mod tree;

use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use crate::{
    bundle::store::Modules,
    config::{
        dev_vars::Secret,
        vitest::{ConfigInputs, TestOptions, VitestConfig},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::Plan,
    project::Project,
};

pub use reach::{Affected, Reach};
pub use serve::{SOCKET, Served, Serving, serve};

use inputs::Inputs;
use projects::Placed;

/// What compiling a Vitest project gives.
#[derive(Debug)]
pub struct Compilation {
    /// The project: in a config of several, each has a root and an output folder of its own.
    pub project: Project,
    /// The plan.
    pub plan: Plan,
    /// The contents of the plan's modules.
    pub modules: Modules,
    /// Source maps (JSON) of first-party modules, by path relative to the root.
    pub source_maps: BTreeMap<Utf8PathBuf, String>,
    /// Which files each test file is made of.
    pub reach: Reach,
    /// Files that may be anywhere: wrangler files with their `.dev.vars`, and those of auxiliary Workers; absolute.
    pub inputs: Vec<Utf8PathBuf>,
    /// Environment variables that carry secrets to workerd.
    pub secrets: Vec<(String, Secret)>,
    /// What the Vitest config says.
    pub test: TestOptions,
    /// The colour of the project's label, if the config gives one.
    pub colour: Option<String>,
    /// Whether something is wrong with modules of tests, which say so when they are imported. It is to be run, not kept.
    pub is_partial: bool,
    /// Problems that do not stop the run.
    pub warnings: Diagnostics,
}

/// Compiles a project whose Vitest config has no `test.projects`, or of which one is wanted.
///
/// # Errors
/// Everything that is wrong with the project's files, as far as one pass can tell; also that there are several.
pub fn compile(project: &Project) -> Result<Compilation, Diagnostics> {
    let mut all = compile_projects(project)?;
    match all.pop() {
        Some(compilation) if all.is_empty() => Ok(compilation),
        one => {
            let names = all.iter().chain(&one).map(Compilation::name).collect::<Vec<_>>().join("`, `");
            let title = format!("the Vitest config has several projects: `{names}`");
            Err(Diagnostics::from_iter([
                Diagnostic::error("several-projects", title).help("choose one of them")
            ]))
        }
    }
}

/// Compiles all wanted projects of the Vitest config, in its order.
///
/// # Errors
/// Everything that is wrong with the projects' files, as far as one pass can tell; also that no project is wanted.
pub fn compile_projects(project: &Project) -> Result<Vec<Compilation>, Diagnostics> {
    Loaded::open(project)?.compile()
}

/// Problems with files that are not there.
const MISSING: &[&str] = &["missing-main", "missing-file"];
/// How long a program that a global setup has started may take to build them.
const BUILD_LIMIT: Duration = Duration::from_secs(10);
/// How often it is looked for them.
const BUILD_INTERVAL: Duration = Duration::from_millis(100);

/// The wanted projects of a Vitest config, before they are compiled.
pub struct Loaded {
    projects: Vec<(Placed, VitestConfig)>,
    /// What it was made from; known if it was read here.
    inputs: Option<ConfigInputs>,
    diagnostics: Diagnostics,
    /// Whether global setups have run.
    is_set_up: bool,
}

impl Loaded {
    /// Reads the Vitest config.
    ///
    /// # Errors
    /// What is wrong with it; also that no project is wanted.
    pub fn open(project: &Project) -> Result<Self, Diagnostics> {
        let mut diagnostics = Diagnostics::new();
        match projects::wanted(project, &mut diagnostics) {
            Some((projects, inputs)) => {
                Ok(Self { projects, inputs: Some(inputs), diagnostics, is_set_up: false })
            }
            None => Err(diagnostics),
        }
    }

    /// Takes the configs that the running Vitest in the folder `vitest` gives: global setups have run, if there are any.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn evaluated(project: &Project, vitest: &Utf8Path, evaluation: Value) -> Result<Self, Diagnostics> {
        let mut diagnostics = Diagnostics::new();
        let Project { root, mode, config, .. } = project;
        let configs = crate::config::vitest::evaluated(
            root,
            config.clone(),
            vitest,
            evaluation,
            mode,
            &mut diagnostics,
        );
        let Some(configs) = configs else { return Err(diagnostics) };
        let is_set_up = configs.iter().any(|config| !config.test.global_setup.is_empty());
        Ok(Self { projects: projects::placed(project, configs), inputs: None, diagnostics, is_set_up })
    }

    /// The configs of the projects.
    pub fn configs(&self) -> impl Iterator<Item = &VitestConfig> {
        self.projects.iter().map(|(_, config)| config)
    }

    /// What the Vitest config was made from, if it was read here.
    pub fn inputs(&self) -> Option<&ConfigInputs> {
        self.inputs.as_ref()
    }

    /// Takes over what a project's global setups gave, and the pool's options as the process has them that ran these and
    /// serves functions. Whether the options are others than before.
    pub fn set_up(&mut self, index: usize, provided: Value, options: Value) -> bool {
        self.is_set_up = true;
        let Some((placed, config)) = self.projects.get_mut(index) else { return false };
        let mut own = Diagnostics::new();
        let has_changed = config.set_up(provided, options, &mut own);
        self.diagnostics.extend_new(own.below(&placed.folder));
        has_changed
    }

    /// Has the project's own coverage provider instrument what is compiled from now on; `coverage` is `test.coverage`. What is
    /// compiled is for one run, and leaves alone what is kept for others.
    pub fn instrument(&mut self, coverage: &Value) {
        for (placed, _) in &mut self.projects {
            placed.project.coverage = Some(coverage.clone());
            placed.project.cache = placed.project.cache.named("instrumented");
        }
    }

    /// Compiles the projects, in the config's order.
    ///
    /// # Errors
    /// Everything that is wrong with the projects' files, as far as one pass can tell.
    pub fn compile(&self) -> Result<Vec<Compilation>, Diagnostics> {
        let mut diagnostics = self.diagnostics.clone();
        let mut compilations = vec![];
        for (placed, config) in &self.projects {
            let injection = config.unknown_injection();
            let may_be_made = !self.is_set_up && !config.test.global_setup.is_empty();
            let (result, mut own) = if self.is_set_up {
                compile_when_built(&placed.project, config)
            } else {
                compile_one(&placed.project, config.clone())
            };
            if own.has_errors() {
                own.extend(injection);
                if may_be_made {
                    own.help_on(
                        MISSING,
                        "if a global setup makes it, run `wpt-gen test` once, which runs that first",
                    );
                }
            }
            let own = own.below(&placed.folder);
            match result {
                Some(compilation) => compilations.push(Compilation { warnings: own, ..compilation }),
                None => diagnostics.extend(own),
            }
        }
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        if let Some(first) = compilations.first_mut() {
            diagnostics.extend(std::mem::take(&mut first.warnings));
            first.warnings = diagnostics;
        }
        Ok(compilations)
    }
}

/// Compiles a project whose global setups have run. They may have left programs at work: `wrangler … --watch`, for example.
fn compile_when_built(project: &Project, vitest: &VitestConfig) -> (Option<Compilation>, Diagnostics) {
    let start = Instant::now();
    let mut result = compile_one(project, vitest.clone());
    if result.1.have_any(MISSING) {
        (project.notice)("waiting for a file that is missing: a global setup may be building it");
        while result.1.have_any(MISSING) && start.elapsed() < BUILD_LIMIT {
            thread::sleep(BUILD_INTERVAL);
            result = compile_one(project, vitest.clone());
        }
    }
    result
}

/// Compiles a project; with what is to be said about it.
fn compile_one(project: &Project, vitest: VitestConfig) -> (Option<Compilation>, Diagnostics) {
    let mut diagnostics = vitest.deferred.clone();
    let compilation = Inputs::read(project, vitest, &mut diagnostics)
        .and_then(|inputs| build::build(project, inputs).map_err(|problem| diagnostics.push(problem)).ok());
    (compilation, diagnostics)
}

impl Compilation {
    /// The Vitest project's name; empty if the config has no `test.projects`.
    pub fn name(&self) -> &str {
        self.plan.vitest.projects.first().map_or("", String::as_str)
    }
}
