//! What a file asks for: collected from the lowered program (so imports used only as types are gone), and
//! rewritten in it.

use std::{collections::BTreeSet, ops::Range};

use oxc::{
    allocator::Allocator,
    ast::{
        ast::{
            Argument, CallExpression, ExportAllDeclaration, ExportFromDeclaration, Expression,
            ImportAttributeKey, ImportDeclaration, ImportDeclarationSpecifier, ImportExpression,
            ObjectPropertyKind, Program, PropertyKey, Statement, StringLiteral, WithClause,
        },
        builder::AstBuilder,
    },
    ast_visit::{VisitMut, walk_mut},
    semantic::Scoping,
    span::{GetSpan, Span},
    str::Str,
};
use serde::{Deserialize, Serialize};

use super::{
    dynamic::{Constants, Pattern, Reader},
    hoist::{MOCK_OBJECTS, is_mock_api_module},
};

/// One place where a file names another module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The text between the quotes, query included.
    pub specifier: String,
    /// The byte range of the specifier with its quotes; empty at 0 for the JSX runtime, which no text names.
    pub span: Range<usize>,
    /// How it is named.
    pub kind: ImportKind,
    /// `with { type: "json" }`, in source order.
    pub attributes: Vec<(String, String)>,
    /// The exports asked for by a static import or re-export: `default` for the default one, `*` for all.
    /// Empty for the other kinds and for `import "x"`.
    pub names: Vec<String>,
}

/// How a module is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ImportKind {
    /// `import … from "x"`
    Static,
    /// `export … from "x"`
    ReExport,
    /// `import("x")`
    Dynamic,
    /// The first argument of `vi.mock`, `unmock`, `doMock`, `doUnmock`, `importActual` or `importMock`.
    Mock,
    /// `require("x")`, where `require` is not the file's own.
    Require,
}

/// The methods of `vi` whose first argument is a module.
const MOCK_METHODS: [&str; 6] = ["mock", "unmock", "doMock", "doUnmock", "importActual", "importMock"];

pub(super) struct Collected {
    pub(super) imports: Vec<Import>,
    pub(super) patterns: Vec<Pattern>,
    pub(super) unresolvable: Vec<Range<usize>>,
}

/// Collects every import of the program and puts the rewritten specifiers in their place.
pub(super) fn collect<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    scoping: &Scoping,
    rewrite: &mut dyn FnMut(&Import) -> Option<String>,
) -> Collected {
    let mock_objects = mock_object_names(program);
    let constants = Constants::of(program, scoping);
    let mut collector = Collector {
        allocator,
        scoping,
        constants,
        mock_objects,
        rewrite,
        imports: Vec::new(),
        patterns: Vec::new(),
        unresolvable: Vec::new(),
    };
    collector.visit_program(program);
    let Collector { mut imports, patterns, mut unresolvable, .. } = collector;
    imports.sort_by_key(|import| import.span.start);
    unresolvable.sort_by_key(|span| span.start);
    Collected { imports, patterns, unresolvable }
}

/// The names under which the file knows Vitest's `vi`: by its own names (globals) and by its import's.
fn mock_object_names(program: &Program<'_>) -> BTreeSet<String> {
    let mut names: BTreeSet<_> = MOCK_OBJECTS.iter().map(|&name| name.to_owned()).collect();
    for statement in &program.body {
        let Statement::ImportDeclaration(import) = statement else { continue };
        if !is_mock_api_module(&import.source.value) {
            continue;
        }
        for specifier in import.specifiers.iter().flatten() {
            if let ImportDeclarationSpecifier::ImportSpecifier(specifier) = specifier
                && MOCK_OBJECTS.contains(&specifier.imported.name().as_str())
            {
                names.insert(specifier.local.name.to_string());
            }
        }
    }
    names
}

struct Collector<'a, 'r> {
    allocator: &'a Allocator,
    scoping: &'r Scoping,
    constants: Constants,
    mock_objects: BTreeSet<String>,
    rewrite: &'r mut dyn FnMut(&Import) -> Option<String>,
    imports: Vec<Import>,
    patterns: Vec<Pattern>,
    unresolvable: Vec<Range<usize>>,
}

impl<'a> Collector<'a, '_> {
    fn add(&mut self, import: Import) -> Option<Str<'a>> {
        let rewritten = (self.rewrite)(&import);
        self.imports.push(import);
        rewritten.map(|id| Str::from_str_in(&id, &self.allocator))
    }

    fn add_static(
        &mut self,
        source: &mut StringLiteral<'a>,
        kind: ImportKind,
        attributes: Vec<(String, String)>,
        names: Vec<String>,
    ) {
        let import =
            Import { specifier: source.value.to_string(), span: range(source.span), kind, attributes, names };
        if let Some(id) = self.add(import) {
            source.value = id;
            source.raw = None;
        }
    }

    fn add_call(&mut self, specifier: &str, span: Span, kind: ImportKind) {
        let specifier = specifier.to_owned();
        self.add(Import { specifier, span: range(span), kind, attributes: Vec::new(), names: Vec::new() });
    }

    fn is_mock_call(&self, call: &CallExpression<'a>) -> bool {
        let Expression::StaticMemberExpression(callee) = &call.callee else { return false };
        let object = match &callee.object {
            Expression::Identifier(object) => object.name.as_str(),
            // `import * as vitest from "vitest"; vitest.vi.mock(…)`
            Expression::StaticMemberExpression(object) => object.property.name.as_str(),
            _ => return false,
        };
        MOCK_METHODS.contains(&callee.property.name.as_str()) && self.mock_objects.contains(object)
    }

    fn is_require(&self, call: &CallExpression<'a>) -> bool {
        let Expression::Identifier(callee) = &call.callee else { return false };
        callee.name == "require"
            && callee
                .reference_id
                .get()
                .is_none_or(|reference| self.scoping.get_reference(reference).symbol_id().is_none())
    }
}

impl<'a> VisitMut<'a> for Collector<'a, '_> {
    fn visit_import_declaration(&mut self, it: &mut ImportDeclaration<'a>) {
        let names = it.specifiers.iter().flatten().map(|specifier| match specifier {
            ImportDeclarationSpecifier::ImportSpecifier(specifier) => specifier.imported.name().to_string(),
            ImportDeclarationSpecifier::ImportDefaultSpecifier(_) => "default".to_owned(),
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => "*".to_owned(),
        });
        let names = names.collect();
        let attributes = static_attributes(it.with_clause.as_deref());
        self.add_static(&mut it.source, ImportKind::Static, attributes, names);
    }

    fn visit_export_from_declaration(&mut self, it: &mut ExportFromDeclaration<'a>) {
        let names = it.specifiers.iter().map(|specifier| specifier.local.name().to_string()).collect();
        let attributes = static_attributes(it.with_clause.as_deref());
        self.add_static(&mut it.source, ImportKind::ReExport, attributes, names);
    }

    fn visit_export_all_declaration(&mut self, it: &mut ExportAllDeclaration<'a>) {
        let attributes = static_attributes(it.with_clause.as_deref());
        self.add_static(&mut it.source, ImportKind::ReExport, attributes, vec!["*".to_owned()]);
    }

    fn visit_import_expression(&mut self, it: &mut ImportExpression<'a>) {
        let span = it.source.span();
        if let Some(specifier) = literal(&it.source) {
            let attributes = it.options.as_ref().map(dynamic_attributes).unwrap_or_default();
            let (specifier, kind) = (specifier.to_owned(), ImportKind::Dynamic);
            let import = Import { specifier, span: range(span), kind, attributes, names: Vec::new() };
            if let Some(id) = self.add(import) {
                let builder = AstBuilder::new(self.allocator);
                it.source = Expression::new_string_literal(span, id, None, &builder);
            }
        } else {
            let reader = Reader { scoping: self.scoping, constants: &self.constants };
            match reader.patterns(&it.source, &range(span)) {
                Some(patterns) => self.patterns.extend(patterns),
                None => self.unresolvable.push(range(span)),
            }
        }
        walk_mut::walk_import_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &mut CallExpression<'a>) {
        if let Some(argument) = it.arguments.first().and_then(Argument::as_expression)
            && let Some(specifier) = literal(argument)
        {
            if self.is_mock_call(it) {
                self.add_call(specifier, argument.span(), ImportKind::Mock);
            } else if self.is_require(it) {
                self.add_call(specifier, argument.span(), ImportKind::Require);
            }
        }
        walk_mut::walk_call_expression(self, it);
    }
}

/// The text of a string, or of a template without expressions.
pub(super) fn literal<'e>(expression: &'e Expression<'_>) -> Option<&'e str> {
    match expression {
        Expression::StringLiteral(literal) => Some(literal.value.as_str()),
        Expression::TemplateLiteral(template) if template.expressions.is_empty() => {
            template.quasis.first()?.value.cooked.as_ref().map(Str::as_str)
        }
        _ => None,
    }
}

fn static_attributes(clause: Option<&WithClause<'_>>) -> Vec<(String, String)> {
    let entries = clause.map(|clause| clause.with_entries.iter()).into_iter().flatten();
    let pairs = entries.map(|entry| {
        let key = match &entry.key {
            ImportAttributeKey::Identifier(key) => key.name.to_string(),
            ImportAttributeKey::StringLiteral(key) => key.value.to_string(),
        };
        (key, entry.value.value.to_string())
    });
    pairs.collect()
}

/// The attributes of `import("x", { with: { type: "json" } })`, as far as they are literals.
fn dynamic_attributes(options: &Expression<'_>) -> Vec<(String, String)> {
    let with = literal_properties(options).find(|(key, _)| *key == "with").map(|(_, value)| value);
    let pairs = with.into_iter().flat_map(literal_properties);
    pairs.filter_map(|(key, value)| Some((key.to_owned(), literal(value)?.to_owned()))).collect()
}

fn literal_properties<'e, 'a>(
    object: &'e Expression<'a>,
) -> impl Iterator<Item = (&'e str, &'e Expression<'a>)> {
    let properties = match object {
        Expression::ObjectExpression(object) => object.properties.as_slice(),
        _ => &[],
    };
    properties.iter().filter_map(|property| {
        let ObjectPropertyKind::ObjectProperty(property) = property else { return None };
        let key = match &property.key {
            PropertyKey::StaticIdentifier(key) => key.name.as_str(),
            PropertyKey::StringLiteral(key) => key.value.as_str(),
            _ => return None,
        };
        Some((key, &property.value))
    })
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}
