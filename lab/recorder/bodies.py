"""Secret values in a body, found by the names they stand under: JSON, XML, forms, CBOR, event streams.

``rewrite(body, content_type, visit)`` calls ``visit(name, text)`` for every named text and puts what it returns in
its place; the body comes back unchanged, byte for byte, when nothing was replaced.
"""

import gzip
import json
import re
import struct
import zlib
from collections.abc import Callable
from html import escape, unescape
from typing import Any
from urllib.parse import quote_plus, unquote_plus

Visit = Callable[[str, str], str]

ELEMENT = re.compile(r"<([A-Za-z_][\w.-]*)((?:\s[^<>]*)?)>([^<>]+)</\1>")
FIELD = re.compile(r"(?<![^&])([^&=]+)=([^&]*)")
PART = re.compile(r'(Content-Disposition: form-data;[^\r\n]*? name="([^"]+)"(?:(?!filename)[^\r\n])*\r\n'
                  r'(?:[^\r\n]+\r\n)*\r\n)([^\r\n]*)(?=\r\n--)', re.IGNORECASE)


def walk(value: Any, visit: Visit, name: str = "") -> Any:
    """Plain data with every text visited under the nearest member name; lists and maps pass the name on."""
    match value:
        case dict():
            # The members of a map stand under the map's name too, so that a secret map is replaced as a whole.
            return {key: walk(each, visit, f"{name}.{key}" if name else str(key)) for key, each in value.items()}
        case list():
            return [walk(each, visit, name) for each in value]
        case str():
            return visit(name, value)
        case _:
            return value


def rewrite_json(text: str, visit: Visit) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    walked = walk(value, visit)
    return text if walked == value else json.dumps(walked, ensure_ascii=False, separators=(",", ":"))


def rewrite_xml(text: str, visit: Visit) -> str:
    def element(match: re.Match) -> str:
        name, attributes, content = match.groups()
        return f"<{name}{attributes}>{changed(visit, name, content, unescape, xml(content))}</{name}>"

    return ELEMENT.sub(element, text)


def rewrite_form(text: str, visit: Visit) -> str:
    return FIELD.sub(lambda match: f"{match[1]}={changed(visit, unquote_plus(match[1]), match[2], *FORM)}", text)


def rewrite_parts(text: str, visit: Visit) -> str:
    return PART.sub(lambda match: match[1] + visit(match[2], match[3]), text)


def changed(visit: Visit, name: str, raw: str, decode: Callable, encode: Callable) -> str:
    """``raw`` as it stood when the visitor leaves its value alone, however oddly it was escaped."""
    value = decode(raw)
    made = visit(name, value)
    return raw if made == value else encode(made)


def xml(raw: str) -> Callable[[str], str]:
    """What escapes a text as ``raw`` is escaped: quotes only in the way in which it does."""
    quotes = [(quote, entity) for entity, quote in QUOTES.items() if entity in raw]

    def encode(text: str) -> str:
        made = escape(text, quote=False)
        for quote, entity in quotes:
            made = made.replace(quote, entity)
        return made

    return encode


QUOTES = {"&quot;": '"', "&#34;": '"', "&apos;": "'", "&#39;": "'"}

FORM = (unquote_plus, quote_plus)


def rewrite_cbor(body: bytes, visit: Visit) -> bytes:
    import cbor2

    try:
        value = cbor2.loads(body)
    except (cbor2.CBORDecodeError, EOFError):
        return body
    walked = walk(value, visit)
    return body if walked == value else cbor2.dumps(walked)


def rewrite_events(body: bytes, visit: Visit) -> bytes:
    """Each message's payload, with its lengths and checksums made anew.

    https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html
    """
    out, at = [], 0
    while at + 16 <= len(body):
        total, headers = struct.unpack_from("!II", body, at)
        if total < 16 + headers or at + total > len(body):
            break
        message = body[at:at + total]
        payload = message[12 + headers:-4]
        made = rewrite(payload, "application/json" if payload[:1] == b"{" else "text/xml", visit)
        out.append(message if made == payload else frame(message[12:12 + headers], made))
        at += total
    return b"".join(out) + body[at:]


def frame(headers: bytes, payload: bytes) -> bytes:
    prelude = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    head = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + payload
    return head + struct.pack("!I", zlib.crc32(head))


#: Part of the content type to the function that knows it. Text goes through UTF-8, the others take bytes.
BINARY = {"application/vnd.amazon.eventstream": rewrite_events, "cbor": rewrite_cbor}
TEXT = {"json": rewrite_json, "xml": rewrite_xml, "form-urlencoded": rewrite_form, "form-data": rewrite_parts}


def rewrite(body: bytes, content_type: str, visit: Visit) -> bytes:
    """The body with its named texts visited; a content type that is not known leaves it alone."""
    content_type = content_type.lower()
    for word, function in BINARY.items():
        if word in content_type:
            return function(body, visit)
    for word, function in TEXT.items():
        if word in content_type:
            # Surrogate escapes bring every byte through, also those of a file part that is no text.
            return function(body.decode("utf-8", "surrogateescape"), visit).encode("utf-8", "surrogateescape")
    return body


def unpacked(body: bytes, encoding: str) -> bytes | None:
    """A gzip body's content; None when it is not gzip."""
    if "gzip" not in encoding.lower():
        return None
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return None
