//! What a deployed Worker does with Node's modules and globals, and how to change that.

use super::Production;
use crate::{
    analyze::globals::{GlobalUse, META_ENV, NODE_GLOBALS},
    bundle::{sites, transform::ImportKind},
    compat::{Node, Provided},
    compile::sources::AliasUse,
};

/// From when on `nodejs_compat` brings globals and stand-ins.
const SECOND_VERSION: &str = "2024-09-23";

/// What production does, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) code: &'static str,
    pub(super) production: String,
    pub(super) fix: String,
}

/// What becomes of an import that an alias or a plugin of the Vitest config gives a meaning; nothing if it leads to the same file.
pub(super) fn alias(it: &AliasUse) -> Option<Outcome> {
    if it.import.specifier == sites::MANIFEST {
        // wrangler has it too, of every Workers Site.
        return None;
    }
    let production = match it.deployed.as_deref()? {
        "" => format!("the build fails: wrangler cannot resolve `{}`", it.import.specifier),
        other => format!("loads `{other}`"),
    };
    let fix = match it.plugin {
        Some(_) => "deploy with `@cloudflare/vite-plugin`, which has the plugin too".to_owned(),
        None => "give it the same meaning in wrangler's `alias`, or in `paths` of tsconfig.json".to_owned(),
    };
    Some(Outcome { code: "vite-alias", production, fix })
}

impl Production<'_> {
    /// What becomes of an import of one of Node's modules; nothing if production has it.
    pub(super) fn import(&self, specifier: &str, kind: ImportKind) -> Option<Outcome> {
        let name = specifier.strip_prefix("node:").unwrap_or(specifier);
        let module = format!("node:{name}");
        let outcome = |code, production: String, fix: String| Some(Outcome { code, production, fix });
        if self.node != Node::V2 {
            if !specifier.starts_with("node:") {
                let fix = match self.node {
                    Node::V1 => format!("write `{module}`, or {}", self.raise_date()),
                    _ => self.add_node(),
                };
                let production = format!("the build fails: wrangler cannot resolve `{specifier}`");
                return outcome("node-module", production, fix);
            }
            if kind == ImportKind::Require {
                let production = format!("throws `Dynamic require of \"{module}\" is not supported`");
                let fix = match self.node {
                    Node::V1 => format!("use `import`, or {}", self.raise_date()),
                    _ => self.add_node(),
                };
                return outcome("node-require", production, fix);
            }
        }
        match self.settings.provided(name) {
            Provided::Native => None,
            Provided::StandIn => {
                let production = format!(
                    "`{module}` is wrangler's stand-in, most of whose functions throw; the tests run without one"
                );
                outcome("node-stand-in", production, "use a newer `compatibility_date`".to_owned())
            }
            Provided::Missing => {
                let production = match kind {
                    ImportKind::Dynamic => format!("the import is rejected: no such module `{module}`"),
                    _ => format!("the deployment fails: no such module `{module}`"),
                };
                let fix = match self.node {
                    Node::Off | Node::Als => self.add_node(),
                    Node::V1 => self.raise_date(),
                    Node::V2 => "no Worker has it: do without".to_owned(),
                };
                outcome("node-module", production, fix)
            }
        }
    }

    /// What becomes of a name that nobody declares; nothing if production has it.
    pub(super) fn global(&self, it: &GlobalUse) -> Option<Outcome> {
        let name = it.name();
        let (code, fix) = match name {
            META_ENV if self.has_vite => return None,
            META_ENV => ("vite-env", "read it from `env`, or say it in wrangler's `define`".to_owned()),
            "__dirname" | "__filename" => {
                ("node-global", "a deployed Worker has no folders: import the file instead".to_owned())
            }
            "require" => ("node-global", "use `import`, which the bundler can follow".to_owned()),
            _ if !NODE_GLOBALS.contains(&name) => {
                let is_defined = self.defined.iter().any(|key| it.starts_with(key));
                if !is_defined || self.has_vite {
                    return None;
                }
                ("vite-define", "say it in wrangler's `define` too".to_owned())
            }
            _ if self.node == Node::V2 => return None,
            _ if self.node == Node::V1 => ("node-global", self.raise_date()),
            _ => ("node-global", self.add_node()),
        };
        let error = match name {
            "require" => "Error: Dynamic require is not supported".to_owned(),
            META_ENV => format!("TypeError: {META_ENV} is undefined"),
            _ if it.is_property() => format!("TypeError: globalThis.{name} is undefined"),
            _ => format!("ReferenceError: {name} is not defined"),
        };
        let production = if it.at_start {
            format!("`{error}` at start-up, so the deployment fails")
        } else {
            format!("`{error}` when this is called")
        };
        Some(Outcome { code, production, fix })
    }

    fn add_node(&self) -> String {
        let fix = "add \"nodejs_compat\" to `compatibility_flags`".to_owned();
        if self.is_before_second_version() { format!("{fix} and {}", self.raise_date()) } else { fix }
    }

    fn raise_date(&self) -> String {
        if self.is_before_second_version() {
            format!("set `compatibility_date` to {SECOND_VERSION} or later")
        } else {
            "remove \"no_nodejs_compat_v2\" from `compatibility_flags`".to_owned()
        }
    }

    fn is_before_second_version(&self) -> bool {
        self.settings.date().to_string().as_str() < SECOND_VERSION
    }
}
