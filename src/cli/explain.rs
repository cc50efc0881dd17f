//! `wpt-gen explain`.

use std::{collections::BTreeMap, fmt::Write as _};

use clap::Args;

use super::{CompileArguments, Exit, Format, print};
use crate::{
    compile::Compilation,
    diagnostic::{Diagnostic, Diagnostics, nearest},
    explain::{self, Explanation},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A flag, binding, export, Durable Object class, service, test file or module.
    name: String,
    #[command(flatten)]
    compile: CompileArguments,
}

pub(super) fn run(arguments: &Arguments) -> Exit {
    let Some((_, compilations)) = arguments.compile.compile() else { return Exit::BadInput };
    let found: BTreeMap<&str, Vec<Explanation>> = compilations
        .iter()
        .map(|compilation| (compilation.name(), explain::explain(&compilation.plan, &arguments.name)))
        .filter(|(_, parts)| !parts.is_empty())
        .collect();
    if found.is_empty() {
        let problem = unknown(&arguments.name, &compilations);
        arguments.compile.problems().print(&Diagnostics::from_iter([problem]));
        return Exit::BadInput;
    }
    if arguments.compile.format() == Format::Json {
        print(&format!("{:#}\n", serde_json::json!(found)));
        return Exit::Success;
    }
    for (project, parts) in found {
        for part in parts {
            print(&text(project, &part));
        }
    }
    Exit::Success
}

fn text(project: &str, part: &Explanation) -> String {
    let Explanation { name, what, details, provenance, removed_by } = part;
    let of = if project.is_empty() { String::new() } else { format!(" (project {project})") };
    let mut text = format!("{name}: {what}{of}\n");
    for detail in details {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {detail}");
    }
    let _ = writeln!(text, "  why: {provenance}\n  to remove it: {removed_by}");
    text
}

fn unknown(name: &str, compilations: &[Compilation]) -> Diagnostic {
    let mut names: Vec<String> = vec![];
    for known in compilations.iter().flat_map(|compilation| explain::names(&compilation.plan)) {
        if !names.contains(&known) {
            names.push(known);
        }
    }
    let diagnostic = Diagnostic::error("unknown-name", format!("nothing in the plan is called `{name}`"));
    let diagnostic = match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    };
    diagnostic.help(format!("there are `{}`", names.join("`, `")))
}
