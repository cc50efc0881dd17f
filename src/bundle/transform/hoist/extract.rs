//! Takes the hoisted statements out of the program.

use oxc::{
    allocator::{Allocator, ArenaBox, ArenaVec},
    ast::{
        ast::{
            Argument, BlockStatement, CallExpression, Expression, IdentifierName, IfStatement, Program,
            Statement, VariableDeclarationKind,
        },
        builder::AstBuilder,
    },
    ast_visit::{VisitMut, walk_mut},
    span::{GetSpan, SPAN},
};

use super::{
    HoistRules,
    calls::{Hoisted, mock_call},
};

/// Removes the statements of `calls` and returns them in source order, each under the condition it stood
/// under. Also gives `vi.mock(import("./x"))` its run-time form, `vi.mock("./x")`.
pub(super) fn extract<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    calls: &[Hoisted],
    rules: HoistRules,
) -> Vec<Statement<'a>> {
    let mut extractor = Extractor { allocator, calls, moved: Vec::with_capacity(calls.len()) };
    extractor.visit_program(program);
    let mut moved = extractor.moved;
    moved.sort_by_key(|(at, _)| *at);
    let guarded = |at: usize| rules == HoistRules::Vitest5 && calls[at].guarded;
    moved
        .into_iter()
        .map(|(at, statement)| if guarded(at) { guard(allocator, statement) } else { statement })
        .collect()
}

struct Extractor<'a, 'c> {
    allocator: &'a Allocator,
    calls: &'c [Hoisted],
    moved: Vec<(usize, Statement<'a>)>,
}

impl<'a> VisitMut<'a> for Extractor<'a, '_> {
    fn visit_statements(&mut self, list: &mut ArenaVec<'a, Statement<'a>>) {
        walk_mut::walk_statements(self, list);
        let calls = self.calls;
        let hoisted = |statement: &Statement<'a>| {
            matches!(statement, Statement::ExpressionStatement(_) | Statement::VariableDeclaration(_))
                .then(|| {
                    calls.iter().position(|call| call.is_statement && call.statement == statement.span())
                })
                .flatten()
        };
        if !list.iter().any(|statement| hoisted(statement).is_some()) {
            return;
        }
        let mut kept = ArenaVec::with_capacity_in(list.len(), &self.allocator);
        for statement in list.drain(..) {
            match hoisted(&statement) {
                Some(at) => self.moved.push((at, statement)),
                None => kept.push(statement),
            }
        }
        *list = kept;
    }

    fn visit_call_expression(&mut self, call: &mut CallExpression<'a>) {
        if let Some((_, "mock" | "unmock" | "doMock" | "doUnmock")) = mock_call(call)
            && let Some(argument) = call.arguments.first_mut()
        {
            let import = match argument {
                Argument::ImportExpression(import) => Some(import),
                Argument::AwaitExpression(awaited) => match &mut awaited.argument {
                    Expression::ImportExpression(import) => Some(import),
                    _ => None,
                },
                _ => None,
            };
            if let Some(import) = import {
                let builder = AstBuilder::new(self.allocator);
                let placeholder = Expression::new_null_literal(SPAN, &builder);
                *argument = Argument::from(std::mem::replace(&mut import.source, placeholder));
            }
        }
        walk_mut::walk_call_expression(self, call);
    }
}

/// `if (import.meta.vitest) { statement }`. What it declares stays visible outside.
fn guard<'a>(allocator: &'a Allocator, mut statement: Statement<'a>) -> Statement<'a> {
    let builder = AstBuilder::new(allocator);
    let span = statement.span();
    if let Statement::VariableDeclaration(declaration) = &mut statement {
        declaration.kind = VariableDeclarationKind::Var;
    }
    let property = IdentifierName::new(SPAN, "vitest", &builder);
    let meta = Expression::new_import_meta(SPAN, &builder);
    let test = Expression::new_static_member_expression(SPAN, meta, property, false, &builder);
    let block = BlockStatement::new(span, [statement], &builder);
    let consequent = Statement::BlockStatement(ArenaBox::new_in(block, &allocator));
    Statement::IfStatement(IfStatement::boxed(span, test, consequent, None, &builder))
}
