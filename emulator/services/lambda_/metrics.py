"""What CloudWatch learns of functions. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""

from emulator.engines.service_metrics import Dimensions, measure
from emulator.kernel.context import Context
from emulator.services.lambda_ import names

SPACE = "AWS/Lambda"
Values = tuple[tuple[str, float, str], ...]  # (metric, value, unit)


def _measure(ctx: Context, reference: names.Reference, values: Values) -> None:
    """Count values for all functions together, for the function, and for the resource that was named."""
    place = (reference.account, ctx.region)
    function: Dimensions = (("FunctionName", reference.name),)
    tail = f":{reference.qualifier}" if reference.qualifier else ""
    for dimensions in ((), function, (*function, ("Resource", reference.name + tail))):
        measure(ctx, place, SPACE, dimensions, values)


def invoked(ctx: Context, reference: names.Reference, milliseconds: float, failed: bool, running: int) -> None:
    """``running``: invocations of the function under way, this one among them."""
    _measure(ctx, reference, (
        ("Invocations", 1.0, "Count"), ("Errors", float(failed), "Count"), ("Throttles", 0.0, "Count"),
        ("Duration", round(milliseconds, 2), "Milliseconds"), ("ConcurrentExecutions", float(running), "Count"),
    ))  # fmt: skip


def throttled(ctx: Context, reference: names.Reference) -> None:
    _measure(ctx, reference, (("Throttles", 1.0, "Count"),))


def behind(ctx: Context, reference: names.Reference, seconds: float) -> None:
    """How old the last record of a stream's batch was."""
    _measure(ctx, reference, (("IteratorAge", round(seconds * 1000), "Milliseconds"),))
