//! One program for all targets: `WPT_FUZZ_TARGET` says which reader gets the fuzzer's inputs.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<String> =
    LazyLock::new(|| std::env::var("WPT_FUZZ_TARGET").expect("WPT_FUZZ_TARGET names a target"));

fuzz_target!(|data: &[u8]| wpt_gen::fuzzing::run(&TARGET, data));
