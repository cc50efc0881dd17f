//! Runs `runner-js/node/evaluate-config.mjs`, unless nothing that it read the last time has changed.

use std::{env, fs, process::Stdio, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{
    FILE_NAMES, Opened, PoolOptions, TestOptions, VitestConfig, VitestPackage, script_error::ScriptError,
};
use crate::{
    cache::{Cache, Key, KeyBuilder},
    config::{cloudflare, places},
    diagnostic::{Diagnostic, Diagnostics, SourceFile},
    home::{self, Home, vitest_program},
    project::relative_path,
};

/// The cache entry of the last evaluation.
const CACHE_ENTRY: &str = "vitest-config.json";
/// Lock files, by which a change of installed packages is noticed.
const LOCK_FILES: [&str; 5] =
    ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];

/// What the script writes.
#[derive(Serialize, Deserialize)]
struct Evaluation {
    /// Files, folders, and variables of the environment.
    inputs: Vec<Utf8PathBuf>,
    /// Whether it may be kept: nothing but `inputs` decides it, and it holds no value of a variable.
    keep: bool,
    #[serde(default)]
    error: Option<ScriptError>,
    #[serde(default)]
    projects: Vec<Map<String, Value>>,
    /// What holds for the whole run.
    #[serde(flatten)]
    run: Map<String, Value>,
}

/// What the script says of a Vitest project besides [`TestOptions`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EvaluatedProject {
    name: String,
    color: Option<String>,
    root: Utf8PathBuf,
    config_file: Option<Utf8PathBuf>,
    options: Value,
    generation: Option<String>,
    injected: Option<String>,
    failed: Option<String>,
    #[serde(default)]
    is_of_run: bool,
    cloudflare_config: Option<cloudflare::Evaluated>,
}

/// The Vitest config of the folder `root`, relative to it: `config`, or the file that Vitest finds there.
pub fn config_file(root: &Utf8Path, config: Option<&Utf8Path>) -> Option<Utf8PathBuf> {
    let found = || FILE_NAMES.iter().map(Utf8PathBuf::from).find(|name| root.join(name).is_file());
    config.map(Utf8Path::to_owned).or_else(found)
}

/// What a Vitest config was made from.
#[derive(Clone)]
pub struct ConfigInputs {
    root: Utf8PathBuf,
    /// The file that was asked for.
    config: Option<Utf8PathBuf>,
    mode: String,
    package: VitestPackage,
    home: Home,
    files: Vec<Utf8PathBuf>,
}

impl ConfigInputs {
    /// The files and folders that were read; absolute.
    pub fn files(&self) -> impl Iterator<Item = &Utf8Path> {
        self.files.iter().map(Utf8PathBuf::as_path).filter(|input| !input.as_str().starts_with("env:"))
    }

    /// Stands for what they are now: a config that is read at another state may be another.
    pub fn state(&self) -> Key {
        let file = config_file(&self.root, self.config.as_deref());
        let base = base_key(&self.root, file.as_deref(), &self.mode, &self.package, &self.home);
        self.files.iter().fold(base, |key, input| stamp(key, input)).finish()
    }
}

/// Finds and evaluates the Vitest config of the folder `root`; `config` names a file relative to it. Gives each of its
/// projects, and what they were made from; a config without `test.projects` is one project without a name.
pub fn load(
    root: &Utf8Path,
    config: Option<&Utf8Path>,
    mode: &str,
    home: &Home,
    cache: &Cache,
    diagnostics: &mut Diagnostics,
) -> Option<(Vec<VitestConfig>, ConfigInputs)> {
    let file = match config {
        Some(path) if root.join(path).is_file() => Some(path.to_owned()),
        Some(path) => {
            diagnostics
                .push(Diagnostic::error("missing-file", format!("the Vitest config {path} does not exist")));
            return None;
        }
        None => config_file(root, None),
    };
    let package = VitestPackage::find(root, home, diagnostics)?;
    let base = base_key(root, file.as_deref(), mode, &package, home);
    let cached = cache.read_traced(CACHE_ENTRY, &base, &stamp);
    let evaluation: Evaluation = if let Some(cached) = cached {
        cached
    } else {
        let new = evaluate(root, file.as_deref(), mode, &package, home, cache, diagnostics)?;
        if let Some(error) = &new.error {
            let source = file.as_ref().and_then(|path| source_file(root, &root.join(path)));
            diagnostics.push(error.diagnostic(root, source.as_ref()));
            return None;
        }
        if new.keep {
            cache.write_traced(CACHE_ENTRY, &base, &new.inputs, &stamp, &new);
        }
        new
    };
    let inputs = ConfigInputs {
        root: root.to_owned(),
        config: config.map(Utf8Path::to_owned),
        mode: mode.to_owned(),
        package: package.clone(),
        home: home.clone(),
        files: evaluation.inputs.clone(),
    };
    Some((configs(root, file, &package, evaluation, mode, diagnostics)?, inputs))
}

/// The configs that a Vitest in the folder `package` has, whose plugin has described its projects: `evaluation` is what
/// `runner-js/node/evaluate-config.mjs` would have written.
pub fn evaluated(
    root: &Utf8Path,
    file: Option<Utf8PathBuf>,
    package: &Utf8Path,
    evaluation: Value,
    mode: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<VitestConfig>> {
    let Some(package) = VitestPackage::read(package) else {
        diagnostics.push(Diagnostic::error("no-vitest", format!("{package} is not the folder of Vitest")));
        return None;
    };
    match serde_json::from_value(evaluation) {
        Ok(evaluation) => configs(root, file, &package, evaluation, mode, diagnostics),
        Err(error) => {
            diagnostics.push(unexpected(&package, &error));
            None
        }
    }
}

fn configs(
    root: &Utf8Path,
    file: Option<Utf8PathBuf>,
    package: &VitestPackage,
    evaluation: Evaluation,
    mode: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<VitestConfig>> {
    let several = evaluation.projects.len() > 1;
    let opened =
        Arc::new(Opened { root: root.to_owned(), file, mode: mode.to_owned(), inputs: evaluation.inputs });
    let mut configs = vec![];
    for fields in evaluation.projects {
        let mut all = Value::from(evaluation.run.clone());
        if let Some(all) = all.as_object_mut() {
            all.extend(fields);
        }
        let mut own = Diagnostics::new();
        match project(package, &all, &opened, several, &mut own) {
            Ok(config) => {
                diagnostics.extend(own.below(&relative_path(root, &config.root)));
                configs.push(config);
            }
            Err(error) => {
                diagnostics.push(unexpected(package, &error));
                return None;
            }
        }
    }
    Some(configs)
}

fn unexpected(package: &VitestPackage, error: &serde_json::Error) -> Diagnostic {
    let title = format!("Vitest {} gave a config of an unexpected form: {error}", package.version);
    Diagnostic::error("vitest-config", title)
}

fn project(
    package: &VitestPackage,
    fields: &Value,
    opened: &Arc<Opened>,
    several: bool,
    diagnostics: &mut Diagnostics,
) -> Result<VitestConfig, serde_json::Error> {
    let EvaluatedProject {
        name,
        color,
        root,
        config_file,
        options,
        generation,
        injected,
        failed,
        is_of_run,
        cloudflare_config,
    } = EvaluatedProject::deserialize(fields)?;
    let test = TestOptions::deserialize(fields)?;
    let source = config_file.as_ref().and_then(|path| source_file(&root, path));
    // Options without a config file do not exist.
    let place = source.clone().unwrap_or_else(|| Arc::new(SourceFile::new("vitest.config.ts", "")));
    let mut deferred = Diagnostics::new();
    if let Some(error) = failed {
        let title = format!("the pool's options cannot do without what a global setup provides: {error}");
        deferred.push(Diagnostic::error("vitest-config", title));
    }
    let problems = if injected.is_some() { &mut deferred } else { &mut *diagnostics };
    let pool = PoolOptions::read(&options, &place, &root, problems);
    let cloudflare = cloudflare_config.and_then(|evaluated| {
        let path = &evaluated.file;
        let file = source_file(&root, path)
            .unwrap_or_else(|| Arc::new(SourceFile::new(relative_path(&root, path), "")));
        let assets = pool.miniflare.worker.assets.is_some();
        cloudflare::read(
            &evaluated,
            &file,
            pool.cloudflare_config.as_ref(),
            &opened.mode,
            assets,
            diagnostics,
        )
    });
    Ok(VitestConfig {
        // Without a pool the tests of a single project are meant for us all the same.
        in_workerd: generation.is_some() || !several,
        isolation: pool.isolation(generation.as_deref() == Some("poolOptions")),
        pool,
        injected,
        deferred,
        options,
        is_of_run,
        cloudflare,
        file: source.map(|source| source.path.clone()),
        opened: Arc::clone(opened),
        package: package.clone(),
        name,
        colour: color,
        root,
        test,
    })
}

impl VitestConfig {
    /// Stands for everything that the evaluation of the config depends on.
    pub(crate) fn key(&self, home: &Home) -> KeyBuilder {
        let Opened { root, file, mode, inputs } = &*self.opened;
        let base = base_key(root, file.as_deref(), mode, &self.package, home);
        inputs.iter().fold(base, |key, input| stamp(key, input))
    }

    /// The config as the process has it that serves its functions and has run its global setups: `provided` by them, and
    /// the pool's `options`. Whether these are others than before.
    pub fn set_up(&mut self, provided: Value, options: Value, diagnostics: &mut Diagnostics) -> bool {
        self.test.provide = provided;
        if self.injected.take().is_none() && self.options == options {
            return false;
        }
        let place = self.source().unwrap_or_else(|| Arc::new(SourceFile::new("vitest.config.ts", "")));
        let mut own = Diagnostics::new();
        self.pool = PoolOptions::read(&options, &place, &self.root, &mut own);
        diagnostics.extend_new(own);
        self.deferred = Diagnostics::new();
        self.options = options;
        self.is_of_run = true;
        true
    }

    /// Why options that are wrong may be right in a run.
    pub fn unknown_injection(&self) -> Option<Diagnostic> {
        let key = self.injected.as_ref()?;
        let title = format!("what `inject({key:?})` gives is known only while tests run");
        let diagnostic = Diagnostic::error("unknown-injection", title)
            .help("`wpt-gen test` runs the global setup that provides it, and compiles with what it gives")
            .help(format!("or give a value in the config: `test: {{ provide: {{ {key}: … }} }}`"));
        Some(match self.source().and_then(|file| places::word(&file, key)) {
            Some(origin) => origin.label(diagnostic, "provided by a global setup"),
            None => diagnostic,
        })
    }

    fn source(&self) -> Option<Arc<SourceFile>> {
        source_file(&self.root, &self.root.join(self.file.as_ref()?))
    }
}

/// The file at `path`, absolute, named relative to `root`.
fn source_file(root: &Utf8Path, path: &Utf8Path) -> Option<Arc<SourceFile>> {
    let text = fs::read_to_string(path).ok()?;
    Some(Arc::new(SourceFile::new(relative_path(root, path), text)))
}

/// What an input of an evaluation is now.
fn stamp(key: KeyBuilder, input: &Utf8Path) -> KeyBuilder {
    match input.as_str().strip_prefix("env:") {
        Some(name) if name.ends_with('*') => {
            let prefix = name.trim_end_matches('*');
            let all = env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
            let mut variables: Vec<_> = all.filter(|(name, _)| name.starts_with(prefix)).collect();
            variables.sort();
            variables.iter().fold(key.text(name), |key, (name, value)| {
                key.text(name).text("=").text(&value.to_string_lossy())
            })
        }
        Some(name) => match env::var(name) {
            Ok(value) => key.text(name).text("=").text(&value),
            Err(_) => key.text(name),
        },
        None => key.file(input),
    }
}

/// The key of everything that the evaluation is known to depend on before `inputs` are looked at.
fn base_key(
    root: &Utf8Path,
    file: Option<&Utf8Path>,
    mode: &str,
    package: &VitestPackage,
    home: &Home,
) -> KeyBuilder {
    let key = KeyBuilder::new()
        .text(root.as_str())
        .text(file.map_or("", Utf8Path::as_str))
        .text(mode)
        .text(package.folder.as_str())
        .text(&package.version)
        .file(&home.runner_js("node/evaluate-config.mjs"))
        .file(&home.runner_js("node/describe-project.mjs"))
        .file(&home.runner_js("node/load-config.mjs"))
        .file(&home.runner_js("node/config-shim.mjs"))
        .file(&home.runner_js("node/recorded-options.mjs"))
        .file(&home.runner_js("node/encode.mjs"))
        .file(&home.runner_js("node/cloudflare-config.mjs"))
        .file(&home.runner_js("node/cloudflare-config-shim.mjs"))
        .file(&home.runner_js("node/user-plugins.mjs"))
        .file(&home.runner_js("node/reads.mjs"))
        .file(&home.runner_js("node/vitest-projects.mjs"));
    let lock = root
        .ancestors()
        .find_map(|folder| LOCK_FILES.iter().map(|name| folder.join(name)).find(|path| path.is_file()));
    let key = match lock {
        Some(path) => key.file(&path),
        None => key,
    };
    // Vite loads these for `import.meta.env`.
    [".env", ".env.local", &format!(".env.{mode}"), &format!(".env.{mode}.local")]
        .iter()
        .fold(key, |key, name| key.file(&root.join(name)))
        .file(&root.join("tsconfig.json"))
}

fn evaluate(
    root: &Utf8Path,
    file: Option<&Utf8Path>,
    mode: &str,
    package: &VitestPackage,
    home: &Home,
    cache: &Cache,
    diagnostics: &mut Diagnostics,
) -> Option<Evaluation> {
    match run(root, file, mode, package, home, cache) {
        Ok(evaluation) => Some(evaluation),
        Err(title) => {
            diagnostics.push(Diagnostic::error("vitest-config", title));
            None
        }
    }
}

/// Runs the script.
fn run<T: DeserializeOwned>(
    root: &Utf8Path,
    file: Option<&Utf8Path>,
    mode: &str,
    package: &VitestPackage,
    home: &Home,
    cache: &Cache,
) -> Result<T, String> {
    let folder = cache.folder().map_err(|error| format!("cannot write to the cache folder: {error}"))?;
    let output = folder.join(format!("vitest-config.{}.out.json", std::process::id()));
    let request = json!({
        "root": root,
        "configFile": file.map(|path| root.join(path)),
        "vitest": package.folder,
        "mode": mode,
        "cache": folder,
        "output": output,
    });
    let finished = vitest_program(&home.runner_js("node/evaluate-config.mjs"), root)
        .arg(request.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .and_then(|mut child| {
            let _alive = child.stdin.take();
            child.wait_with_output()
        });
    let finished = finished
        .map_err(|error| format!("cannot run `{}` to evaluate the Vitest config: {error}", home::node()))?;
    let text = fs::read(&output);
    let _ = fs::remove_file(&output);
    text.ok().and_then(|text| serde_json::from_slice(&text).ok()).ok_or_else(|| {
        format!(
            "evaluating the Vitest config ended without a result\n{}",
            String::from_utf8_lossy(&finished.stderr).trim()
        )
    })
}
