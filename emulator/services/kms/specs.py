"""What kinds of keys there are: their material, what they may be used for, and with which algorithms. All of it data.

https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
"""

from typing import NamedTuple

AES, HMAC, RSA, EC, ED25519, SM2, ML_DSA, ML_KEM = "AES", "HMAC", "RSA", "EC", "ED25519", "SM2", "ML_DSA", "ML_KEM"
ENCRYPT, SIGN, MAC, AGREE, ENCAPSULATE = (
    "ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE"
)  # fmt: skip
SYMMETRIC = "SYMMETRIC_DEFAULT"


class Spec(NamedTuple):
    """``size`` is the bytes of symmetric material, the bits of an RSA modulus, or the name of a curve or parameter set.

    ``usages`` maps each allowed use to its algorithms. ``least`` is the smallest size of imported symmetric material.
    """

    family: str
    size: int | str
    usages: dict[str, tuple[str, ...]]
    least: int = 0


_OAEP = ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256")
_RSA_SIGNATURES = tuple(
    f"RSASSA_{padding}_SHA_{bits}" for padding in ("PKCS1_V1_5", "PSS") for bits in (256, 384, 512)
)
_RSA = {ENCRYPT: _OAEP, SIGN: _RSA_SIGNATURES}


def _curve(name: str, bits: int, agrees: bool = True) -> Spec:
    return Spec(EC, name, {SIGN: (f"ECDSA_SHA_{bits}",)} | ({AGREE: ("ECDH",)} if agrees else {}))


def _hmac(bits: int, least: int) -> Spec:
    return Spec(HMAC, bits // 8, {MAC: (f"HMAC_SHA_{bits}",)}, least)


SPECS: dict[str, Spec] = {
    SYMMETRIC: Spec(AES, 32, {ENCRYPT: (SYMMETRIC,)}, 32),
    "RSA_2048": Spec(RSA, 2048, _RSA),
    "RSA_3072": Spec(RSA, 3072, _RSA),
    "RSA_4096": Spec(RSA, 4096, _RSA),
    "ECC_NIST_P256": _curve("secp256r1", 256),
    "ECC_NIST_P384": _curve("secp384r1", 384),
    "ECC_NIST_P521": _curve("secp521r1", 512),
    "ECC_SECG_P256K1": _curve("secp256k1", 256, agrees=False),
    "ECC_NIST_EDWARDS25519": Spec(ED25519, "", {SIGN: ("ED25519_SHA_512", "ED25519_PH_SHA_512")}),
    "HMAC_224": _hmac(224, 28),
    "HMAC_256": _hmac(256, 32),
    "HMAC_384": _hmac(384, 48),
    "HMAC_512": _hmac(512, 64),
    "SM2": Spec(SM2, "", {ENCRYPT: ("SM2PKE",), SIGN: ("SM2DSA",), AGREE: ("ECDH",)}),
    **{f"ML_DSA_{size}": Spec(ML_DSA, size, {SIGN: ("ML_DSA_SHAKE_256",)}) for size in ("44", "65", "87")},
    **{f"ML_KEM_{size}": Spec(ML_KEM, size, {ENCAPSULATE: ("ML_KEM",)}) for size in ("512", "768", "1024")},
}

MOST_HMAC = 128  # bytes of imported HMAC material

# Where a key's description lists its algorithms.
MEMBERS = {
    ENCRYPT: "EncryptionAlgorithms", SIGN: "SigningAlgorithms", MAC: "MacAlgorithms", AGREE: "KeyAgreementAlgorithms",
    ENCAPSULATE: "EncapsulationAlgorithms",
}  # fmt: skip

# What each operation uses a key for.
USES = {
    "Encrypt": ENCRYPT, "Decrypt": ENCRYPT, "ReEncrypt": ENCRYPT, "GenerateDataKey": ENCRYPT,
    "GenerateDataKeyWithoutPlaintext": ENCRYPT, "GenerateDataKeyPair": ENCRYPT,
    "GenerateDataKeyPairWithoutPlaintext": ENCRYPT, "Sign": SIGN, "Verify": SIGN, "GenerateMac": MAC, "VerifyMac": MAC,
    "DeriveSharedSecret": AGREE, "Encapsulate": ENCAPSULATE, "Decapsulate": ENCAPSULATE,
}  # fmt: skip
