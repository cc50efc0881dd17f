//! A hand-built plan for tests: most kinds of bindings, two test files, a stand-in for the simulators.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use serde_json::json;

use super::{
    Binding, BindingKind, CompatibilityDate, DefaultFlag, Difference, DurableObjectClass,
    DurableObjectNamespace, Export, ExportKind, Extension, ExtensionModule, Flag, Module, ModuleKind,
    ModuleSource, PLAN_VERSION, Plan, Provenance, SIMULATORS, Service, ServiceKind, ServiceTarget, Slot,
    Socket, TestWorker, Vitest, Worker, WorkerUnderTest,
};

const WORKER: &str = "\
import { WorkerEntrypoint, DurableObject } from 'cloudflare:workers';
import { hi } from 'wpt:runner';
export class Counter extends DurableObject {}
export class WptRunner extends WorkerEntrypoint {
  async fetch() {
    const { API_TOKEN, AUTH, GREETING, LIMITS, NOTES, SELF, COUNTER } = this.env;
    const self = await (await SELF.fetch('http://self/')).text();
    const id = COUNTER.idFromName('a').toString();
    const auth = await (await AUTH.fetch('http://auth/')).json();
    return Response.json({ hi, API_TOKEN, GREETING, LIMITS, notes: await NOTES.get('a', 'json'), self, id, auth });
  }
}
export default { fetch: () => new Response('it is me'), tail() {} };
";

/// Stands in for the simulators: a KV namespace answers every key with the props it was reached by.
const SIMULATOR: &str = "\
import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers';
export class KVNamespaceObject extends DurableObject {}
export class D1Entry extends WorkerEntrypoint {}
export default { fetch: (request, env, ctx) => Response.json(ctx.props) };
";

const AUXILIARY: &str = "\
import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers';
export class Sessions extends DurableObject {}
export class Login extends WorkerEntrypoint {
  async fetch() {
    const { GUESTBOOK, ME, USERS } = this.env;
    const back = await (await GUESTBOOK.fetch('http://guestbook/')).text();
    const me = await (await ME.fetch('http://me/')).text();
    return Response.json({ back, me, props: this.ctx.props, users: await USERS.get('a', 'json') });
  }
}
export default { fetch: () => new Response('it is auth') };
";

/// The contents of every module that [`plan`] refers to.
pub(crate) fn modules() -> BTreeMap<Utf8PathBuf, Vec<u8>> {
    [
        ("worker.js", WORKER.as_bytes()),
        ("schema.sql", "CREATE TABLE t (id INTEGER);\n-- é 😀 \u{feff}\n".as_bytes()),
        ("pixel.bin", &[0, 1, 2, 0xfe, 0xff]),
        ("runner.js", b"export const hi = 'hi';\n"),
        ("simulators.js", SIMULATOR.as_bytes()),
        ("auth.js", AUXILIARY.as_bytes()),
    ]
    .map(|(path, bytes)| (path.into(), bytes.to_vec()))
    .into()
}

fn file(path: &str) -> ModuleSource {
    ModuleSource::file(path, format!("hash-of-{path}"))
}

fn module(name: &str, kind: ModuleKind, path: &str) -> Module {
    Module { name: name.into(), kind, source: file(path) }
}

fn wrangler(line: u32) -> Provenance {
    Provenance::source("wrangler.jsonc", line)
}

fn binding(name: &str, line: u32, kind: BindingKind) -> Binding {
    Binding { name: name.into(), kind, provenance: wrangler(line) }
}

fn flag(name: &str, provenance: Provenance) -> Flag {
    Flag { name: name.into(), provenance }
}

fn worker() -> WorkerUnderTest {
    let class = |name: &str, kind, line| Export {
        name: name.into(),
        kind,
        evidence: "the production bundle's class declaration".into(),
        provenance: Provenance::source("src/index.ts", line),
        view: None,
    };
    WorkerUnderTest {
        name: "guestbook".into(),
        modules: vec![
            module("worker.js", ModuleKind::EsModule, "worker.js"),
            module("schema.sql", ModuleKind::Text, "schema.sql"),
            module("pixel.bin", ModuleKind::Data, "pixel.bin"),
        ],
        compatibility_date: CompatibilityDate { date: "2026-10-01".into(), provenance: wrangler(4) },
        compatibility_flags: vec![
            flag("no_global_navigator", wrangler(5)),
            flag(
                "nodejs_als",
                Provenance::rule("test-graph-needs-als", "test/api.test.ts imports node:async_hooks"),
            ),
        ],
        default_flags: vec![DefaultFlag {
            flag: flag("nodejs_compat", wrangler(5)),
            since: "2026-08-04".into(),
        }],
        bindings: vec![
            binding("GREETING", 8, BindingKind::Text { value: "Grüß \"Gott\"\n".into() }),
            binding("LIMITS", 9, BindingKind::Json { value: json!({ "perPage": 20, "admins": ["ada"] }) }),
            binding("API_TOKEN", 10, BindingKind::Secret { variable: "API_TOKEN".into() }),
            binding("NOTES", 12, BindingKind::Kv { id: "notes".into() }),
            binding("DB", 15, BindingKind::D1 { id: "main-db".into() }),
            binding("COUNTER", 20, BindingKind::DurableObject { class: "Counter".into(), service: None }),
            binding(
                "SELF",
                24,
                BindingKind::Service { target: ServiceTarget::SelfWorker, entrypoint: None, props: None },
            ),
            binding(
                "AUTH",
                25,
                BindingKind::Service {
                    target: ServiceTarget::Named("auth".into()),
                    entrypoint: Some("Login".into()),
                    props: Some(json!({ "realm": "guests" })),
                },
            ),
        ],
        durable_objects: vec![DurableObjectClass {
            class: "Counter".into(),
            sqlite: true,
            container: None,
            provenance: wrangler(28),
        }],
        exports: vec![
            class("default", ExportKind::Handler, 1),
            class("Counter", ExportKind::DurableObject, 9),
        ],
        workflows: vec![],
        durable_object_storage: Some("wpt:objects".into()),
        global_outbound: None,
        cache_api_outbound: None,
        tails: vec![],
        streaming_tails: vec![],
        queue_consumers: vec![],
    }
}

/// An auxiliary Worker: bound by the Worker under test, and bound to it.
fn auxiliary() -> Service {
    let auth = |line| Provenance::source("../auth/wrangler.toml", line);
    let named = |name: &str| BindingKind::Service {
        target: ServiceTarget::Named(name.into()),
        entrypoint: None,
        props: None,
    };
    let counter =
        BindingKind::DurableObject { class: "Counter".into(), service: Some(super::UNDER_TEST.into()) };
    let binding = |name: &str, line, kind| Binding { name: name.into(), kind, provenance: auth(line) };
    let worker = Worker {
        modules: vec![module("auth.js", ModuleKind::EsModule, "auth.js")],
        compatibility_date: CompatibilityDate { date: "2026-10-01".into(), provenance: auth(3) },
        compatibility_flags: vec![flag("nodejs_als", auth(4))],
        bindings: vec![
            binding("COUNTER", 6, counter),
            binding("GUESTBOOK", 8, named(super::UNDER_TEST)),
            binding("ME", 9, named("auth")),
            binding("REALM", 10, BindingKind::Text { value: "guests".into() }),
            binding("USERS", 12, BindingKind::Kv { id: "users".into() }),
        ],
        durable_objects: vec![DurableObjectNamespace {
            class: "Sessions".into(),
            unique_key: "auth-Sessions".into(),
            sqlite: true,
            prevent_eviction: false,
            container: None,
        }],
        workflows: vec![],
        durable_object_storage: Some("wpt:objects".into()),
        global_outbound: None,
        cache_api_outbound: None,
        tails: vec![super::ServiceRef::to(super::UNDER_TEST)],
        streaming_tails: vec![],
        slot_bindings: vec![],
    };
    Service { name: "auth".into(), kind: ServiceKind::Auxiliary(Box::new(worker)), provenance: wrangler(25) }
}

fn services() -> Vec<Service> {
    let rule =
        || Provenance::rule("state-needs-simulators", "KV and D1 are simulated by miniflare's scripts");
    let disk = |name: &str, path: &str| Service {
        name: name.into(),
        kind: ServiceKind::Disk { writable: true, path: path.into() },
        provenance: rule(),
    };
    let simulators = Worker {
        modules: vec![module("simulators.js", ModuleKind::EsModule, "simulators.js")],
        compatibility_date: CompatibilityDate { date: "2023-07-24".into(), provenance: rule() },
        compatibility_flags: vec![flag("nodejs_compat", rule()), flag("experimental", rule())],
        bindings: vec![
            Binding {
                name: "MINIFLARE_BLOBS".into(),
                kind: BindingKind::Service {
                    target: ServiceTarget::Named("wpt:blobs".into()),
                    entrypoint: None,
                    props: None,
                },
                provenance: rule(),
            },
            Binding {
                name: "KVNamespaceObject".into(),
                kind: BindingKind::DurableObject { class: "KVNamespaceObject".into(), service: None },
                provenance: rule(),
            },
        ],
        durable_objects: vec![DurableObjectNamespace {
            class: "KVNamespaceObject".into(),
            unique_key: "kv".into(),
            sqlite: true,
            prevent_eviction: false,
            container: None,
        }],
        workflows: vec![],
        durable_object_storage: Some("wpt:blobs".into()),
        global_outbound: None,
        cache_api_outbound: None,
        tails: vec![],
        streaming_tails: vec![],
        slot_bindings: vec![],
    };
    vec![
        Service {
            name: SIMULATORS.into(),
            kind: ServiceKind::Worker(Box::new(simulators)),
            provenance: rule(),
        },
        disk("wpt:blobs", "storage/blobs"),
        disk("wpt:objects", "storage/objects"),
        auxiliary(),
        Service {
            name: "unused".into(),
            kind: ServiceKind::Network {
                allow: vec!["public".into()],
                deny: vec![],
                trust_browser_cas: true,
                trusted_certificates: vec![],
            },
            provenance: wrangler(30),
        },
    ]
}

/// A guest book with one of most things.
pub(crate) fn plan() -> Plan {
    let test_workers: Vec<TestWorker> = ["api.test.ts", "pages.test.ts"]
        .map(|name| TestWorker {
            service: format!("test/{name}"),
            slots: vec![Slot {
                name: name.into(),
                project: String::new(),
                test_files: vec![format!("test/{name}").into()],
            }],
        })
        .into();
    Plan {
        version: PLAN_VERSION,
        parity: vec![Difference {
            code: "added-flag".into(),
            what: "the tests run with the flag `nodejs_als`".into(),
            production: "runs without it".into(),
            fix: "add \"nodejs_als\" to `compatibility_flags`".into(),
            provenance: wrangler(5),
        }],
        vitest: Vitest { version: "5.1.1".into(), projects: vec![String::new()] },
        worker: worker(),
        sockets: test_workers.iter().map(Socket::for_test_worker).collect(),
        test_workers,
        own_isolates: None,
        services: services(),
        extensions: vec![Extension {
            name: "runner".into(),
            modules: vec![ExtensionModule {
                name: "wpt:runner".into(),
                internal: false,
                source: file("runner.js"),
            }],
            provenance: Provenance::rule("tests-need-a-runner", "Vitest runs inside workerd"),
        }],
        vite_plugins: vec![],
        v8_flags: vec![],
        autogates: vec![],
        structured_logging: false,
    }
}
