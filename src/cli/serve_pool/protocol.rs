//! What the pool says and hears: lines of JSON. A request has an `id` and is answered with the same one, `{"id", "result"}`
//! or `{"id", "error"}`; what has an `event` is said unasked.

use std::{
    io::{self, Write as _},
    sync::Mutex,
};

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A line that comes in.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    pub(super) id: u64,
    #[serde(flatten)]
    pub(super) call: Call,
}

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "camelCase")]
pub(super) enum Call {
    /// Compile the projects of a run that begins. What was there before it ends.
    Compile(Box<Compile>),
    /// Where the session of some test files is to be opened.
    Open(Open),
    /// A session's call that is not Vitest's.
    #[serde(rename = "call")]
    Forward(SessionCall),
    /// The files of a session have run.
    Finish(SessionId),
    /// A session is over.
    Close(Closed),
    /// A session broke.
    Fail(Failure),
    /// For how many milliseconds an isolate may be deaf, by what Vitest has collected there; null is for ever.
    Limit(Collected),
    /// Stacks, with places in sources in the place of those in compiled modules.
    Map(Stacks),
}

/// A run.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Compile {
    /// The root of Vitest; absolute.
    pub(super) root: Utf8PathBuf,
    /// The Vitest config, absolute.
    pub(super) config_file: Option<Utf8PathBuf>,
    pub(super) mode: String,
    /// The folder of the running Vitest.
    pub(super) vitest: Utf8PathBuf,
    /// Whether diagnostics, and what tests log, are coloured.
    pub(super) color: bool,
    /// `test.coverage`, if coverage is measured.
    pub(super) coverage: Option<Value>,
    /// As `runner-js/node/evaluate-config.mjs` writes it.
    pub(super) evaluation: Value,
    /// What each project runs, in the order of the evaluation's projects.
    pub(super) parts: Vec<Part>,
}

/// A project's part of a run.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part {
    /// The test files that will run, absolute, in their order.
    pub(super) files: Vec<Utf8PathBuf>,
    /// How many of them run at a time.
    pub(super) workers: usize,
    /// Whether each has a module graph and storage of its own.
    pub(super) isolate: bool,
    /// Where functions of the config are served.
    pub(super) function_socket: Option<Utf8PathBuf>,
}

/// A session that is to be opened.
#[derive(Debug, Deserialize)]
pub(super) struct Open {
    pub(super) project: String,
    /// Absolute paths.
    pub(super) files: Vec<Utf8PathBuf>,
}

/// A session's call.
#[derive(Debug, Deserialize)]
pub(super) struct SessionCall {
    pub(super) session: u64,
    pub(super) name: String,
    pub(super) arguments: Value,
}

/// A session, by the number that it was given.
#[derive(Debug, Deserialize)]
pub(super) struct SessionId {
    pub(super) session: u64,
}

/// A session that is over.
#[derive(Debug, Deserialize)]
pub(super) struct Closed {
    pub(super) session: u64,
    /// Whether its files have run to their end.
    pub(super) finished: bool,
}

/// A session that broke.
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    pub(super) session: u64,
    /// For how many milliseconds it has not answered, if that is why.
    pub(super) blocked: Option<u64>,
}

/// A message of Vitest's worker that tells which tests there are.
#[derive(Debug, Deserialize)]
pub(super) struct Collected {
    /// As it came.
    pub(super) message: String,
}

/// Stacks of a project.
#[derive(Debug, Deserialize)]
pub(super) struct Stacks {
    pub(super) project: String,
    pub(super) stacks: Vec<String>,
}

/// Writes lines, from any thread.
#[derive(Debug, Default)]
pub(super) struct Outbox(Mutex<()>);

impl Outbox {
    /// Answers a request.
    pub(super) fn reply<T: Serialize>(&self, id: u64, result: Result<T, String>) {
        self.write(&match result {
            Ok(result) => json!({ "id": id, "result": result }),
            Err(error) => json!({ "id": id, "error": error }),
        });
    }

    /// Says something unasked.
    pub(super) fn write(&self, message: &Value) {
        let _alone = self.0.lock();
        // Who has gone needs no answer.
        let _ = writeln!(io::stdout().lock(), "{message}");
    }
}
