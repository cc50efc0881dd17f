//! Starts the real `wpt-gen`, and ends it if it takes too long.

use std::{
    io::Read,
    process::{self, Child, Stdio},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use camino::Utf8Path;

use super::{Family, LIMIT, Outcome, REPOSITORY};

/// A call of `wpt-gen` to be made.
pub(crate) struct Command {
    process: process::Command,
    root: String,
    family: Family,
}

/// A `wpt-gen` under way. Killed when dropped.
pub(crate) struct Running {
    child: Child,
    root: String,
    family: Family,
    stdout: mpsc::Receiver<String>,
    stderr: mpsc::Receiver<String>,
}

impl Command {
    pub(super) fn new(root: &Utf8Path, arguments: &[&str]) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let family = Family::new(format!("{}-{}", process::id(), STARTED.fetch_add(1, Ordering::Relaxed)));
        let mut command = process::Command::new(env!("CARGO_BIN_EXE_wpt-gen"));
        command
            .args(arguments)
            .current_dir(root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // What the machine that runs the tests has set must not decide them.
        for name in [
            "CI",
            "CLOUDFLARE_ENV",
            "FORCE_COLOR",
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
        let stdout = read(child.stdout.take().unwrap());
        let stderr = read(child.stderr.take().unwrap());
        Running { child, root: self.root, family: self.family, stdout, stderr }
    }
}

impl Running {
    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
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
                panic!("wpt-gen took too long\n{}\n{}", text_of(&self.stdout), text_of(&self.stderr));
            }
            thread::sleep(Duration::from_millis(2));
        };
        self.family.wait_until_gone();
        Outcome::new(status, text_of(&self.stdout), &text_of(&self.stderr), &self.root)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.family.kill();
    }
}

fn read(mut stream: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = vec![];
        let _ = stream.read_to_end(&mut bytes);
        let _ = sender.send(String::from_utf8(bytes).expect("wpt-gen writes UTF-8"));
    });
    receiver
}

fn text_of(stream: &mpsc::Receiver<String>) -> String {
    stream.recv_timeout(LIMIT).expect("the output ends with the processes that write it")
}
