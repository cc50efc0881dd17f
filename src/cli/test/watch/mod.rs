//! Watch mode: the project stays open, and what a change is about runs again.

mod affected;
mod arguments;
mod choice;
mod control;
mod inbox;
mod keys;
mod opened;
mod prompt;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write as _},
    sync::Arc,
};

use camino::Utf8PathBuf;

use super::{
    Stop,
    arguments::Arguments,
    suite::{Ran, Suite},
};
use crate::{
    cli::{Exit, Problems, wants_color},
    compile::Loaded,
    project::Project,
    report::terminal::{Waiting, restarting, waiting},
};

pub(super) use arguments::WatchArguments;
use choice::Choice;
use inbox::{Happened, Inbox};
use keys::Command;
use opened::Opened;

/// Runs tests until the user leaves.
pub(super) fn run(arguments: &Arguments, problems: &Problems, mut project: Project) -> Result<Exit, Stop> {
    if arguments.sharding.shard.is_some() {
        return Err(Stop::Message("--shard is for one run; leave out --watch".to_owned()));
    }
    let inbox = Inbox::open(&project.root).map_err(Stop::Message)?;
    let choice = Choice::new(arguments);
    let mut watch = Watch {
        arguments,
        problems,
        inbox,
        choice,
        saved: BTreeMap::new(),
        machine_stdout: false,
        has_failed: false,
    };
    loop {
        match watch.open(&project) {
            Next::Open => {}
            Next::Project(name) => {
                let wanted: Vec<String> = name.into_iter().collect();
                watch.choice.arguments.project.wanted.clone_from(&wanted);
                project.wanted = wanted;
            }
            Next::Leave if watch.inbox.control.is_leaving() => return Ok(Exit::Interrupted),
            Next::Leave if watch.has_failed => return Ok(Exit::TestsFailed),
            Next::Leave => return Ok(Exit::Success),
        }
        watch.say(&restarting());
    }
}

/// What comes after an open project.
enum Next {
    /// It is opened again: what the Vitest config was made from has changed.
    Open,
    /// The same, with this project of the config, or all.
    Project(Option<String>),
    Leave,
}

/// What lasts while a project is opened and closed.
struct Watch<'a> {
    arguments: &'a Arguments,
    problems: &'a Problems,
    inbox: Inbox,
    choice: Choice,
    /// Files that the last run has written, with hashes of their texts.
    saved: BTreeMap<Utf8PathBuf, String>,
    /// Whether stdout is for a program to read.
    machine_stdout: bool,
    /// Whether any run has failed, which the exit code tells, as in Vitest.
    has_failed: bool,
}

impl Watch<'_> {
    /// Opens the project and runs its tests until it has to be opened again.
    fn open(&mut self, project: &Project) -> Next {
        let (arguments, problems, control) = (self.arguments, self.problems, Arc::clone(&self.inbox.control));
        let loaded = match Loaded::open(project) {
            Ok(loaded) => loaded,
            Err(diagnostics) => return self.wait_for_repair(&Stop::Diagnostics(diagnostics)),
        };
        self.inbox.watch_config(&loaded);
        let suite =
            match control.run(|| Suite::open(arguments, problems, project, loaded, &control.cancelled)) {
                Ok(suite) => suite,
                Err(stop) => return self.wait_for_repair(&stop),
            };
        let (next, suite) = Opened::new(self, project, suite).watch();
        let torn_down = suite.end(Ok(Exit::Success));
        self.has_failed |= !matches!(torn_down, Ok(Exit::Success));
        next
    }

    /// Waits until files change that may be why the project cannot be opened.
    fn wait_for_repair(&mut self, stop: &Stop) -> Next {
        self.stopped(stop);
        loop {
            match self.inbox.next() {
                Happened::Changed(_) | Happened::Asked(Command::All | Command::Current) => return Next::Open,
                Happened::Asked(Command::Help) => self.say(&keys::help()),
                Happened::Asked(Command::Quit) | Happened::Interrupted => return Next::Leave,
                Happened::Asked(_) => {}
            }
        }
    }

    /// Says why nothing was run.
    fn stopped(&mut self, stop: &Stop) {
        if self.inbox.control.is_leaving() {
            return;
        }
        let exit = stop.print(self.problems);
        let is_cancelled = exit == Exit::Interrupted;
        self.has_failed = true;
        self.wait(if is_cancelled { Waiting::Cancelled } else { Waiting::Broken });
    }

    /// Takes over what a run has found.
    fn ran(&mut self, ran: &Ran) {
        self.machine_stdout = ran.machine_stdout;
        self.choice.add(ran);
        self.saved.clone_from(ran.run.saved_files());
        self.has_failed |= ran.exit != Exit::Success;
        self.wait(match ran.exit {
            Exit::Success => Waiting::Passed,
            Exit::Interrupted => Waiting::Cancelled,
            _ => Waiting::Failed,
        });
    }

    /// Says that changes are waited for.
    fn wait(&self, state: Waiting) {
        if !self.inbox.control.is_leaving() {
            self.say(&waiting(state, self.inbox.has_keys(), self.choice.has_wrong_snapshots));
        }
    }

    /// Says something to a person.
    fn say(&self, text: &str) {
        if !self.machine_stdout {
            say(text);
        }
    }

    /// Of changed files, those that the last run has written itself.
    fn own(&self, changed: &BTreeSet<Utf8PathBuf>) -> BTreeSet<Utf8PathBuf> {
        let is_own = |path: &&Utf8PathBuf| {
            let text = || std::fs::read(path).ok();
            let saved = self.saved.get(*path);
            saved.is_some_and(|hash| text().is_some_and(|text| crate::cache::hash(&text) == *hash))
        };
        changed.iter().filter(is_own).cloned().collect()
    }
}

/// Writes coloured text to stdout, without its colours if there are to be none.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    // Who closes the pipe has seen enough.
    let _ = if wants_color() {
        out.write_all(text.as_bytes())
    } else {
        write!(out, "{}", anstream::adapter::strip_str(text))
    };
    let _ = out.flush();
}
