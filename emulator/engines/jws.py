"""JSON Web Signatures as ACME uses them: flattened JSON, keys as JWK, RS256, ES256, ES384 and HS256.

RFC 7515 (JWS), 7517 (JWK), 7518 (algorithms), 7638 (thumbprints); https://www.rfc-editor.org/rfc/rfc8555#section-6.2
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, NamedTuple

CURVES = {"P-256": ("SECP256R1", "SHA256"), "P-384": ("SECP384R1", "SHA384")}
MEMBERS = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y")}  # that make a thumbprint, in their order
ALGORITHMS = ("RS256", "ES256", "ES384")


class Unfit(ValueError):
    """What is no signature of that kind, or not this key's."""


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Signed(NamedTuple):
    """``header`` is the protected one; ``message`` what is signed."""

    header: dict[str, Any]
    payload: bytes
    message: bytes
    signature: bytes


def parse(document: bytes | dict) -> Signed:
    """Raises Unfit for what is no JWS in flattened JSON."""
    try:
        given = document if isinstance(document, dict) else json.loads(document)
        header = json.loads(decode(given["protected"]))
        message = f"{given['protected']}.{given['payload']}".encode()
        return Signed(header, decode(given["payload"]), message, decode(given["signature"]))
    except (ValueError, KeyError, TypeError):
        raise Unfit("no JWS in flattened JSON") from None


def thumbprint(jwk: dict) -> str:
    """What names a public key."""
    members = MEMBERS.get(jwk.get("kty", ""))
    if members is None or any(name not in jwk for name in members):
        raise Unfit("no key of RSA or of an elliptic curve")
    canonical = json.dumps({name: jwk[name] for name in members}, separators=(",", ":"))
    return encode(hashlib.sha256(canonical.encode()).digest())


def verify(signed: Signed, jwk: dict) -> None:
    """Raises Unfit when the signature is not this key's."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

    def number(name: str) -> int:
        return int.from_bytes(decode(jwk[name]), "big")

    thumbprint(jwk)
    if signed.header.get("alg") not in ALGORITHMS:
        raise Unfit("an algorithm that is not known")
    try:
        if jwk["kty"] == "RSA":
            key = rsa.RSAPublicNumbers(number("e"), number("n")).public_key()
            key.verify(signed.signature, signed.message, padding.PKCS1v15(), hashes.SHA256())
        else:
            curve, digest = CURVES[jwk["crv"]]
            key = ec.EllipticCurvePublicNumbers(number("x"), number("y"), getattr(ec, curve)()).public_key()
            half = len(signed.signature) // 2
            r, s = (int.from_bytes(part, "big") for part in (signed.signature[:half], signed.signature[half:]))
            key.verify(utils.encode_dss_signature(r, s), signed.message, ec.ECDSA(getattr(hashes, digest)()))
    except (InvalidSignature, ValueError, KeyError):
        raise Unfit("not signed by this key") from None


def verify_mac(signed: Signed, key: bytes) -> None:
    """Raises Unfit when the code (HS256) is not this key's."""
    wanted = hmac.new(key, signed.message, hashlib.sha256).digest()
    if signed.header.get("alg") != "HS256" or not hmac.compare_digest(wanted, signed.signature):
        raise Unfit("not authenticated by this key")
