//! `import.meta.glob(…)`, which Vite replaces when it compiles: an object of all modules that patterns match.

use std::{fmt::Write as _, ops::Range, sync::Arc};

use oxc::{
    allocator::Allocator,
    ast::ast::{
        Argument, ArrayExpressionElement, CallExpression, Expression, ObjectExpression, ObjectPropertyKind,
        Program, PropertyKey,
    },
    ast_visit::{VisitMut, walk_mut},
    parser::Parser,
    span::{GetSpan, SourceType, Span},
};

use super::{Surroundings, diagnostic};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};

/// What an `import.meta.glob(…)` asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glob {
    /// The patterns; those that start with `!` exclude.
    pub patterns: Vec<String>,
    /// The folder that the keys, and relative patterns, are relative to, as it is written.
    pub base: Option<String>,
    /// Whether hidden files and installed packages match too.
    pub exhaustive: bool,
}

/// A module that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobMatch {
    /// Its key in the object.
    pub key: String,
    /// What to import.
    pub specifier: String,
}

/// What a call is called with.
#[derive(Default)]
struct Call {
    glob: Glob,
    eager: bool,
    /// The export that is asked for, if not all.
    import: Option<String>,
    query: String,
}

/// Replaces all calls. Whether there are any.
pub(super) fn expand<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    file: &Arc<SourceFile>,
    surroundings: &mut dyn Surroundings,
) -> Result<bool, Vec<Diagnostic>> {
    if !file.text.contains("import.meta.glob") {
        return Ok(false);
    }
    let mut expander = Expander {
        allocator,
        file,
        surroundings,
        count: 0,
        imports: String::new(),
        place: None,
        problems: vec![],
    };
    expander.visit_program(program);
    let Expander { count, imports, place, problems, .. } = expander;
    if !problems.is_empty() {
        return Err(problems);
    }
    if let Some(place) = place {
        let mut statements =
            Parser::new(allocator, allocator.alloc_str(&imports), SourceType::mjs()).parse().program;
        Place(place).visit_program(&mut statements);
        for statement in statements.body.into_iter().rev() {
            program.body.insert(0, statement);
        }
    }
    Ok(count > 0)
}

struct Expander<'a, 'e> {
    allocator: &'a Allocator,
    file: &'e Arc<SourceFile>,
    surroundings: &'e mut dyn Surroundings,
    count: usize,
    /// Static imports of the modules that are wanted at once, as JavaScript.
    imports: String,
    /// The first call that wants them.
    place: Option<Span>,
    problems: Vec<Diagnostic>,
}

impl<'a> VisitMut<'a> for Expander<'a, '_> {
    fn visit_expression(&mut self, expression: &mut Expression<'a>) {
        if let Expression::CallExpression(call) = expression
            && is_glob(call)
        {
            let span = call.span;
            match self.object(call) {
                Ok(text) => {
                    let text = self.allocator.alloc_str(&text);
                    let parsed = Parser::new(self.allocator, text, SourceType::mjs()).parse_expression();
                    *expression = parsed.expect("what is generated is JavaScript");
                    Place(span).visit_expression(expression);
                }
                Err((reason, span)) => {
                    let title = format!("invalid `import.meta.glob`: {reason}");
                    let problem = diagnostic("glob", Severity::Error, title, self.file, range(span), vec![]);
                    self.problems.push(problem);
                }
            }
            return;
        }
        walk_mut::walk_expression(self, expression);
    }
}

impl Expander<'_, '_> {
    /// The object that stands for a call, as JavaScript.
    fn object(&mut self, call: &CallExpression<'_>) -> Result<String, (String, Span)> {
        let Call { glob, eager, import, query } = read(call)?;
        let matches = self.surroundings.list(&glob).map_err(|reason| (reason, call.span))?;
        let group = self.count;
        self.count += 1;
        let mut entries = vec![];
        for (index, GlobMatch { key, specifier }) in matches.into_iter().enumerate() {
            let [key, specifier] =
                [key, specifier + &query].map(|text| serde_json::Value::from(text).to_string());
            let value = if eager {
                let name = format!("__vite_glob_{group}_{index}");
                let wanted = match &import {
                    Some(import) => format!("{{ {} as {name} }}", serde_json::Value::from(import.as_str())),
                    None => format!("* as {name}"),
                };
                let _ = writeln!(self.imports, "import {wanted} from {specifier};");
                self.place.get_or_insert(call.span);
                name
            } else {
                let then = import.as_ref().map(|import| {
                    format!(".then((module) => module[{}])", serde_json::Value::from(import.as_str()))
                });
                format!("() => import({specifier}){}", then.unwrap_or_default())
            };
            entries.push(format!("{key}: {value}"));
        }
        Ok(format!("({{ {} }})", entries.join(", ")))
    }
}

/// Gives everything that is generated the place of the call that asked for it.
struct Place(Span);

impl VisitMut<'_> for Place {
    fn visit_span(&mut self, span: &mut Span) {
        *span = self.0;
    }
}

fn is_glob(call: &CallExpression<'_>) -> bool {
    matches!(&call.callee, Expression::StaticMemberExpression(callee)
        if callee.property.name == "glob" && matches!(callee.object, Expression::ImportMeta(_)))
}

type Reading<T> = Result<T, (String, Span)>;

fn read(call: &CallExpression<'_>) -> Reading<Call> {
    let mut arguments = call.arguments.iter().map(Argument::as_expression);
    let Some(Some(patterns)) = arguments.next() else {
        return Err(("it takes a pattern, or an array of patterns".to_owned(), call.span));
    };
    let mut read = Call { glob: Glob { patterns: strings(patterns)?, ..Glob::default() }, ..Call::default() };
    match arguments.next() {
        None => {}
        Some(Some(Expression::ObjectExpression(options))) => read_options(options, &mut read)?,
        Some(_) => return Err(("the options must be an object literal".to_owned(), call.span)),
    }
    Ok(read)
}

fn read_options(options: &ObjectExpression<'_>, read: &mut Call) -> Reading<()> {
    for (name, value) in properties(options)? {
        match (name, value) {
            ("eager", Expression::BooleanLiteral(value)) => read.eager = value.value,
            ("exhaustive", Expression::BooleanLiteral(value)) => read.glob.exhaustive = value.value,
            ("import", value) => read.import = Some(string(value)?).filter(|import| import != "*"),
            ("base", value) => read.glob.base = Some(string(value)?),
            ("query", Expression::ObjectExpression(query)) => {
                let pairs = properties(query)?.into_iter().map(|(name, value)| match value {
                    Expression::BooleanLiteral(value) => Ok(format!("{name}={}", value.value)),
                    value => string(value).map(|value| format!("{name}={value}")),
                });
                read.query = format!("?{}", pairs.collect::<Reading<Vec<_>>>()?.join("&"));
            }
            ("query", value) => read.query = format!("?{}", string(value)?.trim_start_matches('?')),
            (name, value) => {
                return Err((format!("the option `{name}` is not known, or no literal"), value.span()));
            }
        }
    }
    Ok(())
}

fn properties<'o, 'a>(object: &'o ObjectExpression<'a>) -> Reading<Vec<(&'o str, &'o Expression<'a>)>> {
    let each = object.properties.iter().map(|property| {
        let span = property.span();
        let literal = || ("only literals can be used".to_owned(), span);
        let ObjectPropertyKind::ObjectProperty(property) = property else { return Err(literal()) };
        match &property.key {
            PropertyKey::StaticIdentifier(key) => Ok((key.name.as_str(), &property.value)),
            PropertyKey::StringLiteral(key) => Ok((key.value.as_str(), &property.value)),
            _ => Err(literal()),
        }
    });
    each.collect()
}

fn strings(expression: &Expression<'_>) -> Reading<Vec<String>> {
    let Expression::ArrayExpression(array) = expression else { return Ok(vec![string(expression)?]) };
    let each = array.elements.iter().map(|element| match element {
        ArrayExpressionElement::StringLiteral(text) => Ok(text.value.to_string()),
        ArrayExpressionElement::TemplateLiteral(text) if text.is_no_substitution_template() => {
            Ok(text.quasis[0].value.raw.to_string())
        }
        other => Err(("only literals can be used".to_owned(), other.span())),
    });
    each.collect()
}

fn string(expression: &Expression<'_>) -> Reading<String> {
    let text = super::imports::literal(expression).map(str::to_owned);
    text.ok_or_else(|| ("only literals can be used".to_owned(), expression.span()))
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}
