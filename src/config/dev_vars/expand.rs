//! `$NAME` and `${NAME}` in `.env` files, as npm's `dotenv-expand` 12 replaces them, which wrangler bundles.

use std::collections::{BTreeMap, BTreeSet};

use super::{DevVar, DevVarOrigin, Secret};

/// References within references are replaced at most this often in one value, so that a cycle ends.
const MOST_REPLACEMENTS: usize = 1000;

/// Replaces the references in each value by earlier values or the process environment, which also wins over a
/// file's value of the same name and adds its own variables.
pub(super) fn expand(files: Vec<DevVar>, process: &BTreeMap<String, String>) -> Vec<DevVar> {
    let mut known = BTreeMap::new();
    let mut expanded = Vec::with_capacity(files.len() + process.len());
    for DevVar { name, value, mut origin } in files {
        let text = match process.get(&name).filter(|text| !text.is_empty() && *text != value.expose()) {
            Some(text) => {
                origin = DevVarOrigin::Process;
                text.clone()
            }
            None => {
                replace_all(value.expose(), |name| process.get(name).or_else(|| known.get(name)).cloned())
            }
        };
        let text = text.replace("\\$", "$");
        known.insert(name.clone(), text.clone());
        expanded.push(DevVar { name, value: Secret::new(text), origin });
    }
    for (name, value) in process {
        if !known.contains_key(name) {
            expanded.push(DevVar {
                name: name.clone(),
                value: Secret::new(value),
                origin: DevVarOrigin::Process,
            });
        }
    }
    expanded
}

/// Replaces references from the left until none is left, those that a replacement brought in too.
fn replace_all(text: &str, value_of: impl Fn(&str) -> Option<String>) -> String {
    let mut text = text.to_owned();
    let mut seen = BTreeSet::new();
    for _ in 0..MOST_REPLACEMENTS {
        let Some(reference) = Reference::first_in(&text) else { break };
        let value = value_of(reference.name).filter(|value| !value.is_empty());
        let replacement = match (reference.operator, value) {
            (Some(":+" | "+"), Some(_)) => reference.operand.to_owned(),
            (Some(":+" | "+"), None) => String::new(),
            (_, Some(value)) if !seen.contains(&value) && value != text => value,
            _ => reference.operand.to_owned(),
        };
        let replaced = format!("{}{replacement}{}", &text[..reference.start], &text[reference.end..]);
        seen.insert(std::mem::replace(&mut text, replaced));
    }
    text
}

/// `$NAME`, `${NAME}`, or with an operator: `${NAME:-default}`, `${NAME:+if set}`, both also without the colon.
struct Reference<'t> {
    start: usize,
    end: usize,
    name: &'t str,
    operator: Option<&'static str>,
    operand: &'t str,
}

impl<'t> Reference<'t> {
    /// The first reference that no backslash precedes.
    fn first_in(text: &'t str) -> Option<Self> {
        let unescaped = |at: &usize| !text[..*at].ends_with('\\');
        text.match_indices('$').map(|(at, _)| at).filter(unescaped).find_map(|start| Self::at(text, start))
    }

    fn at(text: &'t str, start: usize) -> Option<Self> {
        let rest = &text[start + 1..];
        if let Some(inside) = rest.strip_prefix('{') {
            let length = inside.find(['{', '}'])?;
            if length == 0 || !inside[length..].starts_with('}') {
                return None;
            }
            let expression = &inside[..length];
            let found = [":+", ":-", "+", "-"]
                .into_iter()
                .filter_map(|operator| Some((expression.find(operator)?, operator)))
                .min_by_key(|(at, _)| *at);
            let (name, operator, operand) = match found {
                Some((at, operator)) => {
                    (&expression[..at], Some(operator), &expression[at + operator.len()..])
                }
                None => (expression, None, ""),
            };
            return Some(Self { start, end: start + 1 + length + 2, name, operator, operand });
        }
        if !rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            return None;
        }
        let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let length = rest.find(|character| !is_name(character)).unwrap_or(rest.len());
        Some(Self { start, end: start + 1 + length, name: &rest[..length], operator: None, operand: "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(values: &[(&str, &str)], process: &[(&str, &str)]) -> Vec<(String, String)> {
        let files = values.iter().map(|(name, value)| DevVar {
            name: (*name).to_owned(),
            value: Secret::new(*value),
            origin: DevVarOrigin::File(".env".into(), 1),
        });
        let process = process.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        expand(files.collect(), &process)
            .into_iter()
            .map(|var| (var.name, var.value.expose().to_owned()))
            .collect()
    }

    /// Each expectation is what `dotenv-expand` 12.0.2, as bundled in wrangler, gives for `A`.
    #[test]
    fn references_are_replaced_as_dotenv_expand_does() {
        for (value, expected) in [
            ("$B", "bee"),
            ("${B}s", "bees"),
            ("x$B-$B", "xbee-bee"),
            ("$MISSING.", "."),
            ("${MISSING:-d}", "d"),
            ("${MISSING-d}", "d"),
            ("${B:-d}", "bee"),
            ("${B:+d}", "d"),
            ("${MISSING:+d}", ""),
            ("${MISSING:-$B}", "bee"),
            ("${MISSING:-a-b:-c}", "a-b:-c"),
            ("\\$B", "$B"),
            ("pa$$word", "pa$"),
            ("5$", "5$"),
            ("${B", "${B"),
            ("${}", "${}"),
            ("$A", ""),
        ] {
            let all = expanded(&[("B", "bee"), ("A", value)], &[]);
            assert_eq!(all[1], ("A".to_owned(), expected.to_owned()), "{value}");
        }
    }

    #[test]
    fn the_process_environment_wins_and_adds() {
        let all = expanded(&[("A", "file"), ("B", "$C")], &[("A", "process"), ("C", "see")]);
        let names: Vec<_> = all.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(names, ["A=process", "B=see", "C=see"]);
    }

    #[test]
    fn a_reference_to_itself_ends() {
        let process = [("A", "$A$A")];
        assert_eq!(expanded(&[("A", "$A$A")], &process).len(), 1);
    }
}
