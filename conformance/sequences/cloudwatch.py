"""CloudWatch's alarms, dashboards and streams."""

from conformance.sequences.kind import Kind, follow

ALARMS = tuple({"Namespace": "n", "MetricName": "m", "Statistic": statistic, "Period": period, "EvaluationPeriods": 2,
                "Threshold": threshold, "ComparisonOperator": "LessThanThreshold"}
               for statistic, period, threshold in (("Sum", 3600, 1.0), ("Average", 300, 2.5), ("Maximum", 60, 0.0)))
BODIES = tuple(f'{{"widgets": [{{"type": "text", "properties": {{"markdown": "{text}"}}}}]}}' for text in "abc")


def alarm(trial, name):
    """AWS refuses none that is not there but here."""
    trial.ask("DescribeAlarmContributors", AlarmName=name)
    found = trial.ask("DescribeAlarms", AlarmNames=[name])["MetricAlarms"][0]
    return {key: found.get(key) for key in ALARMS[0]}


def arn(trial, name):
    return trial.ask("DescribeAlarms", AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"]


def tags(trial, name):
    found = trial.ask("ListTagsForResource", ResourceARN=arn(trial, name))["Tags"]
    return {each["Key"]: each["Value"] for each in found}


def alarms(trial, prefix, size):
    return follow(trial, "DescribeAlarms", {"AlarmNamePrefix": prefix, "MaxRecords": size}, "MetricAlarms",
                  ("NextToken", "NextToken"), "AlarmName")


def put(trial, name, value):
    trial.ask("PutMetricAlarm", AlarmName=name, **value)


def write(trial, name, value):
    trial.ask("PutDashboard", DashboardName=name, DashboardBody=value)


KINDS = [
    Kind("cloudwatch", "alarm", ALARMS, create=put, read=alarm, update=put, missing="ResourceNotFoundException",
         delete=lambda trial, name: trial.ask("DeleteAlarms", AlarmNames=[name]),
         listed=lambda trial, prefix: alarms(trial, prefix, 100), pages=alarms,
         tag=lambda trial, name, given: trial.ask("TagResource", ResourceARN=arn(trial, name), Tags=[
             {"Key": key, "Value": value} for key, value in given.items()]),
         untag=lambda trial, name, keys: trial.ask("UntagResource", ResourceARN=arn(trial, name), TagKeys=keys),
         tags=tags, winners=0, sequences=6),
    Kind("cloudwatch", "dashboard", BODIES, create=write, update=write, missing="ResourceNotFound",
         read=lambda trial, name: trial.ask("GetDashboard", DashboardName=name)["DashboardBody"],
         delete=lambda trial, name: trial.ask("DeleteDashboards", DashboardNames=[name]),
         listed=lambda trial, prefix: [each["DashboardName"] for each in trial.ask(
             "ListDashboards", DashboardNamePrefix=prefix)["DashboardEntries"]], winners=0),
]  # fmt: skip
