"""Faults to seed into an emulator's answers: each is one kind of mistake in one operation, made every time."""

import json
import random
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree import ElementTree

from conformance.oracle.xml_form import local, trait
from conformance.services import declaration
from conformance.stubs.server import Told
from emulator.model import Operation

KINDS = ("drop", "type", "code", "status", "lost")
#: Headers that say something of the answer, beside those of the model; the others belong to HTTP.
KEPT = frozenset(("content-length", "content-type", "date", "server", "connection"))
SPOILABLE = ("integer", "long", "boolean", "timestamp", "float", "double", "structure", "list", "map")


class Fault(NamedTuple):
    """``where``: a header's name, or the names on the way into the body. Empty for code, status and lost."""

    service: str
    operation: str
    kind: str
    where: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = {"drop": "without", "type": "with another type of", "code": "with another error code",
                "status": "with another status", "lost": "done, then undone"}[self.kind]
        return f"{self.service} {self.operation} {what} {'.'.join(self.where)}".strip()


def possible(operation: Operation, answers: list[Told]) -> Iterator[Fault]:
    """Every fault that would show in what an operation answered."""
    service = operation.service.name
    good = [told for told in answers if told.status < 300]
    if good:
        yield Fault(service, operation.name, "status")
        if not declaration(service).looks(operation.name):
            yield Fault(service, operation.name, "lost")
    if any(told.status >= 400 and told.body for told in answers):
        yield Fault(service, operation.name, "code")
    places = dict.fromkeys(place for told in good for place in _places(operation, told))
    for place, kind in places:
        yield Fault(service, operation.name, "drop", place)
        if kind in SPOILABLE:
            yield Fault(service, operation.name, "type", place)


def _places(operation: Operation, told: Told) -> Iterator[tuple[tuple[str, ...], str]]:
    """Members that stand in the answer, with their types: headers, and two levels of the body."""
    output = operation.output
    if output is None:
        return
    headers = {member.get("locationName", "").lower(): member for member in output.members.values()
               if member.get("location") == "header"}
    for name, _ in told.headers:
        if name.lower() in headers and name.lower() not in KEPT:
            yield (f"header {name}",), headers[name.lower()].type
    shape = output
    if output.payload is not None:
        shape = output.members[output.payload]
        if shape.type != "structure" or shape.is_event_stream:
            return
    document = _read(operation, told.body)
    if document is not None:
        yield from _members(shape, document, ())


def _members(shape, value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if shape.type == "list":
        for each in value[:1] if isinstance(value, list) else ():
            yield from _members(shape.member, each, path)
    if shape.type != "structure" or not isinstance(value, dict) or len(path) >= 2:
        return
    names = {}
    for name, member in shape.members.items():
        if not member.get("location"):
            names |= dict.fromkeys(_on_wire(name, member), member)
    for name, each in value.items():
        if name in names:
            yield (*path, name), names[name].type
            yield from _members(names[name], each, (*path, name))


def _on_wire(name: str, member) -> tuple[str, ...]:
    """The names of a member in JSON and in XML, which differ with services that speak both."""
    in_json = member.get("locationName") or name
    if member.type == "list" and trait(member, "flattened"):
        return in_json, member.reference.get("locationName") or trait(member.member, "locationName") or name
    return in_json, trait(member, "locationName") or name


def _is_json(body: bytes) -> bool:
    return body.lstrip()[:1] in (b"{", b"[")


def _read(operation: Operation, body: bytes) -> Any:
    """The body as nested dicts and lists of wire names; None where it has none."""
    if not body:
        return None
    if _is_json(body):
        return json.loads(body)
    return _tree(_result(operation, ElementTree.fromstring(body)))


def _result(operation: Operation, root):
    """What the members lie in: in query, an element within the root."""
    return next((child for child in root if local(child.tag) == f"{operation.name}Result"), root)


def _tree(element) -> Any:
    if not len(element):
        return element.text or ""
    found: dict[str, Any] = {}
    for child in element:
        name, value = local(child.tag), _tree(child)
        if name in found:
            if not isinstance(found[name], list):
                found[name] = [found[name]]
            found[name].append(value)
        else:
            found[name] = value
    return found


def spoil(fault: Fault, operation: Operation, told: Told) -> Told:
    """The answer with the fault in it; as it was where the fault has no place."""
    if fault.kind == "status":
        return told._replace(status=202 if told.status in (200, 204) else 200) if told.status < 300 else told
    if fault.kind == "code":
        return _other_code(told) if told.status >= 400 else told
    if told.status >= 300 or fault.kind == "lost":
        return told
    if fault.where[0].startswith("header "):
        return _header(fault, told)
    if not told.body:
        return told
    if _is_json(told.body):
        document = json.loads(told.body)
        _spoil_json(document, fault.where, fault.kind)
        return told._replace(body=json.dumps(document).encode())
    root = ElementTree.fromstring(told.body)
    _spoil_xml(_result(operation, root), fault.where, fault.kind)
    return told._replace(body=ElementTree.tostring(root))


def _other_code(told: Told) -> Told:
    text = told.body.decode("utf-8", "replace")
    if _is_json(told.body):
        headers = [(name, "SomeOtherException" if name.lower() == "x-amzn-errortype" else
                    "SomeOther;Sender" if name.lower() == "x-amzn-query-error" else value)
                   for name, value in told.headers]
        document = json.loads(text or "{}")
        if "__type" in document:
            document["__type"] = "SomeOtherException"
        return Told(told.status, headers, json.dumps(document).encode())
    before, start, rest = text.partition("<Code>")
    return told._replace(body=(before + start + "SomeOther" + rest[rest.find("</Code>"):]).encode()) if start else told


def _header(fault: Fault, told: Told) -> Told:
    name = fault.where[0].removeprefix("header ").lower()
    if fault.kind == "drop":
        return told._replace(headers=[pair for pair in told.headers if pair[0].lower() != name])
    return told._replace(headers=[(key, "text" if key.lower() == name else value) for key, value in told.headers])


def _spoil_json(value: Any, where: tuple[str, ...], kind: str) -> None:
    if isinstance(value, list):
        for each in value:
            _spoil_json(each, where, kind)
    elif isinstance(value, dict) and where[0] in value:
        if len(where) > 1:
            _spoil_json(value[where[0]], where[1:], kind)
        elif kind == "drop":
            del value[where[0]]
        else:
            value[where[0]] = 7 if isinstance(value[where[0]], str) else "text"


def _spoil_xml(element, where: tuple[str, ...], kind: str) -> None:
    for child in list(element):
        if local(child.tag) != where[0]:
            if local(child.tag) == "member":  # an element of a list is no step of the path
                _spoil_xml(child, where, kind)
        elif len(where) > 1:
            _spoil_xml(child, where[1:], kind)
        elif kind == "drop":
            element.remove(child)
        else:
            for inner in list(child):
                child.remove(inner)
            child.text = "text"


def chosen(found: list[Fault], seed: int) -> list[Fault]:
    """All faults in an order that the seed decides, the kinds taking turns so that every beginning is balanced."""
    source = random.Random(seed)
    groups = {kind: [fault for fault in found if fault.kind == kind] for kind in KINDS}
    for group in groups.values():
        source.shuffle(group)
    kinds = source.sample(KINDS, len(KINDS))
    order = []
    while any(groups.values()):
        order += [groups[kind].pop() for kind in kinds if groups[kind]]
    return order
