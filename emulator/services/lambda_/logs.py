"""What functions write, in CloudWatch Logs. Where that service does not stand, it is written nowhere.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

from emulator.backends.functions import Launch, Outcome
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.lambda_ import names
from emulator.services.lambda_.launching import LAMBDA

THERE = "ResourceAlreadyExistsException"
LARGEST = 262118  # bytes of a message


def write(ctx: Context, reference: names.Reference, launch: Launch, outcome: Outcome) -> None:
    """Put the lines of an invocation into the stream of the environment that ran it."""
    group, now = launch.logging["LogGroup"], int(ctx.now * 1000)
    events = [{"timestamp": now, "message": line[:LARGEST] + "\n"} for line in outcome.lines if line.strip()]
    if not events:
        return
    stream = {"logGroupName": group, "logStreamName": outcome.stream}
    try:
        with ctx.transaction():
            try:
                _call(ctx, reference, "PutLogEvents", {**stream, "logEvents": events})
            except AwsError as error:
                if error.code != "ResourceNotFoundException":
                    raise
                _make(ctx, reference, "CreateLogGroup", {"logGroupName": group})
                _make(ctx, reference, "CreateLogStream", stream)
                _call(ctx, reference, "PutLogEvents", {**stream, "logEvents": events})
    except AwsError:  # as on AWS, a log that cannot be written is lost
        return


def _make(ctx: Context, reference: names.Reference, operation: str, given: dict) -> None:
    try:
        _call(ctx, reference, operation, given)
    except AwsError as error:
        if error.code != THERE:
            raise


def _call(ctx: Context, reference: names.Reference, operation: str, given: dict) -> None:
    ctx.call("logs", operation, given, as_=LAMBDA, account=reference.account)
