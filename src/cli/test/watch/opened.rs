//! An open project that is watched.

use std::{
    collections::BTreeSet,
    io::{self, IsTerminal as _},
};

use camino::Utf8PathBuf;

use super::{
    super::{
        Stop,
        suite::{Compiled, Request, Suite, TestFile},
    },
    Next, Watch,
    affected::affected,
    choice::Chosen,
    inbox::Happened,
    keys::{self, Command},
    prompt::{Answer, Match, Prompt},
};
use crate::{
    bundle::globs::FileFilter,
    cache::Key,
    config::vitest::ConfigInputs,
    project::{Project, relative_path},
    report::terminal::removed,
};

/// What is to be run.
enum Wish {
    /// What the changed files are about.
    Changed,
    All,
    Current,
    Failed,
    Update,
    /// The file filter has changed.
    Files,
    /// The filter by test names has changed.
    Names,
}

/// An open project.
pub(super) struct Opened<'w, 'a, 's> {
    watch: &'w mut Watch<'a>,
    project: &'s Project,
    suite: Suite<'s>,
    /// What the Vitest config was made from.
    config: Option<Key>,
    /// What was compiled last, if it could be.
    compiled: Option<Compiled>,
    /// What has changed since.
    changed: BTreeSet<Utf8PathBuf>,
    has_run: bool,
}

impl<'w, 'a, 's> Opened<'w, 'a, 's> {
    pub(super) fn new(watch: &'w mut Watch<'a>, project: &'s Project, suite: Suite<'s>) -> Self {
        let config = suite.loaded().inputs().map(ConfigInputs::state);
        let changed = BTreeSet::new();
        Self { watch, project, suite, config, compiled: None, changed, has_run: false }
    }

    /// Runs tests until the project has to be opened again.
    pub(super) fn watch(mut self) -> (Next, Suite<'s>) {
        let mut wish = Wish::Changed;
        loop {
            if let Err(stop) = self.run(&wish) {
                self.watch.stopped(&stop);
            }
            wish = match self.wait() {
                Ok(wish) => wish,
                Err(next) => return (next, self.suite),
            };
        }
    }

    /// Compiles what has changed, and runs what is wished.
    fn run(&mut self, wish: &Wish) -> Result<(), Stop> {
        let control = std::sync::Arc::clone(&self.watch.inbox.control);
        let mut by_change = BTreeSet::new();
        if self.compiled.is_none() || !self.changed.is_empty() {
            let compiled = control.run(|| self.suite.compile())?;
            self.watch.inbox.watch_compiled(&compiled);
            if let Some(before) = &self.compiled {
                let own = self.watch.own(&self.changed);
                by_change = affected(before, &compiled, &self.changed, &own);
            }
            self.compiled = Some(compiled);
        }
        let changed = std::mem::take(&mut self.changed);
        let chosen = if self.has_run { Some(self.choose(wish, by_change, &changed)?) } else { None };
        if chosen.as_ref().is_some_and(|chosen| matches!(wish, Wish::Changed) && chosen.files.is_empty()) {
            return Ok(());
        }
        self.has_run = true;
        let Some(compiled) = &self.compiled else { return Ok(()) };
        let choice = &mut self.watch.choice;
        let rerun = chosen.as_ref().map(|chosen| choice.rerun(chosen, &self.project.root));
        let rerun = rerun.map(|mut rerun| {
            rerun.clears_screen = compiled.projects[0].test.run.clear_screen && io::stdout().is_terminal();
            rerun
        });
        let files = chosen.as_ref().map(|chosen| &chosen.files);
        let request = Request {
            arguments: &choice.arguments,
            files,
            test_name_pattern: choice.test_name_pattern.clone(),
            update: matches!(wish, Wish::Update),
            rerun,
        };
        let ran = control.run(|| self.suite.run(compiled, request))?;
        self.watch.ran(&ran);
        Ok(())
    }

    /// The files that are wished.
    fn choose(
        &mut self,
        wish: &Wish,
        by_change: BTreeSet<TestFile>,
        changed: &BTreeSet<Utf8PathBuf>,
    ) -> Result<Chosen, Stop> {
        let wanted = self.wanted()?;
        for file in self.watch.choice.keep(&wanted.all) {
            self.watch.say(&removed(relative_path(&self.project.root, &file.path).as_str()));
        }
        let choice = &self.watch.choice;
        let is_filtered = !choice.arguments.filters().is_empty();
        let (files, trigger) = match wish {
            Wish::Changed => (by_change, changed.first().map(ToString::to_string).unwrap_or_default()),
            Wish::All => (wanted.filtered.clone(), "rerun all tests".to_owned()),
            Wish::Current => (wanted.filtered.clone(), "rerun current pattern".to_owned()),
            Wish::Failed => {
                (choice.failed().into_iter().chain(by_change).collect(), "rerun failed".to_owned())
            }
            Wish::Update => (choice.to_update(), "update snapshot".to_owned()),
            Wish::Files if !is_filtered => (wanted.filtered.clone(), "reset filename pattern".to_owned()),
            Wish::Files => (wanted.filtered.clone(), "change filename pattern".to_owned()),
            Wish::Names => (wanted.filtered.clone(), "change pattern".to_owned()),
        };
        let files = files.into_iter().filter(|file| wanted.filtered.contains(file)).collect();
        let files = match &choice.test_name_pattern {
            Some(pattern) if !matches!(wish, Wish::Changed) => choice.with_tests_named(pattern, files),
            _ => files,
        };
        Ok(Chosen { files, trigger })
    }

    /// Waits until something is to be run; gives what comes after this project otherwise.
    fn wait(&mut self) -> Result<Wish, Next> {
        loop {
            let command = match self.watch.inbox.next() {
                Happened::Interrupted => return Err(Next::Leave),
                Happened::Changed(mut changed) => {
                    if self.has_another_config(&changed) {
                        return Err(Next::Open);
                    }
                    self.changed.append(&mut changed);
                    return Ok(Wish::Changed);
                }
                Happened::Asked(command) => command,
            };
            match command {
                Command::Help => self.watch.say(&keys::help()),
                Command::Quit => return Err(Next::Leave),
                _ if self.suite.is_gone() => return Err(Next::Open),
                Command::All => {
                    self.watch.choice.filter_tests(None);
                    return Ok(Wish::All);
                }
                Command::Current => return Ok(Wish::Current),
                Command::Failed => return Ok(Wish::Failed),
                Command::Update => return Ok(Wish::Update),
                Command::FileFilter => {
                    if let Some(filter) = self.ask_for_files() {
                        return Ok(filter);
                    }
                }
                Command::NameFilter => {
                    if let Some(filter) = self.ask_for_names() {
                        return Ok(filter);
                    }
                }
                Command::Project => {
                    if let Some(name) = self.ask("Name of a project", &|_| vec![]) {
                        return Err(Next::Project(Some(name).filter(|name| !name.is_empty())));
                    }
                }
            }
        }
    }

    /// Whether the project has to be opened again.
    fn has_another_config(&self, changed: &BTreeSet<Utf8PathBuf>) -> bool {
        let loaded = self.suite.loaded();
        let mut setups = loaded.configs().flat_map(|config| &config.test.global_setup);
        self.suite.is_gone()
            || setups.any(|file| changed.contains(file))
            || loaded.inputs().map(ConfigInputs::state) != self.config
    }

    /// The test files that there are.
    fn wanted(&self) -> Result<Wanted, Stop> {
        let Some(compiled) = &self.compiled else { return Ok(Wanted::default()) };
        let arguments = &self.watch.choice.arguments;
        let mut unfiltered = arguments.clone();
        unfiltered.filter_by(vec![]);
        let files = |arguments| Ok::<_, Stop>(self.suite.wanted(compiled, arguments)?.into_iter().collect());
        Ok(Wanted { all: files(&unfiltered)?, filtered: files(arguments)? })
    }

    fn ask_for_files(&mut self) -> Option<Wish> {
        let root = &self.project.root;
        let all = self.wanted().unwrap_or_default().all;
        let paths: BTreeSet<Utf8PathBuf> = all.iter().map(|file| relative_path(root, &file.path)).collect();
        let filter = self.ask("Part of a file's path", &|typed| {
            let Ok(filter) = FileFilter::parse(typed) else { return vec![] };
            let kept = paths.iter().filter(|path| filter.keeps(root, root, path));
            kept.map(|path| Match { shown: path.to_string(), value: path.to_string() }).collect()
        })?;
        let filters = Some(filter).filter(|filter| !filter.is_empty());
        self.watch.choice.arguments.filter_by(filters.into_iter().collect());
        Some(Wish::Files)
    }

    fn ask_for_names(&mut self) -> Option<Wish> {
        let choice = self.watch.choice.known();
        let pattern = self.ask("Regular expression for tests' names", &|typed| choice.tests_named(typed))?;
        self.watch.choice.filter_tests(Some(pattern).filter(|pattern| !pattern.is_empty()));
        Some(Wish::Names)
    }

    /// Asks for a filter; nothing if it is to stay as it is.
    fn ask(&mut self, title: &str, matches: &dyn Fn(&str) -> Vec<Match>) -> Option<String> {
        let mut prompt = Prompt::new(title, matches);
        let answer = loop {
            prompt.draw();
            match self.watch.inbox.key().map_or(Answer::Dropped, |key| prompt.key(key)) {
                Answer::Typing => {}
                Answer::Dropped => break None,
                Answer::Given(filter) => break Some(filter),
            }
        };
        Prompt::erase();
        answer
    }
}

/// Test files that could be run.
#[derive(Default)]
struct Wanted {
    all: BTreeSet<TestFile>,
    /// Those that the filters name.
    filtered: BTreeSet<TestFile>,
}
