#!/usr/bin/env python3
"""Proves that our schema, the committed request and workerd's own schema agree.

Usage: check.py [path of workerd.capnp, default node_modules/workerd/workerd.capnp]

1. workerd.cgr is what regenerate.py makes of workerd.capnp, byte for byte.
2. Every struct, group, enum, field and enumerant of ours is in workerd's schema, with the same
   id, name, ordinal, place on the wire, type and default. Workerd may have more.

Prints one line per difference; exits 1 if there is any, 2 if a file is missing.
"""

import sys
from pathlib import Path

import regenerate


def short(node):
    """`Worker.Binding` of `workerd.capnp:Worker.Binding`."""
    return node.displayName.partition(":")[2] or "(file)"


def type_text(type_, names):
    """A type in the words of the schema language, with ids for what has an id."""
    kind = type_.which()
    if kind == "list":
        return f"List({type_text(type_.list.elementType, names)})"
    if kind in ("struct", "enum", "interface"):
        type_id = getattr(type_, kind).typeId
        return f"{names.get(type_id, kind)} @{type_id:#x}"
    return kind


def default_text(value):
    """A default in comparable form; pointers by their content."""
    kind = value.which()
    if kind in ("struct", "list", "anyPointer"):
        # The same content has the same bytes when the same compiler wrote it, in the same layout;
        # a struct whose newer fields we leave out would be shorter, so trailing zeros don't count.
        return f"{kind} {value.as_builder().to_bytes().rstrip(bytes(1)).hex()}"
    return f"{kind} {getattr(value, kind)}"


def field_facts(field, names):
    """What must be equal in both schemas for a field, by a name to print."""
    facts = {"discriminant": field.discriminantValue}
    ordinal = field.ordinal
    facts["ordinal"] = ordinal.explicit if ordinal.which() == "explicit" else "none"
    if field.which() == "group":
        facts["type"] = f"group @{field.group.typeId:#x}"
        return facts
    slot = field.slot
    facts["type"] = type_text(slot.type, names)
    facts["offset"] = slot.offset
    facts["default"] = default_text(slot.defaultValue)
    facts["explicit default"] = slot.hadExplicitDefault
    return facts


def compare_members(where, kind, ours, theirs, facts):
    """Differences between two name -> member tables."""
    for name, mine in ours.items():
        if name not in theirs:
            yield f"{where}: {kind} `{name}` is not in workerd's schema"
            continue
        expected, actual = facts(theirs[name], True), facts(mine, False)
        for fact, value in expected.items():
            if actual.get(fact) != value:
                yield f"{where}.{name}: {fact} is {actual.get(fact)}, workerd has {value}"


def compare_node(mine, upstream, my_names, their_names):
    """Differences between our node and workerd's node with the same id."""
    where = short(mine)
    if short(upstream) != where:
        yield f"{where}: its id {mine.id:#x} is `{short(upstream)}` in workerd's schema"
        return
    if mine.which() != upstream.which():
        yield f"{where}: is a {mine.which()}, workerd has a {upstream.which()}"
        return
    if mine.scopeId != upstream.scopeId:
        yield f"{where}: is declared inside {mine.scopeId:#x}, workerd's inside {upstream.scopeId:#x}"
    if mine.which() == "struct":
        ours, theirs = mine.struct, upstream.struct
        if ours.isGroup != theirs.isGroup:
            yield f"{where}: group is {ours.isGroup}, workerd has {theirs.isGroup}"
        if ours.discriminantCount and ours.discriminantOffset != theirs.discriminantOffset:
            yield (
                f"{where}: union tag is at {ours.discriminantOffset}, "
                f"workerd has it at {theirs.discriminantOffset}"
            )
        yield from compare_members(
            where,
            "field",
            {field.name: field for field in ours.fields},
            {field.name: field for field in theirs.fields},
            lambda field, upstream: field_facts(field, their_names if upstream else my_names),
        )
    elif mine.which() == "enum":
        yield from compare_members(
            where,
            "enumerant",
            {entry.name: (ordinal, entry) for ordinal, entry in enumerate(mine.enum.enumerants)},
            {entry.name: (ordinal, entry) for ordinal, entry in enumerate(upstream.enum.enumerants)},
            lambda entry, _: {"ordinal": entry[0]},
        )


def differences(ours, theirs):
    """Differences between two id -> node tables, ours allowed to lack what theirs has."""
    my_names = {id_: short(node) for id_, node in ours.items()}
    their_names = {id_: short(node) for id_, node in theirs.items()}
    for id_, mine in ours.items():
        if id_ in theirs:
            yield from compare_node(mine, theirs[id_], my_names, their_names)
        else:
            yield f"{short(mine)}: no declaration has its id {id_:#x} in workerd's schema"


def main():
    upstream = Path(sys.argv[1] if len(sys.argv) > 1 else "node_modules/workerd/workerd.capnp")
    for path in (regenerate.SCHEMA, regenerate.REQUEST, upstream):
        if not path.is_file():
            print(f"{path} is missing", file=sys.stderr)
            sys.exit(2)

    found = []
    if regenerate.request(regenerate.SCHEMA) != regenerate.REQUEST.read_bytes():
        found.append("workerd.cgr is not what workerd.capnp compiles to: run schema/regenerate.py")
    _, ours = regenerate.nodes_of(regenerate.SCHEMA)
    _, theirs = regenerate.nodes_of(upstream)
    found.extend(differences(ours, theirs))

    for line in found:
        print(line)
    if found:
        sys.exit(1)
    fields = sum(len(node.struct.fields) for node in ours.values() if node.which() == "struct")
    print(f"{len(ours)} declarations with {fields} fields agree with {upstream}")


if __name__ == "__main__":
    main()
