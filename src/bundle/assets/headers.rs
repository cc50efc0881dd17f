//! `_headers`: a path or URL, and below it the headers that responses to it get or lose.
//!
//! Which rules there are, their limits and what is ignored are facts of the reader in npm's `miniflare`.

use std::{ops::Range, sync::Arc};

use serde_json::{Map, Value, json};

use super::{
    lines::{Line, RuleFile},
    url::{Allowed, normalize},
};
use crate::diagnostic::{Diagnostics, SourceFile};

/// The most rules.
const MOST_RULES: usize = 100;
/// In front of a header that is removed.
const UNSET: &str = "! ";

/// A path, and what its responses get.
struct Rule {
    path: String,
    place: Range<usize>,
    set: Map<String, Value>,
    unset: Vec<String>,
}

/// Where a line of headers belongs.
enum Current {
    /// No path came before it.
    None,
    /// To this rule.
    Rule(Rule),
    /// To a path that was ignored.
    Ignored,
}

/// The file's rules in the form that the asset Worker takes; nothing if it has none. What is ignored is a warning.
pub(crate) fn read(file: &Arc<SourceFile>, diagnostics: &mut Diagnostics) -> Option<Value> {
    let rules = parse(&mut RuleFile::new(file, diagnostics));
    if rules.is_empty() {
        return None;
    }
    let mut table = Map::new();
    for Rule { path, set, unset, .. } in rules {
        let mut rule = Map::new();
        if !set.is_empty() {
            rule.insert("set".to_owned(), set.into());
        }
        if !unset.is_empty() {
            rule.insert("unset".to_owned(), unset.into());
        }
        table.insert(path, rule.into());
    }
    Some(json!({ "version": 2, "rules": table }))
}

fn parse(file: &mut RuleFile<'_>) -> Vec<Rule> {
    let mut rules = vec![];
    let mut current = Current::None;
    for line in file.lines() {
        if !is_path(line.text) {
            header(file, line, &mut current);
            continue;
        }
        finish(file, std::mem::replace(&mut current, Current::Ignored), &mut rules);
        if rules.len() == MOST_RULES {
            let title =
                format!("this rule and all below it are ignored: there are more than {MOST_RULES} rules");
            file.warn(line.span(), title, "");
            return rules;
        }
        match path(line.text) {
            Ok(path) => {
                current = Current::Rule(Rule { path, place: line.span(), set: Map::new(), unset: vec![] });
            }
            Err(reason) => {
                let title = format!("the rule for `{}` is ignored: {reason}", line.text);
                file.warn(line.span(), title, "");
            }
        }
    }
    finish(file, current, &mut rules);
    rules
}

fn finish(file: &mut RuleFile<'_>, current: Current, rules: &mut Vec<Rule>) {
    let Current::Rule(rule) = current else { return };
    if rule.set.is_empty() && rule.unset.is_empty() {
        let title = format!("the rule for `{}` is ignored: it has no headers", rule.path);
        file.warn(rule.place, title, "write `name: value` on the lines below it");
    } else {
        rules.push(rule);
    }
}

/// A line that starts with a slash or a scheme begins a rule.
fn is_path(text: &str) -> bool {
    let scheme = text.split("://").next().unwrap_or_default();
    text.starts_with('/')
        || (scheme.len() < text.len() && !scheme.is_empty() && !scheme.contains(char::is_whitespace))
}

fn path(text: &str) -> Result<String, String> {
    let path = normalize(text, Allowed::PathOrHost)?;
    let splat = path.match_indices(":splat").any(|(at, name)| {
        !path[at + name.len()..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_')
    });
    match path.matches('*').count() {
        1 if splat => Err("`*` is called `:splat` already, so it cannot stand beside `:splat`".to_owned()),
        0 | 1 => Ok(path),
        _ => Err("there can be only one `*`; use a placeholder such as `:name` instead".to_owned()),
    }
}

fn header(file: &mut RuleFile<'_>, line: Line<'_>, current: &mut Current) {
    let rule = match current {
        Current::Ignored => return,
        Current::None => None,
        Current::Rule(rule) => Some(rule),
    };
    let Some((name, value)) = line.text.split_once(':') else {
        match (rule, line.text.strip_prefix(UNSET)) {
            (Some(rule), Some(name)) => rule.unset.push(name.to_owned()),
            (Some(_), None) => {
                let help = "write `name: value` to set a header, `! name` to remove one";
                file.warn(line.span(), format!("the line is ignored: `{}` has no colon", line.text), help);
            }
            (None, _) => no_path(file, line),
        }
        return;
    };
    let (name, value) = (name.trim().to_lowercase(), value.trim());
    let problem = if name.contains(' ') {
        "a header's name has no spaces"
    } else if name.is_empty() {
        "the header has no name"
    } else if value.is_empty() {
        "the header has no value"
    } else if let Some(rule) = rule {
        let joined = match rule.set.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before}, {value}"),
            None => value.to_owned(),
        };
        rule.set.insert(name, joined.into());
        return;
    } else {
        return no_path(file, line);
    };
    file.warn(line.span(), format!("the line is ignored: {problem}"), "");
}

fn no_path(file: &mut RuleFile<'_>, line: Line<'_>) {
    file.warn(
        line.span(),
        "the line is ignored: no path comes before it",
        "start a rule with a path such as `/*`",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(text: &str) -> (Option<Value>, String) {
        let mut diagnostics = Diagnostics::new();
        let file = Arc::new(SourceFile::new("public/_headers", text));
        let value = read(&file, &mut diagnostics);
        (value, diagnostics.render(false))
    }

    #[test]
    fn headers_are_set_joined_and_removed() {
        let (value, problems) = headers(
            "/*\n  X-One: 1\n  x-one: 2 : 3\n# comment\nhttps://:host.example.com/a b\n  ! Server\n  Cache-Control: no-store\n/*\n  X-Two: 2\n",
        );
        assert_eq!(problems, "");
        insta::assert_snapshot!(value.unwrap(), @r#"{"version":2,"rules":{"/*":{"set":{"x-two":"2"}},"https://:host.example.com/a%20b":{"set":{"cache-control":"no-store"},"unset":["Server"]}}}"#);
    }

    #[test]
    fn every_line_that_is_ignored_is_reported_with_its_place() {
        let (value, problems) = headers(
            "X-Early: 1\nearly\n/empty\n/*/*\n  X-Ignored: 1\nhttps://example.com:80/\nhttp://example.com/\n/a/*/:splat\n/good\n  no colon\n  two words: 1\n  : value\n  name:\n  ok: yes\n/last\n",
        );
        assert_eq!(value.unwrap()["rules"], json!({ "/good": { "set": { "ok": "yes" } } }));
        insta::assert_snapshot!(problems);
    }

    #[test]
    fn limits_are_those_of_the_platform() {
        let rules = (0..102).map(|n| format!("/{n}\n a: b\n")).collect::<Vec<_>>().concat();
        let (value, problems) = headers(&rules);
        assert_eq!(value.unwrap()["rules"].as_object().unwrap().len(), MOST_RULES);
        assert!(problems.contains("more than 100 rules"), "{problems}");
    }

    #[test]
    fn a_file_without_rules_gives_nothing() {
        assert_eq!(headers("# nothing\n"), (None, String::new()));
    }
}
