//! One first-party source file, compiled into the form Vite's module runner evaluates.
//!
//! TypeScript and JSX are lowered, `define`s replaced, Vitest's mock calls hoisted, and `import`/`export`
//! become calls on the `__vite_ssr_*` parameters. The result is the text of a workerd ES module whose default
//! export is the function Vitest's evaluator would otherwise have got from `vm.runInThisContext`.

mod comments;
mod decorators;
mod dynamic;
mod exports;
mod glob;
mod hoist;
mod imports;
mod options;
mod positions;
mod reorder;
mod syntax;
mod wrap;

#[cfg(test)]
mod tests;

use std::{ops::Range, path::Path, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use oxc::{
    allocator::Allocator,
    codegen::{Codegen, CodegenOptions},
    parser::{ParseOptions, Parser},
    semantic::{Scoping, SemanticBuilder},
    span::SourceType,
    transformer::Transformer,
    transformer_plugins::{ModuleRunnerTransform, ReplaceGlobalDefines},
};
use serde::{Deserialize, Serialize};

pub use dynamic::Pattern;
pub use glob::{Glob, GlobMatch};
pub use imports::{Import, ImportKind};
pub use options::{Defines, HoistRules, Jsx, TransformOptions};

use crate::{
    analyze::{
        exports::read,
        globals::{self, GlobalUse, NODE_GLOBALS},
    },
    diagnostic::{Diagnostic, Severity, SourceFile},
};

/// A first-party file to compile.
#[derive(Clone, Copy, Debug)]
pub struct SourceModule<'a> {
    /// The path relative to the project root, with forward slashes. Its extension decides the syntax, and it
    /// names the file in stack traces and in the source map.
    pub path: &'a Utf8Path,
    /// The whole text.
    pub text: &'a str,
    /// What is known of the text if it is not the file's own.
    pub made: Option<MadeText<'a>>,
}

/// A text that something has made of a file, or of nothing.
#[derive(Clone, Copy, Debug)]
pub struct MadeText<'a> {
    /// Its syntax, as a file's extension would say it.
    pub syntax: &'a str,
    /// Its source map as JSON; the sources are relative to the module's folder.
    pub map: Option<&'a str>,
}

/// What a file became, and what it asks for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CompiledModule {
    /// The text of a workerd ES module; its default export is the function the evaluator calls.
    pub code: String,
    /// The source map of `code` as JSON: one source, the module's path, without its content.
    pub map: String,
    /// What the file declares and exports, as it was written: [`Facts`](crate::analyze::exports::facts::Facts) as JSON.
    pub facts: Box<str>,
    /// What it uses of Node's globals, of Vite's and of [`TransformOptions::noted`].
    pub globals: Vec<GlobalUse>,
    /// Everything the file imports, in source order. Imports used only as types are not among them.
    pub imports: Vec<Import>,
    /// Each `import(…)` of what is not a string, but known in parts.
    pub dynamic_patterns: Vec<Pattern>,
    /// The argument of each `import(…)` that is known only at run time, as a byte range in the source.
    pub dynamic_unresolvable: Vec<Range<usize>>,
    /// Whether it has an `import.meta.glob(…)`: what it is depends on which files there are.
    pub has_globs: bool,
    /// Problems that do not stop the file from running.
    #[serde(skip)]
    pub warnings: Vec<Diagnostic>,
}

/// The project around a file that is compiled.
pub trait Surroundings {
    /// The id that takes the place of an import's specifier in the emitted code, if any does. The specifier of a
    /// [`ImportKind::Mock`] or [`ImportKind::Require`] stays as the user wrote it, whatever this returns, because Vitest resolves
    /// those itself at run time.
    fn rewrite(&mut self, import: &Import) -> Option<String>;

    /// The modules that an `import.meta.glob(…)` matches, or what is wrong with its patterns.
    fn list(&mut self, glob: &Glob) -> Result<Vec<GlobMatch>, String>;
}

/// A file without others around it.
impl<F: FnMut(&Import) -> Option<String>> Surroundings for F {
    fn rewrite(&mut self, import: &Import) -> Option<String> {
        self(import)
    }

    fn list(&mut self, _glob: &Glob) -> Result<Vec<GlobMatch>, String> {
        Ok(vec![])
    }
}

/// Compiles one file.
///
/// # Errors
///
/// Syntax errors, and uses of Vitest's mock functions that cannot be hoisted, each with its span.
pub fn compile(
    module: &SourceModule<'_>,
    options: &TransformOptions,
    surroundings: &mut dyn Surroundings,
) -> Result<CompiledModule, Vec<Diagnostic>> {
    let file = Arc::new(SourceFile { path: module.path.to_owned(), text: module.text.to_owned() });
    let named = module.made.map(|made| Utf8PathBuf::from(format!("made.{}", made.syntax)));
    let source_type = source_type(named.as_deref().unwrap_or(module.path))
        .ok_or_else(|| vec![syntax::unknown_extension(&file)])?;

    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, module.text, source_type)
        .with_options(ParseOptions { preserve_parens: false, ..ParseOptions::default() })
        .parse();
    syntax::check(&file, parsed.diagnostics)?;
    let mut program = parsed.program;
    // A `#!` line is a comment only at the very start of a file, and the code is about to move into a function.
    program.hashbang = None;

    let facts = serde_json::to_string(&read::read(&program, module.text)).unwrap_or_default().into();

    let has_globs = glob::expand(&allocator, &mut program, &file, surroundings)?;

    let scoping = {
        let checked =
            SemanticBuilder::new().with_check_syntax_error(true).with_enum_eval(true).build(&program);
        syntax::check(&file, checked.diagnostics)?;
        checked.semantic.into_scoping()
    };
    let wanted: Vec<&str> =
        NODE_GLOBALS.into_iter().chain(options.noted.iter().map(String::as_str)).collect();
    let globals = globals::uses(&program, &scoping, module.text, &wanted);
    let lowering = decorators::lowering(&file, &program, options)?;

    let source_path = Path::new(module.path.as_str());
    let transformed = Transformer::new(&allocator, source_path, &options.to_oxc(lowering))
        .build_with_scoping(scoping, &mut program);
    syntax::check(&file, transformed.diagnostics)?;
    let mut scoping = transformed.scoping;

    if let Some(defines) = &options.defines {
        let replaced = ReplaceGlobalDefines::new(&allocator, defines.config()).build(scoping, &mut program);
        scoping = if replaced.changed { rebuild_scoping(&program) } else { replaced.scoping };
    }

    let mut warnings = Vec::new();
    let plan = hoist::hoist(&allocator, &mut program, &file, options.hoist, &mut warnings)?;
    if plan.is_some() {
        scoping = rebuild_scoping(&program);
    }
    let collected =
        imports::collect(&allocator, &mut program, &scoping, &mut |import| surroundings.rewrite(import));

    comments::keep_before_exports(&mut program);
    ModuleRunnerTransform::new().transform(&allocator, &mut program, scoping);
    exports::modernise(&allocator, &mut program);
    positions::restore(&mut program);
    if let Some(plan) = plan {
        reorder::reorder(&allocator, &mut program, &plan);
    }

    let printed = Codegen::new()
        .with_options(CodegenOptions {
            source_map_path: Some(source_path.into()),
            ..CodegenOptions::default()
        })
        .build(&program);
    let made = module.made.and_then(|made| made.map);
    let map = printed.map.map_or_else(String::new, |map| {
        if let Some(made) = made {
            return wrap::composed_map(&map.to_json_string(), made);
        }
        let map = map.to_json();
        wrap::offset_map(module.path.as_str(), &map.mappings, &map.names)
    });
    let mut declarations = String::new();
    if lowering.is_legacy() && printed.code.contains("babelHelpers.") {
        declarations.push_str(wrap::DECORATOR_HELPERS);
    }
    if let Some(defines) = &options.defines {
        declarations.push_str(&defines.declarations(&printed.code));
    }
    Ok(CompiledModule {
        code: wrap::wrap(module.path, &printed.code, options.cjs_globals, &declarations),
        map,
        facts,
        globals,
        imports: collected.imports,
        dynamic_patterns: collected.patterns,
        dynamic_unresolvable: collected.unresolvable,
        has_globs,
        warnings,
    })
}

/// The syntax of a file, from its extension. Every file is a module: Vite evaluates nothing else, and a
/// `.cjs` file's `module` and `require` are parameters. `.js` may hold JSX, as wrangler's loaders allow.
fn source_type(path: &Utf8Path) -> Option<SourceType> {
    let source_type = SourceType::from_path(path.as_std_path()).ok()?.with_module(true);
    Some(if source_type.is_javascript() { source_type.with_jsx(true) } else { source_type })
}

fn rebuild_scoping(program: &oxc::ast::ast::Program<'_>) -> Scoping {
    SemanticBuilder::new().build(program).semantic.into_scoping()
}

fn diagnostic(
    code: &'static str,
    severity: Severity,
    title: impl Into<String>,
    file: &Arc<SourceFile>,
    span: Range<usize>,
    help: Vec<String>,
) -> Diagnostic {
    let label = crate::diagnostic::Label { file: Arc::clone(file), span, text: String::new() };
    Diagnostic { code, severity, title: title.into(), labels: vec![label], help }
}
