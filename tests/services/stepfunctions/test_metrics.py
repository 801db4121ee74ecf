"""What CloudWatch tells of executions."""

from datetime import UTC, datetime, timedelta

from tests.services.stepfunctions.conftest import NOON, one

AT = datetime.fromtimestamp(NOON, UTC)


def test_executions_are_counted_and_timed(machines, states, emulator, client):
    arn = machines.make(one({"Type": "Wait", "SecondsPath": "$"}))
    for seconds in ("2", "4", "600"):
        last = states.start_execution(stateMachineArn=arn, input=seconds)["executionArn"]
    emulator.advance(5)
    states.stop_execution(executionArn=last)
    states.redrive_execution(executionArn=last)
    emulator.advance(601)
    machines.over(last)
    emulator.advance(60)

    def sums(name: str) -> float:
        found = client("cloudwatch").get_metric_statistics(
            Namespace="AWS/States", MetricName=name, Dimensions=[{"Name": "StateMachineArn", "Value": arn}],
            StartTime=AT, EndTime=AT + timedelta(hours=1), Period=3600, Statistics=["Sum"])  # fmt: skip
        return sum(each["Sum"] for each in found["Datapoints"])

    names = ("Started", "Succeeded", "Aborted", "Redriven", "Failed")
    assert [sums(f"Executions{name}") for name in names] == [3, 3, 1, 1, 0]
    assert sums("RedrivenExecutionsSucceeded") == 1
    assert sums("ExecutionTime") == 2000 + 4000 + 5000 + 605_000
