//! The second half of hoisting: once imports are calls, those that must see the mocks come after them.

use oxc::{
    allocator::{Allocator, ArenaVec},
    ast::ast::{BindingPattern, CallExpression, Expression, Program, Statement, VariableDeclaration},
    span::GetSpan,
    str::static_ident,
};

use super::hoist::Plan;

/// Moves the deferred imports behind the hoisted statements. Like Vitest, they become dynamic imports, which
/// do not check that the names asked for exist: a mock may leave some out.
pub(super) fn reorder<'a>(allocator: &'a Allocator, program: &mut Program<'a>, plan: &Plan) {
    let mut deferred = Vec::new();
    let mut body = ArenaVec::with_capacity_in(program.body.len(), &allocator);
    // Where the imports that stay end.
    let mut end_of_imports = 0;
    for mut statement in program.body.drain(..) {
        if let Some((number, call)) = import_call(&mut statement) {
            if plan.deferred.get(number).copied().unwrap_or(false) {
                make_dynamic(call);
                end_of_imports = end_of_imports.max(body.len());
                deferred.push(statement);
                continue;
            }
            end_of_imports = body.len() + 1;
        } else if end_of_imports == body.len() && is_export_all(&statement) {
            end_of_imports += 1;
        }
        body.push(statement);
    }
    let at = match plan.hoisted {
        Some((first, count)) => body
            .iter()
            .position(|statement| statement.span() == first && !is_generated(statement))
            .map_or(end_of_imports, |start| start + count),
        None => end_of_imports,
    };
    body.splice(at..at, deferred);
    program.body = body;
}

/// `__vite_ssr_exportAll__(…)`, which follows the import it re-exports.
fn is_export_all(statement: &Statement<'_>) -> bool {
    matches!(statement, Statement::ExpressionStatement(statement)
        if matches!(&statement.expression, Expression::CallExpression(call)
            if call.callee.is_specific_id("__vite_ssr_exportAll__")))
}

fn make_dynamic(call: &mut CallExpression<'_>) {
    if let Expression::Identifier(callee) = &mut call.callee {
        callee.name = static_ident!("__vite_ssr_dynamic_import__");
    }
    call.arguments.truncate(1);
}

/// The number and the call of `const __vite_ssr_import_3__ = await __vite_ssr_import__(…)`.
fn import_call<'s, 'a>(statement: &'s mut Statement<'a>) -> Option<(usize, &'s mut CallExpression<'a>)> {
    let Statement::VariableDeclaration(declaration) = statement else { return None };
    let number = import_number(declaration)?;
    let Some(Expression::AwaitExpression(awaited)) = &mut declaration.declarations.first_mut()?.init else {
        return None;
    };
    let Expression::CallExpression(call) = &mut awaited.argument else { return None };
    matches!(&call.callee, Expression::Identifier(callee) if callee.name == "__vite_ssr_import__")
        .then_some((number, &mut **call))
}

fn import_number(declaration: &VariableDeclaration<'_>) -> Option<usize> {
    let BindingPattern::BindingIdentifier(name) = &declaration.declarations.first()?.id else { return None };
    name.name.strip_prefix("__vite_ssr_import_")?.strip_suffix("__")?.parse().ok()
}

/// Whether the statement stands for an import, and so cannot be a hoisted one.
fn is_generated(statement: &Statement<'_>) -> bool {
    matches!(statement, Statement::VariableDeclaration(declaration) if import_number(declaration).is_some())
}
