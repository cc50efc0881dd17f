//! The exports of the Worker's main module, from its production bundle.
//!
//! esbuild's metafile gives the names, also behind `export *` and aliases; the bundle's own class declarations give the
//! kinds, by following `extends` to an import of `cloudflare:workers`.

use std::collections::HashMap;

use camino::{Utf8Path, Utf8PathBuf};
use oxc::{
    allocator::Allocator,
    ast::ast::{ExportDefaultDeclarationKind, Expression, ImportDeclarationSpecifier, Statement},
    parser::Parser,
    span::SourceType,
};
use serde::{Deserialize, Serialize};

use crate::{
    bundle::{
        dependencies::DEPLOY_ARGUMENTS,
        esbuild::{Build, EsbuildError},
        resolve::node_modules,
    },
    cache::{Cache, KeyBuilder},
    home::{Home, HomeError},
};

/// An export of the main module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MainExport {
    /// The name; `default` for the default export.
    pub name: String,
    /// What the bundle says it is.
    pub declaration: Declaration,
}

/// What a name stands for in the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Declaration {
    /// A class that extends, directly or not, a class of `cloudflare:workers`.
    Extends(String),
    /// Any other class.
    Class,
    /// A function.
    Function,
    /// An object with an event handler.
    Handler,
    /// Anything else.
    Value,
}

/// The analysis of a main module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MainExports {
    /// Its exports, by name.
    pub exports: Vec<MainExport>,
    inputs: Vec<Utf8PathBuf>,
}

/// Why the exports are not known.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportsError {
    /// Part of the installation is missing.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The bundle cannot be made.
    #[error(transparent)]
    Bundle(#[from] EsbuildError),
    /// The cache folder cannot be used.
    #[error("cannot write to the cache folder: {0}")]
    Io(#[from] std::io::Error),
}

const CACHE_ENTRY: &str = "exports.json";

/// Analyzes `main` (relative to `root`), or takes the result from the cache. `arguments` are the project's own settings
/// for the bundler (aliases, a tsconfig).
///
/// # Errors
/// See [`ExportsError`].
pub fn analyze(
    root: &Utf8Path,
    main: &Utf8Path,
    arguments: &[String],
    home: &Home,
    cache: &Cache,
) -> Result<MainExports, ExportsError> {
    let base = arguments
        .iter()
        .fold(KeyBuilder::new().text(root.as_str()).text(main.as_str()), |key, argument| key.text(argument));
    let stamp = |key: KeyBuilder, path: &Utf8Path| {
        let path = root.join(path);
        // Packages are many files that seldom change.
        if path.as_str().contains("/node_modules/") { key.stat(&path) } else { key.file(&path) }
    };
    if let Some(cached) = cache.read_traced(CACHE_ENTRY, &base, &stamp) {
        return Ok(cached);
    }
    let analysis = bundle(root, main, arguments, home, cache)?;
    cache.write_traced(CACHE_ENTRY, &base, &analysis.inputs, &stamp, &analysis);
    Ok(analysis)
}

fn bundle(
    root: &Utf8Path,
    main: &Utf8Path,
    arguments: &[String],
    home: &Home,
    cache: &Cache,
) -> Result<MainExports, ExportsError> {
    let folder = tempfile::tempdir_in(cache.folder()?)?;
    let output = Utf8Path::from_path(folder.path()).expect("it is in a UTF-8 folder").join("main.js");
    let mut all: Vec<String> = vec![format!("./{main}")];
    all.extend(DEPLOY_ARGUMENTS.iter().map(|&argument| argument.to_owned()));
    // What a module holds other than JavaScript does not change what it exports.
    all.extend(
        [
            "--loader:.wasm=empty",
            "--loader:.bin=empty",
            "--external:*?raw",
            "--external:*?url",
            "--external:*?inline",
        ]
        .map(str::to_owned),
    );
    all.extend(["--external:node:*", "--external:cloudflare:*", "--external:workerd:*"].map(str::to_owned));
    all.extend(node_modules().map(|name| format!("--external:{name}")));
    all.extend(arguments.iter().cloned());
    let executable = home.esbuild()?;
    let metafile =
        Build { executable: &executable, directory: root, output: &output, arguments: all, stdin: None }
            .run()?;
    let names = metafile
        .outputs
        .values()
        .find(|output| output.entry_point.is_some())
        .map(|output| output.exports.clone());
    let declarations = declarations(&std::fs::read_to_string(&output)?);
    let mut exports: Vec<_> = names
        .unwrap_or_default()
        .into_iter()
        .map(|name| MainExport {
            declaration: declarations.get(&name).cloned().unwrap_or(Declaration::Value),
            name,
        })
        .collect();
    exports.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(MainExports { exports, inputs: metafile.inputs.into_keys().collect() })
}

/// Properties that make an object an entrypoint.
const HANDLERS: [&str; 8] = ["fetch", "scheduled", "queue", "email", "tail", "tailStream", "trace", "test"];

/// A name bound at the top level of the bundle.
enum Local {
    /// A class, and the name it extends.
    Class(Option<String>),
    Function,
    Handler,
    /// Another name for a local.
    Alias(String),
    /// `module:name`.
    Import(String),
}

/// What each export of `bundle`, esbuild's ES module, is.
fn declarations(bundle: &str) -> HashMap<String, Declaration> {
    let allocator = Allocator::default();
    let program = Parser::new(&allocator, bundle, SourceType::mjs()).parse().program;
    let mut locals: HashMap<String, Local> = HashMap::new();
    let mut exported: Vec<(String, String)> = vec![];
    for statement in &program.body {
        match statement {
            Statement::ImportDeclaration(declaration) => {
                for specifier in declaration.specifiers.iter().flatten() {
                    let imported = match specifier {
                        ImportDeclarationSpecifier::ImportSpecifier(named) => named.imported.name(),
                        ImportDeclarationSpecifier::ImportDefaultSpecifier(_) => "default".into(),
                        ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => "*".into(),
                    };
                    let origin = format!("{}:{imported}", declaration.source.value);
                    locals.insert(specifier.local().name.to_string(), Local::Import(origin));
                }
            }
            Statement::VariableDeclaration(declaration) => {
                for declarator in &declaration.declarations {
                    if let (Some(name), Some(value)) =
                        (declarator.id.get_binding_identifier(), &declarator.init)
                        && let Some(local) = local_of(value)
                    {
                        locals.insert(name.name.to_string(), local);
                    }
                }
            }
            Statement::FunctionDeclaration(function) => {
                if let Some(name) = &function.id {
                    locals.insert(name.name.to_string(), Local::Function);
                }
            }
            Statement::ClassDeclaration(class) => {
                if let Some(name) = &class.id {
                    locals.insert(name.name.to_string(), Local::Class(superclass(class)));
                }
            }
            Statement::ExportNamedDeclaration(declaration) => {
                for specifier in &declaration.specifiers {
                    exported
                        .push((specifier.exported.name().to_string(), specifier.local.name().to_string()));
                }
            }
            Statement::ExportDefaultDeclaration(declaration) => {
                if let ExportDefaultDeclarationKind::Identifier(name) = &declaration.declaration {
                    exported.push(("default".into(), name.name.to_string()));
                }
            }
            _ => {}
        }
    }
    exported.into_iter().map(|(name, local)| (name, declaration_of(&local, &locals))).collect()
}

fn superclass(class: &oxc::ast::ast::Class<'_>) -> Option<String> {
    let heritage = class.heritage.as_ref()?;
    Some(heritage.expression.get_identifier_reference()?.name.to_string())
}

fn local_of(value: &Expression<'_>) -> Option<Local> {
    match value {
        Expression::ClassExpression(class) => Some(Local::Class(superclass(class))),
        Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_) => Some(Local::Function),
        Expression::ObjectExpression(object) => object
            .properties
            .iter()
            .filter_map(|property| property.as_property()?.key.static_name())
            .any(|name| HANDLERS.contains(&name.as_ref()))
            .then_some(Local::Handler),
        Expression::Identifier(name) => Some(Local::Alias(name.name.to_string())),
        _ => None,
    }
}

fn declaration_of(name: &str, locals: &HashMap<String, Local>) -> Declaration {
    let mut name = name;
    let mut is_class = false;
    // Each step follows one `extends` or alias; a cycle cannot occur in a program that runs.
    for _ in 0..=locals.len() {
        match locals.get(name) {
            Some(Local::Class(Some(parent))) => (is_class, name) = (true, parent),
            Some(Local::Class(None)) => return Declaration::Class,
            Some(Local::Alias(other)) => name = other,
            Some(Local::Import(origin)) => {
                return match origin.strip_prefix("cloudflare:workers:") {
                    Some(base) if is_class => Declaration::Extends(base.to_owned()),
                    _ if is_class => Declaration::Class,
                    _ => Declaration::Value,
                };
            }
            Some(Local::Function) => return Declaration::Function,
            Some(Local::Handler) => return Declaration::Handler,
            None => break,
        }
    }
    if is_class { Declaration::Class } else { Declaration::Value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_follow_extends_and_aliases() {
        let found = declarations(
            r#"import { DurableObject, WorkerEntrypoint as Entry } from "cloudflare:workers";
import { Other } from "elsewhere:x";
var Base = class extends DurableObject {};
var Counter = class extends Base {};
var Renamed = Counter;
class Plain {}
var Foreign = class extends Other {};
var Api = class extends Entry {};
function helper() {}
var index_default = { fetch() {} };
var limit = { max: 3 };
export { limit, Counter, Renamed as Also, Plain, Foreign, Api, helper, index_default as default };
"#,
        );
        let of = |name: &str| found[name].clone();
        assert_eq!(of("Counter"), Declaration::Extends("DurableObject".into()));
        assert_eq!(of("Also"), Declaration::Extends("DurableObject".into()));
        assert_eq!(of("Api"), Declaration::Extends("WorkerEntrypoint".into()));
        assert_eq!(of("Plain"), Declaration::Class);
        assert_eq!(of("Foreign"), Declaration::Class);
        assert_eq!(of("helper"), Declaration::Function);
        assert_eq!(of("default"), Declaration::Handler);
        assert_eq!(of("limit"), Declaration::Value);
    }
}
