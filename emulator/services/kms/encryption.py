"""Encrypt, Decrypt and ReEncrypt, with symmetric keys and RSA.

https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

from emulator.engines import key_pairs
from emulator.kernel.context import Context
from emulator.services.kms import ciphertext, keys, material, recipients, usage
from emulator.services.kms.errors import dry_run, incorrect_key, invalid_ciphertext, validation
from emulator.services.kms.service import service
from emulator.services.kms.specs import SPECS, SYMMETRIC
from emulator.services.kms.tables import Key, places

OAEP = {"RSAES_OAEP_SHA_1": 1, "RSAES_OAEP_SHA_256": 256}  # to the bits of the hash
IGNORE_CIPHERTEXT = "IGNORE_CIPHERTEXT"


@service.operation
def encrypt(ctx: Context, KeyId, Plaintext, EncryptionContext=None, EncryptionAlgorithm=SYMMETRIC):
    """Raises what :func:`keys.check_use` raises, ValidationException for too long a plaintext."""
    key = keys.find(ctx, KeyId)
    keys.check_use(ctx, key, EncryptionAlgorithm)
    blob = _sealed(ctx, key, Plaintext, EncryptionContext, EncryptionAlgorithm, ciphertext.ENCRYPT)
    return {"CiphertextBlob": blob, "KeyId": key.arn, "EncryptionAlgorithm": EncryptionAlgorithm}


def _sealed(ctx: Context, key: Key, plaintext: bytes, context: dict | None, algorithm: str, kind: int) -> bytes:
    if algorithm == SYMMETRIC:
        usage.note(ctx, key)
        now = material.current(key)
        return ciphertext.seal(now.id, material.unseal(ctx, now.sealed), plaintext, context, kind)
    _check_no_context(context)
    bits = OAEP[algorithm]
    most = SPECS[key.spec].size // 8 - 2 * (20 if bits == 1 else 32) - 2
    if len(plaintext) > most:
        raise validation(f"Algorithm {algorithm} and key spec {key.spec} cannot encrypt data larger than {most} bytes.")
    usage.note(ctx, key)
    return key_pairs.rsa_encrypt(key_pairs.public_of(material.secret_of(ctx, key)), plaintext, bits)


def seal_data_key(ctx: Context, key: Key, plaintext: bytes, context: dict | None) -> bytes:
    """What the GenerateDataKey operations encrypt."""
    return _sealed(ctx, key, plaintext, context, SYMMETRIC, ciphertext.DATA_KEY)


def _check_no_context(context: dict | None) -> None:
    if context:
        raise validation("EncryptionContext is not supported for asymmetric encryption algorithms.")


@service.operation
def decrypt(
    ctx: Context, CiphertextBlob=None, EncryptionContext=None, KeyId=None, EncryptionAlgorithm=SYMMETRIC,
    Recipient=None, DryRun=None, DryRunModifiers=None,
):  # fmt: skip
    """Symmetric ciphertexts name their key themselves. Raises InvalidCiphertextException, IncorrectKeyException."""
    enclave = recipients.attested(ctx, Recipient)
    if _ignores_ciphertext(CiphertextBlob, DryRun, DryRunModifiers):
        keys.check_use(ctx, keys.find(ctx, _required(KeyId)), EncryptionAlgorithm)
        raise dry_run()
    key, plaintext, used = _opened(ctx, CiphertextBlob, KeyId, EncryptionContext, EncryptionAlgorithm)
    answer = {"KeyId": key.arn, "Plaintext": plaintext, "EncryptionAlgorithm": EncryptionAlgorithm,
              "KeyOrigin": key.origin, **used}  # fmt: skip
    return recipients.for_recipient(enclave, answer, "Plaintext")


def _ignores_ciphertext(blob: bytes | None, dry: bool | None, modifiers: list[str] | None) -> bool:
    """Whether only permissions are asked for. Raises ValidationException where the ciphertext is missing otherwise."""
    if modifiers and not dry:
        raise validation("DryRunModifiers can only be specified when DryRun is true.")
    if modifiers and IGNORE_CIPHERTEXT in modifiers:
        return True
    if blob is None:
        raise validation("1 validation error detected: Value at 'ciphertextBlob' failed to satisfy constraint: "
                         "Member must not be null")  # fmt: skip
    return False


def _required(key_id: str | None) -> str:
    if key_id is None:
        raise validation("KeyId is required.")
    return key_id


def _opened(
    ctx: Context, blob: bytes, key_id: str | None, context: dict | None, algorithm: str
) -> tuple[Key, bytes, dict[str, str]]:
    """(key, plaintext, its KeyMaterialId where that is told). Raises what Decrypt raises."""
    if algorithm != SYMMETRIC:
        key = keys.find(ctx, _required(key_id))
        keys.check_use(ctx, key, algorithm)
        _check_no_context(context)
        try:
            plaintext = key_pairs.rsa_decrypt(material.secret_of(ctx, key), blob, OAEP[algorithm])
        except key_pairs.Unfit:
            raise invalid_ciphertext() from None
        usage.note(ctx, key)
        return key, plaintext, {}
    parsed = ciphertext.parse(blob)
    key = of_ciphertext(ctx, parsed)
    if key is None:
        raise invalid_ciphertext()
    if key_id is not None and keys.find(ctx, key_id).arn != key.arn:
        raise incorrect_key()
    keys.check_use(ctx, key, algorithm)
    used = material.find(key, parsed.material)
    if not used.sealed:
        raise keys.refuse_state(key, keys.PENDING_IMPORT)
    plaintext = ciphertext.open(parsed, material.unseal(ctx, used.sealed), context)
    if plaintext is None:
        raise invalid_ciphertext()
    usage.note(ctx, key)
    return key, plaintext, {"KeyMaterialId": used.id}


def of_ciphertext(ctx: Context, parsed: ciphertext.Blob | None) -> Key | None:
    """The key of this region, whoever's, under which a symmetric ciphertext was made."""
    place = ctx.rows(places, ctx.region).get(parsed.material) if parsed is not None else None
    return ctx.rows(keys.keys, account=place.account).get(place.key) if place is not None else None


@service.operation
def re_encrypt(
    ctx: Context, DestinationKeyId, CiphertextBlob=None, SourceEncryptionContext=None, SourceKeyId=None,
    DestinationEncryptionContext=None, SourceEncryptionAlgorithm=SYMMETRIC, DestinationEncryptionAlgorithm=SYMMETRIC,
    DryRun=None, DryRunModifiers=None,
):  # fmt: skip
    """Decrypt and encrypt anew, inside. Raises what both raise."""
    if _ignores_ciphertext(CiphertextBlob, DryRun, DryRunModifiers):
        keys.check_use(ctx, keys.find(ctx, _required(SourceKeyId)), SourceEncryptionAlgorithm)
        keys.check_use(ctx, keys.find(ctx, DestinationKeyId), DestinationEncryptionAlgorithm)
        raise dry_run()
    target = keys.find(ctx, DestinationKeyId)
    if DryRun:  # so that the source's part does not end the dry run before the target was looked at
        keys.check_use(ctx, target, DestinationEncryptionAlgorithm)
    source, plaintext, used = _opened(
        ctx, CiphertextBlob, SourceKeyId, SourceEncryptionContext, SourceEncryptionAlgorithm
    )
    keys.check_use(ctx, target, DestinationEncryptionAlgorithm)
    blob = _sealed(
        ctx, target, plaintext, DestinationEncryptionContext, DestinationEncryptionAlgorithm, ciphertext.ENCRYPT
    )
    answer = {
        "CiphertextBlob": blob, "SourceKeyId": source.arn, "KeyId": target.arn,
        "SourceEncryptionAlgorithm": SourceEncryptionAlgorithm,
        "DestinationEncryptionAlgorithm": DestinationEncryptionAlgorithm,
    }  # fmt: skip
    if used:
        answer["SourceKeyMaterialId"] = used["KeyMaterialId"]
    if DestinationEncryptionAlgorithm == SYMMETRIC:
        answer["DestinationKeyMaterialId"] = material.current(target).id
    return answer
