use super::{JunitOptions, JunitReporter, seconds};
use crate::report::sample::{Recording, VITEST_4, VITEST_5, assert_same};

fn options() -> JunitOptions {
    JunitOptions { hostname: Some("host".into()), ..JunitOptions::default() }
}

/// Compares with Vitest's own, but for the times at which the reports were made, and what `node:util` shows of objects.
fn is_the_same(recording: &Recording, name: &str, options: JunitOptions) {
    let (ours, theirs) = recording.both(name, JunitReporter::new(options));
    let ours = if recording.is_vitest_4() { Recording::as_vitest_4_writes_it(&ours) } else { ours };
    let time = regex::Regex::new("timestamp=\"[^\"]*\"").unwrap();
    let [ours, theirs] = [ours, Recording::as_we_show_it(&theirs)]
        .map(|text| time.replace_all(&text, "timestamp").into_owned());
    assert_same(&ours, &theirs);
}

#[test]
fn is_what_vitest_5_writes() {
    is_the_same(&VITEST_5, "junit", options());
}

#[test]
fn is_what_vitest_4_writes() {
    is_the_same(&VITEST_4, "junit", options());
}

#[test]
fn has_the_options_of_vitest_5() {
    is_the_same(&VITEST_5, "junit-options", all_options());
}

#[test]
fn has_the_options_of_vitest_4() {
    let options =
        JunitOptions { classname_template: Some("{filename} & {filepath}".into()), ..all_options() };
    is_the_same(&VITEST_4, "junit-options", options);
}

fn all_options() -> JunitOptions {
    serde_json::from_value(serde_json::json!({
        "hostname": "host",
        "suiteName": "sample <suite>",
        "classnameTemplate": "{filename} & {classname}",
        "titleTemplate": "{suitename}: {title}",
        "suiteNameTemplate": "{basename} {title}",
        "ancestorSeparator": " / ",
        "includeConsoleOutput": false,
        "addFileAttribute": true,
        "stackTrace": false,
    }))
    .unwrap()
}

#[test]
fn seconds_have_the_digits_they_need() {
    assert_eq!([0.0, 1000.0, 6.881_644, 1500.0].map(seconds), ["0", "1", "0.006881644", "1.5"]);
}
