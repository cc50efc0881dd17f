//! `wpt-gen test`.

mod arguments;
mod called_in_node;
mod coverage;
mod durations;
mod flags;
mod node;
mod project_run;
mod reporters;
mod selection;
mod session;
mod shard;
mod stop;
mod suite;
mod watch;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::{Exit, Problems};
use crate::{compile::Loaded, project::Project, report::use_colour};

pub(super) use arguments::Arguments;
pub(super) use flags::refusal;
use stop::Stop;
use suite::{Scope, Suite};

pub(super) fn run(arguments: &Arguments) -> Exit {
    let problems = arguments.project.problems(arguments.output.format);
    if let Some(problem) = arguments.flags.problem() {
        problems.error(problem);
        return Exit::BadInput;
    }
    if let Some(color) = arguments.flags.is("color") {
        use_colour(color);
    }
    prepare_and_run(arguments, &problems).unwrap_or_else(|stop| stop.print(&problems))
}

fn prepare_and_run(arguments: &Arguments, problems: &Problems) -> Result<Exit, Stop> {
    let project = arguments.project.open().map_err(Stop::Message)?;
    let project = Project { runs_tests: true, ..project };
    if arguments.watching.watch {
        return watch::run(arguments, problems, project);
    }
    let loaded = Loaded::open(&project).map_err(Stop::Diagnostics)?;
    let cancelled = Arc::new(AtomicBool::new(false));
    ctrlc::set_handler({
        let cancelled = Arc::clone(&cancelled);
        move || cancelled.store(true, Ordering::Relaxed)
    })?;
    let mut suite = Suite::open(arguments, problems, &project, loaded, &cancelled)?;
    let ran = suite.compile().and_then(|compiled| suite.run(&compiled, Scope::of(arguments)));
    suite.end(ran.map(|ran| ran.exit))
}
