"""One run of a function: the version that runs, its share of concurrency, its outcome.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html
"""

from typing import NamedTuple

from emulator.backends.functions import Ended, Invocation, Outcome, Pool, Sink, Unavailable
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.services.lambda_ import launching, logs, metrics, names, provisioned, recursion
from emulator.services.lambda_.concurrency import Share
from emulator.services.lambda_.errors import refusal
from emulator.services.lambda_.tables import Function


class Run(NamedTuple):
    """What a run brought: the version that ran, what it answered."""

    version: str
    outcome: Outcome


def choose(ctx: Context, reference: names.Reference) -> Function:
    """The version that a call runs; an alias with weights spreads its calls. Raises ResourceNotFoundException."""
    alias = names.alias(ctx, reference)
    if alias is None or not alias.weights:
        return names.function(ctx, reference)
    point = ctx.ids.below(1_000_000) / 1_000_000
    for version, weight in alias.weights.items():
        if point < weight:
            return names.function(ctx, reference._replace(qualifier=version))
        point -= weight
    return names.function(ctx, reference._replace(qualifier=alias.version))


async def run(
    ctx: Context, reference: names.Reference, payload: bytes, request_id: str, client_context: str = "",
    sink: Sink | None = None, trace: str = "",
) -> Run:  # fmt: skip
    """Run the function. Raises TooManyRequestsException, RecursiveInvocationException, NotImplementedByEmulator.

    ``sink`` takes the pieces of a streamed response as they come; ``trace`` is the trace header of who asks.
    """
    record = choose(ctx, reference)
    trace = recursion.extended(ctx, reference, trace)
    try:
        share = Share(ctx, reference, record)
    except AwsError:
        metrics.throttled(ctx, reference)
        raise
    try:
        given = Invocation(
            request_id, reference.arn(ctx), payload, float(record.config["Timeout"]), record.version, client_context,
            trace,
        )
        launch = launching.launch(ctx, reference, record, share.ready)
        try:
            outcome = await ctx.backend(Pool).invoke(launch, given, sink)
        except Unavailable as lack:
            raise NotImplementedByEmulator(str(lack)) from None
        except Ended:
            raise refusal("ServiceException", "The emulator's state has ended while the function ran.",
                          status=500) from None  # fmt: skip
        metrics.invoked(ctx, reference, outcome.duration, outcome.failed, share.count)
    finally:
        share.give_back()
    if share.prepared:
        provisioned.renew(ctx, reference, record)
    logs.write(ctx, reference, launch, outcome)
    return Run(record.version, outcome)
