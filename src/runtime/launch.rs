//! One workerd process: the configuration goes in on stdin; control messages and logs come out on stdout as lines of JSON.

use std::{
    io::{self, BufRead as _, BufReader, Read, Write as _},
    os::{fd::RawFd, unix::process::CommandExt as _},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use camino::{Utf8Path, Utf8PathBuf};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use serde_json::Value;

/// The hidden command of `wpt-gen` that makes a child die with its parent.
pub const CHILD_COMMAND: &str = "__child";
/// How long workerd may take to listen.
const START_LIMIT: Duration = Duration::from_mins(1);
/// A test Worker writes this to workerd's log, followed by a task's id: what comes after it in the log belongs to that task.
const TASK_MARK: &str = "\u{1f}wpt-task:";
/// How much of workerd's stderr is kept, in bytes.
const KEPT_OUTPUT: usize = 64 * 1024;

/// What is needed to start workerd.
#[derive(Clone, Debug)]
pub struct Launcher {
    /// The `wpt-gen` executable, which starts workerd through [`CHILD_COMMAND`].
    pub wpt_gen: Utf8PathBuf,
    /// The `workerd` executable.
    pub workerd: Utf8PathBuf,
    /// Whether workerd reports what it does not tell its Workers: errors that nobody caught, and the like.
    pub verbose: bool,
}

/// One process to start.
#[derive(Debug)]
pub struct Launch<'a> {
    /// The binary configuration.
    pub config: &'a [u8],
    /// A folder of its own, for sockets and storage.
    pub folder: &'a Utf8Path,
    /// Names of the configuration's sockets.
    pub sockets: &'a [String],
    /// Sockets of the configuration that are open already: their names, and what they are open as. Each must be one that
    /// a child inherits.
    pub open: &'a [(String, RawFd)],
    /// Names of the configuration's writable disk services.
    pub disks: &'a [String],
    /// The configuration's services that are folders of the user's, and those folders; absolute.
    pub shared: &'a [(String, Utf8PathBuf)],
    /// The configuration's services that are functions of the Vitest config.
    pub functions: &'a [String],
    /// The unix socket on which these are served.
    pub function_socket: Option<&'a Utf8Path>,
    /// Variables that the configuration binds, which no file may hold.
    pub secrets: &'a [(String, String)],
    /// Whether its isolates can be debugged.
    pub inspect: bool,
}

/// What was written to workerd's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeLog {
    /// `log`, `warn`, `error`, …
    pub level: String,
    /// The text.
    pub message: String,
    /// The id of the test or file that ran then, in a project with auxiliary Workers.
    pub task: Option<String>,
    /// Whether workerd says it of itself: it names the place in its own source. Else a Worker's console said it.
    pub is_report: bool,
}

/// A running workerd. Killed when dropped.
#[derive(Debug)]
pub struct Workerd {
    child: Child,
    folder: Utf8PathBuf,
    sockets: Vec<String>,
    disks: usize,
    inspector: Option<u16>,
    logs: mpsc::Receiver<RuntimeLog>,
    output: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

/// What workerd says that it listens on.
enum Listening {
    Socket,
    /// With its port.
    Inspector(u16),
}

impl RuntimeLog {
    /// Whether it belongs on stderr.
    pub fn is_error(&self) -> bool {
        matches!(self.level.as_str(), "warn" | "error")
    }

    /// Whether one heading does for both.
    fn goes_with(&self, next: &Self) -> bool {
        self.task.is_some() && self.task == next.task && self.is_error() == next.is_error()
    }
}

impl Launcher {
    /// Starts workerd and waits until it listens on all sockets.
    ///
    /// # Errors
    /// It cannot be started, or ended or stayed silent before it listened; the message has its output.
    pub fn launch(&self, launch: &Launch<'_>) -> io::Result<Workerd> {
        let mut command = Command::new(&self.wpt_gen);
        command
            .arg(CHILD_COMMAND)
            .arg(std::process::id().to_string())
            .arg(&self.workerd)
            .args(["serve", "--binary", "--experimental", "--control-fd=1", "-"])
            .args(self.verbose.then_some("--verbose"))
            // The peer's runtime has the same time zone.
            .env("TZ", "UTC")
            .envs(launch.secrets.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C in a terminal is for us to handle.
            .process_group(0);
        for (index, socket) in launch.sockets.iter().enumerate() {
            command.arg(format!("--socket-addr={socket}=unix:{}", socket_path(launch.folder, index)));
        }
        for (socket, open) in launch.open {
            command.arg(format!("--socket-fd={socket}={open}"));
        }
        for (index, disk) in launch.disks.iter().enumerate() {
            let path = disk_path(launch.folder, index);
            std::fs::create_dir_all(&path)?;
            command.arg(format!("--directory-path={disk}={path}"));
        }
        for (folder, path) in launch.shared {
            command.arg(format!("--directory-path={folder}={path}"));
        }
        if launch.inspect {
            command.arg("--inspector-addr=127.0.0.1:0");
        }
        if let Some(socket) = launch.function_socket {
            for function in launch.functions {
                command.arg(format!("--external-addr={function}=unix:{socket}"));
            }
        }
        let mut child = command.spawn()?;
        let (listening, listens) = mpsc::channel();
        let (log, logs) = mpsc::channel();
        let output = Arc::new(Mutex::new(String::new()));
        let (Some(stdout), Some(stderr), Some(mut stdin)) =
            (child.stdout.take(), child.stderr.take(), child.stdin.take())
        else {
            return Err(io::Error::other("workerd has no standard streams"));
        };
        let readers = vec![
            thread::spawn(move || read_stdout(stdout, &listening, &log)),
            thread::spawn({
                let output = Arc::clone(&output);
                move || keep_stderr(stderr, &output)
            }),
        ];
        // A process that ends before it has read everything says why on stderr.
        let written = stdin.write_all(launch.config);
        drop(stdin);

        let mut workerd = Workerd {
            child,
            folder: launch.folder.to_owned(),
            sockets: launch.sockets.to_vec(),
            disks: launch.disks.len(),
            inspector: None,
            logs,
            output,
            readers,
        };
        for _ in 0..launch.sockets.len() + launch.open.len() + usize::from(launch.inspect) {
            match listens.recv_timeout(START_LIMIT) {
                Ok(Listening::Socket) => {}
                Ok(Listening::Inspector(port)) => workerd.inspector = Some(port),
                Err(_) => {
                    let status = workerd.kill();
                    return Err(io::Error::other(format!(
                        "workerd did not start ({status})\n{}",
                        workerd.output().trim()
                    )));
                }
            }
        }
        written?;
        Ok(workerd)
    }
}

impl Workerd {
    /// The unix socket of this name.
    pub fn socket(&self, name: &str) -> Option<Utf8PathBuf> {
        let index = self.sockets.iter().position(|socket| socket == name)?;
        Some(socket_path(&self.folder, index))
    }

    /// The port on which its inspector listens, on this machine.
    pub fn inspector(&self) -> Option<u16> {
        self.inspector
    }

    /// Its own folder.
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    /// The folders of its writable disk services.
    pub fn disks(&self) -> Vec<Utf8PathBuf> {
        (0..self.disks).map(|index| disk_path(&self.folder, index)).collect()
    }

    /// What stops it for a moment.
    pub fn process(&self) -> Process {
        Process(Pid::from_child(&self.child))
    }

    /// What was logged since the last call. Lines of one task are one text.
    pub fn logs(&self) -> Vec<RuntimeLog> {
        let mut logs: Vec<RuntimeLog> = vec![];
        for log in self.logs.try_iter() {
            match logs.last_mut() {
                Some(last) if last.goes_with(&log) => {
                    last.message.push('\n');
                    last.message += &log.message;
                }
                _ => logs.push(log),
            }
        }
        logs
    }

    /// The end of what workerd wrote to stderr.
    pub fn output(&self) -> String {
        self.output.lock().map(|text| text.clone()).unwrap_or_default()
    }

    /// How the process ended, if it did or does so by itself within `limit`.
    pub fn ended(&mut self, limit: Duration) -> Option<String> {
        let start = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(describe(status)),
                Ok(None) if start.elapsed() < limit => thread::sleep(Duration::from_millis(5)),
                _ => return None,
            }
        }
    }

    /// Ends the process and waits for its output; says how it ended.
    pub fn kill(&mut self) -> String {
        let ended = self.child.try_wait().ok().flatten();
        let status = ended.map_or_else(
            || {
                let _ = self.child.kill();
                let _ = self.child.wait();
                "it was ended".to_owned()
            },
            describe,
        );
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        status
    }
}

impl Drop for Workerd {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A process that can be stopped for a moment.
#[derive(Clone, Copy, Debug)]
pub struct Process(Pid);

impl Process {
    /// Stops the process until the result is dropped.
    ///
    /// # Errors
    /// It has ended.
    pub fn pause(self) -> io::Result<Paused> {
        let Self(process) = self;
        kill_process(process, Signal::STOP)?;
        let paused = Paused { process };
        // Whoever waits for its end still gets to know of it.
        let options = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(process), options)?;
        Ok(paused)
    }
}

/// A process that is stopped. Goes on when dropped.
#[derive(Debug)]
pub struct Paused {
    process: Pid,
}

impl Drop for Paused {
    fn drop(&mut self) {
        // It may have been killed.
        let _ = kill_process(self.process, Signal::CONT);
    }
}

fn disk_path(folder: &Utf8Path, index: usize) -> Utf8PathBuf {
    folder.join(format!("disk{index}"))
}

/// Short, because a unix socket's path is limited to about 100 bytes.
fn socket_path(folder: &Utf8Path, index: usize) -> Utf8PathBuf {
    folder.join(format!("s{index}"))
}

fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "it ended".to_owned(),
    }
}

fn read_stdout(stdout: impl Read, listening: &mpsc::Sender<Listening>, log: &mpsc::Sender<RuntimeLog>) {
    let mut task: Option<String> = None;
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        let Ok(value) = serde_json::from_str::<Value>(&line) else {
            let _ =
                log.send(RuntimeLog { level: "log".to_owned(), message: line, task: None, is_report: false });
            continue;
        };
        if value["event"] == "listen" {
            let _ = listening.send(Listening::Socket);
        } else if value["event"] == "listen-inspector" {
            let port = value["port"].as_u64().and_then(|port| u16::try_from(port).ok());
            let _ = listening.send(Listening::Inspector(port.unwrap_or_default()));
        } else if let Some(message) = value["message"].as_str() {
            if let Some(id) = message.strip_prefix(TASK_MARK) {
                task = Some(id.to_owned());
                continue;
            }
            let level = value["level"].as_str().unwrap_or("log").to_owned();
            let is_report = value["source"].is_string();
            let task = task.clone().filter(|_| !is_report);
            let _ = log.send(RuntimeLog { level, message: message.to_owned(), task, is_report });
        }
    }
}

fn keep_stderr(stderr: impl Read, output: &Mutex<String>) {
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        let text = match serde_json::from_str::<Value>(&line) {
            Ok(value) => value["message"].as_str().unwrap_or(&line).to_owned(),
            Err(_) => line,
        };
        if let Ok(mut output) = output.lock()
            && output.len() + text.len() < KEPT_OUTPUT
        {
            output.push_str(&text);
            output.push('\n');
        }
    }
}

/// What [`CHILD_COMMAND`] does: asks the kernel to end this process with its parent, then becomes `program`.
///
/// # Errors
/// The program cannot be run; otherwise this does not return.
pub fn become_child(parent: u32, program: &str, arguments: &[String]) -> io::Error {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, getppid, set_parent_process_death_signal};
        if let Err(error) = set_parent_process_death_signal(Some(Signal::KILL)) {
            return error.into();
        }
        // The parent may have ended before the request was made.
        if getppid().is_none_or(|id| id.as_raw_nonzero().get().cast_unsigned() != parent) {
            return io::Error::other("the parent process has ended");
        }
    }
    Command::new(program).args(arguments).exec()
}
