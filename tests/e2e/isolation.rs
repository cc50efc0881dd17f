//! Test files see nothing of each other, unless they are told to share.

use crate::support::Project;

/// A Worker with KV, D1 and both kinds of Durable Objects, and a module with state.
fn project() -> Project {
    Project::worker()
        .file(
            "wrangler.jsonc",
            r#"{
              "name": "worker",
              "main": "src/index.ts",
              "compatibility_date": "2025-11-01",
              "kv_namespaces": [{ "binding": "KV", "id": "kv-id" }],
              "d1_databases": [{ "binding": "DB", "database_name": "db", "database_id": "db-id" }],
              "durable_objects": { "bindings": [
                { "name": "SQL", "class_name": "SqlNotes" },
                { "name": "KEYS", "class_name": "KeyNotes" },
              ] },
              "migrations": [{ "tag": "v1", "new_sqlite_classes": ["SqlNotes"], "new_classes": ["KeyNotes"] }],
            }"#,
        )
        .file(
            "src/index.ts",
            "import { DurableObject } from 'cloudflare:workers';
             import { notes } from './notes';

             class Notes extends DurableObject {
               memory: string[] = [];
               async add(note: string) {
                 this.memory.push(note);
                 await this.ctx.storage.put('notes', [...(await this.stored()), note]);
               }
               async stored(): Promise<string[]> {
                 return (await this.ctx.storage.get('notes')) ?? [];
               }
               async all() {
                 return { memory: this.memory, stored: await this.stored() };
               }
             }
             export class SqlNotes extends Notes {}
             export class KeyNotes extends Notes {}
             export default { fetch: () => Response.json(notes) };
            ",
        )
        .file("src/notes.ts", "export const notes: string[] = [];\n")
        .file(
            "test/places.ts",
            "import { env, exports } from 'cloudflare:workers';
             import { notes } from '../src/notes';

             export async function addEverywhere(note: string) {
               await env.KV.put('notes', JSON.stringify([...((await env.KV.get('notes', 'json')) ?? []), note]));
               await env.DB.exec('CREATE TABLE IF NOT EXISTS notes (note TEXT)');
               await env.DB.prepare('INSERT INTO notes VALUES (?)').bind(note).run();
               await env.SQL.getByName('one').add(note);
               await env.KEYS.getByName('one').add(note);
               (globalThis.notes ??= []).push(note);
               (Array.prototype.notes ??= []).push(note);
               notes.push(note);
             }

             async function rows() {
               const tables = await env.DB.prepare(\"SELECT name FROM sqlite_master WHERE name = 'notes'\").all();
               if (tables.results.length === 0) return [];
               return (await env.DB.prepare('SELECT note FROM notes ORDER BY rowid').all()).results.map((row) => row.note);
             }

             export async function everything() {
               return {
                 kv: (await env.KV.get('notes', 'json')) ?? [],
                 d1: await rows(),
                 sqlite: await env.SQL.getByName('one').all(),
                 keyed: await env.KEYS.getByName('one').all(),
                 global: globalThis.notes ?? [],
                 prototype: Array.prototype.notes ?? [],
                 module: notes,
                 worker: await (await exports.default.fetch('https://worker.test/')).json(),
               };
             }

             export function all(notes: string[]) {
               const both = { memory: notes, stored: notes };
               return {
                 kv: notes, d1: notes, sqlite: both, keyed: both,
                 global: notes, prototype: notes, module: notes, worker: notes,
               };
             }
            ",
        )
}

/// A test file that finds the notes of `before`, then leaves its own.
fn test_file(name: &str, before: &[&str]) -> String {
    format!(
        "import {{ expect, it }} from 'vitest';
         import {{ addEverywhere, all, everything }} from './places';

         it('finds what it should', async () => {{
           expect(await everything()).toEqual(all({before:?}));
         }});

         it('leaves a note everywhere', async () => {{
           await addEverywhere('{name}');
           expect(await everything()).toEqual(all([...{before:?}, '{name}']));
         }});
        "
    )
}

#[test]
fn files_see_nothing_of_each_other() {
    let project = project();
    for name in ["a", "b", "c"] {
        project.write(&format!("test/{name}.test.ts"), &test_file(name, &[]));
    }
    let passed = "files: 3 passed (3); tests: 6 passed (6)";
    // One after the other in one process, then at the same time in several; also nothing is left of the run before.
    for workers in ["--max-workers=1", "--max-workers=3"] {
        assert_eq!(project.run(&["test", workers]).expect(0).summary(), passed);
    }
    // Each file alone is the reverse of any order: nothing of the others was there before.
    assert_eq!(
        project.run(&["test", "c.test"]).expect(0).summary(),
        "files: 1 passed (1); tests: 2 passed (2)"
    );
}

#[test]
fn files_share_everything_when_told_to() {
    let project = project();
    // The largest file runs first.
    for (name, before, size) in [("a", &[][..], 500), ("b", &["a"], 250), ("c", &["a", "b"], 0)] {
        let text = test_file(name, before) + "//" + &" ".repeat(size);
        project.write(&format!("test/{name}.test.ts"), &text);
    }
    let passed = "files: 3 passed (3); tests: 6 passed (6)";
    let sharing = ["test", "--no-cache", "--no-isolate", "--max-workers=1"];
    assert_eq!(project.run(&sharing).expect(0).summary(), passed);
    // By the config as well; and nothing is left from one run to the next.
    project.write(
        "vitest.config.ts",
        &project.read("vitest.config.ts").replace("test: {}", "test: { isolate: false }"),
    );
    assert_eq!(project.run(&["test", "--no-cache", "--max-workers=1"]).expect(0).summary(), passed);
    // The files do depend on each other.
    project.edit("vitest.config.ts", "isolate: false", "isolate: true");
    let apart = project.run(&["test", "--max-workers=1"]).expect(1);
    assert_eq!(apart.summary(), "files: 2 failed | 1 passed (3); tests: 4 failed | 2 passed (6)");
}

#[test]
fn an_unread_body_holds_nothing_back() {
    // What is put into the cache is read by the cache no faster than by the test.
    let project = Project::empty()
        .file(
            "wrangler.jsonc",
            r#"{ "name": "worker", "main": "src/index.ts", "compatibility_date": "2026-08-04" }"#,
        )
        .file(
            "src/index.ts",
            "export default {\n\
             \x20 fetch(request, env, ctx) {\n\
             \x20   const response = new Response('hello', { headers: { 'Cache-Control': 'max-age=60' } });\n\
             \x20   ctx.waitUntil(caches.default.put(request.url, response.clone()));\n\
             \x20   return response;\n\
             \x20 },\n\
             };\n",
        )
        .file(
            "test/unread.test.ts",
            "import { exports } from 'cloudflare:workers';\n\
             import { expect, it } from 'vitest';\n\
             let response;\n\
             it('looks at the status', async () => {\n\
             \x20 response = await exports.default.fetch('https://worker.test/');\n\
             \x20 expect(response.status).toBe(200);\n\
             });\n",
        )
        // workerd would hold the work back, which is waited for up to four seconds.
        .config("{ hookTimeout: 2000 }");
    let run = project.run(&["test"]).expect(0);
    assert!(!run.stdout.contains("did not resolve") && !run.stderr.contains("did not resolve"), "{run}");
}
