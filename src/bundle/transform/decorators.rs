//! Whether decorators and `accessor` fields in a file have to be lowered, and whether they can be.
//!
//! workerd knows neither. TypeScript's `experimentalDecorators` are lowered; the standard ones cannot be yet.

use std::sync::Arc;

use oxc::{
    ast::ast::{AccessorProperty, Decorator, Program},
    ast_visit::{Visit, walk},
};

use super::options::TransformOptions;
use crate::diagnostic::{Diagnostic, Severity, SourceFile};

/// What the transformer has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lowering {
    None,
    /// Lower as `experimentalDecorators` does, which also turns `accessor x` into a private field with a
    /// getter and a setter.
    Legacy,
}

impl Lowering {
    pub(super) fn is_legacy(self) -> bool {
        self == Self::Legacy
    }
}

/// Looks for both in the program.
pub(super) fn lowering(
    file: &Arc<SourceFile>,
    program: &Program<'_>,
    options: &TransformOptions,
) -> Result<Lowering, Vec<Diagnostic>> {
    if !file.text.contains('@') && !file.text.contains("accessor") {
        return Ok(Lowering::None);
    }
    let mut found = Found::default();
    found.visit_program(program);
    match found.decorator {
        Some(_) if options.experimental_decorators => Ok(Lowering::Legacy),
        Some((start, end)) => Err(vec![super::diagnostic(
            "standard-decorators",
            Severity::Error,
            "standard decorators cannot be compiled yet",
            file,
            start as usize..end as usize,
            vec!["If these are TypeScript's own decorators, set \"experimentalDecorators\": true in tsconfig.json."
                .to_owned()],
        )]),
        None if found.accessor => Ok(Lowering::Legacy),
        None => Ok(Lowering::None),
    }
}

#[derive(Default)]
struct Found {
    decorator: Option<(u32, u32)>,
    accessor: bool,
}

impl<'a> Visit<'a> for Found {
    fn visit_decorator(&mut self, it: &Decorator<'a>) {
        self.decorator.get_or_insert((it.span.start, it.span.end));
        walk::walk_decorator(self, it);
    }

    fn visit_accessor_property(&mut self, it: &AccessorProperty<'a>) {
        self.accessor = true;
        walk::walk_accessor_property(self, it);
    }
}
