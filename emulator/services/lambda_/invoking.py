"""Invoke: an answer to wait for, an event to run later, or a question whether one might.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html and .../API_InvokeWithResponseStream.html
"""

import asyncio
import json
from base64 import b64decode, b64encode

from emulator.kernel.context import Context
from emulator.services.lambda_ import asynchronous, durable_running, names, running
from emulator.services.lambda_.errors import invalid, missing, refusal
from emulator.services.lambda_.service import service

LARGEST = {"RequestResponse": 6291456, "Event": 1048576}  # bytes of a payload
PATIENCE = 900.0  # seconds that an answer is waited for
STREAM = "application/octet-stream"


def _meant(ctx: Context, text: str, qualifier: str | None) -> names.Reference:
    """The function that a caller means. Raises ResourceNotFoundException."""
    reference = names.read(ctx, text, qualifier)
    if names.alias(ctx, reference) is None and not reference.qualifier:
        named = reference.arn(ctx, names.LATEST)
        if names.version(ctx, reference, names.LATEST) is None:
            raise missing(f"Function not found: {named}")
    names.function(ctx, reference)
    return reference


@service.operation
def invoke(
    ctx, FunctionName, InvocationType="RequestResponse", LogType="None", ClientContext=None, Payload=b"",
    Qualifier=None, DurableExecutionName=None,
):  # fmt: skip
    reference = _meant(ctx, FunctionName, Qualifier)
    if InvocationType == "DryRun":
        return {"StatusCode": 204}
    payload = _checked(Payload or b"{}", InvocationType)
    record = running.choose(ctx, reference)
    if "DurableConfig" in record.config:
        execution = durable_running.start(ctx, reference, record, DurableExecutionName, payload.decode())
        if InvocationType == "Event":
            return {"StatusCode": 202, "DurableExecutionArn": execution.arn}
        return _durable(ctx, execution)
    if DurableExecutionName is not None:
        raise invalid("DurableExecutionName is only valid for functions with a DurableConfig.")
    if InvocationType == "Event":
        asynchronous.accept(ctx, reference, payload.decode(), _trace(ctx))
        return {"StatusCode": 202}
    return _answer(ctx, reference, payload, _client_context(ClientContext), LogType)


@service.operation
def invoke_async(ctx, FunctionName, InvokeArgs):
    """The oldest way to send an event."""
    reference = _meant(ctx, FunctionName, None)
    given = InvokeArgs.read() if hasattr(InvokeArgs, "read") else InvokeArgs
    asynchronous.accept(ctx, reference, _checked(given or b"{}", "Event").decode(), _trace(ctx))
    return {"Status": 202}


def _trace(ctx: Context) -> str:
    """The trace header of the request."""
    return ctx.headers.get("x-amzn-trace-id", "")


def _checked(payload: bytes, kind: str) -> bytes:
    limit = LARGEST[kind]
    if len(payload) > limit:
        raise refusal("RequestTooLargeException", (
            f"{len(payload)} byte payload is too large for the {kind} invocation type (limit {limit} bytes)"))
    try:
        json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise refusal("InvalidRequestContentException", (
            f"Could not parse request body into json: Could not parse payload into json: {error}")) from None
    return payload


def _client_context(text: str | None) -> str:
    """A client context as it goes to the function: in one line, of ASCII. Raises InvalidRequestContentException."""
    if not text:
        return ""
    try:
        found = json.loads(b64decode(text, validate=True))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise refusal("InvalidRequestContentException",
                      "Client context must be a valid Base64-encoded JSON object.")  # fmt: skip
    return json.dumps(found)


async def invoke_and_wait(ctx: Context, text: str, payload: bytes) -> dict:
    """Invoke's answer, for calls from within. Raises AwsError."""
    reference = _meant(ctx, text, None)
    return await _answer(ctx, reference, payload, "", "None", ctx.ids.uuid())


async def _answer(
    ctx: Context, reference, payload: bytes, client_context: str, log: str, request_id: str = ""
) -> dict:
    version, outcome = await running.run(
        ctx, reference, payload, request_id or ctx.request_id, client_context, trace=_trace(ctx)
    )
    answer = {"StatusCode": 200, "Payload": outcome.payload, "ExecutedVersion": version}
    if outcome.failed:
        answer["FunctionError"] = "Unhandled"
    if log == "Tail":
        answer["LogResult"] = b64encode(outcome.log).decode()
    return answer


async def _durable(ctx: Context, execution) -> dict:
    """The end of a durable execution, as far as a caller's patience reaches."""
    found = await durable_running.result(ctx, execution, PATIENCE)
    answer = {"StatusCode": 200, "ExecutedVersion": execution.version, "DurableExecutionArn": execution.arn}
    if found is None or found.status == "SUCCEEDED":
        return {**answer, "Payload": (found.result if found and found.result is not None else "null").encode()}
    error = {name[0].lower() + name[1:]: value for name, value in (found.error or {}).items()}
    return {**answer, "FunctionError": "Unhandled", "Payload": json.dumps(error).encode()}


# Streamed responses


@service.operation
def invoke_with_response_stream(
    ctx, FunctionName, InvocationType="RequestResponse", LogType="None", ClientContext=None, Payload=b"", Qualifier=None
):
    reference = _meant(ctx, FunctionName, Qualifier)
    if InvocationType == "DryRun":
        return {"StatusCode": 204}
    payload = _checked(Payload or b"{}", "RequestResponse")
    version = running.choose(ctx, reference).version
    stream = Pieces(ctx, reference, payload, _client_context(ClientContext))
    return _begun(stream, version, LogType)


async def _begun(stream: "Pieces", version: str, log: str) -> dict:
    """The answer as soon as there is something of it: what cannot be run at all is still refused as usual."""
    await stream.begin()
    return {"StatusCode": 200, "ExecutedVersion": version, "ResponseStreamContentType": STREAM,
            "EventStream": stream.events(log)}  # fmt: skip


class Pieces:
    """A response, piece by piece; of a function that does not stream, in one. ``content_type`` is its own word."""

    def __init__(self, ctx: Context, reference: names.Reference, payload: bytes, client_context: str = ""):
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._first: bytes | None = None
        self.content_type = ""
        self._task = asyncio.get_running_loop().create_task(
            running.run(ctx, reference, payload, ctx.request_id, client_context, self._take, _trace(ctx))
        )
        self._task.add_done_callback(lambda _: self._queue.put_nowait(None))

    def _take(self, content_type: str, piece: bytes) -> None:
        self.content_type = content_type
        self._queue.put_nowait(piece)

    async def begin(self) -> None:
        """Wait for the first piece or the end. Raises what the run raises."""
        self._first = await self._queue.get()
        if self._first is None:
            outcome = self._task.result().outcome
            if not outcome.failed and outcome.payload:
                self._first = outcome.payload

    async def pieces(self):
        piece = self._first
        while piece is not None:
            yield piece
            piece = None if self._task.done() and self._queue.empty() else await self._queue.get()

    async def outcome(self):
        return (await self._task).outcome

    async def events(self, log: str):
        async for piece in self.pieces():
            yield {"PayloadChunk": {"Payload": piece}}
        outcome = await self.outcome()
        end = {"LogResult": b64encode(outcome.log).decode()} if log == "Tail" else {}
        if outcome.failed:
            error = json.loads(outcome.payload or b"{}")
            end |= {"ErrorCode": error.get("errorType", "Unhandled"), "ErrorDetails": json.dumps(error)}
        yield {"InvokeComplete": end}
