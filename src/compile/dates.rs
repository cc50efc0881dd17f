//! The compatibility date of a Worker.

use crate::{
    compat::Workerd,
    config::{date::Date, origin::Origin, vitest::WorkerOptions, wrangler::Wrangler},
    diagnostic::{Diagnostic, Diagnostics},
    plan::{CompatibilityDate, Provenance},
};

use super::bindings::of;

/// The date: the Vitest config's, the wrangler file's, or the newest that workerd knows.
pub(super) fn resolve(
    wrangler: Option<&Wrangler>,
    options: &WorkerOptions,
    workerd: Workerd<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<(CompatibilityDate, Date)> {
    let newest = match workerd.newest_date() {
        Ok(date) => date,
        Err(error) => {
            diagnostics.push(Diagnostic::error("workerd", error));
            return None;
        }
    };
    let (date, provenance, origin) = match (
        &options.compatibility_date,
        wrangler.and_then(|wrangler| wrangler.compatibility_date.as_ref()),
    ) {
        (Some(text), _) => {
            let origin = &text.origin;
            let Ok(date) = text.value.parse::<Date>() else {
                let diagnostic =
                    Diagnostic::error("bad-date", format!("`compatibilityDate`: `{text}` is not a date"))
                        .help("write it as YYYY-MM-DD");
                diagnostics.push(origin.label(diagnostic, ""));
                return None;
            };
            (date, of(origin), Some(origin.clone()))
        }
        (None, Some(date)) => (date.value, of(&date.origin), Some(date.origin.clone())),
        (None, None) => {
            (newest.min(Date::today()), Provenance::rule("newest-date", "no compatibility date is set"), None)
        }
    };
    if date > newest {
        let diagnostic =
            Diagnostic::error("date-too-new", format!("workerd does not know the compatibility date {date}"));
        diagnostics.push(
            label(diagnostic, origin.as_ref())
                .help(format!("the newest date that this workerd knows is {newest}")),
        );
        return None;
    }
    if date > Date::today() {
        let title = format!("the compatibility date {date} is in the future");
        let diagnostic = Diagnostic::error("date-in-future", title);
        diagnostics.push(
            label(diagnostic, origin.as_ref())
                .help("neither workerd nor a deployment takes it before that day"),
        );
        return None;
    }
    Some((CompatibilityDate { date: date.to_string(), provenance }, date))
}

fn label(diagnostic: Diagnostic, origin: Option<&Origin>) -> Diagnostic {
    match origin {
        Some(origin) => origin.label(diagnostic, ""),
        None => diagnostic,
    }
}
