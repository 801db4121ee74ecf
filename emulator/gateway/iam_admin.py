"""The admin API of the policy engine: why a call was allowed or refused, what may be done, what was used.

Used by :mod:`emulator.gateway.admin`; LookupError tells of a caller or a call that is not known.
"""

from emulator import services
from emulator.auth import actions
from emulator.auth.authorization import decide, principal_from
from emulator.auth.evaluation import Decision, explain
from emulator.gateway.facts import FACTS
from emulator.kernel.context import Context, root
from emulator.model import SERVICES


def told(decision: Decision) -> dict:
    return {
        "action": decision.question.action, "resource": decision.question.resource, "decision": decision.effect,
        "explanation": explain(decision),
    }  # fmt: skip


def explain_request(emulator, request_id: str) -> list[dict]:
    """The decisions on a call that was made. Raises LookupError."""
    decisions = emulator.request_log.decisions(request_id)
    if decisions is None:
        raise LookupError(f"no call {request_id} is remembered; see emulator logs")
    if not decisions:
        raise LookupError(f"IAM was not asked about {request_id}: start the emulator with --iam audit or enforce")
    return [told(each) for each in decisions]


def explain_question(emulator, principal: str, action: str, resource: str, context: dict) -> list[dict]:
    """What would be decided. ``context`` holds condition keys. Raises LookupError."""
    runtime, prefix = emulator.runtime, action.partition(":")[0].lower()
    service = next((each for each in SERVICES if actions.of(each).prefix.lower() == prefix and services.load(each)), "")
    if not service:
        raise LookupError(f"no standing service has actions that begin with {prefix}:")
    ctx = Context(runtime, service, action.partition(":")[2], "", "us-east-1", root(""))
    ctx.principal = principal_from(ctx, principal)
    ctx.account = ctx.principal.account
    keys = {name.lower(): value if isinstance(value, list) else [str(value)] for name, value in context.items()}
    decision = decide(ctx, actions.Need(action, resource, keys), actions.of(service), FACTS)
    return [told(decision)] if decision is not None else []
