"""Bodies before they are decoded: aws-chunked framing taken off, trailers turned into headers, digests compared."""

import re
from collections.abc import Callable

from emulator.auth.chunks import ChunkSignatures
from emulator.kernel.blobs import Staged
from emulator.kernel.errors import AwsError
from emulator.protocol.aws_chunked import Decoder
from emulator.protocol.wire import Request

HEX_DIGEST = re.compile(r"[0-9a-f]{64}")
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of nothing
CHECKSUM_HEADER = re.compile(r"x-amz-checksum-(crc32c?|crc64nvme|sha1|sha256)")


class FailedBody:
    """A body that could not be taken in; :func:`settle_body` raises its error where the content would be used."""

    __slots__ = ("error",)

    size = 0

    def __init__(self, error: Exception):
        self.error = error


def is_chunked(headers: dict[str, str]) -> bool:
    """Whether the body is framed as aws-chunked; clients say so in either of two headers."""
    return "x-amz-decoded-content-length" in headers and (
        "aws-chunked" in headers.get("content-encoding", "")
        or headers.get("x-amz-content-sha256", "").startswith("STREAMING-")
    )


def wanted_digests(headers: dict[str, str]) -> set[str]:
    """Which digests an upload will be asked for, so that they are computed while it arrives."""
    names = {"md5", "sha256", "crc64nvme"}
    names.update(match[1] for name in headers if (match := CHECKSUM_HEADER.fullmatch(name)))
    if match := CHECKSUM_HEADER.search(headers.get("x-amz-trailer", "")):
        names.add(match[1])
    algorithm = headers.get("x-amz-sdk-checksum-algorithm") or headers.get("x-amz-checksum-algorithm", "")
    if algorithm:
        names.add(algorithm.lower())
    return names & {"md5", "sha256", "sha1", "crc32", "crc32c", "crc64nvme"}


class Unframing:
    """Takes the aws-chunked framing off a body, and holds the chunks to their signatures when those are verified.

    The headers stay as they were sent until :meth:`apply`, because the request's signature is over them.
    """

    def __init__(self, signatures: ChunkSignatures | None):
        self._signatures = signatures
        self._decoder = Decoder(signatures.on_chunk, signatures.on_data) if signatures is not None else Decoder()
        self.feed = self._decoder.feed

    def finish(self, size: int, headers: dict[str, str]) -> None:
        """After the last chunk: the body must be complete, as long as announced, and signed to its end."""
        if not self._decoder.done or str(size) != headers.get("x-amz-decoded-content-length"):
            raise AwsError("IncompleteBody", "The request body terminated unexpectedly", 400)
        if self._signatures is not None:
            self._signatures.finish(self._decoder.trailers)

    def apply(self, headers: dict[str, str]) -> None:
        """Trailers count as headers; the framing is no encoding of the content."""
        headers.update(self._decoder.trailers)
        encodings = [each.strip() for each in headers.get("content-encoding", "").split(",")]
        left = ",".join(each for each in encodings if each and each != "aws-chunked")
        if left:
            headers["content-encoding"] = left
        else:
            headers.pop("content-encoding", None)


class Unframed:
    """A large body that has arrived without its framing; :func:`settle_body` makes it the content."""

    __slots__ = ("staged", "unframing")

    def __init__(self, staged: Staged, unframing: Unframing):
        self.staged = staged
        self.unframing = unframing

    def drop(self) -> None:
        self.staged.drop()


def settle_body(
    request: Request, service: str, signatures_of: Callable[[Request], ChunkSignatures | None] = lambda _: None
) -> None:
    """Make ``request.body`` the content itself, and hold it to what the headers claim of it.

    ``signatures_of`` gives what verifies the signatures of a framed body's chunks.
    """
    headers = request.headers
    if request.body.__class__ is FailedBody:
        raise request.body.error
    if request.body.__class__ is Unframed:
        request.body.unframing.apply(headers)
        request.body = request.body.staged
    elif request.body.__class__ is bytes and is_chunked(headers):
        unframing = Unframing(signatures_of(request))
        request.body = unframing.feed(request.body)
        unframing.finish(len(request.body), headers)
        unframing.apply(headers)
    if service == "s3":
        claimed = headers.get("x-amz-content-sha256", "")
        if request.body == b"" and claimed == EMPTY:
            return
        if len(claimed) == 64 and HEX_DIGEST.fullmatch(claimed):
            body = request.body if isinstance(request.body, Staged) else Staged(request.body)
            actual = body.digest("sha256").hex()
            if actual != claimed:
                raise AwsError(
                    "XAmzContentSHA256Mismatch",
                    "The provided 'x-amz-content-sha256' header does not match what was computed.",
                    400,
                    ClientComputedContentSHA256=claimed,
                    S3ComputedContentSHA256=actual,
                )
            request.body = body
