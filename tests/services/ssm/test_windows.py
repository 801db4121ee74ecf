"""Maintenance windows: settings, targets, tasks, their times, and what happens when one opens."""

import json

import pytest
from botocore.exceptions import ClientError

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z, a Friday
WINDOW = {"Name": "night", "Schedule": "cron(0 2 * * ? *)", "Duration": 2, "Cutoff": 1,
          "AllowUnassociatedTargets": False}  # fmt: skip
TARGETS = [{"Key": "tag:role", "Values": ["web"]}]


@pytest.fixture
def ssm(emulator, client):
    emulator.freeze(NOON)
    return client("ssm")


@pytest.fixture
def window(ssm):
    return ssm.create_maintenance_window(**WINDOW, Tags=[{"Key": "a", "Value": "1"}])["WindowId"]


def code(error) -> str:
    return error.value.response["Error"]["Code"]


def test_a_window_is_described_with_its_next_opening(ssm, window):
    found = ssm.get_maintenance_window(WindowId=window)
    assert {name: found[name] for name in WINDOW} == WINDOW
    assert found["NextExecutionTime"] == "2027-01-16T02:00Z" and found["Enabled"] is True
    tags = ssm.list_tags_for_resource(ResourceType="MaintenanceWindow", ResourceId=window)["TagList"]
    assert tags == [{"Key": "a", "Value": "1"}]


def test_zones_offsets_and_dates_move_the_opening(ssm):
    given = {**WINDOW, "ScheduleTimezone": "America/New_York", "ScheduleOffset": 2,
             "StartDate": "2027-02-01T00:00:00-05:00"}  # fmt: skip
    window = ssm.create_maintenance_window(**given)["WindowId"]
    assert ssm.get_maintenance_window(WindowId=window)["NextExecutionTime"] == "2027-02-01T02:00-05:00"
    times = ssm.describe_maintenance_window_schedule(WindowId=window)["ScheduledWindowExecutions"]
    assert [each["ExecutionTime"] for each in times[:2]] == ["2027-02-01T02:00-05:00", "2027-02-02T02:00-05:00"]


@pytest.mark.parametrize("wrong", [
    {"Cutoff": 2}, {"Schedule": "sometimes"}, {"ScheduleTimezone": "Mars/Olympus"}, {"StartDate": "tomorrow"},
])  # fmt: skip
def test_settings_that_are_refused(ssm, wrong):
    with pytest.raises(ClientError) as error:
        ssm.create_maintenance_window(**{**WINDOW, **wrong})
    assert code(error) == "ValidationException"


def test_an_update_keeps_or_replaces(ssm, window):
    ssm.update_maintenance_window(WindowId=window, Description="kept")
    assert ssm.update_maintenance_window(WindowId=window, Enabled=False)["Description"] == "kept"
    updated = ssm.update_maintenance_window(WindowId=window, **WINDOW, Replace=True)
    assert "Description" not in updated and updated["Enabled"] is True


def test_a_token_makes_one_window(ssm):
    first = ssm.create_maintenance_window(**WINDOW, ClientToken="once")["WindowId"]
    assert ssm.create_maintenance_window(**WINDOW, ClientToken="once")["WindowId"] == first
    with pytest.raises(ClientError) as error:
        ssm.create_maintenance_window(**{**WINDOW, "Name": "other"}, ClientToken="once")
    assert code(error) == "IdempotentParameterMismatch"


def test_windows_are_filtered_and_what_is_gone_may_be_deleted_again(ssm, window):
    ssm.create_maintenance_window(**{**WINDOW, "Name": "day"})
    found = ssm.describe_maintenance_windows(Filters=[{"Key": "Name", "Values": ["night"]}])["WindowIdentities"]
    assert [each["WindowId"] for each in found] == [window]
    with pytest.raises(ClientError) as error:
        ssm.describe_maintenance_windows(Filters=[{"Key": "Colour", "Values": ["red"]}])
    assert code(error) == "ValidationException"
    for _ in range(2):
        assert ssm.delete_maintenance_window(WindowId=window)["WindowId"] == window
    with pytest.raises(ClientError) as error:
        ssm.get_maintenance_window(WindowId=window)
    assert code(error) == "DoesNotExistException"
    assert error.value.response["Error"]["Message"] == f"Maintenance window {window} does not exist"


def test_targets_and_tasks_of_a_window(ssm, window):
    target = ssm.register_target_with_maintenance_window(
        WindowId=window, ResourceType="INSTANCE", Targets=TARGETS, OwnerInformation="me"
    )["WindowTargetId"]
    task = ssm.register_task_with_maintenance_window(
        WindowId=window, TaskType="RUN_COMMAND", TaskArn="AWS-RunShellScript",
        Targets=[{"Key": "WindowTargetIds", "Values": [target]}], MaxConcurrency="1", MaxErrors="1",
    )["WindowTaskId"]  # fmt: skip
    found = ssm.get_maintenance_window_task(WindowId=window, WindowTaskId=task)
    assert (found["TaskType"], found["Priority"], found["MaxErrors"]) == ("RUN_COMMAND", 1, "1")
    listed = ssm.describe_maintenance_window_tasks(WindowId=window)["Tasks"]
    assert [(each["WindowTaskId"], each["Type"]) for each in listed] == [(task, "RUN_COMMAND")]
    with pytest.raises(ClientError) as error:
        ssm.deregister_target_from_maintenance_window(WindowId=window, WindowTargetId=target, Safe=True)
    assert code(error) == "TargetInUseException"
    named = ssm.describe_maintenance_windows_for_target(ResourceType="INSTANCE", Targets=TARGETS)["WindowIdentities"]
    assert named == [{"WindowId": window, "Name": "night"}]
    ssm.deregister_task_from_maintenance_window(WindowId=window, WindowTaskId=task)
    ssm.deregister_target_from_maintenance_window(WindowId=window, WindowTargetId=target, Safe=True)
    assert ssm.describe_maintenance_window_targets(WindowId=window)["Targets"] == []


def test_a_task_with_an_unknown_target_is_refused(ssm, window):
    with pytest.raises(ClientError) as error:
        ssm.register_task_with_maintenance_window(
            WindowId=window, TaskType="RUN_COMMAND", TaskArn="AWS-RunShellScript",
            Targets=[{"Key": "WindowTargetIds", "Values": ["0" * 36]}],
        )  # fmt: skip
    assert code(error) == "DoesNotExistException"


def test_an_opening_runs_tasks_and_tells_which_failed(ssm, window, emulator):
    ssm.register_task_with_maintenance_window(
        WindowId=window, TaskType="STEP_FUNCTIONS", TaskArn="arn:aws:states:us-east-1:000000000000:stateMachine:none",
        TaskInvocationParameters={"StepFunctions": {"Input": json.dumps({"a": 1})}},
    )  # fmt: skip
    emulator.advance(14 * 3600 + 60)
    opened = ssm.describe_maintenance_window_executions(WindowId=window)["WindowExecutions"]
    assert [each["Status"] for each in opened] == ["FAILED"]
    execution = opened[0]["WindowExecutionId"]
    assert ssm.get_maintenance_window_execution(WindowExecutionId=execution)["Status"] == "FAILED"
    task = ssm.describe_maintenance_window_execution_tasks(WindowExecutionId=execution)[
        "WindowExecutionTaskIdentities"][0]  # fmt: skip
    assert task["Status"] == "FAILED" and task["StatusDetails"]
    invocation = ssm.describe_maintenance_window_execution_task_invocations(
        WindowExecutionId=execution, TaskId=task["TaskExecutionId"]
    )["WindowExecutionTaskInvocationIdentities"][0]
    assert json.loads(invocation["Parameters"]) == {"StepFunctions": {"Input": '{"a": 1}'}}
    found = ssm.get_maintenance_window_execution_task_invocation(
        WindowExecutionId=execution, TaskId=task["TaskExecutionId"], InvocationId=invocation["InvocationId"])
    assert found["Status"] == "FAILED"


def test_an_empty_opening_succeeds_and_a_disabled_window_stays_shut(ssm, window, emulator):
    emulator.advance(14 * 3600 + 60)
    ssm.update_maintenance_window(WindowId=window, Enabled=False)
    emulator.advance(5 * 86400)
    opened = ssm.describe_maintenance_window_executions(WindowId=window)["WindowExecutions"]
    assert [each["Status"] for each in opened] == ["SUCCESS"]


def test_baselines_groups_and_defaults(ssm):
    baseline = ssm.create_patch_baseline(Name="linux", OperatingSystem="AMAZON_LINUX_2023",
                                         ApprovedPatches=["kernel*"])["BaselineId"]  # fmt: skip
    assert ssm.get_patch_baseline(BaselineId=baseline)["RejectedPatchesAction"] == "ALLOW_AS_DEPENDENCY"
    ssm.register_default_patch_baseline(BaselineId=baseline)
    assert ssm.get_default_patch_baseline(OperatingSystem="AMAZON_LINUX_2023")["BaselineId"] == baseline
    ssm.register_patch_baseline_for_patch_group(BaselineId=baseline, PatchGroup="web")
    assert ssm.get_patch_baseline(BaselineId=baseline)["PatchGroups"] == ["web"]
    with pytest.raises(ClientError) as error:
        ssm.register_patch_baseline_for_patch_group(BaselineId=baseline, PatchGroup="web")
    assert code(error) == "AlreadyExistsException"
    with pytest.raises(ClientError) as error:
        ssm.delete_patch_baseline(BaselineId=baseline)
    assert code(error) == "ResourceInUseException"
    mappings = ssm.describe_patch_groups()["Mappings"]
    assert [(each["PatchGroup"], each["BaselineIdentity"]["DefaultBaseline"]) for each in mappings] == [("web", True)]
    updated = ssm.update_patch_baseline(BaselineId=baseline, Name="other", Replace=True)
    assert updated["ApprovedPatches"] == [] and updated["OperatingSystem"] == "AMAZON_LINUX_2023"
    found = ssm.describe_patch_baselines(Filters=[{"Key": "NAME_PREFIX", "Values": ["oth"]}])["BaselineIdentities"]
    assert [each["BaselineId"] for each in found] == [baseline]
