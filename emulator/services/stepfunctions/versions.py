"""Published versions of state machines, and which of them an ARN with an alias means.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.stepfunctions import arns, machines
from emulator.services.stepfunctions.errors import no_machine
from emulator.services.stepfunctions.errors import validation as refused
from emulator.services.stepfunctions.paging import paged
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import StateMachine, Version, aliases, revisions, versions
from emulator.services.stepfunctions.tables import machines as machines_table

MOST = 1000


def of_machine(ctx: Context, name: str, **where: str) -> list[Version]:
    """Newest first."""
    found = []
    for each in ctx.rows(versions, **where).range((name, 0)):
        if each.machine != name:
            break
        found.append(each)
    return found[::-1]


def publish(ctx: Context, machine: StateMachine, description: str | None) -> Version:
    """Publish the current revision; what is published already is answered. Raises ServiceQuotaExceededException."""
    known = of_machine(ctx, machine.name)
    same = next((each for each in known if each.revision == machine.revision), None)
    if same is not None:
        if description is not None and description != same.description:
            raise AwsError("ConflictException", (
                "Failed to publish the State Machine version for revision. A version with the same revision and a"
                " different description already exists."))  # fmt: skip
        return same
    if len(known) >= MOST:
        raise AwsError("ServiceQuotaExceededException", f"Maximum number of versions exceeded: {MOST}")
    number = machine.versions + 1
    ctx.rows(machines_table).put(replace(machine, versions=number))
    return ctx.rows(versions).put(Version(
        machine.name, number, f"{machine.arn}:{number}", machine.revision, ctx.now, description or ""))


def routed(ctx: Context, arn: arns.Arn, missing: AwsError) -> Version:
    """The version that an ARN names, or that its alias leads to this time."""
    name, qualifier = arn.name, arn.qualifier
    if not qualifier.isdigit():
        alias = ctx.rows(aliases, **arn.where).get((name, qualifier))
        if alias is None:
            raise missing
        point = ctx.ids.below(100) if len(alias.routing) > 1 else 0
        for text, weight in alias.routing:
            if point < weight:
                qualifier = text.rpartition(":")[2]
                break
            point -= weight
    version = ctx.rows(versions, **arn.where).get((name, int(qualifier)))
    if version is None:
        raise missing
    return version


@service.operation
def publish_state_machine_version(ctx, stateMachineArn, revisionId=None, description=None):
    """Raises StateMachineDoesNotExist, ConflictException, ServiceQuotaExceededException."""
    arn = arns.read(stateMachineArn, "stateMachine")
    if arn.qualifier:
        raise refused("Operation does not support state machine version or alias ARNs")
    machine = machines.find(ctx, arn)
    if revisionId is not None and revisionId != (ctx.rows(revisions)[machine.revision].id or "INITIAL"):
        raise AwsError("ConflictException", (
            f"Failed to publish the State Machine version for revision {revisionId}. The current State Machine"
            " revision has changed."))  # fmt: skip
    version = publish(ctx, machine, description)
    return {"creationDate": version.created, "stateMachineVersionArn": version.arn}


@service.operation
def delete_state_machine_version(ctx, stateMachineVersionArn):
    """Delete a version that no alias names; one that is not there is gone already. Raises ConflictException."""
    arn = arns.read(stateMachineVersionArn, "stateMachine")
    if not arn.qualifier.isdigit():
        raise refused("Operation only supports state machine version ARNs")
    rows = ctx.rows(versions, **arn.where)
    if (arn.name, int(arn.qualifier)) not in rows:
        return {}
    using = [each.name for each in ctx.rows(aliases) if any(text == arn.text for text, _ in each.routing)]
    if using:
        raise AwsError("ConflictException", (
            "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this"
            f" version: [{', '.join(using)}]"))  # fmt: skip
    rows.delete((arn.name, int(arn.qualifier)))
    return {}


@service.operation
def list_state_machine_versions(ctx, stateMachineArn):
    """Newest first. Raises InvalidArn, InvalidToken."""
    arn = arns.read(stateMachineArn, "stateMachine")
    if ctx.rows(machines_table, **arn.where).get(arn.name) is None:
        raise no_machine(stateMachineArn)
    found = of_machine(ctx, arn.name, **arn.where)
    return paged(ctx, "stateMachineVersions", found, lambda each: -each.number, lambda each: {
        "stateMachineVersionArn": each.arn, "creationDate": each.created})  # fmt: skip
