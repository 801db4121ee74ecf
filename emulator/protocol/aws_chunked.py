"""Bodies with ``Content-Encoding: aws-chunked``: signed or unsigned chunks, with or without trailers; sans-I/O.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from emulator.protocol.errors import ParseError

LINE_LIMIT = 16 * 1024
TRAILERS_LIMIT = 32
CHUNK_LIMIT = 5 * 1024**3


@dataclass(slots=True)
class Chunk:
    """One chunk as its line announces it; ``signature`` is None for unsigned bodies, ``size`` 0 for the last."""

    size: int
    signature: str | None


@dataclass(slots=True)
class Decoder:
    """Takes the framing off a body as it arrives.

    ``feed`` returns the payload bytes in the fed data. ``chunks`` collects the chunks begun so far (their signatures
    are the caller's to check); ``on_chunk(chunk)`` is called for each at its start and ``on_data(bytes)`` for its
    bytes, so that a hash per chunk can be kept. ``trailers`` holds the trailing headers, lower-case, once ``done``;
    ``x-amz-trailer-signature`` is among them. Raises ParseError for malformed framing.
    """

    on_chunk: Callable[[Chunk], None] | None = None
    on_data: Callable[[bytes], None] | None = None
    done: bool = False
    chunks: list[Chunk] = field(default_factory=list)
    trailers: dict[str, str] = field(default_factory=dict)
    _buffer: bytearray = field(default_factory=bytearray)
    _left: int = 0
    _state: str = "line"

    def feed(self, data: bytes) -> bytes:
        """The payload within the next bytes of the body."""
        out: list[bytes] = []
        view = memoryview(data)
        while len(view):
            if self.done:
                raise malformed("data after the last chunk")
            if self._state == "data":
                part = bytes(view[:self._left])
                view = view[len(part):]
                self._left -= len(part)
                out.append(part)
                if self.on_data is not None:
                    self.on_data(part)
                if not self._left:
                    self._state = "end of data"
            else:
                view = self._take_line(view)
        return out[0] if len(out) == 1 else b"".join(out)

    def finish(self) -> None:
        """The body has ended. Raises ParseError (IncompleteBody) when the last chunk has not been seen."""
        if not self.done:
            raise ParseError("IncompleteBody", "The request body terminated unexpectedly")

    def _take_line(self, view: memoryview) -> memoryview:
        """Consume up to the end of a line; act on it when it is whole."""
        data = bytes(view[:LINE_LIMIT])
        end = data.find(b"\n")
        taken = len(data) if end < 0 else end + 1
        self._buffer += data[:taken]
        if len(self._buffer) > LINE_LIMIT:
            raise malformed("line too long")
        if end >= 0:
            line = bytes(self._buffer)
            self._buffer.clear()
            if not line.endswith(b"\r\n"):
                # Some clients end the trailer lines with a bare line feed.
                if self._state != "trailers":
                    raise malformed("line end")
                line = line[:-1] + b"\r\n"
            self._line(line[:-2])
        return view[taken:]

    def _line(self, line: bytes) -> None:
        if self._state == "line":
            self._begin(line)
        elif self._state == "end of data":
            if line:
                raise malformed("chunk longer than announced")
            self._state = "line"
        elif line:
            name, separator, value = line.decode("latin-1").partition(":")
            if not separator or len(self.trailers) >= TRAILERS_LIMIT:
                raise malformed("trailer")
            self.trailers[name.strip().lower()] = value.strip()
        else:
            self.done = True

    def _begin(self, line: bytes) -> None:
        size, *extensions = line.decode("latin-1").split(";")
        if not size or len(size) > 16 or any(each not in "0123456789abcdefABCDEF" for each in size):
            raise malformed("chunk size")
        signature = None
        for extension in extensions:
            name, _, value = extension.partition("=")
            if name.strip() == "chunk-signature":
                signature = value.strip()
        chunk = Chunk(int(size, 16), signature)
        if chunk.size > CHUNK_LIMIT:
            raise malformed("chunk size")
        self.chunks.append(chunk)
        if self.on_chunk is not None:
            self.on_chunk(chunk)
        self._left = chunk.size
        self._state = "data" if chunk.size else "trailers"


def malformed(reason: str) -> ParseError:
    return ParseError("IncompleteBody", f"The request body is not well-formed aws-chunked: {reason}")


def encode(parts: Iterable[bytes], trailers: dict[str, str] | None = None,
           sign: Callable[[bytes], str] | None = None) -> Iterator[bytes]:
    """Frame a body. ``sign`` gives the signature of each chunk's bytes (of ``b""`` for the last), None for unsigned."""
    for part in parts:
        if part:
            yield _head(part, sign) + part + b"\r\n"
    yield _head(b"", sign)
    for name, value in (trailers or {}).items():
        yield f"{name}:{value}\r\n".encode("latin-1")
    yield b"\r\n"


def _head(part: bytes, sign: Callable[[bytes], str] | None) -> bytes:
    extension = f";chunk-signature={sign(part)}" if sign is not None else ""
    return f"{len(part):x}{extension}\r\n".encode()
