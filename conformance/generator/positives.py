"""Inputs that keep every constraint of the model, and therefore must be accepted."""

import random
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from conformance.generator.hints import NOTHING, Leave, Ref, Samples
from conformance.generator.paths import dotted, has, removed
from conformance.generator.tree import Builder, Place, on_wire
from conformance.generator.values import LIMITS, LONGEST_LIST, LONGEST_TEXT, REAL, TEXT, WHOLE, Values, text
from conformance.generator.variant import Variant
from emulator.model import Operation
from emulator.model.validation import compiled, size

#: Pairs and enum values per operation and place; beyond, the seed chooses.
MOST_PAIRS, MOST_ENUM = 250, 60
UNICODE = ("Grüße", "日本語", "\U0001d518🌍", "á e\u0301", "<&>\"'")
#: A query parameter that services pass over, and a member that no model has.
UNKNOWN_PARAMETER, UNKNOWN_MEMBER = "x-unknown", "NoSuchMember"
INSTANTS = {"second zero": 0, "milliseconds": 1_893_456_000.123, "far": 4_102_444_799}


class Positives:
    """Makes the positive variants of one operation."""

    def __init__(self, operation: Operation, values: Values, places: list[Place], seed: int):
        self.operation, self.values, self.places = operation, values, places
        self.builder = Builder(operation, values)
        self.source = random.Random(f"{seed}/{operation.service.name}.{operation.name}")

    def variant(self, strategy: str, detail: str, given: dict, path: tuple = (), wire=None) -> Variant:
        return Variant(self.operation.service.name, self.operation.name, strategy, detail, given, path, None, wire)

    def all(self, protocol: str) -> Iterator[Variant]:
        yield self.variant("minimal", "required members", self.builder.base)
        if self.operation.input is None:
            return
        full = self.values.full(self.operation.input)
        yield self.variant("maximal", "all members", full)
        always = self.values.hints.always.get(self.operation.name, ())
        for place in self.places:
            if place.optional_member and not place.inside and place.path[0] not in always and has(full, place.path):
                yield self.variant("without", dotted(place.path), removed(full, place.path), place.path)
        open_places = [place for place in self.places if not place.inside and not self._closed(place)]
        for place in open_places:
            if place.optional_member:
                yield self.variant("optional", dotted(place.path), self.builder.with_place(place), place.path)
        yield from self.pairs(open_places)
        for place in open_places:
            for strategy, detail, value in self.variations(place):
                given = self.builder.put(place.path, value)
                yield self.variant(strategy, f"{dotted(place.path)} {detail}", given, place.path)
        yield from self.unknown(protocol)

    def unknown(self, protocol: str) -> Iterator[Variant]:
        """Members that the model lacks, which AWS passes over: in the form, in every structure of JSON, in the query.

        A member of a document is none that the model could lack; a union takes no other member.
        """
        if self.operation.input is None:
            return
        if protocol in ("rest-json", "rest-xml"):
            yield self.variant("unknown", f"parameter {UNKNOWN_PARAMETER}", self.builder.base, (),
                               ("ask", UNKNOWN_PARAMETER))
        if protocol in ("json", "query"):
            yield self.variant("unknown", "member of the request", self.builder.base, (), ("add", (UNKNOWN_MEMBER,)))
        if protocol in ("json", "rest-json"):
            yield from self.unknown_inside()

    def unknown_inside(self) -> Iterator[Variant]:
        payload = self.operation.input.payload
        for place in self.places:
            shape = place.shape
            if shape.type != "structure" or shape.is_union or shape.is_document or shape.is_event_stream \
                    or self.operation.input.members[place.path[0]].get("location") or self._closed(place):
                continue
            if payload is not None and place.path[0] != payload:
                continue
            base = self.builder.base_for(place)
            if place.inside and (self._referenced(place) or not has(base, place.path)):
                continue
            path = (*on_wire(self.operation, place.path), UNKNOWN_MEMBER)
            yield self.variant("unknown", f"member of {dotted(place.path)}", self.builder.with_place(place, base),
                               place.path, ("add", path))

    def _referenced(self, place: Place) -> bool:
        """Whether the place lies in something that a fixture makes as a whole."""
        return any(isinstance(self.values.hints.at(self.operation.name, place.path[:end]), Ref)
                   for end in range(1, len(place.path)) if type(place.path[end - 1]) is str)

    def _closed(self, place: Place) -> bool:
        """Whether the place, or one that it lies in, is left out on purpose and not required."""
        for end in range(1, len(place.path) + 1):
            if isinstance(self.values.hints.at(self.operation.name, place.path[:end]), Leave) \
                    and type(place.path[end - 1]) is str and not (end == len(place.path) and place.required):
                return True
        return False

    def pairs(self, open_places: list[Place]) -> Iterator[Variant]:
        """Two optional members of one structure together."""
        groups: dict[tuple, list[Place]] = {}
        for place in open_places:
            if place.optional_member:
                groups.setdefault(place.path[:-1], []).append(place)
        found = [pair for where, group in groups.items() if not self._union(where)
                 for pair in combinations(group, 2)]
        if len(found) > MOST_PAIRS:
            found = [found[number] for number in sorted(self.source.sample(range(len(found)), MOST_PAIRS))]
        for first, second in found:
            given = self.builder.with_place(second, self.builder.with_place(first))
            names = f"{dotted(first.path)} and {second.path[-1]}"
            yield self.variant("pair", names, given, first.path)

    def _union(self, path: tuple) -> bool:
        shape = self.operation.input
        for step in path:
            shape = shape.members[step] if type(step) is str else shape.member if type(step) is int else shape.value
        return shape.is_union

    def variations(self, place: Place) -> Iterator[tuple[str, str, Any]]:
        """Strategy, detail and value for one place."""
        shape = place.shape
        hint = self.values.hints.at(self.operation.name, place.path) if type(place.path[-1]) is str else NOTHING
        if isinstance(hint, Samples):
            for number, value in enumerate(hint.values[1:], 1):
                yield "sample", f"number {number}", value
            return
        if hint is not NOTHING and not isinstance(hint, Leave):
            return
        if shape.enum:
            chosen = shape.enum
            if len(chosen) > MOST_ENUM:
                chosen = [chosen[number] for number in sorted(self.source.sample(range(len(chosen)), MOST_ENUM))]
            for value in chosen:
                yield "enum", str(value), value
        elif shape.type in TEXT:
            yield from self.texts(place)
        elif shape.type in (*WHOLE, *REAL):
            yield from self.numbers(place)
        elif shape.type in ("list", "map"):
            yield from self.collections(place)
        elif shape.type == "structure" and shape.is_union:
            for name, arm in shape.members.items():
                yield "union", name, {name: self.values.present(arm, (*place.path, name))}
        elif shape.type == "boolean":
            yield "value", "true", True
            yield "value", "false", False
        elif shape.type == "timestamp":
            yield from (("value", name, value) for name, value in INSTANTS.items())
        elif shape.type == "blob":
            yield "value", "all bytes", bytes(range(256))[: shape.get("max", 256)]
        if shape.get("idempotencyToken"):
            yield "token", "given", text(shape, 36)

    def texts(self, place: Place) -> Iterator[tuple[str, str, Any]]:
        shape = place.shape
        least, most = shape.get("min") or 0, shape.get("max")
        if least:
            yield "boundary", f"length {least}", text(shape, least)
        if most is not None and most <= LONGEST_TEXT:
            long = text(shape, most)
            yield "boundary", f"length {len(long)}", long
        matches = compiled(shape.get("pattern")) if shape.get("pattern") else None
        in_header = self.operation.input.members[place.path[0]].get("location") in ("header", "headers")
        if in_header:
            return
        for number, value in enumerate(UNICODE):
            if least <= size(value) <= (most or LONGEST_TEXT) and (matches is None or matches(value)):
                yield "unicode", f"text {number}", value
        in_address = shape.get("location") == "uri"
        if least == 0 and not in_address and (matches is None or matches("")):
            yield "empty", "text", ""

    @staticmethod
    def numbers(place: Place) -> Iterator[tuple[str, str, Any]]:
        shape = place.shape
        convert = int if shape.type in WHOLE else float
        low, high = shape.get("min"), shape.get("max")
        if low is not None:
            yield "boundary", f"value {low}", convert(low)
        if high is not None:
            yield "boundary", f"value {high}", convert(high)
        if low is None and high is None and shape.type in LIMITS:
            yield "value", "zero", 0
        if shape.type in REAL and low is None:
            yield "value", "fraction", 0.1

    def collections(self, place: Place) -> Iterator[tuple[str, str, Any]]:
        shape, path = place.shape, place.path
        least, most = shape.get("min") or 0, shape.get("max")
        if least == 0:
            yield "empty", shape.type, [] if shape.type == "list" else {}
        for count in dict.fromkeys(each for each in (least, most) if each and each <= LONGEST_LIST):
            if shape.type == "list":
                made = [self.values.element(shape.member, (*path, 0), number) for number in range(count)]
            else:
                made = self.values.entries(shape, path, count)
            if len(made) == count:
                yield "boundary", f"{count} elements", made


def unique(variants: Iterator[Variant]) -> Iterator[Variant]:
    """Without those that would send what another sends."""
    seen = set()
    for variant in variants:
        breach = variant.breach and (variant.breach.kind, variant.breach.path)
        sent = hash(repr((variant.input, variant.wire, breach)))
        if sent not in seen:
            seen.add(sent)
            yield variant


