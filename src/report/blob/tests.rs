use serde_json::{Value, json};

use super::{BlobReporter, unheard};
use crate::{
    report::{
        model::{File, RunOptions},
        sample::{VITEST_5, options, replay},
    },
    runtime::flatted,
};

/// The files of the sample's blob.
fn blob() -> Value {
    let (_, _, text) = replay(VITEST_5.calls, options(), BlobReporter::default());
    flatted::parse(&text).unwrap()
}

#[test]
fn tasks_have_what_their_workers_said() {
    let blob = blob();
    assert_eq!(blob[0], "5.1.1");
    let files = blob[1].as_array().unwrap();
    let file = |name: &str| files.iter().find(|file| file["name"] == name).unwrap();
    assert_eq!(files.len(), 15);

    let slow = &file("test/slow.test.ts")["tasks"];
    assert_eq!(slow[0]["tasks"][0]["result"]["state"], "pass");
    assert_eq!((&slow[1]["retry"], &slow[1]["result"]["retryCount"]), (&json!(2), &json!(1)));
    assert_eq!(file("test/skip.test.ts")["tasks"][2]["mode"], "skip");
    let annotated = &file("test/annotations.test.ts")["tasks"][0]["annotations"];
    assert_eq!(annotated.as_array().unwrap().len(), 2);
    let console = file("test/console.test.ts");
    assert_eq!(console["logs"][0]["content"], "while importing\n");
    assert_eq!(console["tasks"][0]["tasks"][1]["logs"].as_array().unwrap().len(), 2);
    let kinds: Vec<_> = blob[2].as_array().unwrap().iter().map(|error| &error["type"]).collect();
    assert_eq!(kinds, ["Unhandled Rejection", "Unhandled Rejection"]);
}

#[test]
fn tasks_refer_to_what_is_around_them() {
    let (_, _, text) = replay(VITEST_5.calls, options(), BlobReporter::default());
    let items: Vec<Value> = serde_json::from_str(&text).unwrap();
    let item = |reference: &Value| &items[reference.as_str().unwrap().parse::<usize>().unwrap()];
    let named = |name: &str| {
        let is_it = |one: &&Value| {
            one.get("name").filter(|name| name.is_string()).is_some_and(|value| item(value) == name)
        };
        items.iter().find(is_it).unwrap()
    };
    let inner = named("takes long");
    assert_eq!(item(&item(&inner["suite"])["name"]), "waiting");
    assert_eq!(item(&item(&inner["file"])["name"]), "test/slow.test.ts");
    assert!(named("passes on the second try").get("suite").is_none());
}

#[test]
fn files_that_nobody_heard_of_have_vitests_ids() {
    let file = File::expected("unit", "/root/test/a.test.ts".into(), "test/a.test.ts".into());
    let id = |version: &str| {
        let options = RunOptions { vitest_version: version.into(), ..options() };
        unheard(&file, &options)["id"].clone()
    };
    // generateFileHash("test/a.test.ts", "unit") of the two.
    assert_eq!([id("4.1.12"), id("5.1.1")], ["-40363883", "-443505709"]);
}
