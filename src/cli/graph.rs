//! `wpt-gen graph`.

use clap::{Args, ValueEnum};

use super::{Exit, Format, ProjectArguments, print};
use crate::emit::graph;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    project: ProjectArguments,
    /// The graph's language.
    #[arg(long, value_enum, default_value_t = Language::Mermaid)]
    format: Language,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    /// Mermaid, which GitHub draws in Markdown.
    Mermaid,
    /// Graphviz's DOT.
    Dot,
}

pub(super) fn run(arguments: &Arguments) -> Exit {
    let Some((_, compilations)) = arguments.project.compile(Format::Text) else { return Exit::BadInput };
    for compilation in &compilations {
        let drawn = match arguments.format {
            Language::Mermaid => graph::mermaid(&compilation.plan),
            Language::Dot => graph::dot(&compilation.plan),
        };
        match drawn {
            Ok(text) => print(&text),
            Err(error) => {
                arguments.project.problems(Format::Text).error(&error.to_string());
                return Exit::BadInput;
            }
        }
    }
    Exit::Success
}
