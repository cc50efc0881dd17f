//! A file that hangs or loses its process is blamed by name, and the rest run on.

use insta::assert_snapshot;

use crate::support::{Gate, Project, Signal};

const PASSES: &str = "import { expect, it } from 'vitest';\nit('passes', () => expect(1).toBe(1));\n";

#[test]
fn an_endless_loop_costs_only_its_own_file() {
    let project = Project::worker()
        .config("{ testTimeout: 400, hookTimeout: 400 }")
        .file("src/index.ts", "export default { fetch() { for (;;); } };\n")
        .file("test/1-before.test.ts", PASSES)
        .file(
            "test/2-in-a-test.test.ts",
            "import { it } from 'vitest';
             it('comes first', () => {});
             it('loops', () => { for (;;); });
             it('comes last', () => {});
            ",
        )
        .file("test/3-between.test.ts", PASSES)
        .file(
            "test/4-while-loading.test.ts",
            "import { it } from 'vitest';\nfor (;;);\nit('is never found', () => {});\n",
        )
        .file(
            "test/5-in-the-worker.test.ts",
            "import { SELF } from 'cloudflare:test';
             import { it } from 'vitest';
             it('asks the Worker', async () => { await SELF.fetch('https://worker.test/'); });
            ",
        )
        .file("test/6-after.test.ts", PASSES);
    let outcome = project.run(&["test", "--max-workers=1"]).expect(1);
    assert_snapshot!(outcome, @"
    exit code 1
    ----- stdout
     RUN  wpt-gen v0.1.0 (vitest v5.1.1) <root>

     ❯ test/5-in-the-worker.test.ts (1 test)
       · asks the Worker
     ❯ test/2-in-a-test.test.ts (3 tests)
       · comes first
       · loops
       · comes last
     ✓ test/1-before.test.ts (1 test) <duration>
     ✓ test/3-between.test.ts (1 test) <duration>
     ✓ test/6-after.test.ts (1 test) <duration>
     ❯ test/4-while-loading.test.ts (0 test)

    ⎯⎯⎯⎯⎯⎯ Failed Suites 3 ⎯⎯⎯⎯⎯⎯⎯

     FAIL  test/2-in-a-test.test.ts [ test/2-in-a-test.test.ts ]
    Error: the test file blocked its thread for more than 1400 ms: a loop without end?
    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/3]⎯

     FAIL  test/4-while-loading.test.ts [ test/4-while-loading.test.ts ]
    Error: the test file blocked its thread for more than 1400 ms: a loop without end?
    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[2/3]⎯

     FAIL  test/5-in-the-worker.test.ts [ test/5-in-the-worker.test.ts ]
    Error: the test file blocked its thread for more than 1400 ms: a loop without end?
    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[3/3]⎯


     Test Files  3 failed | 3 passed (6)
          Tests  3 passed (7)
       Start at  <time>
       Duration  <duration>
    ");
}

#[test]
fn a_test_that_waits_too_long_fails_alone() {
    let project = Project::worker().config("{ testTimeout: 200, hookTimeout: 200 }").file(
        "test/waits.test.ts",
        "import { expect, it } from 'vitest';
         it('waits for ever', () => new Promise(() => {}));
         it('goes on', () => expect(1).toBe(1));
         it('may take longer', { timeout: 60_000 }, () => new Promise((resolve) => setTimeout(resolve, 400)));
        ",
    );
    project.write("test/other.test.ts", PASSES);
    let outcome = project.run(&["test", "--max-workers=1"]).expect(1);
    assert_snapshot!(outcome.summary(), @"files: 1 failed | 1 passed (2); tests: 1 failed | 3 passed (4)");
    assert_snapshot!(outcome.shown_failures(), @r#"
    ⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

     FAIL  test/waits.test.ts > waits for ever
    TestTimeoutError: Test timed out in 200ms.
    If this is a long-running test, pass a timeout value as the last argument or configure it globally with "testTimeout".
     ❯ test/waits.test.ts:2:10
          1| import { expect, it } from 'vitest';
          2|          it('waits for ever', () => new Promise(() => {}));
           |          ^
          3|          it('goes on', () => expect(1).toBe(1));
          4|          it('may take longer', { timeout: 60_000 }, () => new Promise(…

    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯


     Test Files  1 failed | 1 passed (2)
          Tests  1 failed | 3 passed (4)
       Start at  <time>
       Duration  <duration>
    "#);
}

#[test]
fn a_lost_process_costs_only_the_file_that_ran() {
    let gate = Gate::new();
    let project = Project::worker()
        .file("test/1-before.test.ts", PASSES)
        .file("test/2-lost.test.ts", &gate.test_file())
        .file("test/3-after.test.ts", PASSES)
        .file("test/4-after.test.ts", PASSES);
    let running = project.command(&["test", "--max-workers=1"]).start();
    let call = gate.wait();
    let workerd = running.family().wait_for_program("workerd", 1);
    assert_eq!(workerd.len(), 1, "{workerd:?}");
    workerd[0].signal(Signal::KILL);
    let outcome = running.finish().expect(1);
    drop(call);
    assert_snapshot!(outcome, @"
    exit code 1
    ----- stdout
     RUN  wpt-gen v0.1.0 (vitest v5.1.1) <root>

     ❯ test/2-lost.test.ts (2 tests)
       · is done before
       · waits
     ✓ test/1-before.test.ts (1 test) <duration>
     ✓ test/3-after.test.ts (1 test) <duration>
     ✓ test/4-after.test.ts (1 test) <duration>

    ⎯⎯⎯⎯⎯⎯ Failed Suites 1 ⎯⎯⎯⎯⎯⎯⎯

     FAIL  test/2-lost.test.ts [ test/2-lost.test.ts ]
    Error: workerd ended while this file ran (signal 9)
    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯


     Test Files  1 failed | 3 passed (4)
          Tests  3 passed (5)
       Start at  <time>
       Duration  <duration>
    ");
}
