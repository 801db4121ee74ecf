"""Certificates for the suite, made when they are needed."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
PEM = serialization.Encoding.PEM


def _signed(name: x509.Name, key, ca: bool) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - DAY).not_valid_after(now + 30 * DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(name: str) -> tuple[str, str]:
    """A self-signed certificate and its private key."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return _signed(_named(name), key, False).public_bytes(PEM).decode(), private.decode()


def authority() -> tuple[str, str]:
    """A CA's certificate, and a list that revokes one of its certificates."""
    key, name = ec.generate_private_key(ec.SECP256R1()), _named("Conformance CA")
    now = datetime.datetime.now(datetime.UTC)
    revoked = x509.RevokedCertificateBuilder().serial_number(7).revocation_date(now).build()
    listed = x509.CertificateRevocationListBuilder().issuer_name(name).last_update(now).next_update(now + DAY)
    listed = listed.add_revoked_certificate(revoked).sign(key, hashes.SHA256())
    return _signed(name, key, True).public_bytes(PEM).decode(), listed.public_bytes(PEM).decode()
