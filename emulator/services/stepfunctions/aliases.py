"""Aliases: names for a version, or for two that share executions by weight.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.stepfunctions import arns
from emulator.services.stepfunctions.errors import no_machine
from emulator.services.stepfunctions.errors import validation as refused
from emulator.services.stepfunctions.paging import paged
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import Alias, aliases, versions
from emulator.services.stepfunctions.tables import machines as machines_table

MOST = 100
ROUTING = "INVALID_ROUTING_CONFIGURATION"
ABSENT = "Request references a resource that does not exist."


def _routing(ctx: Context, given: list[dict]) -> tuple[str, tuple[tuple[str, int], ...]]:
    """The machine's name, and its versions with their weights. Raises ValidationException, ResourceNotFound."""
    found = [arns.read(each["stateMachineVersionArn"], "stateMachine") for each in given]
    listed = f"[{', '.join(each.text for each in found)}]"
    if not all(each.qualifier.isdigit() for each in found):
        raise refused(f"Routing configuration must contain state machine version ARNs. Received: {listed}", ROUTING)
    if len({each.text for each in found}) < len(found):
        raise refused(
            f"Routing configuration must contain distinct state machine version ARNs. Received: {listed}", ROUTING)
    if len({each.name for each in found}) > 1:
        raise refused(
            f"Routing configuration must contain versions of the same state machine. Received: {listed}", ROUTING)
    weights = [each["weight"] for each in given]
    if sum(weights) != 100:
        raise refused(f"Sum of routing configuration weights must equal 100. Received: {weights}", ROUTING)
    for each in found:
        if (each.name, int(each.qualifier)) not in ctx.rows(versions, **each.where):
            raise AwsError("ResourceNotFound", ABSENT, resourceName=each.text)
    return found[0].name, tuple((each.text, weight) for each, weight in zip(found, weights))


@service.operation
def create_state_machine_alias(ctx, name, routingConfiguration, description=None):
    """Raises ConflictException for another alias of that name, ServiceQuotaExceededException, ValidationException."""
    machine, routing = _routing(ctx, routingConfiguration)
    rows = ctx.rows(aliases)
    alias = rows.get((machine, name))
    if alias is None:
        if sum(each.machine == machine for each in rows) >= MOST:
            raise AwsError("ServiceQuotaExceededException", f"Maximum number of aliases exceeded: {MOST}")
        arn = f"{arns.make(ctx, 'stateMachine', machine)}:{name}"
        alias = rows.put(Alias(machine, name, arn, routing, ctx.now, ctx.now, description or ""))
    elif (alias.routing, alias.description) != (routing, description or ""):
        raise AwsError("ConflictException", (
            "Failed to create alias because an alias with the same name and a different routing configuration already"
            " exists."))  # fmt: skip
    return {"stateMachineAliasArn": alias.arn, "creationDate": alias.created}


def _read(text: str) -> arns.Arn:
    arn = arns.read(text, "stateMachine")
    if not arn.qualifier or arn.qualifier.isdigit():
        raise refused("Operation only supports state machine alias ARNs")
    return arn


def _find(ctx: Context, text: str) -> Alias:
    arn = _read(text)
    alias = ctx.rows(aliases, **arn.where).get((arn.name, arn.qualifier))
    if alias is None:
        raise AwsError("ResourceNotFound", ABSENT, resourceName=text)
    return alias


@service.operation
def describe_state_machine_alias(ctx, stateMachineAliasArn):
    """Raises ResourceNotFound, ValidationException."""
    alias = _find(ctx, stateMachineAliasArn)
    answer = {
        "stateMachineAliasArn": alias.arn, "name": alias.name, "creationDate": alias.created,
        "updateDate": alias.updated, "routingConfiguration": [
            {"stateMachineVersionArn": text, "weight": weight} for text, weight in alias.routing],
    }  # fmt: skip
    return {**answer, "description": alias.description} if alias.description else answer


@service.operation
def update_state_machine_alias(ctx, stateMachineAliasArn, description=None, routingConfiguration=None):
    """Raises ResourceNotFound, ValidationException."""
    alias = _find(ctx, stateMachineAliasArn)
    if description is None and routingConfiguration is None:
        raise refused(
            "Either the description or the routing configuration must be specified", "MISSING_REQUIRED_PARAMETER")
    changes = {"updated": ctx.now}
    if description is not None:
        changes["description"] = description
    if routingConfiguration is not None:
        machine, changes["routing"] = _routing(ctx, routingConfiguration)
        if machine != alias.machine:
            raise refused("Routing configuration must contain versions of the alias's state machine", ROUTING)
    ctx.rows(aliases).put(replace(alias, **changes))
    return {"updateDate": ctx.now}


@service.operation
def delete_state_machine_alias(ctx, stateMachineAliasArn):
    """One that is not there is gone already. Raises ValidationException, InvalidArn."""
    arn = _read(stateMachineAliasArn)
    ctx.rows(aliases, **arn.where).delete((arn.name, arn.qualifier))
    return {}


@service.operation
def list_state_machine_aliases(ctx, stateMachineArn):
    """Those of a machine, or those that name a version. Raises StateMachineDoesNotExist, InvalidToken."""
    arn = arns.read(stateMachineArn, "stateMachine")
    if ctx.rows(machines_table, **arn.where).get(arn.name) is None:
        raise no_machine(stateMachineArn)
    found = [each for each in ctx.rows(aliases) if each.machine == arn.name]
    if arn.qualifier:
        found = [each for each in found if any(text == arn.text for text, _ in each.routing)]
    return paged(ctx, "stateMachineAliases", found, lambda each: each.name, lambda each: {
        "stateMachineAliasArn": each.arn, "creationDate": each.created})  # fmt: skip


