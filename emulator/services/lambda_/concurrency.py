"""Concurrency: what a function reserves, and which invocations are too many.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from emulator.backends.functions import Pool
from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.lambda_ import launching, names
from emulator.services.lambda_.errors import invalid, refusal
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Common, Function, aliases, commons, functions, of, provisioned

UNRESERVED, LEAST = 1000, 100  # concurrent executions of an account; what must stay for functions that reserve none
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
    """One invocation's place among those under way.

    ``ready`` tells whether it took a provisioned environment, ``prepared`` how many of them its version should have.
    """

    def __init__(self, ctx: Context, reference: names.Reference, record: Function):
        """Raises TooManyRequestsException."""
        pool = ctx.backend(Pool)
        self._running = pool.running
        name = (reference.account, ctx.region, record.name)
        version = (*name, record.version)
        self.prepared, total = 0, 0
        for each in of(reference.rows(ctx, provisioned), record.name):
            alias = reference.rows(ctx, aliases).get((record.name, each.qualifier))
            total += each.requested
            if (alias.version if alias else each.qualifier) == record.version:
                self.prepared += each.requested
        standing = pool.standing(launching.key(ctx, reference, record)) if self.prepared else 0
        self.ready = self._running[version] < min(self.prepared, standing)
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
        if not self._running[self._key]:
            del self._running[self._key]
