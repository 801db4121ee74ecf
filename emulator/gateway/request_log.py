"""The last calls, decoded and searchable, within a bound on count and on bytes."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from emulator.kernel.context import Seen

CALLS = 250  # more would be cold memory by the time they are forgotten, which every request would pay for
BYTES = 8 * 1024 * 1024
TEXT = 4096  # longest text or blob that a listing shows


class RequestLog:
    """Keeps references only; turning a call into readable data is done when somebody asks.

    Of the context it keeps what is told: the rest, the headers above all, is memory that the next request can use.
    """

    def __init__(self):
        self._calls: deque = deque()
        self._bytes = 0

    def add(self, call, response) -> None:
        body = call.request.body
        size = (len(body) if body.__class__ is bytes else 0) + (
            len(response.body) if response.body.__class__ is bytes else 0
        )
        context = call.context
        result = call.result if size < 65536 else None
        self._calls.append(
            (
                call.request_id,
                context.now if context is not None else call.emulator.runtime.clock.now(),
                call.emulator.runtime.monotonic() - call.started,
                call.identity,
                call.entry.operation.name if call.entry else None,
                context.account if context is not None else None,
                context.principal if context is not None else None,
                context.input if context is not None else None,
                response.status,
                result,
                call.decisions,
                size,
            )
        )
        self._bytes += size
        while len(self._calls) > CALLS or self._bytes > BYTES:
            self._bytes -= self._calls.popleft()[-1]

    def clear(self) -> None:
        self._calls.clear()
        self._bytes = 0

    def history(self) -> Iterator[Seen]:
        """Who called what, newest first; calls that never became an operation are left out."""
        for _, time, _, identity, operation, account, principal, _, status, *_ in reversed(list(self._calls)):
            if operation is not None and principal is not None:
                yield Seen(
                    time, principal.arn, principal.access_key, account, identity.region, identity.service, operation,
                    status,
                )  # fmt: skip

    def decisions(self, request_id: str) -> list | None:
        """What IAM decided on a call; None for a call that is not remembered."""
        for entry in reversed(self._calls):
            if entry[0] == request_id:
                return entry[-2]
        return None

    def rows(self, service: str | None = None, operation: str | None = None, status: int | None = None,
             text: str | None = None, limit: int = 100) -> list[dict]:  # fmt: skip
        """The newest matching calls, newest first."""
        found: list[dict] = []
        for entry in reversed(self._calls):
            row = _row(entry)
            if (
                (service and row["service"] != service)
                or (operation and row["operation"] != operation)
                or (status and row["status"] != status)
                or (text and text not in repr(row))
            ):
                continue
            found.append(row)
            if len(found) >= limit:
                break
        return found


def _row(entry: tuple) -> dict:
    request_id, time, duration, identity, operation, account, principal, given, status, result, decisions, _ = entry
    error = result if isinstance(result, Exception) else None
    row = {
        "request_id": request_id,
        "time": time,
        "duration_ms": round(duration * 1000, 3),
        "service": (identity.service or identity.named) if identity else None,
        "operation": operation,
        "account": account,
        "region": identity.region if identity else None,
        "principal": principal.arn if principal else None,
        "status": status,
        "input": None if given is None else readable(given),
        "output": None if error else readable(result),
        "error": {"code": error.code, "message": error.message} if error is not None else None,
    }
    if decisions:
        row["authorization"] = [_decision(each) for each in decisions]
    return row


def _decision(decision) -> dict:
    """What IAM decided, and by which statements: ``policy/Sid`` or ``policy/number``."""
    question = decision.question
    return {
        "action": question.action, "resource": question.resource, "decision": decision.effect,
        "reason": "" if decision.allowed else decision.reason(),
        "statements": [f"{each.source.name}/{each.statement.sid or each.index + 1}" for each in decision.matches],
    }  # fmt: skip


def readable(value: Any, depth: int = 0) -> Any:
    """Plain data for a listing: bytes as text where they are text, long values cut, bodies by their size."""
    if depth > 12:
        return "…"
    if isinstance(value, dict):
        return {str(key): readable(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [readable(each, depth + 1) for each in value[:200]]
    if isinstance(value, bytes):
        value = value[:TEXT].decode("utf-8", "replace")
    if isinstance(value, str):
        return value if len(value) <= TEXT else value[:TEXT] + "…"
    if value is None or isinstance(value, int | float | bool):
        return value
    size = getattr(value, "size", None)
    return f"<{size} bytes>" if size is not None else f"<{type(value).__name__}>"
