//! `_redirects`: a source, a destination and perhaps a status on each line.
//!
//! Which rules there are, their limits and what is ignored are facts of the reader in npm's `miniflare`. Rules without a
//! wildcard or placeholder are static as long as none with one came before; they are looked up, the others are tried in
//! their order.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value, json};

use super::{
    lines::{Line, RuleFile},
    url::{Allowed, has_host, normalize},
};
use crate::diagnostic::{Diagnostics, SourceFile};

/// The most static rules.
const MOST_STATIC: usize = 2000;
/// The most rules with wildcards or placeholders.
const MOST_DYNAMIC: usize = 100;
const STATUS_CODES: [&str; 6] = ["200", "301", "302", "303", "307", "308"];

/// A rule.
struct Redirect {
    from: String,
    to: String,
    status: u16,
    line: usize,
}

/// The file's rules in the form that the asset Worker takes; nothing if it has none. What is ignored is a warning.
pub(crate) fn read(
    file: &Arc<SourceFile>,
    html_handling: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<Value> {
    let rules = parse(&mut RuleFile::new(file, diagnostics), html_handling);
    if rules.is_empty() {
        return None;
    }
    let (mut fixed, mut dynamic) = (Map::new(), Map::new());
    for Redirect { from, to, status, line } in rules {
        if dynamic.is_empty() && !has_pattern(&from) {
            fixed.insert(from, json!({ "status": status, "to": to, "lineNumber": line }));
        } else {
            dynamic.insert(from, json!({ "status": status, "to": to }));
        }
    }
    Some(json!({ "version": 1, "staticRules": fixed, "rules": dynamic }))
}

fn parse(file: &mut RuleFile<'_>, html_handling: Option<&str>) -> Vec<Redirect> {
    let mut rules: Vec<Redirect> = vec![];
    let mut seen = BTreeSet::new();
    let (mut fixed, mut dynamic) = (0, 0);
    for line in file.lines() {
        let Some((from_word, from, rest)) = source(file, line) else { continue };
        if dynamic == 0 && !has_pattern(&from) {
            fixed += 1;
            if fixed > MOST_STATIC {
                let title =
                    format!("the rule is ignored: there are more than {MOST_STATIC} static redirects");
                file.warn(line.span(), title, "");
                continue;
            }
        } else {
            dynamic += 1;
            if dynamic > MOST_DYNAMIC {
                let title = format!(
                    "this rule and all below it are ignored: there are more than {MOST_DYNAMIC} dynamic redirects"
                );
                file.warn(
                    line.span(),
                    title,
                    "write rules without wildcards and placeholders first: those are static",
                );
                break;
            }
        }
        let Some((to, status)) = destination(file, line, &rest) else { continue };
        if is_loop(&from, &to, html_handling) {
            let title = format!("the redirect of `{from}` is ignored: it would redirect its own destination");
            file.warn(line.span(), title, "`/index` and `.html` are taken off paths, which leads here again");
        } else if !seen.insert(from.clone()) {
            let title = format!("the redirect is ignored: `{from}` is redirected further up");
            file.warn(line.span_of(from_word), title, "");
        } else if status == 200 && has_host(&to) {
            let title = "the redirect is ignored: with status 200 it can only lead to a path";
            file.warn(line.span_of(rest[0]), title, "use 302 to redirect to another host");
        } else {
            rules.push(Redirect { from, to, status, line: line.number });
        }
    }
    rules
}

/// The path that a line redirects, as written and normalised, and the other words of the line.
fn source<'a>(file: &mut RuleFile<'_>, line: Line<'a>) -> Option<(&'a str, String, Vec<&'a str>)> {
    let mut words = without_comment(line.text).split_whitespace();
    let from = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    if !matches!(rest.len(), 1 | 2) {
        let title = format!("the line is ignored: it has {} words instead of two or three", rest.len() + 1);
        file.warn(line.span(), title, "write the path, where it leads, and perhaps a status code");
        return None;
    }
    match normalize(from, Allowed::Path) {
        Ok(path) => Some((from, path, rest)),
        Err(reason) => {
            file.warn(line.span_of(from), format!("the redirect is ignored: {reason}"), "");
            None
        }
    }
}

/// Where a line leads, and its status.
fn destination(file: &mut RuleFile<'_>, line: Line<'_>, words: &[&str]) -> Option<(String, u16)> {
    let to = match normalize(words[0], Allowed::Destination) {
        Ok(to) => to,
        Err(reason) => {
            let title = format!("the redirect to `{}` is ignored: {reason}", words[0]);
            file.warn(line.span_of(words[0]), title, "");
            return None;
        }
    };
    let status = words.get(1).copied().unwrap_or("302");
    let number = status.parse().ok().filter(|_| STATUS_CODES.contains(&status));
    if number.is_none() {
        let help = format!("expected one of {}", STATUS_CODES.join(", "));
        file.warn(line.span_of(status), format!("the redirect is ignored: its status is `{status}`"), help);
    }
    Some((to, number?))
}

/// What stands before a `#` that follows a space.
fn without_comment(text: &str) -> &str {
    let comment = text.match_indices('#').find(|(at, _)| text[..*at].ends_with(char::is_whitespace));
    comment.map_or(text, |(at, _)| text[..at].trim_end())
}

/// Whether a path has a wildcard or a placeholder such as `:name`.
fn has_pattern(path: &str) -> bool {
    path.contains('*')
        || path.as_bytes().windows(2).any(|pair| pair[0] == b':' && pair[1].is_ascii_alphabetic())
}

/// Whether the destination, once `/index` or `.html` is taken off it, is redirected again.
fn is_loop(from: &str, to: &str, html_handling: Option<&str>) -> bool {
    let to_index = to.ends_with("/index")
        || to.strip_suffix("html").is_some_and(|rest| {
            let mut before = rest.chars();
            before.next_back().is_some() && before.as_str().ends_with("/index")
        });
    let from_root = from.ends_with('/') && html_handling != Some("none");
    to_index && !has_host(to) && (from.ends_with("/*") || from_root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirects(text: &str) -> (Option<Value>, String) {
        let mut diagnostics = Diagnostics::new();
        let file = Arc::new(SourceFile::new("public/_redirects", text));
        let value = read(&file, None, &mut diagnostics);
        (value, diagnostics.render(false))
    }

    #[test]
    fn static_rules_come_before_the_first_dynamic_one() {
        let (value, problems) = redirects(
            "# moved\r\n/old /new\n/home https://example.com/a?b#c 301 # why\n\n/blog/* /news/:splat 308\n/late /x\n/proxied/:id /p/:id 200",
        );
        assert_eq!(problems, "");
        insta::assert_snapshot!(value.unwrap(), @r#"{"version":1,"staticRules":{"/old":{"status":302,"to":"/new","lineNumber":2},"/home":{"status":301,"to":"https://example.com/a?b#c","lineNumber":3}},"rules":{"/blog/*":{"status":308,"to":"/news/:splat"},"/late":{"status":302,"to":"/x"},"/proxied/:id":{"status":200,"to":"/p/:id"}}}"#);
    }

    #[test]
    fn every_rule_that_is_ignored_is_reported_with_its_place() {
        let (value, problems) = redirects(
            "/alone\n/a /b 302 more\nhttps://example.com/a /b\n/a nowhere\n/a /b 404\n/* /index.html\n/ /index\n/x /y\n/x /z\n/p https://example.com/ 200\n",
        );
        assert_eq!(
            value.unwrap()["staticRules"],
            json!({ "/x": { "status": 302, "to": "/y", "lineNumber": 8 } })
        );
        insta::assert_snapshot!(problems);
    }

    #[test]
    fn limits_are_those_of_the_platform() {
        let dynamic = (0..102).map(|n| format!("/d{n}/* /x\n")).collect::<Vec<_>>().concat();
        let (value, problems) = redirects(&dynamic);
        assert_eq!(value.unwrap()["rules"].as_object().unwrap().len(), MOST_DYNAMIC);
        assert!(problems.contains("this rule and all below it are ignored"), "{problems}");
        assert!(problems.contains("_redirects:101"), "{problems}");

        let fixed = (0..2001).map(|n| format!("/s{n} /x\n")).collect::<Vec<_>>().concat();
        let (value, problems) = redirects(&fixed);
        assert_eq!(value.unwrap()["staticRules"].as_object().unwrap().len(), MOST_STATIC);
        assert!(problems.contains("more than 2000 static redirects"), "{problems}");

        let (value, problems) = redirects(&format!("/{} /x", "a".repeat(2000)));
        assert_eq!(value, None);
        assert!(problems.contains("more than 2000 characters"), "{problems}");
    }

    #[test]
    fn without_html_handling_a_root_may_lead_to_its_index() {
        let file = Arc::new(SourceFile::new("_redirects", "/ /index.html"));
        assert!(read(&file, Some("none"), &mut Diagnostics::new()).is_some());
        assert!(read(&file, None, &mut Diagnostics::new()).is_none());
    }
}
