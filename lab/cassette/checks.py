"""What the structs alone can't tell about a cassette from outside: readable bodies, names that stay in their place.

A cassette is somebody's file: what it says goes into requests and into paths, so it is checked when it is read.
"""

import base64
import re
from collections.abc import Iterator

from lab.cassette.model import Body, Cassette, Request, Response

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
METHOD = re.compile(r"[A-Z]{1,20}")
HOST = re.compile(r"[^\s/?#@\\]{0,300}")
TARGET = re.compile(r"[^\x00-\x20\x7f]*")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
BROKEN_LINE = re.compile(r"[\r\n\0]")


def faults(cassette: Cassette) -> Iterator[tuple[str, str]]:
    """(place, what is wrong there), places as JSON paths."""
    if not NAME.fullmatch(cassette.service):
        yield "$.service", f"{cassette.service[:80]!r} is no name of a service"
    for index, each in enumerate(cassette.prerequisites):
        if not NAME.fullmatch(each.service):
            yield f"$.prerequisites[{index}].service", f"{each.service[:80]!r} is no name of a service"
    for index, step in enumerate(cassette.interactions):
        place = f"$.interactions[{index}]"
        if step.service is not None and not NAME.fullmatch(step.service):
            yield f"{place}.service", f"{step.service[:80]!r} is no name of a service"
        if step.request is not None:
            yield from _request(step.request, f"{place}.request")
        if step.response is not None:
            yield from _response(step.response, f"{place}.response")


def _request(request: Request, place: str) -> Iterator[tuple[str, str]]:
    for name, pattern in (("method", METHOD), ("host", HOST), ("path", TARGET), ("query", TARGET)):
        value = getattr(request, name)
        if not pattern.fullmatch(value):
            yield f"{place}.{name}", f"{value[:80]!r} can't stand in a request"
    if not request.path.startswith("/") and request.path != "*":
        yield f"{place}.path", "a path begins with a slash"
    yield from _message(request, place)


def _response(response: Response, place: str) -> Iterator[tuple[str, str]]:
    if not 100 <= response.status <= 999:
        yield f"{place}.status", f"{response.status} is no HTTP status"
    yield from _message(response, place)


def _message(message: Request | Response, place: str) -> Iterator[tuple[str, str]]:
    for number, (name, value) in enumerate(message.headers):
        if not TOKEN.fullmatch(name):
            yield f"{place}.headers[{number}][0]", f"{name[:80]!r} is no name of a header"
        if BROKEN_LINE.search(value):
            yield f"{place}.headers[{number}][1]", "a header's value is one line"
    yield from _body(message.body, f"{place}.body")


def _body(body: Body, place: str) -> Iterator[tuple[str, str]]:
    if sum(part is not None for part in (body.text, body.base64, body.file)) > 1:
        yield place, "a body is either text, base64 or a file"
    try:
        base64.b64decode(body.base64 or "", validate=True)
    except ValueError as problem:
        yield f"{place}.base64", f"not base64: {problem}"
