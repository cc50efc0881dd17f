//! What a script's expressions stand for, as far as its syntax says.

use std::collections::BTreeMap;

use oxc::{
    allocator::Allocator,
    ast::{
        AstKind,
        ast::{
            Argument, ArrayExpressionElement, ArrowFunctionBody, BindingPattern, CallExpression,
            ExportDefaultDeclarationKind, Expression, ImportDeclarationSpecifier, ObjectPropertyKind,
        },
    },
    parser::Parser,
    semantic::{AstNodes, NodeId, SemanticBuilder},
    span::{GetSpan as _, SourceType, Span},
};

use crate::diagnostic::SourceFile;

/// The literals that an expression may stand for; where there are several, the later ones overrule the earlier.
pub(super) type Values<'a> = Vec<&'a Expression<'a>>;

/// How many steps an expression is followed.
const DEPTH: usize = 24;
/// What the two generations of the pool call the functions that take its options.
const PLUGINS: [&str; 2] = ["cloudflareTest", "cloudflarePool"];
/// Functions that take a whole config, in which the older generation has the options.
const CONFIGS: [&str; 4] = ["defineWorkersConfig", "defineWorkersProject", "defineConfig", "defineProject"];

/// A script's syntax, by what is looked up in it.
#[derive(Default)]
pub(super) struct Script<'a> {
    /// What variables are initialized with.
    variables: BTreeMap<&'a str, Values<'a>>,
    /// Functions, by the place where they start.
    functions: BTreeMap<&'a str, u32>,
    /// What the function that starts there returns.
    returns: BTreeMap<u32, Values<'a>>,
    /// What imported names are called by their modules.
    imports: BTreeMap<&'a str, &'a str>,
    calls: Vec<&'a CallExpression<'a>>,
    default_export: Option<&'a Expression<'a>>,
    /// Where the function starts that is exported by default.
    default_function: Option<u32>,
}

/// A property of an object literal.
pub(super) struct Property<'a> {
    pub(super) key: Span,
    pub(super) value: &'a Expression<'a>,
}

impl<'a> Script<'a> {
    /// Reads a script; one that is not valid has nothing to be found in it.
    pub(super) fn parse(file: &'a SourceFile, allocator: &'a Allocator) -> Self {
        let Ok(source_type) = SourceType::from_path(file.path.as_str()) else { return Self::default() };
        let program = Parser::new(allocator, &file.text, source_type).parse().program;
        let program = allocator.alloc(program);
        let semantic = SemanticBuilder::new().with_build_nodes(true).build(program).semantic;
        let mut script = Self::default();
        for (id, node) in semantic.nodes().iter_enumerated() {
            script.note(id, node.kind(), semantic.nodes());
        }
        script
    }

    fn note(&mut self, id: NodeId, kind: AstKind<'a>, nodes: &AstNodes<'a>) {
        match kind {
            AstKind::VariableDeclarator(declarator) => {
                if let (BindingPattern::BindingIdentifier(name), Some(value)) =
                    (&declarator.id, &declarator.init)
                {
                    self.variables.entry(name.name.as_str()).or_default().push(value);
                }
            }
            AstKind::Function(function) => {
                if let Some(name) = &function.id {
                    self.functions.insert(name.name.as_str(), function.span.start);
                }
            }
            AstKind::ReturnStatement(statement) => {
                let function = nodes.ancestor_kinds(id).find_map(|kind| match kind {
                    AstKind::Function(function) => Some(function.span.start),
                    AstKind::ArrowFunctionExpression(function) => Some(function.span.start),
                    _ => None,
                });
                if let (Some(start), Some(value)) = (function, &statement.argument) {
                    self.returns.entry(start).or_default().push(value);
                }
            }
            AstKind::ImportDeclaration(import) => {
                for specifier in import.specifiers.iter().flatten() {
                    if let ImportDeclarationSpecifier::ImportSpecifier(named) = specifier {
                        self.imports.insert(named.local.name.as_str(), named.imported.name().as_str());
                    }
                }
            }
            AstKind::CallExpression(call) => self.calls.push(call),
            AstKind::ExportDefaultDeclaration(export) => match &export.declaration {
                ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                    self.default_function = Some(function.span.start);
                }
                declaration => self.default_export = declaration.as_expression(),
            },
            _ => {}
        }
    }

    /// The options of the pool: of each call that takes them.
    pub(super) fn pool_options(&self) -> Vec<Values<'a>> {
        let arguments = |names: &[&str]| -> Vec<Values<'a>> {
            let called =
                self.calls.iter().filter(|call| self.called(call).is_some_and(|name| names.contains(&name)));
            called.filter_map(|call| Some(self.values(call.arguments.first()?.as_expression()?))).collect()
        };
        let configs = arguments(&CONFIGS).into_iter().chain([self.default_export()]);
        let older = configs.filter_map(|config| {
            let step = |values: Values<'a>, key| Some(self.values(self.property(&values, key)?.value));
            ["test", "poolOptions", "workers"].into_iter().try_fold(config, step)
        });
        arguments(&PLUGINS).into_iter().chain(older).collect()
    }

    /// What is exported by default.
    pub(super) fn default_export(&self) -> Values<'a> {
        let mut found = vec![];
        if let Some(start) = self.default_function {
            self.follow_returns(start, DEPTH, &mut found);
        }
        if let Some(value) = self.default_export {
            self.follow(value, DEPTH, &mut found);
        }
        found
    }

    /// The name of the function that is called, as its module calls it.
    fn called(&self, call: &CallExpression<'a>) -> Option<&'a str> {
        let Expression::Identifier(callee) = &call.callee else { return None };
        let name = callee.name.as_str();
        Some(self.imports.get(name).copied().unwrap_or(name))
    }

    /// The literals that an expression may stand for.
    pub(super) fn values(&self, expression: &'a Expression<'a>) -> Values<'a> {
        let mut found = vec![];
        self.follow(expression, DEPTH, &mut found);
        found
    }

    fn follow(&self, expression: &'a Expression<'a>, depth: usize, found: &mut Values<'a>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let mut follow = |expression| self.follow(expression, depth, found);
        match expression.get_inner_expression() {
            Expression::Identifier(name) => {
                let name = name.name.as_str();
                self.variables.get(name).into_iter().flatten().copied().for_each(follow);
                if let Some(start) = self.functions.get(name) {
                    self.follow_returns(*start, depth, found);
                }
            }
            Expression::AwaitExpression(awaited) => follow(&awaited.argument),
            Expression::ConditionalExpression(either) => {
                follow(&either.consequent);
                follow(&either.alternate);
            }
            Expression::LogicalExpression(either) => {
                follow(&either.left);
                follow(&either.right);
            }
            Expression::ArrowFunctionExpression(function) => match &function.body {
                ArrowFunctionBody::FunctionBody(_) => self.follow_returns(function.span.start, depth, found),
                body => body.as_expression().into_iter().for_each(follow),
            },
            Expression::FunctionExpression(function) => {
                self.follow_returns(function.span.start, depth, found);
            }
            Expression::StaticMemberExpression(member) => {
                let mut objects = vec![];
                self.follow(&member.object, depth, &mut objects);
                if let Some(property) = self.property_within(&objects, &member.property.name, depth) {
                    self.follow(property.value, depth, found);
                }
            }
            Expression::CallExpression(call) => self.follow_call(call, depth, found),
            literal => found.push(literal),
        }
    }

    /// What a function of the script returns; for any other, such as `mergeConfig`, its arguments.
    fn follow_call(&self, call: &'a CallExpression<'a>, depth: usize, found: &mut Values<'a>) {
        if let Expression::Identifier(callee) = &call.callee {
            let name = callee.name.as_str();
            if self.functions.contains_key(name) || self.variables.contains_key(name) {
                return self.follow(&call.callee, depth, found);
            }
        }
        for argument in call.arguments.iter().filter_map(Argument::as_expression) {
            self.follow(argument, depth, found);
        }
    }

    fn follow_returns(&self, start: u32, depth: usize, found: &mut Values<'a>) {
        for returned in self.returns.get(&start).into_iter().flatten() {
            self.follow(returned, depth, found);
        }
    }

    /// The property `key` of what `objects` stand for.
    pub(super) fn property(&self, objects: &Values<'a>, key: &str) -> Option<Property<'a>> {
        self.property_within(objects, key, DEPTH)
    }

    fn property_within(&self, objects: &Values<'a>, key: &str, depth: usize) -> Option<Property<'a>> {
        let depth = depth.checked_sub(1)?;
        let properties = objects.iter().rev().filter_map(|object| match object {
            Expression::ObjectExpression(object) => Some(object.properties.iter().rev()),
            _ => None,
        });
        properties.flatten().find_map(|property| match property {
            ObjectPropertyKind::ObjectProperty(property) => (property.key.static_name()? == key)
                .then(|| Property { key: property.key.span(), value: &property.value }),
            ObjectPropertyKind::SpreadProperty(spread) => {
                let mut spread_objects = vec![];
                self.follow(&spread.argument, depth, &mut spread_objects);
                self.property_within(&spread_objects, key, depth)
            }
        })
    }

    /// The item of what `arrays` stand for.
    pub(super) fn item(arrays: &Values<'a>, index: usize) -> Option<&'a Expression<'a>> {
        arrays.iter().rev().find_map(|array| match array {
            Expression::ArrayExpression(array) => {
                let before = array.elements.get(..=index)?;
                if before.iter().any(ArrayExpressionElement::is_spread) {
                    None
                } else {
                    before.last()?.as_expression()
                }
            }
            _ => None,
        })
    }

    /// The text of a string literal.
    pub(super) fn text(value: &'a Expression<'a>) -> Option<&'a str> {
        match value {
            Expression::StringLiteral(text) => Some(text.value.as_str()),
            _ => None,
        }
    }
}
