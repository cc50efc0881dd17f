//! What is said about files that can be read, and that wrangler would refuse.

use insta::assert_snapshot;

use super::*;

#[test]
fn what_a_pages_project_cannot_have() {
    let text = r#"{
  "pages_build_output_dir": "./public",
  "main": "src/index.ts",
  "triggers": { "crons": [] },
  "vars": { "A": "1" },
  "queues": { "consumers": [{ "queue": "q" }] },
  "durable_objects": { "bindings": [
    { "name": "OWN", "class_name": "Own" },
    { "name": "OTHER", "class_name": "Other", "script_name": "other" },
  ] },
  "env": { "production": { "vars": { "A": "2" }, "rules": [] }, "staging": {} },
}"#;
    assert_snapshot!(problems("wrangler.jsonc", text, None), @r#"
    warning[pages]: a Pages project needs a `name` at the top level
     --> wrangler.jsonc:2:29
      |
    2 |   "pages_build_output_dir": "./public",
      |                             ^^^^^^^^^^ this makes it a Pages project

    warning[pages]: a Pages project has no `main`
     --> wrangler.jsonc:3:3
      |
    3 |   "main": "src/index.ts",
      |   ^^^^^^ refused by `wrangler pages`
      |
      = help: keep `main` for a Worker, or `pages_build_output_dir` for a Pages project

    warning[pages]: a Pages project has no `triggers`
     --> wrangler.jsonc:4:3
      |
    4 |   "triggers": { "crons": [] },
      |   ^^^^^^^^^^ refused by `wrangler pages`
      |
      = help: delete it, or deploy the project as a Worker

    warning[pages]: a Pages project cannot consume a queue
     --> wrangler.jsonc:6:40
      |
    6 |   "queues": { "consumers": [{ "queue": "q" }] },
      |                                        ^^^ refused by `wrangler pages`

    warning[pages]: the Durable Object binding `OWN` needs `script_name`
     --> wrangler.jsonc:8:15
      |
    8 |     { "name": "OWN", "class_name": "Own" },
      |               ^^^^^
      |
      = help: in a Pages project each class is another Worker's

    warning[pages]: a Pages project has no `rules`
      --> wrangler.jsonc:11:50
       |
    11 |   "env": { "production": { "vars": { "A": "2" }, "rules": [] }, "staging": {} },
       |                                                  ^^^^^^^ refused by `wrangler pages`
       |
       = help: delete it, or deploy the project as a Worker

    warning[pages]: a Pages project has no environment `staging`
      --> wrangler.jsonc:11:65
       |
    11 |   "env": { "production": { "vars": { "A": "2" }, "rules": [] }, "staging": {} },
       |                                                                 ^^^^^^^^^ refused by `wrangler pages`
       |
       = help: the environments are `preview` and `production`
    "#);
    let fine = r#"{ "name": "site", "pages_build_output_dir": "./public", "vars": { "A": "1" } }"#;
    let wrangler = sound("wrangler.jsonc", fine, Some("preview"));
    assert_eq!(wrangler.name.unwrap().value, "site");
}

#[test]
fn values_out_of_range() {
    let text = r#"{
  "r2_buckets": [{ "binding": "FILES", "bucket_name": "My_Files", "preview_bucket_name": "-x-" }],
  "queues": {
    "producers": [{ "binding": "JOBS", "queue": "jobs", "delivery_delay": 100000 }],
    "consumers": [{ "queue": "jobs", "max_batch_size": 101, "max_retries": -1 }],
  },
  "ratelimits": [{ "name": "LIMIT", "namespace_id": "1", "simple": { "limit": 5, "period": 30 } }],
  "observability": { "head_sampling_rate": 2 },
  "assets": { "directory": "public", "html_handling": "auto" },
  "exports": { "Old": { "type": "durable-object", "state": "renamed" }, "Flow": { "type": "workflow" } },
  "route": "a.example/*", "routes": ["b.example/*"],
}"#;
    assert_snapshot!(problems("wrangler.jsonc", text, None), @r#"
    error[bad-name]: `My_Files` cannot be the name of a bucket
     --> wrangler.jsonc:2:55
      |
    2 |   "r2_buckets": [{ "binding": "FILES", "bucket_name": "My_Files", "preview_bucket_name": "-x-" }],
      |                                                       ^^^^^^^^^^ expected 3 to 63 lower-case letters, digits and `-`
      |
      = help: it cannot begin or end with `-`

    error[bad-name]: `-x-` cannot be the name of a bucket
     --> wrangler.jsonc:2:90
      |
    2 |   "r2_buckets": [{ "binding": "FILES", "bucket_name": "My_Files", "preview_bucket_name": "-x-" }],
      |                                                                                          ^^^^^ expected 3 to 63 lower-case letters, digits and `-`
      |
      = help: it cannot begin or end with `-`

    error[wrong-value]: `queues.producers[0].delivery_delay` cannot be 100000
     --> wrangler.jsonc:4:75
      |
    4 |     "producers": [{ "binding": "JOBS", "queue": "jobs", "delivery_delay": 100000 }],
      |                                                                           ^^^^^^ expected a number from 0 to 86400

    error[wrong-value]: `queues.consumers[0].max_batch_size` cannot be 101
     --> wrangler.jsonc:5:56
      |
    5 |     "consumers": [{ "queue": "jobs", "max_batch_size": 101, "max_retries": -1 }],
      |                                                        ^^^ expected a number from 0 to 100

    error[wrong-value]: `queues.consumers[0].max_retries` cannot be -1
     --> wrangler.jsonc:5:76
      |
    5 |     "consumers": [{ "queue": "jobs", "max_batch_size": 101, "max_retries": -1 }],
      |                                                                            ^^ expected a number from 0 to 100

    error[wrong-value]: `ratelimits[0].simple.period` cannot be 30
     --> wrangler.jsonc:7:92
      |
    7 |   "ratelimits": [{ "name": "LIMIT", "namespace_id": "1", "simple": { "limit": 5, "period": 30 } }],
      |                                                                                            ^^ expected 10 or 60, in seconds

    error[wrong-value]: `observability.head_sampling_rate` cannot be 2
     --> wrangler.jsonc:8:44
      |
    8 |   "observability": { "head_sampling_rate": 2 },
      |                                            ^ expected a number from 0 to 1

    error[wrong-value]: `assets.html_handling` cannot be `auto`
     --> wrangler.jsonc:9:55
      |
    9 |   "assets": { "directory": "public", "html_handling": "auto" },
      |                                                       ^^^^^^ expected `auto-trailing-slash`, `force-trailing-slash`, `drop-trailing-slash`, `none`

    error[missing-key]: `exports.Old` needs `renamed_to`
      --> wrangler.jsonc:10:23
       |
    10 |   "exports": { "Old": { "type": "durable-object", "state": "renamed" }, "Flow": { "type": "workflow" } },
       |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `renamed_to` is missing here

    error[missing-key]: `exports.Flow` needs `name`
      --> wrangler.jsonc:10:81
       |
    10 |   "exports": { "Old": { "type": "durable-object", "state": "renamed" }, "Flow": { "type": "workflow" } },
       |                                                                                 ^^^^^^^^^^^^^^^^^^^^^^ `name` is missing here

    error[conflicting-keys]: both `route` and `routes` are given
      --> wrangler.jsonc:11:12
       |
    11 |   "route": "a.example/*", "routes": ["b.example/*"],
       |            ^^^^^^^^^^^^^             ------------- and routes here
       |            |
       |            a route here
       |
       = help: keep one of the two
    "#);
}
