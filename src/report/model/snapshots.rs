//! What happened to the snapshots, over all files.

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use super::or_default;

/// The sums, in the shape of the JSON report's `snapshot`.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotSummary {
    /// Snapshots written for the first time.
    pub added: u64,
    /// Always false, as in Vitest: a mismatch fails its test.
    pub failure: bool,
    /// Files with added snapshots.
    pub files_added: u64,
    /// Snapshot files with nothing left in them.
    pub files_removed: u64,
    /// Snapshot files whose test file is gone.
    pub files_removed_list: Vec<Utf8PathBuf>,
    /// Files with mismatches.
    pub files_unmatched: u64,
    /// Files with updated snapshots.
    pub files_updated: u64,
    /// Snapshots that matched.
    pub matched: u64,
    /// All that were compared or written.
    pub total: u64,
    /// Obsolete snapshots: no test asked for them.
    pub unchecked: u64,
    /// Which.
    pub unchecked_keys_by_file: Vec<ObsoleteKeys>,
    /// Snapshots that did not match.
    pub unmatched: u64,
    /// Snapshots that were replaced.
    pub updated: u64,
    /// Whether the run updates (`-u`).
    pub did_update: bool,
}

/// The obsolete snapshots of one test file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObsoleteKeys {
    /// The test file, absolute.
    pub file_path: Utf8PathBuf,
    /// Their names.
    pub keys: Vec<String>,
}

/// The argument of `snapshotSaved`: one test file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SnapshotResult {
    filepath: Utf8PathBuf,
    #[serde(default, deserialize_with = "or_default")]
    added: u64,
    #[serde(default, deserialize_with = "or_default")]
    file_deleted: bool,
    #[serde(default, deserialize_with = "or_default")]
    matched: u64,
    #[serde(default, deserialize_with = "or_default")]
    unchecked: u64,
    #[serde(default, deserialize_with = "or_default")]
    unchecked_keys: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    unmatched: u64,
    #[serde(default, deserialize_with = "or_default")]
    updated: u64,
}

impl SnapshotSummary {
    pub(super) fn add(&mut self, result: SnapshotResult) {
        self.files_added += u64::from(result.added > 0);
        self.files_removed += u64::from(result.file_deleted);
        self.files_unmatched += u64::from(result.unmatched > 0);
        self.files_updated += u64::from(result.updated > 0);
        self.added += result.added;
        self.matched += result.matched;
        self.unchecked += result.unchecked;
        self.unmatched += result.unmatched;
        self.updated += result.updated;
        self.total += result.added + result.matched + result.unmatched + result.updated;
        if !result.unchecked_keys.is_empty() {
            self.unchecked_keys_by_file
                .push(ObsoleteKeys { file_path: result.filepath, keys: result.unchecked_keys });
        }
    }
}
