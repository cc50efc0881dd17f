//! The flags that a Worker's tests need beyond its own.

use super::{Flags, Node, OwnFlag, Provided, known, known::Settings, node::gate};
use crate::{
    config::date::Date,
    plan::{DefaultFlag, Flag, Provenance},
};

/// What the tests need beyond the Worker's own flags.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// What test and setup files use of Node's.
    pub node: Vec<NodeNeed>,
    /// `runInDurableObject` enters objects by RPC.
    pub durable_objects: bool,
    /// A test or setup file sends an event other than `fetch` through `exports.default` or `SELF`; the file that does.
    pub events: Option<String>,
    /// A test or setup file evicts or aborts Durable Objects; the file that does.
    pub eviction: Option<String>,
}

/// Something of Node's that only tests use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeNeed {
    /// A module as `node:<name>`, or the name of a global.
    pub name: String,
    /// A file that uses it.
    pub file: String,
}

impl NodeNeed {
    /// The flags that give it to a Worker with these settings.
    fn flags(&self, settings: &Settings<'_>) -> Vec<String> {
        let Some(module) = self.name.strip_prefix("node:") else {
            // The first flag brings the second version at most dates, and is what one would write.
            let flags = ["nodejs_compat", "nodejs_compat_v2"];
            let brings = |flag: &&str| settings.with(flag).node() == Node::V2;
            return match settings.node() {
                Node::V2 => vec![],
                _ => flags.into_iter().find(brings).map(str::to_owned).into_iter().collect(),
            };
        };
        if settings.provided(module) == Provided::Native {
            return vec![];
        }
        let has_modules = settings.has_node_modules();
        let base = if module == "sys" { "nodejs_compat_v2" } else { "nodejs_compat" };
        let base = (!has_modules || module == "sys").then(|| base.to_owned());
        base.into_iter().chain(gate(module)).collect()
    }

    fn reason(&self) -> String {
        let Self { name, file } = self;
        let verb = if name.starts_with("node:") { "imports" } else { "uses the global" };
        format!("{file} {verb} `{name}`")
    }
}

impl Flags {
    /// What follows from them at `date`.
    pub fn settings(&self, date: Date) -> Settings<'_> {
        Settings::new(date, self.used.iter().map(|flag| flag.name.as_str()))
    }

    /// Turns something on that is not on yet. What turns it off is dropped.
    fn add(&mut self, name: &str, date: Date, rule: &str, reason: String) {
        if self.settings(date).is_on(name) {
            return;
        }
        let opt_out = known::find(name).and_then(|known| known.disable);
        self.used.retain(|flag| Some(flag.name.as_str()) != opt_out);
        if !self.settings(date).is_on(name) {
            self.used.push(Flag { name: name.to_owned(), provenance: Provenance::rule(rule, reason) });
        }
    }
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
    for need in &needs.node {
        let missing = need.flags(&flags.settings(date));
        for name in missing {
            flags.add(&name, date, "node-in-tests", need.reason());
        }
    }
    if needs.durable_objects {
        let reason = "`runInDurableObject` enters objects by RPC".to_owned();
        flags.add("rpc", date, "durable-object-helpers", reason);
    }
    if let Some(file) = &needs.events {
        let reason = format!("{file} sends an event other than `fetch` to the Worker");
        flags.add("service_binding_extra_handlers", date, "events-in-tests", reason);
    }
    if let Some(file) = &needs.eviction {
        let reason = format!("{file} evicts or aborts Durable Objects, which `workerd:unsafe` does");
        flags.add("unsafe_module", date, "eviction-in-tests", reason);
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str) -> Vec<NodeNeed> {
        vec![NodeNeed { name: name.into(), file: "test/a.test.ts".into() }]
    }

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
        let needs = Needs { node: node("node:path"), durable_objects: true, ..Needs::default() };
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
        let needs = Needs { node: node("node:path"), durable_objects: true, ..Needs::default() };
        let both = ["no_nodejs_compat", "no_nodejs_compat_v2", "no_rpc"];
        assert_eq!(run(&both, "2026-08-04", &needs), ["no_nodejs_compat_v2"]);
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
    fn what_is_added_is_what_is_used() {
        let run = |name: &str, own: &[&str], date: &str| {
            run(own, date, &Needs { node: node(name), ..Needs::default() })
        };
        assert_eq!(run("node:fs", &[], "2024-10-01"), ["nodejs_compat", "enable_nodejs_fs_module"]);
        assert_eq!(run("node:fs", &["nodejs_compat"], "2025-09-15"), ["nodejs_compat"]);
        assert_eq!(run("Buffer", &[], "2024-10-01"), ["nodejs_compat"]);
        assert_eq!(run("Buffer", &[], "2024-01-01"), ["nodejs_compat_v2"]);
        assert_eq!(run("Buffer", &["nodejs_compat"], "2024-10-01"), ["nodejs_compat"]);
        assert_eq!(run("node:process", &[], "2024-10-01"), Vec::<String>::new());
        assert_eq!(run("node:async_hooks", &["nodejs_als"], "2024-10-01"), ["nodejs_als"]);
    }
}
