"""Services wired to one another under a clock that stands still until it is moved, twice with the same results.

S3 tells EventBridge of an object, EventBridge a queue, a function and a Kinesis stream; Scheduler publishes to a topic,
the topic to a queue and a web server; what comes through the stream ends in a bucket, by Firehose.
"""

import gzip
import http.server
import io
import json
import threading
import time
import urllib.request
import zipfile

import boto3
import pytest

from emulator.testing import emulated

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z
ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/wiring"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:us-east-1:{ACCOUNT}:{resource}"


class Web:
    """A web server that confirms its subscription and keeps what it is sent."""

    def __init__(self):
        self.received: list[dict] = []
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if body["Type"] == "SubscriptionConfirmation":
                    threading.Thread(target=lambda: urllib.request.urlopen(body["SubscribeURL"]).read()).start()
                else:
                    web.received.append(body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def web():
    made = Web()
    yield made
    made.server.shutdown()


def until(question):
    """Ask until the answer is true: deliveries by HTTP take real time."""
    for _ in range(300):
        found = question()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it does not come")


def build() -> None:
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    for bucket in ("source", "lake"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(
        Bucket="source", NotificationConfiguration={"EventBridgeConfiguration": {}})
    for queue in ("objects", "ticks", "answers"):
        policy = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn("sqs", queue)}]}
        sqs.create_queue(QueueName=queue, Attributes={"Policy": json.dumps(policy)})
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n"
                                     "    return event['detail']['object']['key'].upper()\n")  # fmt: skip
    functions = boto3.client("lambda")
    functions.create_function(FunctionName="shout", Runtime="python3.12", Role=ROLE, Handler="index.handler",
                              Code={"ZipFile": code.getvalue()})  # fmt: skip
    functions.put_function_event_invoke_config(
        FunctionName="shout", DestinationConfig={"OnSuccess": {"Destination": arn("sqs", "answers")}})
    functions.add_permission(FunctionName="shout", StatementId="events", Action="lambda:InvokeFunction",
                             Principal="events.amazonaws.com")  # fmt: skip
    boto3.client("kinesis").create_stream(StreamName="stream", ShardCount=1)


def connect(web: Web) -> None:
    sns, events, firehose = boto3.client("sns"), boto3.client("events"), boto3.client("firehose")
    events.put_rule(Name="objects", EventPattern=json.dumps(
        {"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "in/"}]}}}))
    failed = events.put_targets(Rule="objects", Targets=[
        {"Id": "queue", "Arn": arn("sqs", "objects"), "InputPath": "$.detail.object"},
        {"Id": "function", "Arn": arn("lambda", "function:shout")},
        {"Id": "stream", "Arn": arn("kinesis", "stream/stream"), "RoleArn": ROLE, "InputTransformer": {
            "InputPathsMap": {"key": "$.detail.object.key", "size": "$.detail.object.size"},
            "InputTemplate": '{"key": <key>, "size": <size>}'}},
    ])["FailedEntries"]  # fmt: skip
    assert failed == []
    firehose.create_delivery_stream(
        DeliveryStreamName="to-lake", DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": arn("kinesis", "stream/stream"), "RoleARN": ROLE},
        ExtendedS3DestinationConfiguration={
            "RoleARN": ROLE, "BucketARN": "arn:aws:s3:::lake", "Prefix": "year=!{timestamp:yyyy}/",
            "ErrorOutputPrefix": "errors/", "CompressionFormat": "GZIP",
            "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 1}},
    )  # fmt: skip
    topic = sns.create_topic(Name="ticks")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "ticks"))
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=web.url)
    until(lambda: all(each["SubscriptionArn"].startswith("arn:") for each in
                      sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]))  # fmt: skip
    boto3.client("scheduler").create_schedule(
        Name="tick", ScheduleExpression="rate(5 minutes)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": topic, "RoleArn": ROLE, "Input": "tick <aws.scheduler.scheduled-time>"},
    )  # fmt: skip


def messages(queue: str) -> list:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(each["Body"]) for each in got]
    return found


def lake() -> dict[str, list]:
    s3 = boto3.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="lake").get("Contents", [])]
    return {key: [json.loads(line) for line in gzip.decompress(
        s3.get_object(Bucket="lake", Key=key)["Body"].read()).decode().replace("}{", "}\n{").splitlines()]
        for key in keys}  # fmt: skip


def story(web: Web) -> dict:
    """One whole run in an emulator of its own; everything that came out at the ends."""
    web.received.clear()
    with emulated(seed=7) as emulator:
        emulator.freeze(NOON)
        build()
        emulator.advance(60)  # a stream is active after a while
        connect(web)
        emulator.advance(60)
        s3 = boto3.client("s3")
        for number in range(3):
            s3.put_object(Bucket="source", Key=f"in/{number}", Body=b"x" * number)
            emulator.advance(30)
        s3.put_object(Bucket="source", Key="out/0", Body=b"not told of")
        emulator.advance(600)
        until(lambda: len(web.received) == 3)
        until(lambda: sum(map(len, lake().values())) == 3)
        answers: list[str] = []
        until(lambda: answers.extend(each["responsePayload"] for each in messages("answers")) or len(answers) == 3)
        return {"objects": messages("objects"), "ticks": told(messages("ticks")), "lake": lake(),
                "answers": sorted(answers), "web": told(web.received)}  # fmt: skip


def told(notifications: list[dict]) -> list[dict]:
    """Notifications in the order of their time, without the signature: its key and port are each emulator's own."""
    kept = ("Message", "MessageId", "Timestamp", "TopicArn")
    return sorted(({name: each[name] for name in kept} for each in notifications), key=lambda each: each["Timestamp"])


@pytest.mark.timeout(120)
def test_events_flow_to_their_ends_and_again_alike(web):
    first = story(web)
    assert [each["key"] for each in first["objects"]] == ["in/0", "in/1", "in/2"]
    assert sorted((each["key"], each["size"]) for rows in first["lake"].values() for each in rows) == [
        ("in/0", 0), ("in/1", 1), ("in/2", 2)]  # fmt: skip
    assert all(key.startswith("year=2027/to-lake-1-2027-01-15-12-") for key in first["lake"])
    assert first["answers"] == ["IN/0", "IN/1", "IN/2"]
    texts = [each["Message"] for each in first["ticks"]]
    assert texts == ["tick 2027-01-15T12:01:00Z", "tick 2027-01-15T12:06:00Z", "tick 2027-01-15T12:11:00Z"]
    assert [each["Message"] for each in first["web"]] == texts
    assert story(web) == first
