"""Attestation documents of Nitro enclaves: who vouches for them, what they measured, and the key they ask answers for.

A document is a COSE_Sign1 (RFC 9052) of CBOR, signed with ES384 by a certificate that the document itself carries.
https://docs.aws.amazon.com/enclaves/latest/user/verify-root.html
"""

import io
from itertools import pairwise
from typing import Any, NamedTuple

# The SHA-256 fingerprint of the certificate that all of AWS's enclaves chain up to.
AWS_ROOT = "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b"
ES384, ALGORITHM = -35, 1  # an algorithm, and the header that names it
HALF = 48  # bytes of each of the two numbers of a signature


class Untrusted(ValueError):
    """Not an attestation document, or one that nobody trusted vouches for."""


class Attestation(NamedTuple):
    """``measurements`` are the PCRs, in hexadecimal; ``public_key`` is SubjectPublicKeyInfo, None for none."""

    module: str
    moment: float  # epoch seconds
    measurements: dict[int, str]
    public_key: bytes | None


def read(document: bytes, roots: frozenset[str], now: float) -> Attestation:
    """What a document says, once its signature and its chain up to one of the roots (fingerprints) hold.

    Raises Untrusted.
    """
    import cbor2
    from cryptography.exceptions import InvalidSignature

    try:
        protected, _, payload, signature = _parts(cbor2.loads(document))
        given = cbor2.loads(payload)
        if cbor2.loads(protected)[ALGORITHM] != ES384:
            raise Untrusted("not signed with ES384")
        leaf = _chained(given["certificate"], given["cabundle"], roots, now)
        _check(leaf.public_key(), cbor2.dumps(["Signature1", protected, b"", payload]), signature)
        measured = {number: bytes(value).hex() for number, value in given["pcrs"].items()}
        return Attestation(given["module_id"], given["timestamp"] / 1000, measured, given.get("public_key"))
    except (cbor2.CBORDecodeError, InvalidSignature, KeyError, TypeError, ValueError, AttributeError) as error:
        raise error if isinstance(error, Untrusted) else Untrusted(f"{type(error).__name__} {error}") from None


def _parts(found: Any) -> list:
    return list(getattr(found, "value", found))  # the tag of a COSE_Sign1 may be left out


def _chained(certificate: bytes, bundle: list[bytes], roots: frozenset[str], now: float):
    """The certificate that signs, when each is issued by the one before and the first is a root."""
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    chain = [x509.load_der_x509_certificate(each) for each in (*bundle, certificate)]
    if chain[0].fingerprint(SHA256()).hex() not in roots:
        raise Untrusted("the root is not trusted")
    for issuer, each in pairwise(chain):
        each.verify_directly_issued_by(issuer)
    moment = datetime.fromtimestamp(now, UTC)
    if any(not each.not_valid_before_utc <= moment <= each.not_valid_after_utc for each in chain):
        raise Untrusted("a certificate is not valid now")
    return chain[-1]


def _check(public, signed: bytes, signature: bytes) -> None:
    """Raises InvalidSignature."""
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA384

    r, s = (int.from_bytes(part, "big") for part in (signature[:HALF], signature[HALF:]))
    public.verify(encode_dss_signature(r, s), signed, ECDSA(SHA384()))


def envelope(public_key: bytes, plaintext: bytes, secret: bytes, vector: bytes) -> bytes:
    """The plaintext for the holder of an RSA key alone: CMS EnvelopedData (RFC 5652), AES-256-CBC under ``secret``."""
    from cryptography.hazmat.primitives import hashes, padding
    from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.serialization import load_der_public_key
    from cryptography.x509 import SubjectKeyIdentifier

    key = load_der_public_key(public_key)
    oaep = rsa_padding.OAEP(rsa_padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(vector)).encryptor()
    sealed = encryptor.update(padder.update(plaintext) + padder.finalize()) + encryptor.finalize()
    name = SubjectKeyIdentifier.from_public_key(key).digest
    return _enveloped(name, key.encrypt(secret, oaep), vector, sealed)


# Object identifiers: https://www.rfc-editor.org/rfc/rfc5652 and https://www.rfc-editor.org/rfc/rfc8017
DATA, ENVELOPED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.3"
OAEP, MGF1, SHA256, AES_256_CBC = (
    "1.2.840.113549.1.1.7", "1.2.840.113549.1.1.8", "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.1.42"
)  # fmt: skip
SEQUENCE, SET, OCTETS, INTEGER, OBJECT, NULL = 0x30, 0x31, 0x04, 0x02, 0x06, 0x05


def _enveloped(name: bytes, key: bytes, vector: bytes, sealed: bytes) -> bytes:
    sha256 = _der(SEQUENCE, _object(SHA256), _der(NULL))
    oaep = _der(SEQUENCE, _object(OAEP), _der(
        SEQUENCE, _der(0xA0, sha256), _der(0xA1, _der(SEQUENCE, _object(MGF1), sha256))))  # fmt: skip
    recipient = _der(SEQUENCE, _der(INTEGER, b"\x02"), _der(0x80, name), oaep, _der(OCTETS, key))
    cipher = _der(SEQUENCE, _object(AES_256_CBC), _der(OCTETS, vector))
    content = _der(SEQUENCE, _object(DATA), cipher, _der(0x80, sealed))
    data = _der(SEQUENCE, _der(INTEGER, b"\x02"), _der(SET, recipient), content)
    return _der(SEQUENCE, _object(ENVELOPED), _der(0xA0, data))


def _der(tag: int, *parts: bytes) -> bytes:
    """An element of DER with what it holds."""
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _object(dotted: str) -> bytes:
    """An object identifier."""
    first, second, *rest = map(int, dotted.split("."))
    out = io.BytesIO()
    out.write(bytes((40 * first + second,)))
    for number in rest:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | (number & 0x7F))
        out.write(bytes(reversed(groups)))
    return _der(OBJECT, out.getvalue())
