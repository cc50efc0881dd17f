//! Vitest's flags of coverage. What most of them mean, its own parser and the provider know.

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches, parser::ValueSource};

/// The switch.
const COVERAGE: &str = "coverage";
/// Another name of it.
const ENABLED: &str = "coverage.enabled";
/// Which provider.
const PROVIDER: &str = "coverage.provider";

/// What a flag takes.
#[derive(Clone, Copy, PartialEq)]
enum Takes {
    /// Nothing, or `=true` or `=false`.
    Switch,
    /// A value; it may be given more than once.
    Value(&'static str),
}
use Takes::{Switch, Value};

/// All flags, and what each is for.
const FLAGS: [(&str, Takes, &str); 24] = [
    (COVERAGE, Switch, "Measure coverage"),
    (ENABLED, Switch, "Measure coverage, if `--coverage` does not say"),
    (PROVIDER, Value("NAME"), "How coverage is measured: `v8` or `istanbul`"),
    ("coverage.include", Value("PATTERN"), "Files that are reported, whether or not a test reaches them"),
    ("coverage.exclude", Value("PATTERN"), "Files that are left out"),
    ("coverage.clean", Switch, "Empty the reports' folder first"),
    ("coverage.cleanOnRerun", Switch, "Empty the reports' folder when watched tests run again"),
    ("coverage.reportsDirectory", Value("PATH"), "The reports' folder"),
    ("coverage.reporter", Value("NAME"), "A report: `text`, `json`, `json-summary`, `html`, `lcov`, …"),
    ("coverage.reportOnFailure", Switch, "Report although tests fail"),
    ("coverage.allowExternal", Switch, "Report files outside the root too"),
    ("coverage.skipFull", Switch, "Leave files out of `text` that are covered wholly"),
    ("coverage.excludeAfterRemap", Switch, "Exclude by the sources' names too"),
    ("coverage.processingConcurrency", Value("NUMBER"), "How many results are processed at a time"),
    ("coverage.ignoreClassMethods", Value("NAME"), "Methods that are left out"),
    ("coverage.thresholds.100", Switch, "Set all thresholds to 100"),
    ("coverage.thresholds.perFile", Switch, "Thresholds are for each file"),
    ("coverage.thresholds.autoUpdate", Switch, "Raise thresholds in the config when more is covered"),
    ("coverage.thresholds.lines", Value("NUMBER"), "The least coverage of lines, in percent"),
    ("coverage.thresholds.functions", Value("NUMBER"), "The least coverage of functions, in percent"),
    ("coverage.thresholds.branches", Value("NUMBER"), "The least coverage of branches, in percent"),
    ("coverage.thresholds.statements", Value("NUMBER"), "The least coverage of statements, in percent"),
    ("coverage.watermarks.statements", Value("LOW,HIGH"), "Where colours of statements change"),
    ("coverage.watermarks.lines", Value("LOW,HIGH"), "Where colours of lines change"),
];

/// The flags that were given.
#[derive(Debug, Default)]
pub(in crate::cli::test) struct CoverageArguments {
    /// Whether coverage is wanted, if they say.
    pub(super) enabled: Option<bool>,
    /// The provider that they name.
    pub(super) provider: Option<String>,
    /// All but these, as Vitest takes them.
    pub(super) flags: Vec<String>,
}

impl Args for CoverageArguments {
    fn augment_args(command: Command) -> Command {
        FLAGS.iter().fold(command, |command, (name, takes, help)| {
            let flag = Arg::new(*name).long(*name).help(*help).help_heading("Coverage");
            command.arg(match takes {
                Value(what) => flag.value_name(*what).action(clap::ArgAction::Append),
                Switch => flag
                    .num_args(0..=1)
                    .require_equals(true)
                    .default_missing_value("true")
                    .value_parser(["true", "false"])
                    .value_name("BOOLEAN")
                    .hide_possible_values(true),
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for CoverageArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut found = Self::default();
        found.update_from_arg_matches(matches)?;
        Ok(found)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        for (name, ..) in FLAGS {
            if matches.value_source(name) != Some(ValueSource::CommandLine) {
                continue;
            }
            for value in matches.get_many::<String>(name).into_iter().flatten() {
                match name {
                    COVERAGE => self.enabled = Some(value == "true"),
                    ENABLED => {
                        self.enabled.get_or_insert(value == "true");
                    }
                    PROVIDER => self.provider = Some(value.clone()),
                    _ => self.flags.push(format!("--{name}={value}")),
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        filters: Vec<String>,
        #[command(flatten)]
        coverage: CoverageArguments,
    }

    #[test]
    fn flags_are_handed_on_and_filters_stay_filters() {
        let line = "x --coverage a.test.ts --coverage.provider istanbul --coverage.reporter=json \
            --coverage.reporter text --coverage.skipFull --coverage.thresholds.lines=-5";
        let Program { filters, coverage } = Program::try_parse_from(line.split_whitespace()).unwrap();
        assert_eq!(filters, ["a.test.ts"]);
        assert_eq!(coverage.enabled, Some(true));
        assert_eq!(coverage.provider.as_deref(), Some("istanbul"));
        assert_eq!(
            coverage.flags,
            [
                "--coverage.reporter=json",
                "--coverage.reporter=text",
                "--coverage.skipFull=true",
                "--coverage.thresholds.lines=-5"
            ]
        );
    }

    #[test]
    fn coverage_can_be_turned_off() {
        let enabled = |line: &str| {
            Program::try_parse_from(line.split_whitespace()).map(|program| program.coverage.enabled)
        };
        assert_eq!(enabled("x").unwrap(), None);
        assert_eq!(enabled("x --coverage.enabled=false").unwrap(), Some(false));
        assert_eq!(enabled("x --coverage=false --coverage.enabled").unwrap(), Some(false));
        assert!(enabled("x --coverage=maybe").is_err());
    }
}
