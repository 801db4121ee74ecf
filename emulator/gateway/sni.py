"""Certificates by the name that a client asks for: a host with one of its own is shown that, all others the default."""

import logging
import ssl
from functools import lru_cache

from emulator.engines import certificate_store
from emulator.kernel.host_names import found, host_names

logger = logging.getLogger("emulator.sni")


def choose(default: ssl.SSLContext, store) -> None:
    """Let a listener's context give way to that of the host; ``store`` holds hosts and certificates."""

    def named(connection, name: str | None, _context) -> None:
        row = found(store.rows(host_names), name.lower()) if name else None
        material = store.rows(certificate_store.materials).get(row.certificate) if row and row.certificate else None
        if material is not None:
            connection.context = _context_of(material.pem, material.chain, material.key)

    default.sni_callback = named


@lru_cache(maxsize=64)
def _context_of(pem: str, chain: str, key: bytes) -> ssl.SSLContext:
    """A certificate that is renewed under its ARN gets another context."""
    from emulator.engines import certificate_contexts  # loads cryptography, which a start without TLS does without

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    return certificate_contexts.serve(context, certificate_store.Material("", pem, chain, key))
