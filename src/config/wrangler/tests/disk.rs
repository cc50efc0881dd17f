//! Finding and reading files on disk.

use insta::assert_snapshot;

use super::*;

#[test]
fn discovery_takes_json_first() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    std::fs::create_dir(root.join("api")).unwrap();
    let find = || {
        let mut diagnostics = Diagnostics::new();
        (discover(root, "api".into(), &mut diagnostics), diagnostics.render(false))
    };
    let (none, rendered) = find();
    assert_eq!(none, None);
    assert_snapshot!(rendered, @"
    error[no-wrangler-file]: this project has no wrangler file
     |
     = help: looked for `api/wrangler.json`, `api/wrangler.jsonc`, `api/wrangler.toml`
     = help: add one of them, or name the file in the Vitest config: `wrangler: { configPath: … }`
    ");
    for name in ["wrangler.toml", "wrangler.jsonc", "wrangler.json"] {
        std::fs::write(root.join("api").join(name), "").unwrap();
        assert_eq!(find(), (Some(Utf8Path::new("api").join(name)), String::new()));
    }
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
