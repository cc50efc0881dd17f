//! What is said about files something is wrong with.

use insta::assert_snapshot;

use super::*;

#[test]
fn syntax_errors_of_toml_come_all_at_once() {
    assert_snapshot!(problems("wrangler.toml", "name = = 2\nmain = \"src\n[vars\n", None), @r#"
    error[syntax-error]: this is not valid TOML
     --> wrangler.toml:1:8
      |
    1 | name = = 2
      |        ^ extra `=`, expected nothing

    error[syntax-error]: this is not valid TOML
     --> wrangler.toml:2:12
      |
    2 | main = "src
      |            ^ invalid basic string, expected `"`

    error[syntax-error]: this is not valid TOML
     --> wrangler.toml:3:6
      |
    3 | [vars
      |      ^ unclosed table, expected `]`
    "#);
}

#[test]
fn a_syntax_error_in_json() {
    assert_snapshot!(problems("wrangler.json", "{\n  \"name\": \"api\"\n  \"main\": 'x'\n}\n", None), @r#"
    error[syntax-error]: this is not valid JSON
     --> wrangler.json:2:16
      |
    2 |   "name": "api"
      |                ^ expected comma
    "#);
    assert_snapshot!(problems("wrangler.jsonc", "// nothing\n", None), @"
    error[syntax-error]: this is not valid JSON
     --> wrangler.jsonc:1:12
      |
    1 | // nothing
      |           ^ expected `{`, found the end of the file
    ");
}

#[test]
fn a_key_twice() {
    assert_snapshot!(problems("wrangler.jsonc", "{\n  \"name\": \"a\",\n  \"name\": \"b\"\n}", None), @r#"
    warning[duplicate-key]: `name` is written twice
     --> wrangler.jsonc:3:3
      |
    2 |   "name": "a",
      |   ------ this one is ignored
    3 |   "name": "b"
      |   ^^^^^^ this one is used
      |
      = help: delete one of them
    "#);
    assert_snapshot!(problems("wrangler.toml", "name = \"a\"\nname = \"b\"\n", None), @r#"
    error[syntax-error]: this is not valid TOML
     --> wrangler.toml:2:1
      |
    2 | name = "b"
      | ^^^^ duplicate key
    "#);
}

#[test]
fn unknown_keys_at_every_level() {
    let text = r#"
mian = "src/index.ts"
entirely_unknown = 1

[[kv_namespaces]]
bindng = "A"
binding = "KV"

[durable_objects]
binding = []

[exports.Room]
type = "durable-object"
storage = "sqlite"
stroage = "sqlite"
"#;
    assert_snapshot!(problems("wrangler.toml", text, None), @r#"
    warning[unknown-key]: `mian` is not a key wrangler knows
     --> wrangler.toml:2:1
      |
    2 | mian = "src/index.ts"
      | ^^^^ ignored
      |
      = help: did you mean `main`?

    warning[unknown-key]: `entirely_unknown` is not a key wrangler knows
     --> wrangler.toml:3:1
      |
    3 | entirely_unknown = 1
      | ^^^^^^^^^^^^^^^^ ignored

    warning[unknown-key]: `kv_namespaces[0].bindng` is not a key wrangler knows
     --> wrangler.toml:6:1
      |
    6 | bindng = "A"
      | ^^^^^^ ignored
      |
      = help: did you mean `binding`?

    warning[unknown-key]: `durable_objects.binding` is not a key wrangler knows
      --> wrangler.toml:10:1
       |
    10 | binding = []
       | ^^^^^^^ ignored
       |
       = help: did you mean `bindings`?

    warning[unknown-key]: `exports.Room.stroage` is not a key wrangler knows
      --> wrangler.toml:15:1
       |
    15 | stroage = "sqlite"
       | ^^^^^^^ ignored
       |
       = help: did you mean `storage`?
    "#);
}

#[test]
fn a_key_of_another_table_is_told_where_it_belongs() {
    let text = r#"
migrations_dir = "migrations"
class_name = "Room"
crons = ["* * * * *"]

[assets]
directory = "public"
compatibility_flags = ["nodejs_compat"]
"#;
    assert_snapshot!(problems("wrangler.toml", text, None), @r#"
    warning[unknown-key]: `migrations_dir` is not a key wrangler knows
     --> wrangler.toml:2:1
      |
    2 | migrations_dir = "migrations"
      | ^^^^^^^^^^^^^^ ignored
      |
      = help: `migrations_dir` belongs in an entry of `d1_databases`

    warning[unknown-key]: `class_name` is not a key wrangler knows
     --> wrangler.toml:3:1
      |
    3 | class_name = "Room"
      | ^^^^^^^^^^ ignored
      |
      = help: `class_name` belongs in an entry of `durable_objects.bindings` or in an entry of `workflows`

    warning[unknown-key]: `crons` is not a key wrangler knows
     --> wrangler.toml:4:1
      |
    4 | crons = ["* * * * *"]
      | ^^^^^ ignored
      |
      = help: `crons` belongs in `triggers`

    warning[unknown-key]: `assets.compatibility_flags` is not a key wrangler knows
     --> wrangler.toml:8:1
      |
    8 | compatibility_flags = ["nodejs_compat"]
      | ^^^^^^^^^^^^^^^^^^^ ignored
      |
      = help: `compatibility_flags` belongs at the top level of the file
    "#);
}

#[test]
fn wrong_types_and_missing_keys() {
    let text = r#"{
  "name": ["api"],
  "compatibility_date": 20250601,
  "compatibility_flags": ["a", 1],
  "kv_namespaces": [{ "id": "x" }, "KV"],
  "rules": [{ "type": "text", "globs": "*.sql" }],
  "vars": null
}"#;
    assert_snapshot!(problems("wrangler.jsonc", text, None), @r#"
    error[wrong-type]: `name` must be a string
     --> wrangler.jsonc:2:11
      |
    2 |   "name": ["api"],
      |           ^^^^^^^ expected a string, found an array

    error[wrong-type]: `compatibility_date` must be a string
     --> wrangler.jsonc:3:25
      |
    3 |   "compatibility_date": 20250601,
      |                         ^^^^^^^^ expected a string, found a number

    error[wrong-type]: `compatibility_flags[1]` must be a string
     --> wrangler.jsonc:4:32
      |
    4 |   "compatibility_flags": ["a", 1],
      |                                ^ expected a string, found a number

    error[missing-key]: `kv_namespaces[0]` needs `binding`
     --> wrangler.jsonc:5:21
      |
    5 |   "kv_namespaces": [{ "id": "x" }, "KV"],
      |                     ^^^^^^^^^^^^^ `binding` is missing here

    error[wrong-type]: `kv_namespaces[1]` must be an object
     --> wrangler.jsonc:5:36
      |
    5 |   "kv_namespaces": [{ "id": "x" }, "KV"],
      |                                    ^^^^ expected an object, found a string

    error[wrong-value]: `rules[0].type` cannot be `text`
     --> wrangler.jsonc:6:23
      |
    6 |   "rules": [{ "type": "text", "globs": "*.sql" }],
      |                       ^^^^^^ expected `ESModule`, `CommonJS`, `CompiledWasm`, `Text`, `Data`, `PythonModule`, `PythonRequirement`
      |
      = help: did you mean `Text`?

    error[wrong-type]: `rules[0].globs` must be an array of strings
     --> wrangler.jsonc:6:40
      |
    6 |   "rules": [{ "type": "text", "globs": "*.sql" }],
      |                                        ^^^^^^^ expected an array of strings, found a string

    error[wrong-type]: `vars` must be an object
     --> wrangler.jsonc:7:11
      |
    7 |   "vars": null
      |           ^^^^ expected an object, found null
    "#);
}

#[test]
fn a_missing_key_in_toml() {
    assert_snapshot!(problems("wrangler.toml", "name = \"api\"\n\n[[kv_namespaces]]\nid = \"x\"\n", None), @"
    error[missing-key]: `kv_namespaces[0]` needs `binding`
     --> wrangler.toml:3:1
      |
    3 | [[kv_namespaces]]
      | ^^^^^^^^^^^^^^^^^ `binding` is missing here
    ");
}

#[test]
fn the_file_itself_must_be_a_table() {
    assert_snapshot!(problems("wrangler.json", "[]", None), @"
    error[wrong-type]: the file must be an object
     --> wrangler.json:1:1
      |
    1 | []
      | ^^ expected an object, found an array
    ");
}

#[test]
fn dates_that_do_not_exist() {
    assert_snapshot!(problems("wrangler.toml", "compatibility_date = \"2024-13-40\"\n", None), @r#"
    error[bad-date]: `compatibility_date` is not a calendar date
     --> wrangler.toml:1:22
      |
    1 | compatibility_date = "2024-13-40"
      |                      ^^^^^^^^^^^^ month 13 does not exist
      |
      = help: write it as YYYY-MM-DD, like 2026-01-31
    "#);
    assert_snapshot!(problems("wrangler.toml", "compatibility_date = 2024-01-31\n", None), @r#"
    error[wrong-type]: `compatibility_date` must be a string
     --> wrangler.toml:1:22
      |
    1 | compatibility_date = 2024-01-31
      |                      ^^^^^^^^^^ expected a string, found a date without quotes
      |
      = help: put it in quotes: "2024-01-31"
    "#);
}

#[test]
fn names_with_dots_in_define_need_quotes() {
    assert_snapshot!(problems("wrangler.toml", "[define]\nprocess.env.MODE = \"1\"\n", None), @r#"
    error[wrong-type]: `define.process` must be a string
     --> wrangler.toml:2:1
      |
    2 | process.env.MODE = "1"
      | ^^^^^^^ expected a string, found a table
      |
      = help: put the whole name in quotes: "process.env.MODE" = …
    "#);
}

#[test]
fn duplicate_bindings() {
    let text = r#"
[vars]
STORE = "x"

[[kv_namespaces]]
binding = "STORE"

[[r2_buckets]]
binding = "FILES"

[[r2_buckets]]
binding = "FILES"
"#;
    assert_snapshot!(problems("wrangler.toml", text, None), @r#"
    error[duplicate-binding]: two bindings are named `STORE`: variable and KV namespace
     --> wrangler.toml:6:11
      |
    3 | STORE = "x"
      | ----- variable here
    ...
    6 | binding = "STORE"
      |           ^^^^^^^ KV namespace here
      |
      = help: give each binding a name of its own: all of them are properties of `env`

    error[duplicate-binding]: two R2 bucket bindings are named `FILES`
      --> wrangler.toml:12:11
       |
     9 | binding = "FILES"
       |           ------- R2 bucket here
    ...
    12 | binding = "FILES"
       |           ^^^^^^^ R2 bucket here
       |
       = help: give each binding a name of its own: all of them are properties of `env`
    "#);
}

#[test]
fn migrations_that_cannot_be_applied() {
    let text = r#"
[[migrations]]
tag = "v1"
new_classes = ["Counter"]

[[migrations]]
tag = "v2"
renamed_classes = [{ from = "Countr", to = "Clock" }]
new_sqlite_classes = ["Counter"]
deleted_classes = ["Nothing"]

[exports.Room]
type = "durable-object"
storage = "sqlite"
"#;
    assert_snapshot!(problems("wrangler.toml", text, None), @r#"
    error[bad-migration]: class `Countr` cannot be renamed: there is no such class yet
     --> wrangler.toml:8:29
      |
    8 | renamed_classes = [{ from = "Countr", to = "Clock" }]
      |                             ^^^^^^^^ no earlier migration has created it
      |
      = help: did you mean `Counter`?

    error[bad-migration]: class `Counter` is created twice
     --> wrangler.toml:9:23
      |
    9 | new_sqlite_classes = ["Counter"]
      |                       ^^^^^^^^^ an earlier migration has created it
      |
      = help: to change a class's storage, delete it in one migration and create it in the next

    error[bad-migration]: class `Nothing` cannot be deleted: there is no such class yet
      --> wrangler.toml:10:20
       |
    10 | deleted_classes = ["Nothing"]
       |                    ^^^^^^^^^ no earlier migration has created it

    error[bad-migration]: Durable Objects are declared in both `exports` and `migrations`
      --> wrangler.toml:12:10
       |
     3 | tag = "v1"
       |       ---- and a migration here
    ...
    12 | [exports.Room]
       |          ^^^^ declared here
       |
       = help: keep one of the two
    "#);
}

#[test]
fn keys_of_older_wranglers() {
    assert_snapshot!(problems("wrangler.toml", "node_compat = true\nlegacy_env = false\n", None), @r#"
    error[removed-key]: wrangler 4 no longer has `node_compat`
     --> wrangler.toml:1:1
      |
    1 | node_compat = true
      | ^^^^^^^^^^^
      |
      = help: add "nodejs_compat" to `compatibility_flags` instead

    error[removed-key]: wrangler 4 no longer has `legacy_env`
     --> wrangler.toml:2:1
      |
    2 | legacy_env = false
      | ^^^^^^^^^^
      |
      = help: delete it: each environment is a Worker of its own, named `<name>-<environment>`
    "#);
}

#[test]
fn what_a_local_run_cannot_do_is_said() {
    let text = r#"{
  "name": "My_API",
  "kv_namespaces": [{ "binding": "KV", "remote": true }],
  "durable_objects": { "bindings": [{ "name": "C", "class_name": "C", "environment": "e" }] },
  "vars": { "A": 1e999 }
}"#;
    assert_snapshot!(problems("wrangler.jsonc", text, None), @r#"
    error[number-range]: `1e999` is not a number JSON can hold
     --> wrangler.jsonc:5:18
      |
    5 |   "vars": { "A": 1e999 }
      |                  ^^^^^ too large, or not finite
      |
      = help: write it as a string
    "#);
    assert_snapshot!(problems("wrangler.jsonc", &text.replace("1e999", "1"), None), @r#"
    error[bad-name]: `My_API` cannot be the name of a Worker
     --> wrangler.jsonc:2:11
      |
    2 |   "name": "My_API",
      |           ^^^^^^^^ expected lower-case letters, digits, `-` and `_`

    warning[remote-binding]: `kv_namespaces[0].remote` is ignored
     --> wrangler.jsonc:3:50
      |
    3 |   "kv_namespaces": [{ "binding": "KV", "remote": true }],
      |                                                  ^^^^ tests never reach a deployed resource

    error[missing-key]: `durable_objects.bindings[0]` needs `script_name`
     --> wrangler.jsonc:4:86
      |
    4 |   "durable_objects": { "bindings": [{ "name": "C", "class_name": "C", "environment": "e" }] },
      |                                                                                      ^^^ an environment of which Worker?
      |
      = help: add `script_name`, or delete `environment` if the class is this Worker's own
    "#);
    assert_snapshot!(problems("wrangler.toml", "vars = { DAY = 2024-01-31 }\n", None), @r#"
    error[wrong-type]: `vars.DAY` must be a string
     --> wrangler.toml:1:16
      |
    1 | vars = { DAY = 2024-01-31 }
      |                ^^^^^^^^^^ expected a string, found a date without quotes
      |
      = help: put it in quotes: "2024-01-31"
    "#);
}

#[test]
fn no_text_makes_it_panic() {
    let toml =
        "name = \"é\"\n[env.a]\nvars = { X = [1, { y = 2 }] }\nrules = [{}, 1]\n[[migrations]]\ntag = 'v'\n";
    let json = r#"{"é": {"é": [null, {"name": -1e5}]}, "env": {"a": {"vars": [], "exports": {"": {}}}}, "queues": []}"#;
    for (path, text) in [("wrangler.toml", toml), ("wrangler.json", json)] {
        for (cut, _) in text.char_indices() {
            let (start, end) = text.split_at(cut);
            let mut rest = end.chars();
            rest.next();
            for text in [start, end, &format!("{start}{}", rest.as_str()), &format!("{start}[{end}")] {
                try_read(path, text, Some("a"));
            }
        }
    }
    for deep in ["[", "{\"a\":", "a=["] {
        try_read("wrangler.json", &deep.repeat(5_000), None);
        try_read("wrangler.toml", &format!("a = {}", deep.repeat(5_000)), None);
    }
}
