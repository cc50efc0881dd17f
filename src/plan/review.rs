//! What of a plan is committed.

use super::{BindingKind, InnerBinding, ModuleSource, Plan, Provenance, ServiceKind};

impl Plan {
    /// The plan without what changes whenever a source is edited: lists of modules, hashes of contents, and the lines of
    /// sources that export something or differ from production. What is left changes when the configuration does, or the set of test files.
    #[must_use]
    pub fn for_review(&self) -> Self {
        let mut plan = self.clone();
        plan.worker.modules.clear();
        for extension in &mut plan.extensions {
            extension.modules.clear();
        }
        for binding in &mut plan.worker.bindings {
            forget_hashes(&mut binding.kind);
        }
        for service in &mut plan.services {
            if let ServiceKind::Worker(worker) | ServiceKind::Auxiliary(worker) = &mut service.kind {
                worker.modules.clear();
                for binding in &mut worker.bindings {
                    forget_hashes(&mut binding.kind);
                }
            }
        }
        for plugin in &mut plan.vite_plugins {
            plugin.modules.clear();
        }
        for export in &mut plan.worker.exports {
            forget_line(&mut export.provenance);
        }
        for difference in &mut plan.parity {
            forget_line(&mut difference.provenance);
        }
        plan.parity.dedup();
        plan
    }
}

/// Lines of configuration stay: they are what is reviewed.
fn forget_line(provenance: &mut Provenance) {
    const CONFIGURATION: [&str; 4] = ["wrangler.", "vitest.", "vite.", "cloudflare."];
    if let Provenance::Source { file, line } = provenance
        && !file.file_name().is_some_and(|name| CONFIGURATION.iter().any(|start| name.starts_with(start)))
    {
        *line = None;
    }
}

fn forget_hashes(kind: &mut BindingKind) {
    match kind {
        BindingKind::TextModule { source }
        | BindingKind::DataModule { source }
        | BindingKind::WasmModule { source } => {
            let ModuleSource::File { hash, .. } = source;
            hash.clear();
        }
        BindingKind::Wrapped { inner, .. } => {
            for InnerBinding { kind, .. } in inner {
                forget_hashes(kind);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::{ModuleSource, sample};

    #[test]
    fn edits_of_sources_are_not_reviewed() {
        let plan = sample::plan();
        let mut edited = plan.clone();
        let ModuleSource::File { hash, .. } = &mut edited.worker.modules[0].source;
        hash.push('2');
        edited.extensions[0].modules.pop();
        edited.worker.exports[0].provenance = crate::plan::Provenance::source("src/index.ts", 99);
        assert_ne!(edited, plan);
        assert_eq!(edited.for_review(), plan.for_review());
    }
}
