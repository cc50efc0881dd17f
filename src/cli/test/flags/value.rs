//! What flags are given, read as Vitest reads it.

use std::{num::NonZeroUsize, thread};

use serde_json::{Value, json};

use super::{Flag, Kind};

/// The value that a text stands for; nothing after the flag is an empty text. If it is none, what was expected.
pub(super) fn read(flag: &Flag, text: &str) -> Result<Value, String> {
    match flag.kind {
        Kind::Switch => truth(text).map(Value::Bool).ok_or_else(|| "true or false".to_owned()),
        Kind::NumberOr(default) if text.is_empty() || text == "true" => Ok(default.into()),
        Kind::NumberOr(_) if text == "false" => Ok(0.into()),
        Kind::Number | Kind::NumberOr(_) => number(text).ok_or_else(|| "a number".to_owned()),
        Kind::Workers => {
            workers(text).map(Value::from).ok_or_else(|| "a number, or a share such as 50%".to_owned())
        }
        Kind::OneOf(choices) => choice(choices, text),
        Kind::Text | Kind::List => Ok(unquoted(text).into()),
        Kind::Pattern(flags) => Ok(json!({ "$wptRegExp": unquoted(text), "flags": flags })),
    }
}

impl Kind {
    /// Whether a flag may be given without anything.
    pub(super) fn may_stand_alone(self) -> bool {
        match self {
            Self::Switch | Self::NumberOr(_) => true,
            Self::OneOf(choices) => choices.first() == Some(&""),
            _ => false,
        }
    }

    /// What stands for the value in the help.
    pub(super) fn placeholder(self) -> &'static str {
        match self {
            Self::Switch => "BOOL",
            Self::Number | Self::NumberOr(_) | Self::Workers => "NUMBER",
            Self::OneOf(_) => "WHICH",
            Self::Text | Self::List => "TEXT",
            Self::Pattern(_) => "PATTERN",
        }
    }
}

/// A number of processes: a number, or a share of the cores.
fn workers(text: &str) -> Option<usize> {
    if let Some(percent) = text.strip_suffix('%') {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let percent: u16 = percent.parse().ok()?;
        return Some((cores * usize::from(percent) + 50).div_euclid(100).clamp(1, cores));
    }
    text.parse().ok().filter(|number| *number > 0)
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "" | "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn number(text: &str) -> Option<Value> {
    match text.parse::<u64>() {
        Ok(whole) => Some(whole.into()),
        Err(_) => text.parse::<f64>().ok().filter(|number| *number >= 0.0).map(Value::from),
    }
}

/// A truth value where the flag may stand alone, and one of the texts.
fn choice(choices: &[&str], text: &str) -> Result<Value, String> {
    if !choices.contains(&text) {
        let named: Vec<&str> = choices.iter().copied().filter(|choice| !choice.is_empty()).collect();
        return Err(format!("one of {}", named.join(", ")));
    }
    Ok(match truth(text) {
        Some(truth) => truth.into(),
        None => text.into(),
    })
}

/// Vitest takes quotes off that a shell has left.
fn unquoted(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_are_counted_or_a_share_of_the_cores() {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        assert_eq!(workers("3"), Some(3));
        assert_eq!(workers("100%"), Some(cores));
        assert_eq!(workers("1%"), Some(1));
        assert_eq!(workers("1000%"), Some(cores));
        for text in ["0", "-1", "x", "%", "1.5"] {
            assert_eq!(workers(text), None, "{text}");
        }
    }

    #[test]
    fn quotes_that_a_shell_has_left_are_taken_off() {
        assert_eq!(unquoted("\"a b\""), "a b");
        assert_eq!(unquoted("'a'"), "a");
        assert_eq!(unquoted("\"a'"), "\"a'");
        assert_eq!(unquoted("\""), "\"");
    }
}
