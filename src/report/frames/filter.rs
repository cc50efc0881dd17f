//! Which frames of a stack the user gets to see.

use super::Frame;
use crate::plan::TEST_WORKER_MODULE;

/// How much of a stack to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frames {
    /// The user's own: for the errors of tests.
    Own,
    /// All but those of our runner and of workerd: for errors that belong to no test.
    All,
}

/// The frames to show, in order.
///
/// Vitest's, chai's and the platform's frames are never the user's. Those of other packages are left out as well,
/// unless nothing else is there to show.
pub fn visible(frames: &[Frame], wanted: Frames) -> Vec<&Frame> {
    let but_ours = || frames.iter().filter(|frame| !is_runner(&frame.file));
    if wanted == Frames::All {
        return but_ours().collect();
    }
    let but_vitest: Vec<_> = but_ours().filter(|frame| !is_test_framework(&frame.file)).collect();
    let own: Vec<_> = but_vitest.iter().copied().filter(|frame| !is_dependency(&frame.file)).collect();
    if own.is_empty() { but_vitest } else { own }
}

/// Whether a file belongs to a package and not to the project.
pub(crate) fn is_dependency(file: &str) -> bool {
    file.contains("/node_modules/") || file.starts_with("node_modules/")
}

/// Our runner (`wpt:…`, which holds Vitest itself), the generated main module, and what is built into workerd. Files of
/// the project have absolute paths.
pub(super) fn is_runner(file: &str) -> bool {
    const SCHEMES: [&str; 5] = ["wpt:", "workerd:", "cloudflare:", "cloudflare-internal:", "node-internal:"];
    file == TEST_WORKER_MODULE || SCHEMES.iter().any(|scheme| file.starts_with(scheme))
}

/// Vitest, what it is made of, and Node.
fn is_test_framework(file: &str) -> bool {
    const PARTS: [&str; 5] = [
        "/vitest/dist/",
        "/node_modules/@vitest/",
        "/node_modules/chai/",
        "/node_modules/tinyspy/",
        "/vite/dist/node/module-runner",
    ];
    file.starts_with("node:") || PARTS.iter().any(|part| file.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(files: &[&str], wanted: Frames) -> Vec<String> {
        let frames: Vec<_> = files
            .iter()
            .map(|file| Frame { function: String::new(), file: (*file).to_owned(), line: 1, column: 1 })
            .collect();
        visible(&frames, wanted).into_iter().map(|frame| frame.file.clone()).collect()
    }

    const FILES: [&str; 7] = [
        "/app/node_modules/hono/dist/hono.js",
        "/app/src/index.ts",
        "/app/node_modules/vitest/dist/index.js",
        "/app/node_modules/@vitest/runner/dist/index.js",
        "node:internal/process",
        "wpt:runner",
        "test-worker.js",
    ];

    #[test]
    fn only_the_users_own_frames_are_shown() {
        assert_eq!(shown(&FILES, Frames::Own), ["/app/src/index.ts"]);
        assert_eq!(shown(&FILES, Frames::All), FILES[..5]);
    }

    #[test]
    fn a_package_is_shown_if_nothing_else_is_left() {
        let files = ["/app/node_modules/hono/dist/hono.js", "wpt:runner"];
        assert_eq!(shown(&files, Frames::Own), [files[0]]);
    }
}
