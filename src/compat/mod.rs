//! Compatibility dates and flags of the Worker under test.
//!
//! The Worker runs with its own flags. A flag is added only where the tests need it, with a reason, and never one that the
//! date already implies: workerd complains about those.

use std::str::FromStr as _;

use crate::{
    config::date::Date,
    plan::{Flag, Provenance},
};

/// A flag that became the default at some date. Dates are those of workerd's `compatibility-date.capnp`.
struct Default {
    flag: &'static str,
    since: &'static str,
    /// The flag that turns the behaviour off.
    opt_out: &'static str,
}

const DEFAULTS: [Default; 3] = [
    Default { flag: "rpc", since: "2024-04-03", opt_out: "no_rpc" },
    Default { flag: "nodejs_compat", since: "2026-08-04", opt_out: "no_nodejs_compat" },
    Default { flag: "nodejs_compat_v2", since: "2026-08-04", opt_out: "no_nodejs_compat_v2" },
];

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
pub fn flags(own: Vec<Flag>, date: Date, needs: &Needs) -> Vec<Flag> {
    let mut flags: Vec<Flag> = own.into_iter().filter(|flag| !implied(&flag.name, date)).collect();
    let mut add = |name: &str, rule: &str, reason: String| {
        let opt_out = DEFAULTS.iter().find(|default| default.flag == name).map(|default| default.opt_out);
        if let Some(opt_out) = opt_out {
            flags.retain(|flag| flag.name != opt_out);
        }
        if !implied(name, date) && !flags.iter().any(|flag| flag.name == name) {
            flags.push(Flag { name: name.to_owned(), provenance: Provenance::rule(rule, &reason) });
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
pub fn has_node(flags: &[Flag], date: Date) -> bool {
    let has = |name: &str| flags.iter().any(|flag| flag.name == name);
    (has("nodejs_compat") || implied("nodejs_compat", date)) && !has("no_nodejs_compat")
}

/// Whether workerd turns `flag` on by itself at `date`.
fn implied(flag: &str, date: Date) -> bool {
    DEFAULTS
        .iter()
        .any(|default| default.flag == flag && Date::from_str(default.since).is_ok_and(|since| since <= date))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(own: &[&str], date: &str, needs: &Needs) -> Vec<String> {
        let own = own
            .iter()
            .map(|name| Flag {
                name: (*name).to_owned(),
                provenance: Provenance::source("wrangler.jsonc", 1),
            })
            .collect();
        flags(own, date.parse().unwrap(), needs).into_iter().map(|flag| flag.name).collect()
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
    fn node_is_known_from_flag_or_date() {
        let flag = |name: &str| Flag { name: name.into(), provenance: Provenance::source("w", 1) };
        let date = |text: &str| text.parse().unwrap();
        assert!(has_node(&[flag("nodejs_compat")], date("2024-01-01")));
        assert!(has_node(&[], date("2026-08-04")));
        assert!(!has_node(&[flag("no_nodejs_compat")], date("2026-08-04")));
        assert!(!has_node(&[], date("2026-08-03")));
    }
}
