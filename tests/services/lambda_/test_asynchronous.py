"""Events: they run after the answer, are retried on the clock, and end in destinations and dead-letter queues."""

import json
import time

import pytest

QUEUE = "arn:aws:sqs:us-east-1:000000000000:"
BAD = "def handler(event, context):\n    raise ValueError('never')\n"
GOOD = "def handler(event, context):\n    return {'got': event}\n"


def send(functions, event) -> str:
    answer = functions.client.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps(event))
    assert answer["StatusCode"] == 202
    return answer["ResponseMetadata"]["RequestId"]


@pytest.fixture
def queue(client):
    sqs = client("sqs")

    def make(name: str):
        url = sqs.create_queue(QueueName=name)["QueueUrl"]

        def receive(seconds: float = 5.0) -> dict | None:
            """The next message, waited for by the machine's clock, which the emulator's may not follow."""
            for _ in range(int(seconds * 20)):
                found = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages")
                if found:
                    return found[0]
                time.sleep(0.05)
            return None

        return receive

    return make


def test_success_goes_to_its_destination(functions, queue):
    receive = queue("done")
    arn = functions.make(GOOD)
    config = functions.client.put_function_event_invoke_config(
        FunctionName="f", DestinationConfig={"OnSuccess": {"Destination": QUEUE + "done"}}
    )
    assert config["FunctionArn"] == arn + ":$LATEST" and config["DestinationConfig"]["OnFailure"] == {}
    request_id = send(functions, [1])
    record = json.loads(receive()["Body"])
    assert record["requestContext"] == {
        "requestId": request_id, "functionArn": arn + ":$LATEST", "condition": "Success", "approximateInvokeCount": 1,
    }  # fmt: skip
    assert record["requestPayload"] == [1] and record["responsePayload"] == {"got": [1]}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}


def test_failures_are_retried_twice_then_buried(functions, queue, emulator):
    receive, failed = queue("dead"), queue("failed")
    functions.make(BAD, DeadLetterConfig={"TargetArn": QUEUE + "dead"})
    functions.client.put_function_event_invoke_config(
        FunctionName="f", DestinationConfig={"OnFailure": {"Destination": QUEUE + "failed"}}
    )
    request_id = send(functions, {"n": 1})
    for seconds in (60, 120):
        assert receive(0.5) is None
        emulator.advance(seconds)
    buried = receive()
    assert json.loads(buried["Body"]) == {"n": 1}
    attributes = {name: each["StringValue"] for name, each in buried["MessageAttributes"].items()}
    assert attributes == {"RequestID": request_id, "ErrorCode": "200", "ErrorMessage": "never"}
    record = json.loads(failed()["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responseContext"]["functionError"] == "Unhandled"


def test_a_function_may_go_while_its_event_runs(functions, queue, caplog):
    receive = queue("started")
    functions.make(
        "import boto3, time\ndef handler(event, context):\n    boto3.client('sqs').send_message("
        "QueueUrl=boto3.client('sqs').get_queue_url(QueueName='started')['QueueUrl'], MessageBody='x')\n"
        "    time.sleep(0.3)\n", Timeout=20
    )
    send(functions, 1)
    assert receive()["Body"] == "x"
    functions.client.delete_function(FunctionName="f")
    time.sleep(0.6)
    assert "failed while it waited" not in caplog.text


def test_no_retries_when_so_configured(functions, queue):
    receive = queue("dead")
    functions.make(BAD, DeadLetterConfig={"TargetArn": QUEUE + "dead"})
    functions.client.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=0)
    send(functions, 1)
    assert receive()["Body"] == "1"


def test_a_throttled_event_waits(functions, queue, emulator):
    receive = queue("done")
    functions.make(GOOD)
    functions.client.put_function_event_invoke_config(
        FunctionName="f", DestinationConfig={"OnSuccess": {"Destination": QUEUE + "done"}}
    )
    functions.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    send(functions, 1)
    assert receive(0.5) is None
    functions.client.delete_function_concurrency(FunctionName="f")
    emulator.advance(10)
    assert json.loads(receive()["Body"])["responsePayload"] == {"got": 1}


def test_invoke_configs(functions):
    lambda_ = functions.client
    functions.make(GOOD)
    lambda_.put_function_event_invoke_config(FunctionName="f", MaximumEventAgeInSeconds=60)
    lambda_.update_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=1)
    found = lambda_.get_function_event_invoke_config(FunctionName="f", Qualifier="$LATEST")
    assert found["MaximumEventAgeInSeconds"] == 60 and found["MaximumRetryAttempts"] == 1
    assert len(lambda_.list_function_event_invoke_configs(FunctionName="f")["FunctionEventInvokeConfigs"]) == 1
    lambda_.delete_function_event_invoke_config(FunctionName="f")
    with pytest.raises(lambda_.exceptions.ResourceNotFoundException) as missing:
        lambda_.get_function_event_invoke_config(FunctionName="f")
    assert "function:f:$LATEST doesn't have an EventInvokeConfig" in str(missing.value)


def test_another_service_invokes(functions, client, queue):
    receive = queue("done")
    arn = functions.make(GOOD)
    functions.client.put_function_event_invoke_config(
        FunctionName="f", DestinationConfig={"OnSuccess": {"Destination": QUEUE + "done"}}
    )
    sns = client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="hello")
    record = json.loads(receive()["Body"])
    assert record["requestPayload"]["Records"][0]["Sns"]["Message"] == "hello"
