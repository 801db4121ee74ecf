"""What CloudWatch is told of invocations, errors and throttles; an alarm can hang on it."""

from datetime import UTC, datetime, timedelta

from botocore.exceptions import ClientError


def test_invocations_are_counted(functions, client, emulator):
    functions.make("def handler(event, context):\n    return 1 / event\n")
    functions.call(1)
    functions.call(0)
    functions.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    try:
        functions.call(1)
    except ClientError as refused:
        assert refused.response["Error"]["Code"] == "TooManyRequestsException"
    cloudwatch, now = client("cloudwatch"), datetime.now(UTC)

    def total(name: str, statistic: str = "Sum", **dimensions: str) -> float:
        found = cloudwatch.get_metric_statistics(
            Namespace="AWS/Lambda", MetricName=name, Period=7200, Statistics=[statistic],
            StartTime=now - timedelta(hours=1), EndTime=now + timedelta(hours=1),
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        )["Datapoints"]  # fmt: skip
        return sum(each[statistic] for each in found)

    assert total("Invocations", FunctionName="f") == 2 == total("Invocations")
    assert total("Errors", FunctionName="f") == 1 and total("Throttles", FunctionName="f") == 1
    assert total("Duration", "SampleCount", FunctionName="f", Resource="f") == 2
    assert total("ConcurrentExecutions", "Maximum", FunctionName="f") == 1
