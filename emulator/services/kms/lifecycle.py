"""Keys come, change and go: creation, description, enabling, deletion after a waiting period.

https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
"""

from emulator.engines.key_pairs import Lacking
from emulator.kernel.context import Context, arn
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.services.kms import custom_stores, keys, managed, material, policies, rotation, tags
from emulator.services.kms.errors import invalid_state, unsupported, validation
from emulator.services.kms.paging import paged
from emulator.services.kms.service import service
from emulator.services.kms.specs import ENCRYPT, SPECS, SYMMETRIC
from emulator.services.kms.tables import (
    AWS_KMS,
    CREATING,
    DISABLED,
    ENABLED,
    EXTERNAL,
    PENDING_DELETION,
    PENDING_REPLICA_DELETION,
    PRIMARY,
    UPDATING,
    Key,
    aliases,
    grants,
    usages,
)

DAY = 86400
WINDOW = (7, 30)  # days of a waiting period
DELETE = "delete"


# Creation


@service.operation
def create_key(
    ctx: Context, Policy=None, Description="", KeyUsage=None, CustomerMasterKeySpec=None, KeySpec=None, Origin=AWS_KMS,
    CustomKeyStoreId=None, BypassPolicyLockoutSafetyCheck=None, Tags=None, MultiRegion=None, XksKeyId=None,
):  # fmt: skip
    """Make a key. Raises UnsupportedOperationException, MalformedPolicyDocumentException, TagException and others.

    Generating RSA material takes a while: the answer is awaited, unless a service calls in place.
    """
    name = KeySpec or CustomerMasterKeySpec or SYMMETRIC
    if KeySpec and CustomerMasterKeySpec and KeySpec != CustomerMasterKeySpec:
        raise validation("You cannot specify KeySpec and CustomerMasterKeySpec in the same request. "
                         "CustomerMasterKeySpec is deprecated.")  # fmt: skip
    usage = _usage(name, KeyUsage)
    store = custom_stores.for_key(ctx, Origin, CustomKeyStoreId, XksKeyId, name, MultiRegion)
    key_id = "mrk-" + ctx.ids.hex(32) if MultiRegion else ctx.ids.uuid()
    key_arn = arn(ctx, "kms", f"key/{key_id}")
    policy = policies.default(ctx.account)
    if Policy:
        policy = policies.accept(ctx, Policy, key_arn, BypassPolicyLockoutSafetyCheck)
    key = Key(
        key_id, ctx.account, ctx.region, key_arn, ctx.now, name, usage, Origin, policy,
        description=Description, tags=tags.checked(Tags), store=store.id if store else "", external_id=XksKeyId or "",
        kind=PRIMARY if MultiRegion else "", primary=ctx.region if MultiRegion else "",
    )  # fmt: skip
    spec = SPECS[name]
    if Origin == EXTERNAL:
        return _created(ctx, key)
    try:
        if material.is_slow(spec) and ctx.protocol != "internal":
            return _create_later(ctx, key)
        return _created(ctx, _with_material(ctx, key, material.generate(spec)))
    except Lacking as lacking:
        what = f"KMS key spec {name}: the installed cryptography library has no {lacking},"
        raise NotImplementedByEmulator(what) from None


async def _create_later(ctx: Context, key: Key) -> dict:
    secret = await ctx.in_thread(material.generate, SPECS[key.spec])
    return _created(ctx, _with_material(ctx, key, secret))


def _with_material(ctx: Context, key: Key, secret: bytes) -> Key:
    return replace(key, materials=(material.new(ctx, key.id, secret),))


def _created(ctx: Context, key: Key) -> dict:
    keys.store(ctx, key)
    material.register(ctx, key)
    return {"KeyMetadata": keys.describe(ctx, key)}


def _usage(spec: str, usage: str | None) -> str:
    if usage is None:
        if spec != SYMMETRIC:
            raise validation("You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.")
        return ENCRYPT
    if usage not in SPECS[spec].usages:
        raise validation(f"KeyUsage {usage} is not compatible with KeySpec {spec}")
    if spec == "SM2":
        raise unsupported("KeySpec SM2 is available in China Regions only.")
    return usage


# Looking and changing


@service.operation
def describe_key(ctx: Context, KeyId):
    """Raises NotFoundException, InvalidArnException."""
    return {"KeyMetadata": keys.describe(ctx, keys.find(ctx, KeyId))}


@service.operation
def list_keys(ctx: Context, ResourceOwners=None):
    """The keys of the account in this region; nothing is shared through RAM here. Raises InvalidMarkerException."""
    mine = ResourceOwners is None or "SELF" in ResourceOwners
    found = [{"KeyId": key.id, "KeyArn": key.arn} for key in ctx.rows(keys.keys)] if mine else []
    return paged(ctx, "Keys", found, lambda key: key["KeyId"], most=1000, default=100)


@service.operation
def update_key_description(ctx: Context, KeyId, Description):
    """Raises NotFoundException, KMSInvalidStateException."""
    keys.store(ctx, replace(keys.find_kept(ctx, KeyId), description=Description))
    return {}


@service.operation
def enable_key(ctx: Context, KeyId):
    """Raises NotFoundException, KMSInvalidStateException."""
    key = _switchable(ctx, KeyId)
    keys.store(ctx, replace(key, state=ENABLED))
    rotation.catch_up(ctx, key.arn)
    return {}


@service.operation
def disable_key(ctx: Context, KeyId):
    """Raises NotFoundException, KMSInvalidStateException."""
    keys.store(ctx, replace(_switchable(ctx, KeyId), state=DISABLED))
    return {}


def _switchable(ctx: Context, key_id: str) -> Key:
    """A customer's key that is neither on its way in or out nor waiting for material."""
    key = keys.find(ctx, key_id, by_alias=False)
    check_customer(key)
    state = keys.state_of(ctx, key)
    if state not in (ENABLED, DISABLED, keys.UNAVAILABLE):
        raise keys.refuse_state(key, state)
    return key


def check_customer(key: Key) -> None:
    """AWS's own keys can't be changed by anybody."""
    if key.manager != "CUSTOMER":
        raise unsupported(f"{key.arn} is an AWS managed key and cannot be changed.")


# Deletion


@service.operation
def schedule_key_deletion(ctx: Context, KeyId, PendingWindowInDays=WINDOW[1]):
    """Delete a key after a waiting period; a primary key waits for its replicas first.

    Raises NotFoundException, KMSInvalidStateException.
    """
    key = keys.find(ctx, KeyId, by_alias=False)
    check_customer(key)
    if key.state in (PENDING_DELETION, PENDING_REPLICA_DELETION, CREATING, UPDATING):
        raise keys.refuse_state(key, key.state)
    if not WINDOW[0] <= PendingWindowInDays <= WINDOW[1]:
        raise validation("PendingWindowInDays must be between 7 and 30 days.")
    if key.kind == PRIMARY and key.replicas:
        key = keys.store(ctx, replace(key, state=PENDING_REPLICA_DELETION, pending_days=PendingWindowInDays))
    else:
        key = await_deletion(ctx, key, PendingWindowInDays)
    answer = {"KeyId": key.arn, "KeyState": key.state, "PendingWindowInDays": PendingWindowInDays}
    return answer if key.deletion is None else answer | {"DeletionDate": key.deletion}


def await_deletion(ctx: Context, key: Key, days: int) -> Key:
    """Begin the waiting period of a key, wherever it is."""
    due = ctx.now + days * DAY
    ctx.at(due, DELETE, job_id=f"{DELETE}/{key.region}/{key.id}", key_arn=key.arn)
    return keys.store(ctx, replace(key, state=PENDING_DELETION, deletion=due, pending_days=days))


@service.operation
def cancel_key_deletion(ctx: Context, KeyId):
    """The key is kept, and disabled. Raises NotFoundException, KMSInvalidStateException."""
    key = keys.find(ctx, KeyId, by_alias=False)
    if key.state not in (PENDING_DELETION, PENDING_REPLICA_DELETION):
        raise invalid_state(f"{key.arn} is not pending deletion.")
    ctx.cancel(f"{DELETE}/{key.region}/{key.id}")
    keys.store(ctx, replace(key, state=DISABLED, deletion=None, pending_days=None))
    return {"KeyId": key.arn}


@service.job
def delete(ctx: Context, key_arn: str) -> None:
    """Delete a key with its aliases and grants; the last replica of a waiting primary starts its waiting period."""
    _, _, _, region, account, name = key_arn.split(":", 5)
    rows = ctx.rows(keys.keys, account=account, region=region)
    key = rows.get(name.removeprefix("key/"))
    if key is None or key.state != PENDING_DELETION:
        return
    for alias in ctx.rows(aliases, account=account, region=region):
        if alias.target == key.id:
            ctx.rows(aliases, account=account, region=region).delete(alias.name)
    granted = ctx.rows(grants, account=account, region=region)
    for grant in list(granted):
        if grant.key == key.id:
            granted.delete((grant.key, grant.id))
    ctx.rows(usages, account=account, region=region).delete(key.id)
    material.forget(ctx, key)
    managed.schedule(ctx, replace(key, next_rotation=None))
    rows.delete(key.id)
    _leave_others(ctx, key)


def _leave_others(ctx: Context, gone: Key) -> None:
    """The other regions of a multi-region key forget one that is gone."""
    for region in {gone.primary, *gone.replicas} - {gone.region, ""}:
        other = ctx.rows(keys.keys, account=gone.account, region=region).get(gone.id)
        if other is None:
            continue
        left = tuple(each for each in other.replicas if each != gone.region)
        other = keys.store(ctx, replace(other, replicas=left))
        if other.state == PENDING_REPLICA_DELETION and not left:
            await_deletion(ctx, other, other.pending_days)


# Policies


@service.operation
def get_key_policy(ctx: Context, KeyId, PolicyName=policies.NAME):
    """Raises NotFoundException."""
    key = keys.find(ctx, KeyId, by_alias=False)
    _check_name(PolicyName)
    return {"Policy": key.policy, "PolicyName": policies.NAME}


@service.operation
def put_key_policy(ctx: Context, KeyId, Policy, PolicyName=policies.NAME, BypassPolicyLockoutSafetyCheck=None):
    """Raises NotFoundException, MalformedPolicyDocumentException, LimitExceededException."""
    key = keys.find(ctx, KeyId, by_alias=False)
    check_customer(key)
    _check_name(PolicyName)
    keys.store(ctx, replace(key, policy=policies.accept(ctx, Policy, key.arn, BypassPolicyLockoutSafetyCheck)))
    return {}


@service.operation
def list_key_policies(ctx: Context, KeyId):
    """There is one, always. Raises NotFoundException, InvalidMarkerException."""
    keys.find(ctx, KeyId, by_alias=False)
    return paged(ctx, "PolicyNames", [policies.NAME], str, most=1000, default=100)


def _check_name(name: str) -> None:
    if name != policies.NAME:
        raise keys.not_found(f"No such policy exists: {name}")
