"""Calls whose answer a pipe waits for: functions and state machines.

https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
"""

from typing import Any

import orjson

from emulator.engines import target_calls
from emulator.engines.target_calls import Arn
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError


async def call_function(ctx: Context, arn: Arn, role: Principal, payload: str) -> bytes:
    """The function's answer. Raises AwsError, also for a function that failed."""
    call = target_calls.function(ctx, arn, payload, "RequestResponse")
    answer = await ctx.call_waiting(call.service, call.operation, call.input, as_=role, **arn.where(ctx))
    content = answer.get("Payload", b"")
    body = content if isinstance(content, bytes) else content.read()
    if answer.get("FunctionError"):
        raise AwsError("FunctionError", body.decode(errors="replace"), 400)
    return body


async def call_machine(ctx: Context, arn: Arn, role: Principal, payload: str) -> bytes:
    """The output of an express workflow. Raises AwsError, also for one that failed."""
    call = target_calls.state_machine(ctx, arn, payload, "StartSyncExecution")
    answer = await ctx.call_waiting(call.service, call.operation, call.input, as_=role, **arn.where(ctx))
    if answer["status"] != "SUCCEEDED":
        raise AwsError(answer.get("error", answer["status"]), answer.get("cause", ""), 400)
    return answer.get("output", "").encode()


def answer_of(body: bytes) -> Any:
    """An answer as JSON; None for an empty one, text for any other."""
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")
