"""Text transformations, which undo what hides an attack before a statement looks at it.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-transformation.html
"""

import base64
import binascii
import hashlib
import html
import re
from collections.abc import Callable

SPACES = b" \t\n\r\f\v\xa0"


def url_decode(text: bytes) -> bytes:
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text.replace(b"+", b" "))


def _url_decode_uni(text: bytes) -> bytes:
    """As URL_DECODE, with %uHHHH of Microsoft besides: full-width characters become plain ones."""
    def one(found: re.Match) -> bytes:
        code = int(found[1], 16)
        return bytes([code - 0xFEE0 if 0xFF01 <= code <= 0xFF5E else code & 0xFF])

    return url_decode(re.sub(rb"%u([0-9A-Fa-f]{4})", one, text))


def _html_decode(text: bytes) -> bytes:
    return html.unescape(text.decode("latin-1").replace("&nbsp;", "\xa0")).encode("latin-1", "replace")


def _base64(text: bytes, strict: bool) -> bytes:
    if strict:
        try:
            return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
        except binascii.Error:
            return text
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
    return base64.b64decode(kept[: len(kept) - (1 if len(kept) % 4 == 1 else 0)] + b"=" * (-len(kept) % 4))


def _hex(text: bytes) -> bytes:
    try:
        return bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return text


def _command_line(text: bytes) -> bytes:
    """What a shell overlooks: escapes and quotes go, separators become one space, none before / and (, lower case."""
    text = re.sub(rb"[\\\"'^]", b"", text)
    text = re.sub(rb"\s*([/(])", rb"\1", re.sub(rb"[,;\s]+", b" ", text))
    return text.lower()


def _replace_comments(text: bytes) -> bytes:
    text = re.sub(rb"/\*.*?\*/", b" ", text, flags=re.DOTALL)
    return re.sub(rb"/\*.*", b" ", text, flags=re.DOTALL)


ESCAPES = {b"a": 7, b"b": 8, b"f": 12, b"n": 10, b"r": 13, b"t": 9, b"v": 11}


def _escapes(text: bytes) -> bytes:
    """ANSI C escapes."""
    def one(found: re.Match) -> bytes:
        body = found[1]
        if body[:1] == b"x":
            return bytes([int(body[1:], 16)])
        if body[:1].isdigit():
            return bytes([int(body, 8) & 0xFF])
        return bytes([ESCAPES[body]]) if body in ESCAPES else body

    return re.sub(rb"\\(x[0-9A-Fa-f]{2}|[0-7]{1,3}|.)", one, text, flags=re.DOTALL)


def _js(text: bytes) -> bytes:
    unicode = re.sub(rb"\\u(?:00|[fF]{2})([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text)
    return _escapes(unicode)


def _css(text: bytes) -> bytes:
    def one(found: re.Match) -> bytes:
        return bytes([int(found[1], 16) & 0xFF]) if found[1] else found[2]

    return re.sub(rb"\\(?:([0-9A-Fa-f]{1,6})\s?|(.))", one, text, flags=re.DOTALL)


def _path(text: bytes) -> bytes:
    """Self references and those to parent directories, where they are not at the beginning, and repeated slashes."""
    rooted, ends = text.startswith(b"/"), text.endswith((b"/", b"/.", b"/.."))
    kept: list[bytes] = []
    for part in text.split(b"/"):
        if part in (b"", b"."):
            continue
        if part == b".." and kept and kept[-1] != b"..":
            kept.pop()
        elif part != b".." or not rooted:
            kept.append(part)
    found = b"/".join(kept)
    return (b"/" if rooted else b"") + found + (b"/" if ends and kept else b"")


def _utf8(text: bytes) -> bytes:
    characters = text.decode("utf-8", "replace")
    return "".join(each if ord(each) < 128 else f"%u{ord(each):04x}" for each in characters).encode()


TRANSFORMATIONS: dict[str, Callable[[bytes], bytes]] = {
    "NONE": bytes,
    "COMPRESS_WHITE_SPACE": lambda text: re.sub(rb"[ \t\n\r\f\v\xa0]+", b" ", text),
    "HTML_ENTITY_DECODE": _html_decode,
    "LOWERCASE": bytes.lower,
    "UPPERCASE": bytes.upper,
    "CMD_LINE": _command_line,
    "CMD_LINE_WIN": lambda text: _command_line(re.sub(rb"\^", b"", text)),
    "CMD_LINE_UNIX": lambda text: _command_line(re.sub(rb"\$@|\$\*|\$\{[^}]*\}", b"", text)),
    "URL_DECODE": url_decode,
    "URL_DECODE_UNI": _url_decode_uni,
    "BASE64_DECODE": lambda text: _base64(text, True),
    "BASE64_DECODE_EXT": lambda text: _base64(text, False),
    "HEX_DECODE": _hex,
    "MD5": lambda text: hashlib.md5(text, usedforsecurity=False).digest(),
    "SHA256": lambda text: hashlib.sha256(text).digest(),
    "REPLACE_COMMENTS": _replace_comments,
    "REMOVE_COMMENTS_CHAR": lambda text: re.sub(rb"/\*|\*/|--|#", b"", text),
    "ESCAPE_SEQ_DECODE": _escapes,
    "SQL_HEX_DECODE": lambda text: re.sub(rb"0x((?:[0-9A-Fa-f]{2})+)", lambda found: _hex(found[1]), text),
    "CSS_DECODE": _css,
    "JS_DECODE": _js,
    "JS_DECODE_EXT": lambda text: _js(re.sub(rb"\\u\{0*([0-9A-Fa-f]{1,2})\}",
                                             lambda found: bytes([int(found[1], 16)]), text)),
    "NORMALIZE_PATH": _path,
    "NORMALIZE_PATH_WIN": lambda text: _path(text.replace(b"\\", b"/")),
    "REMOVE_NULLS": lambda text: text.replace(b"\0", b""),
    "REPLACE_NULLS": lambda text: text.replace(b"\0", b" "),
    "UTF8_TO_UNICODE": _utf8,
    "REMOVE_WHITESPACE": lambda text: re.sub(rb"[ \t\n\r\f\v\xa0]+", b"", text),
    "TRIM": lambda text: text.strip(SPACES),
    "TRIM_LEFT": lambda text: text.lstrip(SPACES),
    "TRIM_RIGHT": lambda text: text.rstrip(SPACES),
}  # fmt: skip


def transformed(text: bytes, transformations: list[dict]) -> bytes:
    """A text after all transformations, in the order of their priorities."""
    for each in sorted(transformations, key=lambda one: one["Priority"]):
        text = TRANSFORMATIONS[each["Type"]](text)
    return text
