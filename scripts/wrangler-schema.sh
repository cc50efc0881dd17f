#!/bin/sh
# Prints the path of the JSON Schema of wrangler's configuration file, which a test compares the reader with. npm is
# asked for it once: the package is larger than what is kept of it, and is no dependency of anything here.
set -eu
cd "$(dirname "$0")/.."
version=4.164.0

folder=target/wrangler-schema
schema=$folder/$version.json
if [ ! -f "$schema" ]; then
	mkdir -p "$folder"
	work=$(mktemp -d "$folder/XXXXXX")
	npm pack --silent --pack-destination "$work" "wrangler@$version" >/dev/null
	tar -xzf "$work/wrangler-$version.tgz" -C "$work" package/config-schema.json
	mv "$work/package/config-schema.json" "$schema"
	rm -r "$work"
fi
echo "$schema"
