#!/bin/sh
# Fuzzes each target for some seconds: fuzz/run.sh [seconds] [targets]. An input that makes a reader panic is left in
# fuzz/corpus/<target>, where the tests find it until it is fixed.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-10}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- $(ls fuzz/corpus)
# What wpt-gen is built from is built once for both.
RUSTC_WRAPPER=$PWD/fuzz/instrument.sh cargo build --quiet --manifest-path fuzz/Cargo.toml --target-dir target
failed=
for target; do
	# What the fuzzer learns is kept, but is not part of the corpus.
	found=target/fuzz/$target
	mkdir -p "$found"
	WPT_FUZZ_TARGET=$target target/debug/wpt-gen-fuzz "$found" "fuzz/corpus/$target" \
		-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
		-artifact_prefix="fuzz/corpus/$target/" 2>target/fuzz/log ||
		{ failed="$failed $target"; tail -n 40 target/fuzz/log; }
	echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' target/fuzz/log) inputs"
done
[ -z "$failed" ] || { echo "a panic in:$failed" >&2; exit 1; }
