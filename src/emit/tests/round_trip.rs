//! The text form reads back to the binary form, and workerd serves both.

use std::{collections::BTreeMap, fs};

use camino::{Utf8Path, Utf8PathBuf};
use capnp::{Word, message, serialize};
use serde_json::json;

use super::{
    super::{EmitError, binary},
    all, workerd, write_generated,
};
use crate::plan::{
    Binding, BindingKind, Https, InnerBinding, Module, ModuleKind, ModuleSource, Plan, Provenance,
    ServiceKind, ServiceRef, ServiceTarget, sample,
};

/// A message in the one form that equal messages share.
fn canonical(bytes: &[u8]) -> Vec<Word> {
    let mut options = message::ReaderOptions::new();
    options.traversal_limit_in_words(None);
    serialize::read_message(bytes, options).unwrap().canonicalize().unwrap()
}

/// Asserts that workerd reads the text form of `plan` as the binary form.
fn assert_same(plan: &Plan, modules: &BTreeMap<Utf8PathBuf, Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let folder = Utf8Path::from_path(folder.path()).unwrap();
    write_generated(folder, plan, modules);
    let compiled = workerd::compile(folder);
    let emitted = binary::config(plan, &all(plan), modules, &[]).unwrap().message;
    assert!(
        canonical(&compiled) == canonical(&emitted),
        "workerd reads something else from:\n{}",
        ["workerd.capnp", "details.capnp"]
            .map(|name| fs::read_to_string(folder.join(name)).unwrap())
            .concat()
    );
}

#[test]
fn text_reads_back_to_the_binary_form() {
    assert_same(&sample::plan(), &sample::modules());
}

#[test]
fn every_kind_of_value_reads_back() {
    let mut plan = sample::plan();
    let mut modules = sample::modules();
    let file = |path: &str| ModuleSource::file(path, "h");
    let nasty = "nul \0 bell \u{7} del \u{7f} c1 \u{85} zwsp \u{200b} rtl \u{202e} bom \u{feff} e\u{301} 😀 日本 \r\n\t ' \" \\ ` ${} embed";
    modules.insert("a \"b\" é\\😀.txt".into(), format!("\u{feff}{nasty}").into_bytes());
    modules.insert("empty".into(), vec![]);
    let wasm = b"\0asm\x01\0\0\0".to_vec();
    modules.insert("add.wasm".into(), wasm);
    modules.insert("object.json".into(), b"{\"a\":1}".to_vec());
    for (kind, path) in [
        (ModuleKind::Text, "a \"b\" é\\😀.txt"),
        (ModuleKind::Data, "empty"),
        (ModuleKind::Text, "empty"),
        (ModuleKind::Wasm, "add.wasm"),
        (ModuleKind::Json, "object.json"),
        (ModuleKind::CommonJs, "empty"),
    ] {
        plan.worker.modules.push(Module {
            name: format!("{nasty}/{kind:?}/{path}"),
            kind,
            source: file(path),
        });
    }
    let kinds = [
        BindingKind::Text { value: nasty.into() },
        BindingKind::Text { value: String::new() },
        BindingKind::Json { value: json!([null, nasty, 1.5, { nasty: [] }]) },
        BindingKind::TextModule { source: file("a \"b\" é\\😀.txt") },
        BindingKind::DataModule { source: file("empty") },
        BindingKind::WasmModule { source: file("add.wasm") },
        BindingKind::Kv { id: nasty.into() },
        BindingKind::DurableObject {
            class: "KVNamespaceObject".into(),
            service: Some("wpt:simulators".into()),
        },
        BindingKind::Service {
            target: ServiceTarget::Named("wpt:simulators".into()),
            entrypoint: Some("D1Entry".into()),
            props: Some(json!({ "n": nasty })),
        },
        BindingKind::Wrapped {
            module: "m:m".into(),
            entrypoint: Some(nasty.into()),
            inner: vec![
                InnerBinding { name: "t".into(), kind: BindingKind::TextModule { source: file("empty") } },
                InnerBinding {
                    name: "s".into(),
                    kind: BindingKind::Service {
                        target: ServiceTarget::SelfWorker,
                        entrypoint: None,
                        props: None,
                    },
                },
            ],
        },
        BindingKind::Wrapped { module: "m:m".into(), entrypoint: None, inner: vec![] },
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        plan.worker.bindings.push(Binding {
            name: format!("{nasty}{index}"),
            kind,
            provenance: Provenance::rule("a\nb", format!("{nasty}); # \"")),
        });
    }
    plan.worker.global_outbound = Some(ServiceRef::to("unused"));
    plan.worker.cache_api_outbound = Some(ServiceRef {
        service: "wpt:simulators".into(),
        entrypoint: Some("cache".into()),
        props: Some(json!(1)),
    });
    plan.services[3].kind = ServiceKind::Network {
        allow: vec![],
        deny: vec!["private".into()],
        trust_browser_cas: false,
        trusted_certificates: vec!["one".into(), "other".into()],
    };
    plan.v8_flags
        .push(crate::plan::Flag { name: "--expose-gc".into(), provenance: Provenance::rule("gc", "x") });
    plan.structured_logging = true;
    assert_same(&plan, &modules);

    plan.services[3].kind = ServiceKind::External { address: Some("127.0.0.1:1".into()), https: None };
    plan.worker.compatibility_flags.clear();
    plan.worker.durable_objects.clear();
    plan.worker.durable_object_storage = None;
    plan.extensions.clear();
    assert_same(&plan, &modules);

    plan.services[3].kind = ServiceKind::External {
        address: None,
        https: Some(Https {
            trust_browser_cas: true,
            trusted_certificates: vec!["one".into()],
            certificate_host: Some("example.com".into()),
        }),
    };
    plan.worker.bindings.clear();
    plan.test_workers.truncate(1);
    assert_same(&plan, &modules);
}

/// A folder that workerd can be started in.
fn served_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for disk in ["blobs", "objects"] {
        fs::create_dir_all(folder.path().join("storage").join(disk)).unwrap();
    }
    folder
}

#[test]
fn workerd_serves_the_text_form() {
    let (plan, folder) = (sample::plan(), served_folder());
    let folder = Utf8Path::from_path(folder.path()).unwrap();
    write_generated(&folder.join(".wpt"), &plan, &sample::modules());
    let server = workerd::Server::start(folder, &[".wpt/workerd.capnp"], b"", plan.sockets.len());
    insta::assert_snapshot!(server.get("test/api.test.ts"), @r#"{"hi":"hi","API_TOKEN":"from the environment","GREETING":"Grüß \"Gott\"\n","LIMITS":{"perPage":20,"admins":["ada"]},"notes":{"class":"KVNamespaceObject","name":"notes@api.test.ts"},"self":"it is me","id":"3c2e5542535930b08cd0d7c30bdf3d0aa488b7ee894403338171c0f07b3323e2","auth":{"back":"it is me","me":"it is auth","props":{"realm":"guests"},"users":{"class":"KVNamespaceObject","name":"users@api.test.ts"}}}"#);
    insta::assert_snapshot!(server.get("test/pages.test.ts"), @r#"{"hi":"hi","API_TOKEN":"from the environment","GREETING":"Grüß \"Gott\"\n","LIMITS":{"perPage":20,"admins":["ada"]},"notes":{"class":"KVNamespaceObject","name":"notes@pages.test.ts"},"self":"it is me","id":"3ab9871caaa3907428b86299ea8726e1e07167f2b74a7f5507e8c188b95232c3","auth":{"back":"it is me","me":"it is auth","props":{"realm":"guests"},"users":{"class":"KVNamespaceObject","name":"users@pages.test.ts"}}}"#);
}

#[test]
fn workerd_serves_a_subset_of_the_binary_form() {
    let (plan, folder) = (sample::plan(), served_folder());
    let folder = Utf8Path::from_path(folder.path()).unwrap();
    let bytes = binary::config(&plan, &[&plan.test_workers[1]], &sample::modules(), &[]).unwrap().message;
    let server = workerd::Server::start(folder, &["--binary", "-"], &bytes, 1);
    insta::assert_snapshot!(server.get("test/pages.test.ts"), @r#"{"hi":"hi","API_TOKEN":"from the environment","GREETING":"Grüß \"Gott\"\n","LIMITS":{"perPage":20,"admins":["ada"]},"notes":{"class":"KVNamespaceObject","name":"notes@pages.test.ts"},"self":"it is me","id":"3ab9871caaa3907428b86299ea8726e1e07167f2b74a7f5507e8c188b95232c3","auth":{"back":"it is me","me":"it is auth","props":{"realm":"guests"},"users":{"class":"KVNamespaceObject","name":"users@pages.test.ts"}}}"#);
}

#[test]
fn equal_plans_give_equal_bytes() {
    let emit =
        || binary::config(&sample::plan(), &all(&sample::plan()), &sample::modules(), &[]).unwrap().message;
    assert_eq!(emit(), emit());
}

#[test]
fn only_what_is_reached_is_emitted() {
    let contains =
        |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let plan = sample::plan();
    let bytes = binary::config(&plan, &[&plan.test_workers[1]], &sample::modules(), &[]).unwrap().message;
    assert!(contains(&bytes, "test/pages.test.ts"));
    assert!(contains(&bytes, "storage/blobs"), "reached through the simulators");
    assert!(!contains(&bytes, "test/api.test.ts"));
    assert!(!contains(&bytes, "unused"));
}

#[test]
fn inconsistent_plans_are_errors() {
    let emit = |plan: &Plan, modules: &BTreeMap<_, _>| match binary::config(plan, &all(plan), modules, &[]) {
        Ok(_) => panic!("expected an error"),
        Err(error) => error,
    };
    let (plan, modules) = (sample::plan(), sample::modules());

    let mut missing = plan.clone();
    missing.services.remove(0);
    insta::assert_snapshot!(
        emit(&missing, &modules),
        @"`test/pages.test.ts` refers to the service `wpt:simulators`, which the plan does not have"
    );

    let mut twice = plan.clone();
    twice.services.push(twice.services[1].clone());
    insta::assert_snapshot!(emit(&twice, &modules), @"the plan has two services called `wpt:blobs`");

    let mut fewer = modules.clone();
    fewer.remove(Utf8Path::new("schema.sql"));
    let error = emit(&plan, &fewer);
    insta::assert_snapshot!(
        error,
        @"cannot read the module schema.sql; expected a file that `wpt-gen gen` wrote, so run it again"
    );
    assert!(matches!(error, EmitError::Read { .. }));

    let mut binary = modules;
    binary.insert("schema.sql".into(), b"ab\xff".to_vec());
    insta::assert_snapshot!(
        emit(&plan, &binary),
        @"the module schema.sql is not valid UTF-8 (byte 2); import it as data instead of as text"
    );
}
