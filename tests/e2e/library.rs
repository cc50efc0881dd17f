//! The library, used by the program in `examples/as-a-library.rs`.

use std::process::Command;

use camino::Utf8Path;

use crate::support::{Project, REPOSITORY};

#[test]
fn a_program_changes_a_plan_and_emits_it() {
    let project = Project::of_example("hello");
    let target = Utf8Path::new(env!("CARGO_BIN_EXE_wpt-gen")).parent().unwrap();
    let output = Command::new(target.join("examples/as-a-library"))
        .args([project.root().as_str(), "GREETING", "Good evening"])
        .env("WPT_GEN_HOME", REPOSITORY)
        .output()
        .expect("cargo builds examples with the tests");
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{stderr}");
    let line =
        r#"    (name = "GREETING", text = "Good evening"),  # added: changed by a program (as-a-library)"#;
    assert!(stdout.lines().any(|printed| printed == line), "{stdout}");
    let bytes = stdout.trim_end().strip_suffix(" bytes.").and_then(|text| text.rsplit(' ').next()).unwrap();
    assert!(bytes.parse::<usize>().unwrap() > 100_000, "the modules are in it: {bytes}");
    assert!(!project.has(".wpt"), "only the program decides what is written");
}
