use insta::{assert_debug_snapshot, assert_snapshot};

use super::*;
use crate::{bundle::rules::Rule, plan::ModuleKind};

struct Project {
    _folder: tempfile::TempDir,
    root: Utf8PathBuf,
}

fn project(files: &[(&str, &str)]) -> Project {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    for (path, text) in files {
        std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        std::fs::write(root.join(path), text).unwrap();
    }
    Project { _folder: folder, root }
}

fn import(specifier: &str, kind: ImportKind) -> Import {
    Import { specifier: specifier.to_owned(), span: 0..0, kind, attributes: Vec::new(), names: Vec::new() }
}

impl Project {
    /// What each specifier is in `src/index.ts`, one a line, without the root.
    fn show(&self, options: ResolverOptions, specifiers: &[&str]) -> String {
        let resolver = Resolver::new(options);
        let importer = self.root.join("src/index.ts");
        let lines = specifiers.iter().map(|specifier| {
            let result = resolver.resolve(&importer, &import(specifier, ImportKind::Static));
            let shown = match result {
                Ok(found) => format!("{found:?}"),
                Err(missing) => format!("{missing:?}"),
            };
            format!("{specifier} -> {}\n", shown.replace(self.root.as_str(), "<root>"))
        });
        lines.collect()
    }

    fn options(&self) -> ResolverOptions {
        ResolverOptions::new(&self.root)
    }
}

#[test]
fn finds_first_party_files_as_esbuild_does() {
    let project = project(&[
        ("src/index.ts", ""),
        ("src/a.ts", ""),
        ("src/b.js", ""),
        ("src/b.ts", ""),
        ("src/c.mts", ""),
        ("src/d/index.tsx", ""),
        ("src/both.ts", ""),
        ("src/both.js", ""),
    ]);
    assert_snapshot!(
        project.show(
            project.options(),
            &["./a", "./a.js", "./b.js", "./c.mjs", "./c", "./d", "./both", "/src/a.ts", "../src/a.ts"],
        ),
        @r#"
./a -> Source("<root>/src/a.ts")
./a.js -> Source("<root>/src/a.ts")
./b.js -> Source("<root>/src/b.js")
./c.mjs -> Source("<root>/src/c.mts")
./c -> Source("<root>/src/c.mts")
./d -> Source("<root>/src/d/index.tsx")
./both -> Source("<root>/src/both.ts")
/src/a.ts -> Source("<root>/src/a.ts")
../src/a.ts -> Source("<root>/src/a.ts")
"#
    );
}

#[test]
fn reads_paths_from_the_tsconfig_of_each_importer() {
    let project = project(&[
        (
            "tsconfig.json",
            r#"{ "include": ["lib"], "compilerOptions": { "paths": { "~/*": ["./lib/*"] } } } // x"#,
        ),
        ("lib/a.ts", ""),
        ("src/index.ts", ""),
        (
            "test/tsconfig.json",
            r#"{ "compilerOptions": { "baseUrl": "..", "paths": { "@lib/*": ["lib/*"] } } }"#,
        ),
        ("test/a.test.ts", ""),
    ]);
    // `src` is not included, but esbuild does not ask.
    assert_snapshot!(project.show(project.options(), &["~/a", "@lib/a"]), @r#"
~/a -> Source("<root>/lib/a.ts")
@lib/a -> Missing { code: "unresolved-import", title: "cannot find \"@lib/a\", imported by src/index.ts", help: ["if it is a package, install it (npm install --save-dev @lib/a); if it is an alias, add it to `paths` in tsconfig.json or to `resolve.alias` in the Vitest config"], unusable: None }
"#);
    let resolver = Resolver::new(project.options());
    let found =
        resolver.resolve(&project.root.join("test/a.test.ts"), &import("@lib/a", ImportKind::Dynamic));
    assert_eq!(found, Ok(Resolved::Source(project.root.join("lib/a.ts"))));
}

#[test]
fn resolves_packages_with_deploy_conditions() {
    let project = project(&[
        ("src/index.ts", ""),
        (
            "node_modules/cond/package.json",
            r#"{ "exports": { ".": { "node": "./node.js", "workerd": "./workerd.js", "default": "./d.js" },
                "./style": { "import": "./i.mjs", "require": "./r.cjs" } } }"#,
        ),
        ("node_modules/cond/workerd.js", ""),
        ("node_modules/cond/node.js", ""),
        ("node_modules/cond/i.mjs", ""),
        ("node_modules/cond/r.cjs", ""),
        ("node_modules/@s/fields/package.json", r#"{ "main": "m.js", "module": "e.js", "browser": "b.js" }"#),
        ("node_modules/@s/fields/b.js", ""),
        ("node_modules/@s/fields/m.js", ""),
        ("node_modules/empty/package.json", r#"{ "main": "m.js", "browser": { "./m.js": false } }"#),
        ("node_modules/empty/m.js", ""),
    ]);
    assert_snapshot!(
        project.show(project.options(), &["cond", "cond/style", "@s/fields", "empty", "cond/secret"]),
        @r#"
cond -> Dependency { path: "<root>/node_modules/cond/workerd.js", package: "cond" }
cond/style -> Dependency { path: "<root>/node_modules/cond/i.mjs", package: "cond" }
@s/fields -> Dependency { path: "<root>/node_modules/@s/fields/b.js", package: "@s/fields" }
empty -> Empty("<root>/node_modules/empty/m.js")
cond/secret -> Missing { code: "unresolved-import", title: "cannot find \"cond/secret\", imported by src/index.ts", help: ["\"./secret\" is not exported under the conditions [\"workerd\", \"worker\", \"browser\", \"import\", \"default\"] from package node_modules/cond (see exports field in node_modules/cond/package.json)"], unusable: None }
"#
    );
    let resolver = Resolver::new(project.options());
    let required =
        resolver.resolve(&project.root.join("src/index.ts"), &import("cond/style", ImportKind::Require));
    let path = project.root.join("node_modules/cond/r.cjs");
    assert_eq!(required, Ok(Resolved::Dependency { path, package: "cond".to_owned() }));
}

#[cfg(unix)]
#[test]
fn a_linked_workspace_package_is_first_party_and_a_stored_one_is_not() {
    let project = project(&[
        ("src/index.ts", ""),
        ("packages/lib/package.json", r#"{ "name": "lib", "exports": "./index.ts" }"#),
        ("packages/lib/index.ts", ""),
        ("node_modules/.pnpm/dep@1/node_modules/dep/package.json", r#"{ "main": "x.js" }"#),
        ("node_modules/.pnpm/dep@1/node_modules/dep/x.js", ""),
    ]);
    std::os::unix::fs::symlink("../packages/lib", project.root.join("node_modules/lib")).unwrap();
    std::os::unix::fs::symlink(".pnpm/dep@1/node_modules/dep", project.root.join("node_modules/dep"))
        .unwrap();
    assert_snapshot!(project.show(project.options(), &["lib", "dep"]), @r#"
lib -> Source("<root>/packages/lib/index.ts")
dep -> Dependency { path: "<root>/node_modules/.pnpm/dep@1/node_modules/dep/x.js", package: "dep" }
"#);
}

#[test]
fn knows_built_in_modules() {
    let project = project(&[
        ("src/index.ts", ""),
        ("node_modules/events/package.json", r#"{ "main": "e.js" }"#),
        ("node_modules/events/e.js", ""),
    ]);
    let specifiers = ["node:fs", "cloudflare:workers", "path", "fs/promises", "events", "events/"];
    assert_snapshot!(project.show(project.options(), &specifiers), @r#"
node:fs -> Builtin("node:fs")
cloudflare:workers -> Builtin("cloudflare:workers")
path -> Builtin("node:path")
fs/promises -> Builtin("node:fs/promises")
events -> Builtin("node:events")
events/ -> Dependency { path: "<root>/node_modules/events/e.js", package: "events" }
"#);
    let bare_is_a_package = ResolverOptions { node_compat: false, ..project.options() };
    assert_snapshot!(project.show(bare_is_a_package, &["path", "events"]), @r#"
path -> Builtin("node:path")
events -> Dependency { path: "<root>/node_modules/events/e.js", package: "events" }
"#);
}

#[test]
fn applies_the_first_alias_that_matches() {
    let project =
        project(&[("src/index.ts", ""), ("src/util/a.ts", ""), ("src/real.ts", ""), ("mocks/x.ts", "")]);
    let aliases = vec![
        Alias::string("@", format!("{}/src", project.root)),
        Alias::regex("^~(util)/(?!b)", "", format!("{}/src/$1/", project.root)).unwrap(),
        Alias::wrangler("some-package", "./mocks/x.ts", &project.root),
        Alias::string("@/real", "never"),
    ];
    let options = ResolverOptions { aliases, ..project.options() };
    assert_snapshot!(
        project.show(options, &["@/real", "@real", "~util/a", "~util/b", "some-package"]),
        @r#"
@/real -> Source("<root>/src/real.ts")
@real -> Missing { code: "unresolved-import", title: "cannot find \"@real\", imported by src/index.ts", help: ["if it is a package, install it (npm install --save-dev @real); if it is an alias, add it to `paths` in tsconfig.json or to `resolve.alias` in the Vitest config"], unusable: None }
~util/a -> Source("<root>/src/util/a.ts")
~util/b -> Missing { code: "unresolved-import", title: "cannot find \"~util/b\", imported by src/index.ts", help: ["if it is a package, install it (npm install --save-dev ~util); if it is an alias, add it to `paths` in tsconfig.json or to `resolve.alias` in the Vitest config"], unusable: None }
some-package -> Source("<root>/mocks/x.ts")
"#
    );
    assert_snapshot!(Alias::regex("(", "", "").unwrap_err(), @"the alias /(/ is not a regular expression: Unbalanced parenthesis");
}

#[test]
fn imports_data_by_rule_query_and_attribute() {
    let project = project(&[
        ("src/index.ts", ""),
        ("src/a.wasm", ""),
        ("src/a.sql", ""),
        ("src/a.bin", ""),
        ("src/a.json", "{}"),
        ("src/a.png", ""),
        ("src/a.graphql", ""),
        ("src/a.ts", ""),
        ("src/a.css", ""),
        ("src/a.module.scss", ""),
        ("src/a.dat", ""),
    ]);
    let graphql = Rule { kind: ModuleKind::Text, globs: vec!["*.graphql".to_owned()], fallthrough: true };
    let rules = Rules::new(&[graphql]).unwrap();
    let options = ResolverOptions { rules, ..project.options() };
    let specifiers = [
        "./a.wasm",
        "./a.wasm?module",
        "./a.sql",
        "./a.bin",
        "./a.json",
        "./a.graphql",
        "./a.css",
        "./a.css?raw",
        "./a.module.scss",
        "./a.ts?raw",
        "./a.png?url",
        "./a.png?inline",
        "./a?v=1",
        "./a.png",
        "./a.dat",
    ];
    assert_snapshot!(project.show(options, &specifiers), @r#"
./a.wasm -> Data { path: "<root>/src/a.wasm", kind: Wasm }
./a.wasm?module -> Data { path: "<root>/src/a.wasm", kind: Wasm }
./a.sql -> Data { path: "<root>/src/a.sql", kind: Text }
./a.bin -> Data { path: "<root>/src/a.bin", kind: Bytes }
./a.json -> Data { path: "<root>/src/a.json", kind: Json }
./a.graphql -> Data { path: "<root>/src/a.graphql", kind: Text }
./a.css -> Data { path: "<root>/src/a.css", kind: Css }
./a.css?raw -> Data { path: "<root>/src/a.css", kind: Css }
./a.module.scss -> Data { path: "<root>/src/a.module.scss", kind: CssModule }
./a.ts?raw -> Data { path: "<root>/src/a.ts", kind: Raw }
./a.png?url -> Data { path: "<root>/src/a.png", kind: Url }
./a.png?inline -> Data { path: "<root>/src/a.png", kind: Inline }
./a?v=1 -> Source("<root>/src/a.ts")
./a.png -> Data { path: "<root>/src/a.png", kind: Url }
./a.dat -> Missing { code: "unknown-file-type", title: "\"./a.dat\", imported by src/index.ts, is neither code nor data that a rule names", help: ["add { \"type\": \"Data\", \"globs\": [\"**/*.dat\"] } to \"rules\" in the wrangler file, or import it with `?raw`"], unusable: Some("<root>/src/a.dat") }
"#);
    let with = vec![("type".to_owned(), "text".to_owned())];
    let import = Import { attributes: with, ..import("./a.ts", ImportKind::Static) };
    let found = Resolver::new(project.options()).resolve(&project.root.join("src/index.ts"), &import);
    assert_eq!(found, Ok(Resolved::Data { path: project.root.join("src/a.ts"), kind: DataKind::Text }));
}

#[test]
fn says_what_might_have_been_meant() {
    let project = project(&[
        ("src/index.ts", ""),
        ("src/answer.ts", ""),
        ("src/lib/deep.ts", ""),
        ("node_modules/there/package.json", r#"{ "main": "x.js" }"#),
        ("node_modules/there/x.js", ""),
        ("src/bad/tsconfig.json", "{ nonsense"),
        ("src/bad/x.ts", ""),
    ]);
    assert_snapshot!(
        project.show(
            project.options(),
            &["./anser", "./answr.js", "./lib/dep", "./nothing-like-it", "@x/y/z", "there/y", "#inner", "https://x/y.js"],
        ),
        @r##"
./anser -> Missing { code: "unresolved-import", title: "cannot find \"./anser\", imported by src/index.ts", help: ["did you mean \"./answer.ts\"?"], unusable: None }
./answr.js -> Missing { code: "unresolved-import", title: "cannot find \"./answr.js\", imported by src/index.ts", help: ["did you mean \"./answer.ts\"?"], unusable: None }
./lib/dep -> Missing { code: "unresolved-import", title: "cannot find \"./lib/dep\", imported by src/index.ts", help: ["did you mean \"./lib/deep.ts\"?"], unusable: None }
./nothing-like-it -> Missing { code: "unresolved-import", title: "cannot find \"./nothing-like-it\", imported by src/index.ts", help: [], unusable: None }
@x/y/z -> Missing { code: "unresolved-import", title: "cannot find \"@x/y/z\", imported by src/index.ts", help: ["if it is a package, install it (npm install --save-dev @x/y); if it is an alias, add it to `paths` in tsconfig.json or to `resolve.alias` in the Vitest config"], unusable: None }
there/y -> Missing { code: "unresolved-import", title: "cannot find \"there/y\", imported by src/index.ts", help: ["the package \"there\" is installed, but has no such file"], unusable: None }
#inner -> Missing { code: "unresolved-import", title: "cannot find \"#inner\", imported by src/index.ts", help: ["names that start with # come from \"imports\" in package.json"], unusable: None }
https://x/y.js -> Missing { code: "unresolved-import", title: "cannot find \"https://x/y.js\", imported by src/index.ts", help: ["Workers cannot import from a URL: install the package and import it by name"], unusable: None }
"##
    );
    let resolver = Resolver::new(project.options());
    let missing =
        resolver.resolve(&project.root.join("src/bad/x.ts"), &import("./y", ImportKind::Static)).unwrap_err();
    assert_snapshot!(format!("{missing:?}").replace(project.root.as_str(), "<root>"), @r#"Missing { code: "broken-json", title: "cannot read src/bad/tsconfig.json: key must be a string at line 1 column 3", help: [], unusable: None }"#);
    let text = "import { x } from './anser';".to_owned();
    let file = Arc::new(crate::diagnostic::SourceFile { path: "src/index.ts".into(), text });
    let import = Import { span: 18..27, ..import("./anser", ImportKind::Static) };
    let missing = resolver.resolve(&project.root.join("src/index.ts"), &import).unwrap_err();
    let diagnostic = missing.into_diagnostic(&file, import.span);
    assert_eq!(&file.text[diagnostic.labels[0].span.clone()], "'./anser'");
    assert_debug_snapshot!(diagnostic.code, @r#""unresolved-import""#);
}

#[test]
fn a_rule_of_the_user_hides_the_default_ones_of_its_type() {
    let project = project(&[("src/index.ts", ""), ("src/a.sql", ""), ("src/a.md", ""), ("src/a.bin", "")]);
    let found = |fallthrough| {
        let rule = Rule { kind: ModuleKind::Text, globs: vec!["**/*.md".to_owned()], fallthrough };
        let options = ResolverOptions { rules: Rules::new(&[rule]).unwrap(), ..project.options() };
        project.show(options, &["./a.md", "./a.sql", "./a.bin"])
    };
    let all = found(true);
    assert_eq!(all.matches("Data {").count(), 3, "{all}");
    let hidden = found(false);
    let sql = hidden.lines().find(|line| line.starts_with("./a.sql")).unwrap();
    assert!(!sql.contains("Data {"), "{hidden}");
    assert_eq!(hidden.matches("Data {").count(), 2, "{hidden}");
}
