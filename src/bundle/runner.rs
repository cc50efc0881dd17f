//! The runner: the project's own Vitest and our glue, as one internal extension module; and the small module that test
//! Workers are made of.

use camino::Utf8Path;

use super::esbuild::{Build, EsbuildError};
use crate::{
    cache::{Cache, KeyBuilder},
    config::vitest::VitestPackage,
    home::{Home, HomeError},
};

/// Extension modules that every project gets.
#[derive(Clone, Debug)]
pub struct Runner {
    /// `wpt:runner`: Vitest and the glue.
    pub runner: Vec<u8>,
    /// `wpt:worker`: what a test Worker's main module imports.
    pub worker: Vec<u8>,
    /// The control entrypoint of the simulators' Worker.
    pub control: Vec<u8>,
}

/// Why there is no runner.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunnerError {
    /// Part of the installation is missing.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// esbuild failed.
    #[error("cannot bundle Vitest {version} for workerd\n{error}")]
    Bundle {
        /// The Vitest.
        version: String,
        /// What esbuild said.
        error: EsbuildError,
    },
    /// Vitest reads snapshot files in a way that is not known.
    #[error(
        "Vitest {version} reads snapshot files differently from Vitest 4.1 to 5.1: use one of these versions"
    )]
    SnapshotReader {
        /// The Vitest.
        version: String,
    },
    /// The bundle cannot be read back, or the cache folder not be written.
    #[error("cannot write the runner to the cache folder: {0}")]
    Io(#[from] std::io::Error),
}

/// Node modules that the bundled Vitest gets from `runner-js/src/shims`.
const SHIMS: [(&str, &str); 11] = [
    ("async_hooks", "async-hooks.ts"),
    ("buffer", "buffer.ts"),
    ("fs", "fs.ts"),
    ("module", "module.ts"),
    ("path", "path.ts"),
    ("perf_hooks", "perf-hooks.ts"),
    ("process", "process.ts"),
    ("timers", "timers.ts"),
    ("url", "url.ts"),
    ("util", "util.ts"),
    ("vm", "vm.ts"),
];

/// Node modules that only Vitest's Node pools use.
const UNAVAILABLE: [&str; 9] = [
    "assert",
    "console",
    "fs/promises",
    "inspector",
    "os",
    "stream",
    "timers/promises",
    "v8",
    "worker_threads",
];

/// Vitest's chunks for its Node module loader, and packages for its simulated browsers: imported dynamically, and never
/// by a test in workerd.
const NEVER_LOADED: [&str; 6] =
    ["./nativeModuleMocker.*", "./native.*", "@edge-runtime/vm", "happy-dom", "jsdom", "@opentelemetry/api"];

/// The entry that holds Vitest.
const RUNNER_ENTRY: &str = "runner.ts";

/// How Vitest reads a snapshot file: as a program, which workerd does not allow to make from text.
const EVALUATE_SNAPSHOTS: &str = "new Function(\"exports\",";
/// What reads it instead: see `runner-js/src/snapshot-reader.ts`.
const READ_SNAPSHOTS: &str = "new globalThis[Symbol.for(\"wpt.SnapshotReader\")](\"exports\",";

/// Builds the runner, or takes it from the cache.
///
/// # Errors
/// See [`RunnerError`].
pub fn build(home: &Home, vitest: &VitestPackage, cache: &Cache) -> Result<Runner, RunnerError> {
    let key = key(home, vitest)?;
    let part = |name: &str, entry: &str| {
        let arguments = arguments(home, vitest, entry);
        let key = arguments.iter().fold(key.clone(), |key, argument| key.text(argument)).finish();
        if let Some(content) = cache.read(name, &key) {
            return Ok(content);
        }
        let content = bundle(home, vitest, cache, entry, arguments)?;
        cache.write(name, &key, &content);
        Ok::<_, RunnerError>(content)
    };
    Ok(Runner {
        runner: part("runner.js", RUNNER_ENTRY)?,
        worker: part("worker.js", "worker.ts")?,
        control: part("control.js", "simulators.ts")?,
    })
}

/// What all parts depend on.
fn key(home: &Home, vitest: &VitestPackage) -> Result<KeyBuilder, RunnerError> {
    let mut key = KeyBuilder::new()
        .text(&vitest.version)
        .file(&vitest.folder.join("package.json"))
        .file(&home.package("esbuild")?.join("package.json"));
    let mut sources: Vec<_> = walkdir::WalkDir::new(home.runner_js("src")).into_iter().flatten().collect();
    sources.sort_by(|a, b| a.path().cmp(b.path()));
    for source in sources.iter().filter(|entry| entry.file_type().is_file()) {
        if let Some(path) = Utf8Path::from_path(source.path()) {
            key = key.file(path);
        }
    }
    Ok(key)
}

/// esbuild's arguments for one entry.
fn arguments(home: &Home, vitest: &VitestPackage, entry: &str) -> Vec<String> {
    let shim = |file: &str| home.runner_js("src/shims").join(file);
    let mut arguments = vec![
        home.runner_js("src").join(entry).into_string(),
        "--bundle".into(),
        "--format=esm".into(),
        "--platform=neutral".into(),
        "--main-fields=module,main".into(),
        "--conditions=workerd,worker,import".into(),
        // Every isolate parses it. Function names stay: Vitest finds inline snapshots by the name of a frame.
        "--minify".into(),
        "--keep-names".into(),
        // Vitest takes every module below its own `dist` folder, which it finds by this, for its own.
        "--define:import.meta.url=\"file:///wpt-gen:vitest/dist/runner.js\"".into(),
    ];
    for external in ["node-internal:*", "wpt:*", "cloudflare:*", "workerd:*"].iter().chain(&NEVER_LOADED) {
        arguments.push(format!("--external:{external}"));
    }
    for (module, file) in SHIMS {
        arguments.push(format!("--alias:node:{module}={}", shim(file)));
    }
    for module in UNAVAILABLE {
        arguments.push(format!("--alias:node:{module}={}", shim("unavailable.cjs")));
    }
    if entry == RUNNER_ENTRY {
        let dist = vitest.folder.join("dist");
        arguments.push(format!("--inject:{}", home.runner_js("src/inject.ts")));
        arguments.push(format!("--alias:wpt-project:vitest={}", dist.join("index.js")));
        arguments.push(format!("--alias:wpt-project:vitest/worker={}", dist.join("worker.js")));
        arguments.push(format!(
            "--alias:wpt-project:vitest/module-evaluator={}",
            dist.join("module-evaluator.js")
        ));
    }
    arguments
}

fn bundle(
    home: &Home,
    vitest: &VitestPackage,
    cache: &Cache,
    entry: &str,
    arguments: Vec<String>,
) -> Result<Vec<u8>, RunnerError> {
    let folder = tempfile::tempdir_in(cache.folder()?)?;
    let output = Utf8Path::from_path(folder.path()).expect("it is in a UTF-8 folder").join("bundle.js");
    let executable = home.esbuild()?;
    let build =
        Build { executable: &executable, directory: home.root(), output: &output, arguments, stdin: None };
    build.run().map_err(|error| RunnerError::Bundle { version: vitest.version.clone(), error })?;
    if entry != RUNNER_ENTRY {
        return Ok(std::fs::read(&output)?);
    }
    let text = std::fs::read_to_string(&output)?;
    if !text.contains(EVALUATE_SNAPSHOTS) {
        return Err(RunnerError::SnapshotReader { version: vitest.version.clone() });
    }
    Ok(text.replace(EVALUATE_SNAPSHOTS, READ_SNAPSHOTS).into_bytes())
}
