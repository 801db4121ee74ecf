"""Multi-region keys: the same key id and material in several regions, one of which is the primary.

https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
"""

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.kms import keys, managed, material, policies, tags
from emulator.services.kms.errors import unsupported, validation
from emulator.services.kms.service import service
from emulator.services.kms.tables import CREATING, ENABLED, EXTERNAL, PRIMARY, REPLICA, UPDATING, Key


def _primary(ctx: Context, key_id: str) -> Key:
    key = keys.find(ctx, key_id, by_alias=False)
    if key.kind != PRIMARY:
        raise unsupported(f"{key.arn} is not a multi-region primary key.")
    return key


@service.operation
def replicate_key(
    ctx: Context, KeyId, ReplicaRegion, Policy=None, BypassPolicyLockoutSafetyCheck=None, Description="", Tags=None
):
    """Make a replica in another region. Raises UnsupportedOperationException, AlreadyExistsException and others."""
    key = _primary(ctx, KeyId)
    keys.check_enabled(ctx, key)
    if ReplicaRegion == key.region:
        raise validation(f"{key.arn} is already in region {ReplicaRegion}.")
    replica_arn = arn(ctx, "kms", f"key/{key.id}", region=ReplicaRegion, account=key.account)
    if ReplicaRegion in key.replicas:
        raise AwsError("AlreadyExistsException", f"{replica_arn} already exists")
    policy = policies.default(key.account)
    if Policy:
        policy = policies.accept(ctx, Policy, replica_arn, BypassPolicyLockoutSafetyCheck)
    key = keys.store(ctx, replace(key, replicas=(*key.replicas, ReplicaRegion)))
    materials = key.materials
    if key.origin == EXTERNAL:  # is to be imported into each region
        materials = tuple(replace(each, sealed=b"", expiration="", valid_to=None) for each in materials)
    replica = replace(
        key, region=ReplicaRegion, arn=replica_arn, created=ctx.now, policy=policy, description=Description,
        state=CREATING, tags=tags.checked(Tags), kind=REPLICA, materials=materials,
    )  # fmt: skip
    keys.store(ctx, replica)
    material.register(ctx, replica)
    _tell_replicas(ctx, key)
    ctx.after(0, "finish", key=key.id, account=key.account, regions=[ReplicaRegion])
    return {"ReplicaKeyMetadata": keys.describe(ctx, replica), "ReplicaPolicy": policy,
            "ReplicaTags": tags.to_wire(replica.tags)}  # fmt: skip


def _tell_replicas(ctx: Context, key: Key) -> None:
    """All regions know each other."""
    for region in key.replicas:
        twin = ctx.rows(keys.keys, account=key.account, region=region)[key.id]
        keys.store(ctx, replace(twin, primary=key.primary, replicas=key.replicas))


@service.job
def finish(ctx: Context, key: str, account: str, regions: list[str]) -> None:
    """What takes AWS a moment is done: the key can be used in these regions."""
    for region in regions:
        found = ctx.rows(keys.keys, account=account, region=region).get(key)
        if found is not None and found.state in (CREATING, UPDATING):
            keys.store(ctx, replace(found, state=ENABLED))


@service.operation
def update_primary_region(ctx: Context, KeyId, PrimaryRegion):
    """Let a replica and the primary change places. Raises UnsupportedOperationException, NotFoundException."""
    old = _primary(ctx, KeyId)
    keys.check_enabled(ctx, old)
    new = ctx.rows(keys.keys, account=old.account, region=PrimaryRegion).get(old.id)
    if PrimaryRegion not in old.replicas or new is None:
        raise keys.not_found(f"{old.arn} does not have a replica key in region {PrimaryRegion}.")
    if new.state != ENABLED:
        raise keys.refuse_state(new, new.state)
    replicas = (*(each for each in old.replicas if each != PrimaryRegion), old.region)
    managed.schedule(ctx, replace(old, next_rotation=None))
    new = replace(
        new, kind=PRIMARY, primary=PrimaryRegion, replicas=replicas, state=UPDATING, period=old.period,
        next_rotation=old.next_rotation,
    )  # fmt: skip
    keys.store(ctx, new)
    keys.store(ctx, replace(old, kind=REPLICA, state=UPDATING))
    _tell_replicas(ctx, new)
    managed.schedule(ctx, new)
    ctx.after(0, "finish", key=old.id, account=old.account, regions=[old.region, PrimaryRegion])
    return {}
