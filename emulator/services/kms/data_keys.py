"""Data keys, data key pairs and random bytes.

https://docs.aws.amazon.com/kms/latest/developerguide/data-keys.html
"""

import os

from emulator.engines import key_pairs
from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.kms import custom_stores, keys, material, recipients
from emulator.services.kms.encryption import seal_data_key
from emulator.services.kms.errors import invalid_usage, unsupported, validation
from emulator.services.kms.service import service
from emulator.services.kms.specs import SPECS, SYMMETRIC
from emulator.services.kms.tables import AWS_KMS, EXTERNAL, Key

SIZES = {"AES_256": 32, "AES_128": 16}


def _find(ctx: Context, key_id: str) -> Key:
    """A symmetric encryption key that may be used."""
    key = keys.find(ctx, key_id)
    keys.check_use(ctx, key)
    if key.spec != SYMMETRIC:
        raise invalid_usage(f"{key.arn} is not a symmetric encryption key, which {ctx.operation} needs.")
    return key


def _data_key(ctx: Context, key_id: str, spec: str | None, size: int | None, context: dict | None) -> dict:
    if (spec is None) == (size is None):
        raise validation("Please specify either number of bytes or key spec.")
    key = _find(ctx, key_id)
    plaintext = os.urandom(size or SIZES[spec])
    blob = seal_data_key(ctx, key, plaintext, context)
    return {"CiphertextBlob": blob, "Plaintext": plaintext, "KeyId": key.arn, **_used(key)}


def _used(key: Key) -> dict[str, str]:
    return {"KeyMaterialId": material.current(key).id}


@service.operation
def generate_data_key(
    ctx: Context, KeyId, EncryptionContext=None, NumberOfBytes=None, KeySpec=None, Recipient=None
):
    """A key, and the same encrypted. Raises what :func:`keys.check_use` raises, ValidationException."""
    enclave = recipients.attested(ctx, Recipient)
    answer = _data_key(ctx, KeyId, KeySpec, NumberOfBytes, EncryptionContext)
    return recipients.for_recipient(enclave, answer, "Plaintext")


@service.operation
def generate_data_key_without_plaintext(ctx: Context, KeyId, EncryptionContext=None, KeySpec=None, NumberOfBytes=None):
    """As GenerateDataKey, but only the encrypted key. Raises the same."""
    found = _data_key(ctx, KeyId, KeySpec, NumberOfBytes, EncryptionContext)
    return {name: value for name, value in found.items() if name != "Plaintext"}


@service.operation
def generate_data_key_pair(ctx: Context, KeyId, KeyPairSpec, EncryptionContext=None, Recipient=None):
    """A key pair, its private half also encrypted. Raises what :func:`keys.check_use` raises."""
    return _key_pair(ctx, KeyId, KeyPairSpec, EncryptionContext, True, recipients.attested(ctx, Recipient))


@service.operation
def generate_data_key_pair_without_plaintext(ctx: Context, KeyId, KeyPairSpec, EncryptionContext=None):
    """As GenerateDataKeyPair, but the private half only encrypted. Raises the same."""
    return _key_pair(ctx, KeyId, KeyPairSpec, EncryptionContext, False)


def _key_pair(ctx: Context, key_id: str, spec: str, context: dict | None, plain: bool, enclave=None):
    """The answer, or an awaitable of it where generating takes a while."""
    key = _find(ctx, key_id)
    if key.origin not in (AWS_KMS, EXTERNAL):
        raise unsupported(f"{key.arn} origin is {key.origin} which is not valid for this operation.")
    if spec == "SM2":
        raise unsupported("KeyPairSpec SM2 is available in China Regions only.")
    if material.is_slow(SPECS[spec]) and ctx.protocol != "internal" and not ctx.input.get("DryRun"):
        return _pair_later(ctx, key, spec, context, plain, enclave)
    return _pair(ctx, key, spec, context, plain, enclave, _generate(spec))


async def _pair_later(ctx: Context, key: Key, spec: str, context: dict | None, plain: bool, enclave) -> dict:
    return _pair(ctx, key, spec, context, plain, enclave, await ctx.in_thread(_generate, spec))


def _generate(spec: str) -> bytes:
    try:
        return material.generate(SPECS[spec])
    except key_pairs.Lacking as lacking:
        what = f"KMS key pair spec {spec}: the installed cryptography library has no {lacking},"
        raise NotImplementedByEmulator(what) from None


def _pair(
    ctx: Context, key: Key, spec: str, context: dict | None, plain: bool, enclave, private: bytes
) -> dict:
    sealed = seal_data_key(ctx, key, private, context)
    found = {
        "PrivateKeyCiphertextBlob": sealed, "PublicKey": key_pairs.public_of(private), "KeyId": key.arn,
        "KeyPairSpec": spec, **_used(key),
    }  # fmt: skip
    if plain:
        return recipients.for_recipient(enclave, found | {"PrivateKeyPlaintext": private}, "PrivateKeyPlaintext")
    return found


@service.operation
def generate_random(ctx: Context, NumberOfBytes=None, CustomKeyStoreId=None, Recipient=None):
    """Random bytes. Raises ValidationException, CustomKeyStoreNotFoundException and …InvalidStateException."""
    enclave = recipients.attested(ctx, Recipient)
    if CustomKeyStoreId is not None:
        custom_stores.check_random(ctx, CustomKeyStoreId)
    if NumberOfBytes is None:
        raise validation("NumberOfBytes is required.")
    return recipients.for_recipient(enclave, {"Plaintext": os.urandom(NumberOfBytes)}, "Plaintext")
