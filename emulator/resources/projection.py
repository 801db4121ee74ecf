"""From a record to an output: the model's shapes decide what is shown where.

The *view* of a record holds its members by stored name. An output member is taken from the view under its own name
or the one it is renamed to; a structure that holds the resource's ARN or id (``Distribution`` in ``GetDistribution``)
is the resource itself and is filled in the same way. Values are cut to what their shape knows.
"""

from collections.abc import Callable
from typing import Any

from emulator.model.shapes import Shape
from emulator.resources import documents, tags
from emulator.resources.documents import MISSING

View = dict[str, Any]


class Projection:
    """Compiles output shapes for one resource.

    ``names`` maps wire members to stored ones (dotted paths allowed); ``identity`` are the stored members that make a
    structure the resource itself; ``body`` is the input structure that carries the resource's own members,
    if one does: its members, the ``parts``, are found, and shown, as those of the resource.
    """

    def __init__(
        self, names: dict[str, str], identity: set[str], tags_member: str = "", body: str = "",
        parts: frozenset[str] = frozenset(),
    ):  # fmt: skip
        self._names = names
        self._identity = identity
        self._tags = tags_member
        self._body = body
        self._parts = parts
        self._fits: dict[str, Callable] = {}

    def of(self, shape: Shape | None) -> Callable[[View], dict]:
        """A function from a view to a value of an output shape."""
        if shape is None:
            return lambda view: {}
        names = self._names
        plan = [(name, names.get(name, name), *self._member(name, member)) for name, member in shape.members.items()]

        def project(view: View) -> dict:
            out = {}
            for name, stored, fit, whole in plan:
                value = self._look_up(view, stored)
                if value is not MISSING:
                    value = fit(value)
                elif whole is not None:
                    value = whole(view)
                if value is not MISSING and value is not None:
                    out[name] = value
            return out

        return project

    def _member(self, name: str, shape: Shape) -> tuple[Callable, Callable | None]:
        """How a value found is cut to the member's shape, and how the member is made of the whole view, if it is."""
        if self._names.get(name, name) == self._tags and shape.type in tags.FORMS:
            return lambda value: tags.to_wire(shape, value) if value else MISSING, None
        if shape.type == "list" and shape.member.type == "structure" and self._is_resource(name, shape.member):
            one = self.of(shape.member)  # an operation on several that are each the resource, or on one
            return self.fit(shape), lambda view: [one(view)]
        whole = self.of(shape) if shape.type == "structure" and self._is_resource(name, shape) else None
        return self.fit(shape), whole

    def _is_resource(self, name: str, shape: Shape) -> bool:
        if name == self._body or name in self._parts:  # a part may have an Id of its own
            return name == self._body
        return not self._identity.isdisjoint(self._names.get(each, each) for each in shape.members)

    def _look_up(self, view: View, stored: str):
        value = documents.read(view, stored, MISSING)
        if value is MISSING and self._body:
            value = documents.read(view, f"{self._body}.{stored}", MISSING)
        return value

    def fit(self, shape: Shape) -> Callable[[Any], Any]:
        """A function that cuts a value to a shape; MISSING for a value of another kind."""
        kind = shape.type
        if shape.is_document:
            return lambda value: value
        if kind == "structure":
            return self._fit_structure(shape)
        if kind == "list":
            return self._fit_list(self.fit(shape.member))
        if kind == "map":
            return self._fit_map(self.fit(shape.value))
        return _scalar

    @staticmethod
    def _fit_list(element: Callable) -> Callable[[Any], Any]:
        def cut(value):
            if not isinstance(value, list | tuple):
                return MISSING
            found = [element(each) for each in value]
            return MISSING if MISSING in found else found

        return cut

    @staticmethod
    def _fit_map(inner: Callable) -> Callable[[Any], Any]:
        def cut(value):
            if not isinstance(value, dict):
                return MISSING
            found = {key: inner(each) for key, each in value.items()}
            return MISSING if MISSING in found.values() else found

        return cut

    def _fit_structure(self, shape: Shape) -> Callable[[Any], Any]:
        known = self._fits.get(shape.name)
        if known is not None:
            return known
        members: dict[str, Callable] = {}

        def cut(value):
            if not isinstance(value, dict):
                return MISSING
            if not members:  # built at first use: shapes may be recursive
                members.update((name, self.fit(member)) for name, member in shape.members.items())
            out = {}
            for name, each in value.items():
                if name in members and each is not None:
                    each = members[name](each)
                    if each is not MISSING:
                        out[name] = each
            return out

        self._fits[shape.name] = cut
        return cut


def _scalar(value):
    return MISSING if isinstance(value, dict | list | tuple) else value
