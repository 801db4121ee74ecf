"""Notifications to queues: configuration, the test event, records, filters."""

import hashlib
import json

import pytest

from emulator import services
from emulator.kernel.context import Context
from tests.services.s3.test_buckets import refused

QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue"


@pytest.fixture
def s3(client):
    made = client("s3")
    made.create_bucket(Bucket="bucket")
    return made


@pytest.fixture
def receive(client):
    """All messages that wait in the queue, decoded, in order of arrival."""
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]

    def receive() -> list[dict]:
        found = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for each in messages:
                found.append(json.loads(each["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
        return found

    return receive


def configure(s3, *events, arn=QUEUE, rules=None, skip=False, **more):
    entry = {"QueueArn": arn, "Events": list(events) or ["s3:ObjectCreated:*"], **more}
    if rules is not None:
        entry["Filter"] = {"Key": {"FilterRules": [{"Name": name, "Value": value} for name, value in rules]}}
    s3.put_bucket_notification_configuration(
        Bucket="bucket", NotificationConfiguration={"QueueConfigurations": [entry]}, SkipDestinationValidation=skip
    )


def test_the_test_event(s3, receive):
    configure(s3)
    (event,) = receive()
    assert (event["Service"], event["Event"], event["Bucket"]) == ("Amazon S3", "s3:TestEvent", "bucket")
    assert set(event) == {"Service", "Event", "Time", "Bucket", "RequestId", "HostId"}


def test_records(s3, receive):
    configure(s3, "s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*", Id="mine")
    receive()
    s3.put_object(Bucket="bucket", Key="a@b c/d", Body=b"something")
    s3.put_object_tagging(Bucket="bucket", Key="a@b c/d", Tagging={"TagSet": []})
    s3.delete_object(Bucket="bucket", Key="a@b c/d")
    put, tagged, deleted = (message["Records"][0] for message in receive())
    assert list(put) == ["eventVersion", "eventSource", "awsRegion", "eventTime", "eventName", "userIdentity",
                         "requestParameters", "responseElements", "s3"]  # fmt: skip
    assert (put["eventVersion"], put["eventName"]) == ("2.1", "ObjectCreated:Put")
    assert (put["s3"]["configurationId"], put["s3"]["s3SchemaVersion"]) == ("mine", "1.0")
    assert (put["s3"]["bucket"]["name"], put["s3"]["bucket"]["arn"]) == ("bucket", "arn:aws:s3:::bucket")
    stored = put["s3"]["object"]
    assert stored.pop("sequencer")
    assert stored == {"key": "a%40b+c/d", "size": 9, "eTag": "437b930db84b8079c2dd804a71936b5f"}
    assert (tagged["eventVersion"], tagged["eventName"]) == ("2.3", "ObjectTagging:Put")
    assert set(tagged["s3"]["object"]) == {"key", "eTag"}
    assert (deleted["eventName"], set(deleted["s3"]["object"])) == ("ObjectRemoved:Delete", {"key", "sequencer"})


def test_filters(s3, receive):
    configure(s3, rules=[("suffix", ".txt"), ("PREFIX", "in/")])
    (entry,) = s3.get_bucket_notification_configuration(Bucket="bucket")["QueueConfigurations"]
    assert entry["Filter"]["Key"]["FilterRules"] == [
        {"Name": "Prefix", "Value": "in/"}, {"Name": "Suffix", "Value": ".txt"}
    ]  # fmt: skip
    assert entry["Id"]
    receive()
    for key in ("in/a.txt", "in/a.jpg", "out/a.txt"):
        s3.put_object(Bucket="bucket", Key=key)
    assert [message["Records"][0]["s3"]["object"]["key"] for message in receive()] == ["in/a.txt"]


def test_events_of_acls_copies_and_parts(s3, receive):
    s3.delete_bucket_ownership_controls(Bucket="bucket")
    s3.delete_public_access_block(Bucket="bucket")
    configure(s3, "s3:ObjectAcl:Put", "s3:ObjectCreated:Copy", "s3:ObjectCreated:CompleteMultipartUpload")
    receive()
    s3.put_object(Bucket="bucket", Key="a", Body=b"1")
    s3.put_object_acl(Bucket="bucket", Key="a", ACL="public-read")
    s3.copy_object(Bucket="bucket", Key="b", CopySource="bucket/a")
    upload = s3.create_multipart_upload(Bucket="bucket", Key="c")["UploadId"]
    part = s3.upload_part(Bucket="bucket", Key="c", UploadId=upload, PartNumber=1, Body=b"2")
    s3.complete_multipart_upload(
        Bucket="bucket", Key="c", UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )  # fmt: skip
    assert [message["Records"][0]["eventName"] for message in receive()] == [
        "ObjectAcl:Put", "ObjectCreated:Copy", "ObjectCreated:CompleteMultipartUpload"
    ]  # fmt: skip


def test_refusals(s3, receive):
    assert refused(configure, s3, arn="invalid") == ("InvalidArgument", "The ARN could not be parsed", 400)
    assert refused(configure, s3, arn="invalid", skip=True)[1] == "The ARN could not be parsed"
    missing = "arn:aws:sqs:us-east-1:000000000000:missing"
    assert refused(configure, s3, arn=missing)[1] == "Unable to validate the following destination configurations"
    assert refused(configure, s3, rules=[("INVALID", "x")])[1] == "filter rule name must be either prefix or suffix"
    assert refused(configure, s3, "s3:Nothing:*")[0] == "InvalidArgument"
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket="bucket")
    configure(s3, arn=missing, skip=True)
    s3.put_object(Bucket="bucket", Key="still-works")
    s3.put_bucket_notification_configuration(Bucket="bucket", NotificationConfiguration={})
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket="bucket")


def put_everywhere(s3):
    s3.put_bucket_notification_configuration(
        Bucket="bucket", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )


def test_eventbridge_hears_of_everything(s3, receive, client, emulator):
    if services.load("events") is None:
        assert refused(put_everywhere, s3)[::2] == ("NotImplemented", 501)
        pytest.skip("EventBridge does not stand")
    events = client("events")
    events.put_rule(Name="all", EventPattern=json.dumps({"source": ["aws.s3"]}))
    events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": QUEUE}])
    put_everywhere(s3)
    assert s3.get_bucket_notification_configuration(Bucket="bucket")["EventBridgeConfiguration"] == {}
    s3.put_object(Bucket="bucket", Key="a b", Body=b"cold", StorageClass="GLACIER")
    s3.restore_object(Bucket="bucket", Key="a b", RestoreRequest={"Days": 1})
    emulator.advance(3 * 86400)
    s3.put_object_tagging(Bucket="bucket", Key="a b", Tagging={"TagSet": []})
    s3.delete_object(Bucket="bucket", Key="a b")
    found = receive()
    assert [each["detail-type"] for each in found] == [
        "Object Created", "Object Restore Initiated", "Object Restore Completed", "Object Restore Expired",
        "Object Tags Added", "Object Deleted",
    ]  # fmt: skip
    assert {(each["source"], each["account"], each["region"], *each["resources"]) for each in found} == {
        ("aws.s3", "000000000000", "us-east-1", "arn:aws:s3:::bucket")
    }  # fmt: skip
    created, initiated, completed, expired, _, deleted = (each["detail"] for each in found)
    assert created.pop("request-id") and created["object"].pop("sequencer")
    assert created == {
        "version": "0", "bucket": {"name": "bucket"}, "requester": "000000000000", "source-ip-address": "127.0.0.1",
        "object": {"key": "a b", "size": 4, "etag": hashlib.md5(b"cold").hexdigest()}, "reason": "PutObject",
    }  # fmt: skip
    assert initiated["source-storage-class"] == completed["source-storage-class"] == "GLACIER"
    assert completed["requester"] == expired["requester"] == "s3.amazonaws.com"
    assert completed["restore-expiry-time"].endswith("T00:00:00Z")
    assert (deleted["reason"], deleted["deletion-type"]) == ("DeleteObject", "Permanently Deleted")


def test_a_function_gets_the_records(s3, emulator, monkeypatch):
    call, events, arn = Context.call, [], "arn:aws:lambda:us-east-1:000000000000:function:f"

    def replaced(self, service, operation, params=None, **more):
        if service != "lambda":
            return call(self, service, operation, params, **more)
        assert more["as_"].arn == "s3.amazonaws.com" and more["as_"].session["aws:sourcearn"] == "arn:aws:s3:::bucket"
        if operation == "Invoke":
            assert (params["FunctionName"], params["InvocationType"]) == (arn, "Event")
            events.append(json.loads(params["Payload"])["Records"][0])
        return {}

    monkeypatch.setattr(Context, "call", replaced)
    entry = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    document = {"LambdaFunctionConfigurations": [entry]}
    s3.put_bucket_notification_configuration(Bucket="bucket", NotificationConfiguration=document)
    s3.put_object(Bucket="bucket", Key="k", Body=b"1")
    emulator.advance(1)
    assert [(each["eventName"], each["s3"]["object"]["key"]) for each in events] == [("ObjectCreated:Put", "k")]
