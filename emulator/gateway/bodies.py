"""Bodies before they are decoded: aws-chunked framing taken off, trailers turned into headers, digests compared."""

import re

from emulator.kernel.blobs import Staged
from emulator.kernel.errors import AwsError
from emulator.protocol.aws_chunked import Decoder
from emulator.protocol.wire import Request

HEX_DIGEST = re.compile(r"[0-9a-f]{64}")
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


def settle_body(request: Request, service: str) -> None:
    """Make ``request.body`` the content itself, and hold it to what the headers claim of it."""
    headers = request.headers
    if request.body.__class__ is FailedBody:
        raise request.body.error
    if request.body.__class__ is bytes and is_chunked(headers):
        decoder = Decoder()
        request.body = decoder.feed(request.body)
        finish_chunked(decoder, len(request.body), headers)
    if service == "s3":
        claimed = headers.get("x-amz-content-sha256", "")
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


def finish_chunked(decoder: Decoder, size: int, headers: dict[str, str]) -> None:
    """After the last chunk: it must be complete and as long as announced; trailers count as headers."""
    if not decoder.done or str(size) != headers.get("x-amz-decoded-content-length"):
        raise AwsError("IncompleteBody", "The request body terminated unexpectedly", 400)
    headers.update(decoder.trailers)
    encodings = [each.strip() for each in headers.get("content-encoding", "").split(",")]
    left = ",".join(each for each in encodings if each and each != "aws-chunked")
    if left:
        headers["content-encoding"] = left
    else:
        headers.pop("content-encoding", None)
