//! Judges the calls found: Vitest's errors and warnings about mock calls that cannot be hoisted as written.

use std::{ops::Range, sync::Arc};

use oxc::ast::ast::{Declaration, Program, Statement, VariableDeclaration};

use super::{
    super::{diagnostic, options::HoistRules},
    calls, imports_of, is_mock_api_module,
};
use crate::diagnostic::{Diagnostic, Label, Severity, SourceFile};

const GUIDE: &str = "See https://vitest.dev/guide/mocking/modules#how-it-works";

/// Judges the calls found.
pub(super) struct Report<'r> {
    pub(super) file: &'r Arc<SourceFile>,
    pub(super) rules: HoistRules,
}

impl Report<'_> {
    /// Every problem that keeps the calls from being hoisted; what Vitest only warns of goes to `warnings`.
    pub(super) fn check(
        &self,
        found: &calls::Found,
        program: &Program<'_>,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut errors: Vec<_> = found.exported.iter().map(|export| self.exported(export)).collect();
        errors.extend(self.nested_in_each_other(&found.hoisted));
        errors.extend(self.foreign_api(found, program));
        if !errors.is_empty() {
            return Err(errors);
        }
        let misplaced: Vec<_> = found.hoisted.iter().filter(|call| !call.at_top_level(self.rules)).collect();
        match self.rules {
            HoistRules::Vitest4 => {
                if !found.mentions_import_meta_vitest {
                    warnings.extend(misplaced.iter().map(|call| self.nested_warning(call)));
                }
                let stuck: Vec<_> = misplaced.into_iter().filter(|call| !call.is_statement).collect();
                if stuck.is_empty() { Ok(()) } else { Err(vec![self.nested_error(&stuck)]) }
            }
            HoistRules::Vitest5 if misplaced.is_empty() => Ok(()),
            HoistRules::Vitest5 => Err(vec![self.nested_error(&misplaced)]),
        }
    }

    fn exported(&self, export: &calls::Exported) -> Diagnostic {
        let method = &export.method;
        let (title, help) = if method.ends_with(".hoisted") {
            let help = "You can control hoisting behavior by placing the import from this file first.";
            ("Cannot export hoisted variable".to_owned(), help.to_owned())
        } else {
            let help = format!("Remove export declaration because \"{method}\" doesn't return anything.");
            (format!("Cannot export the result of \"{method}\""), help)
        };
        self.error("mock-export", title, export.span.clone(), vec![help])
    }

    fn nested_in_each_other(&self, calls: &[calls::Hoisted]) -> Option<Diagnostic> {
        let contains = |outer: &calls::Hoisted, inner: &calls::Hoisted| {
            inner.span.start >= outer.span.start && inner.span.end <= outer.span.end
        };
        let mut pairs =
            calls.iter().enumerate().flat_map(|(at, one)| calls[at + 1..].iter().map(move |two| (one, two)));
        let (outer, inner) = pairs.find_map(|(one, two)| {
            if contains(two, one) { Some((two, one)) } else { contains(one, two).then_some((one, two)) }
        })?;
        let title = format!(
            "Cannot call {} inside {}: both methods are hoisted to the top of the file and not actually called \
             inside each other",
            self.name(inner),
            self.name(outer)
        );
        Some(self.error("nested-mock", title, inner.call.clone(), vec![]))
    }

    /// The hoisted calls run before anything the file imports or declares, so `vi` has to come from Vitest.
    fn foreign_api(&self, found: &calls::Found, program: &Program<'_>) -> Option<Diagnostic> {
        let first = found.hoisted.first()?;
        if imports_of(program).any(|import| is_mock_api_module(&import.source.value)) {
            return None;
        }
        let foreign = found.objects.iter().find(|name| declared_at_top(program, name))?;
        Some(self.error(
            "mock-api",
            format!(
                "`{foreign}` is not Vitest's own here, but the call is hoisted above what `{foreign}` is"
            ),
            first.call.clone(),
            vec![format!("Import {{ {foreign} }} from \"vitest\" in this file.")],
        ))
    }

    fn nested_warning(&self, call: &calls::Hoisted) -> Diagnostic {
        diagnostic(
            "mock-not-at-top",
            Severity::Warning,
            format!("A {} call is not at the top level of the module", self.name(call)),
            self.file,
            call.call.clone(),
            vec![
                "Although it appears nested, it will be hoisted and executed before any tests run. Move it to the \
                 top level to reflect its actual execution order. This is an error in Vitest 5."
                    .to_owned(),
                GUIDE.to_owned(),
            ],
        )
    }

    fn nested_error(&self, calls: &[&calls::Hoisted]) -> Diagnostic {
        let (s, was, appears, them) = if calls.len() > 1 {
            ("s", "were", "they appear", "them")
        } else {
            ("", "was", "it appears", "it")
        };
        let top = if calls.iter().any(|call| call.guarded) {
            "the top level of the `if (import.meta.vitest)` block"
        } else {
            "the top level"
        };
        let title = format!(
            "{} call{s} in \"{}\" {was} defined outside of the module's top level scope",
            calls.len(),
            self.file.path
        );
        let labels = calls.iter().map(|call| Label {
            file: Arc::clone(self.file),
            span: call.call.clone(),
            text: self.name(call),
        });
        Diagnostic {
            code: "mock-not-at-top",
            severity: Severity::Error,
            title,
            labels: labels.collect(),
            help: vec![
                format!(
                    "Although {appears} nested, the call{s} will be hoisted and executed before anything in this file. \
                     Move {them} to {top} to reflect the actual execution order."
                ),
                GUIDE.to_owned(),
            ],
        }
    }

    /// The call as Vitest shows it: the first argument only if it is a literal or an `import(…)`.
    fn name(&self, call: &calls::Hoisted) -> String {
        let argument = call.argument.clone().and_then(|span| self.file.text.get(span)).unwrap_or_default();
        format!("{}({argument})", call.method)
    }

    fn error(
        &self,
        code: &'static str,
        title: impl Into<String>,
        span: Range<usize>,
        help: Vec<String>,
    ) -> Diagnostic {
        diagnostic(code, Severity::Error, title, self.file, span, help)
    }
}

/// Whether the module itself declares or imports `name`.
fn declared_at_top(program: &Program<'_>, name: &str) -> bool {
    let variable = |declaration: &VariableDeclaration<'_>| {
        declaration.declarations.iter().any(|declarator| {
            declarator.id.get_binding_identifiers().iter().any(|identifier| identifier.name == name)
        })
    };
    program.body.iter().any(|statement| match statement {
        Statement::ImportDeclaration(import) => {
            import.specifiers.iter().flatten().any(|specifier| specifier.local().name == name)
        }
        Statement::VariableDeclaration(declaration) => variable(declaration),
        Statement::ExportDeclaration(export) => {
            matches!(&export.declaration, Declaration::VariableDeclaration(declaration) if variable(declaration))
        }
        _ => false,
    })
}
