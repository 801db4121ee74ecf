"""The Sanic adapter: Sanic owns the listening sockets, the connections and the orderly end; the chain answers."""

import asyncio
import contextlib
import itertools
import socket
from functools import partial

from sanic import Sanic
from sanic.server import AsyncioServer

from emulator.gateway import listeners
from emulator.gateway.emulator import Emulator, Options
from emulator.gateway.hooks import Hooks
from emulator.gateway.http import IDLE, HttpConnection
from emulator.gateway.tls_door import TlsDoor

GRACE = 5.0  # seconds that requests under way may take after a stop was asked for
_numbers = itertools.count()


class Server:
    """Serves one emulator. ``await start()``, then ``await stop()``; ``url`` tells where."""

    def __init__(self, options: Options, tls=None, tls_port: int | None = None):
        self.options = options
        self.emulator = Emulator(options)
        self.emulator.hooks = Hooks()
        self._tls = tls
        self._tls_port = tls_port
        self.tls_port: int | None = None  # what TLS listens on, where it does
        self._server: AsyncioServer | None = None
        self._door: TlsDoor | None = None
        self.listeners: list = []  # what listens on ports of its own
        self._sweeper: asyncio.Task | None = None
        self.port = options.port

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.options.host in ("0.0.0.0", "::") else self.options.host
        return f"http://{host}:{self.port}"

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken; port 0 takes a free one."""
        loop = asyncio.get_running_loop()
        sock = self._socket(self.options.port)
        self.port = sock.getsockname()[1]
        self.emulator.runtime.host = self.url
        self.emulator.start(loop)
        app = Sanic(f"paritylab-{next(_numbers)}", configure_logging=False)
        Sanic.unregister_app(app)  # several emulators may live in one process; nobody looks one up by name
        app.config.TOUCHUP = False  # rewrites methods of Sanic's classes from their source, once per process at most
        app.ctx.emulator = self.emulator
        app.router.reset()
        app.add_route(_unused, "/")  # Sanic wants a route; its router is never asked, HttpConnection is the way in
        self._server = await app.create_server(
            sock=sock, protocol=HttpConnection, backlog=1024, access_log=False,
            asyncio_server_kwargs={"start_serving": False},
        )  # fmt: skip
        await self._server.startup()
        await self._server.start_serving()
        if self._tls is not None:
            self._open_door(app, loop)
        self.listeners = await listeners.start(self.emulator)
        self._sweeper = loop.create_task(self._sweep())

    def _open_door(self, app: Sanic, loop) -> None:
        """TLS on a port of its own; its connections are among the server's."""
        sock = self._socket(self._tls_port or 0)
        self.tls_port = sock.getsockname()[1]
        connection = partial(HttpConnection, loop=loop, app=app, connections=self._server.connections)
        self._door = TlsDoor(sock, self._tls, self.emulator.runtime.store, connection)
        self._door.open()

    def _socket(self, port: int) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.options.host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((self.options.host, port))
        sock.setblocking(False)
        return sock

    async def _sweep(self) -> None:
        """Close connections that nobody has used for a long time."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(IDLE / 4)
            for connection in list(self._server.connections):
                connection.close_if_stale(loop.time())

    async def stop(self) -> None:
        """Accept no more, let requests under way end, then close everything and write what waits."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        for each in self.listeners:
            each.close()
        if self._door is not None:
            self._door.close()
        self._server.server.close()
        self.emulator.runtime.signals.wake_all()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + GRACE
        while any(not each.close_if_idle() for each in list(self._server.connections)):
            if loop.time() > deadline:
                break
            await asyncio.sleep(0.02)
        for connection in list(self._server.connections):
            connection.abort()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._server.wait_closed(), 1)
        self.emulator.stop()


async def _unused(_request):
    """Never reached: HttpConnection answers everything."""
