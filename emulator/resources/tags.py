"""Tags: from any of AWS's wire forms to a plain dict and back, their limits, and the three tag operations of a service.

Forms: a map, or a list of structures of two strings (``Key``/``Value``, ``TagKey``/``TagValue``, ``key``/``value``),
which may stand in a structure of its own (``Items``).
"""

from typing import Any

from emulator.model.shapes import Operation, Shape
from emulator.resources.declaration import Tags
from emulator.resources.errors import refuse

FORMS = ("list", "map", "structure")  # types of members that hold tags


def _wrapping(shape: Shape) -> str:
    """The member of a structure that is the list; "" where the list is not wrapped."""
    if shape.type != "structure":
        return ""
    return next(name for name, member in shape.members.items() if member.type in ("list", "map"))


def names(shape: Shape) -> tuple[str, str] | None:
    """The names of key and value in the elements of a list of tags; None for a map."""
    if shape.type == "map":
        return None
    key, value = list(shape.member.members)[:2]
    return key, value


def from_wire(shape: Shape, value: Any) -> dict[str, str]:
    """Tags as they came, as a dict; a repeated key's last value stands."""
    around = _wrapping(shape)
    if around:
        shape, value = shape.members[around], (value or {}).get(around)
    if not value:
        return {}
    pair = names(shape)
    if pair is None:
        return dict(value)
    return {each[pair[0]]: each.get(pair[1], "") for each in value}


def to_wire(shape: Shape, tags: dict[str, str]) -> Any:
    """Tags in the form of a shape."""
    around = _wrapping(shape)
    if around:
        return {around: to_wire(shape.members[around], tags)}
    pair = names(shape)
    if pair is None:
        return dict(tags)
    return [{pair[0]: key, pair[1]: value} for key, value in tags.items()]


def keys(shape: Shape, value: Any) -> set[str]:
    """The keys of tags that are to be removed."""
    around = _wrapping(shape)
    return set((value or {}).get(around) or () if around else value)


def check(tags: dict[str, str], added: dict[str, str], rules: Tags) -> dict[str, str]:
    """The tags with some added. Raises the declared errors for reserved keys and too many tags."""
    if any(key.lower().startswith("aws:") for key in added):
        raise refuse(rules.reserved)
    merged = {**tags, **added}
    if len(merged) > rules.maximum:
        raise refuse(rules.too_many, {"maximum": rules.maximum})
    return merged


def roles(operation: Operation) -> tuple[str, str]:
    """Of a tag operation: the input member that names the resource or several, and the one with tags or keys."""
    members = operation.input.members
    named = [name for name in members if members[name].type == "string"] or [
        name for name in members if members[name].type == "list" and members[name].member.type == "string"]
    subject = next((name for name in named if name in operation.input.required), named[0])
    load = next((name for name in members if members[name].type in FORMS and name != subject), "")
    return subject, load


def of_several(shape: Shape, held: dict[str, dict[str, str]]) -> list[dict]:
    """The tags of several resources, by what names them, as a list of structures of a name and its tags."""
    name = next(each for each, member in shape.member.members.items() if member.type == "string")
    where = next(each for each, member in shape.member.members.items() if member.type in FORMS)
    return [{name: each, where: to_wire(shape.member.members[where], tags)} for each, tags in held.items()]
