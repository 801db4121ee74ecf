"""Signatures of notifications: SHA1withRSA or SHA256withRSA under a certificate that is served beside the API.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import base64
import datetime
from functools import cache

from emulator.kernel.context import Context
from emulator.services.sns.service import service
from emulator.services.sns.tables import SigningKey, signing_keys

PAGE = "/SimpleNotificationService-"
BITS = 2048
VALID = datetime.timedelta(days=36500)
NAME = "sns.amazonaws.com"


@cache
def _make() -> SigningKey:
    """A key and its certificate, made once in this process: an emulator that is reset gets the same again."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(65537, BITS)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(start + VALID)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return SigningKey(
        certificate.fingerprint(hashes.MD5()).hex(),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        certificate.public_bytes(Encoding.PEM).decode(),
    )


@cache
def _loaded(pem: str):
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(pem.encode(), None)


def key_of(ctx: Context) -> SigningKey:
    """The emulator's key; made when first asked for."""
    rows = ctx.rows(signing_keys)
    return next(iter(rows), None) or rows.put(_make())


def certificate_url(ctx: Context) -> str:
    return f"{ctx.host}{PAGE}{key_of(ctx).name}.pem"


def sign(ctx: Context, pairs: list[tuple[str, str]], version: str) -> str:
    """The signature over names and values, each on a line of its own. Version 1 is SHA-1, 2 SHA-256."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    text = "".join(f"{name}\n{value}\n" for name, value in pairs)
    algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()
    signature = _loaded(key_of(ctx).key).sign(text.encode(), PKCS1v15(), algorithm)
    return base64.b64encode(signature).decode()


@service.page(PAGE)
def certificate(ctx, rest):
    """The certificate that verifies the emulator's notifications; None for any other name."""
    key = ctx.rows(signing_keys).get(rest.removesuffix(".pem"))
    return ("application/x-pem-file", key.certificate.encode()) if key else None
