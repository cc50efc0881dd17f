# What both commands need besides Rust, Node.js and npm. Sourced from the repository root.
set -eu
# npm keeps a copy of the lock file beside what it installed: equal means that nothing is to be done.
if ! cmp -s package-lock.json node_modules/.wpt-gen-installed; then
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	cp package-lock.json node_modules/.wpt-gen-installed
fi
