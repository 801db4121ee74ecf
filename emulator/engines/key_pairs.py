"""Asymmetric keys of every family that the cryptography library knows, as bytes in and bytes out.

Private keys are PKCS #8, public ones SubjectPublicKeyInfo, both DER; ECDSA signatures are DER (ANSI X9.62).
A family that the installed library lacks raises :class:`Lacking`. The native library is loaded when first needed.
"""

from functools import lru_cache
from importlib import import_module

RSA, EC, ED25519, ML_DSA, ML_KEM = "RSA", "EC", "ED25519", "ML_DSA", "ML_KEM"
CURVES = {"secp256r1": "SECP256R1", "secp384r1": "SECP384R1", "secp521r1": "SECP521R1", "secp256k1": "SECP256K1"}


class Lacking(Exception):
    """The installed cryptography library has no such algorithm."""


class Unfit(ValueError):
    """What was given is no key, digest or ciphertext of the expected kind."""


def _primitive(name: str):
    try:
        return import_module(f"cryptography.hazmat.primitives.{name}")
    except ImportError:
        raise Lacking(name.rpartition(".")[2]) from None


def _post_quantum(family: str, size: str, role: str):
    """The class of a post-quantum key."""
    name = family.replace("_", "")
    found = getattr(_primitive(f"asymmetric.{name.lower()}"), f"{name}{size}{role}", None)
    if found is None:
        raise Lacking(f"{family}_{size}")
    return found


def generate(family: str, size: int | str) -> bytes:
    """A new private key. RSA takes up to some seconds. Raises Lacking."""
    if family == RSA:
        key = _primitive("asymmetric.rsa").generate_private_key(65537, size)
    elif family == EC:
        ec = _primitive("asymmetric.ec")
        key = ec.generate_private_key(getattr(ec, CURVES[size])())
    elif family == ED25519:
        key = _primitive("asymmetric.ed25519").Ed25519PrivateKey.generate()
    elif family in (ML_DSA, ML_KEM):
        key = _post_quantum(family, size, "PrivateKey").generate()
    else:
        raise Lacking(family)
    return _private_der(key)


def _private_der(key) -> bytes:
    forms = _primitive("serialization")
    return key.private_bytes(forms.Encoding.DER, forms.PrivateFormat.PKCS8, forms.NoEncryption())


@lru_cache(maxsize=256)
def _private(der: bytes):
    return _primitive("serialization").load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)


@lru_cache(maxsize=256)
def _public(der: bytes):
    return _primitive("serialization").load_der_public_key(der)


@lru_cache(maxsize=256)
def public_of(private: bytes) -> bytes:
    """The public half of a private key."""
    forms = _primitive("serialization")
    return _private(private).public_key().public_bytes(forms.Encoding.DER, forms.PublicFormat.SubjectPublicKeyInfo)


def check(private: bytes, family: str, size: int | str) -> bytes:
    """Someone else's private key, validated, in our form. Raises Unfit when it is not of the family and size."""
    forms = _primitive("serialization")
    try:
        key = forms.load_der_private_key(private, None)
    except Exception:  # the library has many errors for this
        raise Unfit("not a private key in PKCS #8") from None
    if family == RSA:
        fits = isinstance(key, _primitive("asymmetric.rsa").RSAPrivateKey) and key.key_size == size
    elif family == EC:
        fits = isinstance(key, _primitive("asymmetric.ec").EllipticCurvePrivateKey) and key.curve.name == size
    elif family == ED25519:
        fits = isinstance(key, _primitive("asymmetric.ed25519").Ed25519PrivateKey)
    else:
        fits = isinstance(key, _post_quantum(family, size, "PrivateKey"))
    if not fits:
        raise Unfit("a key of another kind")
    return _private_der(key)


# RSA


def _hash(bits: int):
    return getattr(_primitive("hashes"), f"SHA{bits}")()


def _oaep(bits: int):
    padding = _primitive("asymmetric.padding")
    return padding.OAEP(padding.MGF1(_hash(bits)), _hash(bits), None)


def rsa_encrypt(public: bytes, plaintext: bytes, bits: int) -> bytes:
    """RSAES-OAEP with SHA-1 (``bits`` 1) or SHA-256 (256)."""
    return _public(public).encrypt(plaintext, _oaep(bits))


def rsa_decrypt(private: bytes, ciphertext: bytes, bits: int | None) -> bytes:
    """RSAES-OAEP, or PKCS #1 v1.5 where ``bits`` is None. Raises Unfit."""
    padding = _primitive("asymmetric.padding")
    try:
        return _private(private).decrypt(ciphertext, padding.PKCS1v15() if bits is None else _oaep(bits))
    except ValueError:
        raise Unfit("not encrypted for this key") from None


def bytes_of_rsa(private: bytes) -> int:
    """The length of what an RSA key encrypts to."""
    return _private(private).key_size // 8


# Signatures


def _scheme(algorithm: str, digested: bool) -> tuple:
    """The arguments of sign and verify that follow the message, for RSA and ECDSA."""
    bits = int(algorithm.rpartition("_")[2])
    padding = _primitive("asymmetric.padding")
    digest = _primitive("asymmetric.utils").Prehashed(_hash(bits)) if digested else _hash(bits)
    if algorithm.startswith("RSASSA_PSS"):
        return padding.PSS(padding.MGF1(_hash(bits)), padding.PSS.DIGEST_LENGTH), digest
    if algorithm.startswith("RSASSA_PKCS1"):
        return padding.PKCS1v15(), digest
    return (_primitive("asymmetric.ec").ECDSA(digest),)


def sign(private: bytes, family: str, algorithm: str, message: bytes, form: str = "RAW") -> bytes:
    """``form`` is RAW, DIGEST, or EXTERNAL_MU (ML-DSA). Raises Lacking; Unfit for a digest of another length."""
    key = _private(private)
    try:
        if family == ML_DSA:
            return key.sign_mu(message) if form == "EXTERNAL_MU" else key.sign(message)
        if family == ED25519:
            return _prehashed(message).sign(private, message) if form == "DIGEST" else key.sign(message)
        return key.sign(message, *_scheme(algorithm, form == "DIGEST"))
    except ValueError:
        raise Unfit("not a digest of this algorithm") from None


def verify(public: bytes, family: str, algorithm: str, message: bytes, signature: bytes, form: str = "RAW") -> bool:
    """Whether a signature is good. Raises Lacking; Unfit for a digest of another length."""
    from cryptography.exceptions import InvalidSignature

    key = _public(public)
    try:
        if family == ML_DSA:
            (key.verify_mu if form == "EXTERNAL_MU" else key.verify)(signature, message)
        elif family == ED25519 and form == "DIGEST":
            return _prehashed(message).verify(public, message, signature)
        elif family == ED25519:
            key.verify(signature, message)
        else:
            key.verify(signature, message, *_scheme(algorithm, form == "DIGEST"))
    except InvalidSignature:
        return False
    except ValueError:
        raise Unfit("not a digest of this algorithm") from None
    return True


def _prehashed(digest: bytes):
    """What signs and verifies digests with Ed25519. Raises Unfit for one of another length."""
    from emulator.engines import ed25519ph

    if len(digest) != ed25519ph.SIZE:
        raise Unfit("not a digest of this algorithm")
    return ed25519ph


# Shared secrets


def agree(private: bytes, peer: bytes) -> bytes:
    """ECDH: the X coordinate of the common point. Raises Unfit for a peer that is no public key of the same curve."""
    ec = _primitive("asymmetric.ec")
    try:
        other = _primitive("serialization").load_der_public_key(peer)
        return _private(private).exchange(ec.ECDH(), other)
    except Exception:  # the library has many errors for this
        raise Unfit("not a public key of this curve") from None


def encapsulate(public: bytes) -> tuple[bytes, bytes]:
    """ML-KEM: a new shared secret and its ciphertext."""
    return _public(public).encapsulate()


def decapsulate(private: bytes, ciphertext: bytes) -> bytes:
    """Raises Unfit for a ciphertext of another length."""
    try:
        return _private(private).decapsulate(ciphertext)
    except ValueError:
        raise Unfit("not a ciphertext of this key's kind") from None


def unwrap_aes(key: bytes, wrapped: bytes) -> bytes:
    """AES key wrap with padding (RFC 5649). Raises Unfit."""
    try:
        return _primitive("keywrap").aes_key_unwrap_with_padding(key, wrapped)
    except Exception:  # InvalidUnwrap, ValueError
        raise Unfit("not wrapped under this key") from None
