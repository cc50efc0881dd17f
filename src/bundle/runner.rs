//! The runner: the project's own Vitest and our glue, as one internal extension module; and the small module that test
//! Workers are made of.
//!
//! Every isolate parses the runner, so it has none of the parts that a usual test file does not need. And what esbuild
//! finds to be imported dynamically, it wraps, with all that this imports: such code is parsed twice. So the runner has no
//! dynamic imports of its own parts.

use std::ops::Range;

use camino::{Utf8DirEntry, Utf8Path, Utf8PathBuf};

use super::esbuild::{Build, EsbuildError};
use crate::{
    cache::{Cache, Content, KeyBuilder},
    config::vitest::VitestPackage,
    home::{Home, HomeError},
};

/// Extension modules that every project gets.
#[derive(Clone, Debug)]
pub struct Runner {
    /// `wpt:runner`: Vitest and the glue.
    pub runner: Content,
    /// `wpt:magic-string`: what Vitest writes inline snapshots with; loaded when it does.
    pub magic_string: Content,
    /// `wpt:worker`: what a test Worker's main module imports.
    pub worker: Content,
    /// `wpt:fetch-mock`: undici's mock agent, in projects whose tests use it.
    pub fetch_mock: Option<Content>,
    /// The control entrypoint of the simulators' Worker.
    pub control: Content,
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
    /// Vitest keeps its snapshot serializers in a way that is not known.
    #[error(
        "Vitest {version} keeps snapshot serializers differently from Vitest 4.1 to 5.1: use one of these versions"
    )]
    Serializers {
        /// The Vitest.
        version: String,
    },
    /// Vitest defines its global functions (`test.globals`) in a way that is not known.
    #[error(
        "Vitest {version} defines its globals differently from Vitest 4.1 to 5.1: use one of these versions"
    )]
    Globals {
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

/// Vitest's chunks for its Node module loader, console and snapshot files, and packages for its simulated browsers:
/// imported dynamically, and never by a test in workerd.
const NEVER_LOADED: [&str; 8] = [
    "./nativeModuleMocker.*",
    "./native.*",
    "./console.*.js",
    "./node.*.js",
    "@edge-runtime/vm",
    "happy-dom",
    "jsdom",
    "@opentelemetry/api",
];

/// The entry that holds Vitest.
const RUNNER_ENTRY: &str = "runner.ts";

/// The entry that holds undici's mock agent.
const FETCH_MOCK_ENTRY: &str = "fetch-mock.ts";

/// What undici's mock agent gets from `runner-js/src/fetch-mock/undici.ts`.
const NOT_UNDICI: [&str; 5] =
    ["../core/util*", "../dispatcher/*", "./pending-interceptors-formatter*", "node:http", "node:util"];
/// How it gets that.
const REQUIRE_FOR_UNDICI: &str = "const require = (name) => globalThis[Symbol.for(\"wpt.undici\")](name);";

/// How Vitest reads a snapshot file: as a program, which workerd does not allow to make from text.
const EVALUATE_SNAPSHOTS: &str = "new Function(\"exports\",";
/// What reads it instead: see `runner-js/src/snapshot-reader.ts`.
const READ_SNAPSHOTS: &str = "new globalThis[Symbol.for(\"wpt.SnapshotReader\")](\"exports\",";

/// How Vitest loads the chunk that defines its globals, up to the chunk's hash.
const LOAD_GLOBALS: &str = "import(\"./globals.";
/// What gives it that chunk instead: see `runner-js/src/runner.ts`.
const GIVE_GLOBALS: &str = "(globalThis[Symbol.for(\"wpt.VitestGlobals\")])";

/// Vitest's function that adds a snapshot serializer to its list, up to the parameter's name.
const ADD_SERIALIZER: &str = "function addSerializer(";
/// What adds it instead: see `runner-js/src/serializers.ts`.
const GIVE_SERIALIZER: &str = "globalThis[Symbol.for(\"wpt.addSerializer\")]";

/// The text of `wpt:magic-string`.
const MAGIC_STRING: &str = "export { default } from \"magic-string\";";

/// Builds the runner, or takes it from the cache. `fetch_mock` says whether tests use the mock agent.
///
/// # Errors
/// See [`RunnerError`].
pub fn build(
    home: &Home,
    vitest: &VitestPackage,
    cache: &Cache,
    fetch_mock: bool,
) -> Result<Runner, RunnerError> {
    let key = key(home, vitest)?;
    let part = |name: &str, entry: Option<&str>| {
        let arguments = arguments(home, vitest, entry)?;
        let key = arguments.iter().fold(key.clone(), |key, argument| key.text(argument)).finish();
        if let Some(content) = cache.find(name, &key) {
            return Ok(content);
        }
        let mut content = bundle(home, vitest, cache, entry, arguments)?;
        if entry == Some(RUNNER_ENTRY) {
            content = patch(&content, &vitest.version)?;
        }
        let content = Content::from(content.into_bytes());
        cache.keep(name, &key, &content);
        Ok::<_, RunnerError>(content)
    };
    Ok(Runner {
        runner: part("runner.js", Some(RUNNER_ENTRY))?,
        magic_string: part("magic-string.js", None)?,
        worker: part("worker.js", Some("isolate.ts"))?,
        fetch_mock: fetch_mock.then(|| part("fetch-mock.js", Some(FETCH_MOCK_ENTRY))).transpose()?,
        control: part("control.js", Some("simulators.ts"))?,
    })
}

/// What all parts depend on.
fn key(home: &Home, vitest: &VitestPackage) -> Result<KeyBuilder, RunnerError> {
    let mut key = KeyBuilder::new()
        .text(&vitest.version)
        .file(&vitest.folder.join("package.json"))
        .file(&home.package("esbuild")?.join("package.json"))
        .file(&home.package("undici")?.join("package.json"));
    let mut sources: Vec<_> = walkdir::WalkDir::new(home.runner_js("src")).into_iter().flatten().collect();
    sources.sort_by(|a, b| a.path().cmp(b.path()));
    for source in sources.iter().filter(|entry| entry.file_type().is_file()) {
        if let Some(path) = Utf8Path::from_path(source.path()) {
            key = key.stat(path);
        }
    }
    Ok(key)
}

/// esbuild's arguments for an entry of `runner-js/src`, or for one that is given as text.
fn arguments(home: &Home, vitest: &VitestPackage, entry: Option<&str>) -> Result<Vec<String>, RunnerError> {
    let shim = |file: &str| home.runner_js("src/shims").join(file);
    let mut arguments: Vec<String> =
        entry.iter().map(|entry| home.runner_js("src").join(entry).into_string()).collect();
    arguments.extend([
        "--bundle".into(),
        "--format=esm".into(),
        "--platform=neutral".into(),
        "--main-fields=module,main".into(),
        "--conditions=workerd,worker,import".into(),
        // Function names stay: Vitest finds inline snapshots by the name of a frame. Shorter names are no faster to
        // parse, and keeping them beside shorter ones costs each isolate 3 ms.
        "--minify-whitespace".into(),
        // Vitest takes every module below its own `dist` folder, which it finds by this, for its own.
        "--define:import.meta.url=\"file:///wpt-gen:vitest/dist/runner.js\"".into(),
    ]);
    for external in ["node-internal:*", "wpt:*", "cloudflare:*", "workerd:*", "clock.js", "objects.js"]
        .iter()
        .chain(&NEVER_LOADED)
    {
        arguments.push(format!("--external:{external}"));
    }
    let buffer_and_process = format!("--inject:{}", home.runner_js("src/inject.ts"));
    if entry == Some(FETCH_MOCK_ENTRY) {
        arguments.extend(NOT_UNDICI.map(|module| format!("--external:{module}")));
        arguments.push(format!("--banner:js={REQUIRE_FOR_UNDICI}"));
        arguments.push(buffer_and_process);
    } else if entry == Some(RUNNER_ENTRY) {
        arguments.extend(SHIMS.map(|(module, file)| format!("--alias:node:{module}={}", shim(file))));
        let unavailable = shim("unavailable.cjs");
        arguments.extend(UNAVAILABLE.map(|module| format!("--alias:node:{module}={unavailable}")));
        arguments.push(buffer_and_process);
        let dist = vitest.folder.join("dist");
        arguments.push("--alias:magic-string=wpt:magic-string".into());
        arguments.push("--external:./globals.*.js".into());
        if vitest.major_minor().0 >= 5 {
            // Vitest 4 imports it statically.
            arguments.push("--external:./nativeModuleRunner.*".into());
        }
        arguments.push(format!("--alias:wpt-project:vitest/globals={}", globals_chunk(vitest)?));
        arguments.push(format!("--alias:wpt-project:vitest={}", dist.join("index.js")));
        arguments.push(format!("--alias:wpt-project:vitest/worker={}", dist.join("worker.js")));
        arguments.push(format!(
            "--alias:wpt-project:vitest/module-evaluator={}",
            dist.join("module-evaluator.js")
        ));
    }
    Ok(arguments)
}

/// Vitest's chunk that defines its globals; its name has a hash.
fn globals_chunk(vitest: &VitestPackage) -> Result<Utf8PathBuf, RunnerError> {
    let unknown = || RunnerError::Globals { version: vitest.version.clone() };
    let chunks = vitest.folder.join("dist/chunks").read_dir_utf8()?;
    let is_globals = |path: &Utf8Path| path.file_name().is_some_and(|name| name.starts_with("globals."));
    let mut scripts =
        chunks.flatten().map(Utf8DirEntry::into_path).filter(|path| path.extension() == Some("js"));
    scripts.find(|path| is_globals(path)).ok_or_else(unknown)
}

fn bundle(
    home: &Home,
    vitest: &VitestPackage,
    cache: &Cache,
    entry: Option<&str>,
    arguments: Vec<String>,
) -> Result<String, RunnerError> {
    let folder = tempfile::tempdir_in(cache.folder()?)?;
    let output = Utf8Path::from_path(folder.path()).expect("it is in a UTF-8 folder").join("bundle.js");
    let executable = home.esbuild()?;
    // A package of Vitest's is looked up where Vitest really is, which some package managers only link to.
    let directory = vitest.folder.canonicalize_utf8()?;
    let stdin = entry.is_none().then(|| MAGIC_STRING.to_owned());
    let build = Build { executable: &executable, directory: &directory, output: &output, arguments, stdin };
    build.run().map_err(|error| RunnerError::Bundle { version: vitest.version.clone(), error })?;
    Ok(std::fs::read_to_string(&output)?)
}

/// Replaces what workerd does not allow, or an extension module cannot do.
fn patch(text: &str, version: &str) -> Result<String, RunnerError> {
    if !text.contains(EVALUATE_SNAPSHOTS) {
        return Err(RunnerError::SnapshotReader { version: version.to_owned() });
    }
    let mut text = text.replace(EVALUATE_SNAPSHOTS, READ_SNAPSHOTS);
    let (range, addition) =
        added_serializer(&text).ok_or_else(|| RunnerError::Serializers { version: version.to_owned() })?;
    text.replace_range(range, &addition);
    let globals = text.find(LOAD_GLOBALS).and_then(|start| Some(start..start + text[start..].find(')')? + 1));
    let globals = globals.ok_or_else(|| RunnerError::Globals { version: version.to_owned() })?;
    text.replace_range(globals, GIVE_GLOBALS);
    Ok(text)
}

/// Where Vitest makes a new list of a serializer and the others, and what makes one that can be shortened again.
fn added_serializer(text: &str) -> Option<(Range<usize>, String)> {
    let start = text.find(ADD_SERIALIZER)? + ADD_SERIALIZER.len();
    let (parameter, body) = text[start..].split_once("){")?;
    let (list, _) = body.split_once('=')?;
    let body = start + parameter.len() + "){".len();
    let expected = format!("{list}=[{parameter}].concat({list})");
    let is_known = text[body..].starts_with(&expected);
    is_known.then(|| (body..body + expected.len(), format!("{list}={GIVE_SERIALIZER}({list},{parameter})")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_workerd_does_not_allow_is_replaced() {
        let text = r#"a(new Function("exports",b)(c));function addSerializer(p){P=[p].concat(P)}(await import("./globals.Ab_1.js")).register()"#;
        insta::assert_snapshot!(patch(text, "5.0.0").unwrap(), @r#"a(new globalThis[Symbol.for("wpt.SnapshotReader")]("exports",b)(c));function addSerializer(p){P=globalThis[Symbol.for("wpt.addSerializer")](P,p)}(await (globalThis[Symbol.for("wpt.VitestGlobals")])).register()"#);
    }

    #[test]
    fn another_kind_of_vitest_is_refused() {
        let message = |text: &str| patch(text, "9.0.0").unwrap_err().to_string();
        assert!(message("").starts_with("Vitest 9.0.0 reads snapshot files differently"));
        assert!(
            message(r#"new Function("exports",a);function addSerializer(p){P=[p].concat(P)}"#)
                .starts_with("Vitest 9.0.0 defines its globals differently")
        );
    }
}
