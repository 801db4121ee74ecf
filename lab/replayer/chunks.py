"""Uploads in signed chunks: taken apart, and framed again with signatures that follow from the new request's.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

import hashlib
import re
from collections.abc import Callable

from botocore.auth import EMPTY_SHA256_HASH

HEAD = re.compile(rb"([0-9A-Fa-f]+)(?:;[^\r\n]*)?\r\n")

#: Values of x-amz-content-sha256 whose chunks are signed.
SIGNED = ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")

Trailers = list[tuple[str, str]]


def parse(body: bytes) -> tuple[list[bytes], Trailers]:
    """The chunks without the empty last one, and the trailers without their signature. Raises ValueError."""
    chunks, at = [], 0
    while True:
        head = HEAD.match(body, at)
        if head is None:
            raise ValueError(f"no chunk begins at byte {at} of the body")
        size, at = int(head[1], 16), head.end()
        if size == 0:
            break
        chunks.append(body[at:at + size])
        at += size + 2
    lines = body[at:].decode("latin-1").split("\r\n")
    pairs = [tuple(part.strip() for part in line.split(":", 1)) for line in lines if ":" in line]
    return chunks, [(name, value) for name, value in pairs if name.lower() != "x-amz-trailer-signature"]


def resized(chunks: list[bytes], content: bytes) -> list[bytes]:
    """Content in chunks of the recorded sizes; what is more goes to the last."""
    found, at = [], 0
    for each in chunks[:-1]:
        found.append(content[at:at + len(each)])
        at += len(each)
    return [part for part in (*found, content[at:]) if part]


def frame(chunks: list[bytes], trailers: Trailers, moment: str, scope: str, seed: str,
          sign: Callable[[str], str]) -> bytes:
    """The body as it goes on the wire.

    ``moment`` and ``scope``: X-Amz-Date and credential scope of the request, ``seed`` its signature; ``sign`` makes the
    hexadecimal signature of a string.
    """
    def signature(kind: str, *digests: str) -> str:
        return sign("\n".join((f"AWS4-HMAC-SHA256-{kind}", moment, scope, last, *digests)))

    last, out = seed, []
    for chunk in (*chunks, b""):
        last = signature("PAYLOAD", EMPTY_SHA256_HASH, hashlib.sha256(chunk).hexdigest())
        out.append(b"%x;chunk-signature=%s\r\n" % (len(chunk), last.encode()))
        out.append(chunk + b"\r\n" if chunk else b"")
    if trailers:
        lines = "".join(f"{name.lower()}:{value}\n" for name, value in trailers)
        last = signature("TRAILER", hashlib.sha256(lines.encode()).hexdigest())
        out += [f"{name}:{value}\r\n".encode() for name, value in trailers]
        out.append(f"x-amz-trailer-signature:{last}\r\n".encode())
    return b"".join([*out, b"\r\n"])
