//! Functions of the Vitest config that Vitest calls in Node.js, where the fast lane has no Vitest.

use crate::{
    config::vitest::VitestConfig,
    diagnostic::{Diagnostic, Diagnostics},
};

/// Those without which a run would say or write something else.
const DECIDING: [&str; 2] = ["onUnhandledError", "resolveSnapshotPath"];

/// Errors about functions that decide how a run ends, and warnings about the others, which are left out.
pub(super) fn check<'a>(configs: impl Iterator<Item = &'a VitestConfig>) -> Diagnostics {
    let mut found = Diagnostics::new();
    for config in configs {
        for name in &config.test.called_in_node {
            let title = format!("Vitest calls `{name}` in Node.js");
            let diagnostic = if DECIDING.contains(&name.as_str()) {
                Diagnostic::error("called-in-node", title)
            } else {
                Diagnostic::warning("called-in-node", format!("{title}: it is left out"))
            };
            let diagnostic = match config.pool.origin(name) {
                Some(origin) => origin.label(diagnostic, ""),
                None => diagnostic,
            };
            found.push(diagnostic.help("use `vitest` with `wpt-gen/vitest`"));
        }
    }
    found
}
