//! One test file's conversation with its test Worker: Vitest's worker protocol over a WebSocket.
//!
//! The messages are Vitest's own: `start` and `run` from us, then `birpc` calls (`{t: "q", m: method, a: arguments}`)
//! and their answers (`{t: "s", i: id, r: result}`) until `testfileFinished`.

use std::{
    collections::{HashMap, HashSet},
    io,
    os::unix::net::UnixStream,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};
use thiserror::Error;
use tungstenite::{
    ClientHandshake, HandshakeError, Message, WebSocket,
    client::IntoClientRequest as _,
    http::{HeaderValue, StatusCode},
};

use super::{calls, flatted, frames::Storage, inspector::Inspector, run::Job, snapshots};

/// How often a silent isolate is asked whether it is alive.
const HEARTBEAT: Duration = Duration::from_millis(200);
/// Added to Vitest's own limits: it ends what it can end itself.
const GRACE: Duration = Duration::from_secs(1);
/// The request that opens a session names the project root in this header, percent-encoded.
const ROOT_HEADER: &str = "wpt-root";
/// And in this one the slot.
const SLOT_HEADER: &str = "wpt-slot";
/// Its presence asks for coloured console output.
const COLOR_HEADER: &str = "wpt-color";

/// Its presence asks for all modules to be loaded before anything runs: a debugger binds breakpoints in what it knows.
const LOAD_HEADER: &str = "wpt-load";

/// Its presence asks what tests wait for when their time is up.
const WHY_HANGING_HEADER: &str = "wpt-why-hanging";

/// What every session of a run needs.
#[derive(Debug)]
pub struct SessionOptions {
    /// The project root; absolute.
    pub root: Utf8PathBuf,
    /// Vitest's serialized config.
    pub config: Value,
    /// What `inject()` gives.
    pub provided: Value,
    /// Whether console output is coloured.
    pub color: bool,
    /// How long an isolate may be deaf before it is taken to be in an endless loop.
    pub limit: Duration,
    /// The tests and suites that are run, by test file; of other files all are.
    pub locations: HashMap<Utf8PathBuf, Vec<Location>>,
    /// What only makes the tests known, and does not run them.
    pub collects: bool,
    /// The failures of the whole run.
    pub failures: Arc<Failures>,
    /// Where debuggers attach, if they can.
    pub inspector: Option<Arc<Inspector>>,
    /// Whether a test whose time is up is to say what it was waiting for.
    pub why_hanging: bool,
    /// Set from outside to end the run.
    pub cancelled: Arc<AtomicBool>,
}

/// A line of a test file that names a test or suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// In the source, from 1.
    pub line: u32,
    /// What it became in the compiled module.
    pub compiled: Vec<u32>,
}

/// What has failed in a run so far, in whatever process.
#[derive(Debug, Default)]
pub struct Failures {
    /// The ids of tests, suites and files.
    tasks: Mutex<HashSet<String>>,
    /// Whether there are so many that Vitest has given up.
    has_bailed: AtomicBool,
}

impl Failures {
    /// Whether no more tests are to be run.
    pub fn has_bailed(&self) -> bool {
        self.has_bailed.load(Ordering::Relaxed)
    }

    /// Notes what a call of `onTaskUpdate` says, as Vitest counts: suites and files that fail do count.
    fn note(&self, packs: &Value) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        for pack in packs.as_array().into_iter().flatten() {
            let Some(id) = pack[0].as_str() else { continue };
            if pack[1]["state"] == "fail" {
                tasks.insert(id.to_owned());
            } else {
                tasks.remove(id);
            }
        }
    }

    fn count(&self) -> usize {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl SessionOptions {
    /// Lets a debugger look at where tests stand, for any time.
    pub fn debug(&mut self, inspector: &Arc<Inspector>) {
        for timeout in ["testTimeout", "hookTimeout", "teardownTimeout"] {
            self.config[timeout] = 0.into();
        }
        self.limit = Duration::MAX;
        self.inspector = Some(Arc::clone(inspector));
    }
}

/// One of Vitest's reporting calls: `onCollected`, `onTaskUpdate`, `onUserConsoleLog`, …
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The call's name.
    pub method: String,
    /// Its arguments.
    pub arguments: Vec<Value>,
}

/// Why a session ended early.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The isolate did not answer for longer than the limit.
    #[error("the test file blocked its thread for more than {} ms: a loop without end?", .0.as_millis())]
    Blocked(Duration),
    /// The run was cancelled.
    #[error("the run was cancelled")]
    Cancelled,
    /// The connection broke, mostly because workerd ended.
    #[error("the connection to workerd broke: {0}")]
    Connection(String),
    /// The isolate has something of an earlier session that cannot be undone.
    #[error("the isolate cannot be used again: {0}")]
    Spent(String),
    /// Vitest's worker failed before any test.
    #[error("{0}")]
    Worker(String),
}

/// Runs a job in the test Worker that listens on `socket`.
///
/// # Errors
/// See [`SessionError`]; what was reported until then stands.
pub fn run(
    socket: &Utf8Path,
    job: &Job,
    worker_id: usize,
    options: &SessionOptions,
    storage: &mut Storage,
    report: &mut dyn FnMut(Event),
) -> Result<(), SessionError> {
    let mut connection = Connection::open(socket, &job.slot, options)?;
    if let Some(inspector) = &options.inspector {
        inspector.wait_for_debugger(&options.cancelled);
    }
    let context = json!({
        "pool": "wpt-gen",
        "config": options.config,
        "environment": { "name": "node", "options": null },
        "projectName": options.config["name"].as_str().unwrap_or_default(),
        "workerId": worker_id,
        "concurrencyId": worker_id,
        "files": job.files.iter().map(|file| options.specification(file)).collect::<Vec<_>>(),
        "providedContext": options.provided,
        "invalidates": [],
    });
    connection.send(&json!({
        "__vitest_worker_request__": true,
        "type": "start",
        "poolId": worker_id,
        "workerId": worker_id,
        "options": { "reportMemory": false },
        "traces": { "enabled": false },
        "context": context,
    }))?;
    loop {
        let message = connection.receive()?;
        match message["type"].as_str() {
            Some("started") => {
                worker_error(&message)?;
                connection.send(&json!({
                    "__vitest_worker_request__": true,
                    "type": if options.collects { "collect" } else { "run" },
                    "poolId": worker_id,
                    "context": context,
                }))?;
            }
            Some("testfileFinished") => return worker_error(&message),
            _ if message["t"] == "q" => {
                if message["m"] == "onCollected" {
                    connection.limit = connection.limit.max(limit_of(&message));
                }
                let answer = answer(&message, options, storage, report);
                if let Some(id) = message["i"].as_str() {
                    let reply = match answer {
                        Ok(result) => json!({ "t": "s", "i": id, "r": result }),
                        Err(error) => {
                            json!({ "t": "s", "i": id, "e": { "name": "Error", "message": error } })
                        }
                    };
                    connection.send(&reply)?;
                }
            }
            _ => {}
        }
    }
}

impl SessionOptions {
    /// A test file as Vitest's worker gets it.
    fn specification(&self, file: &Utf8Path) -> Value {
        let mut specification = json!({ "filepath": file, "fileTags": [] });
        if let Some(locations) = self.locations.get(file) {
            specification["testLocations"] = locations.iter().map(|location| location.line).collect();
        }
        specification
    }

    /// What `lines` (an array) of a test file became.
    fn compiled_lines(&self, file: &Utf8Path, lines: &Value) -> Value {
        let locations = self.locations.get(file).map_or(&[][..], Vec::as_slice);
        let compiled = |line: &Value| {
            let found = locations.iter().find(|location| *line == location.line);
            found.map_or_else(Vec::new, |location| location.compiled.clone())
        };
        lines.as_array().into_iter().flatten().map(compiled).collect()
    }
}

/// How long an isolate may be deaf while something runs that Vitest gives `timeout` milliseconds; 0 is for ever.
pub fn limit_for(timeout: f64) -> Duration {
    if timeout > 0.0 {
        Duration::try_from_secs_f64(timeout / 1000.0)
            .map_or(Duration::MAX, |limit| limit.saturating_add(GRACE))
    } else {
        Duration::MAX
    }
}

/// How long an isolate may be deaf whose tests the message `onCollected` tells.
pub fn limit_of(message: &Value) -> Duration {
    limit_for(longest_timeout(&message["a"]))
}

/// The longest timeout of the collected tests, in milliseconds; 0 if one has none.
fn longest_timeout(tasks: &Value) -> f64 {
    let each = tasks.as_array().into_iter().flatten().map(|task| match task {
        Value::Array(_) => longest_timeout(task),
        _ if task["type"] == "test" => task["timeout"].as_f64().unwrap_or(0.0),
        _ => longest_timeout(&task["tasks"]),
    });
    // Without tests there is nothing to wait for.
    each.fold(f64::EPSILON, |longest, one| if one == 0.0 || longest == 0.0 { 0.0 } else { longest.max(one) })
}

fn worker_error(message: &Value) -> Result<(), SessionError> {
    let error = &message["error"];
    if error.is_null() {
        return Ok(());
    }
    let text = error["stack"].as_str().or(error["message"].as_str()).unwrap_or("Vitest's worker failed");
    Err(SessionError::Worker(text.to_owned()))
}

/// Does what a call asks and gives its result, or the message of an error.
fn answer(
    call: &Value,
    options: &SessionOptions,
    storage: &mut Storage,
    report: &mut dyn FnMut(Event),
) -> Result<Value, String> {
    let argument = |index: usize| &call["a"][index];
    let path = |index: usize| Utf8Path::new(argument(index).as_str().unwrap_or_default());
    let method = call["m"].as_str().unwrap_or_default();
    if let Some(answer) = calls::answer(method, &call["a"], storage) {
        if method == "wptSaveSnapshotFile" {
            report(event(call));
        }
        return answer;
    }
    match method {
        "resolveSnapshotPath" => return Ok(snapshots::path(path(0)).as_str().into()),
        "getCountOfFailedTests" => return Ok(options.failures.count().into()),
        "wptCompiledLines" => return Ok(options.compiled_lines(path(0), argument(1))),
        "onTaskArtifactRecord" => {
            let arguments = vec![argument(0).clone(), argument(1).clone()];
            report(Event { method: method.to_owned(), arguments });
            return Ok(argument(1).clone());
        }
        _ => {
            match method {
                "onTaskUpdate" => options.failures.note(argument(0)),
                "onCancel" => options.failures.has_bailed.store(true, Ordering::Relaxed),
                _ => {}
            }
            report(event(call));
        }
    }
    Ok(Value::Null)
}

/// A call as who reports it gets it.
fn event(call: &Value) -> Event {
    let arguments = call["a"].as_array().cloned().unwrap_or_default();
    Event { method: call["m"].as_str().unwrap_or_default().to_owned(), arguments }
}

struct Connection {
    socket: WebSocket<UnixStream>,
    limit: Duration,
    cancelled: Arc<AtomicBool>,
    failures: Arc<Failures>,
    /// Whether Vitest has been told that the run is given up.
    has_bailed: bool,
    heard: Instant,
}

impl Connection {
    fn open(path: &Utf8Path, slot: &str, options: &SessionOptions) -> Result<Self, SessionError> {
        let broken = |error: &dyn std::fmt::Display| SessionError::Connection(error.to_string());
        let stream = UnixStream::connect(path).map_err(|error| broken(&error))?;
        let mut request = "ws://workerd/".into_client_request().map_err(|error| broken(&error))?;
        let wanted = [(LOAD_HEADER, options.inspector.is_some()), (WHY_HANGING_HEADER, options.why_hanging)];
        let wanted = wanted.into_iter().filter(|(_, is_wanted)| *is_wanted);
        let wanted = wanted.map(|(name, _)| (name, "1".to_owned()));
        for (name, value) in headers(&options.root, slot, options.color).into_iter().chain(wanted) {
            let value = HeaderValue::from_str(&value).map_err(|error| broken(&error))?;
            request.headers_mut().insert(name, value);
        }
        let config =
            tungstenite::protocol::WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (socket, _) = tungstenite::client::client_with_config(request, stream, Some(config))
            .map_err(|error| refused(&error).unwrap_or_else(|| broken(&error)))?;
        socket.get_ref().set_read_timeout(Some(HEARTBEAT)).map_err(|error| broken(&error))?;
        Ok(Self {
            socket,
            limit: options.limit,
            cancelled: Arc::clone(&options.cancelled),
            failures: Arc::clone(&options.failures),
            has_bailed: false,
            heard: Instant::now(),
        })
    }

    fn send(&mut self, message: &Value) -> Result<(), SessionError> {
        let text = flatted::stringify(message);
        self.socket.send(Message::text(text)).map_err(|error| SessionError::Connection(error.to_string()))
    }

    /// The next message. An isolate that answers no heartbeat for too long is an error.
    fn receive(&mut self) -> Result<Value, SessionError> {
        loop {
            if self.cancelled.load(Ordering::Relaxed) {
                return Err(SessionError::Cancelled);
            }
            if !self.has_bailed && self.failures.has_bailed() {
                self.has_bailed = true;
                self.send(&json!({ "t": "q", "m": "onCancel", "a": ["test-failure"] }))?;
            }
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    self.heard = Instant::now();
                    return flatted::parse(&text)
                        .map_err(|error| SessionError::Connection(error.to_string()));
                }
                Ok(Message::Close(_)) => return Err(SessionError::Connection("it was closed".to_owned())),
                Ok(_) => self.heard = Instant::now(),
                Err(tungstenite::Error::Io(error))
                    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
                {
                    if self.heard.elapsed() > self.limit {
                        return Err(SessionError::Blocked(self.limit));
                    }
                    // workerd answers by itself, on the thread that runs the tests.
                    let ping = self.socket.send(Message::Ping(tungstenite::Bytes::new()));
                    ping.map_err(|error| SessionError::Connection(error.to_string()))?;
                }
                Err(error) => return Err(SessionError::Connection(error.to_string())),
            }
        }
    }
}

/// What the request that opens a session says in its headers: the root of the project, and the slot.
pub fn headers(root: &Utf8Path, slot: &str, color: bool) -> Vec<(&'static str, String)> {
    let own = [(ROOT_HEADER, percent_encoded(root.as_str())), (SLOT_HEADER, percent_encoded(slot))];
    own.into_iter().chain(color.then(|| (COLOR_HEADER, "1".to_owned()))).collect()
}

/// Why an isolate runs no more slots, if that is what it answered.
fn refused(error: &HandshakeError<ClientHandshake<UnixStream>>) -> Option<SessionError> {
    let HandshakeError::Failure(tungstenite::Error::Http(response)) = error else { return None };
    if response.status() != StatusCode::CONFLICT {
        return None;
    }
    let reason = String::from_utf8_lossy(response.body().as_deref().unwrap_or_default());
    Some(SessionError::Spent(reason.into_owned()))
}

/// As `encodeURIComponent` does, but leaves slashes readable.
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"/-_.!~*'()".contains(&byte) {
            encoded.push(byte.into());
        } else {
            write!(encoded, "%{byte:02X}").expect("a String takes any text");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_may_block_as_long_as_its_own_timeout() {
        let test = |timeout: Value| json!({ "type": "test", "timeout": timeout });
        let files = |tests: Vec<Value>| json!([[{ "type": "suite", "tasks": [{ "type": "suite", "tasks": tests }] }]]);
        let limit = |tests: Vec<Value>| limit_for(longest_timeout(&files(tests)));
        assert_eq!(limit(vec![test(json!(500)), test(json!(60_000))]), Duration::from_secs(61));
        assert_eq!(limit(vec![test(json!(500)), test(json!(0))]), Duration::MAX);
        assert_eq!(limit(vec![test(json!(null)), test(json!(500))]), Duration::MAX);
        assert!(limit(vec![]) < Duration::from_secs(2));
    }

    #[test]
    fn a_root_is_sent_as_a_header_can_carry_it() {
        assert_eq!(percent_encoded("/a b/é"), "/a%20b/%C3%A9");
    }
}
