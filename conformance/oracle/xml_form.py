"""An XML element against a shape: types, elements and attributes that the shape lacks, repeated elements."""

from collections import Counter
from collections.abc import Iterator

from conformance.oracle.finding import Finding
from conformance.oracle.scalars import text_fits
from emulator.model import Shape

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def trait(shape: Shape, name: str):
    """A trait as XML has it: of a service that speaks query beside another protocol, query's own comes first."""
    own = shape.get("query") or {}
    return own[name] if name in own else shape.get(name)


def check(shape: Shape, element, path: str = "") -> Iterator[Finding]:
    """Findings for one element; ``element`` is an ElementTree element."""
    if shape.type == "structure":
        yield from _structure(shape, element, path)
    elif shape.type in ("list", "map") and (element.text or "").strip():
        yield Finding(path, "type", shape.type, element.text)
    elif shape.type == "list":
        wanted = trait(shape.member, "locationName") or "member"
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
    names = {trait(shape.key, "locationName") or "key": shape.key,
             trait(shape.value, "locationName") or "value": shape.value}
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
    return bool(trait(member, "flattened")) and member.type in ("list", "map")


def _name(name: str, member: Shape) -> str:
    if flattened(member) and member.type == "list":
        # On the member's own reference the name is the list's; on the element it is the element's.
        return member.reference.get("locationName") or trait(member.member, "locationName") or name
    return trait(member, "locationName") or name
