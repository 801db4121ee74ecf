"""A recorded HTTP request, rebuilt for now: bindings put in, digests made anew where the body changed, signed again."""

import base64
import hashlib
import re
import zlib
from collections.abc import Callable

from awscrt import checksums

from lab.cassette.model import Interaction, Request
from lab.cassette.values import Unreplayable
from lab.replayer import chunks
from lab.replayer.bindings import Bindings
from lab.replayer.signing import sign
from lab.replayer.transport import Outgoing

SIGNATURE = re.compile(r"X-Amz-Signature=([0-9a-f]{64})")

#: Headers that belong to the recorded connection or signature.
DROPPED = frozenset(("authorization", "connection", "content-length", "expect", "host", "proxy-authorization",
                     "transfer-encoding", "x-amz-date", "x-amz-security-token"))


def _crc(number: int, size: int = 4) -> bytes:
    return number.to_bytes(size, "big")


#: Headers with a digest over the body, and how it is made.
DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "content-md5": lambda body: hashlib.md5(body).digest(),
    "x-amz-checksum-crc32": lambda body: _crc(zlib.crc32(body)),
    "x-amz-checksum-crc32c": lambda body: _crc(checksums.crc32c(body)),
    "x-amz-checksum-crc64nvme": lambda body: _crc(checksums.crc64nvme(body), 8),
    "x-amz-checksum-sha1": lambda body: hashlib.sha1(body).digest(),
    "x-amz-checksum-sha256": lambda body: hashlib.sha256(body).digest(),
}


def rebuild(request: Request, bindings: Bindings) -> Outgoing:
    """The request with every bound value in its place and digests that fit its body; not signed yet."""
    recorded = request.body.raw()
    chunked = request.header("x-amz-content-sha256") in chunks.SIGNED
    body = _rechunked(recorded, bindings) if chunked else bindings.raw(recorded)
    headers = []
    for name, value in request.headers:
        key = name.lower()
        if key in DROPPED:
            continue
        if body != recorded and key in DIGESTS and not chunked:
            value = base64.b64encode(DIGESTS[key](body)).decode()
        headers.append((name, bindings.text(value)))
    return Outgoing(request.method, bindings.text(request.host), bindings.text(request.target), headers, body)


def _rechunked(recorded: bytes, bindings: Bindings) -> bytes:
    """A body in signed chunks with every bound value in its place; its signatures are still the recorded ones.

    Raises Unreplayable when the framing can't be read.
    """
    try:
        parts, trailers = chunks.parse(recorded)
    except ValueError as problem:
        raise Unreplayable(f"its signed chunks can't be read: {problem}") from None
    content = b"".join(parts)
    bound = bindings.raw(content)
    if bound != content:
        parts = chunks.resized(parts, bound)
        trailers = [(name, base64.b64encode(DIGESTS[name.lower()](bound)).decode() if name.lower() in DIGESTS
                     else value) for name, value in trailers]
    return chunks.frame(parts, trailers, "", "", "", lambda text: "0" * 64)


def _presigned_elsewhere(step: Interaction, bindings: Bindings) -> bool:
    """Whether a URL was signed well by something that the recording does not show, so that it is signed anew."""
    found = SIGNATURE.search(step.request.query)
    return found is not None and found[1] not in bindings.live and (recorded_status(step) or 400) < 400


def recorded_status(step: Interaction) -> int | None:
    """The HTTP status that a step was answered with when it was recorded; None where only decoded data tells."""
    if step.response is not None:
        return step.response.status
    output = step.reference.output if step.reference is not None else None
    return output.get("status") if isinstance(output, dict) else None


def outgoing(step: Interaction, bindings: Bindings, access_key: str) -> Outgoing:
    """What to send for a step that was recorded on the wire."""
    made = rebuild(step.request, bindings)
    signed = step.request.header("Authorization") or _presigned_elsewhere(step, bindings)
    if step.caller.anonymous or step.service is None or (step.operation is None and not signed):
        return made  # without an SDK, what signs a request may stand in its URL or body
    if step.operation is None:  # a signature covers a blank in a query as %20, whatever the client wrote
        path, mark, query = made.target.partition("?")
        made.target = path + mark + query.replace("+", "%20")
    key = bindings.text(step.caller.access_key) if step.caller.access_key else access_key
    return sign(made, step.service, step.region or "us-east-1", key)
