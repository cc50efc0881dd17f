//! Finds the calls Vitest hoists, and what stands around them.

use std::ops::Range;

use oxc::{
    ast::{
        AstKind,
        ast::{CallExpression, Expression, IfStatement, Program, Statement},
    },
    ast_visit::Visit,
    span::{GetSpan, Span},
};

use super::{HoistRules, MOCK_OBJECTS};

/// Everything found in one file.
#[derive(Default)]
pub(super) struct Found {
    /// The calls to hoist, in source order.
    pub(super) hoisted: Vec<Hoisted>,
    /// Hoisted calls whose result is exported.
    pub(super) exported: Vec<Exported>,
    /// Those of [`MOCK_OBJECTS`] that some call uses.
    pub(super) objects: Vec<&'static str>,
    /// Whether there is a call that makes Vitest rewrite the file, hoisted or not (`vi.doMock`).
    pub(super) any_mock_call: bool,
    pub(super) mentions_import_meta_vitest: bool,
}

/// A call to hoist.
pub(super) struct Hoisted {
    /// Such as `vi.mock`.
    pub(super) method: String,
    /// What moves: the call, the `await` around it, or the declaration it initialises.
    pub(super) span: Range<usize>,
    /// The call itself.
    pub(super) call: Range<usize>,
    /// Its first argument, if it is a literal or an `import(…)`.
    pub(super) argument: Option<Range<usize>>,
    /// The statement that moves; meaningful if `is_statement`.
    pub(super) statement: Span,
    /// Whether what moves is a whole statement in a list of statements.
    pub(super) is_statement: bool,
    /// Whether an `if (import.meta.vitest)` is around it.
    pub(super) guarded: bool,
    position: Position,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Top,
    GuardBlock,
    Nested,
}

impl Hoisted {
    /// Whether it stands where these rules allow it.
    pub(super) fn at_top_level(&self, rules: HoistRules) -> bool {
        match self.position {
            Position::Top => self.is_statement,
            Position::GuardBlock => self.is_statement && rules == HoistRules::Vitest5,
            Position::Nested => false,
        }
    }
}

/// An exported hoisted call.
pub(super) struct Exported {
    pub(super) method: String,
    /// The whole export.
    pub(super) span: Range<usize>,
}

pub(super) fn find(program: &Program<'_>) -> Found {
    let mut finder = Finder { parents: Vec::new(), found: Found::default() };
    finder.visit_program(program);
    finder.found
}

/// The object and method of a call such as `vi.mock(…)`.
pub(super) fn mock_call<'c>(call: &'c CallExpression<'_>) -> Option<(&'static str, &'c str)> {
    let Expression::StaticMemberExpression(callee) = &call.callee else { return None };
    let Expression::Identifier(object) = &callee.object else { return None };
    let object = MOCK_OBJECTS.into_iter().find(|name| object.name == *name)?;
    Some((object, callee.property.name.as_str()))
}

struct Finder<'a> {
    /// The nodes around the current one, outermost first.
    parents: Vec<AstKind<'a>>,
    found: Found,
}

impl<'a> Visit<'a> for Finder<'a> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        match kind {
            AstKind::CallExpression(call) => self.judge(call),
            AstKind::StaticMemberExpression(member)
                if member.property.name == "vitest" && matches!(member.object, Expression::ImportMeta(_)) =>
            {
                self.found.mentions_import_meta_vitest = true;
            }
            _ => {}
        }
        self.parents.push(kind);
    }

    fn leave_node(&mut self, _: AstKind<'a>) {
        self.parents.pop();
    }
}

impl<'a> Finder<'a> {
    fn judge(&mut self, call: &'a CallExpression<'a>) {
        let Some((object, method)) = mock_call(call) else { return };
        if !self.found.objects.contains(&object) {
            self.found.objects.push(object);
        }
        let hoisted = match method {
            "mock" | "unmock" => self.mock(call),
            "hoisted" => self.hoisted(call),
            "doMock" | "doUnmock" => {
                self.found.any_mock_call = true;
                return;
            }
            _ => return,
        };
        self.found.any_mock_call = true;
        let method = format!("{object}.{method}");
        if let Some(span) = self.export_around(call) {
            self.found.exported.push(Exported { method: method.clone(), span: range(span) });
        }
        let argument = call.arguments.first().filter(|argument| {
            argument.as_expression().is_some_and(|argument| {
                argument.is_literal() || matches!(argument, Expression::ImportExpression(_))
            })
        });
        let Moved { node, statement, depth } = hoisted;
        self.found.hoisted.push(Hoisted {
            method,
            span: range(node),
            call: range(call.span),
            argument: argument.map(|argument| range(argument.span())),
            statement: statement.unwrap_or(node),
            is_statement: statement.is_some(),
            guarded: self
                .parents
                .iter()
                .any(|parent| matches!(parent, AstKind::IfStatement(it) if is_guard(it))),
            position: self.position(depth),
        });
    }

    /// `vi.mock(…)` moves as a statement of its own.
    fn mock(&self, call: &CallExpression<'_>) -> Moved {
        let parent = self.parents.len().wrapping_sub(1);
        self.expression_statement(call.span, parent)
    }

    /// `vi.hoisted(…)` moves with its `await` and with the declaration it is the first value of.
    fn hoisted(&self, call: &CallExpression<'_>) -> Moved {
        let mut node = call.span;
        let mut parent = self.parents.len().wrapping_sub(1);
        if let Some(AstKind::AwaitExpression(awaited)) = self.parents.get(parent) {
            node = awaited.span;
            parent = parent.wrapping_sub(1);
        }
        let declaration = self.parents.iter().rposition(|it| matches!(it, AstKind::VariableDeclaration(_)));
        if let Some(depth) = declaration
            && let AstKind::VariableDeclaration(declaration) = self.parents[depth]
            && declaration.declarations.first().and_then(|first| first.init.as_ref()).map(GetSpan::span)
                == Some(node)
        {
            let depth = depth.wrapping_sub(1);
            let node = declaration.span;
            return Moved { node, statement: self.is_statement_list(depth).then_some(node), depth };
        }
        self.expression_statement(node, parent)
    }

    /// What moves if `node`, whose parent is at `parent`, is a statement.
    fn expression_statement(&self, node: Span, parent: usize) -> Moved {
        match self.parents.get(parent) {
            Some(AstKind::ExpressionStatement(statement)) => {
                let depth = parent.wrapping_sub(1);
                Moved { node, statement: self.is_statement_list(depth).then_some(statement.span), depth }
            }
            _ => Moved { node, statement: None, depth: parent },
        }
    }

    fn is_statement_list(&self, depth: usize) -> bool {
        let list = self.parents.get(depth);
        matches!(
            list,
            Some(
                AstKind::Program(_)
                    | AstKind::BlockStatement(_)
                    | AstKind::FunctionBody(_)
                    | AstKind::StaticBlock(_)
                    | AstKind::SwitchCase(_)
            )
        )
    }

    fn position(&self, depth: usize) -> Position {
        match self.parents.get(depth) {
            Some(AstKind::Program(_)) => Position::Top,
            Some(AstKind::BlockStatement(block)) => match self.parents.get(depth.wrapping_sub(1)) {
                Some(AstKind::IfStatement(it)) if is_guard(it) && it.consequent.span() == block.span => {
                    Position::GuardBlock
                }
                _ => Position::Nested,
            },
            _ => Position::Nested,
        }
    }

    /// `export default vi.mock(…)` and `export const x = vi.mock(…)`, awaited or not.
    fn export_around(&self, call: &CallExpression<'_>) -> Option<Span> {
        let mut value = call.span;
        let mut around = self.parents.iter().rev().peekable();
        if let Some(AstKind::AwaitExpression(awaited)) = around.peek() {
            value = awaited.span;
            around.next();
        }
        if let Some(AstKind::ExportDefaultDeclaration(export)) = around.peek() {
            return Some(export.span);
        }
        let declaration = around.find_map(|it| match it {
            AstKind::VariableDeclaration(declaration) => Some(declaration),
            _ => None,
        })?;
        let first = declaration.declarations.first()?.init.as_ref()?;
        match around.next() {
            Some(AstKind::ExportDeclaration(export)) if first.span() == value => Some(export.span),
            _ => None,
        }
    }
}

struct Moved {
    node: Span,
    statement: Option<Span>,
    /// Where in the parents the list is that the statement stands in.
    depth: usize,
}

/// `if (import.meta.vitest)`, exactly.
fn is_guard(statement: &IfStatement<'_>) -> bool {
    matches!(statement.consequent, Statement::BlockStatement(_) | Statement::ExpressionStatement(_))
        && matches!(&statement.test, Expression::StaticMemberExpression(test)
            if test.property.name == "vitest" && matches!(test.object, Expression::ImportMeta(_)))
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}
