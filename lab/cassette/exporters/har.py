"""HAR 1.2 (JSON). http://www.softwareishard.com/blog/har-12-spec/

HAR knows no binary request body; one is written in base64 and marked by ``_encoding`` (such names are free).
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

import msgspec

from lab.cassette.model import Body, Cassette, Interaction

SUFFIX = ".har"


def render(cassette: Cassette) -> bytes:
    entries, at = [], began(cassette)
    for step in cassette.interactions:
        entries.append(entry(step, at))
        at += timedelta(seconds=step.response.duration or 0)
    log = {"version": "1.2", "creator": {"name": "paritylab", "version": str(cassette.format)}, "entries": entries,
           "comment": f"{cassette.id} ({cassette.provenance})"}
    return msgspec.json.format(msgspec.json.encode({"log": log}), indent=2) + b"\n"


def began(cassette: Cassette) -> datetime:
    """When the recording began: ISO 8601 or an HTTP date; the epoch where it is not known."""
    text = cassette.recorded_at or ""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        except ValueError:
            continue
    return datetime.fromtimestamp(0, UTC)


def entry(step: Interaction, at: datetime) -> dict:
    sent, got = step.request, step.response
    milliseconds = round((got.duration or 0) * 1000, 3)
    request = {
        "method": sent.method, "url": f"https://{sent.host}{sent.target}", "httpVersion": "HTTP/1.1", "cookies": [],
        "headers": named(sent.headers), "headersSize": -1, "bodySize": len(sent.body.raw()),
        "queryString": named(parse_qsl(sent.query, keep_blank_values=True)),
    }
    if sent.body != Body():
        request["postData"] = {"mimeType": sent.header("Content-Type"), **content(sent.body, "_encoding")}
    response = {
        "status": got.status, "statusText": phrase(got.status), "httpVersion": "HTTP/1.1", "cookies": [],
        "headers": named(got.headers), "redirectURL": got.header("Location"), "headersSize": -1,
        "bodySize": len(got.body.raw()), "content": {
            "size": len(got.body.raw()), "mimeType": got.header("Content-Type"), **content(got.body, "encoding")},
    }
    return {"startedDateTime": at.isoformat(), "time": milliseconds, "request": request, "response": response,
            "cache": {}, "timings": {"send": 0, "wait": milliseconds, "receive": 0},
            "_operation": f"{step.service}.{step.operation}"}


def content(body: Body, mark: str) -> dict:
    return {"text": body.base64, mark: "base64"} if body.base64 is not None else {"text": body.text or ""}


def named(headers: list[tuple[str, str]]) -> list[dict]:
    return [{"name": name, "value": value} for name, value in headers]


def phrase(status: int) -> str:
    """The reason phrase; empty for a status that HTTP does not name."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
