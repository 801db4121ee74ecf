"""Rules, archives, pipes and events on their way outlive the emulator."""

import boto3

from emulator.testing.inprocess import InProcess

NOON = 1_800_014_400.0
BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default"
PATTERN = '{"source":["app"]}'


def client(running, service):
    return boto3.client(service, endpoint_url=running.url, region_name="us-east-1", aws_access_key_id="test",
                        aws_secret_access_key="test")  # fmt: skip


def test_a_restart_between_two_tries(tmp_path):
    first = InProcess(data_dir=tmp_path).start()
    first.freeze(NOON)
    events, sqs = client(first, "events"), client(first, "sqs")
    sqs.create_queue(QueueName="dead")
    dead = "arn:aws:sqs:us-east-1:000000000000:dead"
    events.create_archive(ArchiveName="a", EventSourceArn=BUS)
    events.put_rule(Name="r", EventPattern=PATTERN)
    events.put_targets(Rule="r", Targets=[{
        "Id": "t", "Arn": "arn:aws:inspector:us-east-1:000000000000:target/0-1", "DeadLetterConfig": {"Arn": dead},
        "RetryPolicy": {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60}}])  # fmt: skip
    events.put_rule(Name="clock", ScheduleExpression="rate(1 minute)")
    events.put_targets(Rule="clock", Targets=[{"Id": "t", "Arn": dead}])
    id = events.put_events(Entries=[{"Source": "app", "DetailType": "t", "Detail": '{"a":[1.5]}'}])["Entries"][0][
        "EventId"]
    client(first, "pipes").create_pipe(Name="p", Source=dead, Target=BUS, DesiredState="STOPPED",
                                       RoleArn="arn:aws:iam::000000000000:role/r")  # fmt: skip
    first.stop()
    second = InProcess(data_dir=tmp_path).start()
    try:
        second.advance(60)
        sqs, events = client(second, "sqs"), client(second, "events")
        url = sqs.get_queue_url(QueueName="dead")["QueueUrl"]
        found = [each["Body"] for each in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]]
        assert any(id in body for body in found) and any("Scheduled Event" in body for body in found), found
        assert events.describe_archive(ArchiveName="a")["EventCount"] == 1
        assert client(second, "pipes").describe_pipe(Name="p")["CurrentState"] == "STOPPED"
    finally:
        second.stop()
