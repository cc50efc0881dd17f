//! What production would do otherwise than the tests, as differences of the plan and as problems to report.

mod flags;
mod outcome;
mod packages;
mod sources;

use super::{
    settings::{NODE_ENV, vite_defines},
    sources::{ModuleUses, deploys_with_vite},
};
use crate::{
    analyze::packages::PackageUse,
    compat::{Flags, Node, OwnFlag, Settings},
    config::{date::Date, vitest::VitestConfig, wrangler::Wrangler},
    diagnostic::{Diagnostic, Diagnostics, Severity},
    plan::{CompatibilityDate, Difference},
    project::Project,
};

/// Everything that is held against production.
pub(super) struct Compared<'a> {
    pub(super) project: &'a Project,
    pub(super) vitest: &'a VitestConfig,
    pub(super) wrangler: Option<&'a Wrangler>,
    /// The Worker's own flags.
    pub(super) own: &'a [OwnFlag],
    /// The flags that the tests run with.
    pub(super) used: &'a Flags,
    /// The date that the tests run with.
    pub(super) date: (&'a CompatibilityDate, Date),
    /// What the project's own modules use.
    pub(super) sources: &'a [ModuleUses],
    /// What packages use.
    pub(super) packages: &'a [PackageUse],
}

impl Compared<'_> {
    /// All differences. What code does is reported; what follows from the settings only if it is refused.
    pub(super) fn differences(&self, diagnostics: &mut Diagnostics) -> Vec<Difference> {
        let Self { project, wrangler, own, used, date: (written, _), sources, packages, .. } = *self;
        let strict = project.strict;
        let production = Production::new(self);
        let mut settings = flags::own_settings(wrangler, own, written, strict);
        settings.extend(flags::added_flags(&used.used, strict));
        let mut code = sources::sources(sources, &production, strict);
        code.extend(packages::packages(&project.root, packages, &production, strict));
        let said = strict.then_some(&settings).into_iter().flatten().chain(&code);
        diagnostics.extend(said.map(|finding| finding.diagnostic.clone()));
        settings.into_iter().chain(code).map(|finding| finding.difference).collect()
    }
}

/// A difference, and the problem that is reported because of it.
struct Finding {
    difference: Difference,
    diagnostic: Diagnostic,
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
struct Production<'a> {
    settings: Settings<'a>,
    node: Node,
    /// Expressions that wrangler replaces.
    replaced: Vec<&'a str>,
    /// Expressions that Vite replaces.
    defined: Vec<&'a str>,
    /// Whether it is built by Vite.
    has_vite: bool,
}

impl<'a> Production<'a> {
    fn new(compared: &Compared<'a>) -> Self {
        let Compared { project, vitest, wrangler, own, date: (_, date), .. } = *compared;
        let settings = match wrangler {
            Some(wrangler) => {
                let flags = wrangler.compatibility_flags.iter().map(|flag| flag.value.as_str());
                let date = wrangler.compatibility_date.as_ref().map_or(date, |date| date.value);
                Settings::new(date, flags)
            }
            None => Settings::new(date, own.iter().map(|own| own.flag.name.as_str())),
        };
        let own = wrangler.into_iter().flat_map(|wrangler| &wrangler.define);
        let replaced =
            own.map(|define| define.from.value.as_str()).chain(std::iter::once(NODE_ENV)).collect();
        let defined = vite_defines(vitest).collect();
        let has_vite = deploys_with_vite(&project.root);
        Self { node: settings.node(), settings, replaced, defined, has_vite }
    }
}
