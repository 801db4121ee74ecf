"""XML to values, compiled per shape into closures; lxml reads, with all that can reach out or blow up switched off.

https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings
"""

from collections.abc import Callable

from emulator.model.shapes import Shape
from emulator.protocol.errors import ParseError
from emulator.protocol.scalars import read_text

MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"


def malformed() -> ParseError:
    return ParseError("MalformedXML", MALFORMED)


def parse(body: bytes):
    """The root element of an XML body. Raises ParseError (MalformedXML), also for any document type declaration."""
    from lxml import etree  # costs more than the rest of the start, and most requests have no XML body

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
                             remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(bytes(body), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise malformed() from None
    if root.getroottree().docinfo.doctype:
        raise malformed()
    return root


def local(tag: str) -> str:
    """An element's or attribute's name without its namespace."""
    return tag.rpartition("}")[2]


class XmlReader:
    """Compiles shapes into functions from elements to values."""

    def __init__(self):
        self._structures: dict[str, Callable] = {}

    def of(self, shape: Shape) -> Callable:
        """A function of one element. Raises ParseError (MalformedXML) when the text does not fit the shape."""
        if shape.type == "structure":
            return self.structure(shape)
        if shape.type == "list":
            return self.list(shape)
        if shape.type == "map":
            return self.map(shape)
        return self.scalar(shape)

    def scalar(self, shape: Shape) -> Callable:
        convert = read_text(shape)
        strips = shape.type not in ("string", "character", "blob")

        def read(element):
            if len(element):
                raise malformed()
            text = element.text or ""
            try:
                return convert(text.strip() if strips else text)
            except (ValueError, OverflowError):
                raise malformed() from None

        return read

    def list(self, shape: Shape) -> Callable:
        """A list that has an element of its own around its entries."""
        read_member = self.of(shape.member)
        name = shape.member.get("locationName", "member")

        def read(element):
            return [read_member(each) for each in element if local(each.tag) == name]

        return read

    def map(self, shape: Shape) -> Callable:
        entry = self.entry(shape)
        return lambda element: dict(entry(each) for each in element if local(each.tag) == "entry")

    def entry(self, shape: Shape) -> Callable:
        """One entry of a map: a (key, value) pair."""
        key_name = shape.key.get("locationName", "key")
        value_name = shape.value.get("locationName", "value")
        read_key, read_value = self.of(shape.key), self.of(shape.value)

        def read(element):
            parts = {local(each.tag): each for each in element}
            if key_name not in parts or value_name not in parts:
                raise malformed()
            return read_key(parts[key_name]), read_value(parts[value_name])

        return read

    def structure(self, shape: Shape) -> Callable:
        known = self._structures.get(shape.name)
        if known is not None:
            return known
        table: dict[str, tuple] = {}
        attributes: list[tuple] = []

        def read(element):
            if not table:
                self.build(shape, table, attributes)
            out = {}
            for each in element:
                entry = table.get(local(each.tag))
                if entry is None:
                    continue
                name, gather, convert = entry
                if gather is None:
                    out[name] = convert(each)
                elif gather is list:
                    out.setdefault(name, []).append(convert(each))
                else:
                    key, value = convert(each)
                    out.setdefault(name, {})[key] = value
            for name, wire in attributes:
                for key, value in element.attrib.items():
                    if local(key) == wire:
                        out[name] = value
            return out

        self._structures[shape.name] = read
        return read

    def build(self, shape: Shape, table: dict, attributes: list) -> None:
        """Element name -> (member, how repeated elements gather, reader) for members that stand in the body."""
        for name, member in shape.members.items():
            if member.get("location"):
                continue
            if member.get("xmlAttribute"):
                attributes.append((name, member.get("locationName", name).rpartition(":")[2]))
            elif member.get("flattened") and member.type == "list":
                # The model formats disagree on which of the two names holds: read both.
                for wire in (member.get("locationName", name), member.member.get("locationName")):
                    table[wire] = (name, list, self.of(member.member))
            elif member.get("flattened") and member.type == "map":
                table[member.get("locationName", name)] = (name, dict, self.entry(member))
            else:
                table[member.get("locationName", name)] = (name, None, self.of(member))
