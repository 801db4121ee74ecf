"""Inputs that break exactly one thing: a constraint of the model, the form of the body, the signature, a reference."""

from collections.abc import Iterator
from typing import Any

from conformance.generator.hints import NOTHING, Leave, Ref, Samples
from conformance.generator.paths import dotted, has, removed
from conformance.generator.positives import Positives
from conformance.generator.tree import Place, on_wire
from conformance.generator.values import LONGEST_LIST, LONGEST_TEXT, REAL, TEXT, WHOLE, text
from conformance.generator.variant import Breach, Variant
from emulator.model.validation import compiled, size

#: A reference that leads nowhere is filled from the fixture's declared absent thing.
ABSENT = "absent"
UNFIT = ("not a match!", "é", "%", "_", "-", "0", "")
SIGNATURES = ("missing", "wrong", "expired")
BODIES = {
    "json": {"cut off": b'{"a": ', "no JSON": b"<a/>", "a list": b"[]", "no text": b"\xff\xfe{}"},
    "rest-json": {"cut off": b'{"a": ', "no JSON": b"<a/>", "a list": b"[]", "no text": b"\xff\xfe{}"},
    "rest-xml": {"cut off": b"<a><b>", "no XML": b'{"a": 1}', "other root": b"<Other/>", "no text": b"\xff\xfe<a/>"},
    "query": {"no action": b"a=b", "no such action": b"Action=NoSuchAction"},
    "smithy-rpc-v2-cbor": {"cut off": b"\xbf\x61", "no map": b"\x01"},
}


class Negatives:
    """Makes the negative variants of one operation; ``positives`` lends its builder and hints."""

    def __init__(self, positives: Positives, protocol: str):
        self.operation, self.values = positives.operation, positives.values
        self.builder, self.places = positives.builder, positives.places
        self.protocol = protocol

    def variant(self, strategy: str, detail: str, given: dict, breach: Breach, wire=None) -> Variant:
        return Variant(self.operation.service.name, self.operation.name, strategy, detail, given, breach.path, breach,
                       wire)

    def all(self) -> Iterator[Variant]:
        for place in self.places:
            if self._reachable(place):
                yield from self.required(place)
                yield from self.constraints(place)
                yield from self.types(place)
                yield from self.references(place)
        yield from self.alone()

    def alone(self) -> Iterator[Variant]:
        """What does not depend on the members: the form of the body, the signature."""
        yield from self.bodies()
        for how in SIGNATURES:
            yield self.variant("signature", how, self.builder.base, Breach("signature", (), how), ("sign", how))

    def _reachable(self, place: Place) -> bool:
        """Whether something may stand in the place at all: what is left out on purpose is not broken either."""
        return not any(isinstance(self.values.hints.at(self.operation.name, place.path[:end]), Leave)
                       for end in range(1, len(place.path) + 1) if type(place.path[end - 1]) is str)

    def required(self, place: Place) -> Iterator[Variant]:
        if not place.required or type(place.path[-1]) is not str or place.shape.get("location") == "uri":
            return
        base = self.builder.base
        if len(place.path) > 1:
            base = self.builder.with_place(place, self.builder.base_for(place))
        if has(base, place.path):
            yield self.variant("required", dotted(place.path), removed(base, place.path),
                               Breach("required", place.path))

    def constraints(self, place: Place) -> Iterator[Variant]:
        strategies = {"length": "length", "range": "range", "enum": "member", "pattern": "pattern"}
        for kind, detail, value in self.broken(place):
            given = self.builder.put(place.path, value, self.builder.base_for(place))
            yield self.variant(strategies[kind], f"{dotted(place.path)} {detail}", given,
                               Breach(kind, place.path, value))

    def broken(self, place: Place) -> Iterator[tuple[str, str, Any]]:
        """Kind, detail and value for each constraint of a place that can be broken and still be sent."""
        shape = place.shape
        low, high = shape.get("min"), shape.get("max")
        in_address = shape.get("location") == "uri"
        if shape.type in (*WHOLE, *REAL):
            convert = int if shape.type in WHOLE else float
            if low is not None:
                yield "range", f"below {low}", convert(low) - 1
            if high is not None:
                yield "range", f"above {high}", convert(high) + 1
            return
        if shape.type in TEXT:
            if shape.enum:
                yield "enum", "no member", "no-such-member"
                return
            if low and not (in_address and low == 1):
                yield "length", f"{low - 1} characters", "a" * (low - 1)
            if high is not None and high < LONGEST_TEXT:
                long = text(shape, high)
                yield "length", f"{high + 1} characters", long + (long[-1:] or "a") * (high + 1 - len(long))
            yield from self.unfit(place)
        elif shape.type in ("list", "map"):
            yield from self.counts(place, low, high)

    @staticmethod
    def unfit(place: Place) -> Iterator[tuple[str, str, Any]]:
        shape = place.shape
        matches = compiled(shape.get("pattern")) if shape.get("pattern") else None
        if matches is None:
            return
        least, most = shape.get("min") or 0, shape.get("max", LONGEST_TEXT)
        good = text(shape, max(least, 1))
        for value in (*UNFIT, good + " ", good + "é", good[:-1] + "é", "日" * max(least, 1)):
            if value and least <= size(value) <= most and not matches(value) and value.strip():
                yield "pattern", f"text {value!r}" if value.isprintable() else f"text {value!a}", value
                return

    def counts(self, place: Place, low: int | None, high: int | None) -> Iterator[tuple[str, str, Any]]:
        shape = place.shape
        if low:
            value = self.values.least(shape, place.path, hinted=False)
            yield "length", f"{low - 1} elements", value[:low - 1] if shape.type == "list" else dict(
                list(value.items())[:low - 1])
        if high is not None and high < LONGEST_LIST:
            if shape.type == "list":
                made = [self.values.element(shape.member, (*place.path, 0), number) for number in range(high + 1)]
            else:
                made = self.values.entries(shape, place.path, high + 1)
            # A form can't say that there are structures in which nothing stands.
            if len(made) > high and not (self.protocol == "query" and type(made) is list and made[0] == {}):
                yield "length", f"{high + 1} elements", made

    def types(self, place: Place) -> Iterator[Variant]:
        """A value of another type where the protocol can carry one."""
        shape = place.shape
        if shape.get("location") == "uri" and shape.type in TEXT:
            return
        breach = Breach("type", place.path, shape.type)
        in_body = not self.operation.input.members[place.path[0]].get("location")
        if self.protocol in ("json", "rest-json") and in_body:
            if shape.is_document or (shape.type == "blob" and shape.is_streaming):
                return
            payload = self.operation.input.payload
            if payload is not None and place.path[0] == payload and self.operation.input.members[payload].type in (
                    "blob", "string"):
                return
            given = self.builder.with_place(place, self.builder.base_for(place))
            for name, wrong in wrong_json(shape):
                yield self.variant("type", f"{dotted(place.path)} {name} for {shape.type}", given, breach,
                                   ("set", (on_wire(self.operation, place.path), wrong)))
        elif shape.type == "boolean" and in_body and self.protocol == "rest-xml":
            return  # the SDK writes "true" for anything that is not false
        elif shape.type in (*WHOLE, *REAL, "boolean", "timestamp"):
            yield self.variant("type", f"{dotted(place.path)} not {shape.type}",
                               self.builder.put(place.path, "text", self.builder.base_for(place)), breach)

    def references(self, place: Place) -> Iterator[Variant]:
        hint = self.values.hints.at(self.operation.name, place.path) if type(place.path[-1]) is str else NOTHING
        if isinstance(hint, Samples):
            hint = hint.values[0]
        if isinstance(hint, Ref) and hint.must and not place.inside:
            absent = Ref(f"{hint.fixture}/{ABSENT}", hint.field, hint.form)
            yield self.variant("reference", dotted(place.path), self.builder.put(place.path, absent),
                               Breach("reference", place.path, hint.fixture))

    def bodies(self) -> Iterator[Variant]:
        shape = self.operation.input
        if shape is None or not shape.members:
            return
        if self.protocol in ("rest-json", "rest-xml"):
            payload = shape.payload and shape.members[shape.payload]
            if payload is not None and payload.type != "structure":
                return
            if payload is None and not any(not each.get("location") for each in shape.members.values()):
                return
        base = self.builder.base
        if shape.payload and shape.payload not in base:
            base = self.builder.put((shape.payload,), self.values.present(shape.members[shape.payload],
                                                                         (shape.payload,)))
        for detail, body in BODIES[self.protocol].items():
            yield self.variant("malformed", detail, base, Breach("malformed", (), detail), ("body", body))


def wrong_json(shape) -> tuple[tuple[str, Any], ...]:
    """Two JSON values that are none of the shape's type, by name."""
    if shape.type in TEXT or shape.type == "blob":
        return ("a structure", {"a": 1}), ("a list", ["a"])
    if shape.type in ("structure", "map"):
        return ("a text", "text"), ("a list", ["a"])
    return ("a text", "text"), ("a structure", {"a": 1})
