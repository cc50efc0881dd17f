//! What decides how a file is compiled, apart from its text: the tsconfig's compiler options, Vite's `define`
//! and the Vitest version.

use oxc::{
    transformer::{
        DecoratorOptions, HelperLoaderMode, HelperLoaderOptions, JsxOptions, JsxRuntime,
        TransformOptions as OxcOptions, TypeScriptOptions,
    },
    transformer_plugins::ReplaceGlobalDefinesConfig,
};
use oxc_resolver::CompilerOptions;

use super::decorators::Lowering;

/// How to compile a file. The default is an empty tsconfig, no defines, the newest Vitest.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each mirrors a boolean of tsconfig.json or of Vitest")]
pub struct TransformOptions {
    /// The rules by which mock calls are hoisted.
    pub hoist: HoistRules,
    /// Whether the function takes `__filename`, `__dirname`, `module`, `exports` and `require` after the six
    /// `__vite_ssr_*` parameters. Vitest 4 always passes them, Vitest 5 unless `injectCjsGlobals` is false.
    pub cjs_globals: bool,
    /// Vite's `define`.
    pub defines: Option<Defines>,
    /// Names whose uses are noted where nobody declares them, besides those of Node.
    pub noted: Vec<String>,
    /// tsconfig's `verbatimModuleSyntax`: only imports marked `type` are dropped.
    pub verbatim_module_syntax: bool,
    /// tsconfig's `useDefineForClassFields`. When false, a field is an assignment in the constructor, and one
    /// without an initialiser does not exist.
    pub use_define_for_class_fields: bool,
    /// tsconfig's `experimentalDecorators`.
    pub experimental_decorators: bool,
    /// tsconfig's `emitDecoratorMetadata`; needs `experimental_decorators`.
    pub emit_decorator_metadata: bool,
    /// tsconfig's `jsx*` options.
    pub jsx: Jsx,
}

impl Default for TransformOptions {
    fn default() -> Self {
        Self {
            hoist: HoistRules::Vitest5,
            cjs_globals: true,
            defines: None,
            noted: vec![],
            verbatim_module_syntax: false,
            use_define_for_class_fields: true,
            experimental_decorators: false,
            emit_decorator_metadata: false,
            jsx: Jsx::default(),
        }
    }
}

/// Where Vitest's major versions differ in hoisting: calls that are not at the top level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoistRules {
    /// A nested call is hoisted with a warning; in a file that mentions `import.meta.vitest`, silently.
    Vitest4,
    /// A nested call is an error, except directly in an `if (import.meta.vitest)` block, where it is hoisted
    /// under the same condition.
    Vitest5,
}

/// JSX options, named as in tsconfig.json.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jsx {
    /// `jsx: "react-jsx"` or `"react-jsxdev"`: import the functions from `import_source`. Otherwise call
    /// `factory`, which the file has to have in scope (esbuild's default too).
    pub automatic: bool,
    /// `jsx: "react-jsxdev"`.
    pub development: bool,
    /// `jsxImportSource`; `react` if absent.
    pub import_source: Option<String>,
    /// `jsxFactory`; `React.createElement` if absent.
    pub factory: Option<String>,
    /// `jsxFragmentFactory`; `React.Fragment` if absent.
    pub fragment_factory: Option<String>,
}

/// Vite's `define` table, checked and ready for use on many files.
#[derive(Clone, Debug)]
pub struct Defines {
    config: ReplaceGlobalDefinesConfig,
    shared: Vec<Shared>,
}

/// An object that stands for an expression wherever that is: as with esbuild, one for a module.
#[derive(Clone, Debug)]
struct Shared {
    /// The constant that holds it.
    name: String,
    /// Its text.
    value: String,
}

impl Defines {
    /// Checks a table from expression to the JavaScript text that replaces it. Keys are identifiers or dotted
    /// chains (`__DEV__`, `process.env.NODE_ENV`, `import.meta.env.MODE`, `import.meta.vitest`).
    ///
    /// # Errors
    ///
    /// The first key or value that is not such an expression, in one line that names it.
    pub fn new<'t>(table: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, String> {
        let table: Vec<_> = table.into_iter().collect();
        // One at a time first: the message about a bad value does not say which key it belongs to.
        for entry in &table {
            ReplaceGlobalDefinesConfig::new(&[*entry]).map_err(|problems| {
                let reason = problems.first().map(|problem| problem.message.to_string()).unwrap_or_default();
                format!(
                    "`define` entry {:?}: {:?} cannot be used ({})",
                    entry.0,
                    entry.1,
                    reason.trim_end_matches('.')
                )
            })?;
        }
        let config = ReplaceGlobalDefinesConfig::new(&table).map_err(|problems| {
            problems.first().map(|problem| problem.message.to_string()).unwrap_or_default()
        })?;
        Ok(Self { config, shared: vec![] })
    }

    /// The same for wrangler's `define`: where the text is an array or an object, all places have the same one.
    ///
    /// # Errors
    ///
    /// As [`Self::new`].
    pub fn sharing<'t>(
        table: impl IntoIterator<Item = (&'t str, &'t str)>,
        is_shared: impl Fn(&str) -> bool,
    ) -> Result<Self, String> {
        let table: Vec<_> = table.into_iter().collect();
        // What is wrong with them is said of the user's own text.
        Self::new(table.iter().copied())?;
        let is_object = |text: &str| text.trim_start().starts_with(['[', '{']);
        let mut shared = vec![];
        let mut replaced: Vec<(&str, String)> = vec![];
        for (key, value) in table {
            if is_shared(key) && is_object(value) {
                let name = format!("__wpt_define_{}__", shared.len());
                replaced.push((key, name.clone()));
                shared.push(Shared { name, value: value.to_owned() });
            } else {
                replaced.push((key, value.to_owned()));
            }
        }
        let defines = Self::new(replaced.iter().map(|(key, value)| (*key, value.as_str())))?;
        Ok(Self { shared, ..defines })
    }

    pub(super) fn config(&self) -> ReplaceGlobalDefinesConfig {
        self.config.clone()
    }

    /// Declares the shared objects that `code` has.
    pub(super) fn declarations(&self, code: &str) -> String {
        let used = self.shared.iter().filter(|shared| code.contains(&shared.name));
        used.flat_map(|Shared { name, value }| ["const ", name, " = ", value, ";"]).collect()
    }
}

impl TransformOptions {
    /// The same options with what a tsconfig.json says in their place.
    #[must_use]
    pub fn with_compiler_options(mut self, tsconfig: &CompilerOptions) -> Self {
        self.verbatim_module_syntax = tsconfig.verbatim_module_syntax.unwrap_or(false);
        self.experimental_decorators = tsconfig.experimental_decorators.unwrap_or(false);
        self.emit_decorator_metadata = tsconfig.emit_decorator_metadata.unwrap_or(false);
        self.use_define_for_class_fields = tsconfig
            .use_define_for_class_fields
            .unwrap_or_else(|| tsconfig.target.as_deref().is_none_or(target_defines_class_fields));
        self.jsx = Jsx {
            automatic: matches!(tsconfig.jsx.as_deref(), Some("react-jsx" | "react-jsxdev")),
            development: tsconfig.jsx.as_deref() == Some("react-jsxdev"),
            import_source: tsconfig.jsx_import_source.clone(),
            factory: tsconfig.jsx_factory.clone().or(self.jsx.factory),
            fragment_factory: tsconfig.jsx_fragment_factory.clone().or(self.jsx.fragment_factory),
        };
        self
    }

    pub(super) fn to_oxc(&self, decorators: Lowering) -> OxcOptions {
        let mut options = OxcOptions {
            typescript: TypeScriptOptions {
                only_remove_type_imports: self.verbatim_module_syntax,
                remove_class_fields_without_initializer: !self.use_define_for_class_fields,
                ..TypeScriptOptions::default()
            },
            decorator: DecoratorOptions {
                legacy: decorators.is_legacy(),
                emit_decorator_metadata: self.emit_decorator_metadata,
                ..DecoratorOptions::default()
            },
            jsx: self.jsx.to_oxc(),
            helper_loader: HelperLoaderOptions {
                mode: HelperLoaderMode::External,
                ..HelperLoaderOptions::default()
            },
            ..OxcOptions::default()
        };
        options.assumptions.set_public_class_fields = !self.use_define_for_class_fields;
        if let Some(factory) = &self.jsx.factory {
            options.typescript.jsx_pragma = factory.clone().into();
        }
        if let Some(fragment) = &self.jsx.fragment_factory {
            options.typescript.jsx_pragma_frag = fragment.clone().into();
        }
        options
    }
}

impl Jsx {
    fn to_oxc(&self) -> JsxOptions {
        let mut jsx = JsxOptions { display_name_plugin: false, ..JsxOptions::enable() };
        if self.automatic {
            jsx.runtime = JsxRuntime::Automatic;
            jsx.development = self.development;
            jsx.import_source.clone_from(&self.import_source);
        } else {
            jsx.runtime = JsxRuntime::Classic;
            jsx.pragma.clone_from(&self.factory);
            jsx.pragma_frag.clone_from(&self.fragment_factory);
        }
        jsx.conform();
        jsx
    }
}

/// TypeScript's default for `useDefineForClassFields`: true from ES2022 on. Without a `target` esbuild assumes
/// the newest.
fn target_defines_class_fields(target: &str) -> bool {
    let target = target.to_ascii_lowercase();
    match target.strip_prefix("es") {
        Some("next") | None => true,
        Some(year) => year.parse::<u32>().is_ok_and(|year| year >= 2022),
    }
}
