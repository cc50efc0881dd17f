//! The generated files are a contract: the same bytes wherever the project is, nothing private in them, and workerd takes them.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
};

use camino::Utf8Path;
use serde_json::Value;

use crate::support::{LIMIT, Project, REPOSITORY, assert_golden, example_names, workerd};

const GENERATED: [&str; 4] = ["workerd.capnp", "details.capnp", "plan.json", "SUMMARY.md"];

/// Generates an example in two places, compares, and serves one with workerd.
fn check(example: &str, sockets: usize, private: &[&str]) {
    let [one, other] = [(); 2].map(|()| Project::of_example(example));
    assert_ne!(one.root(), other.root());
    for project in [&one, &other] {
        project.run(&["gen"]).expect(0);
    }
    for name in GENERATED {
        let path = format!(".wpt/{name}");
        let text = one.read(&path);
        assert_eq!(text, other.read(&path), "{name} depends on where the project is");
        let parent = one.root().parent().unwrap();
        for text_of_machine in
            [parent.as_str(), REPOSITORY, "node_modules", "/tmp", "/home"].iter().chain(private)
        {
            assert!(!text.contains(text_of_machine), "{name} has {text_of_machine} in it");
        }
    }
    // Running the tests changes nothing about them, and neither does generating again.
    let before = GENERATED.map(|name| one.read(&format!(".wpt/{name}")));
    one.run(&["test"]).expect(0);
    one.run(&["gen"]).expect(0);
    assert_eq!(before, GENERATED.map(|name| one.read(&format!(".wpt/{name}"))));

    assert_golden!(golden_name(example), one.read(".wpt/workerd.capnp"));
    assert_eq!(serve(one.root()).len(), sockets);
}

#[test]
fn every_plan_is_what_the_schema_says() {
    let projects: Vec<Project> = example_names().iter().map(|name| Project::of_example(name)).collect();
    let plans: Vec<String> = projects
        .iter()
        .map(|project| {
            project.run(&["gen"]).expect(0);
            project.root().join(".wpt/plan.json").into_string()
        })
        .collect();
    assert_eq!(validate(&plans), (true, String::new()));

    projects[0].edit(".wpt/plan.json", r#""vitest": {"#, r#""versio": 0, "vitest": {"#);
    let (valid, problems) = validate(&plans[..1]);
    assert!(!valid);
    assert!(
        problems.contains(r#"must NOT have additional properties {"additionalProperty":"versio"}"#),
        "{problems}"
    );
}

/// Whether all files conform to the plan's schema, and what was printed if not.
fn validate(files: &[String]) -> (bool, String) {
    let output = Command::new("node")
        .args(["schema/validate.mjs", "schema/plan.schema.json"])
        .args(files)
        .current_dir(REPOSITORY)
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

/// The name of an example's snapshot: letters that any file system has.
fn golden_name(example: &str) -> String {
    example.replace('é', "e").replace(' ', "-")
}

/// Serves `.wpt/workerd.capnp` until it listens on all its sockets; their names.
pub(crate) fn serve(root: &Utf8Path) -> Vec<String> {
    struct Server(Child);
    impl Drop for Server {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
    let mut server = Server(
        Command::new(workerd())
            .args(["serve", "--experimental", "--control-fd=1", ".wpt/workerd.capnp"])
            .current_dir(root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let wanted = wanted_sockets(root);
    let stdout = BufReader::new(server.0.stdout.take().unwrap());
    let (lines, received) = mpsc::channel();
    thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
    let mut open = vec![];
    while open.len() < wanted {
        let line = received.recv_timeout(LIMIT).expect("workerd says when it listens");
        let event: Value = serde_json::from_str(&line).unwrap();
        if event["event"] == "listen" {
            open.push(event["socket"].as_str().unwrap().to_owned());
        }
    }
    open
}

/// How many sockets the plan has.
fn wanted_sockets(root: &Utf8Path) -> usize {
    let plan = std::fs::read(root.join(".wpt/plan.json")).unwrap();
    let plan: Value = serde_json::from_slice(&plan).unwrap();
    plan["sockets"].as_array().unwrap().len()
}

#[test]
fn hello() {
    check("hello", 4, &[]);
}

#[test]
fn guestbook() {
    check("guestbook", 8, &[]);
}

#[test]
fn cafe_counter() {
    check("café counter", 11, &[]);
}

#[test]
fn toml_and_env() {
    check("toml-and-env", 3, &["not-a-real-token", "only # for"]);
}

#[test]
fn products() {
    check("products", 2, &["sesame"]);
}

#[test]
fn platform() {
    check("platform", 8, &[]);
}

#[test]
fn remote() {
    check("remote", 5, &[]);
}

#[test]
fn assets() {
    check("assets", 2, &[]);
}

#[test]
fn two_workers() {
    check("two-workers", 2, &[]);
}
