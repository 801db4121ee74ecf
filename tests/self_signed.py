"""Certificates that sign themselves, and one that another has signed, made anew for a test."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def self_signed(*names: str) -> dict[str, bytes]:
    """What ImportCertificate takes: a certificate for DNS names and its key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _built(names, key, names[0], key)


def signed(*names: str) -> dict[str, bytes]:
    """The same with a chain: the certificate of the CA, made for this one, that has signed."""
    authority = ec.generate_private_key(ec.SECP256R1())
    chain = _built(["Test CA"], authority, "Test CA", authority)["Certificate"]
    return {**_built(names, ec.generate_private_key(ec.SECP256R1()), "Test CA", authority), "CertificateChain": chain}


def _built(names, key, issuer: str, by) -> dict[str, bytes]:
    now = datetime.now(UTC)
    subject, issuer = (x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, each)]) for each in (names[0], issuer))
    built = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(by, hashes.SHA256())
    )  # fmt: skip
    return {"Certificate": built.public_bytes(serialization.Encoding.PEM), "PrivateKey": key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())}  # fmt: skip
