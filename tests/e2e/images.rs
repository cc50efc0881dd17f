//! Images are decoded by the project's own `sharp`, in a Node process that is there for nothing else.

use std::{fs, os::unix::fs::symlink};

use camino::Utf8Path;

use crate::support::{Project, REPOSITORY};

/// A project that is bound to images and transforms one, which fails with `message`.
fn project(message: &str) -> Project {
    Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{ "name": "worker", "main": "src/index.ts", "compatibility_date": "2025-11-01", "images": { "binding": "IMAGES" } }"#,
        )
        .file(
            "test/a.test.ts",
            &format!(
                r#"import {{ env }} from "cloudflare:workers";
import {{ expect, it }} from "vitest";
it("transforms", async () => {{
  await env.IMAGES.hosted.upload(new Blob(["x"]).stream(), {{ id: "x" }});
  await expect(env.IMAGES.input(new Blob(["x"]).stream()).output({{ format: "image/png" }})).rejects.toThrow({message:?});
  await expect(env.IMAGES.info(new Blob(["x"]).stream())).rejects.toThrow({message:?});
}});
"#
            ),
        )
}

#[test]
fn without_sharp_a_call_is_an_error_that_says_so() {
    let project = project("Images are decoded and transformed by the npm package `sharp`, while tests run");
    // Its own packages are all that it finds: those of the repository have sharp.
    let packages = project.root().parent().unwrap().join("node_modules");
    fs::remove_file(&packages).unwrap();
    fs::create_dir(&packages).unwrap();
    symlink(Utf8Path::new(REPOSITORY).join("node_modules/vitest"), packages.join("vitest")).unwrap();
    // No Node process is started for it: there is none after the config is evaluated.
    project.run(&["gen"]).expect(0);
    let outcome = project.command(&["test"]).env("WPT_NODE", "/no/node").run().expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 1 passed (1)");
}

#[test]
fn a_sharp_that_cannot_be_loaded_is_an_error_of_the_call() {
    let project = project("this sharp is broken")
        .file(
            "node_modules/sharp/package.json",
            r#"{ "name": "sharp", "version": "1.0.0", "main": "index.js" }"#,
        )
        .file("node_modules/sharp/index.js", "throw new Error('this sharp is broken');\n");
    let outcome = project.run(&["test"]).expect(0);
    assert_eq!(outcome.summary(), "files: 1 passed (1); tests: 1 passed (1)");
}
