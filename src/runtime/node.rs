//! The run's Node.js process, for what of a Vitest config only Node can do: global setups, and functions that Workers call.

use std::{
    env,
    io::{self, BufRead as _, BufReader, Write as _},
    os::unix::{
        net::{UnixListener, UnixStream},
        process::CommandExt as _,
    },
    process::Child,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use camino::{Utf8Path, Utf8PathBuf};
use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::home::vitest_program;

/// How often it is looked whether the process has come, and whether the run was cancelled.
pub(super) const INTERVAL: Duration = Duration::from_millis(20);

/// How long it may take to exit when it has said that it will.
const EXIT_LIMIT: Duration = Duration::from_secs(5);

/// What the process is started with.
#[derive(Debug)]
pub struct NodeOptions<'a> {
    /// `runner-js/node/host.mjs`.
    pub script: &'a Utf8Path,
    /// The folder of the Vitest config; absolute.
    pub root: &'a Utf8Path,
    /// The Vitest config, absolute, if there is one.
    pub config_file: Option<&'a Utf8Path>,
    /// The folder of the project's Vitest.
    pub vitest: &'a Utf8Path,
    /// Vite's mode.
    pub mode: &'a str,
    /// A folder that it may write to.
    pub cache: &'a Utf8Path,
    /// The names of the Vitest projects that will run.
    pub projects: &'a [String],
    /// A private folder, for sockets.
    pub folder: &'a Utf8Path,
    /// Set from outside to end the run, and from here when the process ends before it should.
    pub cancelled: &'a Arc<AtomicBool>,
}

/// What a Vitest project has when its global setups have run.
#[derive(Debug, Deserialize)]
pub struct SetUp {
    /// What `inject()` gives in tests.
    pub provided: Value,
    /// The pool's options, encoded as `runner-js/node/encode.mjs` says.
    pub options: Value,
}

/// An error that the user's code threw in Node.
#[derive(Clone, Debug, Error, Deserialize)]
#[error("{}", if stack.is_empty() { message } else { stack })]
pub struct NodeThrown {
    /// Its message.
    pub message: String,
    /// Its stack; may be empty.
    pub stack: String,
}

/// Why there is no process, or no longer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NodeError {
    /// It could not be started or spoken to.
    #[error("cannot run Node.js for the Vitest config: {0}")]
    Io(#[from] io::Error),
    /// It ended by itself: a global setup called `process.exit()`, for example.
    #[error("the Node.js process of the Vitest config ended by itself ({0})")]
    Ended(String),
    /// The user's code threw.
    #[error(transparent)]
    Thrown(NodeThrown),
    /// The run was cancelled.
    #[error("the run was cancelled")]
    Cancelled,
}

/// What the process says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    #[serde(default)]
    projects: Map<String, Value>,
    error: Option<NodeThrown>,
    #[serde(default)]
    errors: Vec<NodeThrown>,
}

/// The running process. Killed when dropped.
#[derive(Debug)]
pub struct NodeHost {
    child: Child,
    control: UnixStream,
    said: mpsc::Receiver<Said>,
    /// Whether it may end.
    ending: Arc<AtomicBool>,
    /// Whether it has ended before it might.
    gone: Arc<AtomicBool>,
    folder: Utf8PathBuf,
}

impl NodeHost {
    /// Starts the process and waits for its global setups; gives what each project has then, in the order of `projects`.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn start(options: &NodeOptions<'_>) -> Result<(Self, Vec<SetUp>), NodeError> {
        let control = options.folder.join("node");
        let listener = listen_at(&control)?;
        let functions: Vec<Utf8PathBuf> =
            (0..options.projects.len()).map(|index| function_socket(options.folder, index)).collect();
        let request = json!({
            "root": options.root,
            "configFile": options.config_file,
            "vitest": options.vitest,
            "mode": options.mode,
            "cache": options.cache,
            "projects": options.projects,
            "control": control,
            "functions": functions,
        });
        let mut child = vitest_program(options.script, options.root)
            .arg(request.to_string())
            .env("PATH", path_with_programs(options.root))
            // Ctrl-C in a terminal is for us to handle: what was set up is torn down.
            .process_group(0)
            .spawn()?;
        let accepted = accept(&listener, &mut child)?;
        let ending = Arc::new(AtomicBool::new(false));
        let gone = Arc::new(AtomicBool::new(false));
        let (say, said) = mpsc::channel();
        thread::spawn({
            let control = accepted.try_clone()?;
            let (ending, gone, cancelled) =
                (Arc::clone(&ending), Arc::clone(&gone), Arc::clone(options.cancelled));
            move || {
                listen(control, &say);
                if !ending.load(Ordering::Relaxed) {
                    // Nothing that needs it can go on.
                    gone.store(true, Ordering::Relaxed);
                    cancelled.store(true, Ordering::Relaxed);
                }
            }
        });
        let folder = options.folder.to_owned();
        let mut host = Self { child, control: accepted, said, ending, gone, folder };
        let mut said = host.hear(Some(options.cancelled))?;
        if let Some(error) = said.error {
            return Err(NodeError::Thrown(error));
        }
        let set_ups = options.projects.iter().map(|name| {
            let project = said.projects.get_mut(name).map(Value::take).unwrap_or_default();
            serde_json::from_value(project).map_err(|error| NodeError::Io(error.into()))
        });
        let set_ups = set_ups.collect::<Result<Vec<SetUp>, _>>()?;
        Ok((host, set_ups))
    }

    /// The unix socket on which the functions of a project's config are served, by its index in [`NodeOptions::projects`].
    pub fn function_socket(&self, project: usize) -> Utf8PathBuf {
        function_socket(&self.folder, project)
    }

    /// Whether it has ended by itself.
    pub fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    /// Tears down what was set up; gives what was thrown meanwhile.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn end(mut self) -> Result<Vec<NodeThrown>, NodeError> {
        // A process that is gone has said nothing, which is what is found out next.
        self.ending.store(true, Ordering::Relaxed);
        let _ = self.control.write_all(b"{\"end\":true}\n");
        let errors = self.hear(None)?.errors;
        let start = Instant::now();
        while self.child.try_wait()?.is_none() && start.elapsed() < EXIT_LIMIT {
            thread::sleep(INTERVAL);
        }
        Ok(errors)
    }

    /// The next message, however long that takes.
    fn hear(&mut self, cancelled: Option<&AtomicBool>) -> Result<Said, NodeError> {
        loop {
            match self.said.recv_timeout(INTERVAL) {
                Ok(said) => return Ok(said),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(NodeError::Ended(self.child.wait()?.to_string()));
                }
                Err(RecvTimeoutError::Timeout) => {
                    let is_cancelled = cancelled.is_some_and(|cancelled| cancelled.load(Ordering::Relaxed));
                    if is_cancelled && !self.is_gone() {
                        return Err(NodeError::Cancelled);
                    }
                }
            }
        }
    }
}

/// Where a program will connect to.
pub(super) fn listen_at(control: &Utf8Path) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(control)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Waits until the program has connected.
pub(super) fn accept(listener: &UnixListener, child: &mut Child) -> Result<UnixStream, NodeError> {
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false)?;
                return Ok(stream);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if let Some(status) = child.try_wait()? {
                    return Err(NodeError::Ended(status.to_string()));
                }
                thread::sleep(INTERVAL);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Ends the process with what it has started, if it has not ended.
pub(super) fn end_group(child: &mut Child) {
    if let Ok(None) = child.try_wait() {
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    let _ = child.wait();
}

/// Passes on what the process says, until it has ended.
fn listen(control: UnixStream, say: &mpsc::Sender<Said>) {
    let lines = BufReader::new(control).lines().map_while(Result::ok);
    for message in lines.map_while(|line| serde_json::from_str(&line).ok()) {
        // Who does not hear it has no process any more.
        let _ = say.send(message);
    }
}

impl Drop for NodeHost {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        end_group(&mut self.child);
    }
}

/// Short, because a unix socket's path is limited to about 100 bytes.
fn function_socket(folder: &Utf8Path, project: usize) -> Utf8PathBuf {
    folder.join(format!("f{project}"))
}

/// `PATH` with the programs of installed packages first, as npm has it in scripts: global setups call `wrangler`.
fn path_with_programs(root: &Utf8Path) -> std::ffi::OsString {
    let own = root.ancestors().map(|folder| folder.join("node_modules/.bin").into_std_path_buf());
    let inherited = env::var_os("PATH").unwrap_or_default();
    let all = own.filter(|folder| folder.is_dir()).chain(env::split_paths(&inherited));
    env::join_paths(all).unwrap_or(inherited)
}
