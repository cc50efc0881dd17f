//! What every end-to-end test needs: a project in a folder of its own, and the real `wpt-gen` run in it.
//!
//! Nothing is simulated: real Vitest, real workerd. Every wait has a limit, so no test can hang.

mod command;
mod gate;
mod outcome;
mod postgres;
mod processes;
mod project;
mod server;

use std::{
    thread,
    time::{Duration, Instant},
};

use camino::{Utf8Path, Utf8PathBuf};

pub(crate) use command::{Command, Running};
pub(crate) use gate::Gate;
pub(crate) use outcome::{Outcome, redacted};
pub(crate) use postgres::Postgres;
pub(crate) use processes::{Family, send};
pub(crate) use project::Project;
pub(crate) use rustix::process::Signal;
pub(crate) use server::Server;

/// The repository: the installation that `wpt-gen` uses in tests.
pub(crate) const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");

/// How long anything may take that is not expected to fail. Generous: it never decides a test that passes.
pub(crate) const LIMIT: Duration = Duration::from_mins(2);

/// Waits until `found` has something to give.
pub(crate) fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = found() {
            return value;
        }
        assert!(start.elapsed() < LIMIT, "waited too long for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The repository's folder of example projects.
pub(crate) fn examples() -> &'static Utf8Path {
    Utf8Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples"))
}

/// The names of the example projects.
pub(crate) fn example_names() -> Vec<String> {
    let entries = examples().read_dir_utf8().unwrap().map(Result::unwrap);
    let mut names: Vec<String> =
        entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().to_owned()).collect();
    names.sort();
    names
}

/// The real workerd.
pub(crate) fn workerd() -> Utf8PathBuf {
    let packages = Utf8Path::new(REPOSITORY).join("node_modules/@cloudflare");
    let mut packages =
        packages.read_dir_utf8().expect("run `npm ci`").map(|entry| entry.unwrap().into_path());
    let package = packages.find(|path| path.file_name().is_some_and(|name| name.starts_with("workerd-")));
    package.expect("workerd is installed").join("bin/workerd")
}

/// Compares `$value` with the file `snapshots/e2e/$name.snap`.
macro_rules! assert_golden {
    ($name:expr, $value:expr) => {
        insta::with_settings!({
            snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/e2e"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!($name, $value);
        })
    };
}
pub(crate) use assert_golden;
