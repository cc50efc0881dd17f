//! The inspector of a run: one address for debuggers, whichever workerd process runs the tests behind it.
//!
//! Debuggers speak Chrome's protocol: `GET /json/list` lists what can be debugged, and each of that is a
//! WebSocket. workerd serves both on a port that changes with the process; here they have one that stays, and it is known
//! when a debugger is ready.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, protocol::WebSocketConfig};

/// How long one side is listened to before the other has its turn.
const TURN: Duration = Duration::from_millis(5);
/// How often whoever waits for a debugger looks whether the run was cancelled.
const WAIT_INTERVAL: Duration = Duration::from_millis(50);
/// How long a request may take to come in.
const REQUEST_LIMIT: Duration = Duration::from_secs(5);
/// The longest request head, in bytes.
const LARGEST_HEAD: usize = 16 * 1024;
/// With this a debugger says that it has set its breakpoints.
const READY: &str = "Runtime.runIfWaitingForDebugger";
/// workerd 2026-11 ends when it stops so at a module; nothing is lost, because all modules are known before tests begin.
const REFUSED: &str = "\"Debugger.setInstrumentationBreakpoint\"";
/// Our own commands have ids from here on.
const OWN_IDS: u64 = 1 << 30;
/// What has a name like this is ours, and not for users to debug.
const INTERNAL: &str = "wpt:";

/// A place in a module where execution is to stop; from zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakpoint {
    /// The module's name in stacks.
    pub module: String,
    /// The line.
    pub line: u32,
    /// The column, in UTF-16 units.
    pub column: u32,
}

/// Listens for debuggers until it is dropped.
#[derive(Debug)]
pub struct Inspector {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    process: Mutex<Process>,
    has_changed: Condvar,
    is_closed: AtomicBool,
}

/// The process whose isolates are debugged.
#[derive(Debug, Default)]
struct Process {
    /// The port on which workerd serves its inspector.
    port: Option<u16>,
    breakpoints: Vec<Breakpoint>,
    /// Whether no debugger need be waited for: one is attached and has set its breakpoints.
    is_ready: bool,
}

impl Inspector {
    /// Listens on `host` and `port`; any free port if that is 0.
    ///
    /// # Errors
    /// The port is not available, or the host not this machine.
    pub fn listen(host: &str, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((host, port))?;
        let address = listener.local_addr()?;
        let shared = Arc::<Shared>::default();
        let of_thread = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if of_thread.is_closed.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&of_thread);
                // What goes wrong here, debuggers notice by themselves.
                thread::spawn(move || shared.serve(client));
            }
        });
        Ok(Self { address, shared })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on, the isolates of the process whose inspector listens on `port` are debugged. With `breakpoints`, its
    /// tests wait for a debugger, and stop there.
    pub fn debug(&self, port: u16, breakpoints: Option<Vec<Breakpoint>>) {
        let is_ready = breakpoints.is_none();
        *self.shared.process() =
            Process { port: Some(port), breakpoints: breakpoints.unwrap_or_default(), is_ready };
    }

    /// Waits until a debugger is attached to the process and has set its breakpoints, if the tests are to wait for one, or
    /// the run is cancelled.
    pub fn wait_for_debugger(&self, cancelled: &AtomicBool) {
        let mut process = self.shared.process();
        while !process.is_ready && !cancelled.load(Ordering::Relaxed) {
            let waited = self.shared.has_changed.wait_timeout(process, WAIT_INTERVAL);
            process = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Inspector {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn process(&self) -> std::sync::MutexGuard<'_, Process> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one connection.
    fn serve(&self, client: TcpStream) -> Option<()> {
        let head = peek_head(&client)?;
        let path = head.split(' ').nth(1)?.to_owned();
        let port = self.process().port;
        let is_websocket =
            header(&head, "upgrade").is_some_and(|value| value.eq_ignore_ascii_case("websocket"));
        if is_websocket {
            return self.pump(client, &path, port?).ok();
        }
        let host = header(&head, "host").unwrap_or_default();
        let body = match path.trim_end_matches('/') {
            "/json" | "/json/list" => {
                Some(port.and_then(|port| targets(port, host)).unwrap_or_else(|| json!([])))
            }
            "/json/version" => Some(
                json!({ "Browser": concat!("wpt-gen/", env!("CARGO_PKG_VERSION")), "Protocol-Version": "1.3" }),
            ),
            _ => None,
        };
        answer(client, &head, body.as_ref()).ok()
    }

    /// Forwards messages both ways until one side closes.
    fn pump(&self, client: TcpStream, path: &str, port: u16) -> tungstenite::Result<()> {
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let mut debugger = tungstenite::accept_with_config(client, Some(config)).map_err(closed)?;
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        let url = format!("ws://127.0.0.1:{port}{path}");
        let (mut isolate, _) =
            tungstenite::client::client_with_config(url, stream, Some(config)).map_err(closed)?;
        debugger.get_ref().set_read_timeout(Some(TURN))?;
        isolate.get_ref().set_read_timeout(Some(TURN))?;
        // Answers to our own commands that have not come yet; the debugger's own waits for them.
        let mut own = 0;
        let mut ready: Option<Message> = None;
        loop {
            if let Some(message) = next(&mut debugger)? {
                if let Some(refusal) = refusal(&message) {
                    debugger.send(refusal)?;
                } else if ready.is_none() && message.to_text().is_ok_and(|text| text.contains(READY)) {
                    own = self.break_at_first(&mut isolate)?;
                    ready = Some(message);
                } else {
                    isolate.send(message)?;
                }
            }
            if own == 0
                && let Some(message) = ready.take()
            {
                isolate.send(message)?;
                self.process().is_ready = true;
                self.has_changed.notify_all();
            }
            if let Some(message) = next(&mut isolate)? {
                if is_own_answer(&message) {
                    own -= 1;
                } else {
                    debugger.send(message)?;
                }
            }
        }
    }

    /// Sets the run's own breakpoints; how many.
    fn break_at_first(&self, isolate: &mut WebSocket<TcpStream>) -> tungstenite::Result<usize> {
        let breakpoints = self.process().breakpoints.clone();
        for (id, Breakpoint { module, line, column }) in (OWN_IDS..).zip(&breakpoints) {
            let parameters = json!({ "url": module, "lineNumber": line, "columnNumber": column });
            let command = json!({ "id": id, "method": "Debugger.setBreakpointByUrl", "params": parameters });
            isolate.send(Message::text(command.to_string()))?;
        }
        Ok(breakpoints.len())
    }
}

/// A handshake that failed is a connection that has ended.
fn closed<E>(_: E) -> tungstenite::Error {
    tungstenite::Error::ConnectionClosed
}

/// The next message, if one comes in time.
fn next(socket: &mut WebSocket<TcpStream>) -> tungstenite::Result<Option<Message>> {
    match socket.read() {
        Ok(message @ (Message::Text(_) | Message::Binary(_))) => Ok(Some(message)),
        Ok(Message::Close(_)) => Err(tungstenite::Error::ConnectionClosed),
        Ok(_) => Ok(None),
        Err(tungstenite::Error::Io(error))
            if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The answer to a command that workerd must not see.
fn refusal(message: &Message) -> Option<Message> {
    let text = message.to_text().ok().filter(|text| text.contains(REFUSED))?;
    let command: Value = serde_json::from_str(text).ok()?;
    let error = json!({ "code": -32601, "message": "workerd does not support it" });
    Some(Message::text(json!({ "id": command["id"], "error": error }).to_string()))
}

fn is_own_answer(message: &Message) -> bool {
    // Answers begin with their id.
    let Ok(text) = message.to_text() else { return false };
    let id = text.strip_prefix("{\"id\":").map(|rest| rest.trim_start_matches(' '));
    let digits = id.map(|rest| &rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())]);
    digits.and_then(|digits| digits.parse::<u64>().ok()).is_some_and(|id| id >= OWN_IDS)
}

/// The head of a request, which stays unread.
fn peek_head(client: &TcpStream) -> Option<String> {
    client.set_read_timeout(Some(REQUEST_LIMIT)).ok()?;
    let mut bytes = vec![0; LARGEST_HEAD];
    let start = std::time::Instant::now();
    loop {
        let length = client.peek(&mut bytes).ok()?;
        let head = String::from_utf8_lossy(&bytes[..length]);
        if let Some((head, _)) = head.split_once("\r\n\r\n") {
            return Some(head.to_owned());
        }
        if length == 0 || length == LARGEST_HEAD || start.elapsed() > REQUEST_LIMIT {
            return None;
        }
        thread::sleep(TURN);
    }
}

/// The value of a header.
fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
}

/// What workerd lists, without what is ours; addresses are those of `host`.
fn targets(port: u16, host: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(REQUEST_LIMIT)).ok()?;
    write!(stream, "GET /json HTTP/1.1\r\nHost: {host}\r\n\r\n").ok()?;
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    // workerd keeps the connection open: the head says how long the body is.
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = header(&head, "content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let listed: Vec<Value> = serde_json::from_slice(&body).ok()?;
    let is_users = |target: &Value| !target["id"].as_str().is_some_and(|id| id.starts_with(INTERNAL));
    Some(listed.into_iter().filter(is_users).collect())
}

/// Reads the request and answers it; without a body with 404.
fn answer(mut client: TcpStream, head: &str, body: Option<&Value>) -> io::Result<()> {
    let mut request = vec![0; head.len() + "\r\n\r\n".len()];
    client.read_exact(&mut request)?;
    let status = if body.is_some() { "200 OK" } else { "404 Not Found" };
    let body = body.map(Value::to_string).unwrap_or_default();
    write!(
        client,
        "HTTP/1.1 {status}\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
