//! What an import means: a first-party file, an npm package, a built-in module, or data.
//!
//! Files are found as `wrangler deploy`'s esbuild finds them, so that what deploys resolves.

use camino::{Utf8Path, Utf8PathBuf};
use oxc_resolver::{CompilerOptions, ResolveOptions, Resolver as OxcResolver, TsconfigDiscovery};

/// What a specifier means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// A file of the project; absolute, without symbolic links.
    Source {
        /// The file.
        file: Utf8PathBuf,
        /// `?raw` and the like, with its question mark; often empty.
        query: String,
    },
    /// A file under `node_modules`; absolute, without symbolic links.
    Dependency {
        /// The file.
        file: Utf8PathBuf,
    },
    /// A module that the runtime or the runner has, by its full name: `node:path`, `cloudflare:workers`, `vitest`.
    Builtin(String),
}

/// Node's modules that may be named without `node:`.
const NODE_MODULES: [&str; 44] = [
    "assert", "assert/strict", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
    "diagnostics_channel", "dns", "dns/promises", "domain", "events", "fs", "fs/promises", "http", "http2", "https", "inspector",
    "module", "net", "os", "path", "path/posix", "path/win32", "perf_hooks", "process", "punycode", "querystring", "readline",
    "stream", "stream/promises", "stream/web", "string_decoder", "timers", "timers/promises", "tls", "tty", "url", "util", "v8",
    "zlib",
];

/// Resolves specifiers for one project.
pub struct Resolver {
    oxc: OxcResolver,
    /// What replaces the start of a specifier, in order.
    aliases: Vec<(String, String)>,
}

impl Resolver {
    /// A resolver with `aliases` from the Vitest config and the wrangler file: a specifier that is the first part, or
    /// starts with it and a slash, begins with the second part instead.
    pub fn new(aliases: Vec<(String, String)>) -> Self {
        let strings = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let oxc = OxcResolver::new(ResolveOptions {
            tsconfig: Some(TsconfigDiscovery::Auto),
            condition_names: strings(&["workerd", "worker", "browser", "import", "module"]),
            main_fields: strings(&["browser", "module", "main"]),
            alias_fields: vec![strings(&["browser"])],
            extensions: strings(&[".tsx", ".ts", ".jsx", ".js", ".css", ".json", ".mts", ".mjs", ".cts", ".cjs"]),
            extension_alias: vec![
                (".js".to_owned(), strings(&[".ts", ".tsx", ".js"])),
                (".jsx".to_owned(), strings(&[".tsx", ".jsx"])),
                (".mjs".to_owned(), strings(&[".mts", ".mjs"])),
                (".cjs".to_owned(), strings(&[".cts", ".cjs"])),
            ],
            ..ResolveOptions::default()
        });
        Self { oxc, aliases }
    }

    /// What `specifier` means in `importer`, an absolute path; `None` if it means nothing.
    pub fn resolve(&self, importer: &Utf8Path, specifier: &str) -> Option<Resolved> {
        let specifier = self.aliased(specifier);
        if let Some((scheme, _)) = specifier.split_once(':')
            && matches!(scheme, "node" | "cloudflare" | "workerd")
        {
            return Some(Resolved::Builtin(specifier));
        }
        if specifier == "vitest" || specifier.starts_with("vitest/") {
            return Some(Resolved::Builtin(specifier));
        }
        let (path, query) = match specifier.find('?') {
            Some(start) => specifier.split_at(start),
            None => (specifier.as_str(), ""),
        };
        let found = if Utf8Path::new(path).is_absolute() && Utf8Path::new(path).is_file() {
            Some(Utf8PathBuf::from(path))
        } else {
            let resolution = self.oxc.resolve_file(importer.as_std_path(), path).ok();
            resolution.and_then(|resolution| Utf8PathBuf::from_path_buf(resolution.into_path_buf()).ok())
        };
        match found {
            Some(file) if file.components().any(|part| part.as_str() == "node_modules") => {
                Some(Resolved::Dependency { file })
            }
            Some(file) => Some(Resolved::Source { file, query: query.to_owned() }),
            None if NODE_MODULES.contains(&path) => Some(Resolved::Builtin(format!("node:{path}"))),
            None => None,
        }
    }

    /// The compiler options of the tsconfig.json that a file belongs to.
    pub fn compiler_options(&self, file: &Utf8Path) -> Option<CompilerOptions> {
        let tsconfig = self.oxc.find_tsconfig(file.as_std_path()).ok()??;
        Some(tsconfig.compiler_options.clone())
    }

    fn aliased(&self, specifier: &str) -> String {
        for (from, to) in &self.aliases {
            match specifier.strip_prefix(from.as_str()) {
                Some("") => return to.clone(),
                Some(rest) if rest.starts_with('/') || from.ends_with('/') => return format!("{to}{rest}"),
                _ => {}
            }
        }
        specifier.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().canonicalize_utf8().unwrap();
        for (path, text) in files {
            let file = root.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        (folder, root)
    }

    #[test]
    fn specifiers_are_resolved_as_they_deploy() {
        let (_folder, root) = project(&[
            ("src/index.ts", ""),
            ("src/answer.ts", ""),
            ("src/note.txt", ""),
            ("tsconfig.json", r#"{ "compilerOptions": { "baseUrl": ".", "paths": { "~/*": ["src/*"] } } }"#),
            ("node_modules/pkg/package.json", r#"{ "exports": { "workerd": "./w.js", "node": "./n.js" } }"#),
            ("node_modules/pkg/w.js", ""),
            ("node_modules/pkg/n.js", ""),
        ]);
        let resolver = Resolver::new(vec![("@lib".to_owned(), root.join("src").into_string())]);
        let resolve = |specifier: &str| resolver.resolve(&root.join("src/index.ts"), specifier);
        let source = |path: &str, query: &str| Some(Resolved::Source { file: root.join(path), query: query.to_owned() });
        assert_eq!(resolve("./answer"), source("src/answer.ts", ""));
        assert_eq!(resolve("./answer.js"), source("src/answer.ts", ""));
        assert_eq!(resolve("~/answer"), source("src/answer.ts", ""));
        assert_eq!(resolve("@lib/answer"), source("src/answer.ts", ""));
        assert_eq!(resolve("./note.txt?raw"), source("src/note.txt", "?raw"));
        assert_eq!(resolve("pkg"), Some(Resolved::Dependency { file: root.join("node_modules/pkg/w.js") }));
        assert_eq!(resolve("path"), Some(Resolved::Builtin("node:path".to_owned())));
        assert_eq!(resolve("cloudflare:workers"), Some(Resolved::Builtin("cloudflare:workers".to_owned())));
        assert_eq!(resolve("./missing"), None);
    }
}
