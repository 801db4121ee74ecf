"""TLS with certificates of the store: what a server's context needs of one, and the host names that it covers."""

import os
import ssl
import tempfile
from contextlib import contextmanager

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from emulator.engines.certificate_store import Material


@contextmanager
def readable(content: bytes):
    """The path of a file that only this process reads, for as long as the library needs it."""
    handle, path = tempfile.mkstemp(suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        yield path
    finally:
        os.unlink(path)


def bundle(material: Material) -> bytes:
    """A certificate, its chain and its key, in PEM."""
    key = serialization.load_der_private_key(material.key, None).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())  # fmt: skip
    return f"{material.pem.strip()}\n{material.chain.strip()}\n".encode() + key


def serve(context: ssl.SSLContext, material: Material) -> ssl.SSLContext:
    """Have a server's context show a certificate and its chain; returns the context."""
    with readable(bundle(material)) as path:
        context.load_cert_chain(path)
    return context


def names(material: Material) -> list[str]:
    """The DNS names of a certificate, in lower case."""
    certificate = x509.load_pem_x509_certificate(material.pem.encode())
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return [each.lower() for each in found.value.get_values_for_type(x509.DNSName)]


def signs_itself(material: Material) -> bool:
    """Whether a certificate's own key has signed it."""
    certificate = x509.load_pem_x509_certificate(material.pem.encode())
    try:
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def covers(names: list[str], host: str) -> bool:
    """Whether a host is one of the names, or stands one label below a wildcard."""
    return host in names or f"*.{host.partition('.')[2]}" in names
