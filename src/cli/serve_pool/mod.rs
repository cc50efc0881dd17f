//! `wpt-gen serve-pool`: the compiler and the launcher behind the pool of `wpt-gen/vitest`, which starts it and speaks with
//! it over its standard streams ([`protocol`]). What a run needs is asked for; it ends with stdin.

mod process;
mod project;
mod protocol;

use std::{
    collections::HashMap,
    io::{self, BufRead as _},
    sync::Arc,
    time::Duration,
};

use process::Command;
use project::Project as Running;
use protocol::{Call, Collected, Compile, Failure, Open, Outbox, Request, SessionCall};
use serde_json::{Value, json};

use super::{Exit, native_coverage};
use crate::{
    compile::Loaded,
    output,
    project::Project,
    runtime::{
        flatted,
        session::{SessionError, limit_of},
    },
};

pub(super) fn run() -> Exit {
    let mut pool = Pool::default();
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            Ok(Request { id, call }) => pool.answer(id, call),
            Err(error) => {
                super::print_error(&format!("serve-pool is what the pool of wpt-gen/vitest starts: {error}"));
                return Exit::BadInput;
            }
        }
    }
    Exit::Success
}

/// The present run.
#[derive(Default)]
struct Pool {
    projects: HashMap<String, Running>,
    /// The project of each session that is open.
    sessions: HashMap<u64, String>,
    /// How many sessions there ever were.
    opened: u64,
    /// Sessions that wait for a test Worker.
    waiting: Vec<(u64, Open)>,
    outbox: Arc<Outbox>,
}

impl Pool {
    fn answer(&mut self, id: u64, call: Call) {
        let outbox = Arc::clone(&self.outbox);
        match call {
            Call::Compile(request) => outbox.reply(id, self.compile(*request)),
            Call::Open(open) => self.open(id, open),
            Call::Forward(SessionCall { session, name, arguments }) => {
                self.send(session, Command::Call { session, name, arguments, id });
            }
            Call::Finish(it) => self.send(it.session, Command::Flush { id }),
            Call::Close(it) => {
                self.close(it.session, it.finished);
                outbox.reply(id, Ok(()));
            }
            Call::Fail(failure) => self.fail(id, &failure),
            Call::Limit(Collected { message }) => {
                let collected = flatted::parse(&message).map_err(|error| error.to_string());
                outbox.reply(id, collected.map(|message| project::milliseconds(limit_of(&message))));
            }
            Call::Map(request) => {
                let mapped = self
                    .projects
                    .get(&request.project)
                    .map(|project| request.stacks.iter().map(|stack| project.map(stack)).collect::<Vec<_>>());
                outbox.reply(id, Ok(mapped.unwrap_or(request.stacks)));
            }
        }
    }

    fn compile(&mut self, request: Compile) -> Result<Value, String> {
        // What ran before has ended, or is of no interest any more.
        self.sessions.clear();
        self.projects.clear();
        let words = |error: &dyn std::fmt::Display| error.to_string();
        let Compile { root, config_file, mode, vitest, color, coverage, evaluation, parts } = request;
        let config = config_file.map(|file| crate::project::relative_path(&root, &file));
        let project = Project {
            config,
            mode,
            runs_tests: true,
            ..Project::open(&root).map_err(|error| words(&error))?
        };
        let rendered =
            |diagnostics: crate::diagnostic::Diagnostics| diagnostics.render(color).trim_end().to_owned();
        let mut loaded = Loaded::evaluated(&project, &vitest, evaluation).map_err(rendered)?;
        let provider = |name: &str| coverage.as_ref().is_some_and(|coverage| coverage["provider"] == name);
        let (has_native_coverage, is_instrumented) = (provider("v8"), provider("istanbul"));
        if let Some(coverage) = coverage.as_ref().filter(|_| is_instrumented) {
            loaded.instrument(coverage);
        }
        let compilations = loaded.compile().map_err(rendered)?;
        let mut described = serde_json::Map::new();
        let mut warnings = vec![];
        for ((mut compilation, config), part) in compilations.into_iter().zip(loaded.configs()).zip(&parts) {
            if !config.is_of_run && !compilation.is_partial && !is_instrumented {
                output::write(&compilation).map_err(|error| words(&error))?;
            }
            let own = std::mem::take(&mut compilation.warnings);
            if !own.is_empty() {
                warnings.push(rendered(own));
            }
            let name = compilation.name().to_owned();
            let covered = has_native_coverage.then(|| native_coverage::compiled(&compilation));
            let running = Running::new(compilation, part, has_native_coverage, color, &self.outbox)?;
            let mut own = running.described();
            own["compiled"] = covered.into();
            described.insert(name.clone(), own);
            self.projects.insert(name, running);
        }
        Ok(json!({ "projects": described, "warnings": warnings }))
    }

    fn open(&mut self, id: u64, open: Open) {
        let Some(project) = self.projects.get_mut(&open.project) else {
            let error = format!("the project `{}` is not part of the run", open.project);
            return self.outbox.reply::<()>(id, Err(error));
        };
        let session = self.opened + 1;
        match project.open(session, &open.files, id) {
            Ok(true) => {
                self.opened = session;
                self.sessions.insert(session, open.project);
            }
            Ok(false) => self.waiting.push((id, open)),
            Err(error) => self.outbox.reply::<()>(id, Err(error)),
        }
    }

    fn send(&mut self, session: u64, command: Command) {
        let project = self.sessions.get(&session).and_then(|name| self.projects.get_mut(name));
        let left = match project {
            Some(project) => project.send(session, command),
            None => Some(command),
        };
        if let Some(command) = left {
            self.outbox.reply::<()>(command.id(), Err("the session is over".to_owned()));
        }
    }

    fn close(&mut self, session: u64, has_finished: bool) {
        let name = self.sessions.remove(&session);
        if let Some(project) = name.and_then(|name| self.projects.get_mut(&name)) {
            project.close(session, has_finished);
        }
        for (id, open) in std::mem::take(&mut self.waiting) {
            self.open(id, open);
        }
    }

    fn fail(&mut self, id: u64, failure: &Failure) {
        let error = match failure.blocked {
            Some(limit) => SessionError::Blocked(Duration::from_millis(limit)),
            None => SessionError::Connection("it was closed".to_owned()),
        };
        self.send(failure.session, Command::Fail { error, id });
        self.close(failure.session, false);
    }
}
