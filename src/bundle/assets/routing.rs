//! `run_worker_first`: which requests the Worker answers although there may be an asset.

use serde_json::{Value, json};

/// The most rules.
const MOST_RULES: usize = 100;
/// The longest rule, in UTF-16 code units.
const LONGEST_RULE: usize = 100;

/// Who answers first.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum RunWorkerFirst {
    /// The asset, if there is one.
    #[default]
    Never,
    /// The Worker.
    Always,
    /// The Worker for the patterns that start with `/`, the asset for those that start with `!/`.
    For(Vec<String>),
}

/// The router's configuration.
///
/// # Errors
/// What is wrong with the patterns: each problem as a sentence without a full stop.
pub(super) fn config(has_worker: bool, first: &RunWorkerFirst) -> Result<Value, Vec<String>> {
    let mut config = json!({ "has_user_worker": has_worker });
    match first {
        RunWorkerFirst::Never => {}
        RunWorkerFirst::Always => config["invoke_user_worker_ahead_of_assets"] = true.into(),
        RunWorkerFirst::For(rules) => config["static_routing"] = static_routing(rules)?,
    }
    Ok(config)
}

fn static_routing(rules: &[String]) -> Result<Value, Vec<String>> {
    if rules.is_empty() || rules.len() > MOST_RULES {
        return Err(vec![format!("there are {} patterns; expected 1 to {MOST_RULES}", rules.len())]);
    }
    let mut problems: Vec<String> = rules
        .iter()
        .filter(|rule| !rule.starts_with('/') && !rule.starts_with("!/"))
        .map(|rule| format!("the pattern `{rule}` starts neither with `/` nor with `!/`"))
        .collect();
    let of = |start: &str| {
        rules.iter().map(String::as_str).filter(|rule| rule.starts_with(start)).collect::<Vec<_>>()
    };
    let (worker, assets) = (of("/"), of("!/"));
    if worker.is_empty() && problems.is_empty() {
        problems.push("every pattern starts with `!`; expected at least one that starts with `/`".to_owned());
    }
    for list in [&worker, &assets] {
        problems.extend(superfluous(list));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let assets: Vec<&str> = assets.into_iter().map(|rule| &rule[1..]).collect();
    Ok(json!({ "asset_worker": assets, "user_worker": worker }))
}

/// Rules that are too long, or say again what another of the list says.
fn superfluous(rules: &[&str]) -> Vec<String> {
    let mut problems = vec![];
    for (index, rule) in rules.iter().enumerate() {
        if rule.encode_utf16().count() > LONGEST_RULE {
            problems.push(format!("the pattern `{rule}` has more than {LONGEST_RULE} characters"));
        }
        if rules[..index].contains(rule) {
            problems.push(format!("the pattern `{rule}` stands twice"));
        }
        let Some(prefix) = rule.strip_suffix('*') else { continue };
        let covered = rules.iter().filter(|other| *other != rule && other.starts_with(prefix));
        problems.extend(covered.map(|other| format!("the pattern `{rule}` includes `{other}`")));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(rules: &[&str]) -> Result<Value, String> {
        let first = RunWorkerFirst::For(rules.iter().map(ToString::to_string).collect());
        config(true, &first).map_err(|problems| problems.join("\n"))
    }

    #[test]
    fn the_three_forms() {
        assert_eq!(config(true, &RunWorkerFirst::Never).unwrap(), json!({ "has_user_worker": true }));
        assert_eq!(
            config(true, &RunWorkerFirst::Always).unwrap()["invoke_user_worker_ahead_of_assets"],
            true
        );
        assert_eq!(
            patterns(&["/api/*", "!/api/docs/*"]).unwrap()["static_routing"],
            json!({ "asset_worker": ["/api/docs/*"], "user_worker": ["/api/*"] })
        );
    }

    #[test]
    fn what_the_platform_refuses_is_refused() {
        insta::assert_snapshot!(patterns(&[]).unwrap_err(), @"there are 0 patterns; expected 1 to 100");
        insta::assert_snapshot!(patterns(&["!/a"]).unwrap_err(), @"every pattern starts with `!`; expected at least one that starts with `/`");
        let long = format!("/{}", "x".repeat(100));
        insta::assert_snapshot!(patterns(&["api", "!api", "/a", "/a", "/b/*", "/b/c", &long]).unwrap_err(), @"
        the pattern `api` starts neither with `/` nor with `!/`
        the pattern `!api` starts neither with `/` nor with `!/`
        the pattern `/a` stands twice
        the pattern `/b/*` includes `/b/c`
        the pattern `/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` has more than 100 characters
        ");
    }
}
