"""Functions at the edge: CloudFront Functions run here, functions of Lambda@Edge are invoked; and tests of drafts.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions.html
"""

import json

from emulator.engines import key_value_stores
from emulator.engines.edge import client_certificates, events, pages, script
from emulator.engines.edge.messages import Answer, Asked
from emulator.kernel.context import root
from emulator.kernel.errors import AwsError
from emulator.resources.documents import every
from emulator.resources.engine import check_version
from emulator.services.cloudfront.common import invalid, service
from emulator.services.cloudfront.edge_logs import write_function
from emulator.services.cloudfront.edge_visits import Visit
from emulator.services.cloudfront.functions import LIVE, STORES, ConnectionFunction, Function, staged

FAILED = {
    "function": "The CloudFront function associated with the CloudFront distribution is invalid or could not run.",
    "lambda": "The Lambda function associated with the CloudFront distribution is invalid or doesn't have the required "
              "permissions.",
}  # fmt: skip


def run(ctx, record, event: dict, call: str = script.RUN) -> script.Outcome:
    """Run a function's code as it is in one stage."""
    found = {arn.rpartition("/")[2]: key_value_stores.find(ctx, arn) for arn in every(record.document, STORES)}
    pairs = {id: store.pairs for id, store in found.items() if store is not None}
    code = record.document["FunctionCode"].decode("utf-8", "replace")
    return script.run(code, event, pairs, ctx.now, ctx.ids.below(2**32), ctx.monotonic, call)


def may_connect(visit: Visit, id: str) -> bool:
    """Whether a connection function lets a viewer in that has shown a certificate; one that fails does not.

    Of the viewer's chain only its own certificate is known. What the function logs goes where other functions' logs go.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/connection-functions.html
    """
    found = ConnectionFunction.find(visit.ctx, {"Id": id})
    record = staged(found, LIVE) if found is not None else None
    if record is None:
        return False
    leaf = client_certificates.described(visit.asked.certificate)
    outcome = run(visit.ctx, record, {
        "connectionId": visit.id, "clientIp": visit.asked.ip,
        "clientCertificate": {"certificates": {"leaf": leaf, "intermediates": []}}}, script.CONNECT)  # fmt: skip
    if outcome.logs or outcome.error:
        write_function(visit, record.id[-1], [*outcome.logs, *filter(None, [outcome.error])])
    return not outcome.error and outcome.value == "allow"


def _context(visit: Visit) -> dict:
    return {"distributionDomainName": visit.domain, "distributionId": visit.distribution.id[-1], "requestId": visit.id}


async def called(visit: Visit, kind: str, answer: Answer | None = None, origin: dict | None = None):
    """What the behavior's function for an event makes of it: a request, an answer, or None where there is no function.

    A function that fails gives an error page. ``visit.state`` tells who answered.
    """
    for each in visit.behavior["FunctionAssociations"].get("Items", ()):
        if each["EventType"] == kind:
            return _function(visit, each["FunctionARN"], kind, answer)
    for each in visit.behavior["LambdaFunctionAssociations"].get("Items", ()):
        if each["EventType"] == kind:
            return await _lambda(visit, each, kind, answer, origin)
    return None


def _failed(visit: Visit, what: str, status: int, detail: str) -> Answer:
    """The answer for a function that did not do: 503 where it failed, 502 where what it returned is no answer."""
    return pages.error(status, f"{FAILED[what]} {detail}", visit.id)


def _function(visit: Visit, arn: str, kind: str, answer: Answer | None) -> Asked | Answer:
    record = staged(Function.find_arn(visit.ctx, arn), LIVE)
    if record is None:
        return _failed(visit, "function", 503, "It is not published.")
    outcome = run(visit.ctx, record, events.function_event(visit.asked, answer, _context(visit), kind))
    if outcome.logs or outcome.error:
        write_function(visit, record.id[-1], [*outcome.logs, *filter(None, [outcome.error])])
    if outcome.error:
        return _failed(visit, "function", 503, outcome.error)
    try:
        if answer is not None:
            return events.response_back(outcome.value, answer)
        if isinstance(outcome.value, dict) and "statusCode" in outcome.value:
            visit.state = "FunctionGeneratedResponse from cloudfront"
            return events.response_back(outcome.value, None)
        visit.changed_origin = outcome.origin
        return events.request_back(visit.asked, outcome.value)
    except events.Malformed as error:
        return _failed(visit, "function", 502, f"It returned what is no request and no response: {error}")


async def _lambda(visit: Visit, each: dict, kind: str, answer: Answer | None, origin: dict | None) -> Asked | Answer:
    ctx, arn = visit.ctx, each["LambdaFunctionARN"]
    event = events.lambda_event(visit.asked, answer, _context(visit), kind, bool(each.get("IncludeBody")), origin)
    where = {"account": arn.split(":")[4], "region": arn.split(":")[3]}
    try:
        result = await ctx.call_waiting("lambda", "Invoke", {
            "FunctionName": arn, "Payload": json.dumps(event).encode()}, as_=root(where["account"]), **where)
        payload = result["Payload"]
        value = json.loads(payload if isinstance(payload, bytes) else payload.read())
    except AwsError as error:
        return _failed(visit, "lambda", 503, str(error))
    if result.get("FunctionError"):
        return _failed(visit, "lambda", 503, str(value))
    try:
        found = events.from_lambda(visit.asked, answer, value)
    except events.Malformed as error:
        return _failed(visit, "lambda", 502, f"It returned what is no request and no response: {error}")
    if isinstance(found, Answer) and answer is None:
        visit.state = "LambdaGeneratedResponse from cloudfront"
    return found


# Tests of drafts


def _event(text: bytes) -> dict:
    try:
        event = json.loads(text)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise invalid("The event object is not valid JSON.")
    return event


def _tested(ctx, kind, record, given: dict, event: bytes, prefix: str, call: str, told) -> dict:
    check_version(kind, record, given)
    outcome = run(ctx, record, _event(event), call)
    output = "" if outcome.error else json.dumps(told(outcome.value), separators=(",", ":"))
    return {
        f"{prefix}FunctionSummary": kind.output(ctx, record, f"Describe{prefix}Function")[f"{prefix}FunctionSummary"],
        "ComputeUtilization": str(outcome.spent), f"{prefix}FunctionExecutionLogs": outcome.logs,
        f"{prefix}FunctionErrorMessage": outcome.error, f"{prefix}FunctionOutput": output,
    }  # fmt: skip


def _wrapped(value) -> dict:
    """What a function returned, as the test tells it."""
    return {"response" if isinstance(value, dict) and "statusCode" in value else "request": value}


@service.operation
def test_function(ctx, Name, EventObject, IfMatch=None, Stage=None):
    """Run a function with an event. Raises NoSuchFunctionExists; what the code raises is in the answer."""
    record = staged(Function.get(ctx, {"Name": Name}), Stage)
    if record is None:
        raise Function.is_missing({})
    return {"TestResult": _tested(
        ctx, Function, record, {"IfMatch": IfMatch}, EventObject, "", script.RUN, _wrapped)}


@service.operation
def test_connection_function(ctx, Id, ConnectionObject, IfMatch=None, Stage=None):
    """Run a connection function with a connection; its output is what it decides."""
    record = staged(ConnectionFunction.get(ctx, {"Id": Id}), Stage)
    if record is None:
        raise ConnectionFunction.is_missing({})
    return {"ConnectionFunctionTestResult": _tested(
        ctx, ConnectionFunction, record, {"IfMatch": IfMatch}, ConnectionObject, "Connection", script.CONNECT, str)}
