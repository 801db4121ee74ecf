"""The door for TLS: the name that a client asks for decides what it is shown, and what it must show.

The first bytes of a connection are looked at where they lie; then Python's TLS takes over with the host's own context.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Callable
from functools import lru_cache, partial

from emulator.engines import certificate_store
from emulator.gateway.client_hello import server_name, whole
from emulator.kernel.host_names import found, host_names

logger = logging.getLogger("emulator.tls")

HELLO = 16 * 1024  # bytes of a ClientHello at most
PATIENCE = 10.0  # seconds until a client has said hello
PAUSE = 0.01  # seconds between two looks at one that is not whole yet
ANY_TIME = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python has no name for
DEMANDS = {"required": ssl.CERT_REQUIRED, "optional": ssl.CERT_OPTIONAL}


class TlsDoor:
    """Serves ``protocol(server_name=…)`` on a socket; ``default`` is for hosts without a certificate of their own."""

    def __init__(self, sock: socket.socket, default: ssl.SSLContext, store,
                 protocol: Callable[..., asyncio.Protocol]):  # fmt: skip
        self._socket, self._default, self._store, self._protocol = sock, default, store, protocol
        self._guests: set[asyncio.Task] = set()
        self._task: asyncio.Task | None = None

    def open(self) -> None:
        self._socket.listen(1024)
        self._task = asyncio.get_running_loop().create_task(self._accept())

    def close(self) -> None:
        for each in (self._task, *self._guests):
            each.cancel()
        self._socket.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._socket)
            except OSError:  # too many files are open, or the client has gone
                await asyncio.sleep(PAUSE)
                continue
            task = loop.create_task(self._admit(connection))
            self._guests.add(task)
            task.add_done_callback(self._guests.discard)

    async def _admit(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        connection.setblocking(False)
        try:
            name = (server_name(await asyncio.wait_for(_hello(loop, connection), PATIENCE)) or "").lower()
            await loop.connect_accepted_socket(
                partial(self._protocol, server_name=name), connection, ssl=self._context(name),
                ssl_handshake_timeout=PATIENCE)  # fmt: skip
        except (OSError, TimeoutError) as error:  # ssl.SSLError is an OSError
            logger.debug("a TLS connection did not come about: %s", error)
            connection.close()
        except asyncio.CancelledError:
            connection.close()
            raise

    def _context(self, name: str) -> ssl.SSLContext:
        row = found(self._store.rows(host_names), name)
        material = self._store.rows(certificate_store.materials).get(row.certificate) if row is not None else None
        if material is None:
            return self._default
        trusted = self._store.rows(certificate_store.authorities).get(row.trusted)
        return _made(material, trusted.pem if trusted else "", row.clients, row.expired, row.minimum)


async def _hello(loop, connection: socket.socket) -> bytes:
    """The first message of a connection, left to be read again."""
    while True:
        ready = loop.create_future()
        loop.add_reader(connection, lambda ready=ready: ready.done() or ready.set_result(None))
        try:
            await ready
        finally:
            loop.remove_reader(connection)
        data = b""
        with contextlib.suppress(BlockingIOError):
            data = connection.recv(HELLO, socket.MSG_PEEK)
        if not data or whole(data) or len(data) == HELLO:
            return data
        await asyncio.sleep(PAUSE)


@lru_cache(maxsize=128)
def _made(material: certificate_store.Material, trusted: str, clients: str, expired: bool,
          minimum: str) -> ssl.SSLContext:  # fmt: skip
    """A host's context; what is renewed under its ARN gets another one. The other members are HostName's."""
    from emulator.engines import certificate_contexts  # loads cryptography, which a start without TLS does without

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if minimum == "TLSv1.3":
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    if clients in DEMANDS:
        context.load_verify_locations(cadata=trusted)
        context.verify_mode = DEMANDS[clients]
        context.verify_flags |= ANY_TIME if expired else 0
        context.num_tickets = 0  # a session that is resumed shows no certificate again
    return certificate_contexts.serve(context, material)
