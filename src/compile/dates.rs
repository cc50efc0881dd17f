//! The compatibility date that the tests run with.

use crate::{
    config::{date::Date, origin::Origin, vitest::VitestConfig, wrangler::Wrangler},
    diagnostic::{Diagnostic, Diagnostics},
    home::Home,
    plan::{CompatibilityDate, Provenance},
};

use super::bindings::of;

/// The date: the Vitest config's, the wrangler file's, or the newest that workerd knows.
pub(super) fn resolve(
    wrangler: Option<&Wrangler>,
    vitest: &VitestConfig,
    home: &Home,
    diagnostics: &mut Diagnostics,
) -> Option<(CompatibilityDate, Date)> {
    let newest = newest(home, diagnostics)?;
    let (date, provenance, origin) = match (
        &vitest.pool.miniflare.worker.compatibility_date,
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
        (None, None) => (newest, Provenance::rule("newest-date", "no compatibility date is set"), None),
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
    Some((CompatibilityDate { date: date.to_string(), provenance }, date))
}

fn label(diagnostic: Diagnostic, origin: Option<&Origin>) -> Diagnostic {
    match origin {
        Some(origin) => origin.label(diagnostic, ""),
        None => diagnostic,
    }
}

/// The newest date that the installed workerd accepts: seven days after the one in its version, `1.YYYYMMDD.n`.
fn newest(home: &Home, diagnostics: &mut Diagnostics) -> Option<Date> {
    #[derive(serde::Deserialize)]
    struct Manifest {
        version: String,
    }
    let version = home
        .package("workerd")
        .map_err(|error| error.to_string())
        .and_then(|folder| std::fs::read(folder.join("package.json")).map_err(|error| error.to_string()))
        .and_then(|text| serde_json::from_slice::<Manifest>(&text).map_err(|error| error.to_string()));
    let date = version.and_then(|Manifest { version }| {
        let digits = version.split('.').nth(1).filter(|digits| digits.len() == 8 && digits.is_ascii());
        let digits = digits.ok_or_else(|| format!("workerd's version `{version}` has no date"))?;
        let text = format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]);
        text.parse::<Date>().map_err(|_| format!("workerd's version `{version}` has no date"))
    });
    match date {
        Ok(date) => Some(date.plus_week()),
        Err(error) => {
            diagnostics.push(Diagnostic::error("workerd", error));
            None
        }
    }
}
