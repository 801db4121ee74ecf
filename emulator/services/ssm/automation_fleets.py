"""Automation over many targets: an execution for each, so many at a time, until too many have failed.

https://docs.aws.amazon.com/systems-manager/latest/userguide/running-automations-scale.html
"""

import math
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.services.ssm import automation_runs as runs
from emulator.services.ssm.automation_tables import Execution, executions
from emulator.services.ssm.common import service
from emulator.services.ssm.nodes import targeted

MEMBERS = ("TargetParameterName", "Targets", "TargetMaps", "MaxConcurrency", "MaxErrors")
CONCURRENCY, ERRORS = "10", "1"  # where nothing is said


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidAutomationExecutionParametersException", message)


def resolved(ctx: Context, given: dict[str, Any]) -> list[dict[str, list[str]]] | None:
    """The parameters that each child has of its own; None for an execution without targets.

    Raises InvalidAutomationExecutionParametersException.
    """
    maps, targets = given.get("TargetMaps"), given.get("Targets")
    if maps and targets:
        raise _invalid("Targets and TargetMaps can't be specified together.")
    if maps:
        return [dict(each) for each in maps]
    if not targets:
        return None
    name = given.get("TargetParameterName")
    if not name:
        raise _invalid("TargetParameterName is required with Targets.")
    found = [value for each in targets for value in _values(ctx, each)]
    return [{name: [value]} for value in found]


def _values(ctx: Context, target: dict[str, Any]) -> list[str]:
    key = target.get("Key", "")
    if key == "ParameterValues":
        return list(target.get("Values", ()))
    if key.startswith(("resource-groups:", "ResourceGroup")):
        raise NotImplementedByEmulator("Automation of the resources of a group")
    return [node.id for node in targeted(ctx, [target])]


def started(ctx: Context, parent: Execution, wanted: list[dict[str, list[str]]]) -> Execution:
    """The execution as the parent of others, of which the first begin now."""
    fleet = {name: ctx.input[name] for name in MEMBERS if ctx.input.get(name)}
    given = {**parent.given, "fleet": fleet, "wanted": wanted}
    parent = ctx.rows(executions).put(replace(parent, given=given, status="InProgress", current=None))
    ctx.after(0, "advance_fleet", job_id=f"fleet/{parent.id}", id=parent.id)
    return parent


def _share(text: str, count: int) -> int:
    """``10`` or ``10%`` of so many."""
    return math.floor(count * int(text[:-1]) / 100) if text.endswith("%") else int(text)


def children(ctx: Context, parent: Execution) -> list[Execution]:
    return [each for each in ctx.rows(executions) if each.parent == parent.id]


@service.job
def advance_fleet(ctx: Context, id: str) -> None:
    """Begin as many children as may run side by side; end when all have, or when no more may begin and none runs."""
    from emulator.services.ssm import automation  # which begins fleets, too

    parent = ctx.rows(executions).get(id)
    if parent is None or parent.status in runs.OVER:
        return
    wanted, fleet = parent.given["wanted"], parent.given["fleet"]
    begun = children(ctx, parent)
    running = sum(each.status not in runs.OVER for each in begun)
    failed = sum(each.status in runs.OVER and each.status != "Success" for each in begun)
    most = max(1, _share(fleet.get("MaxConcurrency", CONCURRENCY), len(wanted)))
    errors = _share(fleet.get("MaxErrors", ERRORS), len(wanted))
    while failed <= errors and running < most and len(begun) < len(wanted):
        parameters = {**parent.given["Parameters"], **wanted[len(begun)]}
        child = automation.begin(ctx, parent.document, parent.document_version, parameters, parent.mode, (),
                                 parent=parent.id)  # fmt: skip
        begun.append(ctx.rows(executions).put(replace(child, by=parent.by)))
        running += 1
    if running == 0:
        status = "Failed" if failed > errors else "Success"
        runs.change(ctx, replace(parent, status=status, ended=ctx.now))


def stop(ctx: Context, parent: Execution, kind: str) -> None:
    """The children end as the parent is to."""
    for each in children(ctx, parent):
        if each.status not in runs.OVER:
            runs.stop(ctx, each, kind)


def shown(ctx: Context, execution: Execution) -> dict[str, Any]:
    """What executions tell of their targets; nothing of others."""
    fleet = execution.given.get("fleet")
    if fleet is None:
        return {}
    begun = children(ctx, execution)
    counts = {
        "TotalSteps": len(execution.given["wanted"]), "SuccessSteps": _count(begun, "Success"),
        "FailedSteps": _count(begun, "Failed", "Rejected"), "CancelledSteps": _count(begun, "Cancelled"),
        "TimedOutSteps": _count(begun, "TimedOut"),
    }  # fmt: skip
    name = fleet.get("TargetParameterName")
    values = [each[name][0] for each in execution.given["wanted"]] if name else []
    return {"MaxConcurrency": CONCURRENCY, "MaxErrors": ERRORS, **fleet, "ProgressCounters": counts,
            "ResolvedTargets": {"ParameterValues": values, "Truncated": False}}  # fmt: skip


def _count(begun: list[Execution], *statuses: str) -> int:
    return sum(each.status in statuses for each in begun)
