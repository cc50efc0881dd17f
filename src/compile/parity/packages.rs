//! What the npm packages in the Worker's bundle use that production has not.

use camino::Utf8Path;

use super::{Finding, Production};
use crate::{
    analyze::packages::{PackageUse, Used},
    compile::exports::{at, shown},
    plan::{Difference, Provenance},
};

/// The uses that differ in production, one finding for each package and name.
pub(super) fn packages(
    root: &Utf8Path,
    uses: &[PackageUse],
    production: &Production<'_>,
    strict: bool,
) -> Vec<Finding> {
    let found = uses.iter().filter_map(|it| {
        let (outcome, what) = match &it.what {
            Used::Module { specifier, kind } => {
                let what = format!("the package `{}` imports `{specifier}`", it.package);
                (production.import(specifier, *kind)?, what)
            }
            Used::Global(global) if production.replaced.iter().any(|key| global.starts_with(key)) => {
                return None;
            }
            Used::Global(global) => {
                let what = format!("the package `{}` uses `{}`", it.package, global.name());
                (production.global(global)?, what)
            }
        };
        let place = shown(&it.place);
        let difference = Difference {
            code: outcome.code.to_owned(),
            what,
            production: outcome.production,
            fix: outcome.fix,
            provenance: Provenance::source(place.file, place.line),
        };
        Some(Finding::new(difference, strict, |diagnostic| at(root, &it.place, diagnostic, "")))
    });
    found.collect()
}
