"""Events that run later: retried twice after failures, then told to a dead-letter queue and to destinations.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html and
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from emulator.engines import target_calls
from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError
from emulator.services.lambda_ import names, running
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import LATEST, invoke_configs

RETRIES = 2
OLDEST = 21600  # seconds that an event waits at most
PAUSES = (60, 120)  # seconds before the first and the second retry of an error
SLOWEST = 300  # seconds between two tries of a throttled event


class Event(NamedTuple):
    """An event on its way: whose, since when (epoch seconds), how often it has run and been throttled.

    ``trace`` is the trace header of who sent it.
    """

    function: str  # ARN as it was called
    request_id: str
    payload: str
    since: float
    runs: int = 0
    throttled: int = 0
    trace: str = ""


def accept(ctx: Context, reference: names.Reference, payload: str, trace: str = "") -> None:
    """Run it as soon as the answer is out."""
    event = Event(reference.arn(ctx), ctx.request_id, payload, ctx.now, trace=trace)
    ctx.after(0, "run", job_id=event.request_id, **event._asdict())


def _config(ctx: Context, reference: names.Reference) -> dict[str, Any]:
    found = reference.rows(ctx, invoke_configs).get((reference.name, reference.qualifier or LATEST))
    return found.document if found else {}


@service.job
async def run(ctx, **event):
    """One try of an event."""
    event = Event(**event)
    ctx.stand_by("run", job_id=event.request_id, **event._asdict())
    reference = names.read(ctx, event.function)
    try:
        version, outcome = await running.run(
            ctx, reference, event.payload.encode(), event.request_id, trace=event.trace
        )
    except AwsError as error:
        ctx.cancel(event.request_id)
        if error.code == "TooManyRequestsException":
            _later(ctx, reference, event)
        elif error.code == "RecursiveInvocationException":
            _end(ctx, reference, event, "RecursiveInvocation", None)
        elif error.code != "ResourceNotFoundException":  # a function that is gone takes its events along
            raise
        return
    ctx.cancel(event.request_id)
    event = event._replace(runs=event.runs + 1)
    retries = _config(ctx, reference).get("MaximumRetryAttempts", RETRIES)
    if outcome.failed and event.runs <= retries:
        _again(ctx, reference, event, PAUSES[event.runs - 1], (version, outcome))
    else:
        _end(ctx, reference, event, "RetriesExhausted" if outcome.failed else "Success", (version, outcome))


def _later(ctx: Context, reference: names.Reference, event: Event) -> None:
    """A throttled event comes again, ever more slowly."""
    event = event._replace(throttled=event.throttled + 1)
    _again(ctx, reference, event, min(2 ** (event.throttled - 1), SLOWEST), None)


def _again(ctx: Context, reference: names.Reference, event: Event, seconds: float, last) -> None:
    oldest = _config(ctx, reference).get("MaximumEventAgeInSeconds", OLDEST)
    if ctx.now + seconds - event.since > oldest:
        _end(ctx, reference, event, "EventAgeExceeded", last)
    else:
        ctx.after(seconds, "run", job_id=event.request_id, **event._asdict())


def _end(ctx: Context, reference: names.Reference, event: Event, condition: str, last) -> None:
    """Tell whoever wants to know how it ended. What cannot be delivered is lost, as it is on AWS."""
    try:
        function = names.function(ctx, reference)
    except AwsError:  # it was deleted while the event ran, and what was to be told with it
        return
    success = condition == "Success"
    record = _record(ctx, reference, event, condition, last)
    wanted = _config(ctx, reference).get("DestinationConfig", {}).get("OnSuccess" if success else "OnFailure", {})
    sends = []
    if wanted.get("Destination"):
        sends.append(lambda: _tell(ctx, reference, target_calls.read(wanted["Destination"]), record))
    queue = function.config.get("DeadLetterConfig", {}).get("TargetArn")
    if queue and not success:
        sends.append(lambda: _bury(ctx, reference, target_calls.read(queue), event, last))
    for send in sends:
        try:
            with ctx.transaction():
                send()
        except AwsError:
            continue


def _record(ctx: Context, reference: names.Reference, event: Event, condition: str, last) -> dict[str, Any]:
    moment = datetime.fromtimestamp(ctx.now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    found = {
        "version": "1.0", "timestamp": moment, "requestContext": {
            "requestId": event.request_id, "functionArn": reference.arn(ctx, reference.qualifier or LATEST),
            "condition": condition, "approximateInvokeCount": event.runs,
        }, "requestPayload": orjson.loads(event.payload),
    }  # fmt: skip
    if last is not None:
        version, outcome = last
        response = {"statusCode": 200, "executedVersion": version}
        if outcome.failed:
            response["functionError"] = "Unhandled"
        found |= {"responseContext": response, "responsePayload": orjson.loads(outcome.payload or b"null")}
    return found


def _tell(ctx: Context, reference: names.Reference, arn: target_calls.Arn, record: dict[str, Any]) -> None:
    text = orjson.dumps(record).decode()
    if arn.service == "events":
        result = "Success" if record["requestContext"]["condition"] == "Success" else "Failure"
        call = target_calls.Call("events", "PutEvents", {"Entries": [{
            "Source": "lambda", "DetailType": f"Lambda Function Invocation Result - {result}", "Detail": text,
            "EventBusName": arn.text, "Resources": [arn.text, record["requestContext"]["functionArn"]],
        }]})  # fmt: skip
    else:
        call = target_calls.PLAIN[arn.service](ctx, arn, text)
    call.make(ctx, _principal(ctx, reference), arn.where(ctx))


def _bury(ctx: Context, reference: names.Reference, arn: target_calls.Arn, event: Event, last) -> None:
    """The event itself into a dead-letter queue, with what went wrong in its attributes."""
    attributes = {"RequestID": {"DataType": "String", "StringValue": event.request_id}}
    if last is not None:
        error = orjson.loads(last[1].payload or b"null")
        message = error.get("errorMessage") if isinstance(error, dict) else None
        attributes["ErrorCode"] = {"DataType": "Number", "StringValue": "200"}
        attributes["ErrorMessage"] = {"DataType": "String", "StringValue": (message or "null")[:1024]}
    call = target_calls.PLAIN[arn.service](ctx, arn, event.payload)
    call.input["MessageAttributes"] = attributes
    call.make(ctx, _principal(ctx, reference), arn.where(ctx))


def _principal(ctx: Context, reference: names.Reference):
    return acting("lambda.amazonaws.com", reference.arn(ctx), reference.account)
