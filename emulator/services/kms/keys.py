"""Finding keys by all of their names, what may be done to them in each state, and how they are described.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

import re

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.services.kms import managed, material
from emulator.services.kms.errors import invalid_state, invalid_usage, not_found
from emulator.services.kms.specs import MEMBERS, SPECS, SYMMETRIC, USES
from emulator.services.kms.tables import (
    CLOUDHSM,
    CREATING,
    DISABLED,
    ENABLED,
    EXTERNAL,
    PENDING_DELETION,
    PENDING_REPLICA_DELETION,
    UPDATING,
    XKS,
    Key,
    aliases,
    keys,
    stores,
)

KEY_ID = re.compile(r"mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ARN = re.compile(r"arn:[\w-]+:kms:([\w-]+):(\d{12}):(key/|alias/)(.+)")
PENDING_IMPORT, UNAVAILABLE = "PendingImport", "Unavailable"
# Those that the deprecated member CustomerMasterKeySpec knows.
OLD_SPECS = frozenset(
    each for each in SPECS if each.startswith(("RSA", "ECC_NIST_P", "ECC_SECG", "SYM", "HMAC", "SM2"))
)
WORDS = {
    PENDING_DELETION: "pending deletion", PENDING_REPLICA_DELETION: "pending replica deletion",
    PENDING_IMPORT: "pending import", UNAVAILABLE: "unavailable", CREATING: "creating", UPDATING: "updating",
}  # fmt: skip


def find(ctx: Context, KeyId: str, by_alias: bool = True) -> Key:
    """The key that an id, an ARN, or, where the operation takes one, an alias names.

    Raises NotFoundException, InvalidArnException.
    """
    account, region, name = ctx.account, ctx.region, KeyId
    if KeyId.startswith("arn:"):
        parts = ARN.fullmatch(KeyId)
        if parts is None:
            raise AwsError("InvalidArnException", f"Invalid arn {KeyId}")
        region, account, kind, rest = parts.groups()
        if region != ctx.region:
            raise not_found(f"Invalid arn {region}")
        name = rest if kind == "key/" else kind + rest
        if kind == "alias/" and not by_alias:
            raise AwsError("InvalidArnException", "Key Aliases are not supported for this operation")
    if name.startswith("alias/") and by_alias:
        return _behind(ctx, account, name)
    key = ctx.rows(keys, account=account).get(name)
    if key is None:
        if not KEY_ID.fullmatch(name):
            raise not_found(f"Invalid keyId '{KeyId}'")
        raise not_found(f"Key '{arn(ctx, 'kms', f'key/{name}', account=account)}' does not exist")
    return key


def _behind(ctx: Context, account: str, name: str) -> Key:
    """The key of an alias; AWS's own keys are made when they are first asked for."""
    alias = ctx.rows(aliases, account=account).get(name)
    if alias is None:
        made = managed.make(ctx, account, name)
        if made is not None:
            return made
        raise not_found(f"Alias {arn(ctx, 'kms', name, account=account)} is not found.")
    return ctx.rows(keys, account=account)[alias.target]


def store(ctx: Context, key: Key) -> Key:
    return ctx.rows(keys, account=key.account, region=key.region).put(key)


# States


def state_of(ctx: Context, key: Key) -> str:
    """The state as it is told: lacking material or a disconnected key store show only where nothing else does."""
    if key.state in (ENABLED, DISABLED):
        if key.origin == EXTERNAL and not usable_material(key):
            return PENDING_IMPORT
        if key.store and ctx.rows(stores)[key.store].state != "CONNECTED":
            return UNAVAILABLE
    return key.state


def usable_material(key: Key) -> bool:
    found = material.current(key)
    return found is not None and bool(found.sealed)


def refuse_state(key: Key, state: str) -> AwsError:
    if state == DISABLED:
        return AwsError("DisabledException", f"{key.arn} is disabled.")
    return invalid_state(f"{key.arn} is {WORDS[state]}.")


def check_enabled(ctx: Context, key: Key) -> None:
    """Raises DisabledException, KMSInvalidStateException."""
    state = state_of(ctx, key)
    if state != ENABLED:
        raise refuse_state(key, state)


def check_kept(key: Key) -> None:
    """Raises KMSInvalidStateException for a key that is to be deleted."""
    if key.state in (PENDING_DELETION, PENDING_REPLICA_DELETION):
        raise refuse_state(key, key.state)


def find_kept(ctx: Context, KeyId: str, by_alias: bool = False) -> Key:
    key = find(ctx, KeyId, by_alias)
    check_kept(key)
    return key


# Use


def check_use(ctx: Context, key: Key, algorithm: str | None = None) -> None:
    """Whether the operation at hand may use a key. Raises what forbids it: state, usage, algorithm."""
    check_enabled(ctx, key)
    if USES[ctx.operation] != key.usage:
        raise invalid_usage(f"{key.arn} key usage is {key.usage} which is not valid for {ctx.operation}.")
    if algorithm is not None and algorithm not in SPECS[key.spec].usages[key.usage]:
        raise invalid_usage(f"Algorithm {algorithm} is incompatible with key spec {key.spec}.")


# Description


def describe(ctx: Context, key: Key) -> dict:
    """A KeyMetadata."""
    state = state_of(ctx, key)
    found = {
        "AWSAccountId": key.account, "KeyId": key.id, "Arn": key.arn, "CreationDate": key.created,
        "Enabled": state == ENABLED, "Description": key.description, "KeyUsage": key.usage, "KeyState": state,
        "Origin": key.origin, "KeyManager": key.manager, "KeySpec": key.spec, "MultiRegion": bool(key.kind),
        MEMBERS[key.usage]: list(SPECS[key.spec].usages[key.usage]),
    }  # fmt: skip
    if key.spec in OLD_SPECS:
        found["CustomerMasterKeySpec"] = key.spec
    if key.deletion is not None:
        found["DeletionDate"] = key.deletion
    if key.state == PENDING_REPLICA_DELETION:
        found["PendingDeletionWindowInDays"] = key.pending_days
    if key.kind:
        found["MultiRegionConfiguration"] = _regions(ctx, key)
    return found | _material(key) | _outside(ctx, key)


def _material(key: Key) -> dict:
    now = material.current(key)
    found = {}
    if now is not None and key.spec == SYMMETRIC:
        found["CurrentKeyMaterialId"] = now.id
    if now is not None and now.sealed and now.expiration:
        found["ExpirationModel"] = now.expiration
        if now.valid_to is not None:
            found["ValidTo"] = now.valid_to
    return found


def _outside(ctx: Context, key: Key) -> dict:
    """What concerns keys of custom key stores."""
    found = {}
    if key.origin in (CLOUDHSM, XKS):
        found["CustomKeyStoreId"] = key.store
    if key.origin == CLOUDHSM:
        found["CloudHsmClusterId"] = ctx.rows(stores)[key.store].settings["CloudHsmClusterId"]
    if key.origin == XKS:
        found["XksKeyConfiguration"] = {"Id": key.external_id}
    return found


def _regions(ctx: Context, key: Key) -> dict:
    def one(region: str) -> dict:
        return {"Arn": arn(ctx, "kms", f"key/{key.id}", region=region, account=key.account), "Region": region}

    replicas = [one(each) for each in key.replicas]
    return {"MultiRegionKeyType": key.kind, "PrimaryKey": one(key.primary), "ReplicaKeys": replicas}
