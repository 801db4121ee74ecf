"""Parts of an object: byte ranges and part numbers.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/range-get-olap.html
"""

import re

from emulator.kernel.blobs import Blob
from emulator.kernel.errors import AwsError
from emulator.services.s3.tables import Piece, Version

FORM = re.compile(r"bytes=(\d*)-(\d*)")


def of_range(text: str, size: int) -> tuple[int, int] | None:
    """(start, length) of a Range header; None when S3 ignores it (several ranges, bad syntax). Raises InvalidRange."""
    found = FORM.fullmatch(text.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first == "":
        length = min(int(last), size)
        start = size - length
    else:
        start = int(first)
        if last and int(last) < start:
            return None
        length = (min(int(last), size - 1) if last else size - 1) - start + 1
    if length <= 0 or start >= size:
        raise AwsError(
            "InvalidRange", "The requested range is not satisfiable", 416, RangeRequested=text, ActualObjectSize=size
        )
    return start, length


def of_part(version: Version, number: int) -> tuple[int, int, Piece]:
    """(start, length, part) of a part number. Raises InvalidPartNumber, InvalidArgument."""
    if not 1 <= number <= 10_000:
        raise invalid_part_number(number)
    start = 0
    for index, piece in enumerate(version.pieces, 1):
        if piece.number == number or (piece.number == 0 and index == number):
            return start, piece.size, piece
        start += piece.size
    raise AwsError(
        "InvalidPartNumber", "The requested partnumber is not satisfiable", 416,
        PartNumberRequested=number, ActualPartCount=len(version.pieces),
    )  # fmt: skip


def invalid_part_number(number: int) -> AwsError:
    return AwsError(
        "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive", 400,
        ArgumentName="partNumber", ArgumentValue=number,
    )  # fmt: skip


def content(version: Version, start: int = 0, length: int | None = None) -> list[tuple[Blob, int, int]]:
    """The blob ranges, as a ``Body`` wants them, of ``length`` bytes of an object from ``start``."""
    left = version.size - start if length is None else length
    found = []
    for piece in version.pieces:
        for blob in piece.blobs:
            if start < blob.size and left > 0:
                taken = min(blob.size - start, left)
                found.append((blob, start, taken))
                left -= taken
            start = max(0, start - blob.size)
    return found
