"""SigV4A: signatures with an asymmetric key that is derived from the secret key, valid in a set of regions.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html#how-sigv4a-works
"""

import hmac
from functools import lru_cache

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve P-256
_ALGORITHM = b"AWS4-ECDSA-P256-SHA256"


@lru_cache(maxsize=256)
def public_key(access_key: str, secret: str):
    """The public key to an access key, derived by NIST SP 800-108's counter mode as AWS's signers do."""
    from cryptography.hazmat.primitives.asymmetric import ec  # loaded when somebody signs like this

    key = f"AWS4A{secret}".encode()
    for counter in range(1, 255):
        fixed = _ALGORITHM + b"\x00" + access_key.encode() + bytes((counter,)) + (256).to_bytes(4, "big")
        candidate = int.from_bytes(hmac.digest(key, (1).to_bytes(4, "big") + fixed, "sha256"), "big")
        if candidate <= _ORDER - 2:
            return ec.derive_private_key(candidate + 1, ec.SECP256R1()).public_key()
    raise ValueError("no key can be derived from this secret")


def is_signed(access_key: str, secret: str, string_to_sign: str, signature: str) -> bool:
    """Whether ``signature`` (hexadecimal DER) is this key's over the string."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        public_key(access_key, secret).verify(
            bytes.fromhex(signature), string_to_sign.encode("utf-8", "surrogateescape"), ec.ECDSA(hashes.SHA256())
        )
    except (InvalidSignature, ValueError):
        return False
    return True
