//! The project's Vitest config, evaluated by the project's own Vitest in Node, and cached by everything it read.
//!
//! The pool's packages need not be installed: a shim answers their imports and records the options.

mod evaluate;
pub mod options;
mod package;
mod script_error;

use std::{collections::BTreeMap, sync::Arc};

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::wrangler::Wrangler;
use crate::diagnostic::Diagnostics;

pub use evaluate::{ConfigInputs, config_file, evaluated, load};
pub use options::{
    Assets, Contents, DurableObject, External, FunctionForm, Isolation, MiniflareOptions, Module,
    ModuleContents, Modules, Named, Network, PoolOptions, QueueConsumer, RunWorkerFirst, ServiceDesignator,
    Tls, WorkerName, WorkerOptions,
};
pub use package::VitestPackage;

/// Whether a text stands for what a global setup will provide: `mark` in `runner-js/node/load-config.mjs` makes it.
pub fn is_mark(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>')
}

/// The names under which Vitest looks for a config, in its order.
pub const FILE_NAMES: [&str; 12] = [
    "vitest.config.ts",
    "vitest.config.mts",
    "vitest.config.cts",
    "vitest.config.js",
    "vitest.config.mjs",
    "vitest.config.cjs",
    "vite.config.ts",
    "vite.config.mts",
    "vite.config.cts",
    "vite.config.js",
    "vite.config.mjs",
    "vite.config.cjs",
];

/// An evaluated project of a Vitest config.
#[derive(Clone, Debug)]
pub struct VitestConfig {
    /// The project's name; empty if the config has no `test.projects`.
    pub name: String,
    /// The colour of its label, if the config gives one.
    pub colour: Option<String>,
    /// Its root, absolute.
    pub root: Utf8PathBuf,
    /// Whether its tests run in workerd: the Workers pool is configured, or there is no other project.
    pub in_workerd: bool,
    /// The file, relative to the project root; `None` if the project has none.
    pub file: Option<Utf8PathBuf>,
    /// What was opened to get it.
    pub opened: Arc<Opened>,
    /// The Vitest that evaluated it and will run the tests.
    pub package: VitestPackage,
    /// What the config says to the pool.
    pub pool: PoolOptions,
    /// The pool's options as they were read.
    pub(crate) options: Value,
    /// Whether these are of this run alone, and no generated file has them: they have what a global setup provides, or are
    /// others each time that the config is evaluated (keys that it makes, for example).
    pub is_of_run: bool,
    /// What the pool's options get from a global setup by `inject()`, if they do: none has run, and marks stand for it.
    pub injected: Option<String>,
    /// What is wrong with options that have marks in them: it may be right when they are known.
    pub(crate) deferred: Diagnostics,
    /// What has storage of its own.
    pub isolation: Isolation,
    /// What the `cloudflare.config.ts` says that the pool's options name; it has the form of a wrangler file.
    pub cloudflare: Option<Wrangler>,
    /// What the config says to Vitest.
    pub test: TestOptions,
}

/// The evaluated `test` options and the parts of Vite's config that concern sources. The fields are what
/// `runner-js/node/evaluate-config.mjs` writes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestOptions {
    /// The config as Vitest serializes it for its workers; has absolute paths in it.
    pub serialized_config: Value,
    /// Globs of test files.
    pub include: Vec<String>,
    /// Globs of files that are not test files.
    pub exclude: Vec<String>,
    /// Globs of sources that may hold tests.
    pub include_source: Vec<String>,
    /// The folder that globs are relative to; absolute.
    pub dir: Utf8PathBuf,
    /// Modules evaluated before each test file; absolute paths.
    pub setup_files: Vec<Utf8PathBuf>,
    /// Modules evaluated in Node before a run; absolute paths.
    pub global_setup: Vec<Utf8PathBuf>,
    /// Expressions replaced in sources.
    pub define: BTreeMap<String, Value>,
    /// `resolve.alias`.
    pub alias: Vec<Alias>,
    /// Vite plugins of the user's that have a say about modules.
    pub user_plugins: Vec<UserPlugin>,
    /// `test.reporters`.
    pub reporters: Value,
    /// `test.outputFile`.
    pub output_file: Value,
    /// `import.meta.env` as Vite sets it: `MODE`, `DEV`, `BASE_URL`, and what `.env` files say.
    pub vite_environment: Map<String, Value>,
    /// What the config provides to `inject()`.
    pub provide: Value,
    /// Whether `describe`, `it`, `expect` and `vi` are global.
    pub globals: bool,
    /// Options that are functions which Vitest calls in Node.js.
    #[serde(default)]
    pub called_in_node: Vec<String>,
    /// What holds for a whole run.
    pub run: RunSettings,
}

impl TestOptions {
    /// Modules that Vitest's worker evaluates, besides setup files: absolute paths.
    pub fn evaluated_files(&self) -> impl Iterator<Item = Utf8PathBuf> {
        let config = &self.serialized_config;
        let serializers = config["snapshotSerializers"].as_array().into_iter().flatten();
        let paths = serializers.chain([&config["diff"], &config["runner"]]).filter_map(Value::as_str);
        paths.filter(|path| path.starts_with('/')).map(Utf8PathBuf::from)
    }
}

/// What the root config says about a whole run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of Vitest's of its own")]
pub struct RunSettings {
    /// Whether a run without test files succeeds.
    pub pass_with_no_tests: bool,
    /// Whether unhandled errors leave the exit code alone.
    pub dangerously_ignore_unhandled_errors: bool,
    /// Whether skipped tests are left out of the listing.
    pub hide_skipped_tests: bool,
    /// `true`, `false` or `"passed-only"`.
    pub silent: Value,
    /// Which snapshots are written, if the config says so: a truth value, `"new"`, `"all"` or `"none"`.
    pub update: Value,
    /// Milliseconds from which on a test counts as slow; `None` for never.
    pub slow_test_threshold: Option<f64>,
    /// Milliseconds that global teardowns may take; `None` for any time.
    pub teardown_timeout: Option<f64>,
    /// How many workers there may be, if the config says so.
    pub max_workers: Option<usize>,
    /// Whether the config says by which seed things are put in a random order.
    pub has_seed: bool,
    /// Whether the order of files is random.
    pub shuffle_files: bool,
    /// Whether durations and failures of files are kept.
    pub cache: bool,
    /// Whether watch mode clears the terminal.
    pub clear_screen: bool,
    /// Globs of files that all tests depend on.
    pub force_rerun_triggers: Vec<String>,
}

/// A Vite plugin of the user's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserPlugin {
    /// Its name.
    pub name: String,
    /// Which hooks about modules it has: `resolveId`, `load`, `transform`.
    pub hooks: Vec<String>,
}

/// A Vitest config as it was opened: that of the whole run, whichever project is meant.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The folder that was opened; absolute.
    pub root: Utf8PathBuf,
    /// The config, relative to it.
    pub file: Option<Utf8PathBuf>,
    /// Vite's mode.
    pub mode: String,
    /// What was read: files, folders, and variables of the environment as `env:<name>`.
    pub inputs: Vec<Utf8PathBuf>,
}

/// An entry of `resolve.alias`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Alias {
    /// A string, or a regular expression as `{"$wptRegExp": source, "flags"}`.
    pub find: Value,
    /// What replaces it.
    pub replacement: String,
}
