"""What CreateSchedule refuses, in AWS's words; every recorded answer of AWS among them."""

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/scheduler"
HERE = "arn:aws:{}:us-east-1:000000000000:{}"
SQS, LAMBDA = HERE.format("sqs", "q"), HERE.format("lambda", "function:f")
UNIVERSAL = "arn:aws:scheduler:::aws-sdk:sqs:"


def message(schedule, expression="rate(1 day)", arn=SQS, **given):
    with pytest.raises(ClientError) as caught:
        schedule("s", expression, arn, **given)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return caught.value.response["Error"]["Message"]


def recorded(evidence):
    for line in (evidence / "aws-snapshots" / "scheduler.jsonl").read_text().splitlines():
        for call in json.loads(line)["calls"]:
            if call.get("operation") == "CreateSchedule" and "aws" in call:
                yield call


def test_every_recorded_answer(scheduler, evidence):
    seen = 0
    for call in recorded(evidence):
        wanted = call["aws"].get("Error")
        try:
            answer = scheduler.create_schedule(**call["params"])
        except ClientError as error:
            assert error.response["Error"] == wanted
        else:
            assert wanted is None and answer["ScheduleArn"].endswith(f"schedule/default/{call['params']['Name']}")
        seen += 1
    assert seen == 24


@pytest.mark.parametrize("expression", [
    "rate(5 minute)", "rate(1 days)", "cron(15 10 ? * 6L 2022-2023)", "cron(0 8 * * ?)",
])  # fmt: skip
def test_expressions_that_stand(scheduler, schedule, expression):
    assert schedule("s", expression, SQS).endswith("schedule/default/s")


def test_expressions_and_zones(schedule):
    assert message(schedule, "rate(0 minutes)") == "Invalid Schedule Expression rate(0 minutes)."
    assert "Mars/Olympus" in message(schedule, ScheduleExpressionTimezone="Mars/Olympus")
    assert "../../etc" in message(schedule, ScheduleExpressionTimezone="../../etc/passwd")


def test_windows(schedule):
    assert message(schedule, window={"Mode": "FLEXIBLE"}) == (
        "MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE."
    )
    assert message(schedule, window={"Mode": "OFF", "MaximumWindowInMinutes": 5}) == (
        "MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF."
    )


def test_dates(schedule):
    early, late = datetime(2027, 1, 15, 11, 54, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    assert message(schedule, StartDate=early) == "The StartDate you specify cannot be earlier than 5 minutes ago."
    assert message(schedule, StartDate=late, EndDate=late) == "The StartDate you specify must come before the EndDate."
    assert schedule("s", "at(2027-05-01T00:00:00)", SQS, StartDate=late, EndDate=early)


@pytest.mark.parametrize(("arn", "target", "expected"), [
    ("nonsense", {}, "Provided Arn is not in correct format: nonsense."),
    (HERE.format("rds", "db:d"), {}, "rds is not a supported service for a target."),
    (HERE.format("scheduler", "aws-sdk:sqs:sendMessage"), {}, "scheduler is not a supported service for a target."),
    ("arn:aws:lambda:eu-west-1:000000000000:function:f", {},
     "The target ARN provided does not match the current region us-east-1."),
    (LAMBDA, {"SqsParameters": {"MessageGroupId": "g"}}, "Parameters SqsParameters not supported for the target."),
    (HERE.format("kinesis", "stream/s"), {}, "Parameters KinesisParameters must be specified."),
    (SQS + ".fifo", {}, "Parameters SqsParameters must be specified."),
    (SQS, {"SqsParameters": {"MessageGroupId": "g"}}, "Parameters MessageGroupId not valid for the target."),
    (HERE.format("ecs", "cluster/c"), {"EcsParameters": {"TaskDefinitionArn": "t", "LaunchType": "FARGATE"}},
     "Parameter NetworkConfiguration must be specified for the target when launch type is FARGATE."),
    (LAMBDA, {"Input": "{"}, "JSON syntax error in input for the target."),
    (UNIVERSAL + "sendMessage", {}, "You must provide an input to set this target for your schedule."),
    (UNIVERSAL + "getQueueUrl", {"Input": "{}"}, "getQueueUrl API is not supported."),
    (UNIVERSAL + "sendMessage", {"Input": "no json"}, "JSON syntax error in input for the target."),
])  # fmt: skip
def test_targets(schedule, arn, target, expected):
    assert message(schedule, arn=arn, target=target) == expected


def test_an_update_is_checked_too(scheduler, schedule):
    schedule("s", "rate(1 day)", SQS)
    with pytest.raises(ClientError) as caught:
        scheduler.update_schedule(
            Name="s", ScheduleExpression="rate(1 second)", FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": SQS, "RoleArn": ROLE},
        )  # fmt: skip
    assert caught.value.response["Error"]["Message"] == "Invalid Schedule Expression rate(1 second)."
    assert scheduler.get_schedule(Name="s")["ScheduleExpression"] == "rate(1 day)"


def test_the_models_constraints_hold(scheduler, schedule):
    assert "Member must satisfy" in message(schedule, arn=SQS, target={"DeadLetterConfig": {"Arn": "x"}})
    with pytest.raises(ClientError) as caught:
        scheduler.list_schedules(NamePrefix="no spaces!")
    assert caught.value.response["Error"]["Code"] == "ValidationException"
