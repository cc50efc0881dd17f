//! A project in a temporary folder, outside the repository.
//!
//! A link beside it leads to the repository's packages, so that it finds Vitest as an installed project does, while its
//! own `node_modules` (with wpt-gen's cache) is its own.

use std::{collections::BTreeMap, env, fs, os::unix::fs::symlink, path::Path};

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

use super::{Command, Outcome, REPOSITORY, command::found_vitest, examples};

/// A project, removed when dropped.
pub(crate) struct Project {
    root: Utf8PathBuf,
    _folder: TempDir,
}

/// Folders of an example that are made by tools.
const GENERATED: [&str; 2] = ["node_modules", ".wpt"];
/// The example whose own Vitest is the older major version.
const VITEST_4_EXAMPLE: &str = "café counter";

impl Project {
    /// A folder with nothing in it; Vitest 5 is at hand.
    pub(crate) fn empty() -> Self {
        Self::in_folder("project")
    }

    /// A Worker `src/index.ts` that answers `hello`, its wrangler file, and a Vitest config that names it.
    pub(crate) fn worker() -> Self {
        Self::empty()
            .file(
                "wrangler.jsonc",
                r#"{ "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01" }"#,
            )
            .file("src/index.ts", "export default { fetch: () => new Response('hello') };\n")
            .config("{}")
    }

    /// A copy of an example, with the packages that it has installed for itself.
    pub(crate) fn of_example(name: &str) -> Self {
        Self::of_example_in(&env::temp_dir(), name, |_| {})
    }

    /// The same below `parent`, its files made in the order that `arrange` gives them.
    pub(crate) fn of_example_in(
        parent: &Path,
        name: &str,
        arrange: impl FnOnce(&mut Vec<Utf8PathBuf>),
    ) -> Self {
        let project = Self::below(parent, name);
        let example = examples().join(name);
        let mut files: Vec<Utf8PathBuf> = walkdir::WalkDir::new(&example)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| !GENERATED.contains(&entry.file_name().to_str().unwrap()))
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| Utf8PathBuf::from_path_buf(entry.into_path()).unwrap())
            .collect();
        arrange(&mut files);
        for from in files {
            let to = project.root.join(from.strip_prefix(&example).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(from, to).unwrap();
        }
        for entry in example.join("node_modules").read_dir_utf8().into_iter().flatten().map(Result::unwrap) {
            if !entry.file_name().starts_with('.') {
                project.link_package(entry.file_name(), entry.path());
            }
        }
        project
    }

    /// The project's own Vitest is 4.1, not the repository's 5.1.
    pub(crate) fn with_vitest_4(self) -> Self {
        self.link_package("vitest", &examples().join(VITEST_4_EXAMPLE).join("node_modules/vitest"));
        self
    }

    /// The project's own Vitest is 5.0.
    pub(crate) fn with_vitest_5_0(self) -> Self {
        let versions = Utf8Path::new(REPOSITORY).join("conformance/vitest-5.0/node_modules");
        self.link_package("vitest", &versions.join("vitest"));
        self
    }

    /// The project's own Vitest is 3.2, which has no such pools.
    pub(crate) fn with_vitest_3(self) -> Self {
        self.link_package("vitest", &examples().join("toml-and-env/node_modules/vitest"));
        self
    }

    /// Adds a file.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    /// Adds a Vitest config with these `test` options, given as source text.
    pub(crate) fn config(self, test: &str) -> Self {
        self.pool_config("{ wrangler: { configPath: './wrangler.jsonc' } }", test)
    }

    /// Adds a Vitest config with these pool options and `test` options, given as source text.
    pub(crate) fn pool_config(self, pool: &str, test: &str) -> Self {
        self.file(
            "vitest.config.ts",
            &format!(
                "import {{ cloudflareTest }} from '@cloudflare/vitest-plugin';\n\
                 import {{ defineConfig }} from 'vitest/config';\n\
                 \n\
                 export default defineConfig({{\n  plugins: [cloudflareTest({pool})],\n  test: {test},\n}});\n"
            ),
        )
    }

    /// The project's folder.
    pub(crate) fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces `from`, which the file must have exactly once.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "{path} must have `{from}` once:\n{text}");
        self.write(path, &text.replace(from, to));
    }

    /// A file's text.
    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.root.join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A file's JSON value.
    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(path)).unwrap()
    }

    /// The contents of all files below a folder of the project, by path relative to it.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let folder = self.root.join(folder);
        let entries = walkdir::WalkDir::new(&folder).into_iter().map(Result::unwrap);
        let files = entries.filter(|entry| entry.file_type().is_file()).map(|entry| {
            let path = entry.path().strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
            (path, fs::read(entry.path()).unwrap())
        });
        files.collect()
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// `wpt-gen` with these arguments, in the project's folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        Command::new(&self.root, arguments)
    }

    /// Runs `wpt-gen` with these arguments to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.command(arguments).run()
    }

    /// Uses our pool for the project's own Vitest.
    pub(crate) fn with_pool(self) -> Self {
        self.edit("vitest.config.ts", "@cloudflare/vitest-plugin", "wpt-gen/vitest");
        self
    }

    /// A program for Node.js, in the project's folder.
    pub(crate) fn node(&self, program: &str, arguments: &[&str]) -> Command {
        let all: Vec<&str> = [program].into_iter().chain(arguments.iter().copied()).collect();
        Command::node(&self.root, &all)
    }

    /// The module `vitest/node` of the project's own Vitest.
    pub(crate) fn vitest_module(&self) -> String {
        found_vitest(&self.root).join("dist/node.js").into_string()
    }

    /// The project's own `vitest` with these arguments, in the project's folder.
    pub(crate) fn vitest(&self, arguments: &[&str]) -> Command {
        Command::vitest(&self.root, arguments)
    }

    /// The same in a folder of this name.
    pub(crate) fn in_folder(name: &str) -> Self {
        Self::below(&env::temp_dir(), name)
    }

    fn below(parent: &Path, name: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("wpt-e2e-").tempdir_in(parent).unwrap();
        let parent = Utf8Path::from_path(folder.path()).unwrap().canonicalize_utf8().unwrap();
        symlink(Utf8Path::new(REPOSITORY).join("node_modules"), parent.join("node_modules")).unwrap();
        let root = parent.join(name);
        fs::create_dir(&root).unwrap();
        Self { root, _folder: folder }
    }

    fn link_package(&self, name: &str, target: &Utf8Path) {
        let packages = self.root.join("node_modules");
        fs::create_dir_all(&packages).unwrap();
        assert!(target.exists(), "{target} is missing: run `npm ci`");
        symlink(target, packages.join(name)).unwrap();
    }
}
