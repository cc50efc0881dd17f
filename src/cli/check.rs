//! `wpt-gen check`.

use serde_json::json;

use super::{CompileArguments, Exit, Format, print};
use crate::{
    compile::Compilation,
    output::{self, Stale},
    project::relative_path,
};

pub(super) fn run(arguments: &CompileArguments) -> Exit {
    let problems = arguments.problems();
    let Some((opened, compilations)) = arguments.compile() else { return Exit::BadInput };
    let mut all = vec![];
    for compilation in &compilations {
        match output::stale(compilation) {
            Ok(stale) => all.extend(stale.into_iter().map(|stale| {
                let path = relative_path(&opened.root, &compilation.project.root.join(&stale.path));
                Stale { path, ..stale }
            })),
            Err(error) => {
                problems.error(&error.to_string());
                return Exit::BadInput;
            }
        }
    }
    let folders: Vec<String> = compilations
        .iter()
        .map(|compilation: &Compilation| relative_path(&opened.root, &compilation.folder()).into_string())
        .collect();
    match arguments.format() {
        Format::Text => print(&text(&all, &folders)),
        Format::Json => {
            let stale: Vec<_> = all
                .iter()
                .map(|Stale { path, is_missing, line, diff }| {
                    json!({ "file": path, "missing": is_missing, "line": line, "diff": diff })
                })
                .collect();
            print(&format!("{:#}\n", json!({ "fresh": all.is_empty(), "folders": folders, "stale": stale })));
        }
        Format::Github => {
            for Stale { path, is_missing, line, diff } in &all {
                let what = if *is_missing { "is missing" } else { "is stale" };
                let message = format!("{path} {what}: {REMEDY}\n{diff}");
                print(&(problems.annotation(path, *line, "stale", message).command() + "\n"));
            }
            print(&verdict(&all, &folders));
        }
    }
    if all.is_empty() { Exit::Success } else { Exit::Stale }
}

/// What makes files fresh.
const REMEDY: &str = "run `wpt-gen gen` and commit what it writes";

fn text(stale: &[Stale], folders: &[String]) -> String {
    let shown = |Stale { path, is_missing, diff, .. }: &Stale| {
        if *is_missing { format!("{path} is missing\n") } else { diff.clone() }
    };
    stale.iter().map(shown).collect::<String>() + &verdict(stale, folders)
}

fn verdict(stale: &[Stale], folders: &[String]) -> String {
    match stale.len() {
        0 => format!("up to date: {}\n", folders.join(", ")),
        1 => format!("1 committed file is stale: {REMEDY}\n"),
        count => format!("{count} committed files are stale: {REMEDY}\n"),
    }
}
