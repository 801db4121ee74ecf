"""The admin API under ``/_emulator/``, and LocalStack's own paths under ``/_localstack/`` for those who move here.

A table of (method, path) to a function ``(emulator, arguments) -> data``; data leaves as JSON. A wrong argument is 400
with a sentence that says what is expected.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable

import msgspec
import orjson

from emulator import __version__, services
from emulator.gateway import iam_admin, registry
from emulator.gateway.faults import Fault
from emulator.gateway.identify import DEFAULT_REGION
from emulator.kernel import ledger
from emulator.kernel.context import Context, root
from emulator.kernel.snapshots import UnknownSnapshot
from emulator.model import SERVICES
from emulator.protocol.wire import Request, Response

logger = logging.getLogger("emulator.admin")


class BadArgument(ValueError):
    """The caller's argument is missing or unusable; the text says what to send instead."""


def health(emulator, _arguments) -> dict:
    runtime = emulator.runtime
    return {
        "status": "ok" if runtime.journal is None or runtime.journal.failure is None else "failed",
        "version": __version__,
        "clock": clock_state(emulator),
        "persistence": runtime.journal is not None,
        "services": emulator.standing(),
    }


def localstack_health(emulator, _arguments) -> dict:
    """The shape that LocalStack's tools wait for: a state per service."""
    standing = emulator.standing()
    return {
        "services": {name: "available" if name in standing else "disabled" for name in SERVICES},
        "edition": "community",
        "version": __version__,
    }


def localstack_info(emulator, _arguments) -> dict:
    return {"version": __version__, "edition": "community", "is_license_activated": False, "session_id": "paritylab"}


def init_state(emulator, _arguments) -> dict:
    """Which stages of the init hooks have run; a client may wait for READY."""
    return {"completed": dict(emulator.hooks.completed), "scripts": emulator.hooks.ran}


def requests(emulator, arguments) -> list[dict]:
    status = arguments.get("status")
    return emulator.request_log.rows(
        arguments.get("service"), arguments.get("operation"), whole(status, "status") if status else None,
        arguments.get("text"), whole(arguments.get("limit", "100"), "limit"),
    )  # fmt: skip


def clear_requests(emulator, _arguments) -> dict:
    emulator.request_log.clear()
    return {}


def reset(emulator, _arguments) -> dict:
    emulator.reset()
    return {"status": "reset"}


def state_digest(emulator, _arguments) -> dict:
    """A digest over all records: equal states have equal digests, whatever order they were made in."""
    runtime = emulator.runtime
    lines = sorted(
        msgspec.msgpack.encode((table.name, partition, table.key(record), record))
        for table, partition, records in runtime.store.contents()
        for record in records
    )
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    return {"digest": digest.hexdigest(), "records": len(lines)}


def snapshots(emulator, _arguments) -> dict:
    return {"snapshots": emulator.runtime.snapshots.names()}


def take_snapshot(emulator, arguments) -> dict:
    name = needed(arguments, "name")
    try:
        return {"name": name, "records": emulator.runtime.snapshots.take(name)}
    except ValueError as error:
        raise BadArgument(str(error)) from None


def restore_snapshot(emulator, arguments) -> dict:
    name = needed(arguments, "name")
    try:
        return {"name": name, "records": emulator.runtime.restore(name)}
    except UnknownSnapshot:
        raise BadArgument(f"there is no snapshot {name!r}; GET /_emulator/snapshots lists them") from None


def delete_snapshot(emulator, arguments) -> dict:
    name = needed(arguments, "name")
    try:
        emulator.runtime.snapshots.delete(name)
    except UnknownSnapshot:
        raise BadArgument(f"there is no snapshot {name!r}; GET /_emulator/snapshots lists them") from None
    return {"name": name}


def clock_state(emulator, _arguments=None) -> dict:
    clock = emulator.runtime.clock
    return {"now": clock.now(), "frozen": clock.frozen}


def move_clock(emulator, arguments) -> dict:
    """``{"freeze": true}`` or ``{"freeze": epoch}``, ``{"set": epoch}``, ``{"advance": seconds}``, ``{"resume": true}``
    or ``{"real": true}``; several are done in this order.
    """
    clock = emulator.runtime.clock
    actions: dict[str, Callable] = {
        "freeze": lambda value: clock.freeze(None if value is True else number(value, "freeze")),
        "set": lambda value: clock.place(number(value, "set")),
        "advance": lambda value: clock.advance(number(value, "advance")),
        "resume": lambda _: clock.resume(),
        "real": lambda _: clock.real(),
    }
    wanted = [name for name in actions if name in arguments]
    if not wanted:
        raise BadArgument(f"send one of {', '.join(actions)}")
    for name in wanted:
        try:
            actions[name](arguments[name])
        except ValueError as error:
            raise BadArgument(str(error)) from None
    return clock_state(emulator)


def faults(emulator, _arguments) -> dict:
    return {"faults": [msgspec.to_builtins(fault) for fault in emulator.faults.rules]}


def set_faults(emulator, arguments) -> dict:
    """``{"faults": [{service, operation, probability, latency, code, message, status}, …]}`` replaces all."""
    try:
        emulator.faults.rules = msgspec.convert(arguments.get("faults", []), list[Fault])
    except msgspec.ValidationError as error:
        raise BadArgument(str(error)) from None
    return faults(emulator, arguments)


def clear_faults(emulator, _arguments) -> dict:
    emulator.faults.rules.clear()
    return {"faults": []}


def read_ledger(emulator, arguments) -> dict:
    """E-mails, text messages and pushes, the newest first; filters: channel, to, service, account, limit."""
    wanted = {name: arguments.get(name) for name in ("channel", "to", "service", "account")}
    rows = emulator.runtime.store.rows(ledger.entries)
    found = ledger.read(rows, whole(arguments.get("limit", "100"), "limit"), **wanted)
    return {"entries": [msgspec.to_builtins(entry) for entry in found]}


def clear_ledger(emulator, _arguments) -> dict:
    with emulator.runtime.store.transaction() as store:
        store.rows(ledger.entries).clear()
    return {"entries": []}


def receive_sms(emulator, arguments) -> dict:
    """``{"from": "+15550100", "text": "STOP"}``: a phone answers."""
    number, text = needed(arguments, "from"), needed(arguments, "text")
    account = arguments.get("account") or emulator.options.account
    region = arguments.get("region") or DEFAULT_REGION
    with emulator.runtime.store.transaction():
        context = Context(emulator.runtime, "sns", "receive_sms", account, region, root(account))
        services.load("sns").jobs["receive_sms"](context, number=number, text=text)
    return {"from": number, "text": text}


def operations(emulator, arguments) -> list[dict]:
    try:
        return registry.operations(arguments.get("service"))
    except LookupError as error:
        raise BadArgument(str(error)) from None


def explain_access(emulator, arguments) -> list[dict]:
    """Of a call (``request_id``), or of a question (``principal``, ``action``, ``resource``, ``context``)."""
    try:
        if "request_id" in arguments:
            return iam_admin.explain_request(emulator, arguments["request_id"])
        wanted = (needed(arguments, name) for name in ("principal", "action", "resource"))
        return iam_admin.explain_question(emulator, *wanted, arguments.get("context") or {})
    except LookupError as error:
        raise BadArgument(str(error)) from None


def used_access(emulator, arguments) -> list[dict]:
    return emulator.usage.rows(arguments.get("principal"))


def least_policy(emulator, arguments) -> dict:
    return emulator.usage.policy(arguments.get("principal"))


ROUTES: dict[tuple[str, str], Callable] = {
    ("POST", "/_emulator/iam/explain"): explain_access,
    ("GET", "/_emulator/iam/usage"): used_access,
    ("GET", "/_emulator/iam/policy"): least_policy,
    ("GET", "/_emulator/health"): health,
    ("GET", "/_emulator/requests"): requests,
    ("DELETE", "/_emulator/requests"): clear_requests,
    ("POST", "/_emulator/reset"): reset,
    ("GET", "/_emulator/state"): state_digest,
    ("GET", "/_emulator/snapshots"): snapshots,
    ("POST", "/_emulator/snapshots"): take_snapshot,
    ("POST", "/_emulator/snapshots/restore"): restore_snapshot,
    ("DELETE", "/_emulator/snapshots"): delete_snapshot,
    ("GET", "/_emulator/clock"): clock_state,
    ("POST", "/_emulator/clock"): move_clock,
    ("GET", "/_emulator/faults"): faults,
    ("PUT", "/_emulator/faults"): set_faults,
    ("DELETE", "/_emulator/faults"): clear_faults,
    ("GET", "/_emulator/ledger"): read_ledger,
    ("DELETE", "/_emulator/ledger"): clear_ledger,
    ("POST", "/_emulator/sms"): receive_sms,
    ("GET", "/_emulator/operations"): operations,
    ("GET", "/_localstack/health"): localstack_health,
    ("GET", "/_localstack/info"): localstack_info,
    ("GET", "/_localstack/init"): init_state,
    ("GET", "/_localstack/init/ready"): init_state,
    ("POST", "/_localstack/state/reset"): reset,
}
PATHS = {path for _, path in ROUTES}


def answer(emulator, request: Request):
    """The answer to an admin request; changes are durable before it leaves."""
    response = respond(emulator, request)
    journal = emulator.runtime.journal
    if request.method != "GET" and journal is not None:
        return _when_durable(journal, response)
    return response


async def _when_durable(journal, response: Response) -> Response:
    pending = journal.pending()
    if pending is not None:
        await asyncio.shield(pending)
    return response


def respond(emulator, request: Request) -> Response:
    function = ROUTES.get(("GET" if request.method == "HEAD" else request.method, request.path))
    if function is None:
        known = request.path in PATHS
        return _json(405 if known else 404, {"error": f"{request.method} {request.path} is not part of the admin API",
                                             "paths": sorted(PATHS)})  # fmt: skip
    try:
        return _json(200, function(emulator, _arguments(request)))
    except BadArgument as error:
        return _json(400, {"error": str(error)})
    except Exception as error:
        logger.exception("%s %s failed", request.method, request.path)
        return _json(500, {"error": f"{type(error).__name__}: {error}"})


def _arguments(request: Request) -> dict:
    """Query string and JSON body as one dictionary."""
    arguments: dict = {name: values[-1] for name, values in request.arguments.items()}
    if request.body:
        try:
            body = orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            raise BadArgument(f"the body is not JSON: {error}") from None
        if not isinstance(body, dict):
            raise BadArgument("the body must be a JSON object")
        arguments.update(body)
    return arguments


def _json(status: int, data) -> Response:
    return Response(status, [("content-type", "application/json")], orjson.dumps(data, default=repr))


def needed(arguments: dict, name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value:
        raise BadArgument(f"send {name!r}, a text")
    return value


def whole(value, name: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise BadArgument(f"{name!r} must be a whole number") from None


def number(value, name: str) -> float:
    """A finite number of seconds. Raises BadArgument."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise BadArgument(f"{name!r} must be a number of seconds") from None
    if not -1e12 < found < 1e12:
        raise BadArgument(f"{name!r} is out of range")
    return found
