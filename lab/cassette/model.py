"""The cassette: one recorded scenario, envelope and interactions in order; ``schema.json`` is made from the structs."""

from __future__ import annotations

import base64
from typing import Any, Literal

import msgspec

FORMAT = 1

#: Where a recording comes from, strongest first (the closed list of the reports).
Provenance = Literal["aws-live", "aws-imported", "aws-documented", "protocol-suite", "emulator"]

#: What a foreign recording lacks. ``edited``: somebody changed values after the recording.
Missing = Literal["request", "response", "headers", "body", "edited"]


class Body(msgspec.Struct, omit_defaults=True, frozen=True):
    """Bytes of a message, in exactly one of three ways: UTF-8 text, base64, or a file beside the cassette by digest."""

    text: str | None = None
    base64: str | None = None
    file: str | None = None

    @classmethod
    def of(cls, raw: bytes) -> Body:
        """Text where the bytes are printable UTF-8, else base64."""
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return cls(base64=base64.b64encode(raw).decode())
        readable = all(each.isprintable() or each in "\r\n\t" for each in text)
        return cls(text=text) if readable else cls(base64=base64.b64encode(raw).decode())

    def raw(self) -> bytes:
        """The bytes. A body that still lies in a file raises ValueError: :func:`lab.cassette.files.read` inlines it."""
        if self.file is not None:
            raise ValueError(f"the body lies in the file {self.file}")
        return base64.b64decode(self.base64) if self.base64 is not None else (self.text or "").encode()


class Request(msgspec.Struct, omit_defaults=True):
    """A request as sent: ``path`` percent-encoded as on the wire, ``query`` raw without ``?``, headers in order."""

    method: str
    host: str
    path: str
    query: str = ""
    headers: list[tuple[str, str]] = []
    body: Body = Body()

    def header(self, name: str, default: str = "") -> str:
        """The first value of a header, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), default)

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


class Response(msgspec.Struct, omit_defaults=True):
    """A response as received; ``duration`` in seconds from the first byte sent to the last received."""

    status: int
    headers: list[tuple[str, str]] = []
    body: Body = Body()
    duration: float | None = None

    def header(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), default)


class Caller(msgspec.Struct, omit_defaults=True, frozen=True):
    """Who calls and how it signs: an access key other than the default one, no signature, version 2 (``s3``) or 4.

    ``checksums``: when the client adds them (``when_required``). ``s3`` holds the client's S3 configuration under
    botocore's names (addressing_style, payload_signing_enabled…).
    """

    access_key: str | None = None
    anonymous: bool = False
    signature: str | None = None
    checksums: str | None = None
    s3: dict[str, Any] = {}


class Truth(msgspec.Struct, omit_defaults=True):
    """What AWS is known to have answered at a step.

    ``wire``: the interaction's ``response``. ``answer``: the decoded template ``answer`` at ``path`` of the parsed
    answer. ``outcome``: success, or the error code ``answer``; nothing else of the step is evidence.
    ``ignore``: dotted paths below the template that the recording does not judge.
    Templates hold ``{"$any": mask, "type": …}`` for a leaf of which only presence and type count,
    ``{"$template": text}`` for a string with ``<placeholder>`` parts, ``{"$unordered": […]}`` for a list in any order,
    ``{"$each": template}`` for one of any length.
    """

    how: Literal["wire", "answer", "outcome"]
    key: str | None = None
    path: list[str | int] = []
    answer: Any = None
    ignore: list[str] = []


class Reference(msgspec.Struct, omit_defaults=True):
    """What a reference emulator answered when the flow was captured: binds server-made values, is never evidence."""

    output: Any = None
    error: Any = None


class Presign(msgspec.Struct, omit_defaults=True):
    """A URL or a POST form that the client signs for later use, without traffic. ``result``: what it made."""

    kind: Literal["url", "post"]
    method: str | None = None
    expires: int = 3600
    result: Any = None


class Interaction(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One step. ``request``/``response`` are None where only decoded data was recorded.

    Decoded values are plain JSON; ``{"$b64"}``, ``{"$time"}`` and the other tags of :mod:`lab.cassette.values` stand
    for what JSON lacks. ``error`` is ``{"Code", "Message", …}``. ``protocol`` is set where it is not the preferred one.
    ``shared``: the step makes what an earlier cassette may have made; it may find it there already.
    ``incomplete``: why the request can't be sent again as recorded.
    """

    service: str | None = None
    operation: str | None = None
    region: str | None = None
    phase: Literal["setup", "call", "teardown"] = "call"
    wait: Literal["poll", "waiter", "paginator"] | None = None
    caller: Caller = Caller()
    request: Request | None = None
    response: Response | None = None
    input: Any = None
    output: Any = None
    error: Any = None
    protocol: str | None = None
    extra_headers: dict[str, str] = {}
    presign: Presign | None = None
    shared: bool = False
    incomplete: str | None = None
    reference: Reference | None = None
    truth: list[Truth] = []


class Signature(msgspec.Struct):
    """A detached signature over ``digest``."""

    key: str
    value: str


class Prerequisite(msgspec.Struct, omit_defaults=True):
    """A call that makes what the scenario found in place; made before it is replayed, and never judged."""

    service: str
    operation: str
    input: Any = None
    region: str | None = None


class Cassette(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One scenario. ``recorded_at`` is ISO 8601 UTC; ``account`` the fake that stands for the recorded account.

    ``trust``: ``exact`` lets values be asserted; ``shape`` only members, types and codes.
    ``placeholders``: what a template's placeholder stood for when the reference answers were captured.
    ``prerequisites``: what has to be there first, in order, beyond what the recording itself tells.
    ``digest``: sha256 over everything but the digest and the signature.
    """

    format: int = msgspec.field(default_factory=lambda: FORMAT)  # a factory, so that it is always written
    id: str
    title: str
    service: str
    provenance: Provenance
    recorded_at: str | None = None
    region: str | None = None
    account: str | None = None
    sdk: str | None = None
    model_version: str | None = None
    trust: Literal["exact", "shape"] = "exact"
    missing: list[Missing] = []
    redactions: list[str] = []
    notes: list[str] = []
    placeholders: dict[str, str] = {}
    prerequisites: list[Prerequisite] = []
    digest: str = ""
    signature: Signature | None = None
    interactions: list[Interaction] = []

    def services(self) -> set[str]:
        """The services for which a step is evidence."""
        return {each.service for each in self.interactions if each.truth and each.service}
