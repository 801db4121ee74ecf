"""WebSockets that services serve: a connection that asks for one leaves HTTP behind and is handed to its service.

``websockets`` speaks the protocol, sans-I/O; this module moves bytes. A service declares its door with
``Service.socket`` and gets a :class:`Socket` to await messages from.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from emulator import services
from emulator.gateway import chain
from emulator.gateway.identify import DEFAULT_REGION
from emulator.kernel.context import Context, root
from emulator.protocol.wire import Request

if TYPE_CHECKING:
    from emulator.gateway.emulator import Emulator

logger = logging.getLogger("emulator.http")

# By the beginning of the path: whose door it is. A service declares it with ``Service.socket``.
DOORS = {"/v1/data-channel/": "ssm"}
MAX_MESSAGE = 1024 * 1024  # bytes
WAITING = 64  # messages that may wait for the service before the client is made to wait


def door_of(request: Request) -> str | None:
    """The beginning of the path under which a service takes sockets; None when nobody does."""
    if request.headers.get("upgrade", "").lower() != "websocket":
        return None
    return next((prefix for prefix in DOORS if request.path.startswith(prefix)), None)


class Socket:
    """What a service sees of a client: messages to await, messages to send. Text is str, binary is bytes."""

    def __init__(self, connection: "SocketConnection"):
        self._connection = connection
        self._messages: asyncio.Queue = asyncio.Queue()

    async def receive(self) -> str | bytes | None:
        """The next message; None when the client is gone."""
        message = await self._messages.get()
        self._connection.taken(self._messages.qsize())
        return message

    def arrived(self, message: str | bytes | None) -> int:
        """A message for the service (None: there will be no more); how many wait now."""
        self._messages.put_nowait(message)
        return self._messages.qsize()

    def send(self, message: str | bytes) -> None:
        """Send, if the client is still there."""
        self._connection.send(message)

    def close(self, code: int = 1000, reason: str = "") -> None:
        self._connection.close(code, reason)


class SocketConnection(asyncio.Protocol):
    """One connection after its upgrade."""

    def __init__(self, emulator: "Emulator", transport: asyncio.Transport, request: Request, prefix: str):
        self._emulator = emulator
        self._transport = transport
        self._protocol = ServerProtocol(max_size=MAX_MESSAGE)
        self._parts: list[bytes] = []
        self._text = False
        self._full = False
        self.socket = Socket(self)
        self._open(request, prefix)

    def _open(self, request: Request, prefix: str) -> None:
        """Answer the handshake, and begin the service's part."""
        target = request.path + (f"?{request.query}" if request.query else "")
        lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items()), "", ""]
        self._protocol.receive_data("\r\n".join(lines).encode("latin-1", "replace"))
        [asked] = self._protocol.events_received()
        self._protocol.send_response(self._protocol.accept(asked))
        self._flush()
        if self._protocol.state is not State.OPEN:
            return
        emulator, name = self._emulator, DOORS[prefix]
        options = emulator.options
        context = Context(emulator.runtime, name, "", options.account, DEFAULT_REGION, root(options.account))
        serve = services.load(name).sockets[prefix]
        work = chain.Stepwise(emulator.runtime.store, serve(context, request.path[len(prefix) :], self.socket))
        emulator.runtime.spawn(self._serve(work), f"{name}{prefix}")

    async def _serve(self, work) -> None:
        try:
            await work
        except asyncio.CancelledError:  # the state that it served is gone
            self.close(1012)
            raise
        except Exception:
            logger.exception("a socket's service failed")
            self.close(1011)
        else:
            self.close()

    # From the client

    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._take(event)
        self._flush()

    def _take(self, frame: Frame) -> None:
        """Put the frames of a message together; pings are answered by the protocol itself."""
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._parts, self._text = [bytes(frame.data)], frame.opcode is Opcode.TEXT
        elif frame.opcode is Opcode.CONT:
            self._parts.append(bytes(frame.data))
        else:
            return
        if frame.fin:
            whole = b"".join(self._parts)
            self._parts = []
            waiting = self.socket.arrived(whole.decode("utf-8", "replace") if self._text else whole)
            if waiting >= WAITING and not self._full:
                self._full = True
                self._transport.pause_reading()

    def taken(self, waiting: int) -> None:
        if self._full and waiting < WAITING // 2 and not self._transport.is_closing():
            self._full = False
            self._transport.resume_reading()

    def eof_received(self) -> None:
        self._protocol.receive_eof()
        self._flush()

    def connection_lost(self, error) -> None:
        self.socket.arrived(None)

    # To the client

    def send(self, message: str | bytes) -> None:
        if self._protocol.state is not State.OPEN or self._transport.is_closing():
            return
        if isinstance(message, str):
            self._protocol.send_text(message.encode())
        else:
            self._protocol.send_binary(message)
        self._flush()

    def close(self, code: int = 1000, reason: str = "") -> None:
        if self._protocol.state is State.OPEN:
            try:
                self._protocol.send_close(code, reason)
            except InvalidState:  # the client was faster
                return
            self._flush()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()
