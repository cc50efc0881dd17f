//! Comments before exports.

use std::collections::HashMap;

use oxc::{
    ast::ast::{ExportDefaultDeclarationKind, Program, Statement},
    span::GetSpan,
};

/// `export` goes, and what stands before it (`/* v8 ignore next */`) is then about what it exports.
pub(super) fn keep_before_exports(program: &mut Program<'_>) {
    if program.comments.is_empty() {
        return;
    }
    let declared = program.body.iter().filter_map(|statement| {
        let declaration = match statement {
            Statement::ExportDeclaration(export) => export.declaration.span(),
            Statement::ExportDefaultDeclaration(export) => match &export.declaration {
                ExportDefaultDeclarationKind::FunctionDeclaration(function) => function.span,
                ExportDefaultDeclarationKind::ClassDeclaration(class) => class.span,
                _ => return None,
            },
            _ => return None,
        };
        Some((statement.span().start, declaration.start))
    });
    let declared: HashMap<u32, u32> = declared.collect();
    for comment in &mut program.comments {
        if let Some(declaration) = declared.get(&comment.attached_to) {
            comment.attached_to = *declaration;
        }
    }
}
