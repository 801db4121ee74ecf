"""Redaction of one exchange: what is secret by name, by pattern, by model or by having been seen as a secret before.

Nothing of an exchange may reach the disk before it went through ``Redactor.redact``. Fakes keep length and alphabet
and are the same wherever the value stood, so that a replay can still bind them. Where a body changes, the digests
that were computed over it (Content-MD5, checksums, ETag, MD5OfBody …) change with it.
"""

import base64
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from emulator.model import SERVICES, load
from lab.recorder.bodies import rewrite, unpacked
from lab.recorder.exchange import Exchange, Message
from lab.recorder.vault import Vault

#: Members, fields and query parameters that are secret in every service; compared in lower case.
SECRET_NAMES = {
    "secretaccesskey": "secret access key", "secretkey": "secret access key", "sessiontoken": "session token",
    "x-amz-security-token": "session token", "authorizationtoken": "authorization token",
    "idtoken": "token", "accesstoken": "token", "refreshtoken": "token", "authtoken": "token",
    "password": "password", "masteruserpassword": "password", "temporarypassword": "password",
    "clientsecret": "password", "secretstring": "secret value", "secretbinary": "secret value",
    "plaintext": "secret value", "privatekeyplaintext": "private key", "privatekey": "private key",
}
SECRET_HEADERS = {
    "x-amz-security-token": "session token", "x-amz-s3session-token": "session token", "x-api-key": "token",
    "cookie": "cookie", "set-cookie": "cookie",
}
#: Services whose very payload the model calls sensitive: there the trait would leave nothing to compare.
PAYLOAD_IS_SENSITIVE = ("bedrock-runtime", "bedrock-agent-runtime", "bedrock-agent", "bedrock")

SIGNATURE = re.compile(r"((?:X-Amz-)?Signature=)[^&,\s]+", re.IGNORECASE)
CUSTOMER_KEY = re.compile(r"(x-amz-(?:copy-source-)?server-side-encryption-customer-key)(-md5)?", re.IGNORECASE)
CANONICAL_USER = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")

#: Patterns for what is replaced on request only.
ON_REQUEST = {
    "emails": ("e-mail address", re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")),
    "hosts": ("host name", re.compile(
        r"(?<![\w.@-])(?!(?:[a-z0-9-]+\.)*(?:amazonaws\.com|amazon\.com|aws|w3\.org|example\.(?:com|org|net)))"
        r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|net|org|io|dev|cloud|co|app|internal|local|corp)(?![\w-])")),
}


@cache
def sensitive_names(service: str | None) -> dict[str, str]:
    """SECRET_NAMES and the text members that the service's model marks sensitive, in lower case, with their kinds."""
    names = dict(SECRET_NAMES)
    if service not in SERVICES or service in PAYLOAD_IS_SENSITIVE:
        return names
    definitions = load(service).definitions

    def sensitive(reference: dict) -> bool:
        shape = definitions[reference["shape"]]
        inner = shape.get("member") or shape.get("value")
        if inner and shape["type"] in ("list", "map"):
            return bool(shape.get("sensitive") or reference.get("sensitive")) or sensitive(inner)
        return shape["type"] == "string" and bool(shape.get("sensitive") or reference.get("sensitive"))

    for shape in definitions.values():
        for name, reference in shape.get("members", {}).items():
            if reference["shape"] not in definitions or recursive(definitions, reference["shape"]):
                continue
            if sensitive(reference):
                names.setdefault(reference.get("locationName", name).lower(), "secret value")
    return names


def recursive(definitions: dict, name: str, seen: tuple[str, ...] = ()) -> bool:
    """Whether a list or map leads back to itself."""
    if name in seen:
        return True
    inner = definitions[name].get("member") or definitions[name].get("value")
    return bool(inner) and recursive(definitions, inner["shape"], (*seen, name))


def digests(body: bytes) -> Iterator[str]:
    """Every digest that AWS writes of a body, in the forms in which it writes them."""
    from awscrt import checksums

    md5, sha1, sha256 = (hashlib.new(name, body, usedforsecurity=False) for name in ("md5", "sha1", "sha256"))
    yield from (md5.hexdigest(), sha256.hexdigest())
    raw = [md5.digest(), sha1.digest(), sha256.digest(), zlib.crc32(body).to_bytes(4),
           checksums.crc32c(body).to_bytes(4), checksums.crc64nvme(body).to_bytes(8)]
    yield from (base64.b64encode(each).decode() for each in raw)
    yield str(zlib.crc32(body))  # DynamoDB's x-amz-crc32


class Redactor:
    """Redacts the exchanges of one recording, with one vault for all. ``options``: keys of ON_REQUEST."""

    def __init__(self, options: tuple[str, ...] = (), keep_sensitive: bool = False):
        """``keep_sensitive``: leave what only the model calls sensitive (made-up values of a test, say)."""
        self.vault = Vault(dict(ON_REQUEST[each] for each in options))
        self.keep_sensitive = keep_sensitive

    @property
    def applied(self) -> list[str]:
        """The kinds of what was replaced, for the envelope."""
        return sorted({*self.vault.applied, "signature"})

    def names(self, exchange: Exchange) -> dict[str, str]:
        return SECRET_NAMES if self.keep_sensitive else sensitive_names(exchange.service)

    def learn(self, exchange: Exchange) -> None:
        """Take up the secrets that an exchange shows. Call it for every exchange before redacting the first."""
        names = self.names(exchange)
        for text in (exchange.host, exchange.path, SIGNATURE.sub(r"\1", exchange.query)):
            self.vault.learn(text)
        for message in filter(None, (exchange.request, exchange.response)):
            for name, value in message.headers:
                kind = SECRET_HEADERS.get(name.lower())
                if kind:
                    self.vault.fake(kind, value)
                self.vault.learn(SIGNATURE.sub(r"\1", value))
            self.vault.learn(text_of(unpacked(message.body, message.header("Content-Encoding")) or message.body))
            rewrite(message.body, message.header("Content-Type"), lambda name, value: self.learn_named(
                names, name, value))

    def learn_named(self, names: dict[str, str], name: str, value: str) -> str:
        kind = secret_kind(names, name)
        if kind:
            self.vault.fake(kind, value)
        elif name.rpartition(".")[2] in ("ID", "OwnerId") and CANONICAL_USER.fullmatch(value):
            self.vault.fake("canonical user id", value)
        return value

    def redact(self, exchange: Exchange) -> Exchange:
        """A copy of the exchange without secrets; ``input`` and ``output`` are not read, decode afterwards."""
        names = self.names(exchange)
        request = self.message(exchange.request, names)
        response = self.message(exchange.response, names) if exchange.response else None
        hide = self.vault.replace
        return replace(
            exchange, request=request, response=response, host=hide(exchange.host), path=hide(exchange.path),
            query=SIGNATURE.sub(r"\1REDACTED", hide(exchange.query)), input=None, output=None,
        )

    def message(self, message: Message, names: dict[str, str]) -> Message:
        body = self.body(message, names)
        if body != message.body:
            self.vault.digests.update(zip(digests(message.body), digests(body)))
        headers = [(name, self.header(name, value)) for name, value in message.headers]
        if len(body) != len(message.body):
            headers = [(name, str(len(body)) if name.lower() == "content-length" else value)
                       for name, value in headers]
        return Message(headers, body)

    def header(self, name: str, value: str) -> str:
        match = CUSTOMER_KEY.fullmatch(name)
        if match:
            key = hashlib.sha256(b"REDACTED").digest()
            made = hashlib.md5(key, usedforsecurity=False).digest() if match[2] else key
            return base64.b64encode(made).decode()
        if name.lower() == "authorization" and not value.startswith("AWS"):
            return f"{value.partition(' ')[0]} REDACTED"
        if name.lower() in SECRET_HEADERS:
            return self.vault.fake(SECRET_HEADERS[name.lower()], value)
        return self.vault.replace(SIGNATURE.sub(r"\1REDACTED", value))

    def body(self, message: Message, names: dict[str, str]) -> bytes:
        content = unpacked(message.body, message.header("Content-Encoding"))
        packed = content is not None
        content = content if packed else message.body
        named = rewrite(content, message.header("Content-Type"), lambda name, value: self.visit(names, name, value))
        if "eventstream" in message.header("Content-Type"):
            return named
        made = self.vault.replace(text_of(named)).encode("utf-8", "surrogateescape")
        if made == content:
            return message.body
        return gzip.compress(made, mtime=0) if packed else made

    def visit(self, names: dict[str, str], name: str, value: str) -> str:
        kind = secret_kind(names, name)
        made = self.vault.fake(kind, value) if kind else self.vault.replace(value)
        if made != value:
            old, new = (hashlib.md5(each.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
                        for each in (value, made))
            self.vault.digests[old] = new
        return made


def secret_kind(names: dict[str, str], name: str) -> str | None:
    """The kind of secret that stands under a dotted name; every part of the name counts."""
    return next((names[part] for part in name.lower().split(".") if part in names), None)


def text_of(body: bytes) -> str:
    """A body as text through which every byte survives."""
    return body.decode("utf-8", "surrogateescape")
