"""Signatures, message authentication codes, public keys and shared secrets.

https://docs.aws.amazon.com/kms/latest/developerguide/symmetric-asymmetric.html
"""

import hmac

from emulator.engines import key_pairs
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.kms import keys, material, recipients, usage
from emulator.services.kms.errors import invalid_ciphertext, unsupported, validation
from emulator.services.kms.service import service
from emulator.services.kms.specs import MEMBERS, SPECS
from emulator.services.kms.tables import Key

ED25519_PH = "ED25519_PH_SHA_512"
# The forms of messages that an algorithm does not take are refused.
FORMS = {"ED25519_SHA_512": ("RAW",), ED25519_PH: ("DIGEST",), "ML_DSA_SHAKE_256": ("RAW", "EXTERNAL_MU")}
MU = 64  # bytes of an ML-DSA message representative


# Signatures


@service.operation
def sign(ctx: Context, KeyId, Message, SigningAlgorithm, MessageType="RAW"):
    """Raises what :func:`keys.check_use` raises, ValidationException for a digest that is none of the algorithm's."""
    key = _signing(ctx, KeyId, SigningAlgorithm, MessageType, Message)
    usage.note(ctx, key)
    try:
        found = key_pairs.sign(
            material.secret_of(ctx, key), SPECS[key.spec].family, SigningAlgorithm, Message, MessageType
        )
    except key_pairs.Unfit:
        raise _wrong_digest(SigningAlgorithm) from None
    return {"KeyId": key.arn, "Signature": found, "SigningAlgorithm": SigningAlgorithm}


@service.operation
def verify(ctx: Context, KeyId, Message, Signature, SigningAlgorithm, MessageType="RAW"):
    """Raises KMSInvalidSignatureException where the signature does not fit, and what Sign raises."""
    key = _signing(ctx, KeyId, SigningAlgorithm, MessageType, Message)
    usage.note(ctx, key)
    public = key_pairs.public_of(material.secret_of(ctx, key))
    try:
        valid = key_pairs.verify(public, SPECS[key.spec].family, SigningAlgorithm, Message, Signature, MessageType)
    except key_pairs.Unfit:
        raise _wrong_digest(SigningAlgorithm) from None
    if not valid:
        raise AwsError("KMSInvalidSignatureException", "")
    return {"KeyId": key.arn, "SignatureValid": True, "SigningAlgorithm": SigningAlgorithm}


def _signing(ctx: Context, key_id: str, algorithm: str, form: str, message: bytes) -> Key:
    key = keys.find(ctx, key_id)
    keys.check_use(ctx, key, algorithm)
    if form not in FORMS.get(algorithm, ("RAW", "DIGEST")):
        raise validation(f"MessageType {form} is not compatible with SigningAlgorithm {algorithm}")
    if form == "EXTERNAL_MU" and len(message) != MU:
        raise _wrong_digest(algorithm)
    return key


def _wrong_digest(algorithm: str) -> AwsError:
    return validation(f"Digest is invalid length for algorithm {algorithm}.")


@service.operation
def get_public_key(ctx: Context, KeyId):
    """The public half in SubjectPublicKeyInfo. Raises UnsupportedOperationException for keys that have none."""
    key = keys.find(ctx, KeyId)
    spec = SPECS[key.spec]
    if spec.family in ("AES", "HMAC"):
        raise unsupported(f"{key.arn} is not an asymmetric key.")
    keys.check_enabled(ctx, key)
    found = {
        "KeyId": key.arn, "PublicKey": key_pairs.public_of(material.secret_of(ctx, key)), "KeySpec": key.spec,
        "KeyUsage": key.usage, MEMBERS[key.usage]: list(spec.usages[key.usage]),
    }  # fmt: skip
    return found | {"CustomerMasterKeySpec": key.spec} if key.spec in keys.OLD_SPECS else found


# Message authentication codes


def _mac(ctx: Context, key: Key, message: bytes) -> bytes:
    usage.note(ctx, key)
    return hmac.digest(material.secret_of(ctx, key), message, f"sha{key.spec.rpartition('_')[2]}")


@service.operation
def generate_mac(ctx: Context, Message, KeyId, MacAlgorithm):
    """Raises what :func:`keys.check_use` raises."""
    key = keys.find(ctx, KeyId)
    keys.check_use(ctx, key, MacAlgorithm)
    return {"Mac": _mac(ctx, key, Message), "MacAlgorithm": MacAlgorithm, "KeyId": key.arn}


@service.operation
def verify_mac(ctx: Context, Message, KeyId, MacAlgorithm, Mac):
    """Raises KMSInvalidMacException where the code does not fit, and what GenerateMac raises."""
    key = keys.find(ctx, KeyId)
    keys.check_use(ctx, key, MacAlgorithm)
    if not hmac.compare_digest(_mac(ctx, key, Message), Mac):
        raise AwsError("KMSInvalidMacException", "")
    return {"KeyId": key.arn, "MacValid": True, "MacAlgorithm": MacAlgorithm}


# Shared secrets


@service.operation
def derive_shared_secret(ctx: Context, KeyId, KeyAgreementAlgorithm, PublicKey, Recipient=None):
    """ECDH with a peer's public key. Raises ValidationException for one of another curve, and what a use raises."""
    enclave = recipients.attested(ctx, Recipient)
    key = keys.find(ctx, KeyId)
    keys.check_use(ctx, key, KeyAgreementAlgorithm)
    try:
        secret = key_pairs.agree(material.secret_of(ctx, key), PublicKey)
    except key_pairs.Unfit:
        raise validation() from None
    usage.note(ctx, key)
    answer = {"KeyId": key.arn, "SharedSecret": secret, "KeyAgreementAlgorithm": KeyAgreementAlgorithm,
              "KeyOrigin": key.origin}  # fmt: skip
    return recipients.for_recipient(enclave, answer, "SharedSecret")


@service.operation
def encapsulate(ctx: Context, KeyId, EncapsulationAlgorithm):
    """A new shared secret, and the same for the holder of the private key. Raises what a use raises."""
    key = keys.find(ctx, KeyId)
    keys.check_use(ctx, key, EncapsulationAlgorithm)
    usage.note(ctx, key)
    secret, sealed = key_pairs.encapsulate(key_pairs.public_of(material.secret_of(ctx, key)))
    return {"KeyId": key.arn, "SharedSecret": secret, "SharedSecretCiphertextBlob": sealed,
            "EncapsulationAlgorithm": EncapsulationAlgorithm}  # fmt: skip


@service.operation
def decapsulate(ctx: Context, KeyId, SharedSecretCiphertextBlob, EncapsulationAlgorithm):
    """Raises InvalidCiphertextException for a ciphertext of another length, and what a use raises."""
    key = keys.find(ctx, KeyId)
    keys.check_use(ctx, key, EncapsulationAlgorithm)
    try:
        secret = key_pairs.decapsulate(material.secret_of(ctx, key), SharedSecretCiphertextBlob)
    except key_pairs.Unfit:
        raise invalid_ciphertext() from None
    usage.note(ctx, key)
    return {"KeyId": key.arn, "SharedSecret": secret, "EncapsulationAlgorithm": EncapsulationAlgorithm}
