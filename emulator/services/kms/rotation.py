"""New material for old keys: on the clock, on demand, imported; what was encrypted before stays readable.

https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.kms import keys, managed, material
from emulator.services.kms.errors import invalid_state, unsupported
from emulator.services.kms.paging import paged
from emulator.services.kms.service import service
from emulator.services.kms.specs import SPECS, SYMMETRIC
from emulator.services.kms.tables import (
    AWS_KMS,
    CURRENT,
    ENABLED,
    EXTERNAL,
    NON_CURRENT,
    PENDING_REGIONS,
    PENDING_ROTATION,
    REPLICA,
    Key,
    Material,
)

PERIOD = 365  # days between automatic rotations where none are asked for
ON_DEMAND_MOST = 25
AUTOMATIC, ON_DEMAND = "AUTOMATIC", "ON_DEMAND"


def _rotatable(ctx: Context, key_id: str, origins: tuple[str, ...] = (AWS_KMS,)) -> Key:
    """A symmetric key of the caller's. Raises UnsupportedOperationException for others."""
    key = keys.find(ctx, key_id, by_alias=False)
    if key.spec != SYMMETRIC:
        raise unsupported()
    if key.origin not in origins:
        raise unsupported(f"{key.arn} origin is {key.origin} which is not valid for this operation.")
    return key


def _changeable(ctx: Context, key_id: str, origins: tuple[str, ...] = (AWS_KMS,)) -> Key:
    """One whose rotation may be changed here: an enabled customer's key, and of a multi-region key the primary."""
    key = _rotatable(ctx, key_id, origins)
    if key.manager != "CUSTOMER":
        raise unsupported(f"{key.arn} is an AWS managed key and cannot be changed.")
    if key.kind == REPLICA:
        raise unsupported(f"{key.arn} is not a multi-region primary key.")
    keys.check_enabled(ctx, key)
    return key


@service.operation
def enable_key_rotation(ctx: Context, KeyId, RotationPeriodInDays=None):
    """Rotate on the clock, counted from now. Raises UnsupportedOperationException, DisabledException."""
    key = _changeable(ctx, KeyId)
    period = RotationPeriodInDays or key.period or PERIOD
    if key.next_rotation is None or period != key.period:
        key = _settle(ctx, replace(key, period=period, next_rotation=ctx.now + period * managed.DAY))
    return {}


@service.operation
def disable_key_rotation(ctx: Context, KeyId):
    """Raises UnsupportedOperationException, DisabledException."""
    _settle(ctx, replace(_changeable(ctx, KeyId), period=0, next_rotation=None))
    return {}


def _settle(ctx: Context, key: Key) -> Key:
    """Store rotation settings here and in the other regions of the key, and arm the clock."""
    managed.schedule(ctx, key)
    for region in key.replicas:
        twin = ctx.rows(keys.keys, account=key.account, region=region).get(key.id)
        if twin is not None:
            keys.store(ctx, replace(twin, period=key.period, next_rotation=key.next_rotation))
    return keys.store(ctx, key)


@service.operation
def get_key_rotation_status(ctx: Context, KeyId):
    """Raises UnsupportedOperationException, NotFoundException, KMSInvalidStateException."""
    key = _rotatable(ctx, KeyId)
    keys.check_kept(key)
    found = {"KeyId": key.arn, "KeyRotationEnabled": key.next_rotation is not None}
    if key.next_rotation is not None:
        found |= {"RotationPeriodInDays": key.period, "NextRotationDate": key.next_rotation}
    return found


@service.operation
def rotate_key_on_demand(ctx: Context, KeyId):
    """Rotate now; the schedule stays. Raises LimitExceededException, KMSInvalidStateException and others."""
    key = _changeable(ctx, KeyId, (AWS_KMS, EXTERNAL))
    if sum(each.rotation == ON_DEMAND for each in key.materials) >= ON_DEMAND_MOST:
        raise AwsError(
            "LimitExceededException",
            "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be "
            f"performed for this key: {key.arn}",
        )
    if key.origin == EXTERNAL:
        waiting = next((each for each in key.materials if each.state == PENDING_ROTATION), None)
        if waiting is None:
            raise invalid_state(f"No available key material pending rotation for the key: {key.arn}.")
    else:
        waiting = _new(ctx, key)
    _spread(ctx, key, waiting, ON_DEMAND)
    return {"KeyId": key.arn}


def _new(ctx: Context, key: Key) -> Material:
    return material.new(ctx, key.id, material.generate(SPECS[key.spec]))


def _spread(ctx: Context, key: Key, fresh: Material, kind: str) -> Key:
    """Make material the current one, in all regions of the key."""
    for region in key.replicas:
        twin = ctx.rows(keys.keys, account=key.account, region=region).get(key.id)
        if twin is not None:
            _take(ctx, twin, fresh, kind)
    return _take(ctx, key, fresh, kind)


def _take(ctx: Context, key: Key, fresh: Material, kind: str) -> Key:
    own = material.find(key, fresh.id) or fresh
    older = tuple(
        replace(each, state=NON_CURRENT) if each.state == CURRENT else each
        for each in key.materials
        if each.id != fresh.id
    )
    taken = replace(own, state=CURRENT, rotated=ctx.now, rotation=kind)
    key = keys.store(ctx, replace(key, materials=(*older, taken)))
    material.register(ctx, key)
    return key


@service.job
def rotate(ctx: Context, key_arn: str) -> None:
    """The automatic rotation is due. A key that is not enabled is rotated when it is enabled again."""
    _, _, _, region, account, name = key_arn.split(":", 5)
    key = ctx.rows(keys.keys, account=account, region=region).get(name.removeprefix("key/"))
    if key is None or key.next_rotation is None or key.state != ENABLED:
        return
    due = key.next_rotation
    while due <= ctx.now:
        due += key.period * managed.DAY
    key = _spread(ctx, key, _new(ctx, key), AUTOMATIC)
    _settle(ctx, replace(key, next_rotation=due))


def catch_up(ctx: Context, key_arn: str) -> None:
    """Do the rotation that fell due while a key was disabled."""
    key = keys.find(ctx, key_arn)
    if key.next_rotation is not None and key.next_rotation <= ctx.now and key.kind != REPLICA:
        rotate(ctx, key_arn)


@service.operation
def list_key_rotations(ctx: Context, KeyId, IncludeKeyMaterial="ROTATIONS_ONLY"):
    """Completed rotations, or all materials, oldest first. Raises UnsupportedOperationException, NotFoundException."""
    key = _rotatable(ctx, KeyId, (AWS_KMS, EXTERNAL))
    found = [each for each in key.materials if each.rotated is not None or IncludeKeyMaterial == "ALL_KEY_MATERIAL"]
    numbered = list(enumerate(found))
    answer = paged(ctx, "Rotations", numbered, lambda pair: pair[0], most=1000, default=100)
    return answer | {"Rotations": [_entry(key, each) for _, each in answer["Rotations"]]}


def _entry(key: Key, each: Material) -> dict:
    found = {"KeyId": key.arn, "KeyMaterialId": each.id, "KeyMaterialState": each.state}
    if key.origin == EXTERNAL:
        found["ImportState"] = "IMPORTED" if each.sealed else "PENDING_IMPORT"
        if each.expiration:
            found["ExpirationModel"] = each.expiration
        if each.valid_to is not None:
            found["ValidTo"] = each.valid_to
        if each.description is not None:
            found["KeyMaterialDescription"] = each.description
    if each.rotated is not None and each.state not in (PENDING_ROTATION, PENDING_REGIONS):
        found |= {"RotationDate": each.rotated, "RotationType": each.rotation}
    return found
