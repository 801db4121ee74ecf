"""An XML element against a shape: types, elements and attributes that the shape lacks, repeated elements."""

from collections import Counter
from collections.abc import Iterator

from conformance.oracle.finding import Finding
from conformance.oracle.scalars import text_fits
from emulator.model import Shape

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def check(shape: Shape, element, path: str = "") -> Iterator[Finding]:
    """Findings for one element; ``element`` is an ElementTree element."""
    if shape.type == "structure":
        yield from _structure(shape, element, path)
    elif shape.type in ("list", "map") and (element.text or "").strip():
        yield Finding(path, "type", shape.type, element.text)
    elif shape.type == "list":
        wanted = shape.member.get("locationName") or "member"
        for number, child in enumerate(element):
            if local(child.tag) != wanted:
                yield Finding(f"{path}.{local(child.tag)}", "unexpected", wanted, local(child.tag))
            else:
                yield from check(shape.member, child, f"{path}[{number}]")
    elif shape.type == "map":
        for number, entry in enumerate(element):
            yield from _entry(shape, entry, f"{path}[{number}]")
    elif len(element):
        yield Finding(path, "type", shape.type, "an element with elements")
    elif not text_fits(shape, element.text or "", "iso8601"):
        yield Finding(path, "type", shape.type, element.text)


def _entry(shape: Shape, entry, path: str) -> Iterator[Finding]:
    names = {shape.key.get("locationName") or "key": shape.key, shape.value.get("locationName") or "value": shape.value}
    for child in entry:
        if local(child.tag) in names:
            yield from check(names[local(child.tag)], child, f"{path}.{local(child.tag)}")
        else:
            yield Finding(f"{path}.{local(child.tag)}", "unexpected", None, local(child.tag))


def _structure(shape: Shape, element, path: str) -> Iterator[Finding]:
    members = {_name(name, member): (name, member) for name, member in shape.members.items()
               if not member.get("location")}
    found = Counter()
    if (element.text or "").strip():
        yield Finding(path, "type", "structure", element.text)
    for child in element:
        name = local(child.tag)
        below = f"{path}.{name}" if path else name
        if name not in members:
            yield Finding(below, "unexpected", None, name)
            continue
        found[name] += 1
        _, member = members[name]
        if flattened(member):
            item = member.member if member.type == "list" else member
            if member.type == "list":
                yield from check(item, child, f"{below}[{found[name] - 1}]")
            else:
                yield from _entry(member, child, below)
            continue
        if found[name] == 2:
            yield Finding(below, "unexpected", "once", "repeated")
        yield from check(member, child, below)


def flattened(member: Shape) -> bool:
    return bool(member.get("flattened")) and member.type in ("list", "map")


def _name(name: str, member: Shape) -> str:
    if flattened(member) and member.type == "list":
        # On the member's own reference the name is the list's; on the element it is the element's.
        return member.reference.get("locationName") or member.member.get("locationName") or name
    return member.get("locationName") or name
