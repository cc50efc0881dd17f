//! Where calls of imported functions are, for the source map.
//!
//! `ModuleRunnerTransform` writes `(0, __vite_ssr_import_0__.it)(…)`, and the parts of the callee that are printed have no
//! place in the source. V8 names the opening parenthesis as the place of the call; Vite's map leads from there to `it`.

use oxc::{
    ast::ast::{Expression, Program, SequenceExpression},
    ast_visit::{VisitMut, walk_mut::walk_sequence_expression},
    span::SPAN,
};

/// Gives the callees of all such calls their places.
pub(super) fn restore(program: &mut Program<'_>) {
    Callees.visit_program(program);
}

struct Callees;

impl<'a> VisitMut<'a> for Callees {
    fn visit_sequence_expression(&mut self, sequence: &mut SequenceExpression<'a>) {
        // Nobody wrote a zero without a place. The sequence gets none: its end would be the place of the parenthesis.
        if let [Expression::NumericLiteral(zero), _] = sequence.expressions.as_mut_slice()
            && zero.span.is_empty()
        {
            zero.span = sequence.span;
            sequence.span = SPAN;
        }
        walk_sequence_expression(self, sequence);
    }
}
