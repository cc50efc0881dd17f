//! The emitters against the real workerd and against golden files.

mod golden;
mod round_trip;
mod workerd;

use camino::{Utf8Path, Utf8PathBuf};

use crate::plan::{Plan, TestWorker};

/// All test Workers of a plan, as the emitters take them.
fn all(plan: &Plan) -> Vec<&TestWorker> {
    plan.test_workers.iter().collect()
}

/// Writes what `wpt-gen gen` would leave in `.wpt`: the text configuration and the modules.
fn write_generated(
    folder: &Utf8Path,
    plan: &Plan,
    modules: &std::collections::BTreeMap<Utf8PathBuf, Vec<u8>>,
) {
    for (path, bytes) in modules {
        let file = folder.join("modules").join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    let config = super::text::config(plan).unwrap();
    std::fs::write(folder.join("workerd.capnp"), config.page).unwrap();
    std::fs::write(folder.join("details.capnp"), config.details).unwrap();
}
