//! `--inspect` and `--inspect-brk`: what a debugger sees.

use std::{
    collections::VecDeque,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, stream::MaybeTlsStream};

use crate::support::{Project, Running, wait_for};

const SOURCE: &str = "interface Line { price: number }

export function total(lines: Line[]): number {
  const prices: number[] = lines.map((line) => line.price);
  return prices.reduce((sum, price) => sum + price, 0);
}
";

fn project() -> Project {
    Project::worker().file("src/total.ts", SOURCE).file(
        "test/total.test.ts",
        "import { expect, it } from 'vitest';\nimport { total } from '../src/total';\n\nit('adds up', () => {\n  expect(total([{ price: 2 }, { price: 3 }])).toBe(5);\n});\n",
    )
}

/// The port that a run names on stderr.
fn port(run: &Running) -> u16 {
    wait_for("the inspector", || {
        let said = run.complained();
        let (_, rest) = said.split_once("inspector on port ")?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (digits.len() < rest.len()).then(|| digits.parse().unwrap())
    })
}

/// What `/json/list` lists.
fn targets(port: u16) -> Vec<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET /json/list HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// A debugger.
struct Debugger {
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    commands: u64,
    events: VecDeque<Value>,
    scripts: Vec<Value>,
}

impl Debugger {
    /// Attaches to the only test Worker.
    fn attach(port: u16) -> Self {
        let targets = wait_for("a target", || Some(targets(port)).filter(|targets| !targets.is_empty()));
        assert_eq!(targets.len(), 1, "{targets:?}");
        let url = targets[0]["webSocketDebuggerUrl"].as_str().unwrap();
        let (socket, _) = tungstenite::connect(url).unwrap();
        Self { socket, commands: 0, events: VecDeque::new(), scripts: vec![] }
    }

    fn receive(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.socket.read().unwrap() {
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["method"] == "Debugger.scriptParsed" {
                    self.scripts.push(message["params"].clone());
                }
                return message;
            }
        }
    }

    /// Sends a command and gives its result.
    fn command(&mut self, method: &str, parameters: &Value) -> Value {
        let answer = self.answer(method, parameters);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    fn answer(&mut self, method: &str, parameters: &Value) -> Value {
        self.commands += 1;
        let command = json!({ "id": self.commands, "method": method, "params": parameters });
        self.socket.send(Message::text(command.to_string())).unwrap();
        loop {
            let message = self.receive();
            if message["id"] == self.commands {
                return message;
            }
            self.events.push_back(message);
        }
    }

    /// The parameters of the next event with this name; others before it are dropped.
    fn event(&mut self, method: &str) -> Value {
        loop {
            let event = self.events.pop_front().unwrap_or_else(|| self.receive());
            if event["method"] == method {
                return event["params"].clone();
            }
        }
    }

    /// The script for which this holds.
    fn script(&self, is_it: impl Fn(&Value) -> bool) -> Value {
        self.scripts.iter().find(|script| is_it(script)).cloned().unwrap()
    }

    /// The source map of a script.
    fn source_map(script: &Value) -> oxc_sourcemap::SourceMap<'static> {
        let url = script["sourceMapURL"].as_str().unwrap();
        let (_, data) = url.split_once("base64,").unwrap();
        let json = data_encoding::BASE64.decode(data.as_bytes()).unwrap();
        let json = String::from_utf8(json).unwrap();
        oxc_sourcemap::SourceMap::from_json_string(&json).unwrap().into_owned()
    }
}

#[test]
fn breakpoints_bind_to_typescript() {
    let project = project();
    let run = project.command(&["test", "--inspect-brk=0"]).start();
    let mut debugger = Debugger::attach(port(&run));
    debugger.command("Runtime.enable", &json!({}));
    debugger.command("Debugger.enable", &json!({}));
    // VS Code asks for this, and goes on without.
    let instrumentation = json!({ "instrumentation": "beforeScriptWithSourceMapExecution" });
    assert!(!debugger.answer("Debugger.setInstrumentationBreakpoint", &instrumentation)["error"].is_null());
    debugger.command("Runtime.runIfWaitingForDebugger", &json!({}));

    // The test file stops at its first statement, before anything of it has run.
    let paused = debugger.event("Debugger.paused");
    let place = &paused["callFrames"][0]["location"];
    let script = debugger.script(|script| script["scriptId"] == place["scriptId"]);
    assert_eq!(script["url"], "test/total.test.ts");
    let map = Debugger::source_map(&script);
    let token = map.get_tokens().find(|token| place["lineNumber"] == token.get_dst_line()).unwrap();
    assert_eq!(token.get_src_line(), 0);

    // A debugger finds the place of line 5 of the source by the source map, as it does for a click in the margin. The script is
    // known before anything of it has run.
    let script = debugger.script(|script| script["url"] == "src/total.ts");
    let map = Debugger::source_map(&script);
    let source = map.get_sources().next().unwrap().to_string();
    assert_eq!(source, format!("file://{}/src/total.ts", project.root()));
    let token = map.get_tokens().find(|token| token.get_src_line() == 4).unwrap();
    let bound = debugger.command("Debugger.setBreakpoint", &json!({
        "location": { "scriptId": script["scriptId"], "lineNumber": token.get_dst_line(), "columnNumber": token.get_dst_col() },
    }));
    assert_eq!(bound["actualLocation"]["lineNumber"], token.get_dst_line());
    debugger.command("Debugger.resume", &json!({}));
    let paused = debugger.event("Debugger.paused");
    let frame = &paused["callFrames"][0];
    assert_eq!(frame["functionName"], "total");
    let value = debugger.command(
        "Debugger.evaluateOnCallFrame",
        &json!({
            "callFrameId": frame["callFrameId"], "expression": "prices.join()",
        }),
    );
    assert_eq!(value["result"]["value"], "2,3");
    debugger.command("Debugger.resume", &json!({}));
    run.finish().expect(0);
}

#[test]
fn tests_do_not_wait_without_brk() {
    let outcome = project().run(&["test", "--inspect=127.0.0.1:0"]).expect(0);
    assert!(outcome.stderr.contains("inspector on port "), "{}", outcome.stderr);
}

#[test]
fn a_port_that_is_taken() {
    let project = project();
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let outcome = project.run(&["test", &format!("--inspect={port}")]).expect(2);
    assert_eq!(outcome.stderr.trim(), format!("error: Inspector port {port} is not available"));

    // Whoever else listens there, it is taken then.
    let _default = TcpListener::bind(("127.0.0.1", 9229));
    let outcome = project.run(&["test", "--inspect"]).expect(0);
    assert!(
        outcome.stderr.contains("Default inspector port 9229 not available, using "),
        "{}",
        outcome.stderr
    );
    let outcome = project.run(&["test", "--inspect=here"]).expect(2);
    insta::assert_snapshot!(outcome.stderr.trim(), @"error: `here` is no address for debuggers: write a port, or a host and a port, for example `--inspect=127.0.0.1:9229`");
}

#[test]
fn an_interrupt_ends_a_run_that_waits() {
    let project = project();
    let run = project.command(&["test", "--inspect-brk=0"]).start();
    wait_for("a target", || Some(targets(port(&run))).filter(|targets| !targets.is_empty()));
    crate::support::send(run.id(), crate::support::Signal::INT);
    run.finish().expect(130);
}
