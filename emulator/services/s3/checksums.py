"""Checksums of objects and parts: claimed by the client, or S3's default; of one part or of many.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html. Trailing checksums arrive
here as the same input members as checksum headers.
"""

import base64
import binascii
from collections.abc import Iterable

from emulator.kernel import digests
from emulator.kernel.blobs import Staged
from emulator.kernel.errors import AwsError

# Algorithm -> bytes of its digest. CRC64NVME is what S3 computes when nobody asks for another.
SIZES = {"CRC32": 4, "CRC32C": 4, "CRC64NVME": 8, "SHA1": 20, "SHA256": 32}
DEFAULT = "CRC64NVME"
# Checksums of the model that this emulator doesn't compute.
OTHERS = ("ChecksumSHA512", "ChecksumMD5", "ChecksumXXHASH64", "ChecksumXXHASH3", "ChecksumXXHASH128")
MEMBERS = {name: f"Checksum{name}" for name in SIZES}
# Members with which a write says anything of its content's checksum. Most writes carry none.
CLAIMS = frozenset(("ContentMD5", "ChecksumAlgorithm", *MEMBERS.values(), *OTHERS))
COMPOSITE, FULL_OBJECT = "COMPOSITE", "FULL_OBJECT"


def invalid_request(message: str) -> AwsError:
    return AwsError("InvalidRequest", message, 400)


# What a request claims


def claimed(given: dict) -> tuple[str | None, str | None]:
    """(algorithm, value) of the one checksum that a request carries; Nones when it has none. Raises InvalidRequest."""
    found = [(name, given[member]) for name, member in MEMBERS.items() if member in given]
    if not found:
        if not given.keys().isdisjoint(OTHERS):
            raise unsupported()
        return None, None
    if len(found) > 1:
        raise invalid_request("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
    return found[0]


def unsupported() -> AwsError:
    return invalid_request("Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                           f"[{', '.join(SIZES)}]")  # fmt: skip


def verify(body: Staged, given: dict) -> tuple[str | None, str | None]:
    """Hold a body to the MD5 and checksum that its request claims; (algorithm, value) of that checksum, base64.

    Nones when it claims none. Raises InvalidDigest, BadDigest, InvalidRequest.
    """
    if CLAIMS.isdisjoint(given):
        return None, None
    if "ContentMD5" in given:
        check_md5(body, given["ContentMD5"])
    algorithm, value = claimed(given)
    named = given.get("ChecksumAlgorithm")
    if named is not None and named not in SIZES:
        raise invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid.")
    if algorithm is None:
        if named is not None:
            raise invalid_request("x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
                                  "x-amz-trailer headers were found.")  # fmt: skip
        return None, None
    if named is not None and named != algorithm:
        raise invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid.")
    if not is_digest(value, algorithm):
        raise invalid_request(f"Value for x-amz-checksum-{algorithm.lower()} header is invalid.")
    if value != of_body(body, algorithm):
        raise AwsError("BadDigest", f"The {algorithm} you specified did not match the calculated checksum.", 400)
    return algorithm, value


def of_body(body: Staged, algorithm: str) -> str:
    return encode(body.digest(algorithm.lower()))


def encode(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def decode(value: str) -> bytes:
    return base64.b64decode(value)


def is_digest(value: str, algorithm: str) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == SIZES[algorithm]
    except (binascii.Error, ValueError):
        return False


def check_md5(body: Staged, claimed_digest: str) -> None:
    """Content-MD5: 16 bytes in base64 that are the body's. Raises InvalidDigest, BadDigest."""
    try:
        raw = base64.b64decode(claimed_digest, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 16:
        members = {"Content-MD5": claimed_digest}
        raise AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.", 400, **members)
    actual = body.digest("md5")
    if raw != actual:
        raise AwsError(
            "BadDigest", "The Content-MD5 you specified did not match what we received.", 400,
            ExpectedDigest=claimed_digest, CalculatedDigest=encode(actual),
        )  # fmt: skip


# Of an upload in parts


def type_mismatch(expected: str, actual: str) -> AwsError:
    return invalid_request(f"Checksum Type mismatch occurred, expected checksum Type: {expected.lower()}, actual "
                           f"checksum Type: {actual.lower()}")  # fmt: skip


def settle_type(algorithm: str | None, kind: str | None) -> tuple[str | None, str | None]:
    """(algorithm, type) that a multipart upload is begun with. Raises InvalidRequest."""
    if algorithm is None:
        if kind is not None:
            raise invalid_request(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
            )
        return None, None
    if algorithm not in SIZES:
        raise unsupported()
    if kind is None:
        kind = FULL_OBJECT if algorithm == DEFAULT else COMPOSITE
    elif kind not in (COMPOSITE, FULL_OBJECT):
        raise invalid_request("Value for x-amz-checksum-type header is invalid.")
    if (kind == COMPOSITE and algorithm == DEFAULT) or (kind == FULL_OBJECT and algorithm.startswith("SHA")):
        raise invalid_request(
            f"The {kind} checksum type cannot be used with the {algorithm.lower()} checksum algorithm."
        )
    return algorithm, kind


def composite(algorithm: str, values: Iterable[str]) -> str:
    """The checksum of the parts' checksums, with their number behind it."""
    raw = [decode(value) for value in values]
    return f"{encode(digests.digest(algorithm.lower(), b''.join(raw)))}-{len(raw)}"


def combined(algorithm: str, parts: Iterable[tuple[str, int]]) -> str:
    """The CRC of the whole from (CRC, size) of its parts in order, without reading them."""
    from awscrt import checksums  # a native library: loaded when first wanted

    combine = {
        "CRC32": checksums.combine_crc32, "CRC32C": checksums.combine_crc32c, "CRC64NVME": checksums.combine_crc64nvme,
    }[algorithm]  # fmt: skip
    whole = 0
    for value, size in parts:
        whole = combine(whole, int.from_bytes(decode(value), "big"), size)
    return encode(whole.to_bytes(SIZES[algorithm], "big"))


def algorithm_of(checksums: dict[str, str]) -> str | None:
    """The algorithm of an object's stored checksum."""
    return next((name for name, member in MEMBERS.items() if member in checksums), None)
