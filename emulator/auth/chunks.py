"""Signatures of the chunks of an aws-chunked body, each signed over the one before it.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

import hmac
from hashlib import sha256

from emulator.auth import canonical
from emulator.auth.claims import HMAC, Claim, read
from emulator.auth.refusals import dialect
from emulator.auth.sigv4 import secret_key
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Store
from emulator.protocol.aws_chunked import Chunk
from emulator.protocol.wire import Request

TRAILER_SIGNATURE = "x-amz-trailer-signature"
SIGNED = ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")


def signatures_of(request: Request, store: Store, now: float) -> "ChunkSignatures | None":
    """What checks the chunks of a body; None when its chunks are not signed, or the request itself will be refused."""
    kind = request.headers.get("x-amz-content-sha256", "")
    if kind not in SIGNED:
        return None
    words = dialect("s3", "rest-xml")
    try:
        claim = read(request, words, ("s3", "s3express"))
        if claim is None or claim.algorithm != HMAC:
            return None
        secret = secret_key(store, claim.access_key, claim.token, now, words)
    except AwsError:
        return None
    return ChunkSignatures(claim, canonical.signing_key(secret, claim.date, claim.region, claim.service), kind)


class ChunkSignatures:
    """Fed by the decoder of the framing; :meth:`finish` when the body has ended. Raises SignatureDoesNotMatch."""

    def __init__(self, claim: Claim, key: bytes, kind: str):
        self._claim = claim
        self._key = key
        self._trailer = kind == SIGNED[1]
        self._previous = claim.signature
        self._open: str | None = None  # the signature of the chunk that is arriving
        self._hash = sha256()

    def on_chunk(self, chunk: Chunk) -> None:
        self._close()
        self._open = chunk.signature or ""
        self._hash = sha256()

    def on_data(self, data: bytes) -> None:
        self._hash.update(data)

    def finish(self, trailers: dict[str, str]) -> None:
        self._close()
        if self._trailer:
            lines = "".join(f"{name}:{value}\n" for name, value in trailers.items() if name != TRAILER_SIGNATURE)
            digest = sha256(lines.encode("latin-1")).hexdigest()
            self._check(f"{HMAC}-TRAILER", digest, trailers.get(TRAILER_SIGNATURE, ""))

    def _close(self) -> None:
        if self._open is not None:
            digest = f"{canonical.EMPTY_SHA256}\n{self._hash.hexdigest()}"
            self._check(f"{HMAC}-PAYLOAD", digest, self._open)
            self._open = None

    def _check(self, algorithm: str, digest: str, signature: str) -> None:
        claim = self._claim
        to_sign = f"{algorithm}\n{claim.timestamp}\n{claim.scope}\n{self._previous}\n{digest}"
        expected = canonical.sign(self._key, to_sign)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
            raise dialect("s3", "rest-xml").refuse(
                "mismatch",
                AWSAccessKeyId=claim.access_key,
                StringToSign=to_sign,
                SignatureProvided=signature,
                StringToSignBytes=to_sign.encode().hex(" "),
            )
        self._previous = expected
