//! The plan: everything that a test run consists of, as plain data, and why each part is there.
//!
//! Every emitter and the launcher read the plan and nothing else; nothing after it reads the user's files. The same
//! input gives the same plan, and the same plan gives the same bytes.

mod binding;
mod difference;
mod module;
mod provenance;
mod review;
#[cfg(test)]
pub(crate) mod sample;
mod service;
mod slots;
mod test_worker;
mod worker;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

pub use binding::{Binding, BindingKind, InnerBinding, ServiceRef, ServiceTarget};
pub use difference::Difference;
pub use module::{
    Module, ModuleFolder, ModuleKind, ModuleSource, ModuleStore, SOURCE_PREFIX, TouchedModule, VitePlugin,
};
pub use provenance::Provenance;
pub use service::{Extension, ExtensionModule, Https, Service, ServiceKind, Socket};
pub use test_worker::{DEFINITION_SLOT, InstantiateError, Slot, TestWorker};
pub use worker::{
    CompatibilityDate, DefaultFlag, DurableObjectClass, DurableObjectNamespace, Export, ExportKind, Flag,
    QueueConsumer, Worker, WorkerUnderTest, WorkflowExport,
};

/// The version of the plan's form, written to `plan.json`.
pub const PLAN_VERSION: u32 = 1;

/// The service that simulates KV, D1 and the rest.
///
/// One Worker holds all simulator classes; a binding says by its `props` which class and namespace it means.
pub const SIMULATORS: &str = "wpt:simulators";

/// Who an auxiliary Worker means when it names the Worker under test: in each slot, the test Worker that has the slot.
pub const UNDER_TEST: &str = "wpt:under-test";

/// Bindings that the runner itself needs have names that start with this, and are hidden from user code.
pub const INTERNAL_BINDING_PREFIX: &str = "__WPT_";

/// The entrypoint of a test Worker that the host talks to.
pub const RUNNER_ENTRYPOINT: &str = "WptRunner";

/// The main module of test Workers, which is generated.
pub const TEST_WORKER_MODULE: &str = "test-worker.js";

/// The whole plan of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// The version of this form.
    #[serde(deserialize_with = "known_version")]
    #[schemars(extend("const" = PLAN_VERSION))]
    pub version: u32,
    /// The project's Vitest.
    pub vitest: Vitest,
    /// The Worker that the tests are about.
    pub worker: WorkerUnderTest,
    /// What production would do otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parity: Vec<Difference>,
    /// Its instances. Test files can run in any of them, one after another, where nothing says otherwise.
    pub test_workers: Vec<TestWorker>,
    /// Why each test file has an isolate of its own, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_isolates: Option<Provenance>,
    /// All other services.
    pub services: Vec<Service>,
    /// One socket per test Worker.
    pub sockets: Vec<Socket>,
    /// Modules that are stored once for all Workers.
    pub extensions: Vec<Extension>,
    /// Vite plugins of the user's that have a hand in modules, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vite_plugins: Vec<VitePlugin>,
    /// Flags of the process's V8.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub v8_flags: Vec<Flag>,
    /// Gates of workerd's own unfinished features.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub autogates: Vec<Flag>,
    /// Whether workerd writes its log as lines of JSON.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub structured_logging: bool,
}

/// The project's Vitest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vitest {
    /// Its version.
    pub version: String,
    /// The names of its projects, in the config's order; a project without a name is an empty string.
    pub projects: Vec<String>,
}

/// Refuses plans of another version before their contents are looked at.
fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    if version == PLAN_VERSION {
        return Ok(version);
    }
    Err(D::Error::custom(format!(
        "this plan has version {version}, but this wpt-gen reads version {PLAN_VERSION}; run `wpt-gen gen`"
    )))
}
