//! Which frames of a stack the user gets to see.

use super::Frame;
use crate::plan::TEST_WORKER_MODULE;

/// How much of a stack to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frames {
    /// All but Vitest's and the platform's: for the errors of tests.
    Own,
    /// All but those of our runner and of workerd: for errors that belong to no test.
    All,
}

/// The frames to show, in order.
///
/// Vitest's, chai's and the platform's frames are never the user's; those of other packages are shown, as in Vitest.
pub fn visible(frames: &[Frame], wanted: Frames) -> Vec<&Frame> {
    let but_ours = || frames.iter().filter(|frame| !is_runner(&frame.file));
    if wanted == Frames::All {
        return but_ours().collect();
    }
    but_ours().filter(|frame| !is_test_framework(&frame.file)).collect()
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
    fn vitest_and_the_platform_are_left_out() {
        assert_eq!(shown(&FILES, Frames::Own), FILES[..2]);
        assert_eq!(shown(&FILES, Frames::All), FILES[..5]);
    }
}
