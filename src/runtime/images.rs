//! The Node process that decodes and transforms images with the project's own `sharp`.

use std::{
    io,
    os::{
        fd::OwnedFd,
        unix::{net::UnixListener, process::CommandExt as _},
    },
    process::{Child, Command, Stdio},
};

use camino::{Utf8Path, Utf8PathBuf};

use super::launch::{CHILD_COMMAND, Launcher};
use crate::home;

/// The process. Killed when dropped.
#[derive(Debug)]
pub struct ImageServer {
    process: Child,
    socket: Utf8PathBuf,
}

impl ImageServer {
    /// Starts it; it need not listen yet when this returns, because its socket does. `script` is run with the folder of
    /// `sharp`.
    ///
    /// # Errors
    /// There is no Node.js, or no socket can be made in `folder`.
    pub fn start(
        launcher: &Launcher,
        script: &Utf8Path,
        sharp: &Utf8Path,
        folder: &Utf8Path,
    ) -> io::Result<Self> {
        let socket = folder.join("images");
        let listener = UnixListener::bind(&socket)?;
        let process = Command::new(&launcher.wpt_gen)
            .arg(CHILD_COMMAND)
            .arg(std::process::id().to_string())
            .arg(home::node())
            .args([script, sharp])
            .stdin(Stdio::from(OwnedFd::from(listener)))
            .stdout(Stdio::null())
            // Ctrl-C in a terminal is for us to handle.
            .process_group(0)
            .spawn()?;
        Ok(Self { process, socket })
    }

    /// Where it is reached, as workerd's configuration has it.
    pub fn address(&self) -> String {
        format!("unix:{}", self.socket)
    }
}

impl Drop for ImageServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
