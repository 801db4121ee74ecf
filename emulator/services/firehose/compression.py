"""Compression of S3 objects. https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html"""

import gzip
import io
import zipfile
from collections.abc import Callable

BLOCK = 256 * 1024  # bytes of one block of Hadoop's framing


def compressed(format: str, content: bytes) -> tuple[bytes, str]:
    """The content as the format has it, and the extension of such files."""
    compress, extension = FORMATS[format]
    return compress(content), extension


def _zip(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # A fixed name and date: equal records make equal files.
        archive.writestr(zipfile.ZipInfo("data"), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _snappy(content: bytes) -> bytes:
    import cramjam

    return bytes(cramjam.snappy.compress(content))


def _hadoop_snappy(content: bytes) -> bytes:
    """Hadoop's framing: the length of a block, then of its compressed form, both of four bytes, then that form."""
    import cramjam

    parts = []
    for start in range(0, len(content), BLOCK):
        block = content[start : start + BLOCK]
        packed = bytes(cramjam.snappy.compress_raw(block))
        parts += [len(block).to_bytes(4, "big"), len(packed).to_bytes(4, "big"), packed]
    return b"".join(parts)


FORMATS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "UNCOMPRESSED": (bytes, ""),
    "GZIP": (lambda content: gzip.compress(content, mtime=0), ".gz"),
    "ZIP": (_zip, ".zip"),
    "Snappy": (_snappy, ".snappy"),
    "HADOOP_SNAPPY": (_hadoop_snappy, ".hsnappy"),
}
