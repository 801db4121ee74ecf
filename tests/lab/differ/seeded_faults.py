"""Faults for the differ to find: small changes of a good answer, each by its kind and a seeded source of chance.

A change that nobody could see is no fault: one that leaves what an SDK decodes (or, on the wire, status, headers and
body) as it was, one of an order that AWS does not promise, one of a value that no two answers share.
"""

import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

import msgspec
from botocore.parsers import ResponseParserError
from lxml import etree

from lab.cassette import decode
from lab.cassette.model import Body, Response
from lab.differ.normalizers import REQUEST_IDS, TIMESTAMPS, UNORDERED
from lab.differ.wire import HOP

KINDS = ("dropped", "added", "renamed", "retyped", "reordered", "status", "header", "code", "swapped")

STATUSES = (200, 201, 202, 204, 301, 400, 403, 404, 409, 500, 503)

#: Members that hold an id which AWS made; two of one name can be mistaken for one another.
IDS = ("MessageId", "ReceiptHandle", "VersionId", "UploadId", "SequenceNumber")


class Answer(NamedTuple):
    """A live answer to a known operation."""

    service: str
    operation: str
    protocol: str | None
    response: Response

    def decoded(self) -> Any:
        try:
            return decode.answer(self.service, self.operation, self.response, self.protocol)
        except (ResponseParserError, ValueError, KeyError, TypeError, AttributeError) as error:
            return f"unreadable: {type(error).__name__}"


def seed(kind: str, answer: Answer, random: Random, seen: dict[str, list[str]], strict: bool) -> Response | None:
    """The answer with one fault of this kind; None where it has no place for one that can be seen.

    ``seen``: the ids of earlier answers by the name of their member.
    """
    made = MAKERS[kind](answer, random, seen)
    if made is None:
        return None
    changed = answer._replace(response=made)
    if strict:
        return made if made != answer.response else None
    return made if changed.decoded() != answer.decoded() else None


# Bodies as trees

class Json:
    """A JSON body. A place is (container, key)."""

    def __init__(self, body: bytes):
        self.root = json.loads(body)
        if not isinstance(self.root, dict):
            raise ValueError("no members")

    def render(self) -> bytes:
        return json.dumps(self.root, separators=(",", ":"), ensure_ascii=False).encode()

    def places(self, value: Any = None) -> Iterator[tuple]:
        value = self.root if value is None else value
        if isinstance(value, dict):
            for key, each in value.items():
                yield value, key
                yield from self.places(each) if isinstance(each, dict | list) and each else ()
        elif isinstance(value, list):
            for each in value:
                yield from self.places(each) if isinstance(each, dict | list) and each else ()

    def drop(self, place: tuple) -> None:
        del place[0][place[1]]

    def rename(self, place: tuple) -> None:
        container, key = place
        kept = [(f"{name}X" if name == key else name, value) for name, value in container.items()]
        container.clear()
        container.update(kept)

    def retype(self, place: tuple) -> None:
        container, key = place
        match container[key]:
            case bool() as value:
                container[key] = str(value).lower()
            case int() | float() as value:
                container[key] = str(value)
            case str() as value:
                container[key] = {"value": value}
            case list() as value:
                container[key] = {"items": value}
            case value:
                container[key] = [value]

    def orders(self) -> list[tuple[list, int, int]]:
        lists = [container[key] for container, key in self.places() if key not in UNORDERED]
        return [(each, 0, len(each) - 1) for each in lists
                if isinstance(each, list) and len(each) > 1 and each[0] != each[-1]]

    def swap(self, order: tuple[list, int, int]) -> None:
        value, first, last = order
        value[first], value[last] = value[last], value[first]

    def add(self, name: str | None, random: Random) -> None:
        repeated = [value for container, key in self.places() if isinstance(value := container[key], list) and value]
        if name is None and repeated:
            value = random.choice(repeated)
            value.append(value[-1])
        else:
            self.root[name or "NoSuchMember"] = "added"

    def leaves(self, name: str) -> list[tuple]:
        return [(container, key) for container, key in self.places() if key == name and isinstance(container[key], str)]

    def text(self, place: tuple) -> str:
        return place[0][place[1]]

    def put(self, place: tuple, text: str) -> None:
        place[0][place[1]] = text

    def codes(self) -> list[tuple]:
        return [(self.root, "__type")] if "__type" in self.root else []


class Xml:
    """An XML body. A place is an element."""

    def __init__(self, body: bytes):
        self.root = etree.fromstring(body)
        head, found, rest = body.partition(b"?>")
        self.head = head + found + rest[:len(rest) - len(rest.lstrip())] if found else b""
        self.tail = body[len(body.rstrip()):]

    def render(self) -> bytes:
        text = etree.tostring(self.root, encoding="UTF-8", xml_declaration=False)
        text = re.sub(rb">[^<]+<", lambda found: found[0].replace(b'"', b"&quot;"), text)  # as AWS writes it
        return self.head + text + self.tail

    def places(self) -> Iterator[etree._Element]:
        return self.root.iterdescendants()

    def drop(self, place: etree._Element) -> None:
        place.getparent().remove(place)

    def rename(self, place: etree._Element) -> None:
        place.tag = f"{place.tag}X"

    def retype(self, place: etree._Element) -> None:
        if len(place):
            place[:] = []
            place.text = "text"
        else:
            etree.SubElement(place, "value").text = place.text
            place.text = None

    def orders(self) -> list[tuple]:
        found = []
        for parent in self.root.iter():
            for tag in {each.tag for each in parent}:
                same = parent.findall(tag)
                names = {etree.QName(each).localname for each in (tag, parent)}
                if etree.tostring(same[0]) != etree.tostring(same[-1]) and not names & {*UNORDERED, "Error"}:
                    found.append((same[0], same[-1]))
        return found

    def swap(self, order: tuple) -> None:
        first, last = order
        parent = first.getparent()
        one, other = parent.index(first), parent.index(last)
        parent[one], parent[other] = etree.fromstring(etree.tostring(last)), etree.fromstring(etree.tostring(first))

    def add(self, name: str | None, random: Random) -> None:
        groups = [parent[-1] for parent in self.root.iter() if len(parent) and len(parent[-1])]
        if name is None and groups:
            chosen = random.choice(groups)
            chosen.addnext(etree.fromstring(etree.tostring(chosen)))
            return
        result = next((each for each in self.root if etree.QName(each).localname.endswith("Result")), self.root)
        namespace = etree.QName(self.root).namespace
        etree.SubElement(result, etree.QName(namespace, name or "NoSuchMember")).text = "added"

    def leaves(self, name: str) -> list:
        return [each for each in self.places() if etree.QName(each).localname == name and each.text and not len(each)]

    def text(self, place: etree._Element) -> str:
        return place.text

    def put(self, place: etree._Element, text: str) -> None:
        place.text = text

    def codes(self) -> list:
        return [each for each in self.leaves("Code") if etree.QName(each.getparent()).localname == "Error"] or (
            self.leaves("Code")[:1] if etree.QName(self.root).localname == "Error" else [])


def tree(response: Response) -> Json | Xml | None:
    """The body as a tree that is written as it was read; None for one that has none (an object's content, nothing)."""
    raw = response.body.raw()
    kind = Xml if raw.lstrip()[:1] == b"<" else Json
    try:
        found = kind(raw)
    except (ValueError, etree.XMLSyntaxError):
        return None
    return found if found.render() == raw else None


def with_body(response: Response, found: Json | Xml) -> Response:
    return msgspec.structs.replace(response, body=Body.of(found.render()))


# One maker a kind: (answer, random, seen) -> the faulty response, or None

def at_a_place(change: str):
    def make(answer: Answer, random: Random, _seen: dict) -> Response | None:
        found = tree(answer.response)
        places = list(found.places()) if found else []
        if not places:
            return None
        getattr(found, change)(random.choice(places))
        return with_body(answer.response, found)

    return make


def added(answer: Answer, random: Random, _seen: dict) -> Response | None:
    """An element of a list twice, a member of the model that was not there, or one that no model knows."""
    found = tree(answer.response)
    if found is None:
        return None
    shape = decode.model(answer.service).operation_model(answer.operation).output_shape
    absent = [each.serialization.get("name", name) for name, each in (shape.members if shape else {}).items()
              if each.type_name == "string" and "location" not in each.serialization]
    found.add(random.choice([None, "NoSuchMember", *absent]), random)
    return with_body(answer.response, found)


def reordered(answer: Answer, random: Random, _seen: dict) -> Response | None:
    found = tree(answer.response)
    orders = found.orders() if found else []
    if not orders:
        return None
    found.swap(random.choice(orders))
    return with_body(answer.response, found)


def status(answer: Answer, random: Random, _seen: dict) -> Response | None:
    other = random.choice([each for each in STATUSES if each != answer.response.status])
    return msgspec.structs.replace(answer.response, status=other)


def header(answer: Answer, random: Random, _seen: dict) -> Response | None:
    """A header dropped, renamed or with another value; another value only where it isn't every answer's own."""
    headers = list(answer.response.headers)
    names = [index for index, (name, _) in enumerate(headers) if name.lower() not in {*HOP, "content-length"}]
    if not names:
        return None
    index = random.choice(names)
    name, value = headers[index]
    shared = name.lower() not in REQUEST_IDS and not TIMESTAMPS.fullmatch(name) and name.lower() != "last-modified"
    match random.choice(("drop", "rename", "change") if shared else ("drop", "rename")):
        case "drop":
            del headers[index]
        case "rename":
            headers[index] = (f"{name}-x", value)
        case _:
            headers[index] = (name, f"{value}x")
    return msgspec.structs.replace(answer.response, headers=headers)


def code(answer: Answer, random: Random, _seen: dict) -> Response | None:
    found = tree(answer.response) if answer.response.status >= 400 else None
    places = found.codes() if found else []
    if not places:
        return None
    wrong = random.choice(("InternalFailure", "ValidationError", "AccessDenied"))
    found.put(places[0], wrong)
    headers = [(name, f"{wrong};Sender" if name.lower() == "x-amzn-query-error" else value)
               for name, value in answer.response.headers]
    return msgspec.structs.replace(with_body(answer.response, found), headers=headers)


def swapped(answer: Answer, random: Random, seen: dict[str, list[str]]) -> Response | None:
    """An id that an earlier answer gave, replaced by another one of those."""
    found = tree(answer.response)
    choices = []
    for name in IDS if found else ():
        for place in found.leaves(name):
            known = seen.get(name, [])
            others = [each for each in known if each != found.text(place)]
            if found.text(place) in known and others:
                choices.append((place, others))
    if not choices:
        return None
    place, others = random.choice(choices)
    found.put(place, random.choice(others))
    return with_body(answer.response, found)


MAKERS = {
    "dropped": at_a_place("drop"), "added": added, "renamed": at_a_place("rename"), "retyped": at_a_place("retype"),
    "reordered": reordered, "status": status, "header": header, "code": code, "swapped": swapped,
}  # fmt: skip


def ids_in(response: Response) -> dict[str, list[str]]:
    """The ids in an answer, by the name of their member or header."""
    found = tree(response)
    made = {name: [found.text(each) for each in found.leaves(name)] if found else [] for name in IDS}
    made["VersionId"] += [value for name, value in response.headers if name.lower() == "x-amz-version-id"]
    return made
