#!/bin/sh
# Type-checks every example with the declarations in types/, as an editor does that has the peer's installed.
set -eu
cd "$(dirname "$0")/.."
failed=
for example in examples/*/; do
	node_modules/.bin/tsc --project "$example" || failed="$failed $example"
done
[ -z "$failed" ] || { echo "types do not fit in$failed" >&2; exit 1; }
