//! Vitest's own flags: read as Vitest reads them, and laid over the config that it has evaluated.
//!
//! A flag may be written in camel case or with dashes, with `=` or without, and with `--no-` where it is a switch.

#[cfg(test)]
mod documentation;
mod overlay;
mod table;
mod value;

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use serde_json::Value;

pub(in crate::cli) use table::{Effect, Flag, GROUPS, Kind, OTHER, flags};
use value::read;

/// The flags that were given.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Flags {
    values: BTreeMap<&'static str, Value>,
    /// What stands behind a switch, as in `--globals math`, and is no part of it.
    filters: Vec<String>,
    /// What is wrong with them.
    problem: Option<String>,
}

impl Flags {
    /// What is wrong with the flags, if anything is.
    pub(in crate::cli) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// What a flag was given.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// What a switch was set to.
    pub(super) fn is(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    /// The texts that a flag was given.
    pub(super) fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        let items = match self.get(name) {
            Some(Value::Array(items)) => items.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        items.iter().filter_map(Value::as_str)
    }

    /// The flags that were given below this name, each as it may be written on a command line of Vitest's.
    pub(super) fn below(&self, name: &str) -> Vec<String> {
        let mut written = vec![];
        for (flag, value) in &self.values {
            if !flag.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')) {
                continue;
            }
            let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            written.extend(items.iter().map(|item| match item.as_str() {
                Some(text) => format!("--{flag}={text}"),
                None => format!("--{flag}={item}"),
            }));
        }
        written
    }

    /// The same as an object.
    pub(super) fn object(&self, name: &str) -> Value {
        let mut object = Value::Object(serde_json::Map::new());
        for (flag, value) in &self.values {
            if let Some(rest) = flag.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) {
                let path: Vec<&str> = rest.split('.').collect();
                overlay::set(&mut object, &path, value.clone());
            }
        }
        object
    }

    /// File filters that the flags have swallowed.
    pub(super) fn filters(&self) -> &[String] {
        &self.filters
    }

    /// Leaves these out.
    pub(super) fn forget_filters(&mut self) {
        self.filters.clear();
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let mut command = command;
        for (heading, flags) in GROUPS {
            for flag in flags {
                command = command.arg(flag.argument().help_heading(heading));
                if flag.kind.may_stand_alone() {
                    command = command.arg(flag.negation());
                }
            }
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Self::default();
        for flag in flags() {
            given.add(flag, matches);
        }
        Ok(given)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Flags {
    fn add(&mut self, flag: &'static Flag, matches: &ArgMatches) {
        let id = flag.id();
        let texts = |id: &str| matches.try_get_many::<String>(id).ok().flatten();
        let mut texts_given: Vec<&str> = texts(&id).into_iter().flatten().map(String::as_str).collect();
        // Which came last counts, as for any program.
        let last = |id: &str| {
            texts(id)?;
            matches.indices_of(id)?.next_back()
        };
        let is_negated = last(&format!("no {id}")) > last(&id);
        if is_negated {
            texts_given = vec!["false"];
        }
        if texts_given.is_empty() {
            return;
        }
        let mut values = vec![];
        for text in texts_given {
            match read(flag, text) {
                Ok(value) => values.push(value),
                // As Vitest has it, a switch does not take what is no truth value.
                Err(_) if flag.leaves_filters() => {
                    self.filters.push(text.to_owned());
                    values.push(Value::Bool(true));
                }
                Err(expected) => {
                    let problem =
                        format!("invalid value `{text}` for `--{}`: expected {expected}", flag.name);
                    self.problem.get_or_insert(problem);
                }
            }
        }
        let value = match (flag.kind, values.len()) {
            (Kind::List, _) => Value::Array(values),
            (Kind::Switch, _) | (_, 0 | 1) => values.pop().unwrap_or_default(),
            (_, count) => {
                let problem = format!("`--{}` is given {count} times: expected one value", flag.name);
                self.problem.get_or_insert(problem);
                return;
            }
        };
        self.values.insert(flag.name, value);
    }
}

impl Flag {
    /// What clap knows it by: no other argument is called so.
    fn id(&self) -> String {
        format!("--{}", self.name)
    }

    fn argument(&self) -> Arg {
        let argument =
            Arg::new(self.id()).long(self.name).short(self.short).action(ArgAction::Append).help(self.help);
        let dashed = dashed(self.name);
        let argument = if dashed == self.name { argument } else { argument.alias(dashed) };
        let argument = argument.value_name(self.kind.placeholder());
        if self.kind.may_stand_alone() {
            argument.num_args(0..=1).default_missing_value("")
        } else {
            argument.num_args(1)
        }
    }

    /// `--no-…`.
    fn negation(&self) -> Arg {
        let argument = Arg::new(format!("no {}", self.id())).long(format!("no-{}", dashed(self.name)));
        let plain = format!("no-{}", self.name);
        let argument =
            if plain == format!("no-{}", dashed(self.name)) { argument } else { argument.alias(plain) };
        argument.action(ArgAction::Append).num_args(0).default_missing_value("").hide(true)
    }

    fn leaves_filters(&self) -> bool {
        match self.kind {
            Kind::Switch => true,
            Kind::OneOf(choices) => choices.first() == Some(&""),
            _ => false,
        }
    }
}

/// What is said of a flag that only Vitest has; nothing if it has no such flag either. `given` is as it was written.
pub(in crate::cli) fn refusal(given: &str) -> Option<String> {
    let name = if given == "-w" { "watch" } else { given.strip_prefix("--")? };
    let is_it = |name: &str| OTHER.iter().any(|known| *known == name || dashed(known) == name);
    if !is_it(name) && !name.strip_prefix("no-").is_some_and(is_it) {
        return None;
    }
    Some(format!("`{given}` is Vitest's alone: use `vitest {given}` with `wpt-gen/vitest`"))
}

/// `sequence.setupFiles` as `sequence.setup-files`: only the first level may be written with dashes in Vitest, here all.
fn dashed(name: &str) -> String {
    name.chars().fold(String::new(), |mut dashed, c| {
        if c.is_ascii_uppercase() {
            dashed.push('-');
        }
        dashed.push(c.to_ascii_lowercase());
        dashed
    })
}
