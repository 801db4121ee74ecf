"""Declared resources, their jobs and client tokens are there again after a restart."""

from datetime import UTC, datetime

import boto3

from emulator.testing import emulated

TARGET = {"Arn": "arn:aws:sqs:us-east-1:000000000000:q", "RoleArn": "arn:aws:iam::000000000000:role/r", "Input": "x"}
SCHEDULE = {
    "Name": "s", "ScheduleExpression": "at(2199-01-01T00:00:00)", "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": TARGET, "ClientToken": "token",
}  # fmt: skip


def test_a_restart_forgets_nothing(tmp_path):
    with emulated(data_dir=tmp_path):
        scheduler = boto3.client("scheduler")
        scheduler.create_schedule(**SCHEDULE)
        scheduler.create_schedule_group(Name="g", Tags=[{"Key": "a", "Value": "b"}])
        scheduler.delete_schedule_group(Name="g")
        before = scheduler.get_schedule(Name="s")
    with emulated(data_dir=tmp_path) as emulator:
        scheduler = boto3.client("scheduler")
        after = scheduler.get_schedule(Name="s")
        del before["ResponseMetadata"], after["ResponseMetadata"]
        assert after == before
        scheduler.create_schedule(**SCHEDULE)  # the same token: no conflict
        emulator.advance(2)
        assert [each["Name"] for each in scheduler.list_schedule_groups()["ScheduleGroups"]] == ["default"]
        sqs = boto3.client("sqs")
        queue = sqs.create_queue(QueueName="q")["QueueUrl"]
        emulator.freeze(datetime(2199, 1, 1, tzinfo=UTC).timestamp())
        assert [each["Body"] for each in sqs.receive_message(QueueUrl=queue)["Messages"]] == ["x"]
