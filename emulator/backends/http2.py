"""An HTTP/2 connection on the emulator's event loop: its streams and the flow of their bodies, alike for both sides.

https://www.rfc-editor.org/rfc/rfc9113; the frames are h2's work.
"""

import asyncio
import contextlib
import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable

from h2 import events
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from emulator.backends.http_messages import PIECE, Headers

PARALLEL = 128  # streams of a connection, as load balancers allow
WINDOW = 65535  # bytes of a stream that the other side may send before they are read
#: Headers that belong to a connection of HTTP/1.1 and that HTTP/2 forbids.
FORBIDDEN = frozenset(("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "host"))


class Broken(Exception):
    """A stream, or its connection, ended before its time."""


class Stream:
    """What the other side sends in one stream. ``trailers`` are there when the body has ended.

    ``taken`` is told how many bytes of its window have been read.
    """

    def __init__(self, id: int, taken: Callable[["Stream", int], None]):
        self.id = id
        self.unread = 0  # bytes of its window
        self.head: asyncio.Future[Headers] = asyncio.get_running_loop().create_future()
        self.trailers: list[tuple[str, str]] = []
        self.ended = False
        self.gone: Callable[[], object] = lambda: None  # called when the stream breaks
        self._taken = taken
        self._pieces: asyncio.Queue[tuple[bytes, int] | Broken | None] = asyncio.Queue()

    def add(self, piece: bytes, size: int) -> None:
        """A piece of the body, which takes ``size`` bytes of the window."""
        self.unread += size
        self._pieces.put_nowait((piece, size))

    def end(self) -> None:
        self.ended = True
        self._pieces.put_nowait(None)

    def fail(self, why: str) -> None:
        self._pieces.put_nowait(Broken(why))
        if not self.head.done():
            self.head.set_exception(Broken(why))
            self.head.exception()  # nobody need wait for it
        self.gone()

    async def body(self) -> AsyncGenerator[bytes, None]:
        """The pieces as they come; who asks for the next has read the last. Raises Broken."""
        while (found := await self._pieces.get()) is not None:
            if isinstance(found, Broken):
                raise found
            piece, size = found
            yield piece
            self._taken(self, size)


class Connection:
    """``opened`` is called with each stream that a client opens; a client has none. After ``lasting`` seconds the
    connection ends with the last of its streams.
    """

    def __init__(self, reader, writer, opened: Callable[[Stream], None] | None = None, lasting: float = math.inf):
        self._reader, self._writer, self._opened = reader, writer, opened
        self._end = asyncio.get_running_loop().time() + lasting
        self._frames = H2Connection(H2Configuration(client_side=opened is None, header_encoding="latin-1"))
        self._frames.local_settings[SettingCodes.MAX_CONCURRENT_STREAMS] = PARALLEL
        self._frames.initiate_connection()
        # Room for all streams' windows: one that nobody reads must not hold up the others.
        self._frames.increment_flow_control_window((PARALLEL - 1) * WINDOW)
        self._streams: dict[int, Stream] = {}
        self._room = asyncio.Event()  # set when the other side takes more

    async def run(self, idle: float | None = None) -> None:
        """Read until the connection ends, or nothing has come for ``idle`` seconds while no stream was open."""
        await self._flush()
        try:
            while data := await self._read(idle):
                for event in self._frames.receive_data(data):
                    self._handle(event)
                await self._flush()
        except ProtocolError:
            await self._flush()  # the reason, for the other side
        finally:
            for stream in list(self._streams.values()):
                stream.fail("the connection has ended")
            self._streams.clear()
            self._room.set()

    async def _read(self, idle: float | None) -> bytes:
        while True:
            try:
                return await asyncio.wait_for(self._reader.read(PIECE), idle)
            except TimeoutError:
                if not self._streams:
                    return b""

    async def _flush(self) -> None:
        self._writer.write(self._frames.data_to_send())
        await self._writer.drain()

    def _handle(self, event: events.Event) -> None:
        match event:
            case events.RequestReceived():
                stream = self._streams[event.stream_id] = Stream(event.stream_id, self._acknowledge)
                stream.head.set_result(tuple(event.headers))
                self._opened(stream)
            case events.WindowUpdated() | events.RemoteSettingsChanged():
                self._room.set()
            case events.ConnectionTerminated():
                for stream in list(self._streams.values()):
                    stream.fail("the other side has ended the connection")
            case _ if (stream := self._streams.get(getattr(event, "stream_id", None))) is not None:
                self._of_stream(stream, event)

    def _of_stream(self, stream: Stream, event: events.Event) -> None:
        match event:
            case events.ResponseReceived():
                stream.head.set_result(tuple(event.headers))
            case events.DataReceived():
                stream.add(event.data, event.flow_controlled_length)
            case events.TrailersReceived():
                stream.trailers += event.headers
            case events.StreamEnded():
                stream.end()
            case events.StreamReset():
                self._streams.pop(stream.id)
                self._room.set()
                stream.fail("the stream was reset")

    def _acknowledge(self, stream: Stream, size: int) -> None:
        """Let the other side send as much again; what belongs to a stream that is over counts for its connection."""
        size = min(size, stream.unread)  # less when the stream was given up
        stream.unread -= size
        with contextlib.suppress(ProtocolError, OSError, RuntimeError):  # the connection has ended
            self._frames.acknowledge_received_data(size, stream.id)
            self._writer.write(self._frames.data_to_send())

    def open(self) -> Stream:
        """A new stream of a client."""
        id = self._frames.get_next_available_stream_id()
        self._streams[id] = Stream(id, self._acknowledge)
        return self._streams[id]

    async def send(self, id: int, head: Headers, body: AsyncIterator[bytes] | None, trailers=()) -> None:
        """A whole message into a stream; None is no body. ``trailers`` are read at its end. Raises ProtocolError."""
        self._frames.send_headers(id, head, end_stream=body is None)
        await self._flush()
        if body is None:
            return
        async for piece in body:
            await self._send_piece(id, piece)
        if trailers:
            self._frames.send_headers(id, trailers, end_stream=True)
        else:
            self._frames.end_stream(id)
        await self._flush()

    async def _send_piece(self, id: int, piece: bytes) -> None:
        while piece:
            room = min(self._frames.local_flow_control_window(id), self._frames.max_outbound_frame_size)
            if room > 0:
                self._frames.send_data(id, piece[:room])
                piece = piece[room:]
                await self._flush()
            else:
                self._room.clear()
                await self._room.wait()

    async def finish(self, stream: Stream, failed: bool) -> None:
        """The stream is answered, or has failed: what the client has still to say of it is not wanted."""
        self._streams.pop(stream.id, None)
        self._acknowledge(stream, stream.unread)
        if failed or not stream.ended:
            with contextlib.suppress(ProtocolError, OSError):
                code = ErrorCodes.INTERNAL_ERROR if failed else ErrorCodes.NO_ERROR
                self._frames.reset_stream(stream.id, code)
                await self._flush()
        if not self._streams and asyncio.get_running_loop().time() >= self._end:
            with contextlib.suppress(ProtocolError, OSError):
                self._frames.close_connection()
                await self._flush()


async def pieces(content: bytes) -> AsyncGenerator[bytes, None]:
    yield content


def allowed(headers) -> Headers:
    """Headers as HTTP/2 takes them: in lower case, without those of a connection."""
    return tuple((name.lower(), value) for name, value in headers if name.lower() not in FORBIDDEN)
