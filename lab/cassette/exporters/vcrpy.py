"""Python's vcrpy (YAML, version 1). https://vcrpy.readthedocs.io/"""

from lab.cassette.exporters.har import phrase
from lab.cassette.exporters.yaml import dump
from lab.cassette.model import Body, Cassette, Interaction

SUFFIX = ".yaml"


def render(cassette: Cassette) -> bytes:
    return dump({"interactions": [interaction(step) for step in cassette.interactions], "version": 1})


def interaction(step: Interaction) -> dict:
    sent, got = step.request, step.response
    return {
        "request": {"method": sent.method, "uri": f"https://{sent.host}{sent.target}", "headers": lists(sent.headers),
                    "body": text_or_bytes(sent.body) if sent.body != Body() else None},
        "response": {"status": {"code": got.status, "message": phrase(got.status)}, "headers": lists(got.headers),
                     "body": {"string": text_or_bytes(got.body)}},
    }


def text_or_bytes(body: Body) -> str | bytes:
    """Bytes are written as ``!!binary``. A text that YAML would change goes as bytes, too."""
    return (body.text or "") if body.base64 is None and "\r" not in (body.text or "") else body.raw()


def lists(headers: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Values by name, in the order of the names' first appearance."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return found
