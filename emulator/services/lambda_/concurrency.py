"""Concurrency: what a function reserves, what of it stands ready, and which invocations are too many.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from emulator.backends.functions import Pool
from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.lambda_ import configuration, launching, names
from emulator.services.lambda_.errors import conflict, invalid, missing, refusal
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import (
    LATEST,
    Common,
    Function,
    Provisioned,
    aliases,
    commons,
    functions,
    listed,
    of,
    provisioned,
)

UNRESERVED, LEAST = 1000, 100  # concurrent executions of an account; what must stay for functions that reserve none
STARTED = 4  # environments that are really started beforehand, at most: the others start when they are wanted
BELOW = ("Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
         f"minimum value of [{LEAST}].")  # fmt: skip


def _common(ctx: Context, text: str) -> Common:
    return names.common(ctx, names.read(ctx, text)._replace(qualifier=""))


def _provisioned(ctx: Context, name: str) -> int:
    return sum(each.requested for each in of(ctx.rows(provisioned), name))


def unreserved(ctx: Context, but: str = "") -> int:
    """Concurrent executions of the account that no function, other than ``but``, has for itself."""
    held = 0
    for each in ctx.rows(commons):
        if each.name != but:
            held += _provisioned(ctx, each.name) if each.reserved is None else each.reserved
    return UNRESERVED - held


# Reserved concurrency


@service.operation
def put_function_concurrency(ctx, FunctionName, ReservedConcurrentExecutions):
    shared = _common(ctx, FunctionName)
    ready = _provisioned(ctx, shared.name)
    if ReservedConcurrentExecutions < ready:
        raise invalid(
            f" ReservedConcurrentExecutions  {ReservedConcurrentExecutions} should not be lower than function's total "
            f"provisioned concurrency [{ready}]."
        )
    if unreserved(ctx, shared.name) - ReservedConcurrentExecutions < LEAST:
        raise invalid(BELOW)
    ctx.rows(commons).put(replace(shared, reserved=ReservedConcurrentExecutions))
    return {"ReservedConcurrentExecutions": ReservedConcurrentExecutions}


@service.operation
def get_function_concurrency(ctx, FunctionName):
    reserved = _common(ctx, FunctionName).reserved
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}


@service.operation
def delete_function_concurrency(ctx, FunctionName):
    ctx.rows(commons).put(replace(_common(ctx, FunctionName), reserved=None))
    return {}


# Provisioned concurrency


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
    done = record.ready >= record.requested
    return {
        "RequestedProvisionedConcurrentExecutions": record.requested,
        "AllocatedProvisionedConcurrentExecutions": record.ready,
        "AvailableProvisionedConcurrentExecutions": record.ready, "Status": "READY" if done else "IN_PROGRESS",
        "LastModified": configuration.stamp(record.modified),
    }  # fmt: skip


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
    ctx.after(1, "provision", job_id=f"provision/{reference.name}/{reference.qualifier}", name=reference.name,
              qualifier=reference.qualifier)  # fmt: skip
    return _shown(ctx, record)


@service.job
async def provision(ctx, name, qualifier):
    """Start environments beforehand."""
    record = ctx.rows(provisioned).get((name, qualifier))
    if record is None:
        return
    reference = names.Reference(ctx.account, name, qualifier)
    version = names.function(ctx, reference)
    launch = launching.launch(ctx, reference, version, ready=True)
    await ctx.backend(Pool).warm(launch, min(record.requested, STARTED))
    current = ctx.rows(provisioned).get((name, qualifier))
    if current is not None and current.modified == record.modified:
        ctx.rows(provisioned).put(replace(current, ready=current.requested))


def moved(ctx: Context, reference: names.Reference) -> None:
    """An alias points elsewhere: what stood ready for it does so anew."""
    record = ctx.rows(provisioned).get((reference.name, reference.qualifier))
    if record is not None:
        ctx.after(1, "provision", job_id=f"provision/{record.function}/{record.qualifier}", name=record.function,
                  qualifier=record.qualifier)  # fmt: skip


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
    return {}


@service.operation
def list_provisioned_concurrency_configs(ctx, FunctionName, Marker=None, MaxItems=50):
    reference = names.read(ctx, FunctionName)
    names.common(ctx, reference._replace(qualifier=""))
    return listed(ctx, ctx.rows(provisioned), reference.name, "ProvisionedConcurrencyConfigs", lambda each: {
        **_shown(ctx, each), "FunctionArn": reference.arn(ctx, each.qualifier)}, Marker, MaxItems)  # fmt: skip


@service.operation
def get_account_settings(ctx):
    records = list(ctx.rows(functions))
    return {
        "AccountLimit": {
            "TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000, "CodeSizeZipped": 52428800,
            "ConcurrentExecutions": UNRESERVED, "UnreservedConcurrentExecutions": unreserved(ctx),
        },
        "AccountUsage": {
            "TotalCodeSize": sum(each.config["CodeSize"] for each in records) + launching.layers_size(ctx),
            "FunctionCount": len(ctx.rows(commons)),
        },
    }  # fmt: skip


# Admission


class Share:
    """One invocation's place among those under way: ``ready`` tells whether it took a provisioned environment."""

    def __init__(self, ctx: Context, reference: names.Reference, record: Function):
        """Raises TooManyRequestsException."""
        self._running = ctx.backend(Pool).running
        name = (reference.account, ctx.region, record.name)
        version = (*name, record.version)
        prepared, total = 0, 0
        for each in of(reference.rows(ctx, provisioned), record.name):
            alias = reference.rows(ctx, aliases).get((record.name, each.qualifier))
            total += each.requested
            if (alias.version if alias else each.qualifier) == record.version:
                prepared += each.ready
        self.ready = self._running[version] < prepared
        self._key = version if self.ready else name
        if not self.ready:
            self._check(ctx, reference, name, total)
        self._running[self._key] += 1

    def _check(self, ctx: Context, reference: names.Reference, name: tuple, total: int) -> None:
        reserved = names.common(ctx, reference._replace(qualifier="")).reserved
        if reserved is not None:
            if self._running[name] >= reserved - total:
                raise refusal("TooManyRequestsException", "Rate Exceeded.",
                              Reason="ReservedFunctionConcurrentInvocationLimitExceeded")  # fmt: skip
            return
        others = {each.name for each in reference.rows(ctx, commons) if each.reserved is not None}
        busy = sum(
            count for key, count in self._running.items()
            if len(key) == 3 and key[:2] == name[:2] and key[2] not in others
        )
        if busy >= UNRESERVED - LEAST and busy >= unreserved(ctx):
            raise refusal("TooManyRequestsException", "Rate Exceeded.", Reason="ConcurrentInvocationLimitExceeded")

    @property
    def count(self) -> int:
        """Invocations under way that count with this one."""
        return self._running[self._key]

    def give_back(self) -> None:
        self._running[self._key] -= 1
