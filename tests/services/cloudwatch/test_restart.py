"""Metrics, alarms and their jobs outlive the emulator, by its tables alone."""

from datetime import UTC, datetime

import boto3

from emulator.testing import InProcess

NOON = 1_800_014_400.0


def test_metrics_and_alarms_outlive_the_emulator(tmp_path):
    at = datetime.fromtimestamp(NOON, UTC)
    stat = {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 60, "Stat": "p50"}
    queries = [{"Id": "q", "MetricStat": stat}]

    def run(work):
        running = InProcess(data_dir=tmp_path).start()
        try:
            with running.environment():
                return work(running, boto3.client("cloudwatch", region_name="us-east-1", endpoint_url=running.url))
        finally:
            running.stop()

    def first(running, cloudwatch):
        running.freeze(NOON)
        cloudwatch.put_metric_data(Namespace="n", MetricData=[
            {"MetricName": "m", "Values": [1.0, 5.0, 9.0], "Counts": [1, 1, 1], "Timestamp": at}])  # fmt: skip
        cloudwatch.put_metric_alarm(
            AlarmName="a", Namespace="n", MetricName="m", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=9,
            ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip
        cloudwatch.put_dashboard(DashboardName="d", DashboardBody='{"widgets": []}')

    def second(running, cloudwatch):
        running.advance(60)
        found = cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=at, EndTime=NOON + 600)
        alarm = cloudwatch.describe_alarms(AlarmNames=["a"])["MetricAlarms"][0]
        return found["MetricDataResults"][0]["Values"], alarm["StateValue"], cloudwatch.list_dashboards()

    run(first)
    values, state, dashboards = run(second)
    assert (values, state) == ([5.0], "ALARM")
    assert [each["DashboardName"] for each in dashboards["DashboardEntries"]] == ["d"]
