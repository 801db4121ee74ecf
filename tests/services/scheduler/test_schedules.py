"""Schedules as resources: every member comes back, updates replace, lists filter."""

from datetime import UTC, datetime

import pytest

LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:f"
ROLE = "arn:aws:iam::000000000000:role/scheduler"
ARN = "arn:aws:scheduler:us-east-1:000000000000:schedule/"
FULL = {
    "Name": "s", "ScheduleExpression": "cron(0 18 ? * MON-FRI *)", "ScheduleExpressionTimezone": "Europe/Berlin",
    "StartDate": datetime(2027, 2, 1, tzinfo=UTC), "EndDate": datetime(2028, 2, 1, tzinfo=UTC),
    "Description": "all of it",
    "State": "DISABLED", "KmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/k", "ActionAfterCompletion": "DELETE",
    "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
    "Target": {
        "Arn": "arn:aws:ecs:us-east-1:000000000000:cluster/c", "RoleArn": ROLE, "Input": "{}",
        "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:000000000000:dlq"},
        "RetryPolicy": {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0},
        "EcsParameters": {
            "TaskDefinitionArn": "arn:aws:ecs:us-east-1:000000000000:task-definition/t:1", "TaskCount": 2,
            "LaunchType": "FARGATE", "Tags": [{"a": "b"}], "EnableECSManagedTags": False,
            "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["s-1"], "AssignPublicIp": "ENABLED"}},
            "CapacityProviderStrategy": [{"capacityProvider": "p", "weight": 1, "base": 0}],
        },
    },
}  # fmt: skip


def shown(scheduler, **key):
    answer = scheduler.get_schedule(**key)
    del answer["ResponseMetadata"]
    return answer


def test_every_member_comes_back(scheduler, emulator):
    assert scheduler.create_schedule(**FULL)["ScheduleArn"] == f"{ARN}default/s"
    now = datetime.fromtimestamp(1_800_014_400, UTC)
    assert shown(scheduler, Name="s") == {
        **FULL, "Arn": f"{ARN}default/s", "GroupName": "default", "CreationDate": now, "LastModificationDate": now,
    }  # fmt: skip


def test_defaults_and_full_replacement(scheduler, emulator):
    scheduler.create_schedule(**FULL)
    emulator.advance(5)
    plain = {
        "Name": "s", "ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": LAMBDA, "RoleArn": ROLE},
    }  # fmt: skip
    assert scheduler.update_schedule(**plain)["ScheduleArn"] == f"{ARN}default/s"
    assert shown(scheduler, Name="s") == {
        **plain, "Arn": f"{ARN}default/s", "GroupName": "default", "State": "ENABLED", "ActionAfterCompletion": "NONE",
        "ScheduleExpressionTimezone": "UTC", "CreationDate": datetime.fromtimestamp(1_800_014_400, UTC),
        "LastModificationDate": datetime.fromtimestamp(1_800_014_405, UTC),
        "Target": {**plain["Target"], "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}},
    }  # fmt: skip
    scheduler.create_schedule(**{**plain, "Name": "t"})
    fresh, changed = shown(scheduler, Name="t"), shown(scheduler, Name="s")
    assert fresh.keys() == changed.keys()


def test_what_is_missing_or_there_already(scheduler, refused):
    missing = (404, "ResourceNotFoundException", "Schedule s does not exist.")
    assert refused(scheduler.get_schedule, Name="s") == missing
    assert refused(scheduler.delete_schedule, Name="s") == missing
    assert refused(scheduler.update_schedule, **FULL) == missing
    assert refused(scheduler.create_schedule, **FULL, GroupName="g") == (
        404, "ResourceNotFoundException", "Schedule group g does not exist.",
    )  # fmt: skip
    scheduler.create_schedule(**FULL, ClientToken="t")
    scheduler.create_schedule(**FULL, ClientToken="t")
    assert refused(scheduler.create_schedule, **FULL) == (409, "ConflictException", "Schedule s already exists.")
    assert refused(scheduler.create_schedule, **{**FULL, "Description": "x"}, ClientToken="t")[1] == "ConflictException"
    scheduler.delete_schedule(Name="s")
    assert refused(scheduler.get_schedule, Name="s") == missing


def test_lists(scheduler, schedule):
    scheduler.create_schedule_group(Name="g")
    schedule("one", "rate(1 day)", LAMBDA)
    schedule("on-off", "rate(1 day)", LAMBDA, State="DISABLED")
    schedule("one", "rate(1 day)", LAMBDA, GroupName="g")

    def listed(**given):
        return [(each["GroupName"], each["Name"]) for each in scheduler.list_schedules(**given)["Schedules"]]

    assert listed() == [("default", "on-off"), ("default", "one"), ("g", "one")]
    assert listed(GroupName="g") == [("g", "one")]
    assert listed(NamePrefix="on-") == [("default", "on-off")]
    assert listed(State="ENABLED") == [("default", "one"), ("g", "one")]
    assert listed(State="ENABLED", NamePrefix="o", GroupName="default") == [("default", "one")]
    summary = scheduler.list_schedules(GroupName="g")["Schedules"][0]
    assert summary.keys() == {"Arn", "Name", "GroupName", "State", "CreationDate", "LastModificationDate", "Target"}
    assert summary["Target"] == {"Arn": LAMBDA}


@pytest.mark.parametrize("size", [1, 3, 7, 8])
def test_pages_go_through_all_groups(scheduler, schedule, size):
    scheduler.create_schedule_group(Name="g")
    for number in range(7):
        schedule(f"s{number}", "rate(1 day)", LAMBDA, GroupName=("default", "g")[number % 2])
    pages = scheduler.get_paginator("list_schedules").paginate(PaginationConfig={"PageSize": size})
    found = [each["Name"] for page in pages for each in page["Schedules"]]
    assert found == ["s0", "s2", "s4", "s6", "s1", "s3", "s5"]
