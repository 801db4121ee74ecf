"""Provisioned concurrency: environments of a version or an alias that stand ready before they are called.

https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

import os

from emulator.backends.functions import Pool, Unavailable
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.lambda_ import configuration, launching, names
from emulator.services.lambda_.concurrency import BELOW, LEAST, unreserved
from emulator.services.lambda_.errors import conflict, invalid, missing, refusal
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import LATEST, Function, Provisioned, aliases, listed, of, provisioned

# Processes that stand ready on this machine at most, of all functions together (--set lambda.provisioned-environments).
ENVIRONMENTS = 4 * (os.cpu_count() or 1)


def _qualified(ctx: Context, text: str, qualifier: str) -> names.Reference:
    """A version or an alias that is there. Raises ResourceNotFoundException."""
    reference = names.read(ctx, text, qualifier)
    if reference.qualifier.isdecimal():
        names.function(ctx, reference)
    elif names.alias(ctx, reference) is None:
        raise missing(f"Cannot find alias arn: {reference.arn(ctx)}")
    return reference


def _named(ctx: Context, text: str, qualifier: str) -> names.Reference:
    if qualifier == LATEST:
        raise invalid("The function resource provided must be an alias or a published version.")
    return _qualified(ctx, text, qualifier)


def _shown(ctx: Context, record: Provisioned) -> dict:
    reference = names.Reference(ctx.account, record.function, record.qualifier)
    key = launching.key(ctx, reference, names.function(ctx, reference))
    return _told(record, min(record.requested, ctx.backend(Pool).standing(key)))


def _told(record: Provisioned, standing: int) -> dict:
    """How far it is. ``standing``: the environments that really do."""
    found = {
        "RequestedProvisionedConcurrentExecutions": record.requested,
        "AllocatedProvisionedConcurrentExecutions": standing, "AvailableProvisionedConcurrentExecutions": standing,
        "LastModified": configuration.stamp(record.modified),
    }  # fmt: skip
    if standing == record.requested:
        return {**found, "Status": "READY"}
    return {**found, **({"Status": "FAILED", "StatusReason": record.reason} if record.reason else
                        {"Status": "IN_PROGRESS"})}  # fmt: skip


def _check_room(ctx: Context, reference: names.Reference, wanted: int) -> None:
    """Raises InvalidParameterValueException."""
    reserved = names.common(ctx, reference._replace(qualifier="")).reserved
    others = sum(each.requested for each in of(ctx.rows(provisioned), reference.name)
                 if each.qualifier != reference.qualifier)  # fmt: skip
    if reserved is not None:
        if others + wanted > reserved:
            raise invalid(
                "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for "
                "function"
            )
        return
    room = unreserved(ctx, reference.name) - others
    if wanted > room:
        raise invalid(
            "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency "
            f"[{room}]."
        )
    if room - wanted < LEAST:
        raise invalid(BELOW)


@service.operation
def put_provisioned_concurrency_config(ctx, FunctionName, Qualifier, ProvisionedConcurrentExecutions):
    if Qualifier == LATEST:
        raise invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
    reference = _qualified(ctx, FunctionName, Qualifier)
    alias, rows = names.alias(ctx, reference), ctx.rows(provisioned)
    if alias is not None and rows.get((reference.name, alias.version)) is not None:
        raise conflict(
            "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
        )
    for each in of(ctx.rows(aliases), reference.name) if alias is None else ():
        if each.version == Qualifier and rows.get((reference.name, each.name)) is not None:
            raise conflict("Version is pointed by a Provisioned Concurrency alias")
    _check_room(ctx, reference, ProvisionedConcurrentExecutions)
    record = rows.put(Provisioned(reference.name, reference.qualifier, ProvisionedConcurrentExecutions, ctx.now))
    _begin(ctx, record)
    return _told(record, 0)


def _begin(ctx: Context, record: Provisioned) -> None:
    ctx.after(1, "provision", job_id=f"provision/{record.function}/{record.qualifier}", name=record.function,
              qualifier=record.qualifier)  # fmt: skip


@service.job
async def provision(ctx, name, qualifier):
    """Start environments beforehand."""
    record = ctx.rows(provisioned).get((name, qualifier))
    if record is None:
        return
    _release(ctx, name)
    reference = names.Reference(ctx.account, name, qualifier)
    bound = int(ctx.setting("lambda.provisioned-environments", ENVIRONMENTS))
    try:
        launch = launching.launch(ctx, reference, names.function(ctx, reference), ready=True)
        reason = await ctx.backend(Pool).provide(launch, record.requested, bound)
    except Unavailable as lack:
        reason = f"{lack} cannot be provided."
    except AwsError as error:  # the role cannot be assumed, for one
        reason = error.message
    current = ctx.rows(provisioned).get((name, qualifier))
    if current is not None and current.modified == record.modified:
        ctx.rows(provisioned).put(replace(current, reason=reason))
    _release(ctx, name)


def renew(ctx: Context, reference: names.Reference, version: Function) -> None:
    """Mend the number of environments that stand ready for a version: some die, some were at work when it changed."""
    there = ctx.afresh()
    there.account = reference.account
    standing = ctx.backend(Pool).standing(launching.key(ctx, reference, version))
    for each in of(there.rows(provisioned), version.name):
        if _version(there, each) == version.version and standing != each.requested and not each.reason:
            _begin(there, each)


def _version(ctx: Context, record: Provisioned) -> str:
    alias = ctx.rows(aliases).get((record.function, record.qualifier))
    return alias.version if alias else record.qualifier


def _release(ctx: Context, name: str) -> None:
    """End what stands ready of a function for versions that nobody wants to stand ready any more."""
    wanted = {_version(ctx, each) for each in of(ctx.rows(provisioned), name)}
    place = (ctx.account, ctx.region, name)
    ctx.backend(Pool).forget(
        lambda launch: launch.ready and launch.key[:3] == place and launch.key[3] not in wanted
    )


@service.start
def after_restart(ctx):
    """What stood ready before does so again."""
    for rows in ctx.partitions(provisioned):
        there = ctx.afresh()
        there.account, there.region = rows.partition
        for record in rows:
            _begin(there, record)


def moved(ctx: Context, reference: names.Reference) -> None:
    """An alias points elsewhere: what stood ready for it does so anew."""
    record = ctx.rows(provisioned).get((reference.name, reference.qualifier))
    if record is not None:
        _begin(ctx, record)


@service.operation
def get_provisioned_concurrency_config(ctx, FunctionName, Qualifier):
    reference = _named(ctx, FunctionName, Qualifier)
    record = ctx.rows(provisioned).get((reference.name, reference.qualifier))
    if record is None:
        raise refusal("ProvisionedConcurrencyConfigNotFoundException",
                      "No Provisioned Concurrency Config found for this function")  # fmt: skip
    return _shown(ctx, record)


@service.operation
def delete_provisioned_concurrency_config(ctx, FunctionName, Qualifier):
    """Deleting one that is not there succeeds."""
    reference = _named(ctx, FunctionName, Qualifier)
    ctx.rows(provisioned).delete((reference.name, reference.qualifier))
    _release(ctx, reference.name)
    return {}


@service.operation
def list_provisioned_concurrency_configs(ctx, FunctionName, Marker=None, MaxItems=50):
    reference = names.read(ctx, FunctionName)
    names.common(ctx, reference._replace(qualifier=""))
    return listed(ctx, ctx.rows(provisioned), reference.name, "ProvisionedConcurrencyConfigs", lambda each: {
        **_shown(ctx, each), "FunctionArn": reference.arn(ctx, each.qualifier)}, Marker, MaxItems)  # fmt: skip
