"""X.509 certificates in PEM, read and compared; for server and signing certificates alike."""

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from emulator.kernel.errors import AwsError


def read(pem: str) -> x509.Certificate:
    """Raises MalformedCertificate."""
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        raise AwsError("MalformedCertificate", "Unable to parse certificate. Please ensure the certificate is in PEM "
                       "format.") from None  # fmt: skip


def read_chain(pem: str) -> None:
    """Raises MalformedCertificate."""
    try:
        x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise AwsError("MalformedCertificate", "Unable to parse certificate chain. Please ensure the certificate chain "
                       "is in PEM format.") from None  # fmt: skip


def check_pair(certificate: x509.Certificate, private_key: str) -> None:
    """Raises MalformedCertificate for what is no key, KeyPairMismatch for another certificate's."""
    try:
        key = serialization.load_pem_private_key(private_key.encode(), None)
    except (ValueError, TypeError):
        raise AwsError("MalformedCertificate", "Unable to parse private key. Please ensure the private key is in PEM "
                       "format.") from None  # fmt: skip
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        raise AwsError("KeyPairMismatch", "The public key of the certificate does not match the private key.")


def der(private_key: str) -> bytes:
    """A private key as PKCS #8."""
    key = serialization.load_pem_private_key(private_key.encode(), None)
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())  # fmt: skip
