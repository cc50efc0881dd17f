//! Vitest's mock hoisting: `vi.mock`, `vi.unmock` and `vi.hoisted` run before the file's imports.
//!
//! The rules are those of `@vitest/mocker`'s `hoistMocks` in 4.1 and 5.x: a call is recognised by the words
//! `vi` or `vitest`, whatever they are bound to; it moves to the top in source order; the import of `vitest`
//! stays first, every other import comes after the mocks. This pass works on the lowered program before its
//! imports become calls; [`super::reorder`] then moves those.

mod calls;
mod extract;
mod report;

use std::sync::Arc;

use oxc::{
    allocator::{Allocator, ArenaVec},
    ast::ast::{BindingIdentifier, ImportSpecifier, StringLiteral},
    ast::{
        ast::{
            ImportDeclaration, ImportDeclarationSpecifier, ImportOrExportKind, ModuleExportName, Program,
            Statement,
        },
        builder::AstBuilder,
    },
    span::{GetSpan, SPAN, Span},
};

use super::options::HoistRules;
use crate::diagnostic::{Diagnostic, SourceFile};

/// The identifiers Vitest takes for its mock API.
pub(super) const MOCK_OBJECTS: [&str; 2] = ["vi", "vitest"];

/// Whether a specifier is Vitest itself, or the redistribution whose imports Vitest treats the same way.
pub(super) fn is_mock_api_module(specifier: &str) -> bool {
    matches!(specifier, "vitest" | "vite-plus/test")
}

/// What is left to do once imports have become calls.
pub(super) struct Plan {
    /// For each import and re-export in order, whether it has to come after the mocks.
    pub(super) deferred: Vec<bool>,
    /// The span of the first hoisted statement, and how many there are.
    pub(super) hoisted: Option<(Span, usize)>,
}

/// Moves the hoisted calls to the top of the program. `None` if the file calls no mock function.
pub(super) fn hoist<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    file: &Arc<SourceFile>,
    rules: HoistRules,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Option<Plan>, Vec<Diagnostic>> {
    if !MOCK_OBJECTS.iter().any(|name| file.text.contains(name)) {
        return Ok(None);
    }
    let found = calls::find(program);
    if !found.any_mock_call {
        return Ok(None);
    }
    report::Report { file, rules }.check(&found, program, warnings)?;

    let builder = AstBuilder::new(allocator);
    let moved = extract::extract(allocator, program, &found.hoisted, rules);
    let hoisted = moved.first().map(|first| (first.span(), moved.len()));
    let imports_vitest = imports_of(program).any(|import| is_mock_api_module(&import.source.value));
    let mut body = ArenaVec::with_capacity_in(program.body.len() + moved.len() + 1, &allocator);
    if !imports_vitest && !moved.is_empty() {
        body.push(import_of_vitest(&found.objects, &builder));
    }
    body.extend(moved);
    body.extend(program.body.drain(..));
    program.body = body;

    let deferred = program.body.iter().filter_map(|statement| match statement {
        Statement::ImportDeclaration(import) => Some(!is_mock_api_module(&import.source.value)),
        // Vitest leaves re-exports in place: they are evaluated before the mocks are known.
        Statement::ExportAllDeclaration(_) | Statement::ExportFromDeclaration(_) => Some(false),
        _ => None,
    });
    Ok(Some(Plan { deferred: deferred.collect(), hoisted }))
}

fn imports_of<'p, 'a>(program: &'p Program<'a>) -> impl Iterator<Item = &'p ImportDeclaration<'a>> {
    program.body.iter().filter_map(|statement| match statement {
        Statement::ImportDeclaration(import) => Some(&**import),
        _ => None,
    })
}

/// `import { vi } from "vitest"`, which Vitest adds to a file that uses the global `vi`.
fn import_of_vitest<'a>(objects: &[&'static str], builder: &AstBuilder<'a>) -> Statement<'a> {
    let value = ImportOrExportKind::Value;
    let specifiers = objects.iter().map(|&name| {
        let imported = ModuleExportName::new_identifier_name(SPAN, name, builder);
        let local = BindingIdentifier::new(SPAN, name, builder);
        ImportDeclarationSpecifier::ImportSpecifier(ImportSpecifier::boxed(
            SPAN, imported, local, value, builder,
        ))
    });
    let specifiers = ArenaVec::from_iter_in(specifiers, builder);
    let source = StringLiteral::new(SPAN, "vitest", None, builder);
    Statement::ImportDeclaration(ImportDeclaration::boxed(
        SPAN,
        Some(specifiers),
        source,
        None,
        None,
        value,
        builder,
    ))
}
