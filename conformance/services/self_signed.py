"""Certificates for services that take certificates of their callers: such that sign themselves, and one of a CA's."""

from datetime import UTC, datetime, timedelta
from functools import cache


@cache
def pair(name="imported.example.com", number=1):
    """A certificate that signs itself, and its key, in PEM: made anew in each run; ``number``: which of a name's."""
    key = _key()
    return _signed(name, key, name, key)


@cache
def signed(name):
    """A certificate that a CA of its own has signed, its key, and the CA's certificate, in PEM."""
    authority = _key()
    return *_signed(name, _key(), "Test CA", authority), _signed("Test CA", authority, "Test CA", authority)[0]


def _key():
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _signed(name, key, issuer, by):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    subject, issuer = (x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, each)]) for each in (name, issuer))
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    builder = builder.not_valid_after(now + timedelta(days=3650))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
    builder = builder.add_extension(x509.BasicConstraints(True, None), True)
    usages = dict.fromkeys((
        "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only",
        "decipher_only"), False)
    builder = builder.add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, **usages), True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), False)
    certificate = builder.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return certificate, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption())
