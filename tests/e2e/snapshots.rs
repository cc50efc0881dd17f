//! Snapshots, on disk and in the test file: written when new, compared, rewritten on request.

use insta::assert_snapshot;

use crate::support::Project;

const DISK: &str = "test/__snapshots__/disk.test.ts.snap";

fn project() -> Project {
    Project::worker()
        .file("src/value.ts", "export const value = { name: 'first', list: [1, 'two'] };\n")
        .file(
            "test/disk.test.ts",
            "import { describe, expect, it } from 'vitest';
import { value } from '../src/value';

describe('a value', () => {
  it('is on disk', () => {
    expect(value).toMatchSnapshot();
    expect(value.name).toMatchSnapshot('its name');
    expect('`${tricks}` \\\\').toMatchSnapshot();
  });
});
",
        )
        .file(
            "test/inline.test.ts",
            "import { expect, it } from 'vitest';
import { value } from '../src/value';

it('is in the test', async () => {
  const name: string = value.name;
  expect(value).toMatchInlineSnapshot();
  expect(name).toMatchInlineSnapshot();
  await expect(Promise.reject(new Error(name))).rejects.toThrowErrorMatchingInlineSnapshot();
});
",
        )
}

/// What is written and what is not; gives what was.
fn check_writing(project: &Project) -> (String, String) {
    // In CI nothing is written, and what is missing fails.
    let inline = project.read("test/inline.test.ts");
    let in_ci = project.command(&["test"]).env("CI", "1").run().expect(1);
    assert_eq!(in_ci.summary(), "files: 2 failed (2); tests: 2 failed (2)", "{in_ci}");
    assert!(!project.has(DISK));
    assert_eq!(project.read("test/inline.test.ts"), inline);

    // What is new is written.
    let written = project.run(&["test"]).expect(0);
    assert_eq!(written.lines_with("Snapshots "), ["Snapshots  6 written"], "{written}");
    let (disk, inline) = (project.read(DISK), project.read("test/inline.test.ts"));
    assert_snapshot!(disk, @r#"
    // Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html

    exports[`a value > is on disk > its name 1`] = `"first"`;

    exports[`a value > is on disk 1`] = `
    {
      "list": [
        1,
        "two",
      ],
      "name": "first",
    }
    `;

    exports[`a value > is on disk 2`] = `"\`\${tricks}\` \\"`;
    "#);
    assert_snapshot!(inline, @r#"
    import { expect, it } from 'vitest';
    import { value } from '../src/value';

    it('is in the test', async () => {
      const name: string = value.name;
      expect(value).toMatchInlineSnapshot(`
        {
          "list": [
            1,
            "two",
          ],
          "name": "first",
        }
      `);
      expect(name).toMatchInlineSnapshot(`"first"`);
      await expect(Promise.reject(new Error(name))).rejects.toThrowErrorMatchingInlineSnapshot(`[Error: first]`);
    });
    "#);

    // What is there is compared, and left as it is.
    let same = project.command(&["test"]).env("CI", "1").run().expect(0);
    assert_eq!(same.lines_with("Snapshots "), [""; 0], "{same}");
    assert_eq!((project.read(DISK), project.read("test/inline.test.ts")), (disk.clone(), inline.clone()));

    // A difference fails, and changes nothing.
    project.edit("src/value.ts", "first", "second");
    let failed = project.run(&["test"]).expect(1);
    assert_eq!(failed.lines_with("Snapshots "), ["Snapshots  2 failed"], "{failed}");
    assert_eq!((project.read(DISK), project.read("test/inline.test.ts")), (disk.clone(), inline.clone()));
    assert_snapshot!(failed.shown_failures(), @r#"
    ⎯⎯⎯⎯⎯⎯⎯ Failed Tests 2 ⎯⎯⎯⎯⎯⎯⎯

     FAIL  test/disk.test.ts > a value > is on disk
    Error: Snapshot `a value > is on disk 1` mismatched

    - Expected
    + Received

      {
        "list": [
          1,
          "two",
        ],
    -   "name": "first",
    +   "name": "second",
      }

     ❯ test/disk.test.ts:6:19
          4| describe('a value', () => {
          5|   it('is on disk', () => {
          6|     expect(value).toMatchSnapshot();
           |                   ^
          7|     expect(value.name).toMatchSnapshot('its name');
          8|     expect('`${tricks}` \\').toMatchSnapshot();

    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/2]⎯

     FAIL  test/inline.test.ts > is in the test
    Error: Snapshot `is in the test 1` mismatched

    - Expected
    + Received

      {
        "list": [
          1,
          "two",
        ],
    -   "name": "first",
    +   "name": "second",
      }

     ❯ test/inline.test.ts:6:17
          4| it('is in the test', async () => {
          5|   const name: string = value.name;
          6|   expect(value).toMatchInlineSnapshot(`
           |                 ^
          7|     {
          8|       "list": [

    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[2/2]⎯


      Snapshots  2 failed
                 2 obsolete
                 ↳ test/disk.test.ts
                   · a value > is on disk > its name 1
                   · a value > is on disk 2

     Test Files  2 failed (2)
          Tests  2 failed (2)
       Start at  <time>
       Duration  <duration>
    "#);
    (disk, inline)
}

/// What changes snapshots that are there.
fn check_updates(project: &Project, disk: &str, inline: &str) {
    // Unless that is asked for.
    let updated = project.run(&["test", "-u"]).expect(0);
    assert_eq!(updated.lines_with("Snapshots "), ["Snapshots  5 updated"], "{updated}");
    assert_eq!(project.read(DISK), disk.replace("first", "second"));
    assert_eq!(project.read("test/inline.test.ts"), inline.replace("first", "second"));

    // What is not needed any more is reported, and removed when asked for.
    project.edit("test/disk.test.ts", "    expect(value.name).toMatchSnapshot('its name');\n", "");
    let obsolete = project.run(&["test"]).expect(0);
    assert_eq!(obsolete.lines_with("Snapshots "), ["Snapshots  1 obsolete"], "{obsolete}");
    let removed = project.run(&["test", "--update"]).expect(0);
    assert_eq!(removed.lines_with("Snapshots "), ["Snapshots  1 removed"], "{removed}");
    assert!(!project.read(DISK).contains("its name"));
}

fn check(project: &Project) {
    // Both versions of Vitest write the same.
    insta::allow_duplicates! {
        let (disk, inline) = check_writing(project);
        check_updates(project, &disk, &inline);
    }
}

#[test]
fn with_vitest_5() {
    check(&project());
}

#[test]
fn with_vitest_4() {
    check(&project().with_vitest_4());
}
