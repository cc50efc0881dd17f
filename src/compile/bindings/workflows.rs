//! Workflows: bindings to them, and those on `ctx.exports`.

use super::{Bindings, Need, Reference, Written, of, whole};
use crate::{
    config::{
        origin::{Origin, Spanned},
        vitest::Named,
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{BindingKind, ServiceTarget, WorkflowExport},
};

/// A workflow as a binding names it.
struct Bound<'a> {
    name: &'a Spanned<String>,
    class: &'a Spanned<String>,
    /// The Worker that has the class, if not this one.
    script: Option<&'a Spanned<String>>,
    step_limit: Option<&'a Spanned<f64>>,
}

pub(super) fn collect(written: Written<'_>, found: &mut Bindings, diagnostics: &mut Diagnostics) {
    for workflow in written.wrangler.into_iter().flat_map(|wrangler| &wrangler.workflows) {
        let bound = Bound {
            name: &workflow.name,
            class: &workflow.class_name,
            script: workflow.script_name.as_ref(),
            step_limit: workflow.limits.as_ref().and_then(|limits| limits.steps.as_ref()),
        };
        found.bind(written, &workflow.binding, &bound);
    }
    for export in written.wrangler.into_iter().flat_map(|wrangler| &wrangler.exports) {
        if let Some(workflow) = &export.workflow {
            let limit = workflow.limits.as_ref().and_then(|limits| limits.steps.as_ref());
            found.export(&export.name, &workflow.name, limit);
        }
    }
    for Named { name, value: workflow } in &written.options.workflows {
        let bound = Bound {
            name: &workflow.name,
            class: &workflow.class_name,
            script: workflow.script_name.as_ref(),
            step_limit: workflow.step_limit.as_ref(),
        };
        found.bind(written, name, &bound);
    }
    for Named { name: class, value: workflow } in &written.options.workflow_exports {
        found.export(class, &workflow.name, workflow.step_limit.as_ref());
    }
    found.check(diagnostics);
}

impl Bindings {
    fn bind(&mut self, written: Written<'_>, binding: &Spanned<String>, workflow: &Bound<'_>) {
        let target = workflow.script.map_or(ServiceTarget::SelfWorker, |script| {
            let reference = Reference {
                worker: script.value.clone(),
                origin: script.origin.clone(),
                who: format!("the workflow binding `{binding}`"),
                needs: Some(Need::Entrypoint(workflow.class.clone())),
            };
            self.worker(written.names, reference)
        });
        let kind = BindingKind::Workflow {
            id: workflow.name.value.clone(),
            class: workflow.class.value.clone(),
            target,
            step_limit: workflow.step_limit.map(|limit| whole(limit.value)),
        };
        self.add(binding, kind);
    }

    /// Adds a workflow to `ctx.exports`, in place of what was said of its class before.
    fn export(&mut self, class: &Spanned<String>, name: &Spanned<String>, limit: Option<&Spanned<f64>>) {
        self.workflows.retain(|other| other.class != class.value);
        self.workflows.push(WorkflowExport {
            class: class.value.clone(),
            id: name.value.clone(),
            step_limit: limit.map(|limit| whole(limit.value)),
            provenance: of(&class.origin),
        });
        self.workflow_origins.push((class.value.clone(), class.origin.clone()));
    }

    /// A workflow that is exported has one class.
    fn check(&self, diagnostics: &mut Diagnostics) {
        for (index, export) in self.workflows.iter().enumerate() {
            let exported = self.workflows[..index].iter().map(|other| (&other.id, &other.class));
            let bound = self.list.iter().filter_map(|binding| match &binding.kind {
                BindingKind::Workflow { id, class, target: ServiceTarget::SelfWorker, .. } => {
                    Some((id, class))
                }
                _ => None,
            });
            let other =
                exported.chain(bound).find(|(id, class)| **id == export.id && **class != export.class);
            if let (Some((_, other)), Some(origin)) = (other, self.origin_of(export)) {
                let title =
                    format!("the workflow `{}` has two classes, `{other}` and `{}`", export.id, export.class);
                let diagnostic = Diagnostic::error("workflow-name", title);
                diagnostics.push(origin.label(diagnostic, "").help("give each class a name of its own"));
            }
        }
    }

    fn origin_of(&self, export: &WorkflowExport) -> Option<&Origin> {
        let mut origins = self.workflow_origins.iter().rev();
        origins.find(|(class, _)| *class == export.class).map(|(_, origin)| origin)
    }
}
