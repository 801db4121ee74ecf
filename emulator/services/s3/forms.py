"""HTML forms as browsers post them to a bucket: fields up to the file, and the file, staged.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
"""

from typing import NamedTuple

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from emulator.kernel.blobs import INLINE, Blobs, Staged, Writer
from emulator.kernel.errors import AwsError

LARGEST_FIELDS = 20 * 1024  # bytes of all fields together
DIGESTS = ("md5", "crc64nvme")


class Form(NamedTuple):
    """``fields`` by lower-case name, in order, without those after the file. ``filename`` is "" when none was told."""

    fields: dict[str, str]
    file: Staged
    filename: str


def malformed() -> AwsError:
    message = "The body of your POST request is not well-formed multipart/form-data."
    return AwsError("MalformedPOSTRequest", message, 400)


def read(body: Staged, content_type: str, blobs: Blobs) -> Form:
    """Parse a form. Raises MalformedPOSTRequest, IncorrectNumberOfFilesInPostRequest, MaxPostPreDataLengthExceeded…

    Touches no state, so that a large body can be read in a worker thread; the caller drops or keeps the staged file.
    """
    _, options = parse_options_header(content_type)
    if "boundary" not in options:
        raise malformed()
    reader = _Reader(blobs)
    try:
        with PushMultipartParser(options["boundary"], max_header_size=64 * 1024) as parser:
            for piece in body.pieces():
                for event in parser.parse(piece):
                    reader.take(event)
    except MultipartError:
        reader.abort()
        raise malformed() from None
    except BaseException:
        reader.abort()
        raise
    return reader.form()


class _Reader:
    """Collects what the parser finds: text of fields, then the file in memory or, when it is large, on disk."""

    def __init__(self, blobs: Blobs):
        self._blobs = blobs
        self._fields: dict[str, str] = {}
        self._size = 0
        self._name: str | None = None  # of the segment at hand; None behind the file
        self._text = bytearray()
        self._filename: str | None = None
        self._writer: Writer | None = None
        self._file: Staged | None = None

    def take(self, event) -> None:
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is None:
            self._end()
        elif self._name is not None:
            self._data(event)

    def _begin(self, segment: MultipartSegment) -> None:
        self._text = bytearray()
        if self._file is not None:
            self._name = None
            return
        _, options = parse_options_header(segment.header("content-disposition", ""))
        self._name = options.get("name", "").lower()
        if self._name == "file":
            self._filename = options.get("filename", "")

    def _data(self, data: bytes) -> None:
        if self._name == "file":
            if self._writer is None and len(self._text) + len(data) > INLINE:
                self._writer = self._blobs.writer(DIGESTS)
                self._writer.write(bytes(self._text))
                self._text = bytearray()
            if self._writer is not None:
                self._writer.write(bytes(data))
                return
        else:
            self._size += len(data)
            if self._size > LARGEST_FIELDS:
                raise AwsError(
                    "MaxPostPreDataLengthExceededError",
                    "Your POST request fields preceding the upload file were too large.",
                    400,
                    MaxPostPreDataLengthBytes=LARGEST_FIELDS,
                )
        self._text += data

    def _end(self) -> None:
        if self._name == "file":
            self._file = self._writer.finish() if self._writer is not None else Staged(bytes(self._text))
            self._writer = None
        elif self._name is not None:
            self._fields[self._name] = self._text.decode("utf-8", "replace")

    def form(self) -> Form:
        if self._file is None:
            raise AwsError(
                "IncorrectNumberOfFilesInPostRequest", "POST requires exactly one file upload per request.", 400
            )
        return Form(self._fields, self._file, (self._filename or "").replace("\\", "/").rsplit("/", 1)[-1])

    def abort(self) -> None:
        if self._writer is not None:
            self._writer.abort()
        elif self._file is not None:
            self._file.drop()
