"""Ed25519ph: Ed25519 over a SHA-512 digest, which the cryptography library lacks. https://www.rfc-editor.org/rfc/rfc8032"""

from Crypto.Hash import SHA512
from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

SIZE = SHA512.digest_size


class _Digest(SHA512.SHA512Hash):
    """A digest that was made elsewhere, in the form in which the library takes a message that is hashed."""

    def __init__(self, value: bytes):
        super().__init__(b"", None)
        self._value = value

    def digest(self) -> bytes:
        return self._value


def sign(private: bytes, digest: bytes) -> bytes:
    """``private`` in PKCS #8."""
    return eddsa.new(ECC.import_key(private), "rfc8032").sign(_Digest(digest))


def verify(public: bytes, digest: bytes, signature: bytes) -> bool:
    """``public`` in SubjectPublicKeyInfo."""
    try:
        eddsa.new(ECC.import_key(public), "rfc8032").verify(_Digest(digest), signature)
    except ValueError:
        return False
    return True
