"""Operations that one service calls of another: the chain's steps from validation on, in place, without a socket."""

import logging

from emulator.gateway import registry
from emulator.gateway.chain import Call, authorize_step, fault_step, operate_step, validate_step
from emulator.gateway.identify import Identity
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.model import load
from emulator.protocol.wire import Request, Response

logger = logging.getLogger("emulator.chain")

STEPS = (validate_step, authorize_step, fault_step, operate_step)


def call(
    outer: Context, service: str, operation: str, params: dict, principal, *, account=None, region=None, waits=False
):
    """An operation called by a service: the steps from validation on, in place, in the caller's transaction.

    One that must wait is for callers that do so, too (``waits``): they get an awaitable of its output.
    """
    emulator = outer._runtime.emulator
    entry = registry.entry(load(service).operations[operation])
    context = Context(
        outer._runtime, service, operation, account or outer.account, region or outer.region, principal, outer.now
    )
    context.input = params
    context.protocol = "internal"
    context.via = outer.service
    context.host = outer.host
    made = Call(emulator, Request("CALL", f"/{service}/{operation}"))
    made.entry, made.context, made.request_id = entry, context, context.request_id
    made.identity = Identity(service, context.region, principal.access_key)
    try:
        if not entry.implemented:
            raise NotImplementedByEmulator(f"{service} {operation}")
        for step in STEPS:
            step(made)
        if hasattr(made.result, "__await__"):
            if waits:
                return _later(made)
            made.result.close()
            raise RuntimeError(f"{service} {operation} waits and cannot be called in place")
    except Exception as error:
        raise _failure(made, error) from None
    emulator.request_log.add(made, Response(200))
    return made.result or {}


async def _later(made: Call) -> dict:
    """The end of a call between services that waits, in the transactions of whoever awaits it."""
    try:
        made.result = await made.result
    except Exception as error:
        raise _failure(made, error) from None
    made.emulator.request_log.add(made, Response(200))
    return made.result or {}


def _failure(made: Call, error: Exception) -> AwsError:
    """What a call between services failed with, written down; a defect of ours is AWS's InternalFailure here, too."""
    if not isinstance(error, AwsError):
        logger.error("%s failed", made.entry.operation, exc_info=error)
        error = registry.internal_failure(made.identity.service)
    made.result = error
    made.emulator.request_log.add(made, Response(error.status or 400))
    return error
