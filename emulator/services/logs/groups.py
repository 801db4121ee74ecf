"""Log groups: made, listed, kept for so long, protected from deletion.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
"""

import re
from collections.abc import Iterable
from operator import attrgetter

from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.logs import account_retention, data_sources, encryption, index_policies, storage
from emulator.services.logs.errors import exists, invalid, refused
from emulator.services.logs.lookup import group, millis, owner, save, streams_of
from emulator.services.logs.pages import paged
from emulator.services.logs.service import service
from emulator.services.logs.tables import Group, Stream, groups
from emulator.services.logs.tags import checked

PAGE = 50
DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
SWEEP = 86_400.0  # seconds between two looks for events whose time is over
DELIVERY_DAYS = 2  # retention of log groups that only hand on


@service.operation
def create_log_group(ctx, logGroupName, kmsKeyId=None, tags=None, logGroupClass="STANDARD",
                     deletionProtectionEnabled=False):  # fmt: skip
    """Raises InvalidParameterException, ResourceAlreadyExistsException."""
    rows = ctx.rows(groups)
    if logGroupName in rows:
        raise exists("The specified log group already exists")
    if logGroupName.startswith("aws/"):
        raise invalid("Log groups starting with AWS/ are reserved for AWS.")
    made = Group(
        logGroupName, ctx.account, ctx.region, ctx.ids.hex(16), millis(ctx), logGroupClass,
        DELIVERY_DAYS if logGroupClass == "DELIVERY" else 0, protected=bool(deletionProtectionEnabled),
        tags=checked({}, tags or {}),
    )  # fmt: skip
    rows.put(made)
    if kmsKeyId is not None:
        save(ctx, made, key=kmsKeyId, data_key=encryption.data_key(ctx, made.arn, kmsKeyId))
    if made.retention:
        _watch(ctx, made)


@service.operation
def delete_log_group(ctx, logGroupName):
    """The group, its streams and all their events. Raises ResourceNotFoundException, ValidationException."""
    found = group(ctx, logGroupName)
    if found.protected:
        raise refused("The specified log group cannot be deleted because deletion protection is enabled.")
    for each in list(streams_of(ctx, found)):
        forget(ctx, found, each)
    ctx.rows(groups, **found.place).delete(found.name)
    ctx.cancel(f"sweep/{found.id}")


def forget(ctx: Context, found: Group, stream: Stream) -> None:
    storage.rows_of(ctx, found, stream).clear()
    streams_of(ctx, found).delete(stream.name)


def stored(ctx: Context, found: Group) -> int:
    """The bytes of all events of a group, as AWS counts them."""
    return sum(each.size for each in streams_of(ctx, found))


# Listing


def shown(ctx: Context, found: Group) -> dict:
    out = {
        "logGroupName": found.name, "creationTime": found.created, "metricFilterCount": len(found.metric_filters),
        "arn": f"{found.arn}:*", "logGroupArn": found.arn, "logGroupClass": found.kind,
        "storedBytes": stored(ctx, found), "deletionProtectionEnabled": found.protected,
    }  # fmt: skip
    kept = account_retention.kept(ctx, found)
    if kept.days:
        out["retentionInDays"] = kept.days
    if kept.policy:
        out["retentionPolicyName"] = kept.policy
    if found.key:
        out["kmsKeyId"] = found.key
    if found.data_protection is not None:
        out["dataProtectionStatus"] = "ACTIVATED" if found.data_protection.document else "DELETED"
    if found.bearer:
        out["bearerTokenAuthenticationEnabled"] = True
    return out


FOUND_BY_PATTERN = ("logGroupName", "creationTime", "metricFilterCount", "arn", "logGroupArn", "logGroupClass",
                    "retentionInDays", "kmsKeyId", "dataProtectionStatus")  # fmt: skip


@service.operation
def describe_log_groups(
    ctx, accountIdentifiers=None, logGroupNamePrefix=None, logGroupNamePattern=None, nextToken=None, limit=PAGE,
    includeLinkedAccounts=None, logGroupClass=None, logGroupIdentifiers=None,
):  # fmt: skip
    """Log groups by name. Raises InvalidParameterException."""
    if logGroupNamePrefix is not None and logGroupNamePattern is not None:
        raise invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
    own_account(ctx, includeLinkedAccounts, accountIdentifiers)
    query = [logGroupNamePrefix, logGroupNamePattern, logGroupClass, logGroupIdentifiers]
    names = set(map(_named, logGroupIdentifiers)) if logGroupIdentifiers else None

    def fits(each: Group) -> bool:
        return (
            each.name.startswith(logGroupNamePrefix or "") and (logGroupNamePattern or "") in each.name
            and (logGroupClass is None or each.kind == logGroupClass) and (names is None or each.name in names)
        )  # fmt: skip

    def show(each: Group) -> dict:
        row = shown(ctx, each)
        return row if logGroupNamePattern is None else {name: row[name] for name in FOUND_BY_PATTERN if name in row}

    return by_name(ctx, fits, nextToken, limit, query, show)


def _named(identifier: str) -> str:
    return identifier.split(":", 6)[-1].removesuffix(":*")


def own_account(ctx: Context, linked: bool | None, accounts: list[str] | None) -> None:
    """Raises InvalidParameterException; NotImplemented for the log groups of monitored accounts."""
    if accounts and not linked:
        raise invalid("includeLinkedAccounts must be true when accountIdentifiers are specified.")
    if linked and set(accounts or ()) - {ctx.account}:
        raise NotImplementedByEmulator("Log groups of linked accounts")


def by_name(ctx: Context, fits, token: str | None, limit: int, query, show) -> dict:
    """One page of the groups that fit, by name. Raises InvalidParameterException."""
    rows = ctx.rows(groups)
    return paged(ctx, "logGroups", lambda after: filter(fits, rows.range(after, after=after is not None)),
                 attrgetter("name"), token, limit, query, show)  # fmt: skip


@service.operation
def list_log_groups(
    ctx, logGroupNamePattern=None, logGroupClass=None, includeLinkedAccounts=None, accountIdentifiers=None,
    nextToken=None, limit=PAGE, dataSources=None, fieldIndexNames=None, logGroupTags=None,
):  # fmt: skip
    """Log groups by a pattern of their names, by class, data source, tags, indexed fields.

    Raises InvalidParameterException.
    """
    own_account(ctx, includeLinkedAccounts, accountIdentifiers)
    pattern = name_pattern(logGroupNamePattern)

    def fits(each: Group) -> bool:
        return (
            pattern.search(each.name) is not None and logGroupClass in (None, each.kind)
            and _has_tags(each, logGroupTags or ()) and data_sources.among(each, dataSources)
            and (not fieldIndexNames or set(fieldIndexNames) <= index_policies.indexed(ctx, each).keys())
        )  # fmt: skip

    query = [logGroupNamePattern, logGroupClass, dataSources, fieldIndexNames, logGroupTags]
    return by_name(ctx, fits, nextToken, limit, query, lambda each: {
        "logGroupName": each.name, "logGroupArn": each.arn, "logGroupClass": each.kind})  # fmt: skip


def name_pattern(text: str | None) -> re.Pattern:
    """``^prefix|substring``: alternatives, each anchored at the front or anywhere."""
    parts = [("^" if each[:1] == "^" else "") + re.escape(each.removeprefix("^")) for each in (text or "").split("|")]
    return re.compile("|".join(parts))


def _has_tags(each: Group, wanted: Iterable[dict]) -> bool:
    return all(
        tag["key"] in each.tags and (not tag.get("values") or each.tags[tag["key"]] in tag["values"]) for tag in wanted
    )


# Retention and protection


@service.operation
def put_retention_policy(ctx, logGroupName, retentionInDays):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = group(ctx, logGroupName)
    if retentionInDays not in DAYS:
        raise invalid(
            f"1 validation error detected: Value '{retentionInDays}' at 'retentionInDays' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{', '.join(map(str, DAYS))}]"
        )
    _not_delivery(found)
    _watch(ctx, save(ctx, found, retention=retentionInDays))


@service.operation
def delete_retention_policy(ctx, logGroupName):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = group(ctx, logGroupName)
    _not_delivery(found)
    save(ctx, found, retention=0)
    ctx.cancel(f"sweep/{found.id}")


def _not_delivery(found: Group) -> None:
    if found.kind == "DELIVERY":
        raise invalid("The retention of a log group of the DELIVERY class can not be changed.")


def _watch(ctx: Context, found: Group) -> None:
    ctx.after(SWEEP, "sweep", f"sweep/{found.id}", arn=found.arn, id=found.id)


@service.job
def sweep(ctx, arn, id):
    """Events that were kept long enough go, once a day."""
    found = ctx.rows(groups, **owner(arn)).get(arn.split(":", 6)[-1])
    if found is not None and found.id == id and found.retention:
        trim(ctx, found)
        _watch(ctx, found)


def trim(ctx: Context, found: Group) -> None:
    oldest = storage.horizon(ctx, found)
    for each in streams_of(ctx, found):
        storage.trim(storage.rows_of(ctx, found, each), oldest)


@service.operation
def put_log_group_deletion_protection(ctx, logGroupIdentifier, deletionProtectionEnabled):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    save(ctx, group(ctx, logGroupIdentifier), protected=deletionProtectionEnabled)


@service.operation
def put_bearer_token_authentication(ctx, logGroupIdentifier, bearerTokenAuthenticationEnabled):
    """Whether the group's HTTP endpoints take bearer tokens. Raises ResourceNotFoundException."""
    save(ctx, group(ctx, logGroupIdentifier), bearer=bearerTokenAuthenticationEnabled)
