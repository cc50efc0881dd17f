//! From a module's syntax to its [`Facts`].

use std::collections::BTreeMap;

use oxc::{
    allocator::Allocator,
    ast::ast::{
        Argument, ArrowFunctionBody, BindingPattern, Class, Declaration, ExportDefaultDeclarationKind,
        Expression, FormalParameters, FunctionBody, ImportDeclarationSpecifier, ImportOrExportKind,
        ObjectPropertyKind, Program, Statement, TSType, TSTypeName,
    },
    parser::Parser,
    span::SourceType,
};

use super::{
    common_js,
    facts::{Facts, Form, HANDLERS, OBJECT_METHODS, Star, Value},
};

/// The facts of a module that is not parsed yet. `path` decides the syntax; a file that is not code has no facts.
pub fn parse(path: &str, text: &str) -> Facts {
    let Ok(source_type) = SourceType::from_path(path) else { return Facts::default() };
    let source_type = if source_type.is_javascript() { source_type.with_jsx(true) } else { source_type };
    let allocator = Allocator::default();
    read(&Parser::new(&allocator, text, source_type).parse().program, text)
}

/// The facts of a module as it was written.
pub fn read(program: &Program<'_>, text: &str) -> Facts {
    let mut reader = Reader { lines: Lines::new(text), facts: Facts::default() };
    for statement in &program.body {
        reader.statement(statement);
    }
    reader.facts
}

/// The line of each byte of a text.
pub(super) struct Lines(Vec<u32>);

impl Lines {
    fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(ends.filter_map(|(end, _)| u32::try_from(end).ok()).collect())
    }

    pub(super) fn at(&self, offset: u32) -> u32 {
        let before = self.0.partition_point(|end| *end < offset);
        u32::try_from(before).unwrap_or(u32::MAX - 1) + 1
    }
}

pub(super) struct Reader {
    pub(super) lines: Lines,
    pub(super) facts: Facts,
}

impl Reader {
    fn statement(&mut self, statement: &Statement<'_>) {
        match statement {
            Statement::ImportDeclaration(import) if import.import_kind != ImportOrExportKind::Type => {
                for specifier in import.specifiers.iter().flatten() {
                    let (name, span) = match specifier {
                        ImportDeclarationSpecifier::ImportSpecifier(named) => {
                            (named.imported.name().to_string(), named.span)
                        }
                        ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => ("default".into(), it.span),
                        ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => ("*".into(), it.span),
                    };
                    let form = Form::Import { specifier: import.source.value.to_string(), name };
                    let value = Value::new(self.lines.at(span.start), form);
                    self.facts.locals.insert(specifier.local().name.to_string(), value);
                }
            }
            Statement::ExportDeclaration(export) => {
                let line = self.lines.at(export.span.start);
                for name in self.declaration(&export.declaration) {
                    self.facts.exports.insert(name.clone(), Value::new(line, Form::Name(name)));
                }
            }
            Statement::ExportNamedDeclaration(export) if export.export_kind != ImportOrExportKind::Type => {
                for specifier in &export.specifiers {
                    let line = self.lines.at(specifier.span.start);
                    let value = Value::new(line, Form::Name(specifier.local.name().to_string()));
                    self.facts.exports.insert(specifier.exported.name().to_string(), value);
                }
            }
            Statement::ExportFromDeclaration(export) if export.export_kind != ImportOrExportKind::Type => {
                for specifier in &export.specifiers {
                    let (name, module) =
                        (specifier.local.name().to_string(), export.source.value.to_string());
                    let form = Form::Import { specifier: module, name };
                    let value = Value::new(self.lines.at(specifier.span.start), form);
                    self.facts.exports.insert(specifier.exported.name().to_string(), value);
                }
            }
            Statement::ExportAllDeclaration(export) if export.export_kind != ImportOrExportKind::Type => {
                let (specifier, line) = (export.source.value.to_string(), self.lines.at(export.span.start));
                match &export.exported {
                    Some(name) => {
                        let form = Form::Import { specifier, name: "*".to_owned() };
                        self.facts.exports.insert(name.name().to_string(), Value::new(line, form));
                    }
                    None => self.facts.stars.push(Star { specifier, line }),
                }
            }
            Statement::ExportDefaultDeclaration(export) => {
                let value = match &export.declaration {
                    ExportDefaultDeclarationKind::ClassDeclaration(class) => Some(self.class(class)),
                    ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                        Some(self.function(function.span.start, &function.params, function.body.as_deref()))
                    }
                    ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => None,
                    other => other.as_expression().map(|expression| self.value(expression)),
                };
                if let Some(value) = value {
                    if let ExportDefaultDeclarationKind::ClassDeclaration(class) = &export.declaration
                        && let Some(name) = &class.id
                    {
                        self.facts.locals.insert(name.name.to_string(), value.clone());
                    }
                    self.facts.exports.insert("default".to_owned(), value);
                }
            }
            Statement::ExpressionStatement(statement) => common_js::statement(self, &statement.expression),
            other => {
                if let Some(declaration) = other.as_declaration() {
                    self.declaration(declaration);
                }
            }
        }
    }

    /// Notes what a declaration binds, and gives the names.
    fn declaration(&mut self, declaration: &Declaration<'_>) -> Vec<String> {
        let bound = self.bindings(declaration);
        let names = bound.iter().map(|(name, _)| name.clone()).collect();
        self.facts.locals.extend(bound);
        names
    }

    fn bindings(&self, declaration: &Declaration<'_>) -> Vec<(String, Value)> {
        match declaration {
            Declaration::VariableDeclaration(variables) => {
                variables.declarations.iter().flat_map(|variable| self.variable(variable)).collect()
            }
            Declaration::FunctionDeclaration(function) => match &function.id {
                Some(name) if !function.declare => {
                    let value =
                        self.function(function.span.start, &function.params, function.body.as_deref());
                    vec![(name.name.to_string(), value)]
                }
                _ => vec![],
            },
            Declaration::ClassDeclaration(class) => match &class.id {
                Some(name) if !class.declare => vec![(name.name.to_string(), self.class(class))],
                _ => vec![],
            },
            Declaration::TSEnumDeclaration(it) => {
                vec![(it.id.name.to_string(), Value::new(self.lines.at(it.span.start), Form::Other))]
            }
            _ => vec![],
        }
    }

    fn variable(&self, variable: &oxc::ast::ast::VariableDeclarator<'_>) -> Vec<(String, Value)> {
        let line = self.lines.at(variable.span.start);
        if let Some(name) = variable.id.get_binding_identifier() {
            let typed = variable.type_annotation.as_ref().is_some_and(|it| is_handler(&it.type_annotation));
            let form = match &variable.init {
                _ if typed => Form::ExportedHandler,
                Some(value) => return vec![(name.name.to_string(), self.value(value))],
                None => Form::Other,
            };
            return vec![(name.name.to_string(), Value::new(line, form))];
        }
        let whole = variable.init.as_ref().map(|init| Box::new(self.value(init)));
        let property = |name: &str| match &whole {
            Some(whole) => Form::Member(whole.clone(), name.to_owned()),
            None => Form::Other,
        };
        if let BindingPattern::ObjectPattern(pattern) = &variable.id {
            let named = pattern.properties.iter().filter_map(|it| {
                let (key, local) = (it.key.static_name()?, it.value.get_binding_identifier()?);
                Some((local.name.to_string(), Value::new(line, property(&key))))
            });
            return named.collect();
        }
        let names = variable.id.get_binding_identifiers();
        names.iter().map(|name| (name.name.to_string(), Value::new(line, Form::Other))).collect()
    }

    pub(super) fn class(&self, class: &Class<'_>) -> Value {
        let parent = class.heritage.as_ref().map(|it| Box::new(self.value(&it.expression)));
        let mut members: Vec<String> = class
            .body
            .body
            .iter()
            .filter(|element| !element.r#static())
            .filter_map(|element| element.property_key()?.static_name().map(|name| name.to_string()))
            .filter(|name| may_be_called(name))
            .collect();
        members.sort();
        members.dedup();
        Value::new(self.lines.at(class_start(class)), Form::Class { parent, members })
    }

    fn function(
        &self,
        start: u32,
        parameters: &FormalParameters<'_>,
        body: Option<&FunctionBody<'_>>,
    ) -> Value {
        let line = self.lines.at(start);
        let parameters = parameters
            .items
            .iter()
            .map(|it| {
                it.pattern.get_binding_identifier().map_or_else(String::new, |name| name.name.to_string())
            })
            .collect();
        let mut locals = BTreeMap::new();
        let mut returns = None;
        for statement in body.into_iter().flat_map(|body| &body.statements) {
            if let Statement::ReturnStatement(statement) = statement {
                returns = statement.argument.as_ref().map(|value| Box::new(self.value(value)));
            } else if let Some(declaration) = statement.as_declaration() {
                let made = self.bindings(declaration).into_iter();
                locals.extend(made.filter(|(_, value)| matches!(value.form, Form::Class { .. })));
            }
        }
        Value::new(line, Form::Function { parameters, locals, returns })
    }

    pub(super) fn value(&self, expression: &Expression<'_>) -> Value {
        use oxc::span::GetSpan as _;
        let line = self.lines.at(expression.span().start);
        Value::new(
            line,
            match expression {
                Expression::ClassExpression(class) => return self.class(class),
                Expression::FunctionExpression(function) => {
                    return self.function(function.span.start, &function.params, function.body.as_deref());
                }
                Expression::ArrowFunctionExpression(arrow) => match &arrow.body {
                    ArrowFunctionBody::FunctionBody(body) => {
                        return self.function(arrow.span.start, &arrow.params, Some(body));
                    }
                    body => {
                        let mut function = self.function(arrow.span.start, &arrow.params, None);
                        if let Form::Function { returns, .. } = &mut function.form {
                            *returns = body.as_expression().map(|value| Box::new(self.value(value)));
                        }
                        return function;
                    }
                },
                Expression::ObjectExpression(object) => {
                    let named = object.properties.iter().filter_map(ObjectPropertyKind::as_property);
                    let mut members: Vec<String> = named
                        .filter_map(|property| property.key.static_name().map(|name| name.to_string()))
                        .filter(|name| may_be_called(name))
                        .collect();
                    members.sort();
                    members.dedup();
                    Form::Object(members)
                }
                Expression::Identifier(name) => Form::Name(name.name.to_string()),
                Expression::StaticMemberExpression(member) => {
                    Form::Member(Box::new(self.value(&member.object)), member.property.name.to_string())
                }
                Expression::CallExpression(call) => match call.common_js_require() {
                    Some(module) => {
                        Form::Import { specifier: module.value.to_string(), name: "*".to_owned() }
                    }
                    None => Form::Call {
                        callee: Box::new(self.value(&call.callee)),
                        arguments: self.arguments(&call.arguments),
                    },
                },
                Expression::NewExpression(it) => Form::New(Box::new(self.value(&it.callee))),
                Expression::TSSatisfiesExpression(it) if is_handler(&it.type_annotation) => {
                    self.typed(&it.expression)
                }
                Expression::TSAsExpression(it) if is_handler(&it.type_annotation) => {
                    self.typed(&it.expression)
                }
                Expression::TSSatisfiesExpression(it) => return self.value(&it.expression),
                Expression::TSAsExpression(it) => return self.value(&it.expression),
                Expression::TSNonNullExpression(it) => return self.value(&it.expression),
                Expression::TSTypeAssertion(it) => return self.value(&it.expression),
                Expression::TSInstantiationExpression(it) => return self.value(&it.expression),
                Expression::ParenthesizedExpression(it) => return self.value(&it.expression),
                Expression::SequenceExpression(it) => match it.expressions.last() {
                    Some(last) => return self.value(last),
                    None => Form::Other,
                },
                _ => Form::Other,
            },
        )
    }

    /// What is said to be an `ExportedHandler` and does not show its handlers.
    fn typed(&self, expression: &Expression<'_>) -> Form {
        match self.value(expression).form {
            Form::Object(members) if !members.is_empty() => Form::Object(members),
            _ => Form::ExportedHandler,
        }
    }

    fn arguments(&self, arguments: &[Argument<'_>]) -> Vec<Value> {
        arguments.iter().filter_map(|it| it.as_expression().map(|value| self.value(value))).collect()
    }
}

/// Where the word `class` stands, or the first decorator.
fn class_start(class: &Class<'_>) -> u32 {
    match (&class.id, class.decorators.first()) {
        // Decorators may be lines above.
        (Some(name), Some(_)) => name.span.start,
        _ => class.span.start,
    }
}

fn may_be_called(name: &str) -> bool {
    HANDLERS.contains(&name) || OBJECT_METHODS.contains(&name)
}

fn is_handler(annotation: &TSType<'_>) -> bool {
    let TSType::TSTypeReference(reference) = annotation else { return false };
    matches!(&reference.type_name, TSTypeName::IdentifierReference(name) if name.name == "ExportedHandler")
}
