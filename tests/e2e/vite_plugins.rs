//! Vite plugins of the user's: which modules they make, what is asked again, and what is said when one throws.

use crate::support::{Outcome, Project};

/// With no Node, as in a run in which nothing has changed.
fn without_node(project: &Project) -> Outcome {
    project.command(&["test"]).env("WPT_NODE", "no-such-program").run()
}

fn explained(project: &Project, name: &str) -> String {
    let shown = project.run(&["explain", name]).expect(0).stdout;
    let lines = shown.lines().filter(|line| !line.contains("contents:") && !line.contains("why:"));
    lines.filter(|line| !line.contains("to remove it")).collect::<Vec<_>>().join("\n")
}

#[test]
fn explain_and_the_summary_say_which_modules_they_make() {
    let project = Project::of_example("vite-plugins");
    project.run(&["gen"]).expect(0);
    let summary = project.read(".wpt/SUMMARY.md");
    assert!(summary.contains("| `release` | `load`, `resolveId` |\n| `svg` | `load` |\n"), "{summary}");
    insta::assert_snapshot!(explained(&project, "src/up.svg"), @"
    project:src/up.svg: module of the extension project
      made by Vite, because of the plugins `svg` (load)
    ");
    insta::assert_snapshot!(explained(&project, "virtual:release"), @"
    project:@id/__x00__virtual:release: module of the extension project
      made by Vite, because of the plugins `release` (load); imports lead to it by `release` (resolveId)
    ");
    insta::assert_snapshot!(explained(&project, "src/index.ts"), @"
    project:src/index.ts: module of the extension project
      compiled by wpt-gen: no Vite plugin loads or transforms it
    ");
    insta::assert_snapshot!(explained(&project, "release"), @"
    release: Vite plugin
      virtual:release: resolveId, load
    ");
}

#[test]
fn what_has_changed_is_asked_again_and_nothing_else() {
    let project = Project::of_example("vite-plugins");
    let all = "files: 2 passed (2); tests: 7 passed (7)";
    assert_eq!(project.run(&["test"]).expect(0).summary(), all);
    assert_eq!(without_node(&project).expect(0).summary(), all);
    for (file, from, to) in [
        // What a plugin has read, the config, a module.
        ("release.json", "1.4.0", "1.5.0"),
        ("plugins/svg.ts", "<title>", "<title lang='en'>"),
        ("src/up.svg", "r=\"3\"", "r=\"2\""),
    ] {
        let text = project.read(file);
        project.write(file, &text.replace(from, to));
        assert!(without_node(&project).expect(2).stderr.contains("no-such-program"));
        let failed = project.run(&["test"]).expect(1);
        assert!(failed.stdout.contains(to), "{failed}");
        project.write(file, &text);
        assert_eq!(project.run(&["test"]).expect(0).summary(), all);
        assert_eq!(without_node(&project).expect(0).summary(), all);
    }
}

#[test]
fn a_plugin_that_throws_is_named_with_the_module() {
    let project = Project::of_example("vite-plugins");
    project.write("src/up.svg", "<p>not a picture</p>\n");
    insta::assert_snapshot!(project.run(&["test"]).expect(2), @"
    exit code 2
    ----- stderr
    error[vite-plugin]: the Vite plugin `svg` threw in `load` for src/up.svg: this is no <svg> element
     |
     = help: thrown at LoadPluginContext.handler (plugins/svg.ts:13:90)
    ");
}

/// A transform of code: with filters, a source map, and TypeScript left for Vite.
#[test]
fn transforms_keep_places_in_the_sources() {
    let project = Project::worker().file(
        "vitest.config.ts",
        r"import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Two lines before the code, and a map that says so. */
const moved = (code: string, id: string) => ({
  code: `// one\n// two\n${code.replace('__NAME__', JSON.stringify('made'))}`,
  map: {
    version: 3, sources: [id], names: [],
    mappings: `;;${code.split('\n').map((_, line) => (line === 0 ? 'AAAA' : 'AACA')).join(';')}`,
  },
});

export default defineConfig({
  plugins: [
    cloudflareTest({ wrangler: { configPath: './wrangler.jsonc' } }),
    {
      name: 'named',
      enforce: 'pre',
      transform: { filter: { id: /src\/.*\.ts$/, code: '__NAME__' }, handler: moved },
    },
    { name: 'building', apply: 'build', transform: () => { throw new Error('not for tests'); } },
    { name: 'elsewhere', applyToEnvironment: ({ name }) => name === 'client', transform: () => 'throw 1' },
  ],
});
",
    );
    project.write(
        "src/named.ts",
        "// @ts-nocheck\nexport const name: string = __NAME__;\n\nexport function fail(): never {\n\tthrow new Error(name);\n}\n",
    );
    project.write("src/plain.ts", "export const plain: number = 1;\n");
    project.write(
        "test/a.test.ts",
        "import { expect, it } from 'vitest';\nimport { fail, name } from '../src/named';\n\
         import { plain } from '../src/plain';\n\
         it('names', () => expect([name, plain]).toEqual(['made', 1]));\n\
         it('fails', () => fail());\n",
    );
    let failed = project.run(&["test"]).expect(1);
    assert!(failed.stdout.contains("❯ fail src/named.ts:5:"), "{failed}");
    let made = "made by Vite, because of the plugins `named` (transform)";
    assert!(explained(&project, "src/named.ts").contains(made));
    assert!(explained(&project, "src/plain.ts").contains("no Vite plugin loads or transforms it"));
}
