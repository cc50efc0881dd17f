//! Exports in the form Vite 8 gives them.
//!
//! `ModuleRunnerTransform` writes `Object.defineProperty(__vite_ssr_exports__, "x", { …, get() { return x } })`,
//! as older Vites did. Vite 8 calls `__vite_ssr_exportName__`, which lets Vitest see who reads an export, and
//! catches the error of reading one too early, which is what makes circular imports give `undefined`.

use oxc::{
    allocator::Allocator,
    ast::{
        ast::{
            Argument, ArrowFunctionBody, BlockStatement, CallExpression, CatchClause, Expression,
            FormalParameterKind, FormalParameters, FunctionBody, ObjectPropertyKind, Program, Statement,
        },
        builder::AstBuilder,
    },
    span::SPAN,
    str::static_ident,
};

/// Rewrites every export of the program.
pub(super) fn modernise<'a>(allocator: &'a Allocator, program: &mut Program<'a>) {
    let builder = AstBuilder::new(allocator);
    for statement in &mut program.body {
        let Some(call) = export_call(statement) else { continue };
        let Some(value) = take_value(call, &builder) else { continue };
        call.callee = Expression::new_identifier(SPAN, static_ident!("__vite_ssr_exportName__"), &builder);
        call.arguments.remove(0);
        call.arguments[1] = Argument::from(getter(value, &builder));
    }
}

/// The call of `Object.defineProperty(__vite_ssr_exports__, …)`.
fn export_call<'s, 'a>(statement: &'s mut Statement<'a>) -> Option<&'s mut CallExpression<'a>> {
    let Statement::ExpressionStatement(statement) = statement else { return None };
    let Expression::CallExpression(call) = &mut statement.expression else { return None };
    let defines = call.callee.is_specific_member_access("Object", "defineProperty");
    let target = call.arguments.first().and_then(Argument::as_expression);
    let exports =
        matches!(target, Some(Expression::Identifier(target)) if target.name == "__vite_ssr_exports__");
    (defines && exports && call.arguments.len() == 3).then_some(&mut **call)
}

/// Takes `x` out of `{ get() { return x } }`, the call's last argument.
fn take_value<'a>(call: &mut CallExpression<'a>, builder: &AstBuilder<'a>) -> Option<Expression<'a>> {
    let Argument::ObjectExpression(descriptor) = call.arguments.last_mut()? else { return None };
    let ObjectPropertyKind::ObjectProperty(get) = descriptor.properties.last_mut()? else { return None };
    let Expression::FunctionExpression(get) = &mut get.value else { return None };
    let Statement::ReturnStatement(result) = get.body.as_mut()?.statements.first_mut()? else { return None };
    let value = result.argument.as_mut()?;
    Some(std::mem::replace(value, Expression::new_null_literal(SPAN, builder)))
}

/// `() => { try { return value } catch {} }`
fn getter<'a>(value: Expression<'a>, builder: &AstBuilder<'a>) -> Expression<'a> {
    let result = Statement::new_return_statement(SPAN, Some(value), builder);
    let handled = CatchClause::boxed(SPAN, None, BlockStatement::boxed(SPAN, [], builder), builder);
    let block = BlockStatement::boxed(SPAN, [result], builder);
    let attempt = Statement::new_try_statement(SPAN, block, Some(handled), None, builder);
    let body = ArrowFunctionBody::FunctionBody(FunctionBody::boxed(SPAN, [], [attempt], builder));
    let none = FormalParameters::boxed(SPAN, FormalParameterKind::ArrowFormalParameters, [], None, builder);
    Expression::new_arrow_function_expression(SPAN, false, None, none, None, body, builder)
}
