"""Documents, certificates and keys as IAM takes them; keys are made once a process."""

import base64
import hashlib
import hmac
import json
import struct
import time
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

STEP = 30  # seconds for which a code of a virtual device is good


def statement(**more):
    return {"Version": "2012-10-17", "Statement": [{"Sid": "s", "Effect": "Allow", **more}]}


POLICY = json.dumps(statement(Action="s3:GetObject", Resource="*"))
OTHER = json.dumps(statement(Action=["sqs:*", "sns:Publish"], Resource="*",
                             Condition={"StringEquals": {"aws:PrincipalTag/a": "b"}}))
TRUST = json.dumps(statement(Action="sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"}))
OPEN_TRUST = json.dumps(statement(Action="sts:AssumeRole", Principal={"AWS": "*"}))


@cache
def key_pair():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_key() -> str:
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key_pair().private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def ssh_key() -> str:
    public = key_pair().public_key()
    return public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


@cache
def certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.com")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key_pair().public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    signed = made.not_valid_after(now + timedelta(days=365)).sign(key_pair(), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


@cache
def saml_metadata() -> str:
    body = "".join(certificate().splitlines()[1:-1])
    return (
        '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">'
        '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>'
        f"<X509Certificate>{body}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
        '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
        'Location="https://idp.example.com/sso"/></IDPSSODescriptor></EntityDescriptor>' + " " * 1000
    )


def codes(seed: bytes) -> tuple[str, str]:
    """This moment's code of a virtual device and the next one (RFC 6238). ``seed`` is the base32 text."""
    secret, now = base64.b32decode(seed), int(time.time()) // STEP
    return tuple(_code(secret, count) for count in (now, now + 1))


def _code(secret: bytes, count: int) -> str:
    digest = hmac.new(secret, struct.pack(">Q", count), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
