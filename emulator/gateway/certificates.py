"""A local CA and a server certificate for the emulator's host names, made once and kept.

They live in ``DIR/tls`` of the data directory, or in the user's cache directory. Clients trust ``ca.pem``
(``AWS_CA_BUNDLE``, ``NODE_EXTRA_CA_CERTS``).
"""

import datetime
import ipaddress
import os
import ssl
from pathlib import Path

NAMES = (
    "localhost", "*.localhost", "*.s3.localhost", "localhost.localstack.cloud", "*.localhost.localstack.cloud",
    "*.s3.localhost.localstack.cloud", "*.us-east-1.localhost.localstack.cloud", "*.cloudfront.localhost",
    "*.cloudfront.net",
)  # fmt: skip
VALID = datetime.timedelta(days=825)  # the longest that common clients accept


def directory(data_dir: Path | None) -> Path:
    if data_dir is not None:
        return data_dir / "tls"
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "paritylab" / "tls"


def server_context(data_dir: Path | None = None) -> ssl.SSLContext:
    """A TLS context with our certificate; made now if there is none or it is about to end."""
    folder = directory(data_dir)
    chain, key = folder / "server.pem", folder / "server.key"
    if not usable(chain):
        make(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


def usable(chain: Path) -> bool:
    """Whether there is a certificate that is for all names and does not end soon."""
    from cryptography import x509

    if not chain.exists():
        return False
    kept = x509.load_pem_x509_certificate(chain.read_bytes())
    names = kept.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    left = kept.not_valid_after_utc - _today()
    return left > datetime.timedelta(days=30) and set(NAMES) <= set(names.get_values_for_type(x509.DNSName))


def _today() -> datetime.datetime:
    # The real date, not the emulator's: clients check the certificate against theirs.
    return datetime.datetime.now(datetime.UTC)


def make(folder: Path) -> None:
    """Write ca.pem, server.pem (with the CA behind it) and server.key; the CA's own key is thrown away."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def builder(subject: str, issuer: str, public_key) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name(issuer))
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(_today() - datetime.timedelta(days=1))
            .not_valid_after(_today() + VALID)
        )

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_identifier = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = (
        builder("Paritylab local CA", "Paritylab local CA", ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(ca_identifier, critical=False)
        .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    alternatives = [x509.DNSName(each) for each in NAMES]
    alternatives += [x509.IPAddress(ipaddress.ip_address(each)) for each in ("127.0.0.1", "::1")]
    certificate = (
        builder("localhost", "Paritylab local CA", key.public_key())
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ca_identifier), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ca.pem").write_bytes(ca.public_bytes(Encoding.PEM))
    (folder / "server.pem").write_bytes(certificate.public_bytes(Encoding.PEM) + ca.public_bytes(Encoding.PEM))
    secret = folder / "server.key"
    secret.touch(mode=0o600)
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
