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

/// A recorded run.
pub(super) struct Recording {
    version: &'static str,
    pub(super) calls: &'static str,
}

pub(super) const VITEST_5: Recording =
    Recording { version: "5.1.1", calls: include_str!("fixtures/vitest-5.1.1.calls.json") };
pub(super) const VITEST_4: Recording =
    Recording { version: "4.1.12", calls: include_str!("fixtures/vitest-4.1.12.calls.json") };

impl Recording {
    /// What `reporter` writes for the recorded calls, and what Vitest's own wrote.
    pub(super) fn both(&self, name: &str, reporter: impl Reporter + 'static) -> (String, String) {
        let options = RunOptions { vitest_version: self.version.into(), ..options() };
        let (_, _, ours) = replay(self.calls, options, reporter);
        (ours, self.written(name))
    }

    /// Our text without what Vitest 4 leaves out: causes that are no errors; and with its words.
    pub(super) fn as_vitest_4_writes_it(text: &str) -> String {
        let mut text = text.to_owned();
        for (ours, theirs) in [
            (r"\n\nCaused by: (?:\{ code: 7 \}|inner text)\n", "\n"),
            (r"%0ACaused by: (?:\{ code: 7 \}|inner text)%0A", "%0A"),
            (
                "The last test to run before this error was ",
                "The latest test that might've caused the error is ",
            ),
            ("This means either:", "It might mean one of the following:"),
            ("- the error was thrown while (.*?), or", "- The error was thrown, while $1."),
            (
                "- the error was thrown after the test completed, and this was the most recent test at that point.",
                "- If the error occurred after the test had been completed, this was the last documented test before it was thrown.",
            ),
        ] {
            text = regex::Regex::new(ours).unwrap().replace_all(&text, theirs).into_owned();
        }
        text
    }

    /// A text of Vitest's own, with what we write otherwise as we do: of an error without a message its name, of an object
    /// that is none what it holds, where Vitest shows how it keeps the two.
    pub(super) fn as_we_show_it(text: &str) -> String {
        let mut text = text.to_owned();
        for (theirs, ours) in [
            (r"(?m)^\{\r?\n  stack: (?:&apos;|')Error: (?s:.*?)\n\}$", "Error"),
            (r"::\{%0A  stack: 'Error: .*?%0A\}%0A", "::Error%0A"),
            (r"\{ reason: (.*?), stacks: \[\] \}", "{ reason: $1 }"),
            (
                r"\{ code: 7, name: (?:&apos;|')Caused by(?:&apos;|'), stacks: \[\] \}(\n|%0A)⎯*(\n|%0A)Serialized Error: (.*?\})(\n|%0A)",
                "Caused by: $3$1",
            ),
            // Vitest 4 alone escapes quotes.
            (r"it\\('|&apos;)s", "it${1}s"),
            (r"(\{ reason: .*? \})\n⎯*\nSerialized Error: .*\n", "$1\n"),
        ] {
            text = regex::Regex::new(theirs).unwrap().replace_all(&text, ours).into_owned();
        }
        text
    }

    pub(super) fn is_vitest_4(&self) -> bool {
        self.version.starts_with("4.")
    }

    /// What Vitest's own reporter wrote.
    pub(super) fn written(&self, name: &str) -> String {
        let fixtures = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/fixtures");
        std::fs::read_to_string(fixtures.join(format!("vitest-{}.{name}.txt", self.version))).unwrap()
    }
}

/// Shows where two texts differ.
#[track_caller]
pub(super) fn assert_same(ours: &str, theirs: &str) {
    let diff = similar::TextDiff::from_lines(theirs, ours);
    assert!(ours == theirs, "{}", diff.unified_diff().context_radius(2).header("theirs", "ours"));
}

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
