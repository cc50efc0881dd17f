//! `--changed` and `wpt-gen related`: only the test files that are made of some files.

use std::{collections::BTreeSet, process::Command};

use camino::{Utf8Path, Utf8PathBuf};

use super::Stop;
use crate::{
    bundle::{dependencies::normalize, globs::glob_set},
    compile::{Affected, Compilation},
    project::relative_path,
    runtime::snapshots,
};

/// The files (absolute) that git says are not committed, and those that were committed `since`, if that is given.
///
/// # Errors
/// There is no repository, or git does not know the commit.
pub(super) fn changed_files(root: &Utf8Path, since: Option<&str>) -> Result<BTreeSet<Utf8PathBuf>, Stop> {
    let Ok(up) = git(root, &["rev-parse", "--show-cdup"]) else {
        let message = "Could not find Git root. Have you initialized git with `git init`?";
        return Err(Stop::Message(message.to_owned()));
    };
    let top = normalize(&root.join(up.trim_end()));
    let committed = since.map(|since| format!("{since}...HEAD"));
    let committed = committed.as_deref().map(|range| ["diff", "--name-only", "-z", range]);
    let staged = ["diff", "--cached", "--name-only", "-z"];
    let others = ["ls-files", "-z", "--other", "--modified", "--exclude-standard"];
    let mut files = BTreeSet::new();
    for arguments in committed.iter().map(<[_; 4]>::as_slice).chain([staged.as_slice(), &others]) {
        let listed = git(&top, arguments)?;
        files.extend(listed.split_terminator('\0').map(|file| top.join(file)));
    }
    Ok(files)
}

/// What git prints.
fn git(folder: &Utf8Path, arguments: &[&str]) -> Result<String, Stop> {
    let output = Command::new("git").args(arguments).current_dir(folder).output();
    let output = output.map_err(|error| Stop::Message(format!("cannot run git: {error}")))?;
    if !output.status.success() {
        let problem = String::from_utf8_lossy(&output.stderr);
        let command = arguments.join(" ");
        return Err(Stop::Message(format!("Command `git {command}` failed:\n{}", problem.trim_end())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The test files (relative to its root) of a project that are made of `files`, which are absolute.
///
/// # Errors
/// A glob of `forceRerunTriggers` cannot be used.
pub(super) fn affected(
    compilation: &Compilation,
    config_files: &BTreeSet<Utf8PathBuf>,
    files: &BTreeSet<Utf8PathBuf>,
) -> Result<Affected, Stop> {
    let triggers = glob_set(compilation.test.run.force_rerun_triggers.iter().map(String::as_str))?;
    let decides_all = |file: &Utf8PathBuf| {
        triggers.is_match(file)
            || config_files.contains(file)
            || compilation.inputs.contains(file)
            || compilation.test.global_setup.contains(file)
    };
    if files.iter().any(decides_all) {
        return Ok(Affected::All);
    }
    let root = &compilation.project.root;
    let relative: Vec<Utf8PathBuf> = files.iter().map(|file| relative_path(root, file)).collect();
    let mut affected = compilation.reach.affected_by(relative.iter().map(Utf8PathBuf::as_path));
    if let Affected::Files(affected) = &mut affected {
        let has_changed = |test: &&Utf8Path| files.contains(&snapshots::path(&root.join(test)));
        affected.extend(compilation.plan.test_files().filter(has_changed).map(Utf8Path::to_owned));
    }
    Ok(affected)
}
