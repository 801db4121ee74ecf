"""A web request as rules look at it, and the parts of it that statements name.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-fields-list.html
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

HEADERS_BYTES, HEADERS_COUNT = 8192, 200  # of headers and of cookies that are looked at


class WebRequest(NamedTuple):
    """``path`` and ``query`` as they came over the wire; ``limit`` is how many bytes of the body are looked at."""

    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    client: str = "127.0.0.1"
    version: str = "HTTP/1.1"
    limit: int = 8192

    def header(self, name: str) -> str | None:
        """The values of a header, joined as AWS joins them; None where there is none."""
        found = [value for each, value in self.headers if each.lower() == name.lower()]
        return ",".join(found) if found else None

    def cookies(self) -> list[tuple[str, str]]:
        pairs = (pair.strip().partition("=") for pair in (self.header("cookie") or "").split(";"))
        return [(name, value) for name, _, value in pairs if name]

    def arguments(self) -> list[tuple[str, str]]:
        pairs = (pair.partition("=") for pair in self.query.split("&"))
        return [(name, value) for name, _, value in pairs if name]


class Oversize(Exception):
    """A part is too large to be looked at whole: ``decided`` is what that means for the statement."""

    def __init__(self, decided: bool):
        self.decided = decided


def values(request: WebRequest, field: dict) -> list[bytes]:
    """The contents of the part that a statement looks at. Raises Oversize, where that decides the statement."""
    (kind, how), = field.items()
    return [each.encode("latin-1", "replace") if isinstance(each, str) else each for each in PARTS[kind](request, how)]


def _header(request: WebRequest, how: dict) -> list[str]:
    found = request.header(how["Name"])
    return [] if found is None else [found]


def _argument(request: WebRequest, how: dict) -> list[str]:
    return [value for name, value in request.arguments() if name.lower() == how["Name"].lower()]


def _arguments(request: WebRequest, how: dict) -> list[str]:
    return [value for _, value in request.arguments()]


def _body(request: WebRequest, how: dict) -> list[bytes]:
    return [_cut(request.body, request.limit, how.get("OversizeHandling", "CONTINUE"))]


def _cut(content: bytes, limit: int, handling: str) -> bytes:
    if len(content) > limit and handling != "CONTINUE":
        raise Oversize(handling == "MATCH")
    return content[:limit]


def _headers(request: WebRequest, how: dict) -> list[str]:
    return _scoped(list(request.headers), how, "Headers")


def _cookies(request: WebRequest, how: dict) -> list[str]:
    return _scoped(request.cookies(), how, "Cookies")


def _scoped(pairs: list[tuple[str, str]], how: dict, called: str) -> list[str]:
    """Names, values or both of the pairs that a match pattern picks."""
    if len(pairs) > HEADERS_COUNT or sum(len(name) + len(value) for name, value in pairs) > HEADERS_BYTES:
        if how["OversizeHandling"] != "CONTINUE":
            raise Oversize(how["OversizeHandling"] == "MATCH")
        pairs = pairs[:HEADERS_COUNT]
    pattern = how["MatchPattern"]
    included = pattern.get(f"Included{called}")
    excluded = [each.lower() for each in pattern.get(f"Excluded{called}", ())]
    if included is not None:
        wanted = [each.lower() for each in included]
        pairs = [pair for pair in pairs if pair[0].lower() in wanted]
    pairs = [pair for pair in pairs if pair[0].lower() not in excluded]
    return [part for name, value in pairs for part in _in_scope(name, value, how["MatchScope"])]


def _in_scope(name: str, value: str, scope: str) -> tuple[str, ...]:
    return {"KEY": (name,), "VALUE": (value,), "ALL": (name, value)}[scope]


def _header_order(request: WebRequest, how: dict) -> list[str]:
    return [":".join(name.lower() for name, _ in request.headers[:HEADERS_COUNT])]


def _fingerprint(request: WebRequest, how: dict) -> list[str]:
    raise Oversize(how.get("FallbackBehavior") == "MATCH")  # none is taken of connections here


def _json(request: WebRequest, how: dict) -> list[str]:
    content = _cut(request.body, request.limit, how.get("OversizeHandling", "CONTINUE"))
    try:
        document = json.loads(content)
    except ValueError:
        fallback = how.get("InvalidFallbackBehavior", "EVALUATE_AS_STRING")
        if fallback != "EVALUATE_AS_STRING":
            raise Oversize(fallback == "MATCH") from None
        return [content]
    included = how["MatchPattern"].get("IncludedPaths")
    roots = [("", document)] if included is None else [
        (path.rpartition("/")[2], found) for path in included for found in _pointed(document, path)]
    return [part for name, root in roots for part in _leaves(name, root, how["MatchScope"])]


def _pointed(document: Any, pointer: str) -> Iterator[Any]:
    """What a JSON pointer names, once or not at all."""
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and part in document:
            document = document[part]
        elif isinstance(document, list) and part.isdecimal() and int(part) < len(document):
            document = document[int(part)]
        else:
            return
    yield document


def _leaves(name: str, node: Any, scope: str) -> Iterator[str]:
    """The keys and values of a JSON document, as texts."""
    if isinstance(node, dict):
        for key, value in node.items():
            if scope != "VALUE":
                yield key
            yield from _leaves(key, value, scope)
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(name, value, scope)
    elif scope != "KEY":
        yield node if isinstance(node, str) else json.dumps(node)


PARTS = {
    "SingleHeader": _header, "SingleQueryArgument": _argument, "AllQueryArguments": _arguments,
    "UriPath": lambda request, how: [request.path], "QueryString": lambda request, how: [request.query],
    "Method": lambda request, how: [request.method], "Body": _body, "JsonBody": _json, "Headers": _headers,
    "Cookies": _cookies, "HeaderOrder": _header_order, "JA3Fingerprint": _fingerprint, "JA4Fingerprint": _fingerprint,
    "UriFragment": _fingerprint,  # clients do not send it
}  # fmt: skip

