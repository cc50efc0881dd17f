//! Several Vitest projects in one run: folders with their own files, inline ones, and those that are not ours.

use insta::assert_snapshot;

use crate::support::Project;

/// A package with a Worker that answers its own name, and a test of it.
fn package(project: Project, folder: &str, package: &str, expected: &str) -> Project {
    project
        .file(&format!("{folder}/package.json"), &format!(r#"{{ "name": "{package}" }}"#))
        .file(
            &format!("{folder}/wrangler.jsonc"),
            &format!(
                r#"{{ "name": "{}", "main": "src/index.ts", "compatibility_date": "2025-11-01", "vars": {{ "WHO": "{package}" }} }}"#,
                folder.replace('/', "-")
            ),
        )
        .file(
            &format!("{folder}/src/index.ts"),
            "export default { fetch: (_request, env) => new Response(env.WHO) };\n",
        )
        .file(
            &format!("{folder}/vitest.config.ts"),
            "import { cloudflareTest } from '@cloudflare/vitest-plugin';\n\
             import { defineProject } from 'vitest/config';\n\
             export default defineProject({\n\
             \x20 plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.jsonc' } })],\n\
             });\n",
        )
        .file(
            &format!("{folder}/test/name.test.ts"),
            &format!(
                "import {{ exports }} from 'cloudflare:workers';\n\
                 import {{ expect, it }} from 'vitest';\n\
                 it('answers', async () => {{\n\
                 \x20 expect(await (await exports.default.fetch('http://x/')).text()).toBe('{expected}');\n\
                 }});\n"
            ),
        )
}

fn root_config(project: Project, projects: &str) -> Project {
    project.file(
        "vitest.config.ts",
        &format!(
            "import {{ cloudflareTest }} from '@cloudflare/vitest-plugin';\n\
             import {{ defineConfig }} from 'vitest/config';\n\
             export default defineConfig({{ test: {{ projects: {projects} }} }});\n"
        ),
    )
}

fn two_packages() -> Project {
    let project = package(Project::empty(), "api", "@x/api", "@x/api");
    root_config(package(project, "web", "@x/web", "@x/web"), "['{api,web}']")
}

#[test]
fn folders_are_projects_with_their_own_wrangler_files() {
    let project = two_packages();
    let ran = project.run(&["test"]).expect(0);
    assert!(ran.stdout.contains("✓ |@x/api| test/name.test.ts (1 test)"), "{ran}");
    assert!(ran.stdout.contains("✓ |@x/web| test/name.test.ts (1 test)"), "{ran}");
    // The same files as when one is run on its own.
    let generated = project.read("api/.wpt/workerd.capnp");
    assert!(!project.has(".wpt"));
    project.run(&["gen", "--root", "api"]).expect(0);
    assert_eq!(project.read("api/.wpt/workerd.capnp"), generated);
}

#[test]
fn a_run_can_be_narrowed_to_a_project_or_a_folder() {
    let project = two_packages();
    let one = project.run(&["test", "--project", "*/web"]).expect(0);
    assert!(one.stdout.contains("|@x/web|") && !one.stdout.contains("|@x/api|"), "{one}");
    let one = project.run(&["test", "api/"]).expect(0);
    assert!(one.stdout.contains("|@x/api|") && !one.stdout.contains("|@x/web|"), "{one}");
    assert_snapshot!(project.run(&["test", "--project", "@x/wep"]).expect(2).stderr, @"
    error[unknown-project]: no project is called `@x/wep`
     |
     = help: did you mean `@x/web`?
     = help: the projects are `@x/api`, `@x/web`
    ");
}

#[test]
fn a_failure_names_its_project_and_fails_the_run() {
    let project = package(Project::empty(), "api", "@x/api", "@x/api");
    let project =
        root_config(package(project, "web", "@x/web", "another"), "['api', './web/vitest.config.ts']");
    let ran = project.run(&["test"]).expect(1);
    assert!(ran.stdout.contains("FAIL  |@x/web| test/name.test.ts > answers"), "{ran}");
    assert!(ran.stdout.contains("1 failed | 1 passed (2)"), "{ran}");
}

#[test]
fn a_problem_is_shown_where_it_is_seen_from_the_root() {
    let project = two_packages();
    project.edit("web/wrangler.jsonc", "src/index.ts", "src/indx.ts");
    assert_snapshot!(project.run(&["test"]).expect(2).stderr, @r#"
    error[missing-main]: the main module src/indx.ts does not exist
     --> web/wrangler.jsonc:1:26
      |
    1 | { "name": "web", "main": "src/indx.ts", "compatibility_date": "2025-11-01", "vars": { "WHO": "@x/web" } }
      |                          ^^^^^^^^^^^^^
      |
      = help: did you mean `src/index.ts`?
    "#);
}

#[test]
fn inline_projects_share_a_root_and_have_their_own_output() {
    let project = root_config(
        package(Project::empty(), "api", "@x/api", "@x/api"),
        "[
            { plugins: [cloudflareTest({ wrangler: { configPath: './api/wrangler.jsonc' } })],
              test: { name: 'one', include: ['api/test/*.test.ts'] } },
            () => ({ plugins: [cloudflareTest({ main: './api/src/index.ts', miniflare: { bindings: { WHO: '@x/api' } } })],
              test: { name: { label: 'two', color: 'red' }, include: ['api/test/*.test.ts'] } }),
            { test: { name: 'node', include: ['unit/*.test.ts'] } },
        ]",
    );
    let ran = project.run(&["test"]).expect(0);
    assert!(ran.stdout.contains("✓ |one| api/test/name.test.ts (1 test)"), "{ran}");
    assert!(ran.stdout.contains("✓ |two| api/test/name.test.ts (1 test)"), "{ran}");
    assert_snapshot!(ran.stderr, @"
    warning[not-in-workerd]: the Vitest project `node` does not use the Workers pool: it is left out
     |
     = help: run it with `npx vitest --project node`
    ");
    assert!(project.has(".wpt/one/plan.json") && project.has(".wpt/two/plan.json"));
    // Nothing of the first run is made again, and nothing is mixed up.
    assert_eq!(project.run(&["gen"]).expect(0).stdout, project.run(&["gen"]).expect(0).stdout);
}

#[test]
fn a_workspace_file_and_an_inherited_config_count_too() {
    let project = package(Project::empty(), "api", "@x/api", "@x/api")
        .file("vitest.workspace.ts", "export default ['api'];\n")
        .file("vitest.config.ts", "export default {};\n");
    let ran = project.run(&["test"]).expect(0);
    assert!(ran.stdout.contains("✓ |@x/api| test/name.test.ts (1 test)"), "{ran}");

    let container = package(Project::empty(), "apps/api", "@x/api", "@x/api")
        .file("apps/vitest.config.ts", "export default { test: { name: 'all', projects: ['api'] } };\n")
        .file("vitest.config.ts", "export default { test: { projects: ['*'] } };\n");
    let ran = container.run(&["test"]).expect(0);
    assert!(ran.stdout.contains("✓ |all (@x/api)| test/name.test.ts (1 test)"), "{ran}");
    // The pattern finds the root config as well: a project that does not run in workerd.
    assert!(ran.stderr.contains("`project` does not use the Workers pool: it is left out"), "{ran}");

    let inherited = package(Project::empty(), "api", "@x/api", "@x/api").file(
        "vitest.config.ts",
        "import { cloudflareTest } from '@cloudflare/vitest-plugin';\n\
         export default {\n\
         \x20 plugins: [cloudflareTest({ wrangler: { configPath: './api/wrangler.jsonc' } })],\n\
         \x20 test: { projects: [{ extends: true, test: { name: 'small', include: ['api/test/*.ts'] } }] },\n\
         };\n",
    );
    let ran = inherited.run(&["test"]).expect(0);
    assert!(ran.stdout.contains("✓ |small| api/test/name.test.ts (1 test)"), "{ran}");
}
