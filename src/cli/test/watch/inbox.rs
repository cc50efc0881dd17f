//! What happens while nothing runs, and what is asked for then.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        mpsc::{self, Receiver},
    },
    time::Duration,
};

use camino::{Utf8Path, Utf8PathBuf};
use crossterm::event::KeyEvent;

use super::{
    super::suite::Compiled,
    control::{Control, Event},
    keys::{self, Command, Keys},
};
use crate::{
    cli::changes::{Changes, settled},
    compile::Loaded,
    config::vitest::ConfigInputs,
    plan::ServiceKind,
};

/// How long nothing may change before what has changed is looked at: editors write a file in steps.
const QUIET: Duration = Duration::from_millis(10);
/// Files that decide for folders below them too.
const OF_FOLDERS_ABOVE: [&str; 7] = [
    "package.json",
    "tsconfig.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
];

/// What has happened.
pub(super) enum Happened {
    Changed(BTreeSet<Utf8PathBuf>),
    Asked(Command),
    /// The user wants to leave.
    Interrupted,
}

/// All that watch mode reacts to.
pub(super) struct Inbox {
    pub(super) control: Arc<Control>,
    /// Keys, if there is a terminal.
    keys: Option<Keys>,
    events: Receiver<Event>,
    changes: Changes,
    root: Utf8PathBuf,
    /// Files and folders elsewhere that count.
    others: BTreeSet<Utf8PathBuf>,
    /// Changes that came while something else was waited for.
    kept: BTreeSet<Utf8PathBuf>,
}

impl Inbox {
    /// Listens to everything, and watches what is below `root`.
    pub(super) fn open(root: &Utf8Path) -> Result<Self, String> {
        let (sender, events) = mpsc::channel();
        let control = Control::start(sender.clone()).map_err(|error| error.to_string())?;
        let keys = Keys::listen(&control, &sender);
        let mut changes = Changes::new(move |path| {
            // The receiver lives as long as the program.
            let _ = sender.send(Event::Changed(path));
        })?;
        changes.watch_below(root);
        let above = root.ancestors().skip(1);
        let others = above.flat_map(|folder| OF_FOLDERS_ABOVE.iter().map(|name| folder.join(name)));
        let others: BTreeSet<Utf8PathBuf> = others.filter(|file| file.is_file()).collect();
        changes.watch(others.iter().map(Utf8PathBuf::as_path));
        Ok(Self { control, keys, events, changes, root: root.to_owned(), others, kept: BTreeSet::new() })
    }

    /// Whether keys are listened to.
    pub(super) fn has_keys(&self) -> bool {
        self.keys.is_some()
    }

    /// Watches what a Vitest config was made from.
    pub(super) fn watch_config(&mut self, loaded: &Loaded) {
        let setups = loaded.configs().flat_map(|config| &config.test.global_setup);
        let files =
            loaded.inputs().into_iter().flat_map(ConfigInputs::files).chain(setups.map(Utf8PathBuf::as_path));
        self.watch(files.map(Utf8Path::to_owned).collect());
    }

    /// Watches what was compiled.
    pub(super) fn watch_compiled(&mut self, compiled: &Compiled) {
        for compilation in compiled.projects.iter() {
            let root = &compilation.project.root;
            let folders = compilation.plan.services.iter().filter_map(|service| match &service.kind {
                ServiceKind::Folder { path, .. } => Some(root.join(path)),
                _ => None,
            });
            let sources = compilation
                .reach
                .files()
                .map(|file| crate::bundle::dependencies::normalize(&root.join(file)));
            self.watch(folders.chain(sources).chain(compilation.inputs.iter().cloned()).collect());
        }
    }

    fn watch(&mut self, paths: Vec<Utf8PathBuf>) {
        let elsewhere: Vec<Utf8PathBuf> =
            paths.into_iter().filter(|path| !path.starts_with(&self.root)).collect();
        self.changes.watch(elsewhere.iter().map(Utf8PathBuf::as_path));
        self.others.extend(elsewhere);
    }

    /// Waits for what happens next.
    pub(super) fn next(&mut self) -> Happened {
        loop {
            if self.control.is_leaving() {
                return Happened::Interrupted;
            }
            if !self.kept.is_empty() {
                return Happened::Changed(std::mem::take(&mut self.kept));
            }
            match self.events.recv() {
                Ok(Event::Changed(path)) => {
                    for event in settled(Event::Changed(path), &self.events, QUIET) {
                        match event {
                            Event::Changed(path) => self.keep(path),
                            Event::Key(key) if keys::command(key) == Some(Command::Quit) => {
                                return Happened::Asked(Command::Quit);
                            }
                            // What is to be run is decided by the change.
                            Event::Key(_) | Event::Interrupt => {}
                        }
                    }
                }
                Ok(Event::Key(key)) => {
                    if let Some(command) = keys::command(key) {
                        return Happened::Asked(command);
                    }
                }
                Ok(Event::Interrupt) | Err(_) => return Happened::Interrupted,
            }
        }
    }

    /// Waits for a key; nothing comes if the user wants something else.
    pub(super) fn key(&mut self) -> Option<KeyEvent> {
        loop {
            match self.events.recv() {
                Ok(Event::Key(key)) => return Some(key),
                Ok(Event::Changed(path)) => self.keep(path),
                Ok(Event::Interrupt) | Err(_) => return None,
            }
        }
    }

    /// Keeps a change that counts.
    fn keep(&mut self, path: Utf8PathBuf) {
        let is_below = path.starts_with(&self.root);
        let counts = is_below
            || self.others.contains(&path)
            || path.parent().is_some_and(|folder| self.others.contains(folder));
        if !counts {
            return;
        }
        if path.is_dir() {
            // What came with it, nothing has told of.
            self.changes.forget(&path);
            self.changes.watch_below(&path);
        }
        self.kept.insert(path);
    }
}
