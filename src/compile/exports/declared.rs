//! What the wrangler file says that the main module exports, held against what it does export.

use camino::Utf8Path;

use super::undecided;
use crate::{
    analyze::exports::{Declaration, MainExports},
    config::{
        origin::Origin,
        vitest::PoolOptions,
        wrangler::{ExportKind, Wrangler},
    },
    diagnostic::{Diagnostic, Diagnostics, nearest},
};

/// A name that the wrangler file says the main module exports.
pub(in crate::compile) struct Declared {
    pub(in crate::compile) name: String,
    pub(in crate::compile) role: Role,
    pub(in crate::compile) origin: Origin,
}

/// What a declared name must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::compile) enum Role {
    DurableObject,
    Entrypoint,
    Workflow,
}

impl Role {
    /// The class of `cloudflare:workers` that it extends.
    fn base(self) -> &'static str {
        match self {
            Self::DurableObject => "DurableObject",
            Self::Entrypoint => "WorkerEntrypoint",
            Self::Workflow => "WorkflowEntrypoint",
        }
    }
}

/// What the config files say that the main module exports: `classes` are its Durable Objects, `workflows` those on
/// `ctx.exports`.
pub(in crate::compile) fn declared(
    wrangler: Option<&Wrangler>,
    classes: &[(String, Origin)],
    workflows: &[(String, Origin)],
) -> Vec<Declared> {
    let of = |role: Role| {
        move |(name, origin): &(String, Origin)| Declared { name: name.clone(), role, origin: origin.clone() }
    };
    let objects = classes.iter().map(of(Role::DurableObject));
    let mut declared: Vec<Declared> = objects.chain(workflows.iter().map(of(Role::Workflow))).collect();
    let Some(wrangler) = wrangler else { return declared };
    for export in &wrangler.exports {
        let role = match export.kind {
            ExportKind::Worker => Role::Entrypoint,
            // Workflows, and Durable Objects in use, are among the classes.
            ExportKind::Workflow | ExportKind::DurableObject(_) | ExportKind::RetiredDurableObject => {
                continue;
            }
        };
        let (name, origin) = (export.name.value.clone(), export.name.origin.clone());
        declared.push(Declared { name, role, origin });
    }
    let own = wrangler.name.as_ref().map(|name| name.value.as_str());
    for service in wrangler.services.iter().filter(|service| Some(service.service.value.as_str()) == own) {
        if let Some(entrypoint) = &service.entrypoint {
            let (name, origin) = (entrypoint.value.clone(), entrypoint.origin.clone());
            declared.push(Declared { name, role: Role::Entrypoint, origin });
        }
    }
    declared
}

/// Everything that is declared must be exported, and be what it is declared as.
pub(super) fn check(
    root: &Utf8Path,
    main: &str,
    analysis: &MainExports,
    declared: &[Declared],
    pool: &PoolOptions,
    diagnostics: &mut Diagnostics,
) {
    let additional = pool.additional_exports.iter().map(|export| export.name.value.as_str());
    let exported = analysis.exports.iter().map(|export| export.name.as_str());
    let names: Vec<&str> = exported.chain(additional).collect();
    for Declared { name, role, origin } in declared {
        if let Some(export) = analysis.exports.iter().find(|export| export.name == *name) {
            if let Declaration::Extends { base, .. } = &export.declaration
                && base != role.base()
            {
                let title = format!("`{name}` is not a {}", role.base());
                let diagnostic =
                    origin.label(Diagnostic::error("wrong-class", title), format!("extends {base}"));
                diagnostics.push(match &export.place {
                    Some(place) => undecided::at(root, place, diagnostic, "declared here"),
                    None => diagnostic,
                });
            }
        } else if !names.contains(&name.as_str()) {
            if let Some(star) = analysis.unknown_names.first() {
                let title = format!("whether {main} exports `{name}` cannot be decided before it runs");
                let diagnostic =
                    origin.label(Diagnostic::warning("undecided-export", title), "declared here");
                diagnostics.push(
                    undecided::at(root, &star.place, diagnostic, "its names are not known").help(format!(
                        "export it by name, or say it in the Vitest config: `additionalExports: {{ {name}: \"{}\" }}`",
                        role.base()
                    )),
                );
                continue;
            }
            let what = if *role == Role::Entrypoint { "entrypoint" } else { "class" };
            let diagnostic = Diagnostic::error("missing-class", format!("no exported {what} `{name}`"));
            let diagnostic = origin.label(diagnostic, format!("not exported by {main}"));
            diagnostics.push(match nearest(name, names.iter().copied()) {
                Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
                None => diagnostic
                    .help(format!("write `export class {name} extends {} {{ … }}` in {main}", role.base())),
            });
        }
    }
}
