"""What must stand before most calls to CloudWatch: data, an alarm, a dashboard and others; and the hints."""

import json
from datetime import UTC, datetime, timedelta

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

HERE = "arn:aws:{}:us-east-1:111122223333:{}"
ROLE = "arn:aws:iam::111122223333:role/metrics"
TOPIC = HERE.format("sns", "t")
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
START, END = NOW - timedelta(minutes=30), NOW + timedelta(minutes=2)
SPACE, NAME = "conformance", "requests"
DIMENSIONS = [{"Name": "host", "Value": "a"}]
VALUES = (1.0, 2.0, 3.0, 4.0)
METRIC = {"Namespace": SPACE, "MetricName": NAME, "Dimensions": DIMENSIONS}
TOKEN = Leave("a token comes from an answer; sequences follow pages")
NOT_FOUND = "ResourceNotFoundException"
TAGS = [{"Key": "k", "Value": "v"}]
BODY = json.dumps({"widgets": [{"type": "text", "x": 0, "y": 0, "width": 3, "height": 3,
                                "properties": {"markdown": "# hello"}}]})  # fmt: skip
OTHER_BODY = json.dumps({"start": "-PT6H", "widgets": [{
    "type": "metric", "properties": {"metrics": [[SPACE, NAME, "host", "a"]], "region": "us-east-1"}}]})
RULE = json.dumps({
    "Schema": {"Name": "CloudWatchLogRule", "Version": 1}, "LogGroupNames": ["conformance-*"], "LogFormat": "JSON",
    "Contribution": {"Keys": ["$.ip"], "Filters": []}, "AggregateOn": "Count"})
SUM_RULE = json.dumps({
    "Schema": {"Name": "CloudWatchLogRule", "Version": 1}, "LogGroupNames": ["conformance-*"], "LogFormat": "CLF",
    "Fields": {"1": "ip", "2": "bytes"}, "Contribution": {"Keys": ["ip"], "ValueOf": "bytes"}, "AggregateOn": "Sum"})
STAT = {"Metric": METRIC, "Period": 60, "Stat": "Sum"}
QUERIES = [{"Id": "m1", "MetricStat": STAT, "ReturnData": False},
           {"Id": "e1", "Expression": "m1 * 2", "Label": "twice"}]
WIDGET = json.dumps({"metrics": [[SPACE, NAME, "host", "a"]], "width": 200, "height": 150})
CRON = {"Schedule": {"Expression": "cron(0 2 * * SUN)", "Duration": "PT4H", "Timezone": "Europe/Berlin"}}
ONCE = {"Schedule": {"Expression": "at(2031-05-10T14:00)", "Duration": "P1DT30M"}}
QUERY = {
    "QueryString": "fields @message", "LogGroupIdentifiers": ["conformance"], "ScheduledQueryRoleARN": ROLE,
    "ScheduleConfiguration": {"ScheduleExpression": "rate(5 minutes)", "StartTimeOffset": 360, "EndTimeOffset": 60},
    "AggregationExpression": "count(*)",
}

declared = Declared("cloudwatch", {
    "Namespace": SPACE, "MetricName": NAME, "Dimensions": Samples(DIMENSIONS), "NextToken": TOKEN,
    "PutMetricData.MetricData": Samples(
        [{"MetricName": NAME, "Value": 1.5, "Dimensions": DIMENSIONS, "Timestamp": NOW, "Unit": "Count"}],
        [{"MetricName": NAME, "Values": [1.0, 2.0], "Counts": [3.0, 1.0], "StorageResolution": 1, "Timestamp": NOW}],
        [{"MetricName": NAME, "StatisticValues": {"SampleCount": 2.0, "Sum": 5.0, "Minimum": 1.0, "Maximum": 4.0}}]),
    "PutMetricData.EntityMetricData": Samples([{
        "Entity": {"KeyAttributes": {"Type": "Service", "Name": "s", "Environment": "e"}},
        "MetricData": [{"MetricName": NAME, "Value": 1.0}]}]),
    "PutMetricData.Namespace": Unique("space"),
    "StartTime": Samples(START), "EndTime": Samples(END),
    "GetMetricStatistics.Period": Samples(60, 300, 10), "GetMetricStatistics.Unit": Samples("Count"),
    "GetMetricStatistics.Statistics": Samples(["Sum"], ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]),
    "ExtendedStatistics": Samples(["p50"], ["tm90", "PR(:3)"]),
    "MetricDataQueries": Samples(
        [{"Id": "q", "MetricStat": STAT}], QUERIES, [{"Id": "q", "MetricStat": {**STAT, "Stat": "p99"}, "Label": "l"}]),
    "MaxDatapoints": Samples(100, 1), "LabelOptions": Samples({"Timezone": "+0130"}),
    "OwningAccount": Leave("needs a linked account"),
    "RecentlyActive": "PT3H",
    "PutMetricAlarm.AlarmName": Unique("alarm"), "PutCompositeAlarm.AlarmName": Unique("composite"),
    "PutLogAlarm.AlarmName": Unique("log"),
    "AlarmName": Ref("alarm", "AlarmName"), "AlarmNames": Samples([Ref("alarm", "AlarmName")]),
    "DescribeAlarms.AlarmNames": Leave("checked with every alarm that is made"),
    "DescribeAlarmHistory.AlarmName": Ref("alarm", "AlarmName", must=False),
    "AlarmNamePrefix": Ref("alarm", "AlarmName", must=False), "ActionPrefix": "arn:aws:sns",
    "ChildrenOfAlarmName": Leave("goes with no other filter; probes use it"),
    "ParentsOfAlarmName": Leave("goes with no other filter; probes use it"),
    "AlarmContributorId": Leave("alarms here have no contributors"),
    "DescribeAlarmHistory.StartDate": Samples(NOW - timedelta(days=1)),
    "DescribeAlarmHistory.EndDate": Samples(NOW + timedelta(days=1)),
    "StateReasonData": Samples('{"a": 1}'),
    "AlarmRule": Samples(Ref("alarm", "AlarmName", 'ALARM("{}")'), Ref("alarm", "AlarmName", 'NOT OK("{}") OR TRUE')),
    "ActionsSuppressor": Leave("comes with its periods; probes use it"),
    "ActionsSuppressorWaitPeriod": Leave("comes with a suppressor"),
    "ActionsSuppressorExtensionPeriod": Leave("comes with a suppressor"),
    "AlarmActions": Samples([TOPIC], []), "OKActions": Samples([TOPIC]), "InsufficientDataActions": Samples([TOPIC]),
    "PutMetricAlarm.Period": Samples(60, 10, 3600), "PutMetricAlarm.Statistic": Samples("Sum", "Average"),
    "PutMetricAlarm.ExtendedStatistic": Samples("p90", "tm90"), "PutMetricAlarm.Unit": Samples("Count"),
    "EvaluationPeriods": Samples(3, 2), "DatapointsToAlarm": Samples(1, 2), "Threshold": Samples(10.0, 0.5),
    "PutMetricAlarm.ComparisonOperator": Samples(
        "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"),
    "PutLogAlarm.ComparisonOperator": Samples("GreaterThanThreshold", "LessThanThreshold"),
    "TreatMissingData": Samples("breaching", "notBreaching", "ignore", "missing"),
    "EvaluateLowSampleCountPercentile": Samples("ignore", "evaluate"),
    "PutMetricAlarm.Metrics": Leave("instead of a metric; probes use it"),
    "ThresholdMetricId": Leave("goes with a band; probes use it"), "EvaluationCriteria": Leave("PromQL is not read"),
    "EvaluationInterval": Leave("goes with PromQL"),
    "EvaluationWindow": Samples({"SlidingWindow": {}}, {"WallClockWindow": {"Timezone": "UTC"}}),
    "WarmUpConfiguration": Samples({"WarmUpPeriodDurationInMinutes": 5}, {
        "WarmUpPeriodDurationInMinutes": 9, "OnlyStartEvaluatingAfterWarmUpPeriodEnds": True}),
    "ActionConfiguration": Samples({"AlarmTagsPropagation": {"Enabled": True, "IncludedTagKeys": ["k"]}}),
    "ScheduledQueryConfiguration": Samples(QUERY), "QueryResultsToEvaluate": Samples(3),
    "QueryResultsToAlarm": Samples(2),
    "ActionLogLineCount": Leave("comes with a role"), "ActionLogLineRoleArn": ROLE,
    "Tags": Samples(TAGS, []), "TagResource.Tags": Samples([{"Key": "b", "Value": "2"}], [{"Key": "k", "Value": ""}]),
    "TagKeys": Samples(["k"], ["k", "unknown"]), "ResourceARN": Ref("alarm", "AlarmArn"),
    "ListTagsForResource.ResourceARN": Ref("alarm", "AlarmArn", must=False),
    "PutAlarmMuteRule.Name": Unique("mute"), "Rule": Samples(CRON, ONCE),
    "MuteTargets": Samples({"AlarmNames": [Ref("alarm", "AlarmName")]}),
    "PutAlarmMuteRule.StartDate": Samples(NOW), "ExpireDate": Samples(NOW + timedelta(days=400)),
    "GetAlarmMuteRule.AlarmMuteRuleName": Ref("mute", "Name"),
    "DeleteAlarmMuteRule.AlarmMuteRuleName": Ref("mute", "Name", must=False),
    "ListAlarmMuteRules.AlarmName": Ref("mute", "AlarmName"),
    "PutDashboard.DashboardName": Unique("dashboard"), "DashboardBody": Samples(BODY, OTHER_BODY),
    "DashboardName": Ref("dashboard", "DashboardName"), "DashboardNames": Samples([Ref("dashboard", "DashboardName")]),
    "DashboardNamePrefix": Ref("dashboard", "DashboardName", must=False),
    "PutAnomalyDetector.Namespace": Unique("space"), "Stat": Samples("Average", "p90"),
    "SingleMetricAnomalyDetector": Leave("instead of its members; probes use it"),
    "MetricMathAnomalyDetector": Leave("instead of a metric; probes use it"),
    "PutAnomalyDetector.Configuration": Samples(
        {"ExcludedTimeRanges": [{"StartTime": START, "EndTime": NOW}], "MetricTimezone": "Europe/Berlin"},
        {"AdaptationSpeed": "FAST", "OutlierFilteringStrength": "STRICT"}),
    "DeleteAnomalyDetector.AnomalyDetectorId": Ref("detector", "AnomalyDetectorId"),
    **{f"DeleteAnomalyDetector.{name}": Leave("instead of an id; probes use it") for name in (
        "Namespace", "MetricName", "Dimensions", "Stat")},
    "AnomalyDetectorIds": Samples([Ref("detector", "AnomalyDetectorId", must=False)]),
    "DescribeAnomalyDetectors.Namespace": Ref("detector", "Namespace", must=False),
    "DescribeAnomalyDetectors.AnomalyDetectorTypes": Samples(["SINGLE_METRIC"], ["SINGLE_METRIC", "METRIC_MATH"]),
    "PutInsightRule.RuleName": Unique("rule"), "RuleDefinition": Samples(RULE, SUM_RULE),
    "RuleState": Samples("ENABLED", "DISABLED"),
    "RuleNames": Samples([Ref("rule", "RuleName", must=False)], [Ref("rule", "RuleName", must=False), "unknown"]),
    "EnableInsightRules.RuleNames": Samples([Ref("resting", "RuleName", must=False)],
                                            ["unknown", Ref("resting", "RuleName", must=False)]),
    "DisableAlarmActions.AlarmNames": Samples([Ref("loud", "AlarmName", must=False)]),
    "EnableAlarmActions.AlarmNames": Samples([Ref("alarm", "AlarmName", must=False)]),
    "StartMetricStreams.Names": Samples([Ref("stopped", "Name")]),
    "GetInsightRuleReport.RuleName": Ref("rule", "RuleName"), "GetInsightRuleReport.Period": Samples(60, 300),
    "GetInsightRuleReport.Metrics": Samples(["UniqueContributors"], ["SampleCount", "Sum", "Average"]),
    "OrderBy": Samples("Sum", "Maximum"), "MaxContributorCount": Samples(5, 100),
    "ListManagedInsightRules.ResourceARN": HERE.format("ec2", "vpc-endpoint-service/vpce-svc-1"),
    "ManagedRules": Samples([{"TemplateName": "VpcEndpointService-BytesByEndpointId-v1",
                              "ResourceARN": HERE.format("ec2", "vpc-endpoint-service/vpce-svc-2")}]),
    "PutMetricStream.Name": Unique("stream"), "GetMetricStream.Name": Ref("stream", "Name"),
    "DeleteMetricStream.Name": Ref("stream", "Name", must=False), "Names": Samples([Ref("stream", "Name")]),
    "FirehoseArn": HERE.format("firehose", "deliverystream/f"), "RoleArn": ROLE,
    "PutMetricStream.IncludeFilters": Samples([{"Namespace": "AWS/EC2"}], [{"Namespace": "n", "MetricNames": ["m"]}]),
    "PutMetricStream.ExcludeFilters": Leave("excludes IncludeFilters; probes use it"),
    "StatisticsConfigurations": Samples([{"IncludeMetrics": [{"Namespace": "n", "MetricName": "m"}],
                                          "AdditionalStatistics": ["p99", "tm90"]}]),
    "IncludeFilters": Samples([{"Namespace": "AWS/EC2"}]), "ExcludeFilters": Samples([{"Namespace": "AWS/SQS"}]),
    "MetricWidget": Samples(WIDGET), "OutputFormat": Samples("json", "opentelemetry1.0", "opentelemetry0.7"),
    "GetMetricWidgetImage.OutputFormat": Samples("png"),
    "PutMetricDataQueryDefinition.Id": Ref("query", "Id"), "PutMetricDataQueryDefinition.Path": Unique("folder/query"),
    "GetMetricDataQueryDefinition.Id": Ref("query", "Id"),
    "DeleteMetricDataQueryDefinition.Id": Ref("query", "Id", must=False),
    "DatasetIdentifier": Samples("default"), "KmsKeyArn": Ref("key", "KmsKeyArn", must=False),
    "ResourceArn": Ref("detailed", "ResourceArn"),
    "CreateResourceMetricsConfiguration.ResourceArn": Ref("undetailed", "ResourceArn", must=False),
    "MetricSelections": Samples([{"IncludeMetrics": ["CPUUtilization"]}]),
})  # fmt: skip
declared.before.update(
    GetMetricData=("data",), GetMetricStatistics=("data",), ListMetrics=("data",), GetMetricWidgetImage=("data",),
    DescribeAlarms=("alarm",), DescribeAlarmHistory=("alarm",), DescribeAlarmsForMetric=("alarm",),
    ListAlarmMuteRules=("mute",), ListDashboards=("dashboard",), DescribeAnomalyDetectors=("detector",),
    DescribeInsightRules=("rule",), ListMetricStreams=("stream",), ListMetricDataQueryDefinitions=("query",),
    GetOTelEnrichment=("enrichment",), UpdateOTelEnrichment=("enrichment",), StopOTelEnrichment=("enrichment",),
    DisassociateDatasetKmsKey=("dataset",), StartOTelEnrichment=("plain",),
)  # fmt: skip


@declared.rule("PutMetricAlarm")
def one_metric(given):
    """An alarm on one metric, with one statistic."""
    given = {"Namespace": SPACE, "MetricName": NAME, "Period": 60, "EvaluationPeriods": 3, "Threshold": 10.0,
             "ComparisonOperator": "GreaterThanThreshold", **given}  # fmt: skip
    if "Statistic" in given or "ExtendedStatistic" not in given:
        given = {name: value for name, value in given.items() if name != "ExtendedStatistic"}
        given.setdefault("Statistic", "Sum")
    return given


@declared.rule("PutAnomalyDetector")
def one_detector(given):
    return {"Namespace": SPACE, "MetricName": NAME, "Stat": "Average", **given}


declared.hints.always["DeleteAnomalyDetector"] = ("AnomalyDetectorId",)


@declared.rule("PutMetricData")
def some_data(given):
    if "MetricData" not in given and "EntityMetricData" not in given:
        return {**given, "MetricData": [{"MetricName": NAME, "Value": 1.0}]}
    return given


@declared.rule("GetMetricStatistics")
def some_statistics(given):
    return given if "Statistics" in given or "ExtendedStatistics" in given else {**given, "Statistics": ["Sum"]}



@declared.fixture("data")
def data(world):
    space = world.unique("space")
    world.ask("PutMetricData", {"Namespace": SPACE, "MetricData": [
        {"MetricName": NAME, "Dimensions": DIMENSIONS, "Timestamp": NOW - timedelta(minutes=5), "Value": value,
         "Unit": "Count"} for value in VALUES]})
    return {"Space": space}


@declared.fixture(
    "alarm", lambda world, fields: world.ask("DeleteAlarms", {"AlarmNames": [fields["AlarmName"]]}),
    lambda world: {"AlarmName": f"absent{world.tag}",
                   "AlarmArn": f"arn:aws:cloudwatch:{world.region}:{world.account}:alarm:absent{world.tag}"},
    Error("ResourceNotFound", 404))  # fmt: skip
def alarm(world):
    name = world.unique("fixture")
    world.ask("PutMetricAlarm", {
        "AlarmName": name, **METRIC, "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 3, "Threshold": 7.5,
        "ComparisonOperator": "LessThanThreshold", "TreatMissingData": "ignore", "AlarmActions": [TOPIC],
        "ActionsEnabled": False, "Tags": TAGS, "AlarmDescription": world.tag})
    found = world.ask("DescribeAlarms", {"AlarmNames": [name]})["MetricAlarms"][0]
    return {"AlarmName": name, "AlarmArn": found["AlarmArn"], "Tags": {"k": "v"}}


@declared.fixture("loud", lambda world, fields: world.ask("DeleteAlarms", {"AlarmNames": [fields["AlarmName"]]}))
def loud(world):
    name = world.unique("fixture")
    world.ask("PutMetricAlarm", {
        "AlarmName": name, **METRIC, "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 3, "Threshold": 7.5,
        "ComparisonOperator": "LessThanThreshold"})
    return {"AlarmName": name}


@declared.fixture(
    "mute", lambda world, fields: world.ask("DeleteAlarmMuteRule", {"AlarmMuteRuleName": fields["Name"]}),
    lambda world: {"Name": f"absent{world.tag}", "AlarmName": f"absent{world.tag}"}, Error(NOT_FOUND, 404))
def mute(world):
    name = world.unique("fixture")
    muted = world.fixture("alarm")["AlarmName"]
    world.ask("PutAlarmMuteRule", {"Name": name, "Rule": CRON, "Description": world.tag, "Tags": TAGS,
                                   "MuteTargets": {"AlarmNames": [muted]}})
    return {"Name": name, "AlarmName": muted}


@declared.fixture(
    "dashboard", lambda world, fields: world.ask("DeleteDashboards", {"DashboardNames": [fields["DashboardName"]]}),
    lambda world: {"DashboardName": f"absent{world.tag}"},
    Error("ResourceNotFound", 404, "Dashboard {DashboardName} does not exist"))
def dashboard(world):
    name = world.unique("fixture")
    world.ask("PutDashboard", {"DashboardName": name, "DashboardBody": BODY})
    return {"DashboardName": name, "DashboardBody": BODY}


@declared.fixture(
    "detector",
    lambda world, fields: world.ask("DeleteAnomalyDetector", {"AnomalyDetectorId": fields["AnomalyDetectorId"]}),
    lambda world: {"AnomalyDetectorId": f"absent{world.tag}"}, Error(NOT_FOUND, 404))
def detector(world):
    space = world.unique("space")
    made = world.ask("PutAnomalyDetector", {"SingleMetricAnomalyDetector": {
        "Namespace": space, "MetricName": NAME, "Dimensions": DIMENSIONS, "Stat": "Average"}})
    return {"AnomalyDetectorId": made["AnomalyDetectorId"], "Namespace": space}


@declared.fixture(
    "rule", lambda world, fields: world.ask("DeleteInsightRules", {"RuleNames": [fields["RuleName"]]}),
    lambda world: {"RuleName": f"absent{world.tag}"}, Error(NOT_FOUND, 404))
def rule(world):
    name = world.unique("fixture")
    world.ask("PutInsightRule", {"RuleName": name, "RuleDefinition": RULE, "RuleState": "ENABLED"})
    return {"RuleName": name}


@declared.fixture("resting", lambda world, fields: world.ask("DeleteInsightRules", {"RuleNames": [fields["RuleName"]]}))
def resting(world):
    name = world.unique("fixture")
    world.ask("PutInsightRule", {"RuleName": name, "RuleDefinition": RULE, "RuleState": "DISABLED"})
    return {"RuleName": name}


@declared.fixture(
    "stream", lambda world, fields: world.ask("DeleteMetricStream", {"Name": fields["Name"]}),
    lambda world: {"Name": f"absent{world.tag}"}, Error(NOT_FOUND, 404))
def stream(world):
    name = world.unique("fixture")
    made = world.ask("PutMetricStream", {
        "Name": name, "FirehoseArn": HERE.format("firehose", "deliverystream/g"), "RoleArn": ROLE,
        "OutputFormat": "json", "ExcludeFilters": [{"Namespace": "AWS/SQS"}]})
    return {"Name": name, "Arn": made["Arn"]}


@declared.fixture("stopped", lambda world, fields: world.ask("DeleteMetricStream", {"Name": fields["Name"]}),
                  lambda world: {"Name": f"absent{world.tag}"}, Error("InvalidParameterValue", 400))
def stopped(world):
    name = world.unique("fixture")
    world.ask("PutMetricStream", {"Name": name, "FirehoseArn": HERE.format("firehose", "deliverystream/g"),
                                  "RoleArn": ROLE, "OutputFormat": "json"})
    world.ask("StopMetricStreams", {"Names": [name]})
    return {"Name": name}


declared.errors.update({(operation, "Names"): Error("InvalidParameterValue", 400) for operation in (
    "StartMetricStreams", "StopMetricStreams")})  # fmt: skip


@declared.fixture(
    "query", lambda world, fields: world.ask("DeleteMetricDataQueryDefinition", {"Id": fields["Id"]}),
    lambda world: {"Id": f"absent-{world.tag}"}, Error(NOT_FOUND, 404))
def query(world):
    path = world.unique("fixture")
    made = world.ask("PutMetricDataQueryDefinition", {"Path": path, "Expression": "m1 + 1", "Type": "METRIC_MATH"})
    return {"Id": made["Id"], "Path": path}


@declared.fixture("enrichment", lambda world, fields: world.ask("StopOTelEnrichment", {}))
def enrichment(world):
    world.ask("StartOTelEnrichment", {"IncludeFilters": [{"Namespace": "AWS/Lambda"}]})
    return {}


@declared.fixture("plain")
def plain(world):
    world.ask("StopOTelEnrichment", {})
    return {}


@declared.fixture("key")
def key(world):
    made = world.ask("CreateKey", {}, service="kms")
    return {"KmsKeyArn": made["KeyMetadata"]["Arn"]}


@declared.fixture("dataset")
def dataset(world):
    arn = world.fixture("key")["KmsKeyArn"]
    world.ask("AssociateDatasetKmsKey", {"DatasetIdentifier": "default", "KmsKeyArn": arn})
    return {"KmsKeyArn": arn}


def instance(world):
    return f"arn:aws:ec2:{world.region}:{world.account}:instance/{world.unique('i')}"


@declared.fixture(
    "detailed",
    lambda world, fields: world.ask("DeleteResourceMetricsConfiguration", {"ResourceArn": fields["ResourceArn"]}),
    lambda world: {"ResourceArn": instance(world)}, Error(NOT_FOUND, 404))
def detailed(world):
    arn = instance(world)
    world.ask("CreateResourceMetricsConfiguration", {"ResourceArn": arn, "MetricSelections": [
        {"IncludeMetrics": ["NetworkIn"]}]})
    return {"ResourceArn": arn}


@declared.fixture("undetailed", None, lambda world: {"ResourceArn": instance(world)})
def undetailed(world):
    return {"ResourceArn": instance(world)}


declared.errors.update({place: Error(NOT_FOUND, 404) for place in (
    ("DescribeAlarmContributors", "AlarmName"), ("TagResource", "ResourceARN"), ("UntagResource", "ResourceARN"))})
declared.errors["PutCompositeAlarm", "AlarmRule"] = Error("ValidationError", 400)
