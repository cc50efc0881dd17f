//! Console output of user code: a heading that says whose it is, then the text as it was written.

use std::fmt::Write;

use anstream::adapter::strip_str;

use super::{
    errors::frame_line,
    full_name,
    paint::{CYAN, GREY, paint},
};
use crate::report::{
    frames::{Frames, map_stack, visible},
    model::{ConsoleLog, Run, State, TaskRef},
};

/// One block.
pub(super) fn log_block(run: &Run, log: &ConsoleLog, text: &mut String) {
    let task = log.task_id.as_deref().and_then(|id| run.task(id));
    let name = match (&task, log.task_id.as_deref()) {
        (Some((file, below)), _) => full_name(file, below),
        (None, Some(id)) if id != "__vitest__unknown_test__" => id.to_owned(),
        _ => "unknown test".to_owned(),
    };
    let heading = paint(GREY, log.stream.name()) + &paint(GREY.dimmed(), format!(" | {}", strip_str(&name)));
    let _ = write!(text, "{heading}\n{}", log.content);
    if let Some(origin) = &log.origin {
        let options = run.options();
        let (_, frames) = map_stack(origin, &options.root, options.source_maps.as_deref());
        for frame in visible(&frames, Frames::Own) {
            let own = task.as_ref().is_some_and(|(file, _)| file.filepath == frame.file);
            let _ = writeln!(text, "{}", frame_line(frame, &options.root, if own { CYAN } else { GREY }));
        }
    }
    text.push('\n');
}

/// With `silent: 'passed-only'`: what a task wrote that failed.
pub(super) fn logs_of_failed(run: &Run, task: TaskRef<'_>, text: &mut String) {
    if task.state() == Some(State::Fail) {
        for log in run.logs(task.id()) {
            log_block(run, log, text);
        }
    }
}
