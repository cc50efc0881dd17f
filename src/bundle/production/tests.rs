use std::fs;

use camino::Utf8Path;

use super::*;

const WASM: &[u8] = b"\0asm\x01\0\0\0";

/// A Worker in a folder of its own, bundled with the real esbuild.
struct Folder {
    _folder: tempfile::TempDir,
    root: Utf8PathBuf,
}

impl Folder {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().canonicalize_utf8().unwrap();
        let this = Self { _folder: folder, root };
        for (path, content) in files {
            this.write(path, content);
        }
        this
    }

    fn write(&self, path: &str, content: &[u8]) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn build(&self, main: &str, settings: &Settings) -> Result<Bundled, String> {
        let (home, cache) = (&Home::at(env!("CARGO_MANIFEST_DIR")), Cache::of_project(&self.root));
        let production =
            Production { folder: &self.root, main: Utf8Path::new(main), settings, home, cache: &cache };
        production.build().map_err(|error| error.to_string())
    }
}

/// Names and kinds; contents of text.
fn listed(bundled: &Bundled) -> String {
    let line = |module: &BundledModule| match str::from_utf8(&module.content) {
        Ok(text) if module.kind != ModuleKind::Wasm => {
            format!("{} {:?}\n{}", module.name, module.kind, text.trim_end())
        }
        _ => format!("{} {:?}", module.name, module.kind),
    };
    bundled.modules.iter().map(line).collect::<Vec<_>>().join("\n---\n")
}

#[test]
fn data_is_a_module_beside_the_bundle() {
    let folder = Folder::new(&[
        ("src/index.ts", b"import add from './add.wasm?module'; import sql from '../db/list.sql'; import bytes from 'pkg/blob.bin';
import path from 'path'; import { env } from 'cloudflare:workers';
export class Counter {}
export default { fetch: (): Response => new Response([add, sql, bytes, path.sep, env, DEBUG, process.env.NODE_ENV].join()) };"),
        ("src/add.wasm", WASM),
        ("db/list.sql", b"SELECT 1"),
        ("node_modules/pkg/package.json", b"{}"),
        ("node_modules/pkg/blob.bin", b"\x01\xff"),
    ]);
    let settings = Settings {
        node: true,
        forget_names: true,
        define: vec![("DEBUG".into(), "false".into())],
        ..Settings::default()
    };
    let bundled = folder.build("src/index.ts", &settings).unwrap();
    insta::assert_snapshot!(listed(&bundled), @r#"
    index.js EsModule
    // src/index.ts
    import add from "./add-FV2RY22A.wasm";
    import sql from "./list-4XMGJ3FT.sql";
    import bytes from "./blob-ZXR73MLZ.bin";
    import path from "node:path";
    import { env } from "cloudflare:workers";
    var Counter = class {
    };
    var index_default = { fetch: () => new Response([add, sql, bytes, path.sep, env, false, "production"].join()) };
    export {
      Counter,
      index_default as default
    };
    ---
    add-FV2RY22A.wasm Wasm
    ---
    blob-ZXR73MLZ.bin Data
    ---
    list-4XMGJ3FT.sql Text
    SELECT 1
    "#);
    assert_eq!(bundled.exports.as_deref(), Some(&["Counter".to_owned(), "default".to_owned()][..]));
}

#[test]
fn rules_say_what_else_is_data() {
    let folder = Folder::new(&[
        ("index.js", b"import a from './a.md'; import b from './b.txt'; export default { a, b };"),
        ("a.md", b"# A"),
        ("b.txt", b"B"),
    ]);
    let rule = |fallthrough| Rule { kind: ModuleKind::Text, globs: vec!["**/*.md".into()], fallthrough };
    let with = |rule| Settings { rules: vec![rule], ..Settings::default() };
    let bundled = folder.build("index.js", &with(rule(true))).unwrap();
    assert_eq!(bundled.modules.len(), 3);
    // esbuild itself knows `.txt`: it is text in the bundle then.
    let bundled = folder.build("index.js", &with(rule(false))).unwrap();
    assert_eq!(bundled.modules.len(), 2);
}

#[test]
fn additional_modules_go_along_as_they_are() {
    let files: [(&str, &[u8]); 5] = [
        (
            "src/index.mjs",
            b"export default { fetch: async () => (await import(`./lang/${name}.mjs`)).default };",
        ),
        ("src/lang/en.mjs", b"export default 'hello';"),
        ("src/lang/fr.mjs", b"export default 'bonjour';"),
        ("src/lang/notes.txt", b"notes"),
        ("src/lang/readme.md", b"no module"),
    ];
    let folder = Folder::new(&files);
    let rules = vec![Rule { kind: ModuleKind::EsModule, globs: vec!["**/*.mjs".into()], fallthrough: false }];
    let mut settings = Settings { find_additional_modules: true, rules, ..Settings::default() };
    let bundled = folder.build("src/index.mjs", &settings).unwrap();
    insta::assert_snapshot!(listed(&bundled), @r#"
    index.js EsModule
    var __defProp = Object.defineProperty;
    var __name = (target, value) => __defProp(target, "name", { value, configurable: true });
    var __glob = (map) => (path) => {
      var fn = map[path];
      if (fn) return fn();
      throw new Error("Module not found in bundle: " + path);
    };

    // import("./lang/**/*.mjs") in src/index.mjs
    var globImport_lang_mjs = __glob({
      "./lang/en.mjs": () => import("./lang/en.mjs"),
      "./lang/fr.mjs": () => import("./lang/fr.mjs")
    });

    // src/index.mjs
    var index_default = { fetch: /* @__PURE__ */ __name(async () => (await globImport_lang_mjs(`./lang/${name}.mjs`)).default, "fetch") };
    export {
      index_default as default
    };
    ---
    lang/en.mjs EsModule
    export default 'hello';
    ---
    lang/fr.mjs EsModule
    export default 'bonjour';
    ---
    lang/notes.txt Text
    notes
    "#);
    settings.no_bundle = true;
    let bundled = folder.build("src/index.mjs", &settings).unwrap();
    insta::assert_snapshot!(listed(&bundled), @r#"
    index.mjs EsModule
    export default { fetch: async () => (await import(`./lang/${name}.mjs`)).default };
    ---
    lang/en.mjs EsModule
    export default 'hello';
    ---
    lang/fr.mjs EsModule
    export default 'bonjour';
    ---
    lang/notes.txt Text
    notes
    "#);
}

#[test]
fn a_service_worker_is_one_script() {
    let folder = Folder::new(&[
        ("src/old.ts", b"import text from './a.txt';\naddEventListener('fetch', (event) => event.respondWith(new Response(text as string)));"),
        ("src/a.txt", b"A"),
    ]);
    let bundled = folder.build("src/old.ts", &Settings::default()).unwrap();
    assert_eq!(bundled.exports, None);
    insta::assert_snapshot!(listed(&bundled), @r#"
    old.js ServiceWorker
    (() => {
      // src/a.txt
      var a_default = "A";

      // src/old.ts
      addEventListener("fetch", (event) => event.respondWith(new Response(a_default)));
    })();
    "#);
}

#[test]
fn an_unchanged_worker_starts_no_esbuild() {
    let folder = Folder::new(&[
        ("src/index.ts", b"import { a } from './a'; export default { fetch: () => new Response(a) };"),
        ("src/a.ts", b"export const a = 'one';"),
        ("tsconfig.json", b"{}"),
    ]);
    let home = Home::at(env!("CARGO_MANIFEST_DIR"));
    let settings = Settings::default();
    let production = |cache: &Cache| {
        cached::read(&Production {
            folder: &folder.root,
            main: Utf8Path::new("src/index.ts"),
            settings: &settings,
            home: &home,
            cache,
        })
    };
    let cache = Cache::of_project(&folder.root);
    assert!(production(&cache).is_none());
    let first = folder.build("src/index.ts", &settings).unwrap();
    assert_eq!(production(&cache).unwrap().modules, first.modules);
    for (path, content) in [
        ("src/a.ts", "export const a = 'two';"),
        ("src/a.tsx", "export const a = 'a file that comes first';"),
        ("tsconfig.json", "{ \"compilerOptions\": {} }"),
        ("package.json", "{ \"sideEffects\": false }"),
    ] {
        folder.write(path, content.as_bytes());
        assert!(production(&cache).is_none(), "{path}");
        folder.build("src/index.ts", &settings).unwrap();
        assert!(production(&cache).is_some(), "{path}");
    }
}

#[test]
fn what_cannot_be_bundled_is_said() {
    let folder = Folder::new(&[("index.ts", b"import './missing'; export default {};")]);
    let error = folder.build("index.ts", &Settings::default()).unwrap_err();
    assert!(error.contains("Could not resolve \"./missing\""), "{error}");
    let folder = Folder::new(&[
        ("index.ts", b"import a from './other/a.md'; export default { a };"),
        ("other/a.md", b"A"),
    ]);
    let rules = vec![Rule { kind: ModuleKind::Text, globs: vec!["docs/*.md".into()], fallthrough: false }];
    let error = folder.build("index.ts", &Settings { rules, ..Settings::default() }).unwrap_err();
    assert_eq!(error, "other/a.md is imported, but no module rule says what it is");
}
