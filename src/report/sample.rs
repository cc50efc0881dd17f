//! Test support: replays the recorded calls of a real Vitest run on our sample project (see `fixtures/README.md`).

use std::{
    cell::RefCell,
    io::{self, Write},
    rc::Rc,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Reporter, Reporting,
    model::{Run, RunOptions},
};

pub(super) const VITEST_5: &str = include_str!("fixtures/vitest-5.1.1.calls.json");
pub(super) const VITEST_4: &str = include_str!("fixtures/vitest-4.1.12.calls.json");

#[derive(Deserialize)]
struct Call {
    method: String,
    args: Vec<Value>,
}

#[derive(Clone, Default)]
struct Buffer(Rc<RefCell<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where the sample project is; `/root` in the recordings.
pub(super) fn root() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/fixtures/project")
}

/// Replays `calls`; returns the exit code, the run, and what `reporter` wrote (the root as `/root`).
pub(super) fn replay(
    calls: &str,
    options: RunOptions,
    reporter: impl Reporter + 'static,
) -> (u8, Run, String) {
    let calls: Vec<Call> = serde_json::from_str(&calls.replace("/root", root().as_str())).unwrap();
    let buffer = Buffer::default();
    let mut reporting = Reporting::new(options, vec![(Box::new(reporter), Box::new(buffer.clone()))]);
    for Call { method, args } in calls {
        if method == "start" {
            let paths: Vec<Utf8PathBuf> = serde_json::from_value(args[0].clone()).unwrap();
            reporting.start(paths.iter().map(|path| ("", path.as_path()))).unwrap();
        } else {
            assert!(reporting.call(&method, args).unwrap(), "{method} is not handled");
        }
    }
    let (code, run) = reporting.finish().unwrap();
    let text = String::from_utf8(buffer.0.take()).unwrap();
    (code, run, text.replace(root().as_str(), "/root"))
}

/// The sample project's options.
pub(super) fn options() -> RunOptions {
    RunOptions { vitest_version: "5.1.1".into(), ..RunOptions::new(root()) }
}
