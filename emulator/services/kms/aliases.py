"""Aliases: other names of keys within an account and region.

https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html
"""

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.kms import keys, managed
from emulator.services.kms.errors import not_found, validation
from emulator.services.kms.paging import paged
from emulator.services.kms.service import service
from emulator.services.kms.tables import Alias, Key, aliases

MOST = 50  # aliases of one key
PREFIX = (
    'Alias must start with the prefix "alias/". Please see '
    "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
)


def _check(name: str) -> None:
    if not name.startswith("alias/"):
        raise validation(PREFIX)
    if name == "alias/" or name.count(":"):
        raise AwsError("InvalidAliasNameException", f"{name} is not a valid alias name.")
    if name.startswith("alias/aws/"):
        raise AwsError("NotAuthorizedException", "", 400)


def _target(ctx: Context, key_id: str) -> Key:
    key = keys.find_kept(ctx, key_id)
    if key.account != ctx.account:
        raise not_found(f"Key '{key.arn}' does not exist")
    return key


@service.operation
def create_alias(ctx: Context, AliasName, TargetKeyId):
    """Raises AlreadyExistsException, InvalidAliasNameException, NotFoundException, LimitExceededException."""
    _check(AliasName)
    key = _target(ctx, TargetKeyId)
    rows = ctx.rows(aliases)
    alias_arn = arn(ctx, "kms", AliasName)
    if AliasName in rows:
        raise AwsError("AlreadyExistsException", f"An alias with the name {alias_arn} already exists")
    _check_count(ctx, key)
    rows.put(Alias(AliasName, alias_arn, key.id, ctx.now, ctx.now))
    return {}


def _check_count(ctx: Context, key: Key) -> None:
    if sum(each.target == key.id for each in ctx.rows(aliases)) >= MOST:
        raise AwsError("LimitExceededException", f"Key '{key.arn}' has the maximum number of aliases: {MOST}")


@service.operation
def update_alias(ctx: Context, AliasName, TargetKeyId):
    """Let an alias name another key of the same kind. Raises NotFoundException, ValidationException."""
    _check(AliasName)
    alias = _existing(ctx, AliasName)
    key = _target(ctx, TargetKeyId)
    before = ctx.rows(keys.keys)[alias.target]
    if (before.usage, _is_symmetric(before)) != (key.usage, _is_symmetric(key)):
        raise validation(
            f"Alias {alias.arn} cannot be changed from key {before.arn} to key {key.arn}: "
            "the key type and key usage of both keys must match."
        )
    if key.id != before.id:
        _check_count(ctx, key)
    ctx.rows(aliases).put(replace(alias, target=key.id, updated=ctx.now))
    return {}


def _is_symmetric(key: Key) -> bool:
    return key.spec.startswith(("SYMMETRIC", "HMAC"))


def _existing(ctx: Context, name: str) -> Alias:
    found = ctx.rows(aliases).get(name)
    if found is None:
        raise not_found(f"Alias {arn(ctx, 'kms', name)} is not found.")
    return found


@service.operation
def delete_alias(ctx: Context, AliasName):
    """The key stays. Raises NotFoundException."""
    _check(AliasName)
    ctx.rows(aliases).delete(_existing(ctx, AliasName).name)
    return {}


@service.operation
def list_aliases(ctx: Context, KeyId=None):
    """All aliases of the account, AWS's own among them, or those of one key. Raises NotFoundException."""
    if KeyId is None:
        found = sorted([*ctx.rows(aliases), *managed.unused(ctx)], key=lambda alias: alias.name)
    else:
        key = keys.find(ctx, KeyId, by_alias=False)
        found = [each for each in ctx.rows(aliases) if each.target == key.id]
    answer = paged(ctx, "Aliases", found, lambda alias: alias.name)
    shown = [_entry(each) for each in answer["Aliases"]]
    return answer | {"Aliases": shown, "AliasCount": len(shown)}


def _entry(alias: Alias) -> dict:
    found = {"AliasName": alias.name, "AliasArn": alias.arn}
    if alias.target:
        found |= {"TargetKeyId": alias.target, "CreationDate": alias.created, "LastUpdatedDate": alias.updated}
    return found
