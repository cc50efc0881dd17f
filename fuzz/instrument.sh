#!/bin/sh
# rustc for the fuzzer: wpt-gen's own code counts where it has been, what it is built from does not.
rustc=$1
shift
case "${CARGO_CRATE_NAME-}" in
wpt_gen)
	exec "$rustc" "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
		-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
		-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1
	;;
*) exec "$rustc" "$@" ;;
esac
