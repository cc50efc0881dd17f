//! What production would do otherwise.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Provenance;

/// A way in which the Worker under test and the deployed one differ, or in which tests cannot show what a deployment does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Difference {
    /// A stable name for the kind of difference, for example `node-global`.
    pub code: String,
    /// What it is, one line.
    pub what: String,
    /// What the deployed Worker does, one line.
    pub production: String,
    /// How to be rid of it, one line; empty if nothing can be done.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fix: String,
    /// The line it is about, or the rule it follows from.
    pub provenance: Provenance,
}
