//! Compatibility dates and flags of Workers.
//!
//! What a flag is called, when it became the default and what implies it is a table taken from workerd itself. The Worker
//! runs with its own flags. A flag is added only where the tests need it, with a reason, and never one that the date
//! already implies: workerd complains about those.

mod check;
mod installed;
mod known;
mod schema;
mod table;
#[cfg(test)]
mod table_tests;

use crate::{
    config::{date::Date, origin::Origin},
    diagnostic::Diagnostic,
    plan::{DefaultFlag, Flag, Provenance},
};

pub use check::check;
pub use installed::Workerd;
pub use known::Settings;

/// A flag as the user gives it to a Worker.
#[derive(Clone, Debug)]
pub struct OwnFlag {
    /// The flag.
    pub flag: Flag,
    /// Where it is written, if that is known.
    pub origin: Option<Origin>,
}

impl OwnFlag {
    fn label(&self, diagnostic: Diagnostic, text: &str) -> Diagnostic {
        match &self.origin {
            Some(origin) => origin.label(diagnostic, text),
            None => diagnostic,
        }
    }
}

/// The flags of a Worker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Those that it runs with.
    pub used: Vec<Flag>,
    /// Those that it was given and that its date has turned on already.
    pub defaults: Vec<DefaultFlag>,
}

/// What the tests need beyond the Worker's own flags.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// A test or setup file imports a Node module; the file that does.
    pub node: Option<String>,
    /// `runInDurableObject` enters objects by RPC.
    pub durable_objects: bool,
    /// A test or setup file sends an event other than `fetch` through `exports.default` or `SELF`; the file that does.
    pub events: Option<String>,
}

/// The flags to run with: the Worker's own, then what is added.
pub fn flags(own: &[OwnFlag], date: Date, needs: &Needs) -> Flags {
    let mut flags = Flags::default();
    for OwnFlag { flag, .. } in own {
        // Only of a flag that turns something on can the date have done so.
        let known = known::find(&flag.name).filter(|known| known.enable == flag.name);
        match known.and_then(|known| known.default_since(date)) {
            Some(since) => flags.defaults.push(DefaultFlag { flag: flag.clone(), since: since.to_owned() }),
            None => flags.used.push(flag.clone()),
        }
    }
    let used = &mut flags.used;
    let mut add = |name: &str, rule: &str, reason: String| {
        let opt_out = known::find(name).and_then(|known| known.disable);
        used.retain(|flag| Some(flag.name.as_str()) != opt_out);
        if !Settings::new(date, used.iter().map(|flag| flag.name.as_str())).is_on(name) {
            used.push(Flag { name: name.to_owned(), provenance: Provenance::rule(rule, &reason) });
        }
    };
    if let Some(file) = &needs.node {
        add("nodejs_compat", "node-in-tests", format!("{file} imports a Node.js module"));
    }
    if needs.durable_objects {
        add("rpc", "durable-object-helpers", "`runInDurableObject` enters objects by RPC".to_owned());
    }
    if let Some(file) = &needs.events {
        let reason = format!("{file} sends an event other than `fetch` to the Worker");
        add("service_binding_extra_handlers", "events-in-tests", reason);
    }
    flags
}

/// Whether a Worker with these flags has Node's modules.
pub fn has_node(settings: &Settings<'_>) -> bool {
    settings.is_on("nodejs_compat") || settings.is_on("nodejs_compat_v2")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(own: &[&str], date: &str, needs: &Needs) -> Vec<String> {
        let own: Vec<OwnFlag> = own
            .iter()
            .map(|name| OwnFlag {
                flag: Flag { name: (*name).to_owned(), provenance: Provenance::source("wrangler.jsonc", 1) },
                origin: None,
            })
            .collect();
        flags(&own, date.parse().unwrap(), needs).used.into_iter().map(|flag| flag.name).collect()
    }

    #[test]
    fn a_workers_own_flags_stay_as_they_are() {
        assert_eq!(run(&["nodejs_als", "no_rpc"], "2025-01-01", &Needs::default()), ["nodejs_als", "no_rpc"]);
    }

    #[test]
    fn nothing_is_added_that_the_date_implies() {
        let needs = Needs { node: Some("test/a.test.ts".into()), durable_objects: true, events: None };
        assert_eq!(run(&[], "2026-08-04", &needs), Vec::<String>::new());
        assert_eq!(run(&[], "2024-04-02", &needs), ["nodejs_compat", "rpc"]);
        assert_eq!(run(&[], "2024-04-03", &needs), ["nodejs_compat"]);
    }

    #[test]
    fn a_flag_that_the_date_implies_is_dropped() {
        assert_eq!(run(&["nodejs_compat", "x"], "2026-09-01", &Needs::default()), ["x"]);
        assert_eq!(run(&["nodejs_compat", "x"], "2026-08-03", &Needs::default()), ["nodejs_compat", "x"]);
    }

    #[test]
    fn an_opt_out_of_what_the_tests_need_is_dropped() {
        let needs = Needs { node: Some("test/a.test.ts".into()), durable_objects: true, ..Needs::default() };
        assert_eq!(run(&["no_nodejs_compat", "no_rpc"], "2026-08-04", &needs), Vec::<String>::new());
        assert_eq!(run(&["no_rpc"], "2024-01-01", &needs), ["nodejs_compat", "rpc"]);
    }

    #[test]
    fn nothing_is_added_twice() {
        let needs = Needs { events: Some("test/a.test.ts".into()), ..Needs::default() };
        assert_eq!(
            run(&["service_binding_extra_handlers"], "2025-01-01", &needs),
            ["service_binding_extra_handlers"]
        );
    }

    #[test]
    fn node_is_known_from_flags_and_date() {
        let has = |flags: &[&str], date: &str| {
            has_node(&Settings::new(date.parse().unwrap(), flags.iter().copied()))
        };
        assert!(has(&["nodejs_compat"], "2024-01-01"));
        assert!(has(&["nodejs_compat_v2"], "2024-01-01"));
        assert!(!has(&["nodejs_als"], "2024-01-01"));
        assert!(has(&[], "2026-08-04"));
        // The second version has been made the default by itself.
        assert!(has(&["no_nodejs_compat"], "2026-08-04"));
        assert!(!has(&["no_nodejs_compat", "no_nodejs_compat_v2"], "2026-08-04"));
        assert!(!has(&[], "2026-08-03"));
    }
}
