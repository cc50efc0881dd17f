//! What the project's own modules use that production has not.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use super::{
    Finding, Production,
    outcome::{Outcome, alias},
};
use crate::{
    compile::sources::ModuleUses,
    diagnostic::SourceFile,
    plan::{Difference, Provenance},
};

/// The uses that differ in production, one finding for each.
pub(super) fn sources(uses: &[ModuleUses], production: &Production<'_>, strict: bool) -> Vec<Finding> {
    let mut found = vec![];
    let mut aliased = BTreeSet::new();
    for ModuleUses { file, builtins, globals, aliases } in uses {
        for it in aliases {
            if let Some(outcome) = alias(it)
                && aliased.insert(&it.import.specifier)
            {
                let by = match &it.plugin {
                    Some(plugin) => format!("the Vite plugin `{plugin}`"),
                    None => "an alias".to_owned(),
                };
                let what = format!("{} imports `{}` by {by}", file.path, it.import.specifier);
                found.push(finding(file, it.import.span.clone(), what, outcome, strict));
            }
        }
        for it in builtins {
            if let Some(outcome) = production.import(&it.import.specifier, it.import.kind) {
                let what = format!("{} imports `{}`", file.path, it.import.specifier);
                found.push(finding(file, it.import.span.clone(), what, outcome, strict));
            }
        }
        for it in globals.iter().filter(|it| !production.replaced.iter().any(|key| it.starts_with(key))) {
            if let Some(outcome) = production.global(it) {
                let what = format!("{} uses `{}`", file.path, it.name());
                found.push(finding(file, it.span.clone(), what, outcome, strict));
            }
        }
    }
    found
}

fn finding(
    file: &Arc<SourceFile>,
    span: Range<usize>,
    what: String,
    outcome: Outcome,
    strict: bool,
) -> Finding {
    let line = u32::try_from(file.position(span.start).line).unwrap_or(u32::MAX);
    let difference = Difference {
        code: outcome.code.to_owned(),
        what,
        production: outcome.production,
        fix: outcome.fix,
        provenance: Provenance::source(&file.path, line),
    };
    Finding::new(difference, strict, |diagnostic| diagnostic.label(file, span, ""))
}
