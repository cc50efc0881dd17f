use serde_json::{Value, json};

use super::{JsonReporter, number};
use crate::report::sample::{self, Recording, options, replay};

/// Both reports, without the times at which the two runs began.
fn reports(recording: &Recording) -> (Value, Value) {
    let (ours, theirs) = recording.both("json", JsonReporter);
    [ours.as_str(), theirs.as_str()]
        .map(|report| {
            let report: Value = serde_json::from_str(report).unwrap();
            let start = report["startTime"].to_string();
            let text = report.to_string().replace(&format!("Time\":{start}"), "Time\":0");
            serde_json::from_str(&text).unwrap()
        })
        .into()
}

#[test]
fn is_the_report_of_vitest_5() {
    let (ours, theirs) = reports(&sample::VITEST_5);
    assert_eq!(ours, theirs);
    let keys = |report: &Value| report.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&ours), keys(&theirs));
}

#[test]
fn is_the_report_of_vitest_4() {
    let (ours, theirs) = reports(&sample::VITEST_4);
    assert_eq!(ours, theirs);
}

#[test]
fn a_run_without_files_is_no_success() {
    let (code, _, text) = replay("[]", options(), JsonReporter);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &report["success"], &report["testResults"]), (1, &json!(false), &json!([])));
}

#[test]
fn numbers_have_a_fraction_only_if_they_need_one() {
    assert_eq!([number(3.0), number(-2.5)].map(|number| number.to_string()), ["3", "-2.5"]);
}
