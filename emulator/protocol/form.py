"""Form-encoded requests (query and ec2) to values, compiled per shape into closures.

``a.member.1.b=x`` is first a tree of dicts, which the closures then walk along the model.
https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#query-key-resolution
"""

from collections.abc import Callable

from emulator.model.shapes import Shape
from emulator.protocol.errors import ParseError
from emulator.protocol.scalars import read_text

DEPTH = 60


def tree(form: dict[str, str]) -> dict:
    """The form as nested dicts by the dots in its names. Raises ParseError (MalformedInput)."""
    root: dict = {}
    for key, value in form.items():
        if "." not in key:
            if root.setdefault(key, value) is not value and value:
                raise ParseError("MalformedInput", f"Duplicate parameter: {key}")
            continue
        parts = key.split(".")
        if len(parts) > DEPTH:
            raise ParseError("MalformedInput", "Parameter is nested too deeply")
        node = root
        for part in parts[:-1]:
            below = node.get(part)
            if below.__class__ is not dict:
                # An empty value marks an empty list; elements beside it win.
                if below:
                    raise ParseError("MalformedInput", f"Unexpected parameter: {key}")
                below = node[part] = {}
            node = below
        if node.setdefault(parts[-1], value) is not value and value:
            raise ParseError("MalformedInput", f"Unexpected parameter: {key}")
    return root


class FormReader:
    """Compiles shapes into functions from tree nodes to values.

    ``wire_names`` gives the names by which a member goes in the form, ``trait`` reads a trait as the protocol sees it.
    """

    def __init__(self, wire_names: Callable[[Shape, str], tuple], trait: Callable, lists_are_flat: bool = False):
        self.wire_names = wire_names
        self.trait = trait
        self.lists_are_flat = lists_are_flat
        self._structures: dict[str, Callable] = {}

    def of(self, shape: Shape) -> Callable:
        if shape.type == "structure":
            return self.structure(shape)
        if shape.type == "list":
            return self.list(shape)
        if shape.type == "map":
            return self.map(shape)
        return self.scalar(shape)

    def scalar(self, shape: Shape) -> Callable:
        convert = read_text(shape)
        name = shape.type

        def read(node):
            if node.__class__ is dict:
                raise ParseError("MalformedInput", "Unexpected structure or list")
            try:
                return convert(node)
            except (ValueError, OverflowError):
                raise ParseError("MalformedInput", f"{node} is not a valid value for a {name}") from None

        return read

    def list(self, shape: Shape) -> Callable:
        read_member = self.of(shape.member)
        inner = None
        if not (self.lists_are_flat or self.trait(shape, "flattened")):
            inner = self.trait(shape.member, "locationName") or "member"

        def read(node):
            if inner is not None and node.__class__ is dict:
                node = node.get(inner, "")
            return [read_member(each) for each in numbered(node)]

        return read

    def map(self, shape: Shape) -> Callable:
        key_name = self.trait(shape.key, "locationName") or "key"
        value_name = self.trait(shape.value, "locationName") or "value"
        read_key, read_value = self.of(shape.key), self.of(shape.value)
        flat = bool(self.trait(shape, "flattened"))

        def read(node):
            if not flat and node.__class__ is dict:
                node = node.get("entry", "")
            out = {}
            for entry in numbered(node):
                if entry.__class__ is not dict or key_name not in entry:
                    raise ParseError("MalformedInput", "Map entry without a key")
                out[read_key(entry[key_name])] = read_value(entry.get(value_name, ""))
            return out

        return read

    def structure(self, shape: Shape) -> Callable:
        known = self._structures.get(shape.name)
        if known is not None:
            return known
        table: dict[str, tuple[str, Callable]] = {}

        def build():
            for name, member in shape.members.items():
                table.update(dict.fromkeys(self.wire_names(member, name), (name, self.of(member))))

        def read(node):
            if not table:
                build()
            if node.__class__ is not dict:
                if node == "":
                    return {}
                raise ParseError("MalformedInput", "Unexpected value where a structure was expected")
            out = {}
            for wire, each in node.items():
                entry = table.get(wire)
                if entry is not None:
                    out[entry[0]] = entry[1](each)
            return out

        self._structures[shape.name] = read
        return read


def numbered(node) -> list:
    """The children of a list's node in the order of their numbers; an empty value is an empty list."""
    if node.__class__ is not dict:
        if node == "":
            return []
        raise ParseError("MalformedInput", "Unexpected value where a list was expected")
    try:
        return [node[key] for key in sorted(node, key=int)]
    except ValueError:
        raise ParseError("MalformedInput", "Key of a list is not a number") from None
