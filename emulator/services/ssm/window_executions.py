"""What happens when a maintenance window opens: its tasks run by priority, and what became of them is kept.

https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows.html
"""

import json
from operator import attrgetter

from emulator.kernel.context import Context, Principal, acting
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table, replace
from emulator.resources import Filters, page
from emulator.services.ssm import window_times
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.windows import UNKNOWN_FILTER, Target, Task, Window

POLL = 2.0  # seconds between two looks at a command or an automation that a window began
HOUR = 3600
RUNNING = ("PENDING", "IN_PROGRESS", "CANCELLING")
# How Run Command and Automation name their ends, in a window's words.
ENDS = {
    "Success": "SUCCESS", "Failed": "FAILED", "TimedOut": "TIMED_OUT", "Cancelled": "CANCELLED",
    "CompletedWithSuccess": "SUCCESS", "CompletedWithFailure": "FAILED",
}  # fmt: skip


class Execution(Record):
    """One opening of a window. Times are epoch seconds."""

    id: str
    window_id: str
    start: float
    closes: float
    status: str = "IN_PROGRESS"
    details: str | None = None
    end: float | None = None


class TaskExecution(Record):
    """One task of an opening, as the task was then, and what it began (a command, an automation, …)."""

    id: str
    execution_id: str
    order: int
    task: dict
    window_task_id: str
    invocation_id: str
    start: float
    status: str = "PENDING"
    details: str | None = None
    end: float | None = None
    began: str | None = None  # the id of the command or automation


executions = Table(
    "ssm.window_execution", Execution, key=attrgetter("id"),
    indexes={"window": lambda execution: (execution.window_id, -execution.start, execution.id)},
)  # fmt: skip
task_executions = Table(
    "ssm.window_task_execution", TaskExecution, key=attrgetter("id"),
    indexes={"execution": lambda each: (each.execution_id, each.order)},
)  # fmt: skip


# Running


@service.job
def open_window(ctx: Context, id: str, created: float) -> None:
    """A window opens: make its next opening due, and begin its tasks."""
    record = Window.rows(ctx).get((id,))
    if record is None or record.created != created:
        return
    window_times.arm(ctx, record)
    execution = ctx.rows(executions).put(
        Execution(ctx.ids.uuid(), id, ctx.now, ctx.now + record.document["Duration"] * HOUR)
    )
    tasks = sorted(Task.below(ctx, record.id), key=lambda task: (task.document["Priority"], task.created, task.id))
    for order, task in enumerate(tasks):
        ctx.rows(task_executions).put(TaskExecution(
            ctx.ids.uuid(), execution.id, order, task.document, task.id[-1], ctx.ids.uuid(), ctx.now
        ))  # fmt: skip
    go_on(ctx, execution.id)


def _tasks(ctx: Context, execution_id: str) -> list[TaskExecution]:
    return list(ctx.rows(task_executions).by("execution", (execution_id,), (execution_id, 10**9)))


@service.job
def go_on(ctx: Context, id: str) -> None:
    """Begin what is next, look at what runs: tasks of one priority side by side, the next priority after them."""
    execution = ctx.rows(executions).get(id)
    if execution is None or execution.status != "IN_PROGRESS":
        return
    for each in _tasks(ctx, id):
        if each.status == "IN_PROGRESS":
            ctx.rows(task_executions).put(_look(ctx, each))
    tasks = _tasks(ctx, id)
    left = [each for each in tasks if each.status in RUNNING]
    if left:
        turn = left[0].task["Priority"]
        for each in left:
            if each.status == "PENDING" and each.task["Priority"] == turn:
                ctx.rows(task_executions).put(_begin(ctx, execution, each))
    tasks = _tasks(ctx, id)
    if any(each.status in RUNNING for each in tasks):
        ctx.after(POLL, "go_on", job_id=f"execution/{id}", id=id)
        return
    failed = [each for each in tasks if each.status != "SUCCESS"]
    ctx.rows(executions).put(replace(
        execution, status="FAILED" if failed else "SUCCESS", end=ctx.now,
        details=None if tasks else "No tasks to execute.",
    ))  # fmt: skip


def _begin(ctx: Context, execution: Execution, each: TaskExecution) -> TaskExecution:
    """Start a task; one that cannot be started has failed."""
    start = STARTS[each.task["TaskType"]]
    try:
        began = start(ctx, execution, each.task)
    except AwsError as error:
        return replace(each, status="FAILED", details=f"{error.code}: {error.message}"[:250], end=ctx.now)
    if began is None:
        return replace(each, status="SUCCESS", start=ctx.now, end=ctx.now)
    return _look(ctx, replace(each, status="IN_PROGRESS", start=ctx.now, began=began))  # it may have ended at once


def _look(ctx: Context, each: TaskExecution) -> TaskExecution:
    """What became of the command or automation that a task began."""
    if each.task["TaskType"] == "RUN_COMMAND":
        found = ctx.call("ssm", "ListCommands", {"CommandId": each.began})["Commands"][0]["Status"]
    else:
        found = ctx.call("ssm", "GetAutomationExecution", {"AutomationExecutionId": each.began})
        found = found["AutomationExecution"]["AutomationExecutionStatus"]
    status = ENDS.get(found)
    return each if status is None else replace(each, status=status, end=ctx.now)


def _role(ctx: Context, task: dict) -> Principal:
    arn = task.get("ServiceRoleArn")
    if not arn:
        return acting("ssm.amazonaws.com", f"arn:aws:ssm:{ctx.region}:{ctx.account}:*", ctx.account)
    account, name = arn.split(":")[4], arn.rpartition("/")[2]
    session = f"arn:aws:sts::{account}:assumed-role/{name}/MaintenanceWindow"
    return Principal("AssumedRole", account, session, f"{name}:MaintenanceWindow")


def _targets(ctx: Context, execution: Execution, task: dict) -> list[dict]:
    """The targets of a task, with those of the window put in the place of their ids."""
    found = []
    for each in task["Targets"]:
        if each.get("Key") != "WindowTargetIds":
            found.append(each)
            continue
        for name in each.get("Values", ()):
            target = Target.rows(ctx).get((execution.window_id, name))
            found += target.document["Targets"] if target is not None else []
    return found


def _run_command(ctx: Context, execution: Execution, task: dict) -> str:
    given = dict((task.get("TaskInvocationParameters") or {}).get("RunCommand") or {})
    given |= {"DocumentName": task["TaskArn"], "Targets": _targets(ctx, execution, task)}
    given |= {name: task[name] for name in ("MaxConcurrency", "MaxErrors") if name in task}
    return ctx.call("ssm", "SendCommand", given, as_=_role(ctx, task))["Command"]["CommandId"]


def _run_automation(ctx: Context, execution: Execution, task: dict) -> str:
    given = dict((task.get("TaskInvocationParameters") or {}).get("Automation") or {})
    given["DocumentName"] = task["TaskArn"]
    return ctx.call("ssm", "StartAutomationExecution", given, as_=_role(ctx, task))["AutomationExecutionId"]


def _invoke(ctx: Context, execution: Execution, task: dict) -> None:
    given = dict((task.get("TaskInvocationParameters") or {}).get("Lambda") or {})
    given |= {"FunctionName": task["TaskArn"], "InvocationType": "Event"}
    ctx.call("lambda", "Invoke", given, as_=_role(ctx, task))


def _start_state_machine(ctx: Context, execution: Execution, task: dict) -> None:
    given = (task.get("TaskInvocationParameters") or {}).get("StepFunctions") or {}
    named = {"name": given["Name"]} if given.get("Name") else {}
    ctx.call("stepfunctions", "StartExecution", {
        "stateMachineArn": task["TaskArn"], "input": given.get("Input") or "{}", **named,
    }, as_=_role(ctx, task))  # fmt: skip


STARTS = {
    "RUN_COMMAND": _run_command, "AUTOMATION": _run_automation, "LAMBDA": _invoke,
    "STEP_FUNCTIONS": _start_state_machine,
}  # fmt: skip


# Asking


def _execution(ctx: Context, id: str) -> Execution:
    found = ctx.rows(executions).get(id)
    if found is None:
        raise AwsError("DoesNotExistException", f"Maintenance window execution {id} does not exist")
    return found


def _task_execution(ctx: Context, execution_id: str, task_id: str) -> TaskExecution:
    _execution(ctx, execution_id)
    found = ctx.rows(task_executions).get(task_id)
    if found is None or found.execution_id != execution_id:
        raise AwsError("DoesNotExistException", f"Maintenance window execution task {task_id} does not exist")
    return found


def _shown(execution: Execution) -> dict:
    return {
        "WindowId": execution.window_id, "WindowExecutionId": execution.id, "Status": execution.status,
        "StatusDetails": execution.details, "StartTime": execution.start, "EndTime": execution.end,
    }  # fmt: skip


def _shown_task(each: TaskExecution) -> dict:
    return {
        "WindowExecutionId": each.execution_id, "TaskExecutionId": each.id, "Status": each.status,
        "StatusDetails": each.details, "StartTime": each.start, "EndTime": each.end, "TaskArn": each.task["TaskArn"],
        "TaskType": each.task["TaskType"], "AlarmConfiguration": each.task.get("AlarmConfiguration"),
    }  # fmt: skip


def _shown_invocation(each: TaskExecution) -> dict:
    parameters = each.task.get("TaskInvocationParameters")
    return {
        "WindowExecutionId": each.execution_id, "TaskExecutionId": each.id, "InvocationId": each.invocation_id,
        "ExecutionId": each.began, "TaskType": each.task["TaskType"],
        "Parameters": json.dumps(parameters, default=str) if parameters else None, "Status": each.status,
        "StatusDetails": each.details, "StartTime": each.start, "EndTime": each.end,
    }  # fmt: skip


STATUSES = Filters({"STATUS": "Status"}, UNKNOWN_FILTER)


def _page(ctx: Context, name: str, rows, key, given: list | None, token, limit, **query) -> dict:
    STATUSES.check(given or ())
    found, following = page(ctx, (row for row in rows if STATUSES(row, given or ())), key, token, limit or 50,
                            query=(query, given), invalid=INVALID_TOKEN)  # fmt: skip
    return {name: found, "NextToken": following}


@service.operation
def describe_maintenance_window_executions(ctx: Context, WindowId, Filters=None, MaxResults=None, NextToken=None):
    """The openings of a window, the newest first."""
    rows = [_shown(each) for each in ctx.rows(executions).by("window", (WindowId,)) if each.window_id == WindowId]
    given = [each for each in Filters or () if each.get("Key") not in ("ExecutedBefore", "ExecutedAfter")]
    for each in Filters or ():
        bound = window_times.moment((each.get("Values") or [None])[0])
        if each.get("Key") == "ExecutedBefore":
            rows = [row for row in rows if row["StartTime"] < bound]
        elif each.get("Key") == "ExecutedAfter":
            rows = [row for row in rows if row["StartTime"] > bound]
    return _page(ctx, "WindowExecutions", rows, lambda row: (-row["StartTime"], row["WindowExecutionId"]), given,
                 NextToken, MaxResults, window=WindowId)  # fmt: skip


@service.operation
def get_maintenance_window_execution(ctx: Context, WindowExecutionId):
    execution = _execution(ctx, WindowExecutionId)
    shown = _shown(execution)
    del shown["WindowId"]
    return {**shown, "TaskIds": [each.id for each in _tasks(ctx, execution.id)]}


@service.operation
def describe_maintenance_window_execution_tasks(ctx: Context, WindowExecutionId, Filters=None, MaxResults=None,
                                                NextToken=None):  # fmt: skip
    execution = _execution(ctx, WindowExecutionId)
    rows = [_shown_task(each) for each in _tasks(ctx, execution.id)]
    order = {row["TaskExecutionId"]: number for number, row in enumerate(rows)}
    return _page(ctx, "WindowExecutionTaskIdentities", rows, lambda row: order[row["TaskExecutionId"]], Filters,
                 NextToken, MaxResults, execution=WindowExecutionId)  # fmt: skip


@service.operation
def get_maintenance_window_execution_task(ctx: Context, WindowExecutionId, TaskId):
    each = _task_execution(ctx, WindowExecutionId, TaskId)
    shown, task = _shown_task(each), each.task
    return {
        **{name: value for name, value in shown.items() if name != "TaskType"}, "Type": task["TaskType"],
        "ServiceRole": task.get("ServiceRoleArn"), "Priority": task["Priority"],
        "TaskParameters": [task["TaskParameters"]] if task.get("TaskParameters") else [],
        "MaxConcurrency": task.get("MaxConcurrency"), "MaxErrors": task.get("MaxErrors"),
    }  # fmt: skip


@service.operation
def describe_maintenance_window_execution_task_invocations(ctx: Context, WindowExecutionId, TaskId, Filters=None,
                                                           MaxResults=None, NextToken=None):  # fmt: skip
    each = _task_execution(ctx, WindowExecutionId, TaskId)
    return _page(ctx, "WindowExecutionTaskInvocationIdentities", [_shown_invocation(each)],
                 lambda row: row["InvocationId"], Filters, NextToken, MaxResults, task=TaskId)  # fmt: skip


@service.operation
def get_maintenance_window_execution_task_invocation(ctx: Context, WindowExecutionId, TaskId, InvocationId):
    each = _task_execution(ctx, WindowExecutionId, TaskId)
    if each.invocation_id != InvocationId:
        raise AwsError("DoesNotExistException",
                       f"Maintenance window execution task invocation {InvocationId} does not exist")
    return _shown_invocation(each)


@service.operation
def cancel_maintenance_window_execution(ctx: Context, WindowExecutionId):
    """What has not begun does not begin; what runs goes on to its end. Raises DoesNotExistException."""
    execution = _execution(ctx, WindowExecutionId)
    if execution.status == "IN_PROGRESS":
        for each in _tasks(ctx, execution.id):
            if each.status in RUNNING:
                ctx.rows(task_executions).put(replace(each, status="CANCELLED", end=ctx.now))
        ctx.rows(executions).put(replace(execution, status="CANCELLED", end=ctx.now))
        ctx.cancel(f"execution/{execution.id}")
    return {"WindowExecutionId": execution.id}
