"""Schedules fire on the clock: into queues, through universal targets, with retries, into dead-letter queues."""

import json
from datetime import UTC, datetime

import pytest

DAY = 86400
UNIVERSAL = "arn:aws:scheduler:::aws-sdk:"
LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:f"
TIME = {"Input": "<aws.scheduler.scheduled-time>"}


def test_a_rate_begins_at_once_and_keeps_its_step(schedule, queue, emulator):
    q = queue()
    schedule("s", "rate(5 minutes)", q.arn, TIME)
    assert q.bodies() == ["2027-01-15T12:00:00Z"]
    emulator.advance(299)
    assert q.bodies() == []
    emulator.advance(601)
    assert q.bodies() == ["2027-01-15T12:05:00Z", "2027-01-15T12:10:00Z", "2027-01-15T12:15:00Z"]


def test_a_day_happens_in_order(schedule, queue, emulator):
    q = queue()
    schedule("minutes", "rate(10 minutes)", q.arn, TIME)
    schedule("hours", "cron(5 * * * ? *)", q.arn, TIME)
    emulator.advance(DAY - 1)
    bodies = q.bodies()
    assert bodies == sorted(bodies) and len(bodies) == 144 + 24


def test_dates_bound_a_rate(schedule, queue, emulator):
    q = queue()
    start, end = datetime(2027, 1, 15, 12, 30, tzinfo=UTC), datetime(2027, 1, 15, 13, 30, tzinfo=UTC)
    schedule("s", "rate(20 minutes)", q.arn, TIME, StartDate=start, EndDate=end, ActionAfterCompletion="DELETE")
    emulator.advance(DAY)
    assert q.bodies() == [f"2027-01-15T{time}:00Z" for time in ("12:30", "12:50", "13:10", "13:30")]


def test_cron_in_a_time_zone(schedule, queue, emulator):
    q = queue()
    schedule("s", "cron(0 9 * * ? *)", q.arn, TIME, ScheduleExpressionTimezone="America/New_York")
    emulator.advance(2 * DAY)
    assert q.bodies() == ["2027-01-15T14:00:00Z", "2027-01-16T14:00:00Z"]


@pytest.mark.parametrize(("action", "left"), [("NONE", ["s"]), ("DELETE", [])])
def test_once(scheduler, schedule, queue, emulator, action, left):
    q = queue()
    schedule("s", "at(2027-01-15T13:00:00)", q.arn, TIME, ActionAfterCompletion=action)
    emulator.advance(3599)
    assert q.bodies() == []
    emulator.advance(1)
    assert q.bodies() == ["2027-01-15T13:00:00Z"]
    emulator.advance(DAY)
    assert q.bodies() == []
    assert [each["Name"] for each in scheduler.list_schedules()["Schedules"]] == left


def test_a_flexible_window_delays_within_it(schedule, queue, emulator):
    q = queue()
    for number in range(20):
        schedule(f"s{number}", "at(2027-01-15T13:00:00)", q.arn, {"Input": "x"},
                 window={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 30})  # fmt: skip
    emulator.advance(3600)
    early = len(q.bodies())
    emulator.advance(900)
    middle = len(q.bodies())
    emulator.advance(901)
    assert early + middle + len(q.bodies()) == 20 and middle > 0 and early < 20


def test_disabled_updated_and_deleted_schedules(scheduler, schedule, queue, emulator):
    q = queue()
    schedule("s", "rate(10 minutes)", q.arn, TIME, State="DISABLED")
    emulator.advance(DAY)
    assert q.bodies() == []
    target = {"Arn": q.arn, "RoleArn": "arn:aws:iam::000000000000:role/r", **TIME}
    plain = {"FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
    scheduler.update_schedule(Name="s", ScheduleExpression="rate(1 hour)", **plain)
    emulator.advance(3600)
    assert q.bodies() == ["2027-01-16T13:00:00Z"]
    scheduler.update_schedule(Name="s", ScheduleExpression="cron(30 * * * ? *)", **plain)
    emulator.advance(3600)
    assert q.bodies() == ["2027-01-16T13:30:00Z"]
    scheduler.delete_schedule(Name="s")
    emulator.advance(DAY)
    assert q.bodies() == []


def test_a_group_takes_its_schedules_along(scheduler, schedule, queue, emulator):
    q = queue()
    scheduler.create_schedule_group(Name="g")
    schedule("s", "rate(1 hour)", q.arn, {"Input": "x"}, GroupName="g")
    emulator.advance(0)
    scheduler.delete_schedule_group(Name="g")
    emulator.advance(DAY)
    assert q.bodies() == ["x"]


def test_the_default_notification(schedule, queue, emulator):
    q = queue()
    arn = schedule("s", "at(2027-01-15T13:00:00)", q.arn)
    emulator.advance(3600)
    event = q.documents()[0]
    assert len(event.pop("id")) == 36
    assert event == {
        "version": "0", "detail-type": "Scheduled Event", "source": "aws.scheduler", "account": "000000000000",
        "time": "2027-01-15T13:00:00Z", "region": "us-east-1", "resources": [arn], "detail": "{}",
    }  # fmt: skip


def test_context_attributes(schedule, queue, emulator):
    q = queue()
    names = ("schedule-arn", "scheduled-time", "execution-id", "attempt-number")
    given = {name: f"<aws.scheduler.{name}>" for name in names}
    arn = schedule("s", "at(2027-01-15T13:00:00)", q.arn, {"Input": json.dumps(given)})
    emulator.advance(3600)
    event = q.documents()[0]
    assert len(event.pop("execution-id")) == 16
    assert event == {"schedule-arn": arn, "scheduled-time": "2027-01-15T13:00:00Z", "attempt-number": "1"}


def test_a_fifo_queue(schedule, queue, emulator):
    q = queue("q.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    schedule("s", "rate(10 minutes)", q.arn, {**TIME, "SqsParameters": {"MessageGroupId": "group"}})
    emulator.advance(1200)
    found = q.messages()
    assert [each["Body"] for each in found] == [f"2027-01-15T12:{minute}:00Z" for minute in ("00", "10", "20")]
    assert {each["Attributes"]["MessageGroupId"] for each in found} == {"group"}


def test_universal_targets_do_what_they_say(schedule, queue, client, emulator):
    q = queue()
    sent = {"QueueUrl": q.url, "MessageBody": "<aws.scheduler.attempt-number>",
            "MessageAttributes": {"a": {"DataType": "String", "StringValue": "b"}}}  # fmt: skip
    schedule("send", "at(2027-01-15T13:00:00)", f"{UNIVERSAL}sqs:sendMessage", {"Input": json.dumps(sent)})
    schedule("make", "at(2027-01-15T13:00:00)", f"{UNIVERSAL}sqs:createQueue",
             {"Input": json.dumps({"QueueName": "made", "Attributes": {"DelaySeconds": "7"}})})  # fmt: skip
    schedule("group", "at(2027-01-15T13:00:00)", f"{UNIVERSAL}scheduler:createScheduleGroup",
             {"Input": json.dumps({"Name": "made"})})  # fmt: skip
    emulator.advance(3600)
    message = q.messages()[0]
    assert (message["Body"], message["MessageAttributes"]["a"]["StringValue"]) == ("1", "b")
    sqs = client("sqs")
    made = sqs.get_queue_url(QueueName="made")["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=made, AttributeNames=["DelaySeconds"])["Attributes"]
    assert told == {"DelaySeconds": "7"}
    assert client("scheduler").get_schedule_group(Name="made")["State"] == "ACTIVE"


def test_a_queue_that_comes_later_is_found_by_a_retry(schedule, queue, emulator):
    schedule("s", "at(2027-01-15T13:00:00)", "arn:aws:sqs:us-east-1:000000000000:late",
             {"Input": "attempt <aws.scheduler.attempt-number>"})  # fmt: skip
    emulator.advance(3600 + 4)  # tried at 0, 1, 3 seconds; next at 7
    q = queue("late")
    emulator.advance(3)
    assert q.bodies() == ["attempt 4"]
    emulator.advance(DAY)
    assert q.bodies() == []


def attributes(message):
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def test_retries_end_in_the_dead_letter_queue(scheduler, schedule, queue, emulator):
    dead = queue("dead")
    arn = schedule(
        "s", "at(2027-01-15T13:00:00)", "arn:aws:sqs:us-east-1:000000000000:none", ActionAfterCompletion="DELETE",
        target={"Input": "payload", "DeadLetterConfig": {"Arn": dead.arn}, "RetryPolicy": {"MaximumRetryAttempts": 2}},
    )  # fmt: skip
    emulator.advance(3600 + 2)
    assert dead.messages() == [] and scheduler.get_schedule(Name="s")["Name"] == "s"
    emulator.advance(1)
    (message,) = dead.messages()
    told = attributes(message)
    assert message["Body"] == "payload" and len(told.pop("EXECUTION_ID")) == 16
    assert told.pop("ERROR_CODE").endswith(("QueueDoesNotExist", "NonExistentQueue")) and told.pop("ERROR_MESSAGE")
    assert told == {
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts", "IS_PAYLOAD_TRUNCATED": "false", "RETRY_ATTEMPTS": "2",
        "SCHEDULED_TIME": "2027-01-15T13:00:00Z", "SCHEDULE_ARN": arn,
        "TARGET_ARN": "arn:aws:sqs:us-east-1:000000000000:none",
    }  # fmt: skip
    assert scheduler.list_schedules()["Schedules"] == []


def test_an_event_grows_too_old(schedule, queue, emulator):
    dead = queue("dead")
    schedule("s", "at(2027-01-15T13:00:00)", "arn:aws:sqs:us-east-1:000000000000:none", target={
        "DeadLetterConfig": {"Arn": dead.arn}, "RetryPolicy": {"MaximumEventAgeInSeconds": 60}})  # fmt: skip
    emulator.advance(3600 + 60)
    told = attributes(dead.messages()[0])
    assert told["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"


def test_what_no_retry_can_mend_is_buried_at_once(schedule, queue, emulator):
    q, dead = queue(), queue("dead")
    schedule("s", "at(2027-01-15T13:00:00)", f"{UNIVERSAL}scheduler:createScheduleGroup", target={
        "Input": json.dumps({"Name": "no spaces!"}), "DeadLetterConfig": {"Arn": dead.arn}})  # fmt: skip
    emulator.advance(3600)
    told = attributes(dead.messages()[0])
    assert (told["ERROR_CODE"], told["RETRY_ATTEMPTS"]) == ("ValidationException", "0")
    assert "EXHAUSTED_RETRY_CONDITION" not in told and q.bodies() == []


@pytest.mark.parametrize(("arn", "target"), [
    ("arn:aws:codepipeline:us-east-1:000000000000:p", {}),
    (f"{UNIVERSAL}nothing:startThings", {"Input": "{}"}),
])  # fmt: skip
def test_a_target_that_does_not_stand_is_a_failed_delivery(schedule, queue, emulator, arn, target):
    dead = queue("dead")
    policy = {"DeadLetterConfig": {"Arn": dead.arn}, "RetryPolicy": {"MaximumRetryAttempts": 0}}
    schedule("s", "at(2027-01-15T13:00:00)", arn, {**target, **policy})
    emulator.advance(3600)
    told = attributes(dead.messages()[0])
    assert told["ERROR_CODE"] == "NotImplemented" and "not implemented" in told["ERROR_MESSAGE"]


def test_without_a_dead_letter_queue_it_is_dropped(scheduler, schedule, emulator):
    schedule("s", "at(2027-01-15T13:00:00)", LAMBDA, {"RetryPolicy": {"MaximumRetryAttempts": 1}},
             ActionAfterCompletion="DELETE")  # fmt: skip
    emulator.advance(3600 + 1)
    assert scheduler.list_schedules()["Schedules"] == []
