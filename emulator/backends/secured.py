"""TLS of servers on the emulator's event loop: connections whose handshake, and whose client, can be looked at.

Python's own library refuses a client whose certificate it cannot verify; load balancers may let it pass, and log why
one was refused.
"""

import asyncio
import contextlib
from typing import Any

from cryptography import x509
from OpenSSL import SSL

from emulator.backends.http_messages import PIECE

HANDSHAKE = 10.0  # seconds


class Secured:
    """The server's end of a connection under TLS: a StreamReader and a StreamWriter in one, as far as servers need."""

    def __init__(self, context: SSL.Context, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._reader, self._writer = reader, writer
        self._connection = SSL.Connection(context, None)
        self._connection.set_app_data(self)
        self._connection.set_accept_state()
        self.refusal = 0  # OpenSSL's number of what is wrong with a certificate of the client's
        self.refused: x509.Certificate | None = None  # the client's own certificate, if it is that one
        self.seconds = 0.0  # that the handshake took
        self.offered: list[str] = []  # the protocols that the client would speak

    async def handshake(self) -> None:
        """Raises OSError, EOFError."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.wait_for(self._done(self._connection.do_handshake), HANDSHAKE)
        self.seconds = loop.time() - began

    async def _done(self, step, *given) -> Any:
        """What a step gives, once the other side has said what it needs."""
        while True:
            try:
                found = step(*given)
            except SSL.WantReadError:
                await self.drain()
                data = await self._reader.read(PIECE)
                if not data:
                    raise EOFError from None
                self._connection.bio_write(data)
            except SSL.ZeroReturnError:
                raise EOFError from None
            except SSL.Error as error:
                await self.drain()
                raise ConnectionAbortedError(str(error)) from None
            else:
                await self.drain()
                return found

    async def read(self, size: int) -> bytes:
        try:
            return await self._done(self._connection.recv, size)
        except EOFError:
            return b""

    def write(self, data: bytes) -> None:
        """Raises ConnectionAbortedError."""
        try:
            if data:
                self._connection.sendall(data)
        except SSL.Error as error:
            raise ConnectionAbortedError(str(error)) from None
        self._put()

    def _put(self) -> None:
        while True:
            try:
                self._writer.write(self._connection.bio_read(PIECE))
            except SSL.WantReadError:
                return

    async def drain(self) -> None:
        self._put()
        await self._writer.drain()

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        """Tell the other side that nothing follows; it may go on."""
        with contextlib.suppress(SSL.Error):  # there is nobody to tell
            self._connection.shutdown()
        self._put()

    def close(self) -> None:
        self.write_eof()
        self._writer.close()

    # What is known of the other side

    def version(self) -> str:
        """``TLSv1.3``."""
        return self._connection.get_protocol_version_name()

    def cipher(self) -> str:
        """By OpenSSL's name; "" before there is one."""
        return self._connection.get_cipher_name() or ""

    def protocol(self) -> str:
        """What was agreed on by ALPN (``h2``), "" without."""
        return self._connection.get_alpn_proto_negotiated().decode()

    def name(self) -> str:
        """The host name that the client asked for, "" for none."""
        return (self._connection.get_servername() or b"").decode()

    def certificate(self) -> str:
        """The ARN of the certificate that was shown, which its context carries."""
        return self._connection.get_context().get_app_data()

    def get_extra_info(self, name: str) -> Any:
        return self._writer.get_extra_info(name)

    def chain(self) -> list[x509.Certificate]:
        """The client's certificates, its own first."""
        leaf = self._connection.get_peer_certificate(as_cryptography=True) or self.refused
        rest = self._connection.get_peer_cert_chain(as_cryptography=True) or []
        return [] if leaf is None else [leaf, *(each for each in rest if each != leaf)]
