//! `docs/flags.md`, which is printed from the table.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _};

use super::{GROUPS, OTHER};
use crate::cli::Cli;

const INTRODUCTION: &str = "# Flags of `wpt-gen test`

The flags of Vitest's command line (4.1 to 5.1) have the same names, spellings and meanings: `--testTimeout=100`,
`--test-timeout 100`, `--sequence.seed=1`, `--no-isolate`, `--isolate=false`. A flag goes before what the config says, in
all projects of it. What is a number, a switch or one of a few words is checked: what is wrong ends with exit code 2.

This page is printed from the table that the command line is made of (`src/cli/test/flags/table.rs`); a test compares that
with the installed versions of Vitest.
";

const REFUSED: &str = "
## Vitest's alone

These end with exit code 2 and the sentence \"use `vitest --flag` with `wpt-gen/vitest`\":
";

/// The page, for the flags that `command` takes.
fn page(command: &Command) -> String {
    let mut page = INTRODUCTION.to_owned();
    for (heading, flags) in GROUPS {
        let rows = flags.iter().map(|flag| row(argument(command, flag.name).expect("clap has all flags")));
        page += &section(heading, rows);
    }
    let others = command.get_arguments().filter(|argument| {
        !argument.is_positional() && !argument.is_hide_set() && argument.get_help_heading().is_none()
    });
    page += &section("Others", others.map(row));
    page += REFUSED;
    page += "\n";
    let refused: Vec<String> = OTHER
        .iter()
        .filter(|name| argument(command, name).is_none())
        .map(|name| format!("`--{name}`"))
        .collect();
    let _ = writeln!(page, "{}.", refused.join(", "));
    page
}

fn section(heading: &str, rows: impl Iterator<Item = String>) -> String {
    format!("\n## {heading}\n\n| flag | |\n|---|---|\n{}", rows.collect::<String>())
}

fn row(argument: &Arg) -> String {
    let short = argument.get_short().map(|letter| format!("`-{letter}`, ")).unwrap_or_default();
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    format!("| {short}`--{}` | {help} |\n", argument.get_long().unwrap_or_default())
}

/// The argument with this name, or this other name.
fn argument<'c>(command: &'c Command, name: &str) -> Option<&'c Arg> {
    command.get_arguments().find(|argument| {
        argument.get_long() == Some(name) || argument.get_all_aliases().is_some_and(|all| all.contains(&name))
    })
}

#[test]
fn the_page_says_what_the_command_line_takes() {
    let cli = Cli::command();
    let page = page(cli.find_subcommand("test").unwrap());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/flags.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(path, &page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page, "docs/flags.md is not up to date: run this test with INSTA_UPDATE=always");
}
