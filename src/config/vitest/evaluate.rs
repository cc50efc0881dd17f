//! Runs `runner-js/node/evaluate-config.mjs`, unless nothing that it read the last time has changed.

use std::{
    env, fs,
    process::{Command, Stdio},
    sync::Arc,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{FILE_NAMES, PoolOptions, TestOptions, VitestConfig, VitestPackage, script_error::ScriptError};
use crate::{
    cache::{Cache, KeyBuilder},
    diagnostic::{Diagnostic, Diagnostics, SourceFile},
    home::Home,
};

/// The cache entry of the last evaluation.
const CACHE_ENTRY: &str = "vitest-config.json";
/// Lock files, by which a change of installed packages is noticed.
const LOCK_FILES: [&str; 5] =
    ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];

/// What the script writes.
#[derive(Serialize, Deserialize)]
struct Evaluation {
    inputs: Vec<Utf8PathBuf>,
    #[serde(default)]
    error: Option<ScriptError>,
    #[serde(default)]
    options: Value,
    #[serde(flatten)]
    test: Value,
}

/// Finds and evaluates the Vitest config of the project at `root`; `config` names a file relative to it.
pub fn load(
    root: &Utf8Path,
    config: Option<&Utf8Path>,
    mode: &str,
    home: &Home,
    cache: &Cache,
    diagnostics: &mut Diagnostics,
) -> Option<VitestConfig> {
    let file = match config {
        Some(path) if root.join(path).is_file() => Some(path.to_owned()),
        Some(path) => {
            diagnostics
                .push(Diagnostic::error("missing-file", format!("the Vitest config {path} does not exist")));
            return None;
        }
        None => FILE_NAMES.iter().map(Utf8PathBuf::from).find(|name| root.join(name).is_file()),
    };
    let source = file.as_ref().and_then(|path| {
        fs::read_to_string(root.join(path)).ok().map(|text| Arc::new(SourceFile::new(path.clone(), text)))
    });
    let package = VitestPackage::find(root, home, diagnostics)?;
    let base = base_key(root, file.as_deref(), mode, &package, home);
    let cached = cache.read_traced(CACHE_ENTRY, &base, &KeyBuilder::file);
    let evaluation: Evaluation = if let Some(cached) = cached {
        cached
    } else {
        let new = evaluate(root, file.as_deref(), mode, &package, home, cache, diagnostics)?;
        if let Some(error) = &new.error {
            diagnostics.push(error.diagnostic(root, source.as_ref()));
            return None;
        }
        cache.write_traced(CACHE_ENTRY, &base, &new.inputs, &KeyBuilder::file, &new);
        new
    };
    let pool = PoolOptions::read(&evaluation.options, source.as_ref(), diagnostics);
    match serde_json::from_value::<TestOptions>(evaluation.test) {
        Ok(test) => Some(VitestConfig { file, package, pool, test }),
        Err(error) => {
            let title = format!("Vitest {} gave a config of an unexpected form: {error}", package.version);
            diagnostics.push(Diagnostic::error("vitest-config", title));
            None
        }
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
        .file(&home.runner_js("node/config-shim.mjs"));
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
    let mut fail = |title: String| {
        diagnostics.push(Diagnostic::error("vitest-config", title));
        None
    };
    let folder = match cache.folder() {
        Ok(folder) => folder,
        Err(error) => return fail(format!("cannot write to the cache folder: {error}")),
    };
    let output = folder.join(format!("vitest-config.{}.out.json", std::process::id()));
    let request = json!({
        "root": root,
        "configFile": file.map(|path| root.join(path)),
        "vitest": package.folder,
        "mode": mode,
        "cache": folder,
        "output": output,
    });
    let node = env::var("WPT_NODE").unwrap_or_else(|_| "node".to_owned());
    let finished = Command::new(&node)
        // Errors name the places in the config as it was written.
        .arg("--enable-source-maps")
        .arg(home.runner_js("node/evaluate-config.mjs"))
        .arg(request.to_string())
        .current_dir(root)
        .env("VITEST", "true")
        .env("NODE_ENV", env::var("NODE_ENV").unwrap_or_else(|_| "test".to_owned()))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .and_then(|mut child| {
            // Held open for as long as we live: the script ends itself when it is closed.
            let _alive = child.stdin.take();
            child.wait_with_output()
        });
    let finished = match finished {
        Ok(finished) => finished,
        Err(error) => return fail(format!("cannot run `{node}` to evaluate the Vitest config: {error}")),
    };
    let text = fs::read(&output);
    let _ = fs::remove_file(&output);
    match text.ok().and_then(|text| serde_json::from_slice(&text).ok()) {
        Some(evaluation) => Some(evaluation),
        None => fail(format!(
            "evaluating the Vitest config ended without a result\n{}",
            String::from_utf8_lossy(&finished.stderr).trim()
        )),
    }
}
