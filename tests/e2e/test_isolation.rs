//! Storage of its own for every test: what a test stores is undone when it ends, whatever it leaves behind.

use crate::{
    reset::project,
    support::{Outcome, Project},
};

/// Runs the test file in a project of every product, with these pool options besides.
fn run(test: &str, options: &str, arguments: &[&str]) -> Outcome {
    let pool = format!(
        "{{
  wrangler: {{ configPath: './wrangler.jsonc' }},
  auxiliaryWorkers: [{{ configPath: './other/wrangler.jsonc' }}],
  {options}
}}"
    );
    project().file("test/own.test.ts", test).pool_config(&pool, "{}").run(arguments)
}

fn isolated(test: &str) -> Outcome {
    run(test, "isolation: 'test'", &["test"])
}

#[test]
fn every_product_forgets_what_a_test_put() {
    let test = "import { expect, it } from 'vitest';
import { fill, table } from './table';

for (const n of [1, 2, 3]) it(`fills, ${n}`, fill, 60_000);
it('has nothing', async () => {
  for (const [name, { see, empty }] of Object.entries(table)) expect(await see(), name).toEqual(empty);
}, 60_000);
";
    let run = isolated(test).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 4 passed (4)");
}

#[test]
fn every_product_keeps_what_a_block_put() {
    let test = "import { beforeAll, describe, expect, it } from 'vitest';
import { batches } from '../src/index';
import { fill, table } from './table';

describe('block', () => {
  beforeAll(fill, 60_000);
  describe('in it', () => {
    for (const n of [1, 2]) {
      it(`has what was put, ${n}`, async () => {
        batches.length = 0;
        for (const [name, { see, full, kept = full }] of Object.entries(table)) expect(await see(), name).toEqual(kept);
      }, 60_000);
    }
  });
});
it('has nothing', async () => {
  for (const [name, { see, empty }] of Object.entries(table)) expect(await see(), name).toEqual(empty);
}, 60_000);
";
    let run = isolated(test).expect(0);
    assert_eq!(run.summary(), "files: 1 passed (1); tests: 3 passed (3)");
}
