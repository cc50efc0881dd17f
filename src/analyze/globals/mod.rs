//! Uses of names that a module does not declare: which of them, where, and whether they are evaluated at start-up.
//!
//! A use that the code itself makes sure of, by `typeof process` or `globalThis.process`, is none.

mod guards;
#[cfg(test)]
mod tests;

use std::ops::Range;

use oxc::{
    allocator::Allocator,
    ast::AstKind,
    parser::Parser,
    semantic::{AstNodes, NodeId, Scoping, Semantic, SemanticBuilder},
    span::{GetSpan as _, SourceType, Span},
};
use serde::{Deserialize, Serialize};

use self::guards::Guards;

/// What Node has as global variables or as variables of each module.
pub const NODE_GLOBALS: [&str; 8] =
    ["Buffer", "__dirname", "__filename", "clearImmediate", "global", "process", "require", "setImmediate"];

/// The expression that Vite fills in, and no deployment without Vite.
pub const META_ENV: &str = "import.meta.env";

/// A use of a name that the module does not declare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalUse {
    /// The name and the properties that are read of it: `process.env.NODE_ENV`.
    pub chain: String,
    /// The byte range of the name.
    pub span: Range<usize>,
    /// Whether it is evaluated when the module is, rather than when a function is called.
    pub at_start: bool,
}

impl GlobalUse {
    /// The name itself, without what is read of it.
    pub fn name(&self) -> &str {
        let chain = self.chain.strip_prefix("globalThis.").unwrap_or(&self.chain);
        if chain.starts_with(META_ENV) { META_ENV } else { chain.split('.').next().unwrap_or(chain) }
    }

    /// Whether the name is read as a property, which is undefined where there is none.
    pub fn is_property(&self) -> bool {
        self.chain.starts_with("globalThis.") || self.name() == META_ENV
    }

    /// Whether `replaced` is this expression, or one at its beginning.
    pub fn starts_with(&self, replaced: &str) -> bool {
        let rest = self.chain.strip_prefix(replaced);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// The uses in a text that is not parsed yet; none if it has errors.
pub fn parse(text: &str, wanted: &[&str]) -> Vec<GlobalUse> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::mjs().with_jsx(true)).parse();
    let scoping = SemanticBuilder::new().build(&parsed.program).semantic.into_scoping();
    uses(&parsed.program, &scoping, text, wanted)
}

/// The uses in a program whose names are resolved in `scoping`, in the order of the text.
pub fn uses<'a>(
    program: &'a oxc::ast::ast::Program<'a>,
    scoping: &Scoping,
    text: &str,
    wanted: &[&str],
) -> Vec<GlobalUse> {
    let unresolved = scoping.root_unresolved_references();
    let has_meta = text.contains(META_ENV);
    if !has_meta
        && !unresolved.keys().any(|name| wanted.contains(&name.as_str()) || name.as_str() == "globalThis")
    {
        return vec![];
    }
    // Few modules come here: only they need their nodes.
    let semantic = SemanticBuilder::new().with_build_nodes(true).build(program).semantic;
    let finder = Finder { semantic: &semantic, guards: Guards::new(semantic.nodes(), text), wanted };
    let mut found = finder.references();
    if has_meta {
        found.extend(finder.meta());
    }
    found.sort_by_key(|it| it.span.start);
    found
}

struct Finder<'s, 'a> {
    semantic: &'s Semantic<'a>,
    guards: Guards<'s>,
    wanted: &'s [&'s str],
}

impl Finder<'_, '_> {
    fn nodes(&self) -> &AstNodes<'_> {
        self.semantic.nodes()
    }

    fn references(&self) -> Vec<GlobalUse> {
        let scoping = self.semantic.scoping();
        let mut found = vec![];
        for (name, references) in scoping.root_unresolved_references() {
            let name = name.as_str();
            if !self.wanted.contains(&name) && name != "globalThis" {
                continue;
            }
            for reference in references {
                let reference = scoping.get_reference(*reference);
                if reference.is_value() {
                    found.extend(self.reference(name, reference.node_id()));
                }
            }
        }
        found
    }

    fn reference(&self, name: &str, node: NodeId) -> Option<GlobalUse> {
        let (chain, optional) = self.chain(name, node);
        let mut parts = chain.split('.');
        let (name, reads) = if name == "globalThis" {
            parts.next();
            (parts.next().filter(|name| self.wanted.contains(name))?.to_owned(), parts.next().is_some())
        } else {
            (name.to_owned(), true)
        };
        let span = self.nodes().kind(node).span();
        // `globalThis.x` by itself is undefined, which is no error; nor is `globalThis.x?.y`.
        if !reads || (optional && chain.starts_with("globalThis.")) {
            return None;
        }
        if name == "require" && self.is_plain_require(node) {
            return None;
        }
        self.found(&name, chain, node, span)
    }

    fn meta(&self) -> Vec<GlobalUse> {
        let nodes = self.nodes();
        let metas = nodes.iter().filter(|node| matches!(node.kind(), AstKind::ImportMeta(_)));
        let uses = metas.filter_map(|node| {
            let (chain, optional) = self.chain("import.meta", node.id());
            let reads = chain.strip_prefix(META_ENV)?.starts_with('.');
            (reads && !optional).then(|| self.found(META_ENV, chain, node.id(), node.kind().span()))?
        });
        uses.collect()
    }

    fn found(&self, name: &str, chain: String, node: NodeId, span: Span) -> Option<GlobalUse> {
        let is_guarded = self.guards.guard(self.nodes(), name, node, span);
        let span = span.start as usize..span.end as usize;
        (!is_guarded).then(|| GlobalUse { chain, span, at_start: self.is_at_start(node) })
    }

    /// The name with the properties that are read of it, and whether any but the first is read by `?.`.
    fn chain(&self, name: &str, node: NodeId) -> (String, bool) {
        let nodes = self.nodes();
        let mut chain = name.to_owned();
        let mut current = nodes.kind(node).span();
        let mut optional = false;
        for ancestor in nodes.ancestor_kinds(node) {
            match ancestor {
                AstKind::StaticMemberExpression(member) if member.object.span() == current => {
                    optional |= member.optional;
                    chain.push('.');
                    chain.push_str(&member.property.name);
                    current = member.span;
                }
                AstKind::ChainExpression(_) | AstKind::ParenthesizedExpression(_) => {
                    current = ancestor.span();
                }
                _ => break,
            }
        }
        (chain, optional)
    }

    /// Whether it is the `require` of `require("module")`, which is a matter of the module.
    fn is_plain_require(&self, node: NodeId) -> bool {
        matches!(self.nodes().parent_kind(node), AstKind::CallExpression(call)
            if call.callee.span() == self.nodes().kind(node).span() && call.common_js_require().is_some())
    }

    /// Whether it is evaluated with the module: in no function, save for one that is called where it stands.
    fn is_at_start(&self, node: NodeId) -> bool {
        let nodes = self.nodes();
        let mut inner = nodes.kind(node);
        for id in nodes.ancestor_ids(node) {
            let kind = nodes.kind(id);
            match kind {
                AstKind::Function(_) | AstKind::ArrowFunctionExpression(_) if !is_called(nodes, id) => {
                    return false;
                }
                AstKind::PropertyDefinition(property)
                    if !property.r#static
                        && property
                            .value
                            .as_ref()
                            .is_some_and(|value| contains(value.span(), inner.span())) =>
                {
                    return false;
                }
                _ => {}
            }
            inner = kind;
        }
        true
    }
}

/// Whether a function is called where it stands.
fn is_called(nodes: &AstNodes<'_>, function: NodeId) -> bool {
    let mut inner = nodes.kind(function).span();
    for kind in nodes.ancestor_kinds(function) {
        match kind {
            AstKind::ParenthesizedExpression(_) => inner = kind.span(),
            AstKind::CallExpression(call) => return call.callee.span() == inner,
            _ => return false,
        }
    }
    false
}

pub(super) fn contains(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
