//! `build.command` of the wrangler file: what has to run before there is something to compile.
//!
//! wrangler runs it each time. Here it runs if a watched file has changed since it last succeeded, and if the main
//! module is not there, so that compiling what has not changed costs nothing.

use std::process::{Command, Stdio};

use camino::{Utf8Path, Utf8PathBuf};

use super::tree::Tree;
use crate::{
    cache::{Key, KeyBuilder, hash},
    config::{
        origin::Spanned,
        wrangler::{Build, Wrangler},
    },
    diagnostic::Diagnostic,
    project::Project,
};

/// What wrangler watches if nothing else is said.
const WATCHED: &str = "./src";

/// Runs the command if it has to run.
///
/// # Errors
/// It cannot be started, or it fails; with what it wrote.
pub(super) fn run(project: &Project, wrangler: &Wrangler) -> Result<(), Box<Diagnostic>> {
    let Some((build, command)) = wrangler.build.as_ref().and_then(|it| Some((it, it.command.as_ref()?)))
    else {
        return Ok(());
    };
    let folder = project.root.join(wrangler.directory());
    let entry = format!("build-command-{}", &hash(wrangler.file.path.as_str().as_bytes())[..16]);
    let main = wrangler.main.as_ref().map(|main| folder.join(&main.value));
    let main_exists = main.is_none_or(|main| main.is_file());
    if main_exists && project.cache.read(&entry, &state(build, command, &folder)).is_some() {
        return Ok(());
    }
    (project.notice)(&format!("running `{command}`, the `build.command` of {}", wrangler.file.path));
    let directory = folder.join(build.cwd.as_ref().map_or("", |cwd| &cwd.value));
    execute(command, &directory)?;
    // What the command itself changed there is no reason to run it again.
    project.cache.write(&entry, &state(build, command, &folder), b"");
    Ok(())
}

fn execute(command: &Spanned<String>, directory: &Utf8Path) -> Result<(), Box<Diagnostic>> {
    let failed = |title: String| {
        let diagnostic = Diagnostic::error("build-command", title);
        Box::new(command.origin.label(diagnostic, "this command"))
    };
    let output = Command::new("sh")
        .args(["-c", &command.value])
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(format!("`build.command` cannot be run: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let written = [output.stdout, output.stderr].concat();
    let written = String::from_utf8_lossy(&written);
    Err(failed(format!("`build.command` failed ({})\n{}", output.status, written.trim_end())))
}

/// Stands for the command and all files it watches.
fn state(build: &Build, command: &Spanned<String>, folder: &Utf8Path) -> Key {
    let cwd = build.cwd.as_ref().map_or("", |cwd| &cwd.value);
    let watched: Vec<&str> = match &build.watch_dir {
        Some(watched) => watched.0.iter().map(|path| path.value.as_str()).collect(),
        None => vec![WATCHED],
    };
    let key = KeyBuilder::new().text(&command.value).text(cwd);
    watched
        .iter()
        .flat_map(|path| files_below(&folder.join(path)))
        .fold(key, |key, file| key.stat(&file))
        .finish()
}

/// A file itself, or the files of a folder and the folders in it.
fn files_below(path: &Utf8Path) -> Vec<Utf8PathBuf> {
    let walk = walkdir::WalkDir::new(path).sort_by_file_name().into_iter().filter_entry(|entry| {
        entry.depth() == 0 || !entry.file_name().to_str().is_some_and(|name| Tree::SKIPPED.contains(&name))
    });
    let files = walk.flatten().filter(|entry| !entry.file_type().is_dir());
    files.filter_map(|entry| Utf8PathBuf::from_path_buf(entry.into_path()).ok()).collect()
}
