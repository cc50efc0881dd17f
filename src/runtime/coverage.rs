//! The Node.js process in which the project's own coverage provider works.

use std::{
    io::{BufRead as _, BufReader, ErrorKind, Write as _},
    os::unix::{
        net::{UnixListener, UnixStream},
        process::CommandExt as _,
    },
    process::Child,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use camino::Utf8Path;
use serde_json::{Value, json};

use super::node::{INTERVAL, NodeError, NodeThrown, accept, end_group, listen_at};
use crate::home::vitest_program;

/// What the process is started with.
#[derive(Debug)]
pub struct CoverageOptions<'a> {
    /// `runner-js/node/coverage.mjs`.
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
    /// Flags of coverage, as Vitest takes them.
    pub flags: &'a [String],
    /// A private folder, for a socket.
    pub folder: &'a Utf8Path,
    /// Set from outside to end the run.
    pub cancelled: &'a Arc<AtomicBool>,
}

/// The running process. Killed when dropped.
#[derive(Debug)]
pub struct CoverageHost {
    child: Child,
    listener: UnixListener,
    control: Option<BufReader<UnixStream>>,
    cancelled: Arc<AtomicBool>,
}

impl CoverageHost {
    /// Starts the process, and does not wait for it.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn start(options: &CoverageOptions<'_>) -> Result<Self, NodeError> {
        let control = options.folder.join("coverage");
        let listener = listen_at(&control)?;
        let request = json!({
            "root": options.root,
            "configFile": options.config_file,
            "vitest": options.vitest,
            "mode": options.mode,
            "cache": options.cache,
            "flags": options.flags,
            "control": control,
        });
        let child = vitest_program(options.script, options.root)
            .arg(request.to_string())
            // Ctrl-C in a terminal is for us to handle.
            .process_group(0)
            .spawn()?;
        Ok(Self { child, listener, control: None, cancelled: Arc::clone(options.cancelled) })
    }

    /// Asks a question of `coverage.mjs`, and gives the answer, however long that takes.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn ask(&mut self, question: &str, told: &Value) -> Result<Value, NodeError> {
        if self.control.is_none() {
            let stream = accept(&self.listener, &mut self.child)?;
            stream.set_read_timeout(Some(INTERVAL))?;
            self.control = Some(BufReader::new(stream));
        }
        let Some(control) = &mut self.control else { return Err(NodeError::Cancelled) };
        let line = json!({ question: told }).to_string() + "\n";
        control.get_mut().write_all(line.as_bytes())?;
        let mut answer = vec![];
        loop {
            match control.read_until(b'\n', &mut answer) {
                Ok(0) => return Err(NodeError::Ended(self.child.wait()?.to_string())),
                Ok(_) => break,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    if self.cancelled.load(Ordering::Relaxed) {
                        return Err(NodeError::Cancelled);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        let mut answer: Value = serde_json::from_slice(&answer).map_err(std::io::Error::from)?;
        if answer["error"].is_object() {
            let thrown: NodeThrown =
                serde_json::from_value(answer["error"].take()).map_err(std::io::Error::from)?;
            return Err(NodeError::Thrown(thrown));
        }
        Ok(answer)
    }
}

impl Drop for CoverageHost {
    fn drop(&mut self) {
        end_group(&mut self.child);
    }
}
