//! Why an element of the plan exists.
//!
//! Everything that a user may ask "where does this come from?" about carries one of these, and every emitter
//! that people read prints it.

use std::fmt;

use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an element comes from: a line the user wrote, or a rule of ours.
///
/// In JSON the two are told apart by their keys: `{"file", "line"}` or `{"rule", "reason"}`. It is displayed as
/// `wrangler.jsonc:12` or as the reason with the rule behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum Provenance {
    /// Written by the user.
    Source {
        /// The file, relative to the project root, with forward slashes.
        #[schemars(with = "String")]
        file: Utf8PathBuf,
        /// The line, counted from 1. Absent in the committed plan if edits elsewhere in the file would move it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
    },
    /// Added by `wpt-gen`.
    Rule {
        /// The rule's short stable name, for example `vitest-needs-async-context`.
        rule: String,
        /// Why the rule applies here, one sentence without a full stop.
        reason: String,
    },
}

impl Provenance {
    /// Written by the user at `line` of `file`.
    pub fn source(file: impl AsRef<Utf8Path>, line: u32) -> Self {
        Self::Source { file: file.as_ref().to_owned(), line: Some(line) }
    }

    /// Added by the rule called `rule` because of `reason`.
    pub fn rule(rule: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Rule { rule: rule.into(), reason: reason.into() }
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source { file, line: Some(line) } => write!(f, "{file}:{line}"),
            Self::Source { file, line: None } => write!(f, "{file}"),
            Self::Rule { rule, reason } => write!(f, "{reason} ({rule})"),
        }
    }
}
