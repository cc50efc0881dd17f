//! One workerd process of a run: a thread of its own starts it, because the kernel ends it with that thread.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use super::protocol::Outbox;
use crate::{
    cli::launching::Launching,
    compile::Compilation,
    runtime::{calls, frames::Storage, lane::why_broken, launch::Workerd, run::Job, session::SessionError},
};

/// How often logs are passed on.
const TICK: Duration = Duration::from_millis(50);

/// What a process is asked to do; with the request to answer.
pub(super) enum Command {
    /// Open a session with the test Worker of this socket.
    Open { session: u64, socket: String, more: Value, id: u64 },
    /// Do what a session's call says.
    Call { session: u64, name: String, arguments: Value, id: u64 },
    /// Pass on what was logged while the session's files ran.
    Flush { id: u64 },
    /// Say why a session broke, and end.
    Fail { error: SessionError, id: u64 },
}

impl Command {
    /// The request to answer.
    pub(super) fn id(&self) -> u64 {
        match self {
            Self::Open { id, .. } | Self::Call { id, .. } | Self::Flush { id } | Self::Fail { id, .. } => *id,
        }
    }
}

/// A process. It ends when this is dropped, and what it has logged has been passed on then.
pub(super) struct Process {
    commands: Option<mpsc::Sender<Command>>,
    thread: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts a process that has the test Workers of `jobs`.
    pub(super) fn start(
        project: &str,
        launching: &Arc<Launching<Arc<Compilation>>>,
        jobs: Vec<Job>,
        folder: Utf8PathBuf,
        outbox: &Arc<Outbox>,
    ) -> Self {
        let (commands, received) = mpsc::channel();
        let served = Served { project: project.to_owned(), outbox: Arc::clone(outbox) };
        let launching = Arc::clone(launching);
        let thread = thread::spawn(move || served.run(&launching, &jobs, &folder, &received));
        Self { commands: Some(commands), thread: Some(thread) }
    }

    pub(super) fn send(&self, command: Command) {
        // The thread lives as long as this.
        let _ = self.commands.as_ref().map(|commands| commands.send(command));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.commands = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// What the thread of a process knows.
struct Served {
    project: String,
    outbox: Arc<Outbox>,
}

impl Served {
    fn run(
        &self,
        launching: &Launching<Arc<Compilation>>,
        jobs: &[Job],
        folder: &Utf8Path,
        commands: &mpsc::Receiver<Command>,
    ) {
        let sockets: Vec<String> = jobs.iter().filter_map(|job| job.socket.clone()).collect();
        let mut started = launching.start(&sockets, folder);
        let mut storages = HashMap::new();
        loop {
            let command = commands.recv_timeout(TICK);
            if let Ok(workerd) = &started {
                self.pass_on_logs(workerd);
            }
            match (command, &mut started) {
                (Ok(command), Ok(workerd)) => self.obey(command, workerd, &mut storages),
                (Ok(command), Err(error)) => self.outbox.reply::<()>(command.id(), Err(error.clone())),
                (Err(RecvTimeoutError::Timeout), _) => {}
                (Err(RecvTimeoutError::Disconnected), _) => break,
            }
        }
        if let Ok(mut workerd) = started {
            // Only then is all known that it has logged.
            workerd.kill();
            self.pass_on_logs(&workerd);
        }
        let _ = std::fs::remove_dir_all(folder);
    }

    fn obey(&self, command: Command, workerd: &mut Workerd, storages: &mut HashMap<u64, Storage>) {
        match command {
            Command::Open { session, socket, mut more, id } => {
                let opened =
                    workerd.socket(&socket).ok_or_else(|| format!("workerd has no socket `{socket}`"));
                storages.insert(session, Storage::of(workerd));
                self.outbox.reply(
                    id,
                    opened.map(|path| {
                        more["session"] = session.into();
                        more["socket"] = path.as_str().into();
                        more
                    }),
                );
            }
            Command::Call { session, name, arguments, id } => {
                let storage = storages.get_mut(&session);
                let answer = storage.and_then(|storage| calls::answer(&name, &arguments, storage));
                let answer = answer.unwrap_or_else(|| Err(format!("`{name}` is no call of the runner's")));
                self.outbox.reply(id, answer);
            }
            Command::Flush { id } => self.outbox.reply(id, Ok(())),
            Command::Fail { error, id } => self.outbox.reply(id, Ok(why_broken(workerd, error))),
        }
    }

    fn pass_on_logs(&self, workerd: &Workerd) {
        for log in workerd.logs() {
            self.outbox.write(&json!({
                "event": "log",
                "project": self.project,
                "task": log.task,
                "isError": log.is_error(),
                "isReport": log.is_report,
                "message": log.message,
            }));
        }
    }
}
