use super::TapReporter;
use crate::report::sample::{VITEST_4, VITEST_5, assert_same};

#[test]
fn is_what_vitest_5_writes() {
    let (ours, theirs) = VITEST_5.both("tap", TapReporter { flat: false });
    assert_same(&ours, &theirs);
    let (ours, theirs) = VITEST_5.both("tap-flat", TapReporter { flat: true });
    assert_same(&ours, &theirs);
}

#[test]
fn is_what_vitest_4_writes() {
    let (ours, theirs) = VITEST_4.both("tap", TapReporter { flat: false });
    assert_same(&ours, &theirs);
}
