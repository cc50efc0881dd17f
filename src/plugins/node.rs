//! The plugins in a process of Node that opens the project's own Vitest config: `runner-js/node/serve-plugins.mjs`.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _, Seek as _, Write as _},
    os::unix::net::{UnixListener, UnixStream},
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use camino::Utf8PathBuf;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Claim, Made, PluginPipeline, PluginPipelines, PluginProblem};
use crate::{
    config::vitest::VitestConfig,
    home::{self, vitest_program},
    project::Project,
};

/// How often it is looked whether the process has come.
const INTERVAL: Duration = Duration::from_millis(5);

/// Starts a process for each project that is compiled.
#[derive(Clone, Copy, Debug, Default)]
pub struct NodePipelines;

impl PluginPipelines for NodePipelines {
    fn open(
        &self,
        project: &Project,
        vitest: &VitestConfig,
    ) -> Result<Box<dyn PluginPipeline>, Box<PluginProblem>> {
        let process = Process::start(project, vitest)
            .map_err(|error| PluginProblem::new(format!("cannot run `{}`: {error}", home::node())));
        process?.map(|process| -> Box<dyn PluginPipeline> { Box::new(process) })
    }
}

/// A running process. Killed when dropped.
#[derive(Debug)]
struct Process {
    child: Child,
    socket: BufReader<UnixStream>,
    inputs: Vec<Utf8PathBuf>,
    /// What it writes to its standard error stream.
    complaints: File,
}

/// What it says.
#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    answer: Value,
    #[serde(default)]
    error: Option<PluginProblem>,
    inputs: Vec<Utf8PathBuf>,
}

impl Process {
    fn start(project: &Project, vitest: &VitestConfig) -> io::Result<Result<Self, Box<PluginProblem>>> {
        // The path of a unix socket may not be long.
        let folder = tempfile::Builder::new().prefix("wpt-").tempdir()?;
        let path = folder.path().join("p");
        let listener = UnixListener::bind(&path)?;
        listener.set_nonblocking(true)?;
        let opened = &vitest.opened;
        let request = json!({
            "root": opened.root,
            "configFile": opened.file.as_ref().map(|file| opened.root.join(file)),
            "vitest": vitest.package.folder,
            "mode": project.mode,
            "cache": project.cache.folder()?,
            "project": vitest.name,
            "socket": path,
            "coverage": project.coverage,
        });
        let complaints = tempfile::tempfile()?;
        let child = vitest_program(&project.home.runner_js("node/serve-plugins.mjs"), &opened.root)
            .arg(request.to_string())
            .stdout(Stdio::null())
            .stderr(complaints.try_clone()?)
            .spawn()?;
        let mut starting = Starting(Some(child));
        let socket = loop {
            match listener.accept() {
                Ok((socket, _)) => break socket,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let child = starting.0.as_mut().ok_or(io::ErrorKind::NotFound)?;
                    if child.try_wait()?.is_some() {
                        return Ok(Err(ended(&complaints)));
                    }
                    thread::sleep(INTERVAL);
                }
                Err(error) => return Err(error),
            }
        };
        socket.set_nonblocking(false)?;
        let child = starting.0.take().ok_or(io::ErrorKind::NotFound)?;
        let mut process = Self { child, socket: BufReader::new(socket), inputs: vec![], complaints };
        Ok(process.hear::<()>().map(|()| process))
    }

    fn ask<T: DeserializeOwned>(&mut self, question: &Value) -> Result<T, Box<PluginProblem>> {
        // A process that is gone says nothing, which is what is found out next.
        let _ = self.socket.get_mut().write_all(format!("{question}\n").as_bytes());
        self.hear()
    }

    fn hear<T: DeserializeOwned>(&mut self) -> Result<T, Box<PluginProblem>> {
        let mut line = String::new();
        if self.socket.read_line(&mut line).is_err() || line.is_empty() {
            return Err(ended(&self.complaints));
        }
        let unexpected = |error| PluginProblem::new(format!("an answer of an unexpected form: {error}"));
        let said: Said = serde_json::from_str(&line).map_err(unexpected)?;
        self.inputs.extend(said.inputs);
        match said.error {
            Some(problem) => Err(Box::new(problem)),
            None => serde_json::from_value(said.answer).map_err(unexpected),
        }
    }
}

/// Why the process has ended, as far as it said.
fn ended(mut complaints: &File) -> Box<PluginProblem> {
    let mut text = String::new();
    let read = complaints.rewind().and_then(|()| complaints.read_to_string(&mut text));
    let said = if read.is_ok() { text.trim() } else { "" };
    PluginProblem::new(format!("the Node.js process of the Vitest config ended by itself\n{said}"))
}

impl PluginPipeline for Process {
    fn resolve(&mut self, specifier: &str, importer: &str) -> Result<Option<Claim>, Box<PluginProblem>> {
        self.ask(&json!({ "resolve": { "specifier": specifier, "importer": importer } }))
    }

    fn module(&mut self, id: &str) -> Result<Option<Made>, Box<PluginProblem>> {
        self.ask(&json!({ "module": { "id": id } }))
    }

    fn take_inputs(&mut self) -> Vec<Utf8PathBuf> {
        std::mem::take(&mut self.inputs)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// A process that has not come yet.
struct Starting(Option<Child>);

impl Drop for Starting {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            end(child);
        }
    }
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
