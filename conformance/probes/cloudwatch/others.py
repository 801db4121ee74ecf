"""Dashboards, rules, detectors, streams."""

import json

from conformance.probes import probe
from conformance.probes.cloudwatch.places import API, GUIDE, minute


@probe("cloudwatch", "PutDashboard", "The faults of a dashboard's body are told with their places",
       API + "API_PutDashboard.html")
def dashboard_faults(trial):
    body = json.dumps({"widgets": [{"type": "text", "properties": {"markdown": "m"}}, {"type": "text", "x": -1}]})
    answer = trial.refused("PutDashboard", "InvalidParameterInput", 400, DashboardName=trial.unique("d"),
                           DashboardBody=body)
    told = json.loads(answer.raw.body)["dashboardValidationMessages"]
    assert told and all(each["DataPath"].startswith("/widgets/1") for each in told), told


@probe("cloudwatch", "DeleteDashboards", "Dashboards are deleted all or none", API + "API_DeleteDashboards.html")
def dashboards_together(trial):
    name = trial.unique("d")
    trial.ask("PutDashboard", DashboardName=name, DashboardBody='{"widgets": []}')
    trial.refused("DeleteDashboards", "ResourceNotFound", 404, DashboardNames=[name, trial.unique("absent")])
    assert trial.ask("GetDashboard", DashboardName=name)["DashboardName"] == name
    trial.ask("DeleteDashboards", DashboardNames=[name])


@probe("cloudwatch", "PutAnomalyDetector", "The same metric and statistic have one detector",
       API + "API_PutAnomalyDetector.html")
def one_detector(trial):
    single = {"Namespace": trial.unique("space"), "MetricName": "m", "Stat": "Average"}
    first = trial.ask("PutAnomalyDetector", SingleMetricAnomalyDetector=single)["AnomalyDetectorId"]
    again = trial.ask("PutAnomalyDetector", **single)["AnomalyDetectorId"]
    other = trial.ask("PutAnomalyDetector", **single | {"Stat": "Sum"})["AnomalyDetectorId"]
    assert first == again != other, (first, again, other)
    for each in (first, other):
        trial.ask("DeleteAnomalyDetector", AnomalyDetectorId=each)


@probe("cloudwatch", "PutMetricStream", "A stream includes or excludes metrics, not both",
       API + "API_PutMetricStream.html")
def stream_filters(trial):
    trial.refused("PutMetricStream", "InvalidParameterCombination", 400, Name=trial.unique("s"), OutputFormat="json",
                  FirehoseArn="arn:aws:firehose:us-east-1:111122223333:deliverystream/f",
                  RoleArn="arn:aws:iam::111122223333:role/r", IncludeFilters=[{"Namespace": "a"}],
                  ExcludeFilters=[{"Namespace": "b"}])


@probe("cloudwatch", "GetInsightRuleReport", "A rule reports who contributes most to what logs tell",
       GUIDE + "ContributorInsights.html")
def contributors(trial):
    group, rule = trial.unique("group"), trial.unique("rule")
    trial.ask("CreateLogGroup", "logs", logGroupName=group)
    trial.later(lambda: trial.ask("DeleteLogGroup", "logs", logGroupName=group))
    trial.ask("CreateLogStream", "logs", logGroupName=group, logStreamName="s")
    definition = {"Schema": {"Name": "CloudWatchLogRule", "Version": 1}, "LogGroupNames": [group], "LogFormat": "JSON",
                  "Contribution": {"Keys": ["$.ip"], "Filters": [{"Match": "$.status", "EqualTo": 200}]},
                  "AggregateOn": "Count"}
    trial.ask("PutInsightRule", RuleName=rule, RuleDefinition=json.dumps(definition), RuleState="ENABLED")
    trial.later(lambda: trial.ask("DeleteInsightRules", RuleNames=[rule]))
    at = int(minute(1).timestamp() * 1000)
    trial.ask("PutLogEvents", "logs", logGroupName=group, logStreamName="s", logEvents=[
        {"timestamp": at, "message": json.dumps({"ip": ip, "status": status})}
        for ip, status in (("a", 200), ("b", 200), ("a", 200), ("c", 500))])
    found = trial.ask("GetInsightRuleReport", RuleName=rule, StartTime=minute(10), EndTime=minute(-1), Period=60)
    assert [(each["Keys"], each["ApproximateAggregateValue"]) for each in found["Contributors"]] == [
        (["a"], 2.0), (["b"], 1.0)], found


@probe("cloudwatch", "GetMetricWidgetImage", "The picture of a graph has the size that is asked for",
       API + "API_GetMetricWidgetImage.html")
def pictures(trial):
    widget = {"metrics": [["probe", "m"]], "width": 320, "height": 200}
    picture = trial.ask("GetMetricWidgetImage", MetricWidget=json.dumps(widget))["MetricWidgetImage"]
    assert picture[:8] == b"\x89PNG\r\n\x1a\n", picture[:8]
    assert [int.from_bytes(picture[at : at + 4], "big") for at in (16, 20)] == [320, 200]
