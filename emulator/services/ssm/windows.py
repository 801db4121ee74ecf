"""Maintenance windows, the targets registered with them, and their tasks.

https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Filters, IdPattern, Listing, Parent, Resource, page
from emulator.services.ssm import tags, window_times
from emulator.services.ssm.common import INVALID_TOKEN, invalid, service

MISMATCH = ("IdempotentParameterMismatch", "Error returned when an idempotent operation is retried and the parameters "
            "don't match the original call to the API with the same idempotency token.")  # fmt: skip
UNKNOWN_FILTER = ("ValidationException", "Filter key {key} is not supported.")

Window = Resource(
    "MaintenanceWindow", service, id=IdPattern("mw-0{16:hex}", "WindowId"),
    arn="arn:{partition}:ssm:{region}:{account}:maintenancewindow/{WindowId}",
    create="CreateMaintenanceWindow", read="GetMaintenanceWindow", update="UpdateMaintenanceWindow",
    delete="DeleteMaintenanceWindow", lenient_delete=True, tags=tags.RULES, mismatch=MISMATCH,
    list=Listing("DescribeMaintenanceWindows",
                 {"Filters": Filters({"Name": "Name", "Enabled": "Enabled"}, UNKNOWN_FILTER)}, limit=50,
                 invalid_token=INVALID_TOKEN),
    missing=("DoesNotExistException", "Maintenance window {WindowId} does not exist"),
    defaults={"Enabled": True}, created="CreatedDate", modified="ModifiedDate",
    cloudformation="AWS::SSM::MaintenanceWindow",
)  # fmt: skip
tags.tagged("MaintenanceWindow", Window)

Target = Resource(
    "MaintenanceWindowTarget", service, id=IdPattern("{uuid}", "WindowTargetId"), parent=Parent(Window, "WindowId"),
    create="RegisterTargetWithMaintenanceWindow", update="UpdateMaintenanceWindowTarget",
    delete="DeregisterTargetFromMaintenanceWindow", mismatch=MISMATCH,
    list=Listing("DescribeMaintenanceWindowTargets", {"Filters": Filters({
        "Type": "ResourceType", "WindowTargetId": "WindowTargetId", "OwnerInformation": "OwnerInformation",
    }, UNKNOWN_FILTER)}, limit=50, invalid_token=INVALID_TOKEN),
    missing=("DoesNotExistException", "Window target {WindowTargetId} does not exist in maintenance window {WindowId}"),
    cloudformation="AWS::SSM::MaintenanceWindowTarget",
)  # fmt: skip

Task = Resource(
    "MaintenanceWindowTask", service, id=IdPattern("{uuid}", "WindowTaskId"), parent=Parent(Window, "WindowId"),
    create="RegisterTaskWithMaintenanceWindow", read="GetMaintenanceWindowTask", update="UpdateMaintenanceWindowTask",
    delete="DeregisterTaskFromMaintenanceWindow", mismatch=MISMATCH, names={"Type": "TaskType"},
    list=Listing("DescribeMaintenanceWindowTasks", {"Filters": Filters({
        "WindowTaskId": "WindowTaskId", "TaskArn": "TaskArn", "Priority": "Priority", "TaskType": "TaskType",
    }, UNKNOWN_FILTER)}, limit=50, invalid_token=INVALID_TOKEN),
    missing=("DoesNotExistException", "Window task {WindowTaskId} does not exist in maintenance window {WindowId}"),
    defaults={"Priority": 1, "Targets": [], "CutoffBehavior": "CONTINUE_TASK"},
    cloudformation="AWS::SSM::MaintenanceWindowTask",
)  # fmt: skip

# Members that name the resource or steer the update, and so are no settings that Replace could take away.
FIXED = {"WindowId", "WindowTargetId", "WindowTaskId", "ResourceType", "TaskType", "Replace"}


@Window.on_validate
def check_window(ctx: Context, document: dict, before) -> None:
    if document["Cutoff"] >= document["Duration"]:
        raise invalid("Cutoff must be less than Duration.")
    window_times.check(document)


@Window.on_create
def window_created(ctx: Context, record):
    window_times.arm(ctx, record)


@Window.on_update
def window_updated(ctx: Context, record, before):
    record = replaced(ctx, record, before)
    window_times.arm(ctx, record)
    return record


@Window.on_delete
def window_deleted(ctx: Context, record):
    window_times.disarm(ctx, record)


@Window.on_read
def window_shown(ctx: Context, record) -> dict:
    due = window_times.following(record, ctx.now)
    return {"NextExecutionTime": window_times.text(record, due) if due is not None else None}


@Target.on_update
@Task.on_update
def replaced(ctx: Context, record, before):
    """With ``Replace`` what an update does not name is gone, otherwise it stays."""
    document = dict(record.document)
    if ctx.input.get("Replace"):
        document = {name: value for name, value in document.items() if name in ctx.input or name in FIXED}
        if "Enabled" in before.document:
            document.setdefault("Enabled", True)
    document.pop("Replace", None)
    return replace(record, document=document)


@Target.on_delete
def target_deleted(ctx: Context, record):
    if not ctx.input.get("Safe"):
        return
    for task in Task.below(ctx, record.id[:1]):
        for each in task.document["Targets"]:
            if each.get("Key") == "WindowTargetIds" and record.id[-1] in each.get("Values", ()):
                raise AwsError("TargetInUseException", f"Target {record.id[-1]} is used by task {task.id[-1]}.")


@Task.on_validate
def check_task(ctx: Context, document: dict, before) -> None:
    window = Window.get(ctx, document)
    if not document["Targets"] and document["TaskType"] == "RUN_COMMAND":
        raise invalid("Run Command tasks must have targets.")
    for each in document["Targets"]:
        for name in each.get("Values", ()) if each.get("Key") == "WindowTargetIds" else ():
            if Target.rows(ctx).get((window.id[0], name)) is None:
                raise Target.is_missing({"WindowId": window.id[0], "WindowTargetId": name})


# What is asked across windows


@service.operation
def describe_maintenance_windows_for_target(ctx: Context, Targets, ResourceType, MaxResults=None, NextToken=None):
    """The windows that a target is registered with, by one of its values."""
    wanted = {(each.get("Key"), value) for each in Targets for value in each.get("Values", ())}

    def is_named(window) -> bool:
        return any(
            ResourceType in (None, target.document["ResourceType"]) and (each.get("Key"), value) in wanted
            for target in Target.below(ctx, window.id) for each in target.document["Targets"]
            for value in each.get("Values", ())
        )  # fmt: skip

    found, following = page(ctx, filter(is_named, Window.rows(ctx)), lambda record: record.id, NextToken,
                            MaxResults or 50, query=(Targets, ResourceType), invalid=INVALID_TOKEN)  # fmt: skip
    identities = [{"WindowId": record.id[0], "Name": record.document["Name"]} for record in found]
    return {"WindowIdentities": identities, "NextToken": following}


@service.operation
def describe_maintenance_window_schedule(ctx: Context, WindowId=None, Targets=None, ResourceType=None, Filters=None,
                                         MaxResults=None, NextToken=None):  # fmt: skip
    """When windows will run, the soonest first. Raises DoesNotExistException."""
    windows = [Window.get(ctx, {"WindowId": WindowId})] if WindowId else list(Window.rows(ctx))
    if Targets:
        named = describe_maintenance_windows_for_target(ctx, Targets, ResourceType, MaxResults=10**6)
        ids = {each["WindowId"] for each in named["WindowIdentities"]}
        windows = [record for record in windows if record.id[0] in ids]
    times = sorted((due, record.id[0], record) for record in windows if record.document["Enabled"]
                   for due in window_times.upcoming(record, ctx.now))  # fmt: skip
    found, following = page(ctx, times, lambda each: each[:2], NextToken, MaxResults or 50,
                            query=(WindowId, Targets), invalid=INVALID_TOKEN)  # fmt: skip
    return {
        "ScheduledWindowExecutions": [
            {"WindowId": window_id, "Name": record.document["Name"], "ExecutionTime": window_times.text(record, due)}
            for due, window_id, record in found
        ],
        "NextToken": following,
    }
