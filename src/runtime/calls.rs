//! Calls of a session that are the runner's own and not Vitest's: they begin with `wpt`.

use std::io;

use camino::Utf8Path;
use serde_json::Value;

use super::{frames::Storage, snapshots};

/// What such a call gives, or the message of an error; `None` for all other calls.
pub fn answer(method: &str, arguments: &Value, storage: &mut Storage) -> Option<Result<Value, String>> {
    let text = |index: usize| arguments[index].as_str().unwrap_or_default();
    let path = Utf8Path::new(text(0));
    let done = |result: io::Result<()>| result.map(|()| Value::Null);
    let result = match method {
        "wptReadSnapshotFile" => snapshots::read(path).map(Value::from),
        "wptSaveSnapshotFile" => done(snapshots::save(path, text(1))),
        "wptRemoveSnapshotFile" => done(snapshots::remove(path)),
        _ => return storage.answer(method).map(|done| done.map(|()| Value::Null)),
    };
    Some(result.map_err(|error| format!("{path}: {error}")))
}
