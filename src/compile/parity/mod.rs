//! What production would do otherwise than the tests, as differences of the plan and as problems to report.

mod flags;
mod outcome;
mod sources;

use crate::{
    compat::{Node, OwnFlag, Settings},
    config::{date::Date, wrangler::Wrangler},
    diagnostic::{Diagnostic, Severity},
    plan::Difference,
};

pub(super) use flags::{added_flags, own_settings};
pub(super) use sources::sources;

/// A difference, and the problem that is reported because of it.
pub(super) struct Finding {
    pub(super) difference: Difference,
    pub(super) diagnostic: Diagnostic,
}

impl Finding {
    /// A warning, or an error if the command line is strict.
    fn new(difference: Difference, strict: bool, label: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        let diagnostic = Diagnostic::warning("parity", difference.what.clone());
        let diagnostic = label(diagnostic).help(format!("production: {}", difference.production));
        let mut diagnostic = match difference.fix.as_str() {
            "" => diagnostic,
            fix => diagnostic.help(fix),
        };
        if strict {
            diagnostic.severity = Severity::Error;
        }
        Self { difference, diagnostic }
    }
}

/// The Worker as wrangler deploys it: with the date and the flags of its own file, whatever the tests add. A Worker without
/// one is what the Vitest config says.
pub(super) struct Production<'a> {
    pub(super) settings: Settings<'a>,
    pub(super) node: Node,
}

impl<'a> Production<'a> {
    pub(super) fn new(wrangler: Option<&'a Wrangler>, own: &'a [OwnFlag], date: Date) -> Self {
        let settings = match wrangler {
            Some(wrangler) => {
                let flags = wrangler.compatibility_flags.iter().map(|flag| flag.value.as_str());
                let date = wrangler.compatibility_date.as_ref().map_or(date, |date| date.value);
                Settings::new(date, flags)
            }
            None => Settings::new(date, own.iter().map(|own| own.flag.name.as_str())),
        };
        Self { node: settings.node(), settings }
    }
}
