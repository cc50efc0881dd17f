//! The argument of `import(…)` where it is not a string: what of it is known before anything runs.

use std::{collections::BTreeMap, ops::Range};

use oxc::{
    ast::ast::{
        BinaryOperator, BindingPattern, Expression, NewExpression, Program, VariableDeclaration,
        VariableDeclarationKind,
    },
    ast_visit::{Visit, walk},
    semantic::{Scoping, SymbolId},
};
use serde::{Deserialize, Serialize};

/// Constants may be made of others; more than this leads nowhere.
const DEEPEST: usize = 8;

/// What the argument of an `import(…)` may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// The known parts; between them is what only run time knows. One part: all is known.
    pub parts: Vec<String>,
    /// The argument, as a byte range in the source.
    pub span: Range<usize>,
}

/// The values of a file's constants.
#[derive(Default)]
pub(super) struct Constants(BTreeMap<SymbolId, Vec<Part>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Unknown,
}

/// Reads arguments of `import(…)`.
pub(super) struct Reader<'r> {
    pub(super) scoping: &'r Scoping,
    pub(super) constants: &'r Constants,
}

impl Constants {
    /// Those that are strings, or made of strings.
    pub(super) fn of(program: &Program<'_>, scoping: &Scoping) -> Self {
        let mut collector = Collector { scoping, found: Self::default() };
        // What is declared later may be used earlier.
        for _ in 0..DEEPEST {
            let before = collector.found.0.len();
            collector.visit_program(program);
            if collector.found.0.len() == before {
                break;
            }
        }
        collector.found
    }
}

struct Collector<'r> {
    scoping: &'r Scoping,
    found: Constants,
}

impl<'a> Visit<'a> for Collector<'_> {
    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        let constants = it.declarations.iter().filter(|_| it.kind == VariableDeclarationKind::Const);
        for constant in constants {
            if let BindingPattern::BindingIdentifier(name) = &constant.id
                && let (Some(symbol), Some(init)) = (name.symbol_id.get(), &constant.init)
            {
                let reader = Reader { scoping: self.scoping, constants: &self.found };
                let parts = reader.parts(init);
                if !parts.contains(&Part::Unknown) {
                    self.found.0.insert(symbol, parts);
                }
            }
        }
        walk::walk_variable_declaration(self, it);
    }
}

impl Reader<'_> {
    /// What the argument may be; nothing if too little of it is known.
    pub(super) fn patterns(&self, argument: &Expression<'_>, span: &Range<usize>) -> Option<Vec<Pattern>> {
        match argument {
            Expression::ConditionalExpression(it) => {
                let mut both = self.patterns(&it.consequent, span)?;
                both.extend(self.patterns(&it.alternate, span)?);
                Some(both)
            }
            Expression::LogicalExpression(it) => {
                let mut both = self.patterns(&it.left, span)?;
                both.extend(self.patterns(&it.right, span)?);
                Some(both)
            }
            _ => {
                let parts = joined(self.parts(argument));
                let is_known = parts.len() == 1 || parts[0].starts_with("./") || parts[0].starts_with("../");
                is_known.then(|| vec![Pattern { parts, span: span.clone() }])
            }
        }
    }

    fn parts(&self, expression: &Expression<'_>) -> Vec<Part> {
        match expression {
            Expression::StringLiteral(literal) => vec![Part::Text(literal.value.to_string())],
            Expression::TemplateLiteral(template) => {
                let mut parts = vec![];
                for (index, text) in template.quasis.iter().enumerate() {
                    let text = text.value.cooked.as_ref().unwrap_or(&text.value.raw);
                    parts.push(Part::Text(text.to_string()));
                    parts.extend(template.expressions.get(index).into_iter().flat_map(|it| self.parts(it)));
                }
                parts
            }
            Expression::BinaryExpression(it) if it.operator == BinaryOperator::Addition => {
                [self.parts(&it.left), self.parts(&it.right)].concat()
            }
            Expression::Identifier(it) => {
                let reference = it.reference_id.get().map(|id| self.scoping.get_reference(id));
                let symbol = reference.and_then(oxc::semantic::Reference::symbol_id);
                symbol.and_then(|id| self.constants.0.get(&id).cloned()).unwrap_or(vec![Part::Unknown])
            }
            Expression::NewExpression(it) => self.module_url(it).unwrap_or(vec![Part::Unknown]),
            // `new URL(…).href`
            Expression::StaticMemberExpression(it) if ["href", "pathname"].contains(&&*it.property.name) => {
                match &it.object {
                    Expression::NewExpression(url) => self.module_url(url).unwrap_or(vec![Part::Unknown]),
                    _ => vec![Part::Unknown],
                }
            }
            Expression::CallExpression(it) => {
                let Expression::StaticMemberExpression(callee) = &it.callee else {
                    return vec![Part::Unknown];
                };
                match (&callee.object, &*callee.property.name, it.arguments.first()) {
                    (Expression::NewExpression(url), "toString", None) => self.module_url(url),
                    (Expression::ImportMeta(_), "resolve", Some(argument)) => {
                        argument.as_expression().map(|argument| self.parts(argument))
                    }
                    _ => None,
                }
                .unwrap_or(vec![Part::Unknown])
            }
            _ => vec![Part::Unknown],
        }
    }

    /// `new URL("./x", import.meta.url)`, as a path that starts with a dot.
    fn module_url(&self, url: &NewExpression<'_>) -> Option<Vec<Part>> {
        let [path, base] = url.arguments.as_slice() else { return None };
        let (path, base) = (path.as_expression()?, base.as_expression()?);
        let Expression::Identifier(callee) = &url.callee else { return None };
        let Expression::StaticMemberExpression(base) = base else { return None };
        if callee.name != "URL"
            || base.property.name != "url"
            || !matches!(base.object, Expression::ImportMeta(_))
        {
            return None;
        }
        let mut parts = self.parts(path);
        if let Some(Part::Text(start)) = parts.first_mut()
            && !start.starts_with(['.', '/'])
            && !start.contains(':')
        {
            start.insert_str(0, "./");
        }
        Some(parts)
    }
}

/// The texts between unknown parts: one more than there are of those.
fn joined(parts: Vec<Part>) -> Vec<String> {
    let mut texts = vec![String::new()];
    for part in parts {
        match part {
            Part::Text(text) => texts.last_mut().expect("there is always one").push_str(&text),
            Part::Unknown => texts.push(String::new()),
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use crate::bundle::transform::{Import, SourceModule, TransformOptions, compile};

    #[test]
    fn arguments_of_import_are_read_as_far_as_they_are_known() {
        let of = |text: &str| {
            let text = format!(
                "const FOLDER = './locales'; const FILE = FOLDER + '/en.json'; let other = './x'; import({text});"
            );
            let module = compile(
                &SourceModule { path: "a.ts".into(), text: &text, made: None },
                &TransformOptions::default(),
                &mut |_: &Import| None,
            );
            let module = module.unwrap();
            let patterns: Vec<String> = module.dynamic_patterns.iter().map(|it| it.parts.join("*")).collect();
            assert_eq!(patterns.is_empty(), !module.dynamic_unresolvable.is_empty(), "{text}");
            patterns
        };
        assert_eq!(of("`./locales/${name}.json`"), ["./locales/*.json"]);
        assert_eq!(of("'../' + a + '-' + b + '.ts'"), ["../*-*.ts"]);
        assert_eq!(of("`${FOLDER}/${name}.json`"), ["./locales/*.json"]);
        assert_eq!(of("FILE"), ["./locales/en.json"]);
        assert_eq!(of("late ? './a' : FILE"), ["./a", "./locales/en.json"]);
        assert_eq!(of("new URL('./helper.ts', import.meta.url).href"), ["./helper.ts"]);
        assert_eq!(of("new URL('helper.ts', import.meta.url)"), ["./helper.ts"]);
        assert_eq!(of("import.meta.resolve(`./${name}.ts`)"), ["./*.ts"]);
        for unknown in [
            "name",
            "other",
            "`${name}.ts`",
            "`${name}/x.ts`",
            "'package/' + name",
            "name ? './a' : name",
            "new URL('./a', base)",
        ] {
            assert_eq!(of(unknown), [""; 0], "{unknown}");
        }
    }
}
