"""Signatures, codes and shared secrets, checked outside of KMS."""

import hashlib

import pytest
from Crypto.Hash import SHA512
from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from emulator.engines import ed25519ph


@pytest.mark.parametrize("bits", [256, 384, 512])
@pytest.mark.parametrize("scheme", ["PSS", "PKCS1_V1_5"])
def test_rsa_signatures(kms, key, bits, scheme, refused):
    made = key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyId"]
    algorithm = f"RSASSA_{scheme}_SHA_{bits}"
    signed = kms.sign(KeyId=made, Message=b"m", SigningAlgorithm=algorithm)["Signature"]
    hash_ = getattr(hashes, f"SHA{bits}")()
    chosen = padding.PKCS1v15() if scheme != "PSS" else padding.PSS(padding.MGF1(hash_), hash_.digest_size)
    load_der_public_key(kms.get_public_key(KeyId=made)["PublicKey"]).verify(signed, b"m", chosen, hash_)
    digest = hashlib.new(f"sha{bits}", b"m").digest()
    told = kms.verify(KeyId=made, Message=digest, MessageType="DIGEST", Signature=signed, SigningAlgorithm=algorithm)
    assert told["SignatureValid"] is True
    assert refused(kms.verify, KeyId=made, Message=b"other", Signature=signed, SigningAlgorithm=algorithm) == (
        "KMSInvalidSignatureException", "",
    )  # fmt: skip
    assert refused(kms.sign, KeyId=made, Message=b"short", MessageType="DIGEST", SigningAlgorithm=algorithm)[0] == (
        "ValidationException"
    )


@pytest.mark.parametrize(("spec", "curve"), [
    ("ECC_NIST_P256", ec.SECP256R1), ("ECC_NIST_P384", ec.SECP384R1), ("ECC_NIST_P521", ec.SECP521R1),
])  # fmt: skip
def test_shared_secrets(kms, key, spec, curve):
    made = key(KeySpec=spec, KeyUsage="KEY_AGREEMENT")["KeyId"]
    private = ec.generate_private_key(curve())
    peer = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    told = kms.derive_shared_secret(KeyId=made, KeyAgreementAlgorithm="ECDH", PublicKey=peer)["SharedSecret"]
    assert private.exchange(ec.ECDH(), load_der_public_key(kms.get_public_key(KeyId=made)["PublicKey"])) == told


@pytest.mark.parametrize("size", [224, 256, 384, 512])
def test_codes(kms, key, size, refused):
    made = key(KeySpec=f"HMAC_{size}", KeyUsage="GENERATE_VERIFY_MAC")["KeyId"]
    given = {"KeyId": made, "Message": b"m", "MacAlgorithm": f"HMAC_SHA_{size}"}
    code = kms.generate_mac(**given)["Mac"]
    assert len(code) == size // 8
    assert kms.verify_mac(Mac=code, **given)["MacValid"] is True
    assert refused(kms.verify_mac, Mac=code[::-1], **given) == ("KMSInvalidMacException", "")


def test_ed25519_signs_digests_as_rfc_8032_has_it(kms, key, refused):
    made = key(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")["KeyId"]
    given = {"KeyId": made, "MessageType": "DIGEST", "SigningAlgorithm": "ED25519_PH_SHA_512"}
    digest = hashlib.sha512(b"m").digest()
    signature = kms.sign(Message=digest, **given)["Signature"]
    assert kms.verify(Message=digest, Signature=signature, **given)["SignatureValid"]
    other = hashlib.sha512(b"n").digest()
    assert refused(kms.verify, Message=other, Signature=signature, **given)[0] == "KMSInvalidSignatureException"
    assert refused(kms.sign, Message=digest[:-1], **given)[0] == "ValidationException"
    public = ECC.import_key(kms.get_public_key(KeyId=made)["PublicKey"])
    eddsa.new(public, "rfc8032").verify(SHA512.new(b"m"), signature)  # by the library's own hashing


def test_the_vector_of_rfc_8032():
    """Section 7.3: the message abc."""
    seed = bytes.fromhex("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42")
    private = eddsa.import_private_key(seed).export_key(format="DER")
    signature = ed25519ph.sign(private, hashlib.sha512(b"abc").digest())
    assert signature.hex().startswith("98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41")


def test_what_belongs_to_other_regions_is_said(kms, refused):
    assert refused(kms.create_key, KeySpec="SM2", KeyUsage="SIGN_VERIFY")[0] == "UnsupportedOperationException"


@pytest.mark.parametrize("size", ["44", "65", "87"])
def test_ml_dsa_where_the_library_has_it(kms, key, size):
    pytest.importorskip("cryptography.hazmat.primitives.asymmetric.mldsa", reason="an older cryptography library")
    made = key(KeySpec=f"ML_DSA_{size}", KeyUsage="SIGN_VERIFY")["KeyId"]
    given = {"KeyId": made, "Message": b"m", "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    assert kms.verify(Signature=kms.sign(**given)["Signature"], **given)["SignatureValid"] is True


def test_ml_kem_where_the_library_has_it(kms, key):
    pytest.importorskip("cryptography.hazmat.primitives.asymmetric.mlkem", reason="an older cryptography library")
    made = key(KeySpec="ML_KEM_768", KeyUsage="ENCAPSULATE_DECAPSULATE")["KeyId"]
    ours = kms.encapsulate(KeyId=made, EncapsulationAlgorithm="ML_KEM")
    theirs = kms.decapsulate(
        KeyId=made, EncapsulationAlgorithm="ML_KEM", SharedSecretCiphertextBlob=ours["SharedSecretCiphertextBlob"]
    )
    assert ours["SharedSecret"] == theirs["SharedSecret"]
