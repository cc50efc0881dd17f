#!/bin/sh
# Passes all tests of this repository: format, lints, the schema, the TypeScript of the runner and the examples, and the
# Rust tests with the real workerd and the real Vitest.
cd "$(dirname "$0")/.."
. scripts/set-up.sh

cargo fmt --check
scripts/wrangler-schema.sh >/dev/null
cargo clippy --quiet --all-targets -- --deny warnings
RUSTDOCFLAGS="--deny warnings" cargo doc --quiet --no-deps
npm run --silent typecheck
npm run --silent typecheck:examples
npm run --silent test:runner

# Cap'n Proto's own parser says whether our schema still is workerd's.
if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
	sudo=$(command -v sudo || true)
	$sudo apt-get update -qq && $sudo apt-get install -y -qq python3 python3-venv
fi
if [ ! -x target/schema-check/bin/python ]; then
	python3 -m venv target/schema-check
	target/schema-check/bin/pip install --quiet --disable-pip-version-check -r schema/requirements.txt
fi
target/schema-check/bin/python schema/check.py node_modules/workerd/workerd.capnp

# Hyperdrive is tested with a real database.
if ! command -v postgres >/dev/null && ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
	sudo=$(command -v sudo || true)
	$sudo apt-get update -qq
	# Tests start a server of their own: none is wanted that runs all the time.
	$sudo apt-get install -y -qq postgresql-common
	$sudo sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
	$sudo apt-get install -y -qq postgresql
fi

if cargo nextest --version >/dev/null 2>&1; then
	cargo test --quiet --doc
	cargo nextest run
else
	cargo test
fi

# The same tests under the real Vitest and under wpt-gen: the reports have to agree.
node scripts/conformance.mjs
node scripts/conformance.mjs --vitest=4.1 --vitest=5.0 modifiers mocks

# Each reader for a few seconds; `fuzz/run.sh 300` looks longer.
fuzz/run.sh 5
