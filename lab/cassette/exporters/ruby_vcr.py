"""Ruby's VCR (YAML). https://benoittgt.github.io/vcr/

Binary bodies stand under ``base64_string``, as with VCR's option ``preserve_exact_body_bytes``.
"""

from base64 import b64encode
from email.utils import format_datetime

from lab.cassette.exporters.har import began, phrase
from lab.cassette.exporters.vcrpy import lists
from lab.cassette.exporters.yaml import dump
from lab.cassette.model import Body, Cassette, Interaction

SUFFIX = ".yml"


def render(cassette: Cassette) -> bytes:
    at = format_datetime(began(cassette), usegmt=False)
    return dump({"http_interactions": [interaction(step, at) for step in cassette.interactions],
                 "recorded_with": "paritylab"})


def interaction(step: Interaction, at: str) -> dict:
    sent, got = step.request, step.response
    return {
        "request": {"method": sent.method.lower(), "uri": f"https://{sent.host}{sent.target}", "body": body(sent.body),
                    "headers": lists(sent.headers)},
        "response": {"status": {"code": got.status, "message": phrase(got.status)}, "headers": lists(got.headers),
                     "body": body(got.body), "http_version": None},
        "recorded_at": at,
    }


def body(content: Body) -> dict:
    if content.base64 is not None or "\r" in (content.text or ""):
        return {"encoding": "ASCII-8BIT", "base64_string": b64encode(content.raw()).decode()}
    return {"encoding": "UTF-8", "string": content.text or ""}
