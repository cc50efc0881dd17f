//! Folders in, values out.

use std::sync::Arc;

use insta::assert_snapshot;

use super::*;
use crate::config::wrangler;

struct Case {
    folder: tempfile::TempDir,
    wrangler: &'static str,
    process: BTreeMap<String, String>,
}

impl Case {
    fn new(wrangler: &'static str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("api")).unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join("api").join(name), text).unwrap();
        }
        Self { folder, wrangler, process: BTreeMap::new() }
    }

    fn process(mut self, values: &[(&str, &str)]) -> Self {
        self.process = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self
    }

    /// `NAME=value origin` of each value, and the diagnostics.
    fn load(&self, environment: Option<&str>) -> (Vec<String>, String) {
        let mut diagnostics = Diagnostics::new();
        let file = Arc::new(SourceFile::new("api/wrangler.toml", self.wrangler));
        let wrangler = wrangler::read(&file, environment, &mut diagnostics).unwrap();
        let root = Utf8Path::from_path(self.folder.path()).unwrap();
        let found = load(root, &wrangler, &self.process, &mut diagnostics);
        let show = |var: &DevVar| format!("{}={} {}", var.name, var.value.expose(), var.origin);
        (found.values.iter().map(show).collect(), diagnostics.render(false))
    }

    fn values(&self, environment: Option<&str>) -> Vec<String> {
        let (values, problems) = self.load(environment);
        assert_eq!(problems, "");
        values
    }
}

const ENVIRONMENT: &str = "[env.staging]\n";

#[test]
fn dev_vars_come_before_dot_env() {
    let case = Case::new(ENVIRONMENT, &[(".dev.vars", "A=dev\nB=$A\n"), (".env", "A=env\nC=env")]);
    assert_eq!(case.values(None), ["A=dev api/.dev.vars:1", "B=$A api/.dev.vars:2"]);
    assert_eq!(case.values(Some("staging")), case.values(None));
}

#[test]
fn the_environments_own_dev_vars_replace_the_others() {
    let case = Case::new(ENVIRONMENT, &[(".dev.vars", "A=1\nB=1"), (".dev.vars.staging", "A=2")]);
    assert_eq!(case.values(Some("staging")), ["A=2 api/.dev.vars.staging:1"]);
    assert_eq!(case.values(None), ["A=1 api/.dev.vars:1", "B=1 api/.dev.vars:2"]);
}

#[test]
fn dot_env_files_lie_over_each_other() {
    let case = Case::new(
        ENVIRONMENT,
        &[
            (".env", "A=1\nB=1\nC=1\nD=$A"),
            (".env.local", "B=2\nC=2"),
            (".env.staging", "C=3\nA=3"),
            (".env.staging.local", "E=4"),
        ],
    );
    assert_eq!(
        case.values(None),
        ["A=1 api/.env:1", "B=2 api/.env.local:1", "C=2 api/.env.local:2", "D=1 api/.env:4"]
    );
    assert_eq!(
        case.values(Some("staging")),
        [
            "A=3 api/.env.staging:2",
            "B=2 api/.env.local:1",
            "C=3 api/.env.staging:1",
            "D=3 api/.env:4",
            "E=4 api/.env.staging.local:1",
        ]
    );
}

#[test]
fn the_process_environment_counts_when_asked_for() {
    let case = Case::new("", &[(".env", "A=file")]).process(&[("A", "process")]);
    assert_eq!(case.values(None), ["A=file api/.env:1"]);
    let case = case.process(&[("A", "process"), ("CLOUDFLARE_INCLUDE_PROCESS_ENV", "true")]);
    assert_eq!(
        case.values(None),
        ["A=process the process environment", "CLOUDFLARE_INCLUDE_PROCESS_ENV=true the process environment",]
    );
    let case = case.process(&[("CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV", "false")]);
    assert!(case.values(None).is_empty());
}

#[test]
fn switches_are_true_or_false() {
    let case = Case::new("", &[(".env", "A=file")]).process(&[("CLOUDFLARE_INCLUDE_PROCESS_ENV", "yes")]);
    let (values, problems) = case.load(None);
    assert_eq!(values, ["A=file api/.env:1"]);
    assert_snapshot!(problems, @"
    error[bad-variable]: the environment variable `CLOUDFLARE_INCLUDE_PROCESS_ENV` cannot be `yes`
     |
     = help: set it to `true` or `false`
    ");
    // `.env` is not even thought of.
    let case = Case::new("", &[(".dev.vars", "A=1")]).process(&[("CLOUDFLARE_INCLUDE_PROCESS_ENV", "yes")]);
    assert_eq!(case.values(None), ["A=1 api/.dev.vars:1"]);
}

#[test]
fn declared_secrets_are_the_only_ones() {
    let wrangler = "vars = { V = \"v\" }\nsecrets = { required = [\"TOKEN\", \"KEY\", \"GONE\"] }\n";
    let case =
        Case::new(wrangler, &[(".env", "TOKEN=t\nV=local\nOTHER=o")]).process(&[("KEY", "k"), ("HOME", "/")]);
    let (values, problems) = case.load(None);
    assert_eq!(values, ["TOKEN=t api/.env:1", "V=local api/.env:2", "KEY=k the process environment"]);
    assert_snapshot!(problems, @r#"
    warning[missing-secret]: the secret `GONE` has no value
     --> api/wrangler.toml:2:41
      |
    2 | secrets = { required = ["TOKEN", "KEY", "GONE"] }
      |                                         ^^^^^^ required here
      |
      = help: add `GONE=…` to `.dev.vars` or `.env`, or set it in the environment
    "#);
}

#[test]
fn nothing_of_a_value_is_ever_shown() {
    let case = Case::new("", &[(".dev.vars", "TOKEN=hunter2\nhunter2 is the password\n")]);
    let (_, problems) = case.load(None);
    assert!(!problems.contains("hunter2"));
    assert_snapshot!(problems, @"
    warning[dotenv-line]: line 2 of `api/.dev.vars` is ignored
     |
     = help: write it as NAME=value, or start it with `#`
    ");
    assert_eq!(format!("{:?}", Secret::new("hunter2")), "***");
}

#[test]
fn all_files_that_could_count_are_named() {
    let case = Case::new(ENVIRONMENT, &[]);
    let file = Arc::new(SourceFile::new("api/wrangler.toml", ENVIRONMENT));
    let wrangler = wrangler::read(&file, Some("staging"), &mut Diagnostics::new()).unwrap();
    let root = Utf8Path::from_path(case.folder.path()).unwrap();
    let found = load(root, &wrangler, &BTreeMap::new(), &mut Diagnostics::new());
    let names: Vec<_> = found.looked_for.iter().map(|path| path.file_name().unwrap()).collect();
    assert_eq!(
        names,
        [".dev.vars.staging", ".dev.vars", ".env", ".env.local", ".env.staging", ".env.staging.local"]
    );
}

#[test]
fn the_environment_is_read_beside_dev_vars() {
    let files = [(".dev.vars", "TOKEN=1\n"), (".env", "URL=from-file\nOTHER=$URL/x\nnothing\n")];
    let case = Case::new("", &files);
    let process = BTreeMap::from([("URL".to_owned(), "from-process".to_owned())]);
    let file = Arc::new(SourceFile::new("api/wrangler.toml", ""));
    let wrangler = wrangler::read(&file, None, &mut Diagnostics::new()).unwrap();
    let root = Utf8Path::from_path(case.folder.path()).unwrap();
    let mut diagnostics = Diagnostics::new();
    let found = load(root, &wrangler, &process, &mut diagnostics);
    assert_eq!(found.values.len(), 1);
    let variables = ["URL", "OTHER", "TOKEN"].map(|name| found.variable(name));
    assert_eq!(variables, [Some("from-process"), Some("from-process/x"), None]);
    assert_eq!(diagnostics.len(), 0);
}
