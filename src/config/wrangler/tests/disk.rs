//! Finding and reading files on disk.

use insta::assert_snapshot;

use super::*;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    fn path(&self, path: &str) -> Utf8PathBuf {
        let folder = Utf8Path::from_path(self.0.path()).unwrap().canonicalize_utf8().unwrap();
        folder.join(path)
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        std::fs::write(self.path(path), text).unwrap();
    }

    /// What is found from a folder in it: the file, and after `<-` the user's own file if there is a redirect.
    fn find(&self, from: &str) -> String {
        std::fs::create_dir_all(self.path(from)).unwrap();
        match find(&self.path(from)) {
            Ok(None) => "nothing".to_owned(),
            Ok(Some(Location { path, redirect: None })) => path.to_string(),
            Ok(Some(Location { path, redirect: Some(redirect) })) => {
                format!("{path} <- {}", redirect.user_path.as_deref().unwrap_or("nothing".into()))
            }
            Err(diagnostic) => diagnostic.render(false),
        }
    }
}

#[test]
fn the_search_goes_up_name_by_name() {
    let folder = Folder::new(&[]);
    assert_eq!(folder.find("a/b"), "nothing");
    folder.write("a/b/wrangler.toml", "");
    assert_eq!(folder.find("a/b"), "wrangler.toml");
    folder.write("a/wrangler.jsonc", "");
    assert_eq!(folder.find("a/b"), "../wrangler.jsonc");
    folder.write("a/b/wrangler.jsonc", "");
    assert_eq!(folder.find("a/b"), "wrangler.jsonc");
    folder.write("wrangler.json", "");
    assert_eq!(folder.find("a/b"), "../../wrangler.json");
    assert_eq!(folder.find(""), "wrangler.json");
}

#[test]
fn a_redirect_beside_the_file_counts() {
    let redirect = r#"{ "configPath": "../../dist/wrangler.json" }"#;
    let folder = Folder::new(&[("api/wrangler.jsonc", "{}"), ("api/.wrangler/deploy/config.json", redirect)]);
    assert_snapshot!(folder.find("api"), @r#"
    error[bad-redirect]: `.wrangler/deploy/config.json` leads nowhere
     --> .wrangler/deploy/config.json:1:17
      |
    1 | { "configPath": "../../dist/wrangler.json" }
      |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^ there is no file `dist/wrangler.json`
      |
      = help: build the project again, or delete the file
    "#);
    folder.write("api/dist/wrangler.json", "{}");
    assert_eq!(folder.find("api"), "dist/wrangler.json <- wrangler.jsonc");
    assert_eq!(folder.find("api/src"), "../dist/wrangler.json <- ../wrangler.jsonc");
    folder.write("api/src/wrangler.jsonc", "{}");
    assert_snapshot!(folder.find("api/src"), @"
    error[bad-redirect]: `../.wrangler/deploy/config.json` redirects, but it is not beside `wrangler.jsonc`
     |
     = help: delete `../.wrangler/deploy/config.json` if it is left over from an earlier build
     = help: a redirect of `wrangler.jsonc` would be `.wrangler/deploy/config.json`
    ");
    folder.write("api/.wrangler/deploy/config.json", "{}");
    assert_snapshot!(folder.find("api"), @"
    error[missing-key]: the file needs `configPath`
     --> .wrangler/deploy/config.json:1:1
      |
    1 | {}
      | ^^ `configPath` is missing here
    ");
}

#[test]
fn a_redirect_needs_no_file_of_the_users() {
    let redirect = r#"{ "configPath": "../../dist/wrangler.json" }"#;
    let folder = Folder::new(&[(".wrangler/deploy/config.json", redirect), ("dist/wrangler.json", "{}")]);
    assert_eq!(folder.find(""), "dist/wrangler.json <- nothing");
}

#[test]
fn a_redirected_file_has_no_environments() {
    let generated =
        r#"{ "name": "api", "legacy_env": true, "targetEnvironment": "staging", "env": { "a": {} } }"#;
    let redirect = r#"{ "configPath": "../../dist/wrangler.json" }"#;
    let folder = Folder::new(&[
        ("wrangler.toml", ""),
        (".wrangler/deploy/config.json", redirect),
        ("dist/wrangler.json", generated),
    ]);
    let root = folder.path("");
    let location = find(&root).unwrap().unwrap();
    let load = |environment| {
        let mut diagnostics = Diagnostics::new();
        let wrangler = load_from(&root, &location, environment, &mut diagnostics).unwrap();
        (wrangler, diagnostics.render(false))
    };
    let (wrangler, problems) = load(Some("production"));
    assert_snapshot!(problems, @r#"
    error[bad-redirect]: the project was built for the environment `staging`, not for `production`
     --> dist/wrangler.json:1:59
      |
    1 | { "name": "api", "legacy_env": true, "targetEnvironment": "staging", "env": { "a": {} } }
      |                                                           ^^^^^^^^^
      |
      = help: build it again with `production`, or select `staging`

    error[bad-redirect]: a generated wrangler file cannot have environments
     --> dist/wrangler.json:1:79
      |
    1 | { "name": "api", "legacy_env": true, "targetEnvironment": "staging", "env": { "a": {} } }
      |                                                                               ^^^
      |
      = help: this is a fault of the tool that generated it: tell its authors
    "#);
    assert_eq!(wrangler.name.as_ref().unwrap().value, "api");
    assert_eq!((wrangler.directory().as_str(), wrangler.user_directory().as_str()), ("dist", ""));

    folder.write("dist/wrangler.json", &generated.replace("\"a\": {}", ""));
    let (wrangler, problems) = load(Some("staging"));
    assert_eq!((wrangler.environment.as_deref(), problems.as_str()), (Some("staging"), ""));
    assert_eq!(load(None).1, "");
}

#[test]
fn files_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let open = |path: &str| {
        let mut diagnostics = Diagnostics::new();
        let wrangler = load(root, path.into(), None, &mut diagnostics);
        (wrangler.and_then(|wrangler| wrangler.name).map(|name| name.value), diagnostics.render(false))
    };
    assert_snapshot!(open("wrangler.json").1, @"
    error[no-wrangler-file]: there is no file `wrangler.json`
     |
     = help: the path is taken from the project's root
    ");
    std::fs::write(root.join("wrangler.toml"), "\u{feff}name = \"api\"\n").unwrap();
    assert_eq!(open("wrangler.toml"), (Some("api".to_owned()), String::new()));
    assert_snapshot!(open("wrangler.json").1, @"
    error[no-wrangler-file]: there is no file `wrangler.json`
     |
     = help: did you mean `wrangler.toml`?
    ");
    std::fs::write(root.join("wrangler.toml"), b"name = \"api\"\n# \xff\n").unwrap();
    assert_snapshot!(open("wrangler.toml").1, @"
    error[not-utf8]: `wrangler.toml` is not UTF-8 text (line 2)
     |
     = help: save it as UTF-8
    ");
    std::fs::write(root.join("wrangler.toml"), b"\xff\xfen\0").unwrap();
    assert_snapshot!(open("wrangler.toml").1, @"
    error[not-utf8]: `wrangler.toml` is not UTF-8 text: it starts with the byte order mark of UTF-16 or UTF-32
     |
     = help: save it as UTF-8
    ");
}
