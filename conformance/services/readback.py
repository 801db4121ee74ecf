"""The checks that most resources need, a line each: written, repeated, alike, told, listed, tagged, gone.

``by`` says how the reading operation is asked: member of its input to a dotted place in the input that was sent, or,
with a leading ``answer.``, in the answer; a tuple of names where both are called alike. ``at`` is the dotted place of
the resource in an answer ("" for the answer itself).
"""

from typing import Any

from conformance.oracle.proof import LIMITS
from conformance.services.declared import Declared
from emulator.model import load

By = dict[str, str] | tuple[str, ...]


def inside(value: Any, place: str) -> Any:
    """What stands at a dotted place (a number names an element of a list); None where the way ends."""
    for name in filter(None, place.split(".")):
        if isinstance(value, list) and name.isdigit():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


def asked(by: By, given: dict, answer: dict) -> dict:
    """The input of the reading operation; what was not sent is left out."""
    places = by if isinstance(by, dict) else {name: name for name in by}
    found = {name: inside(answer, place[7:]) if place.startswith("answer.") else inside(given, place)
             for name, place in places.items()}
    return {name: value for name, value in found.items() if value is not None}


def _members(service: str, operation: str, at: str) -> frozenset[str]:
    """The members of the structure at a place of an operation's output."""
    shape = load(service).operations[operation].output
    for name in filter(None, at.split(".")):
        shape = shape.member if name.isdigit() else shape.members[name]
    return frozenset(shape.members)


def written(declared: Declared, *operations: str, read: str, by: By, at: str = "", leave: tuple[str, ...] = (),
            renamed: dict[str, str] | None = None) -> None:
    """Every member of the input that ``read`` can tell must be told as it was sent.

    ``leave``: members whose answer is not what was sent; ``renamed``: input member to the place in the read structure.
    """
    told = _members(declared.service, read, at) - set(leave)

    @declared.check(*operations)
    def check(proof, world, given, answer):
        found = inside(proof.read(read, asked(by, given, answer)), at)
        places = {name: name for name in given if name in told} | {
            name: place for name, place in (renamed or {}).items() if name in given}
        proof.true(read, isinstance(found, dict), "what was written", found)
        for name, place in places.items():
            proof.holds(f"{read} {place}", given[name], inside(found, place))


def repeated(declared: Declared, *operations: str, at: str = "", leave: tuple[str, ...] = ()) -> None:
    """The answer tells every member of the input that it can tell, as sent, but those left out and empty ones."""

    def for_one(operation: str) -> None:
        known = _members(declared.service, operation, at) - set(leave)

        @declared.check(operation)
        def check(proof, world, given, answer):
            sent = {name: value for name, value in given.items() if name in known and value != ""}
            proof.holds(at or operation, sent, inside(answer, at))

    for each in operations:
        for_one(each)


def alike(declared: Declared, *operations: str, read: str, by: By, at: str, read_at: str,
          leave: tuple[str, ...] = ()) -> None:
    """The answer tells every member of the resource that ``read`` tells afterwards, but those left out."""

    @declared.check(*operations)
    def check(proof, world, given, answer):
        found = inside(proof.read(read, asked(by, given, answer)), read_at) or {}
        proof.equal(f"members of {at}", [], sorted(set(found) - set(inside(answer, at) or {}) - set(leave)))


def told(declared: Declared, *operations: str, fixture: str, names: tuple[str, ...], at: str = "") -> None:
    """The answer tells the fixture's fields of these names."""

    @declared.check(*operations)
    def check(proof, world, given, answer):
        made, found = world.fixture(fixture), inside(answer, at)
        for name in names:
            proof.equal(name, made[name], inside(found, name))


def listed(declared: Declared, operation: str, at: str, fixture: str, name: str, element: str = "",
           token: tuple[str, str] | None = None) -> None:
    """The list ``at`` holds the fixture's field ``name`` (in each element's member ``element``; "" for the element).

    ``token``: the member that carries the next page's token in the answer and in the request; with a limit all pages
    together must be what one call lists.
    """

    @declared.check(operation)
    def check(proof, world, given, answer):
        limited = any(key.startswith(LIMITS) for key in given)
        if token is not None and limited:
            proof.pages(operation, given, at, token, element)
            return
        found = [each.get(element) if element else each for each in inside(answer, at) or []]
        proof.true(at, world.fixture(fixture)[name] in found, world.fixture(fixture)[name], found)


def tagged(declared: Declared, tag: str, untag: str, read: str, by: By, fixture: str, at: str = "Tags",
           key: tuple[str, str] = ("Key", "Value"), tags: str = "Tags", keys: str = "TagKeys") -> None:
    """Tags as they stand after tagging, untagging and for the listing itself; ``Tags`` of the fixture is a dict."""

    def plain(value: Any) -> dict:
        return value if isinstance(value, dict) else {each[key[0]]: each.get(key[1], "") for each in value or []}

    @declared.check(tag, untag, read)
    def check(proof, world, given, answer):
        found = proof.read(read, asked(by, given, answer))
        wanted = {**world.fixture(fixture)["Tags"], **plain(given.get(tags, {}))}
        for name in given.get(keys, []):
            wanted.pop(name, None)
        proof.equal(at, wanted, plain(inside(found, at)))


def gone(declared: Declared, *operations: str, read: str, by: By, code: str) -> None:
    """Reading what was deleted is refused with this code."""

    @declared.check(*operations)
    def check(proof, world, given, answer):
        proof.refused(read, asked(by, given, answer), code)
