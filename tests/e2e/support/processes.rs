//! Which processes a run of `wpt-gen` has started, read from `/proc`.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use camino::Utf8Path;
use rustix::process::{Pid, Signal, kill_process};

use super::wait_for;

/// Set for every `wpt-gen` that a test starts, and inherited by everything that it starts.
const VARIABLE: &str = "WPT_E2E_RUN";

/// How long a run's processes may take to end after it.
const END_LIMIT: Duration = Duration::from_secs(20);

/// All processes of one run.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    marker: String,
}

/// A process of a run.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    /// Its id.
    pub(crate) id: u32,
    /// Its program and arguments.
    pub(crate) command_line: Vec<String>,
}

impl Family {
    pub(super) fn new(marker: String) -> Self {
        Self { marker }
    }

    /// What marks a process as one of this run.
    pub(super) fn variable(&self) -> [(&str, &str); 1] {
        [(VARIABLE, &self.marker)]
    }

    /// Those that live at this moment.
    pub(crate) fn living(&self) -> Vec<Process> {
        let wanted = format!("{VARIABLE}={}", self.marker);
        let ids = fs::read_dir("/proc").into_iter().flatten().flatten();
        ids.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(|id| strings(*id, "environ").contains(&wanted))
            // What has ended and was not waited for has no command line any more.
            .map(|id| Process { id, command_line: strings(id, "cmdline") })
            .filter(|process| !process.command_line.is_empty())
            .collect()
    }

    /// Waits until `count` processes run the program of this name, and have become it.
    pub(crate) fn wait_for_program(&self, name: &str, count: usize) -> Vec<Process> {
        wait_for(name, || {
            let found: Vec<_> =
                self.living().into_iter().filter(|process| process.program() == name).collect();
            (found.len() >= count).then_some(found)
        })
    }

    /// Waits until none lives.
    pub(crate) fn wait_until_gone(&self) {
        let start = Instant::now();
        while !self.living().is_empty() {
            if start.elapsed() > END_LIMIT {
                let left = self.living();
                self.kill();
                panic!("left after the end of wpt-gen: {left:#?}");
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends all of them, by their ids.
    pub(super) fn kill(&self) {
        for process in self.living() {
            // It may have ended in the meantime.
            let _ = kill_process(Pid::from_raw(process.id.cast_signed()).unwrap(), Signal::KILL);
        }
    }
}

impl Process {
    /// The name of its program's file.
    pub(crate) fn program(&self) -> &str {
        Utf8Path::new(&self.command_line[0]).file_name().unwrap_or_default()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        send(self.id, signal);
    }
}

/// Sends a signal to one process.
pub(crate) fn send(id: u32, signal: Signal) {
    kill_process(Pid::from_raw(id.cast_signed()).unwrap(), signal).unwrap();
}

/// A file of `/proc/<id>` that is a list of strings; empty if it cannot be read.
fn strings(id: u32, file: &str) -> Vec<String> {
    let bytes = fs::read(format!("/proc/{id}/{file}")).unwrap_or_default();
    let parts = bytes.split(|byte| *byte == 0).filter(|part| !part.is_empty());
    parts.map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}
