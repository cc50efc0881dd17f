#!/bin/sh
# Runs the tests of every example in workerd.
cd "$(dirname "$0")/.."
. scripts/set-up.sh
cargo build --release --quiet
for example in examples/*/; do
	target/release/wpt-gen test --root "$example"
done
