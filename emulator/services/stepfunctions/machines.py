"""State machines: made, changed by revisions, told and deleted.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

from typing import Any

from emulator.engines.asl import validation
from emulator.engines.asl.machine import compiled
from emulator.engines.asl.references import references
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.stepfunctions import arns, configurations, retention, running, tags, versions
from emulator.services.stepfunctions.errors import invalid_definition, no_machine
from emulator.services.stepfunctions.errors import validation as refused
from emulator.services.stepfunctions.paging import paged
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import (
    Execution,
    Revision,
    StateMachine,
    aliases,
    executions,
    machines,
    revisions,
)
from emulator.services.stepfunctions.tables import versions as versions_table

MISSING_CHANGE = (
    "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified"
)


def find(ctx: Context, arn: arns.Arn) -> StateMachine:
    """Raises StateMachineDoesNotExist."""
    machine = ctx.rows(machines, **arn.where).get(arn.name)
    if machine is None:
        raise no_machine(arn.text)
    return machine


def revision_of(ctx: Context, key: str, **where: str) -> Revision:
    return ctx.rows(revisions, **where)[key]


def checked_definition(definition: str, type_: str) -> None:
    """Raises InvalidDefinition for the first fault of a definition."""
    faults = [each for each in validation.diagnose(definition, type_) if each.severity == "ERROR"]
    if faults:
        raise invalid_definition(", ".join(f"{each.code}: {each.message} at {each.location}" for each in faults))


def _role(arn: str) -> str:
    if not arn.startswith("arn:") or ":iam:" not in arn or ":role/" not in arn:
        raise AwsError("InvalidArn", f"Invalid Role Arn: '{arn}'")
    return arn


def _revise(ctx: Context, id: str, definition: str, role: str, given: dict[str, Any]) -> Revision:
    return ctx.rows(revisions).put(Revision(
        ctx.ids.uuid(), id, definition, role, given["logging"], given["tracing"], given["encryption"], ctx.now,
        references(compiled(definition)),
    ))  # fmt: skip


@service.operation
def create_state_machine(
    ctx, name, definition, roleArn, type="STANDARD", loggingConfiguration=None, tags_=None, tracingConfiguration=None,
    publish=False, versionDescription=None, encryptionConfiguration=None,
):  # fmt: skip
    """Make a state machine; the same again is answered as the first time. Raises StateMachineAlreadyExists, Invalid…"""
    arns.check_name(name)
    _role(roleArn)
    if versionDescription is not None and not publish:
        raise refused("Version description can only be set when publish is true")
    checked_definition(definition, type)
    given = {
        "logging": configurations.logging(ctx, loggingConfiguration), "tracing": configurations.tracing(
            tracingConfiguration), "encryption": configurations.encryption(ctx, encryptionConfiguration),
    }  # fmt: skip
    arn = arns.make(ctx, "stateMachine", name)
    machine = ctx.rows(machines).get(name)
    if machine is None:
        revision = _revise(ctx, "", definition, roleArn, given)
        machine = StateMachine(name, arn, type, ctx.now, revision.key, tags.merged(arn, tags_))
        ctx.rows(machines).put(machine)
    elif not _same(ctx, machine, definition, type, given):
        raise AwsError("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
    answer = {"stateMachineArn": arn, "creationDate": machine.created}
    if publish:
        answer["stateMachineVersionArn"] = versions.publish(ctx, machine, versionDescription).arn
    return answer


def _same(ctx: Context, machine: StateMachine, definition: str, type_: str, given: dict[str, Any]) -> bool:
    """Whether a creation asks for what is there. Role and tags do not count."""
    revision = revision_of(ctx, machine.revision)
    there = (revision.definition, machine.type, revision.logging, revision.tracing, revision.encryption)
    return there == (definition, type_, given["logging"], given["tracing"], given["encryption"])


@service.operation
def update_state_machine(
    ctx, stateMachineArn, definition=None, roleArn=None, loggingConfiguration=None, tracingConfiguration=None,
    publish=False, versionDescription=None, encryptionConfiguration=None,
):  # fmt: skip
    """Make a new revision, where anything changes. Raises StateMachineDoesNotExist, MissingRequiredParameter, …"""
    arn = arns.read(stateMachineArn, "stateMachine")
    if arn.qualifier:
        raise no_machine(stateMachineArn)
    machine = find(ctx, arn)
    changes = (definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration)
    if all(each is None for each in changes) and not publish:
        raise AwsError("MissingRequiredParameter", MISSING_CHANGE)
    if versionDescription is not None and not publish:
        raise refused("Version description can only be set when publish is true")
    if definition is not None:
        checked_definition(definition, machine.type)
    before = revision_of(ctx, machine.revision)
    given = {
        "logging": before.logging if loggingConfiguration is None else configurations.logging(
            ctx, loggingConfiguration),
        "tracing": before.tracing if tracingConfiguration is None else configurations.tracing(tracingConfiguration),
        "encryption": before.encryption if encryptionConfiguration is None else configurations.encryption(
            ctx, encryptionConfiguration),
    }  # fmt: skip
    after = (definition or before.definition, _role(roleArn) if roleArn else before.role)
    if (*after, *given.values()) != (
        before.definition, before.role, before.logging, before.tracing, before.encryption
    ):  # fmt: skip
        before = _revise(ctx, ctx.ids.uuid(), *after, given)
        machine = ctx.rows(machines).put(replace(machine, revision=before.key))
    answer = {"updateDate": ctx.now}
    if before.id:
        answer["revisionId"] = before.id
    if publish:
        answer["stateMachineVersionArn"] = versions.publish(ctx, machine, versionDescription).arn
    return answer


@service.operation
def delete_state_machine(ctx, stateMachineArn):
    """Delete a machine with its versions and aliases, once its executions are over. Raises InvalidArn."""
    arn = arns.read(stateMachineArn, "stateMachine")
    if arn.qualifier:
        raise refused("Operation does not support state machine version or alias ARNs")
    machine = ctx.rows(machines, **arn.where).get(arn.name)
    if machine is None:
        return {}
    if any(each.status == "RUNNING" for each in of_machine(ctx, machine.arn)):
        ctx.rows(machines).put(replace(machine, deleting=True))
    else:
        remove(ctx, machine)
    return {}


def of_machine(ctx: Context, arn: str):
    """Its executions, newest first; those of its map runs are others'."""
    return ctx.rows(executions).by("machine", (arn,), (arn, float("inf")))


def remove(ctx: Context, machine: StateMachine) -> None:
    for table in (versions_table, aliases):
        rows = ctx.rows(table)
        for each in [each for each in rows if each.machine == machine.name]:
            rows.delete(table.key(each))
    ctx.rows(machines).delete(machine.name)
    for each in list(of_machine(ctx, machine.arn)):
        retention.forget(ctx, each.key)


def ended(ctx: Context, record: Execution) -> None:
    """The last execution of a machine that is to go takes it along."""
    machine = ctx.rows(machines).get(arns.read(record.machine).name)
    if machine is not None and machine.deleting and not any(
        each.status == "RUNNING" for each in of_machine(ctx, machine.arn)
    ):  # fmt: skip
        remove(ctx, machine)


running.FINISHED.append(ended)


@service.operation
def describe_state_machine(ctx, stateMachineArn, includedData="ALL_DATA"):
    """A machine as it is, or as one of its versions is. Raises StateMachineDoesNotExist, InvalidArn."""
    arn = arns.read(stateMachineArn, "stateMachine")
    machine = find(ctx, arn)
    answer = {
        "stateMachineArn": arn.text, "name": machine.name, "type": machine.type, "creationDate": machine.created,
        "status": "DELETING" if machine.deleting else "ACTIVE",
    }  # fmt: skip
    key = machine.revision
    if arn.qualifier:
        version = versions.routed(ctx, arn, no_machine(stateMachineArn))
        key = version.revision
        answer |= {"creationDate": version.created}
        if version.description:
            answer["description"] = version.description
    return {**answer, **described(revision_of(ctx, key), includedData)}


def described(revision: Revision, included: str) -> dict[str, Any]:
    """What a revision says, in the descriptions of machines and executions."""
    answer = {
        "roleArn": revision.role, "loggingConfiguration": revision.logging,
        "tracingConfiguration": revision.tracing, "encryptionConfiguration": revision.encryption,
        "definition": revision.definition,
    }  # fmt: skip
    if included == "METADATA_ONLY":
        answer["definition"] = "{}"
    elif revision.references:
        answer["variableReferences"] = revision.references
    if revision.id:
        answer["revisionId"] = revision.id
    return answer


@service.operation
def list_state_machines(ctx):
    """Raises InvalidToken."""
    found = sorted(ctx.rows(machines), key=lambda each: (each.created, each.name))
    return paged(ctx, "stateMachines", found, lambda each: (each.created, each.name), lambda each: {
        "stateMachineArn": each.arn, "name": each.name, "type": each.type, "creationDate": each.created})  # fmt: skip


@service.operation
def validate_state_machine_definition(ctx, definition, type="STANDARD", severity="ERROR", maxResults=None):
    """The faults of a definition, most important ones first."""
    found = validation.diagnose(definition, type)
    if severity == "ERROR":
        found = [each for each in found if each.severity == "ERROR"]
    most = maxResults or 100
    failed = any(each.severity == "ERROR" for each in found)
    return {
        "result": "FAIL" if failed else "OK", "truncated": len(found) > most,
        "diagnostics": [each._asdict() for each in found[:most]],
    }  # fmt: skip
