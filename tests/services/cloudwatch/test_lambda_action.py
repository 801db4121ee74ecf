"""An alarm that calls a function."""

import io
import json
import zipfile


def test_an_alarm_calls_a_function_with_what_happened(emulator, client):
    functions, sqs, cloudwatch = client("lambda"), client("sqs"), client("cloudwatch")
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return event['alarmData']['state']['value']\n")
    arn = functions.create_function(
        FunctionName="f", Runtime="python3.11", Handler="index.handler", Code={"ZipFile": code.getvalue()},
        Role="arn:aws:iam::000000000000:role/function",
    )["FunctionArn"]  # fmt: skip
    url = sqs.create_queue(QueueName="done")["QueueUrl"]
    functions.put_function_event_invoke_config(FunctionName="f", DestinationConfig={
        "OnSuccess": {"Destination": "arn:aws:sqs:us-east-1:000000000000:done"}})  # fmt: skip
    cloudwatch.put_metric_alarm(
        AlarmName="a", Namespace="n", MetricName="m", Statistic="Sum", Period=3600, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanThreshold", AlarmActions=[arn], AlarmDescription="watch",
    )  # fmt: skip
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="the test")
    found = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"][0]
    told = json.loads(found["Body"])
    assert told["responsePayload"] == "ALARM"
    event = told["requestPayload"]
    assert event["source"] == "aws.cloudwatch"
    assert event["alarmArn"] == "arn:aws:cloudwatch:us-east-1:000000000000:alarm:a"
    data = event["alarmData"]
    assert data["previousState"]["value"] == "INSUFFICIENT_DATA" and data["configuration"]["description"] == "watch"
    items = cloudwatch.describe_alarm_history(AlarmName="a", HistoryItemType="Action")["AlarmHistoryItems"]
    assert [each["HistorySummary"] for each in items] == [f"Successfully executed action {arn}"]
