//! Every reader of text that users write, as a function that must not panic: what the fuzzer of `fuzz/` calls, and the
//! tests with its corpus.

use std::{collections::BTreeMap, fs, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

use crate::{
    bundle::{
        assets::{headers, ignore::Ignore, redirects},
        globs::{TestGlobs, regexp_of},
        resolve::{Resolver, ResolverOptions},
        transform::{self, Import, ImportKind, SourceModule, TransformOptions},
    },
    config::{cloudflare, dev_vars, vitest::PoolOptions, wrangler},
    diagnostic::{Diagnostics, SourceFile},
    emit,
    plan::Plan,
};

/// A reader by name.
pub type Target = (&'static str, fn(&str));

/// All readers.
pub const TARGETS: [Target; 13] = [
    ("wrangler-json", |text| wrangler_file("wrangler.jsonc", text)),
    ("wrangler-toml", |text| wrangler_file("wrangler.toml", text)),
    ("dev-vars", |text| dev_vars(".dev.vars", text)),
    ("dot-env", |text| dev_vars(".env", text)),
    ("pool-options", pool_options),
    ("cloudflare-config", cloudflare_config),
    ("plan", plan),
    ("transform", transform),
    ("globs", globs),
    ("headers", |text| rules("_headers", text)),
    ("redirects", |text| rules("_redirects", text)),
    ("assetsignore", |text| ignored(text)),
    ("packages", packages),
];

/// What stands between the parts of an input that has several.
const SEPARATOR: &str = "\n---\n";

/// Gives `data` to the reader called `target`.
///
/// # Panics
/// There is no such reader; or, found by the fuzzer, the reader does.
pub fn run(target: &str, data: &[u8]) {
    let (_, reader) = TARGETS.iter().find(|(name, _)| *name == target).expect("a name of TARGETS");
    if let Ok(text) = str::from_utf8(data) {
        reader(text);
    }
}

fn file(name: &str, text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(name, text))
}

fn wrangler_file(name: &str, text: &str) {
    for environment in [None, Some("staging")] {
        let mut diagnostics = Diagnostics::new();
        if let Some(wrangler) = wrangler::read(&file(name, text), environment, &mut diagnostics) {
            let _ = format!("{wrangler:?}");
        }
        diagnostics.render(false);
    }
}

/// A folder for the inputs that are read from disk; one for each thread, which is one for each run of the fuzzer.
fn in_folder(run: impl FnOnce(&Utf8Path)) {
    thread_local! {
        static FOLDER: TempDir = tempfile::tempdir().expect("a folder for temporary files");
    }
    FOLDER.with(|folder| run(Utf8Path::from_path(folder.path()).expect("UTF-8")));
}

fn dev_vars(name: &str, text: &str) {
    in_folder(|root| {
        fs::write(root.join(name), text).expect("a file in memory");
        let own = file("wrangler.json", r#"{ "name": "a", "secrets": { "required": ["A"] } }"#);
        let mut diagnostics = Diagnostics::new();
        let wrangler = wrangler::read(&own, None, &mut diagnostics).expect("a sound file");
        let process = BTreeMap::from([("HOME".to_owned(), "/home/a".to_owned())]);
        dev_vars::load(root, &wrangler, &process, &mut diagnostics);
        diagnostics.render(false);
        fs::remove_file(root.join(name)).expect("the same file");
    });
}

/// The config's text, then the options it gave.
fn pool_options(text: &str) {
    let Some((script, options)) = text.split_once(SEPARATOR) else { return };
    let Ok(options) = serde_json::from_str(options) else { return };
    let mut diagnostics = Diagnostics::new();
    let root = Utf8Path::new("/project");
    let pool = PoolOptions::read(&options, &file("vitest.config.ts", script), root, &mut diagnostics);
    let _ = format!("{pool:?}");
    diagnostics.render(false);
}

/// The text of a `cloudflare.config.ts`, then what its evaluation gave.
fn cloudflare_config(text: &str) {
    let Some((script, evaluated)) = text.split_once(SEPARATOR) else { return };
    let Ok(evaluated) = serde_json::from_str(evaluated) else { return };
    for assets in [false, true] {
        let mut diagnostics = Diagnostics::new();
        let file = file(cloudflare::FILE_NAME, script);
        let wrangler = cloudflare::read(&evaluated, &file, None, "test", assets, &mut diagnostics);
        let _ = format!("{wrangler:?}");
        diagnostics.render(false);
    }
}

fn plan(text: &str) {
    let Ok(plan) = serde_json::from_str::<Plan>(text) else { return };
    // Plans that contradict themselves are errors.
    let _ = (emit::text::config(&plan), emit::summary::markdown(&plan));
}

/// The file's extension in the first line, then its text.
fn transform(text: &str) {
    let (extension, text) = text.split_once('\n').unwrap_or(("ts", text));
    let path = Utf8PathBuf::from(format!("src/file.{extension}"));
    let module = SourceModule { path: &path, text, made: None };
    let rewritten =
        transform::compile(&module, &TransformOptions::default(), &mut |import: &transform::Import| {
            Some(format!("wpt:{}", import.specifier))
        });
    if let Err(problems) = rewritten {
        problems.into_iter().collect::<Diagnostics>().render(false);
    }
}

/// A path in the first line, then globs.
fn globs(text: &str) {
    let (path, globs) = text.split_once('\n').unwrap_or((text, "**/*"));
    let globs: Vec<&str> = globs.lines().collect();
    if let Ok(set) = TestGlobs::new("/project".into(), &globs, &globs[..globs.len() / 2], &[]) {
        set.is_test(path.into());
    }
    for glob in globs {
        if let Ok(regexp) = regress::Regex::new(&regexp_of(glob)) {
            regexp.find(&path.chars().take(64).collect::<String>());
        }
    }
}

fn rules(name: &str, text: &str) {
    let mut diagnostics = Diagnostics::new();
    let file = file(name, text);
    if name == "_headers" {
        headers::read(&file, &mut diagnostics);
    } else {
        redirects::read(&file, None, &mut diagnostics);
    }
    diagnostics.render(false);
}

/// A path in the first line, then patterns.
fn ignored(text: &str) {
    let (path, patterns) = text.split_once('\n').unwrap_or(("a/b", text));
    Ignore::parse(patterns).0.ignores(path);
}

/// A package's package.json, then the project's tsconfig.json.
fn packages(text: &str) {
    let (package, tsconfig) = text.split_once(SEPARATOR).unwrap_or((text, "{}"));
    in_folder(|root| {
        let folder = root.join("node_modules/p");
        fs::create_dir_all(&folder).expect("a folder in memory");
        for (path, text) in [
            (folder.join("package.json"), package),
            (folder.join("index.js"), ""),
            (root.join("tsconfig.json"), tsconfig),
            (root.join("index.ts"), ""),
        ] {
            fs::write(path, text).expect("a file in memory");
        }
        let importer = root.join("index.ts");
        let resolver = Resolver::new(ResolverOptions::new(root));
        for (specifier, kind) in [
            ("p", ImportKind::Static),
            ("p/sub", ImportKind::Require),
            ("#own", ImportKind::Dynamic),
            ("~/a", ImportKind::Static),
        ] {
            let import = Import {
                specifier: specifier.to_owned(),
                kind,
                span: 0..0,
                attributes: vec![],
                names: vec![],
            };
            let _ = resolver.resolve(&importer, &import);
        }
        let _ = resolver.tsconfig(&importer);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the fuzzer starts from, and what it has found.
    #[test]
    fn no_input_of_the_corpus_makes_a_reader_panic() {
        let corpus = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
        for (target, _) in TARGETS {
            let inputs: Vec<_> = corpus.join(target).read_dir_utf8().unwrap().map(Result::unwrap).collect();
            assert!(!inputs.is_empty(), "{target}");
            for input in inputs {
                run(target, &fs::read(input.path()).unwrap());
            }
        }
        let folders = corpus.read_dir_utf8().unwrap().map(|entry| entry.unwrap().file_name().to_owned());
        assert!(folders.into_iter().all(|folder| TARGETS.iter().any(|(name, _)| *name == folder)));
    }
}
