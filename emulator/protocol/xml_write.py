"""Values to XML for rest-xml and the answers of query and ec2: text made directly by closures compiled per shape.

https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings
"""

import re
from collections.abc import Callable

from emulator.model.shapes import Shape
from emulator.protocol.base import Prerendered, message_member, not_a_structure, unknown_key
from emulator.protocol.scalars import write_text

# What may not stand in text as it is: markup, what line-end normalisation would change, what XML 1.0 can't carry.
_SPECIAL = re.compile("[&<>\"\r\x00-\x08\x0b\x0c\x0e-\x1f]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def _entity(match: re.Match) -> str:
    found = match.group()
    return _ENTITIES.get(found) or f"&#x{ord(found):X};"


def escape(text: str) -> str:
    """Text as it may stand in an element or an attribute."""
    return _SPECIAL.sub(_entity, text) if _SPECIAL.search(text) else text


#: What XML 1.0 can't carry at all, not even as a reference. https://www.w3.org/TR/xml/#charsets
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def readable(text: str) -> str:
    """Text for a document that every parser must read: each character that XML can't carry becomes U+FFFD.

    Keys of S3 are written as references instead (escape), for S3 is known to do so and its clients to stumble.
    """
    return _UNWRITABLE.sub("\ufffd", text)


def stands_in_body(member: Shape) -> bool:
    """Whether a member of an answer is written into its document; request locations mean nothing there."""
    return member.get("location") not in ("header", "headers", "statusCode")


class XmlWriter:
    """Compiles (shape, element name, indent) into functions that emit text.

    ``timestamp`` is the default format of timestamps, ``pretty`` puts each element on a line of its own as AWS's
    query services do, ``trait`` reads a trait (a protocol may have traits of its own).
    """

    def __init__(self, timestamp: str = "iso8601", pretty: bool = False, trait: Callable | None = None):
        self.timestamp = timestamp
        self.pretty = pretty
        self.trait = trait or Shape.get
        self._structures: dict[tuple, Callable] = {}

    def indent(self, depth: int) -> str:
        return "\n" + "  " * depth if self.pretty else ""

    def of(self, shape: Shape, name: str, depth: int = 0) -> Callable:
        """A function (value, emit) that emits the element ``name`` holding the value."""
        if shape.type == "structure":
            return self.structure(shape, name, depth)
        if shape.type == "list":
            return self.list(shape, name, depth)
        if shape.type == "map":
            return self.map(shape, name, depth)
        return self.scalar(shape, name, depth)

    def open(self, shape: Shape, name: str) -> str:
        """The start tag without its ``>``."""
        space = self.trait(shape, "xmlNamespace")
        if not space:
            return f"<{name}"
        space = {"uri": space} if isinstance(space, str) else space
        prefix = f":{space['prefix']}" if space.get("prefix") else ""
        return f'<{name} xmlns{prefix}="{space["uri"]}"'

    def scalar(self, shape: Shape, name: str, depth: int) -> Callable:
        start = f"{self.indent(depth)}{self.open(shape, name)}>"
        end = f"</{name}>"
        text = write_text(shape, self.timestamp)
        if text is str:
            def write(value, emit):
                emit(f"{start}{escape(value)}{end}" if value else f"{start[:-1]}/>")
        else:
            def write(value, emit):
                emit(start + text(value) + end)
        return write

    def list(self, shape: Shape, name: str, depth: int) -> Callable:
        if self.trait(shape, "flattened"):
            member = self.of(shape.member, self.trait(shape.member, "locationName") or name, depth)
            start, end, empty = None, None, None
        else:
            member = self.of(shape.member, self.trait(shape.member, "locationName") or "member", depth + 1)
            start, end, empty = self.tags(shape, name, depth)

        def write(value, emit):
            if start is not None:
                if not value:
                    emit(empty)
                    return
                emit(start)
            if value and value[0].__class__ is Prerendered:
                emit(prerendered(value, member))
            else:
                for each in value:
                    if each is not None:
                        member(each, emit)
            if end is not None:
                emit(end)

        return write

    def tags(self, shape: Shape, name: str, depth: int) -> tuple[str, str, str]:
        """Start, end and empty tag of an element that holds elements."""
        tag = self.indent(depth) + self.open(shape, name)
        return f"{tag}>", f"{self.indent(depth)}</{name}>", f"{tag}/>"

    def map(self, shape: Shape, name: str, depth: int) -> Callable:
        flat = self.trait(shape, "flattened")
        inner = depth if flat else depth + 1
        entry = name if flat else "entry"
        key = self.of(shape.key, self.trait(shape.key, "locationName") or "key", inner + 1)
        item = self.of(shape.value, self.trait(shape.value, "locationName") or "value", inner + 1)
        start, end, empty = self.tags(shape, name, depth)
        entry_start, entry_end = f"{self.indent(inner)}<{entry}>", f"{self.indent(inner)}</{entry}>"

        def write(value, emit):
            if not flat:
                if not value:
                    emit(empty)
                    return
                emit(start)
            for each_key, each in value.items():
                if each is None:
                    continue
                emit(entry_start)
                key(each_key, emit)
                item(each, emit)
                emit(entry_end)
            if not flat:
                emit(end)

        return write

    def structure(self, shape: Shape, name: str, depth: int) -> Callable:
        space = self.trait(shape, "xmlNamespace")
        cache_key = (shape.name, name, depth if self.pretty else 0, str(space))
        known = self._structures.get(cache_key)
        if known is not None:
            return known
        start, end, empty = self.tags(shape, name, depth)
        attributes = {member: each.get("locationName", member) for member, each in shape.members.items()
                      if each.get("xmlAttribute")}
        fill = self.members(shape, depth + 1, skip=attributes)

        def write(value, emit):
            parts: list[str] = []
            fill(value, parts.append)
            tag = start
            for member, wire in attributes.items():
                if value.get(member) is not None:
                    tag = f'{tag[:-1]} {wire}="{escape(str(value[member]))}">'
            if parts:
                emit(tag)
                emit("".join(parts))
                emit(end)
            else:
                emit(f"{tag[:-1]}/>" if attributes else empty)

        self._structures[cache_key] = write
        return write

    def members(self, shape: Shape, depth: int, skip=()) -> Callable:
        """A function (value, emit) that emits the members that stand in the body, without an element around them.

        They come in the order of the value's keys: AWS's own order often differs from the model's.
        """
        table: dict[str, Callable | None] = {}

        def build():
            for name, member in shape.members.items():
                hidden = name in skip or not stands_in_body(member)
                wire = self.trait(member, "locationName") or name
                table[name] = None if hidden else self.of(member, wire, depth)

        def write(value, emit):
            if not table:
                build()
            try:
                items = value.items()
            except AttributeError:
                raise not_a_structure(shape, value) from None
            for name, each in items:
                if each is None:
                    continue
                try:
                    member = table[name]
                except KeyError:
                    unknown_key(shape, name)
                    continue
                if member is not None:
                    member(each, emit)

        return write


def prerendered(elements: list[Prerendered], write: Callable) -> str:
    """The text of a list of such elements alone; each is written once, then its text is kept with it."""
    try:
        return "".join([each.text for each in elements])
    except AttributeError:
        for each in elements:
            if not hasattr(each, "text"):
                parts: list[str] = []
                write(each, parts.append)
                each.text = "".join(parts)
        return "".join([each.text for each in elements])


def write_error_members(writer: XmlWriter, error, shape: Shape | None, depth: int, emit: Callable) -> None:
    """The members of an error besides its message; those that its shape lacks are written as plain text elements."""
    known = shape.members if shape is not None else {}
    message = message_member(shape)
    for name, value in error.members.items():
        if value is None or name == message:
            continue
        member = known.get(name)
        if member is None:
            emit(f"{writer.indent(depth)}<{name}>{escape(str(value))}</{name}>")
        elif stands_in_body(member):
            writer.of(member, writer.trait(member, "locationName") or name, depth)(value, emit)
