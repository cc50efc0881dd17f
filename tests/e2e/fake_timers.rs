//! `vi.useFakeTimers()` reaches the simulators; the example `clock` shows how.

use crate::support::{Outcome, Project};

/// A project with a KV namespace and these test files.
fn with_files(files: &[(&str, &str)]) -> Project {
    let project = Project::worker().file(
        "wrangler.jsonc",
        r#"{
  "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-01-01",
  "kv_namespaces": [{ "binding": "KV", "id": "kv" }]
}"#,
    );
    let imports = "import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
";
    files.iter().fold(project, |project, (name, text)| {
        project.file(&format!("test/{name}.test.ts"), &format!("{imports}{text}"))
    })
}

fn passes(run: &Outcome, summary: &str) {
    assert_eq!(run.summary(), summary, "{}", run.stdout);
    assert_eq!(run.stderr, "");
}

#[test]
fn no_operation_overtakes_the_time_that_was_set_before_it() {
    let project = with_files(&[(
        "order",
        "it('expires at once', async () => {
  vi.useFakeTimers();
  for (let round = 0; round < 200; round++) {
    await env.KV.put('key' + round, 'value', { expirationTtl: 60 });
    vi.advanceTimersByTime(59_000);
    expect(await env.KV.get('key' + round)).toBe('value');
    vi.advanceTimersByTime(2_000);
    expect(await env.KV.get('key' + round)).toBe(null);
  }
}, 120_000);
",
    )]);
    passes(&project.run(&["test"]).expect(0), "files: 1 passed (1); tests: 1 passed (1)");
}

#[test]
fn a_file_does_not_leave_its_time_to_the_next() {
    const LEAVES_IT: &str = "it('is in another time', async () => {
  vi.useFakeTimers({ now: 0 });
  await env.KV.put('brief', 'value', { expirationTtl: 60 });
  expect((await env.KV.list({ prefix: 'brief' })).keys).toEqual([{ name: 'brief', expiration: 60 }]);
});
";
    // The order of files is not known.
    const IN_REAL_TIME: &str = "it('is in real time', async () => {
  expect(vi.isFakeTimers()).toBe(false);
  await env.KV.put('brief', 'value', { expirationTtl: 60 });
  const [{ expiration }] = (await env.KV.list({ prefix: 'brief' })).keys;
  expect(expiration).toBeGreaterThan(1_700_000_000);
});
";
    let both = format!("{IN_REAL_TIME}{LEAVES_IT}");
    let project = with_files(&[("a", both.as_str()), ("b", both.as_str()), ("c", both.as_str())]);
    for arguments in [&["test", "--max-workers=1"][..], &["test", "--max-workers=1", "--no-isolate"]] {
        passes(&project.run(arguments).expect(0), "files: 3 passed (3); tests: 6 passed (6)");
    }
}

#[test]
fn time_that_passes_by_itself_reaches_the_simulators() {
    let project = with_files(&[(
        "modes",
        "const seconds = async () => {
  await env.KV.put('key', 'value', { expirationTtl: 60 });
  return (await env.KV.list()).keys[0].expiration - 60;
};
it('by real time', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, now: 0 });
  const before = await seconds();
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(await seconds()).toBeGreaterThan(before);
  vi.useRealTimers();
}, 60_000);
it('from timer to timer', async () => {
  vi.useFakeTimers({ now: 0 });
  vi.setTimerTickMode('nextTimerAsync');
  await new Promise((resolve) => setTimeout(resolve, 5000));
  expect(await seconds()).toBe(5);
  vi.useRealTimers();
}, 60_000);
",
    )]);
    passes(&project.run(&["test"]).expect(0), "files: 1 passed (1); tests: 2 passed (2)");
}
