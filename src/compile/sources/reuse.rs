//! Compiles a module, or takes it from the last run's cache.

use std::{collections::BTreeMap, sync::Arc};

use camino::Utf8Path;

use super::{Compiler, made::sources_beside};
use crate::{
    bundle::{
        resolve::Resolved,
        transform::{
            self, CompiledModule, Glob, GlobMatch, Import, ImportKind, MadeText, SourceModule, Surroundings,
            TransformOptions,
        },
    },
    cache::hash,
    compile::module_cache::{Found, ResolvedImport},
    diagnostic::{Diagnostic, SourceFile},
    plugins::Made,
};

impl Compiler<'_> {
    /// The module, as the last run compiled it or compiled now; and the hash of its code if that is known.
    pub(super) fn module(
        &mut self,
        file: &Utf8Path,
        url: &str,
        source: &Arc<SourceFile>,
        made: Option<&Made>,
    ) -> Option<(CompiledModule, Option<String>)> {
        let problems = self.diagnostics.len();
        let text = match made {
            None => hash(source.text.as_bytes()),
            Some(Made { code, map, syntax, .. }) => hash(format!("{syntax}\n{map:?}\n{code}").as_bytes()),
        };
        let entry = self.cache.entry(file, &text);
        let same_tree = self.cache.is_same_tree();
        let options = match &entry {
            Some(entry) if same_tree => entry.options.clone(),
            _ => {
                let options = TransformOptions { defines: None, ..self.options_for(file)? };
                hash(format!("{options:?}").as_bytes())
            }
        };
        let mut known = BTreeMap::new();
        if let Some(entry) = entry.filter(|entry| entry.options == options) {
            let mut same = true;
            for ResolvedImport { import, found, target: before } in &entry.imports {
                let resolved = found.as_ref().map(|found| &found.resolved);
                let outside = matches!(resolved, Some(Resolved::Source(path) | Resolved::Data { path, .. })
                    if !path.starts_with(self.root));
                let found = if same_tree && !outside { found.clone() } else { self.resolve(source, import) };
                let found = found.filter(|found| self.may_reach(&found.resolved));
                let target = found.clone().map(|to| self.target(file, url, import, to));
                same &= target == *before;
                known.insert(import_key(import), (found, target));
            }
            let module =
                self.cache.module(&entry).filter(|(module, _)| same && (same_tree || !module.has_globs));
            if let Some((module, code)) = module {
                self.cache.keep(file, entry);
                return Some((module, Some(code)));
            }
        }
        let options_for_file = self.options_for(file)?;
        let map = made.and_then(|made| sources_beside(self.root, file, made.map.as_deref()?));
        let module = SourceModule {
            path: file,
            text: &source.text,
            made: made.map(|made| MadeText { syntax: &made.syntax, map: map.as_deref() }),
        };
        let mut around = Around { compiler: self, file, url, source, known, imports: vec![] };
        let compiled = transform::compile(&module, &options_for_file, &mut around);
        let imports = around.imports;
        match compiled {
            Ok(compiled) => {
                if compiled.warnings.is_empty() && self.diagnostics.len() == problems {
                    self.cache.add(file, text, options, imports, &compiled);
                }
                Some((compiled, None))
            }
            Err(problems) => {
                self.diagnostics.extend(problems);
                None
            }
        }
    }

    /// How a file is compiled.
    fn options_for(&mut self, file: &Utf8Path) -> Option<TransformOptions> {
        let options = self.options.clone();
        match self.resolver.tsconfig(&self.root.join(file)) {
            Ok(Some(tsconfig)) => Some(options.with_compiler_options(&tsconfig.compiler_options)),
            Ok(None) => Some(options),
            Err(error) => {
                self.diagnostics.push(Diagnostic::error("tsconfig", error));
                None
            }
        }
    }

    /// What an import leads to; nothing if that is only known at run time.
    pub(super) fn resolve(&mut self, source: &Arc<SourceFile>, import: &Import) -> Option<Found> {
        // What Vitest itself is, the runner answers.
        let specifier = import.specifier.as_str();
        if specifier == "vitest" || specifier.starts_with("vitest/") {
            return None;
        }
        let ours = self.resolver.resolve(&self.importer.path, import);
        match self.with_plugins(import, ours) {
            Ok(found) => Some(found),
            Err(missing) => {
                // What is mocked need not exist; what is imported late may be caught.
                if let Some(missing) = missing
                    && matches!(import.kind, ImportKind::Static | ImportKind::ReExport)
                {
                    self.diagnostics.push(missing.into_diagnostic(source, import.span.clone()));
                }
                None
            }
        }
    }
}

/// What is around a file that is compiled.
struct Around<'c, 'a> {
    compiler: &'c mut Compiler<'a>,
    file: &'c Utf8Path,
    url: &'c str,
    source: &'c Arc<SourceFile>,
    /// Where imports lead that the last run knew.
    known: BTreeMap<ImportKey, (Option<Found>, Option<String>)>,
    /// All imports that were asked for.
    imports: Vec<ResolvedImport>,
}

impl Surroundings for Around<'_, '_> {
    fn rewrite(&mut self, import: &Import) -> Option<String> {
        let Self { compiler, file, url, source, known, .. } = self;
        let (found, target) = known.remove(&import_key(import)).unwrap_or_else(|| {
            let found = compiler.resolve(source, import).filter(|found| compiler.may_reach(&found.resolved));
            let target = found.clone().map(|to| compiler.target(file, url, import, to));
            (found, target)
        });
        self.imports.push(ResolvedImport { import: import.clone(), found, target: target.clone() });
        target
    }

    fn list(&mut self, glob: &Glob) -> Result<Vec<GlobMatch>, String> {
        self.compiler.glob(self.file, glob)
    }
}

type ImportKey = (usize, ImportKind, String);

/// Tells the imports of one file apart.
fn import_key(import: &Import) -> ImportKey {
    (import.span.start, import.kind, import.specifier.clone())
}
