//! The `blob` reporter: a run as Vitest keeps it, for `vitest --merge-reports`.
//!
//! Workers describe tasks with more than any report needs. So this keeps what they said in their own words, and only adds what
//! Vitest adds in its main process.

mod tasks;
mod write;

use std::io::{self, Write};

use camino::Utf8Path;
use serde_json::{Map, Value, json};

use super::{
    Reporter,
    frames::{SourceMaps, map_to_sources},
    model::{File, Run, RunOptions, State},
};
use tasks::Tasks;
use write::Flattened;

/// Writes the run at its end.
#[derive(Default)]
pub struct BlobReporter {
    tasks: Tasks,
    errors: Vec<Value>,
}

impl BlobReporter {
    /// An error that belongs to no test, as Vitest keeps it.
    fn unhandled(&mut self, mut error: Value, kind: &Value) {
        if error["code"] == "VITEST_PENDING" {
            self.tasks.set_result(
                error["taskId"].as_str().unwrap_or_default(),
                &json!({ "state": "skip", "note": error["note"] }),
                &Value::Null,
            );
            return;
        }
        let nested = if error["name"] == "AggregateError" { error["errors"].take() } else { Value::Null };
        match nested {
            Value::Array(errors) if !errors.is_empty() => {
                for error in errors {
                    self.unhandled(error, kind);
                }
            }
            _ => {
                if let Some(object) = error.as_object_mut() {
                    object.insert("type".to_owned(), kind.clone());
                }
                self.errors.push(error);
            }
        }
    }
}

impl Reporter for BlobReporter {
    fn call(&mut self, run: &Run, method: &str, arguments: &[Value]) -> io::Result<()> {
        let argument = |index: usize| arguments.get(index).unwrap_or(&Value::Null);
        match method {
            "onCollected" => {
                for file in argument(0).as_array().into_iter().flatten() {
                    self.tasks.collected(file.clone());
                }
            }
            "onTaskUpdate" => {
                for pack in argument(0).as_array().into_iter().flatten() {
                    self.tasks.set_result(pack[0].as_str().unwrap_or_default(), &pack[1], &pack[2]);
                }
            }
            "onTaskArtifactRecord" => {
                self.tasks.add_artifact(argument(0).as_str().unwrap_or_default(), argument(1));
            }
            "onUserConsoleLog" => self.tasks.add_log(argument(0), run.started_at()),
            "onUnhandledError" => self.unhandled(argument(0).clone(), argument(1)),
            _ => {}
        }
        Ok(())
    }

    fn wants_coverage(&self) -> bool {
        true
    }

    fn run_finished(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        let options = run.options();
        let mut text = Flattened::new();
        let files = run.files().iter().map(|file| {
            let mut task = self.tasks.take_file(file).unwrap_or_else(|| unheard(file, options));
            if file.result.as_ref().is_some_and(|result| result.state == State::Fail) {
                keep_failure(&mut task, file);
            }
            for_each_error(&mut task, &mut |error| {
                map_error(error, &options.root, options.source_maps.as_deref());
            });
            text.file(&task)
        });
        let files: Vec<Value> = files.collect();
        let errors = self.errors.drain(..).map(|mut error| {
            map_error(&mut error, &options.root, options.source_maps.as_deref());
            error
        });
        let errors = Value::Array(errors.collect());
        let files = text.list(files);
        let rest = [&errors, run.coverage(), &json!(run.duration().as_secs_f64() * 1000.0), &modules(run)]
            .map(|value| text.value(value));
        let version = text.value(&json!(options.vitest_version));
        let root = [version, files].into_iter().chain(rest).collect();
        out.write_all(text.finish(root).as_bytes())
    }
}

/// A file that no worker said anything of.
fn unheard(file: &File, options: &RunOptions) -> Value {
    let separator = if options.vitest_major() < 5 { "" } else { "\0" };
    let mut name = [file.name.as_str(), separator, &file.project_name].concat();
    name.push_str(separator);
    name.push_str(separator);
    // Vitest's own hash of 32 bits.
    let id = name
        .encode_utf16()
        .fold(0_i32, |hash, unit| hash.wrapping_shl(5).wrapping_sub(hash).wrapping_add(i32::from(unit)));
    json!({
        "id": id.to_string(), "name": file.name, "fullName": file.name, "type": "suite", "mode": "run",
        "filepath": file.filepath, "tasks": [], "meta": {}, "projectName": file.project_name, "pool": "wpt-gen",
    })
}

/// What the host found out: that a file failed as a whole.
fn keep_failure(task: &mut Value, file: &File) {
    if task["result"]["state"] == "fail" {
        return;
    }
    let errors = file.result.iter().flat_map(|result| &result.errors);
    let errors: Vec<_> = errors
        .map(|error| json!({ "name": error.name, "message": error.message, "stack": error.stack.as_deref().unwrap_or_default() }))
        .collect();
    task["mode"] = "run".into();
    task["result"] = json!({ "state": "fail", "errors": errors });
}

fn for_each_error(task: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    let result = &mut task["result"];
    if let Some(attempts) = result.get_mut("attempts").and_then(Value::as_array_mut) {
        let errors = attempts.iter_mut().filter_map(|attempt| attempt.get_mut("errors")?.as_array_mut());
        errors.flatten().for_each(&mut *change);
    }
    if let Some(errors) = result.get_mut("errors").and_then(Value::as_array_mut) {
        errors.iter_mut().for_each(&mut *change);
    }
    for child in task.get_mut("tasks").and_then(Value::as_array_mut).into_iter().flatten() {
        for_each_error(child, change);
    }
}

/// Positions of the compiled modules become those of the sources, in the error and its causes.
fn map_error(error: &mut Value, root: &Utf8Path, maps: Option<&dyn SourceMaps>) {
    let Some(object) = error.as_object_mut() else { return };
    if let (Some(Value::String(stack)), Some(maps)) = (object.get_mut("stack"), maps) {
        *stack = map_to_sources(stack, root, maps);
    }
    if let Some(cause) = object.get_mut("cause") {
        map_error(cause, root, maps);
    }
}

/// The modules that errors come from, by project: of others Vitest shows no code.
fn modules(run: &Run) -> Value {
    let mut files: Vec<&str> = run.files().iter().map(|file| file.filepath.as_str()).collect();
    for file in run.files() {
        file.walk(&mut |task, _| {
            let errors = task.result().into_iter().flat_map(|result| &result.errors);
            files.extend(errors.flat_map(|error| &error.frames).map(|frame| frame.file.as_str()));
        });
    }
    let errors = run.errors().iter().flat_map(|unhandled| &unhandled.error.frames);
    files.extend(errors.map(|frame| frame.file.as_str()));
    files.retain(|file| file.starts_with('/') && !super::frames::is_dependency(file));
    files.sort_unstable();
    files.dedup();
    let modules: Vec<_> = (0..files.len()).map(|index| json!([index, index, index, []])).collect();
    let graph =
        json!({ "environments": { "ssr": { "idTable": files, "modules": modules } }, "external": [] });
    run.options()
        .projects
        .iter()
        .map(|project| (project.name.clone(), graph.clone()))
        .collect::<Map<_, _>>()
        .into()
}

#[cfg(test)]
mod tests;
