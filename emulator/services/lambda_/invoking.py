"""Invoke: an answer to wait for, an event to run later, or a question whether one might.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import json
from base64 import b64decode, b64encode

from emulator.kernel.context import Context
from emulator.services.lambda_ import asynchronous, names, running
from emulator.services.lambda_.errors import refusal
from emulator.services.lambda_.service import service

LARGEST = {"RequestResponse": 6291456, "Event": 1048576}  # bytes of a payload


@service.operation
def invoke(
    ctx, FunctionName, InvocationType="RequestResponse", LogType="None", ClientContext=None, Payload=b"", Qualifier=None
):
    reference = names.read(ctx, FunctionName, Qualifier)
    names.function(ctx, reference)
    if InvocationType == "DryRun":
        return {"StatusCode": 204}
    payload = _checked(Payload or b"{}", InvocationType)
    if InvocationType == "Event":
        asynchronous.accept(ctx, reference, payload.decode())
        return {"StatusCode": 202}
    client_context = b64decode(ClientContext).decode() if ClientContext else ""
    return _answer(ctx, reference, payload, client_context, LogType)


def _checked(payload: bytes, kind: str) -> bytes:
    limit = LARGEST[kind]
    if len(payload) > limit:
        raise refusal("RequestTooLargeException", (
            f"{len(payload)} byte payload is too large for the {kind} invocation type (limit {limit} bytes)"))
    try:
        json.loads(payload)
    except ValueError as error:
        raise refusal("InvalidRequestContentException", (
            f"Could not parse request body into json: Could not parse payload into json: {error}")) from None
    return payload


async def _answer(ctx: Context, reference, payload: bytes, client_context: str, log: str) -> dict:
    version, outcome = await running.run(ctx, reference, payload, ctx.request_id, client_context)
    answer = {"StatusCode": 200, "Payload": outcome.payload, "ExecutedVersion": version}
    if outcome.failed:
        answer["FunctionError"] = "Unhandled"
    if log == "Tail":
        answer["LogResult"] = b64encode(outcome.log).decode()
    return answer
