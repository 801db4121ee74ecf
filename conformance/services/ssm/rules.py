"""What AWS would refuse, made right."""

from conformance.services.ssm.fixtures import declared
from conformance.services.ssm.hints import CONTENTS, NOWHERE, RATE, SUNDAYS


def without(given, *names):
    return {name: value for name, value in given.items() if name not in names}


@declared.rule("PutParameter")
def parameter_of_a_kind(given):
    if given.get("Type") != "SecureString" and given.get("KeyId") == "alias/aws/ssm":
        given = without(given, "KeyId")
    if "Policies" in given and given.get("Tier", "Standard") == "Standard":
        given = {**given, "Tier": "Advanced"}
    return without(given, "Tags") if given.get("Overwrite") is True else given


@declared.rule("DescribeParameters")
def one_form_of_filters(given):
    return without(given, "Filters") if "ParameterFilters" in given else given


@declared.rule("DescribeInstanceInformation")
def one_list_of_filters(given):
    return without(given, "InstanceInformationFilterList") if "Filters" in given else given


@declared.rule("DescribeInstanceProperties")
def one_list_of_properties(given):
    return without(given, "InstancePropertyFilterList") if "FiltersWithOperator" in given else given


@declared.rule("CreateDocument")
def content_of_a_type(given):
    kind = given.get("DocumentType", "Command")
    if kind in CONTENTS and given.get("Content") == CONTENTS["Command"]:
        given = {**given, "Content": CONTENTS[kind]}
    return {**given, "DocumentFormat": "TEXT"} if kind == "ChangeCalendar" else given


@declared.rule("GetDocument", "DescribeDocument")
def one_version(given):
    return without(given, "DocumentVersion") if "VersionName" in given else given


@declared.rule("DeleteDocument")
def one_version_gone(given):
    return without(given, "DocumentVersion") if "VersionName" in given else given


@declared.rule("CreateAssociation", "UpdateAssociation")
def schedule_that_fits(given):
    if "InstanceId" in given:
        given = without(given, "Targets")
    needs_cron = given.get("ApplyOnlyAtCronInterval") is True or "ScheduleOffset" in given
    return {**given, "ScheduleExpression": SUNDAYS} if needs_cron and given.get("ScheduleExpression", RATE) == RATE \
        else given


@declared.rule("SendCommand")
def nodes_or_targets(given):
    return without(given, "InstanceIds") if given.get("Targets") == NOWHERE else given


@declared.rule("CreateMaintenanceWindow")
def window_that_opens(given):
    return {**given, "Schedule": SUNDAYS} if "ScheduleOffset" in given and given.get("Schedule") == RATE else given


@declared.rule("UpdateMaintenanceWindow")
def window_replaced(given):
    if "ScheduleOffset" in given:
        given = {"Schedule": SUNDAYS, **given}
    if given.get("Replace") is True:
        return {"Name": "window", "Schedule": RATE, "Duration": 4, "Cutoff": 1, "AllowUnassociatedTargets": True,
                **given}
    return given


@declared.rule("UpdateMaintenanceWindowTask")
def task_replaced(given):
    return without(given, "Replace") if "Targets" not in given or "TaskArn" not in given else given


@declared.rule("RegisterTaskWithMaintenanceWindow")
def task_of_a_kind(given):
    if given.get("TaskType") == "RUN_COMMAND" or "TaskInvocationParameters" not in given:
        return given
    return without(given, "TaskInvocationParameters")


@declared.rule("RegisterTargetWithMaintenanceWindow")
def groups_by_name(given):
    if given.get("ResourceType") == "RESOURCE_GROUP" and given.get("Targets") == NOWHERE:
        return {**given, "Targets": [{"Key": "resource-groups:Name", "Values": ["group"]}]}
    return given


@declared.rule("CreatePatchBaseline")
def baseline_of_a_system(given):
    return {**given, "OperatingSystem": "AMAZON_LINUX_2"} if "Sources" in given else given


@declared.rule("CreateResourceDataSync")
def sync_of_a_type(given):
    if "SyncSource" in given:
        return {**without(given, "S3Destination"), "SyncType": "SyncFromSource"}
    return given
