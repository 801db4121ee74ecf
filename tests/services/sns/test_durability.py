"""What a restart finds: topics, subscriptions, archives and the key that signs."""

import json

import boto3

from emulator.testing import emulated


def clients(running):
    given = {
        "endpoint_url": running.url, "region_name": "us-east-1", "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }  # fmt: skip
    return boto3.client("sns", **given), boto3.client("sqs", **given)


def received(sqs, url: str) -> list[dict]:
    return [json.loads(each["Body"]) for each in sqs.receive_message(QueueUrl=url).get("Messages", [])]


def test_a_restart_keeps_archive_and_certificate(tmp_path):
    value = {"DataType": "Binary", "BinaryValue": b"\x00\xff"}
    with emulated(data_dir=tmp_path) as running:
        sns, sqs = clients(running)
        plain = sns.create_topic(Name="plain")["TopicArn"]
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        sns.subscribe(TopicArn=plain, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:000000000000:q")
        sns.publish(TopicArn=plain, Message="before")
        before = received(sqs, url)[0]
        attributes = {
            "FifoTopic": "true", "ContentBasedDeduplication": "true", "ArchivePolicy": '{"MessageRetentionPeriod":"1"}'
        }  # fmt: skip
        fifo = sns.create_topic(Name="t.fifo", Attributes=attributes)["TopicArn"]
        sns.publish(TopicArn=fifo, Message="archived", MessageGroupId="g", MessageAttributes={"a": value})
    with emulated(data_dir=tmp_path) as running:
        sns, sqs = clients(running)
        url = sqs.get_queue_url(QueueName="q")["QueueUrl"]
        sns.publish(TopicArn=plain, Message="after")
        after = next(each for each in received(sqs, url) if each["Message"] == "after")
        name = before["SigningCertURL"].rpartition("/")[2]
        assert after["SigningCertURL"].endswith(name)
        sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})
        policy = json.dumps({"PointType": "Timestamp", "StartingPoint": "2020-01-01T00:00:00Z"})
        sns.subscribe(
            TopicArn=fifo, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:000000000000:q.fifo",
            Attributes={"ReplayPolicy": policy, "RawMessageDelivery": "true"},
        )  # fmt: skip
        target = sqs.get_queue_url(QueueName="q.fifo")["QueueUrl"]
        (message,) = sqs.receive_message(QueueUrl=target, MessageAttributeNames=["All"], WaitTimeSeconds=5)["Messages"]
        assert (message["Body"], message["MessageAttributes"]) == ("archived", {"a": value})
