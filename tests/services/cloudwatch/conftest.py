"""Alarms that send to queues of the test, on a clock that stands still until the test moves it."""

import json
from datetime import UTC, datetime

import boto3
import botocore.session
import pytest

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z, a Friday
TOPIC = "arn:aws:sns:us-east-1:000000000000:t"


@pytest.fixture
def cloudwatch(emulator, client):
    emulator.freeze(NOON)
    return client("cloudwatch")


@pytest.fixture
def put(cloudwatch):
    """``put("m", 1, 2, seconds=-60, Dimensions=…)``: values of a metric, at a time by the noon of the test."""

    def call(name, *values, seconds=0, namespace="n", **more):
        at = datetime.fromtimestamp(NOON + seconds, UTC)
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=[
            {"MetricName": name, "Value": value, "Timestamp": at, **more} for value in values])  # fmt: skip

    return call


@pytest.fixture
def alarm(cloudwatch):
    """``alarm("a", Threshold=1, …)``: an alarm on the sum of n/m in each minute, acting on the topic t."""

    def make(name="a", **more):
        given = {
            "Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1,
            "Threshold": 10, "ComparisonOperator": "GreaterThanThreshold", "AlarmActions": [TOPIC],
            "OKActions": [TOPIC],
        }  # fmt: skip
        given = {key: value for key, value in (given | more).items() if value is not None}
        cloudwatch.put_metric_alarm(AlarmName=name, **given)
        return name

    return make


@pytest.fixture
def state(cloudwatch):
    def call(name="a") -> str:
        types = ["MetricAlarm", "CompositeAlarm", "LogAlarm"]
        found = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=types)
        return next(each["StateValue"] for group in ("MetricAlarms", "CompositeAlarms", "LogAlarms")
                    for each in found.get(group, []))  # fmt: skip

    return call


@pytest.fixture
def messages(client):
    """What arrived at the topic t since the last look: the messages of alarms, parsed."""
    sqs, sns = client("sqs"), client("sns")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sns.create_topic(Name="t")
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:000000000000:q")

    def look() -> list[dict]:
        found = []
        while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for each in got:
                found.append(json.loads(json.loads(each["Body"])["Message"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
        return found

    return look


@pytest.fixture(params=["query", "json", "smithy-rpc-v2-cbor"])
def spoken(request, emulator):
    """A client of each of CloudWatch's three protocols."""
    emulator.freeze(NOON)
    session = botocore.session.Session()
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def only(service, kind, **more):
        model = load(service, kind, **more)
        if service != "cloudwatch" or kind != "service-2":
            return model
        return model | {"metadata": model["metadata"] | {"protocols": [request.param], "protocol": request.param}}

    loader.load_service_model = only
    return boto3.Session(botocore_session=session).client("cloudwatch", region_name="us-east-1",
                                                          endpoint_url=emulator.url)  # fmt: skip
