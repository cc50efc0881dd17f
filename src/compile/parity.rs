//! What production would do otherwise than the tests, as differences of the plan and as problems to report.

use crate::{
    diagnostic::Diagnostic,
    plan::{Difference, Flag, Provenance},
};

/// The flags that the tests add: the Worker's own code has them too while it is tested.
pub(super) fn added_flags(flags: &[Flag]) -> impl Iterator<Item = Difference> {
    flags.iter().filter_map(|flag| {
        let Provenance::Rule { rule, reason } = &flag.provenance else { return None };
        (rule != "pool-options").then(|| Difference {
            code: "added-flag".to_owned(),
            what: format!("the tests run with the flag `{}`: {reason}", flag.name),
            production: "runs without it".to_owned(),
            fix: format!("add \"{}\" to `compatibility_flags` if production is to have it", flag.name),
            provenance: flag.provenance.clone(),
        })
    })
}

/// The error that `--strict` makes of a difference which is otherwise only written down.
pub(super) fn refused(difference: &Difference) -> Diagnostic {
    let diagnostic = Diagnostic::error("parity", difference.what.clone())
        .help(format!("production: {}", difference.production));
    if difference.fix.is_empty() { diagnostic } else { diagnostic.help(difference.fix.clone()) }
}
