"""What queues tell CloudWatch of themselves, and an alarm upon it."""

from datetime import UTC, datetime, timedelta

NOON = 1_800_014_400.0
AT = datetime.fromtimestamp(NOON, UTC)


def sums(cloudwatch, *names):
    dimensions = [{"Name": "QueueName", "Value": "q"}]
    queries = [
        {"Id": f"q{number}", "MetricStat": {"Period": 60, "Stat": "Sum", "Metric": {
            "Namespace": "AWS/SQS", "MetricName": name, "Dimensions": dimensions}}}
        for number, name in enumerate(names)
    ]  # fmt: skip
    answer = cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=AT, EndTime=AT + timedelta(minutes=10))
    return [each["Values"] for each in answer["MetricDataResults"]]


def test_queues_count_what_is_done_with_them(emulator, client):
    emulator.freeze(NOON)
    sqs, cloudwatch = client("sqs"), client("cloudwatch")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    for body in ("one", "three"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
    sqs.receive_message(QueueUrl=url)
    names = ("NumberOfMessagesSent", "SentMessageSize", "NumberOfMessagesReceived", "NumberOfMessagesDeleted",
             "NumberOfEmptyReceives")  # fmt: skip
    assert sums(cloudwatch, *names) == [[2.0], [8.0], [2.0], [1.0], [1.0]]
    emulator.advance(60)
    sqs.send_message(QueueUrl=url, MessageBody="later")
    assert sums(cloudwatch, names[0]) == [[1.0, 2.0]]


def test_an_alarm_on_a_queue_s_own_metric(emulator, client):
    emulator.freeze(NOON)
    sqs, cloudwatch = client("sqs"), client("cloudwatch")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    cloudwatch.put_metric_alarm(
        AlarmName="a", Namespace="AWS/SQS", MetricName="NumberOfMessagesSent", Statistic="Sum", Period=60, Threshold=0,
        Dimensions=[{"Name": "QueueName", "Value": "q"}], EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    sqs.send_message(QueueUrl=url, MessageBody="one")
    emulator.advance(60)
    assert cloudwatch.describe_alarms(AlarmNames=["a"])["MetricAlarms"][0]["StateValue"] == "ALARM"
