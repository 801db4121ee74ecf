"""Imported key material: wrapping keys and tokens, import, expiry on the clock, deletion, reimport.

https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html
"""

import hashlib
import os

from emulator.engines import key_pairs
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.kms import keys, managed, material
from emulator.services.kms.errors import invalid_ciphertext, invalid_state, unsupported, validation
from emulator.services.kms.service import service
from emulator.services.kms.specs import AES, HMAC, MOST_HMAC, SPECS, SYMMETRIC, Spec
from emulator.services.kms.tables import (
    CURRENT,
    EXTERNAL,
    PENDING_REGIONS,
    PENDING_ROTATION,
    PRIMARY,
    REPLICA,
    Import,
    Key,
    Material,
    imports,
)

VALID = 24 * 3600  # seconds that a wrapping key and its token are good for
TOKEN = 256  # bytes
EXPIRES, LASTS = "KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"
NEW, EXISTING = "NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"
MOST_DAYS = 365
# By wrapping algorithm: the bits of OAEP's hash (None: PKCS #1 v1.5), and whether an AES key is wrapped in between.
WRAPPING = {
    "RSAES_PKCS1_V1_5": (None, False), "RSAES_OAEP_SHA_1": (1, False), "RSAES_OAEP_SHA_256": (256, False),
    "RSA_AES_KEY_WRAP_SHA_1": (1, True), "RSA_AES_KEY_WRAP_SHA_256": (256, True),
}  # fmt: skip


def _external(ctx: Context, key_id: str) -> Key:
    key = keys.find(ctx, key_id, by_alias=False)
    if key.origin != EXTERNAL:
        raise unsupported(f"{key.arn} origin is {key.origin} which is not valid for this operation.")
    return key


# Parameters


@service.operation
def get_parameters_for_import(ctx: Context, KeyId, WrappingAlgorithm, WrappingKeySpec):
    """A public key to wrap material under, and a token. Raises UnsupportedOperationException and others."""
    key = _external(ctx, KeyId)
    keys.check_kept(key)
    if "SM2" in (WrappingKeySpec, WrappingAlgorithm[:3]):
        raise unsupported("SM2 is available in China Regions only.")
    if WrappingAlgorithm == "RSAES_PKCS1_V1_5":
        raise unsupported("The RSAES_PKCS1_V1_5 wrapping algorithm is no longer supported.")
    spec = SPECS[WrappingKeySpec]
    if ctx.protocol == "internal":
        return _parameters(ctx, key, WrappingAlgorithm, material.generate(spec))
    return _parameters_later(ctx, key, WrappingAlgorithm, spec)


async def _parameters_later(ctx: Context, key: Key, algorithm: str, spec: Spec) -> dict:
    return _parameters(ctx, key, algorithm, await ctx.in_thread(material.generate, spec))


def _parameters(ctx: Context, key: Key, algorithm: str, private: bytes) -> dict:
    token = os.urandom(TOKEN)
    name = hashlib.sha256(token).hexdigest()
    due = ctx.now + VALID
    ctx.rows(imports).put(Import(name, key.id, algorithm, material.seal(ctx, private), due))
    ctx.at(due + VALID, "forget_parameters", token=name)
    return {"KeyId": key.arn, "ImportToken": token, "PublicKey": key_pairs.public_of(private), "ParametersValidTo": due}


@service.job
def forget_parameters(ctx: Context, token: str) -> None:
    """A token that has long expired is not even known any more."""
    ctx.rows(imports).delete(token)


# Import


@service.operation
def import_key_material(
    ctx: Context, KeyId, ImportToken, EncryptedKeyMaterial, ValidTo=None, ExpirationModel=EXPIRES, ImportType=None,
    KeyMaterialDescription=None, KeyMaterialId=None,
):  # fmt: skip
    """Raises InvalidImportTokenException, ExpiredImportTokenException, IncorrectKeyMaterialException and others."""
    key = _external(ctx, KeyId)
    keys.check_kept(key)
    _check_expiration(ctx, ExpirationModel, ValidTo)
    if key.spec != SYMMETRIC and (ImportType or KeyMaterialDescription or KeyMaterialId):
        raise validation("ImportType, KeyMaterialDescription and KeyMaterialId are only valid for symmetric encryption "
                         "keys.")  # fmt: skip
    secret = _unwrapped(ctx, key, ImportToken, EncryptedKeyMaterial)
    wanted = ImportType or (EXISTING if key.materials else NEW)
    material_id = material.identify(key.id, secret)
    known = material.find(key, material_id)
    _check_material(ctx, key, known, material_id, wanted, KeyMaterialId)
    fields = {"expiration": ExpirationModel, "valid_to": ValidTo, "sealed": material.seal(ctx, secret)}
    if KeyMaterialDescription is not None:
        fields["description"] = KeyMaterialDescription
    if known is None:
        fresh = Material(material_id, state=_state_of_new(key, wanted), **fields)
        key = replace(key, materials=(*key.materials, fresh))
    else:
        key = material.changed(key, material_id, **fields)
    keys.store(ctx, key)
    material.register(ctx, key)
    _arm(ctx, key, material_id, ValidTo)
    _tell_primary(ctx, key, material_id)
    answer = {"KeyId": key.arn}
    return answer | {"KeyMaterialId": material_id} if key.spec == SYMMETRIC else answer


def _check_expiration(ctx: Context, model: str, valid_to: float | None) -> None:
    if model == EXPIRES and valid_to is None:
        raise validation("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES")
    if model == LASTS and valid_to is not None:
        raise validation("A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE")
    if valid_to is not None and not ctx.now < valid_to <= ctx.now + MOST_DAYS * managed.DAY:
        raise validation(f"The validTo date must be in the future and at most {MOST_DAYS} days ahead")


def _unwrapped(ctx: Context, key: Key, token: bytes, wrapped: bytes) -> bytes:
    """The material, checked to be one for this key."""
    found = ctx.rows(imports).get(hashlib.sha256(token).hexdigest())
    if found is None or found.key != key.id:
        raise AwsError("InvalidImportTokenException", "")
    if found.valid_to <= ctx.now:
        raise AwsError("ExpiredImportTokenException", "")
    bits, twice = WRAPPING[found.algorithm]
    private = material.unseal(ctx, found.sealed)
    try:
        if twice:
            size = key_pairs.bytes_of_rsa(private)
            inner = key_pairs.rsa_decrypt(private, wrapped[:size], bits)
            secret = key_pairs.unwrap_aes(inner, wrapped[size:])
        else:
            secret = key_pairs.rsa_decrypt(private, wrapped, bits)
        return _fit(SPECS[key.spec], secret)
    except key_pairs.Unfit:
        raise invalid_ciphertext() from None


def _fit(spec: Spec, secret: bytes) -> bytes:
    """Raises Unfit for material of another kind or length."""
    if spec.family == AES and len(secret) != spec.size:
        raise key_pairs.Unfit("not 256 bits")
    if spec.family == HMAC and not spec.least <= len(secret) <= MOST_HMAC:
        raise key_pairs.Unfit("too short or too long for an HMAC key")
    return secret if spec.family in (AES, HMAC) else key_pairs.check(secret, spec.family, spec.size)


def _check_material(
    ctx: Context, key: Key, known: Material | None, material_id: str, wanted: str, named: str | None
) -> None:
    """Whether material of this id may come in now."""
    if named is not None and (wanted == NEW or named != material_id):
        raise AwsError("IncorrectKeyMaterialException", "")
    if known is not None:
        return
    if wanted == EXISTING and not _in_primary(ctx, key, material_id):
        raise AwsError("IncorrectKeyMaterialException", "")
    if wanted == NEW and key.kind == REPLICA:
        raise unsupported(f"{key.arn} is not a multi-region primary key.")
    waiting = next((each for each in key.materials if each.state in (PENDING_ROTATION, PENDING_REGIONS)), None)
    if waiting is not None and wanted == NEW:
        raise invalid_state(
            f"New key material (id: {material_id}) cannot be imported into KMS key {key.arn}, because another key "
            f"material (id: {waiting.id}) is pending rotation."
        )


def _in_primary(ctx: Context, key: Key, material_id: str) -> bool:
    """A replica takes the primary's material though it has not had it before."""
    if key.kind != REPLICA:
        return False
    primary = ctx.rows(keys.keys, account=key.account, region=key.primary).get(key.id)
    return primary is not None and material.find(primary, material_id) is not None


def _state_of_new(key: Key, wanted: str) -> str:
    if not key.materials:
        return CURRENT
    if wanted == EXISTING:
        return PENDING_ROTATION
    return PENDING_REGIONS if key.kind == PRIMARY and key.replicas else PENDING_ROTATION


def _tell_primary(ctx: Context, key: Key, material_id: str) -> None:
    """New material is ready to rotate to when every region of a key has it."""
    if not key.kind:
        return
    primary = ctx.rows(keys.keys, account=key.account, region=key.primary).get(key.id)
    fresh = material.find(primary, material_id) if primary is not None else None
    if fresh is None or fresh.state != PENDING_REGIONS:
        return
    twins = [ctx.rows(keys.keys, account=key.account, region=region).get(key.id) for region in primary.replicas]
    held = [material.find(twin, material_id) for twin in twins if twin is not None]
    if all(each is not None and each.sealed for each in held):
        keys.store(ctx, material.changed(primary, material_id, state=PENDING_ROTATION))


# The end of material


def _arm(ctx: Context, key: Key, material_id: str, valid_to: float | None) -> None:
    job = f"expire/{key.id}/{material_id}"
    if valid_to is None:
        ctx.cancel(job)
    else:
        ctx.at(valid_to, "expire", job_id=job, key=key.id, account=key.account, material_id=material_id)


@service.job
def expire(ctx: Context, key: str, account: str, material_id: str) -> None:
    """Imported material is deleted when it expires; the key waits for it to be imported again."""
    found = ctx.rows(keys.keys, account=account).get(key)
    if found is not None:
        _remove(ctx, found, material_id)


@service.operation
def delete_imported_key_material(ctx: Context, KeyId, KeyMaterialId=None):
    """Delete material, the current one unless another is named. Raises UnsupportedOperationException and others."""
    key = _external(ctx, KeyId)
    found = material.find(key, KeyMaterialId) if KeyMaterialId else material.current(key)
    if KeyMaterialId and found is None:
        raise keys.not_found(f"Key material {KeyMaterialId} is not associated with key {key.arn}")
    answer = {"KeyId": key.arn}
    if found is None:
        return answer
    ctx.cancel(f"expire/{key.id}/{found.id}")
    _remove(ctx, key, found.id)
    return answer | {"KeyMaterialId": found.id} if key.spec == SYMMETRIC else answer


def _remove(ctx: Context, key: Key, material_id: str) -> None:
    """Material that was never current goes for good; the rest leaves its id, so that only the same can come back."""
    found = material.find(key, material_id)
    if found is not None and found.state in (PENDING_ROTATION, PENDING_REGIONS):
        keys.store(ctx, replace(key, materials=tuple(each for each in key.materials if each.id != material_id)))
    else:
        keys.store(ctx, material.changed(key, material_id, sealed=b"", expiration="", valid_to=None))
