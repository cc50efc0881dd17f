//! Code that asks whether a name is there before it uses it.

use oxc::{
    ast::{AstKind, ast::Statement},
    semantic::{AstNodes, NodeId},
    span::{GetSpan as _, Span},
};

use super::contains;

/// The questions that a module asks.
pub(super) struct Guards<'t> {
    text: &'t str,
    /// Variables and functions whose text asks for a name, for example `const isNode = typeof process === "object"`.
    answers: Vec<(String, Span)>,
}

/// No function that only asks is longer.
const LONGEST_ANSWER: u32 = 400;

impl<'t> Guards<'t> {
    pub(super) fn new(nodes: &AstNodes<'_>, text: &'t str) -> Self {
        let named = nodes.iter().filter_map(|node| match node.kind() {
            AstKind::VariableDeclarator(variable) => {
                Some((variable.id.get_binding_identifier()?.name.to_string(), variable.init.as_ref()?.span()))
            }
            AstKind::Function(function) => Some((function.id.as_ref()?.name.to_string(), function.span)),
            _ => None,
        });
        let answers = named.filter(|(_, span)| span.size() <= LONGEST_ANSWER);
        Self { text, answers: answers.collect() }
    }

    /// Whether the use of `name` at `node` is only reached where the name is there, or where its absence is caught.
    pub(super) fn guard(&self, nodes: &AstNodes<'_>, name: &str, node: NodeId, span: Span) -> bool {
        let mut in_function = false;
        let mut inner = span;
        for kind in nodes.ancestor_kinds(node) {
            let asks = |condition: Span| !contains(condition, inner) && self.asks(name, condition);
            let guarded = match kind {
                AstKind::UnaryExpression(unary) => {
                    unary.operator.is_typeof() && unary.argument.get_inner_expression().span() == span
                }
                AstKind::IfStatement(statement) => asks(statement.test.span()),
                AstKind::ConditionalExpression(expression) => asks(expression.test.span()),
                AstKind::LogicalExpression(expression) => asks(expression.left.span()),
                AstKind::WhileStatement(statement) => asks(statement.test.span()),
                AstKind::TryStatement(statement) => {
                    !in_function && statement.handler.is_some() && contains(statement.block.span, inner)
                }
                AstKind::BlockStatement(block) => self.left_early(name, &block.body, inner),
                AstKind::FunctionBody(body) => self.left_early(name, &body.statements, inner),
                _ => false,
            };
            if guarded {
                return true;
            }
            in_function |= matches!(kind, AstKind::Function(_) | AstKind::ArrowFunctionExpression(_));
            inner = kind.span();
        }
        false
    }

    /// Whether a statement before `inner` asks for the name, and leaves if it is not there.
    fn left_early(&self, name: &str, statements: &[Statement<'_>], inner: Span) -> bool {
        let before = statements.iter().take_while(|statement| statement.span().end <= inner.start);
        before.into_iter().any(|statement| {
            matches!(statement, Statement::IfStatement(statement)
                if leaves(&statement.consequent) && self.asks(name, statement.test.span()))
        })
    }

    /// Whether a condition asks for the name.
    fn asks(&self, name: &str, condition: Span) -> bool {
        let text = self.slice(condition);
        mentions(text, name)
            || self
                .answers
                .iter()
                .any(|(answer, span)| has_word(text, answer) && mentions(self.slice(*span), name))
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

/// Whether a text asks for a name without failing where there is none.
fn mentions(text: &str, name: &str) -> bool {
    let after = |start: &str| {
        text.match_indices(start).any(|(at, _)| {
            let rest = text[at + start.len()..].trim_start_matches([' ', '(']);
            rest.strip_prefix(name).is_some_and(|rest| !rest.starts_with(is_word))
        })
    };
    let quoted = |quote: char| text.contains(&format!("{quote}{name}{quote}"));
    after("typeof ")
        || after("typeof(")
        || after("globalThis.")
        || (text.contains(" in ") && (quoted('"') || quoted('\'')))
        || (name == super::META_ENV && text.contains(name))
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Whether nothing after the statement is reached.
fn leaves(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::ReturnStatement(_)
        | Statement::ThrowStatement(_)
        | Statement::ContinueStatement(_)
        | Statement::BreakStatement(_) => true,
        Statement::BlockStatement(block) => block.body.last().is_some_and(leaves),
        _ => false,
    }
}
