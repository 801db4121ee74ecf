"""Shapes as types of msgspec's, which reads a JSON body and holds it to its shape in one go, in C.

It is the fast way only: a body that does not fit (a null, a wrong type) is read again by ``json_shapes``, which knows
what AWS overlooks and how it words what it does not.
"""

from collections.abc import Callable
from typing import Any, TypedDict

import msgspec

from emulator.model.shapes import Shape
from emulator.protocol.scalars import FLOATS, INTEGERS


class Unfit(Exception):
    """A shape whose values need more than types to be read."""


class JsonTypes:
    """Compiles shapes into decoders. ``decoder`` gives None for a shape that can't be read so."""

    def __init__(self):
        self._structures: dict[str, Any] = {}

    def decoder(self, shape: Shape) -> Callable[[bytes], Any] | None:
        try:
            return msgspec.json.Decoder(self.type(shape)).decode
        except Unfit:
            return None

    def type(self, shape: Shape) -> Any:
        """Raises Unfit."""
        kind = shape.type
        if shape.is_document or shape.get("sparse") or shape.get("jsonvalue") or shape.get("streaming"):
            raise Unfit
        if kind == "structure":
            return self._structure(shape)
        if kind == "list":
            return list[self.type(shape.member)]
        if kind == "map":
            return dict[str, self.type(shape.value)]
        if kind in INTEGERS:
            return int
        if kind in FLOATS:
            return float
        found = {"string": str, "character": str, "boolean": bool, "blob": bytes}.get(kind)
        if found is None:  # a timestamp, in whatever form
            raise Unfit
        return found

    def _structure(self, shape: Shape) -> Any:
        known = self._structures.get(shape.name)
        if known is not None:
            return known
        made = self._structures[shape.name] = TypedDict(shape.name, {}, total=False)
        try:
            for name, member in shape.members.items():
                if member.get("locationName", name) != name:
                    raise Unfit
                # Written in afterwards, because shapes may hold themselves.
                made.__annotations__[name] = self.type(member)
        except Unfit:
            del self._structures[shape.name]
            raise
        made.__optional_keys__ = frozenset(made.__annotations__)
        return made
