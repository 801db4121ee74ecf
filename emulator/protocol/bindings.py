"""Members bound to the path, the query string and the headers of HTTP messages.

https://smithy.io/2.0/spec/http-bindings.html
"""

from base64 import b64decode, b64encode
from collections.abc import Callable

import orjson

from emulator.model.shapes import Shape
from emulator.protocol.scalars import read_text, write_text
from emulator.protocol.wire import Request


class UnreadableArgument(ValueError):
    """A query argument whose text does not fit its member."""

    def __init__(self, name: str, text: str):
        super().__init__(name, text)
        self.name = name
        self.text = text


class BoundReader:
    """Reads the members of an input that stand outside the body: tables from names on the wire to members."""

    def __init__(self, shape: Shape):
        self.labels: dict[str, tuple] = {}
        self.headers: dict[str, tuple] = {}
        self.queries: dict[str, tuple] = {}
        self.prefixes: list[tuple[str, str]] = []
        self.query_maps: list[tuple[str, bool]] = []
        for name, member in shape.members.items():
            wire = member.get("locationName", name)
            location = member.get("location")
            if location == "uri":
                self.labels[wire] = name, read_text(member)
            elif location == "header":
                self.headers[wire.lower()] = name, header_reader(member)
            elif location == "headers":
                self.prefixes.append((name, member.get("locationName", "").lower()))
            elif location == "querystring" and member.type == "map":
                self.query_maps.append((name, member.value.type == "list"))
            elif location == "querystring":
                many = member.type == "list"
                element = member.member if many else member
                self.queries[wire] = name, read_text(element), many, element.type == "string"

    def read(self, request: Request, labels: dict[str, str]) -> dict:
        """The bound members. Raises ValueError for a text that does not fit its member."""
        out = {}
        for wire, (name, convert) in self.labels.items():
            if wire in labels:
                out[name] = convert(labels[wire])
        if self.headers:
            known = self.headers
            for wire, text in request.headers.items():
                if wire in known:
                    name, convert = known[wire]
                    out[name] = convert(text)
        if request.query:
            self._read_query(request, out)
        for name, prefix in self.prefixes:
            if prefix not in "\n".join(request.headers):
                continue
            start = len(prefix)
            found = {key[start:]: value for key, value in request.headers.items() if key.startswith(prefix)}
            if found:
                out[name] = found
        return out

    def _read_query(self, request: Request, out: dict) -> None:
        for wire, texts in request.arguments.items():
            if wire in self.queries:
                name, convert, many, is_text = self.queries[wire]
                if not (is_text or texts[0]):
                    continue  # ``max-keys=`` asks for nothing
                try:
                    out[name] = [convert(each) for each in texts] if many else convert(texts[0])
                except ValueError:
                    raise UnreadableArgument(wire, texts[0]) from None
        for name, many in self.query_maps:
            out[name] = {key: values if many else values[0] for key, values in request.arguments.items()}




def header_reader(shape: Shape) -> Callable[[str], object]:
    """A function from a header's text to the member's value. Raises ValueError."""
    if shape.type == "list":
        convert = read_text(shape.member)
        if shape.member.type == "timestamp" and shape.member.get("timestampFormat", "rfc822") == "rfc822":
            return lambda text: [convert(each) for each in split_dates(text)]
        return lambda text: [convert(each) for each in split_list(text)]
    if shape.get("jsonvalue"):
        return lambda text: b64decode(text).decode()
    return read_text(shape)


def header_writer(shape: Shape) -> Callable[[object], str]:
    if shape.type == "list":
        text = write_text(shape.member, "rfc822")
        plain = shape.member.type != "string"
        return lambda value: ", ".join(text(each) if plain else quoted(text(each)) for each in value)
    if shape.get("jsonvalue"):
        return lambda value: b64encode(value.encode() if isinstance(value, str) else orjson.dumps(value)).decode()
    return write_text(shape, "rfc822")


def quoted(text: str) -> str:
    """An element of a list header; quoted when a comma or quote in it would split it."""
    if "," in text or '"' in text or text != text.strip():
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text


def split_dates(text: str) -> list[str]:
    """The elements of a list header of HTTP dates, each of which has a comma of its own."""
    parts = [part.strip() for part in text.split(",")]
    return [f"{day}, {rest}" for day, rest in zip(parts[::2], parts[1::2])]


def split_list(text: str) -> list[str]:
    """The elements of a list header; commas within quotes do not split."""
    if not text.strip():
        return []
    if '"' not in text:
        return [part.strip() for part in text.split(",")]
    found, current, in_quotes, escaped = [], "", False, False
    for character in text:
        if escaped:
            current, escaped = current + character, False
        elif in_quotes and character == "\\":
            escaped = True
        elif character == '"':
            in_quotes = not in_quotes
        elif character == "," and not in_quotes:
            found.append(current.strip())
            current = ""
        else:
            current += character
    return [*found, current.strip()]


def one_line(text: str) -> str:
    """A header's value; line ends, with which a value could begin a header of its own, become spaces."""
    return " ".join(text.splitlines()) if "\n" in text or "\r" in text else text


def bound_writer(name: str, member: Shape) -> Callable:
    """A function (value, headers) that appends a member's header, or headers, to a list of pairs."""
    wire = member.get("locationName", name)
    if member.get("location") == "headers":
        prefix = member.get("locationName", "")

        def write(value, headers):
            headers.extend((one_line(prefix + key), one_line(str(each)))
                           for key, each in value.items() if each is not None)
    else:
        text, plain = header_writer(member), member.type == "string" and not member.get("jsonvalue")

        def write(value, headers):
            clean = plain and value.__class__ is str and value.isprintable()
            headers.append((wire, value if clean else one_line(text(value))))
    return write


def error_headers(error, shape: Shape | None):
    """(name, text) of the members of an error that are bound to headers."""
    for name, member in (shape.members if shape is not None else {}).items():
        if member.get("location") == "header" and error.members.get(name) is not None:
            yield member.get("locationName", name), header_writer(member)(error.members[name])
