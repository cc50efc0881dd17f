//! Where the flags and the date of the tests are not those of production.

use super::Finding;
use crate::{
    compat::{OwnFlag, is_experimental},
    config::wrangler::Wrangler,
    plan::{CompatibilityDate, Difference, Flag, Provenance},
};

/// The flags that the tests add: the Worker's own code has them too while it is tested.
pub(super) fn added_flags(flags: &[Flag], strict: bool) -> impl Iterator<Item = Finding> {
    flags.iter().filter_map(move |flag| {
        let Provenance::Rule { reason, .. } = &flag.provenance else { return None };
        let difference = Difference {
            code: "added-flag".to_owned(),
            what: format!("the tests run with the flag `{}`: {reason}", flag.name),
            production: "runs without it".to_owned(),
            fix: format!("add \"{}\" to `compatibility_flags` if production is to have it", flag.name),
            provenance: flag.provenance.clone(),
        };
        Some(Finding::new(difference, strict, |diagnostic| diagnostic))
    })
}

/// What the Vitest config says otherwise than the wrangler file, and what no deployment takes.
pub(super) fn own_settings(
    wrangler: Option<&Wrangler>,
    own: &[OwnFlag],
    date: &CompatibilityDate,
    strict: bool,
) -> Vec<Finding> {
    let mut found = vec![];
    for OwnFlag { flag: Flag { name, provenance }, origin } in own {
        let mut add = |difference| {
            found.push(Finding::new(difference, strict, |diagnostic| match origin {
                Some(origin) => origin.label(diagnostic, ""),
                None => diagnostic,
            }));
        };
        if is_experimental(name) {
            add(Difference {
                code: "experimental-flag".to_owned(),
                what: format!("the flag `{name}` is experimental"),
                production: "the deployment is refused".to_owned(),
                fix: String::new(),
                provenance: provenance.clone(),
            });
        }
        let written = |wrangler: &Wrangler| wrangler.compatibility_flags.iter().any(|it| it.value == *name);
        if wrangler.is_some_and(|wrangler| !written(wrangler)) {
            add(Difference {
                code: "added-flag".to_owned(),
                what: format!("the Vitest config adds the flag `{name}`"),
                production: "runs without it".to_owned(),
                fix: format!("move \"{name}\" to `compatibility_flags` of the wrangler file"),
                provenance: provenance.clone(),
            });
        }
    }
    let Some(wrangler) = wrangler else { return found };
    let production = match &wrangler.compatibility_date {
        Some(written) if written.value.to_string() == date.date => return found,
        Some(written) => format!("runs with {}", written.value),
        None => "wrangler does not deploy a Worker without a date".to_owned(),
    };
    let difference = Difference {
        code: "date".to_owned(),
        what: format!("the tests run with the compatibility date {}", date.date),
        production,
        fix: format!("set `compatibility_date` of the wrangler file to {}", date.date),
        provenance: date.provenance.clone(),
    };
    found.push(Finding::new(difference, strict, |diagnostic| diagnostic));
    found
}
