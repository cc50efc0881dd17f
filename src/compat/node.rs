//! Which of Node's modules and globals a Worker has.

use super::known::{Settings, find};
use crate::bundle::resolve::is_node_module;

/// How far a Worker is compatible with Node. wrangler's bundler and workerd both go by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// Not at all.
    Off,
    /// `nodejs_als`: `node:async_hooks` alone.
    Als,
    /// `nodejs_compat` before it implied the second version: modules, named with `node:`.
    V1,
    /// Modules by both names, and globals; what workerd lacks, wrangler fills in.
    V2,
}

/// Where a Worker has a module of Node's from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provided {
    /// workerd.
    Native,
    /// A stand-in that wrangler bundles (unenv): most of its functions do nothing or throw.
    StandIn,
    /// Nowhere.
    Missing,
}

impl Settings<'_> {
    /// How far the Worker is compatible with Node.
    pub fn node(&self) -> Node {
        if self.is_on("nodejs_compat_v2") {
            Node::V2
        } else if self.is_on("nodejs_compat") {
            Node::V1
        } else if self.is_on("nodejs_als") {
            Node::Als
        } else {
            Node::Off
        }
    }

    /// Whether the Worker has Node's modules.
    pub fn has_node_modules(&self) -> bool {
        matches!(self.node(), Node::V1 | Node::V2)
    }

    /// Where a deployed Worker has the module `node:<name>` from.
    pub fn provided(&self, name: &str) -> Provided {
        let node = self.node();
        let is_native = match node {
            // workerd has it for every Worker.
            _ if name == "process" => true,
            Node::Off => false,
            Node::Als => name == "async_hooks",
            Node::V1 if name == "sys" => false,
            Node::V1 if name == "fs/promises" => true,
            Node::V1 | Node::V2 => is_node_module(name) && gate(name).is_none_or(|flag| self.is_on(&flag)),
        };
        match node {
            _ if is_native => Provided::Native,
            Node::V2 if is_node_module(name) && name != "test" => Provided::StandIn,
            _ => Provided::Missing,
        }
    }
}

/// The flag that adds one of Node's modules to a Worker with Node compatibility; none for those that it has anyway.
pub(super) fn gate(module: &str) -> Option<String> {
    let base = module.trim_start_matches('_').split('/').next().unwrap_or(module);
    let flag = match base {
        "http_server" => "enable_nodejs_http_server_modules".to_owned(),
        "http" | "https" | "http_agent" | "http_client" | "http_common" | "http_incoming"
        | "http_outgoing" => "enable_nodejs_http_modules".to_owned(),
        _ => format!("enable_nodejs_{base}_module"),
    };
    find(&flag).map(|_| flag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::resolve::PREFIXED_NODE_MODULES;

    fn settings<'a>(date: &str, flags: &[&'a str]) -> Settings<'a> {
        Settings::new(date.parse().unwrap(), flags.iter().copied())
    }

    #[test]
    fn node_follows_from_flags_and_date() {
        let node = |date: &str, flags: &[&'static str]| settings(date, flags).node();
        assert_eq!(node("2024-01-01", &["nodejs_compat"]), Node::V1);
        assert_eq!(node("2024-09-23", &["nodejs_compat"]), Node::V2);
        assert_eq!(node("2024-09-23", &["nodejs_compat", "no_nodejs_compat_v2"]), Node::V1);
        assert_eq!(node("2024-01-01", &["nodejs_compat_v2"]), Node::V2);
        assert_eq!(node("2024-01-01", &["nodejs_als"]), Node::Als);
        assert_eq!(node("2026-08-03", &[]), Node::Off);
        assert_eq!(node("2026-08-04", &[]), Node::V2);
        // The second version is a default of its own.
        assert_eq!(node("2026-08-04", &["no_nodejs_compat"]), Node::V2);
        assert_eq!(node("2026-08-04", &["no_nodejs_compat", "no_nodejs_compat_v2"]), Node::Off);
    }

    #[test]
    fn modules_come_from_workerd_or_wrangler_or_nowhere() {
        let provided = |date: &str, flags: &[&'static str], name: &str| settings(date, flags).provided(name);
        assert_eq!(provided("2025-01-01", &["nodejs_compat"], "path"), Provided::Native);
        assert_eq!(provided("2025-01-01", &["nodejs_compat"], "fs"), Provided::StandIn);
        assert_eq!(provided("2025-09-15", &["nodejs_compat"], "fs"), Provided::Native);
        assert_eq!(provided("2025-01-01", &["nodejs_compat"], "sea"), Provided::Missing);
        assert_eq!(provided("2025-01-01", &[], "path"), Provided::Missing);
        assert_eq!(provided("2024-01-01", &["nodejs_compat"], "fs"), Provided::Missing);
        assert_eq!(provided("2025-01-01", &["nodejs_als"], "async_hooks"), Provided::Native);
    }

    /// The modules of Node that the real workerd has under these settings.
    fn real(settings: &Settings<'_>, flags: &[&str]) -> Vec<String> {
        let names: Vec<_> = crate::bundle::resolve::node_modules().chain(PREFIXED_NODE_MODULES).collect();
        let code = format!(
            "export default {{ async test() {{ for (const name of {names:?}) {{ try {{ await import('node:' + name); console.log('has ' + name); }} catch {{}} }} }} }};"
        );
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.js"), code).unwrap();
        let config = format!(
            "using Workerd = import \"/workerd/workerd.capnp\";\nconst config :Workerd.Config = (services = [(name = \"main\", worker = (modules = [(name = \"main.js\", esModule = embed \"main.js\")], compatibilityDate = \"{}\", compatibilityFlags = {flags:?}))]);",
            settings.date()
        );
        std::fs::write(folder.path().join("config.capnp"), config).unwrap();
        let output = std::process::Command::new(crate::home::Home::find().unwrap().workerd().unwrap())
            .args(["test", "--experimental", "config.capnp"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).unwrap();
        printed.lines().filter_map(|line| line.strip_prefix("has ")).map(str::to_owned).collect()
    }

    #[test]
    fn workerd_has_the_modules_that_are_said_to_be_native() {
        for (date, flags) in [
            ("2026-10-01", &[][..]),
            ("2026-07-01", &[]),
            ("2024-01-01", &["nodejs_als"]),
            ("2024-01-01", &["nodejs_compat"]),
            ("2025-09-10", &["nodejs_compat"]),
            ("2026-02-01", &["nodejs_compat", "disable_nodejs_http_modules"]),
            ("2026-10-01", &["no_nodejs_compat_v2"]),
        ] {
            let settings = settings(date, flags);
            let real = real(&settings, flags);
            let names = crate::bundle::resolve::node_modules().chain(PREFIXED_NODE_MODULES);
            for name in names {
                let has = real.iter().any(|other| other == name);
                let is_native = settings.provided(name) == Provided::Native;
                // wrangler takes its own, although workerd has this one since long before.
                let is_replaced = name == "fs/promises" && settings.provided(name) == Provided::StandIn;
                assert!(has == is_native || is_replaced, "{name} at {date} with {flags:?}");
            }
        }
    }
}
