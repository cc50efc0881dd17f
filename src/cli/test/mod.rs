//! `wpt-gen test`.

mod arguments;
mod called_in_node;
mod coverage;
mod durations;
mod flags;
mod list;
mod node;
mod order;
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
pub(super) use list::ListArguments;
use stop::Stop;
use suite::{Request, Suite};

/// Runs tests.
pub(super) fn run(arguments: &Arguments) -> Exit {
    work(arguments, &Work::Run)
}

/// Lists tests.
pub(super) fn list(arguments: &ListArguments) -> Exit {
    work(&arguments.test, &Work::List(arguments))
}

/// What is done with tests.
enum Work<'a> {
    Run,
    List(&'a ListArguments),
}

/// Opens and compiles the project, and works with its tests.
fn work(arguments: &Arguments, work: &Work<'_>) -> Exit {
    let problems = arguments.project.problems(arguments.output.format);
    if let Some(problem) = arguments.flags.problem() {
        problems.error(problem);
        return Exit::BadInput;
    }
    if let Some(color) = arguments.flags.is("color") {
        use_colour(color);
    }
    prepare_and_work(arguments, &problems, work).unwrap_or_else(|stop| stop.print(&problems))
}

fn prepare_and_work(arguments: &Arguments, problems: &Problems, work: &Work<'_>) -> Result<Exit, Stop> {
    let project = arguments.project.open().map_err(Stop::Message)?;
    let project = Project { runs_tests: true, ..project };
    if arguments.watching.watch && matches!(work, Work::Run) {
        return watch::run(arguments, problems, project);
    }
    let loaded = Loaded::open(&project).map_err(Stop::Diagnostics)?;
    let cancelled = Arc::new(AtomicBool::new(false));
    ctrlc::set_handler({
        let cancelled = Arc::clone(&cancelled);
        move || cancelled.store(true, Ordering::Relaxed)
    })?;
    let mut suite = Suite::open(arguments, problems, &project, loaded, &cancelled)?;
    let result = suite.compile().and_then(|compiled| match work {
        Work::Run => suite.run(&compiled, Request::of(arguments)).map(|ran| ran.exit),
        Work::List(arguments) => suite.list(&compiled, arguments),
    });
    suite.end(result)
}
