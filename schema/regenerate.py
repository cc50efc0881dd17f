#!/usr/bin/env python3
"""Writes workerd.cgr, the code-generation request that build.rs turns into Rust.

Compiles schema/workerd.capnp with the parser inside pycapnp (see requirements.txt), so no
`capnp` program is needed, neither here nor to build the crate.
"""

import sys
from pathlib import Path

import capnp
from capnp.version import (
    LIBCAPNP_VERSION_MAJOR,
    LIBCAPNP_VERSION_MICRO,
    LIBCAPNP_VERSION_MINOR,
)

HERE = Path(__file__).resolve().parent
SCHEMA = HERE / "workerd.capnp"
REQUEST = HERE / "workerd.cgr"
# pycapnp carries the standard schemas (`schema.capnp`, `c++.capnp`) beside its Python files.
STANDARD = Path(capnp.__file__).resolve().parent
# Import roots: absolute imports in schemas are written as `/capnp/c++.capnp`.
IMPORTS = [str(STANDARD.parent)]
# Nodes point into their parser's memory, so parsers are kept until the program ends.
PARSERS = []


def language():
    """The schema that describes schemas and code-generation requests."""
    return capnp.load(str(STANDARD / "schema.capnp"), imports=IMPORTS)


def nodes_of(path):
    """The id of a schema file, and every node declared in it, groups included, by id."""
    parser = capnp.SchemaParser()
    PARSERS.append(parser)
    root = parser.load(str(path), imports=IMPORTS)
    nodes = {}

    def add_struct(schema):
        node = schema.node
        if node.id in nodes:
            return
        nodes[node.id] = node
        for field in node.struct.fields:
            if field.which() == "group":
                add_struct(schema.fields[field.name].schema)

    def add(schema):
        node = schema.node
        if node.which() == "struct":
            add_struct(schema.as_struct())
        else:
            nodes[node.id] = node
        for nested in node.nestedNodes:
            add(schema.get_nested(nested.name))

    add(root.schema)
    return root.schema.node.id, nodes


def request(path):
    """The code-generation request for one schema file that imports nothing, as bytes."""
    lang = language()
    file_id, nodes = nodes_of(path)
    message = lang.CodeGeneratorRequest.new_message()
    message.capnpVersion.major = LIBCAPNP_VERSION_MAJOR
    message.capnpVersion.minor = LIBCAPNP_VERSION_MINOR
    message.capnpVersion.micro = LIBCAPNP_VERSION_MICRO
    entries = message.init("nodes", len(nodes))
    for index, node in enumerate(nodes.values()):
        # pycapnp's built-in Node and the loaded one are two types to it: copy through bytes.
        with lang.Node.from_bytes(node.as_builder().to_bytes()) as copy:
            entries[index] = copy
    files = message.init("requestedFiles", 1)
    files[0].id = file_id
    files[0].filename = path.name
    return message.to_bytes()


def main():
    REQUEST.write_bytes(request(SCHEMA))
    print(f"wrote {REQUEST.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
