"""Resource policies of event buses: statements put one by one or as a whole document.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
"""

import orjson

from emulator.kernel.context import PARTITION, Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.events.buses import DEFAULT, Place, find
from emulator.services.events.errors import invalid, not_found
from emulator.services.events.service import service
from emulator.services.events.tables import Bus, buses

LONGEST = 10_240  # bytes of a policy


@service.operation
def put_permission(
    ctx, EventBusName=DEFAULT, Action=None, Principal=None, StatementId=None, Condition=None, Policy=None
):
    """Raises ResourceNotFoundException, ValidationException, PolicyLengthExceededException."""
    bus, at = find(ctx, EventBusName)
    if Policy is not None:
        _save(ctx, bus, at, _document(Policy))
        return {}
    for name, value in (("Action", Action), ("Principal", Principal), ("StatementId", StatementId)):
        if value is None:
            raise invalid(f"Parameter {name} must be specified.")
    if Action != "events:PutEvents":
        raise invalid("Provided value in parameter 'action' is not supported.")
    if Principal != "*" and not (Principal.isdigit() and len(Principal) == 12):
        raise invalid("Provided value in parameter 'principal' is not valid.")
    statement = {
        "Sid": StatementId, "Effect": "Allow",
        "Principal": "*" if Principal == "*" else {"AWS": f"arn:{PARTITION}:iam::{Principal}:root"},
        "Action": Action, "Resource": bus.arn,
    }  # fmt: skip
    if Condition is not None:
        statement["Condition"] = {Condition["Type"]: {Condition["Key"]: Condition["Value"]}}
    document = orjson.loads(bus.policy) if bus.policy else {"Version": "2012-10-17", "Statement": []}
    kept = [each for each in document["Statement"] if each.get("Sid") != StatementId]
    _save(ctx, bus, at, {**document, "Statement": [*kept, statement]})
    return {}


def _document(text: str) -> dict:
    try:
        document = orjson.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("Statement"), (list, dict)):
        raise invalid("This policy contains invalid Json")
    if isinstance(document["Statement"], dict):
        document["Statement"] = [document["Statement"]]
    return document


def _save(ctx: Context, bus: Bus, at: Place, document: dict | None) -> None:
    policy = orjson.dumps(document).decode() if document else ""
    if len(policy.encode()) > LONGEST:
        raise AwsError("PolicyLengthExceededException", f"Policy length exceeds the limit of {LONGEST} bytes.")
    ctx.rows(buses, **at.where).put(replace(bus, policy=policy, modified=ctx.now))


@service.operation
def remove_permission(ctx, EventBusName=DEFAULT, StatementId=None, RemoveAllPermissions=False):
    """Raises ResourceNotFoundException for the bus or the statement."""
    bus, at = find(ctx, EventBusName)
    if RemoveAllPermissions:
        _save(ctx, bus, at, None)
        return {}
    if StatementId is None:
        raise invalid("Parameter StatementId must be specified.")
    document = orjson.loads(bus.policy) if bus.policy else {"Statement": []}
    kept = [each for each in document["Statement"] if each.get("Sid") != StatementId]
    if len(kept) == len(document["Statement"]):
        raise not_found("Statement with the provided id does not exist.")
    _save(ctx, bus, at, {**document, "Statement": kept} if kept else None)
    return {}
