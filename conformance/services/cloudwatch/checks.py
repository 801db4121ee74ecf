"""What proves that calls about metrics, dashboards, detectors and rules did their work."""

import json
from datetime import timedelta

from conformance.services.cloudwatch.fixtures import (
    BODY,
    DIMENSIONS,
    METRIC,
    NAME,
    NOW,
    RULE,
    VALUES,
    declared,
)

AT = NOW - timedelta(minutes=5)
WHOLE = {"Sum": sum(VALUES), "SampleCount": 4.0, "Average": 2.5, "Minimum": 1.0, "Maximum": 4.0}
EXTENDED = {"p50": 2.0, "tm90": (1 + 2 + 3 + 0.6 * 4) / 3.6, "PR(:3)": 75.0, "p99": 4.0, "Sum": 10.0}
RESULTS = {"m1": 10.0, "e1": 20.0}


@declared.check("PutMetricData")
def data_stand(proof, world, given, answer):
    entries = [*given.get("MetricData", ())] + [
        each for entity in given.get("EntityMetricData", ()) for each in entity.get("MetricData", ())]
    rows = proof.read("ListMetrics", {"Namespace": given["Namespace"]}).get("Metrics", [])
    wanted = sorted({(each["MetricName"], json.dumps(each.get("Dimensions", []))) for each in entries})
    proof.equal("ListMetrics", wanted, sorted((each["MetricName"], json.dumps(each["Dimensions"])) for each in rows))
    for name, dimensions in wanted:
        same = [each for each in entries if (each["MetricName"], json.dumps(each.get("Dimensions", []))) == (
            name, dimensions)]
        found = proof.read("GetMetricStatistics", {
            "Namespace": given["Namespace"], "MetricName": name, "Dimensions": json.loads(dimensions), "Period": 86400,
            "StartTime": NOW - timedelta(days=1), "EndTime": NOW + timedelta(hours=1), "Statistics": [
                "Sum", "SampleCount"]}).get("Datapoints", [])
        proof.equal(f"sum of {name}", [sum(map(total, same)), sum(map(count, same))],
                    [sum(each["Sum"] for each in found), sum(each["SampleCount"] for each in found)])


def total(entry):
    if "Value" in entry:
        return entry["Value"]
    if "StatisticValues" in entry:
        return entry["StatisticValues"]["Sum"]
    return sum(value * times for value, times in zip(entry["Values"], entry.get("Counts", [1.0] * 999)))


def count(entry):
    if "StatisticValues" in entry:
        return entry["StatisticValues"]["SampleCount"]
    return sum(entry.get("Counts", [1.0] * len(entry.get("Values", [1])))) if "Values" in entry else 1.0


@declared.check("GetMetricStatistics")
def statistics_told(proof, world, given, answer):
    proof.equal("Label", NAME, answer["Label"])
    if "Dimensions" not in given:
        proof.equal("Datapoints", [], answer["Datapoints"])
        return
    wanted = {name: WHOLE[name] for name in given.get("Statistics", ())} | {"Unit": "Count"}
    if "ExtendedStatistics" in given:
        wanted["ExtendedStatistics"] = {name: EXTENDED[name] for name in given["ExtendedStatistics"]}
    proof.equal("Datapoints", 1, len(answer["Datapoints"]))
    proof.holds("Datapoints[0]", wanted, answer["Datapoints"][0])
    at = answer["Datapoints"][0]["Timestamp"]
    proof.true("Datapoints[0].Timestamp", at <= AT < at + timedelta(seconds=given["Period"]), AT, at)


@declared.check("GetMetricData")
def data_told(proof, world, given, answer):
    asked = [query for query in given["MetricDataQueries"] if query.get("ReturnData") is not False]
    wanted = [(query["Id"], query.get("Label", NAME), [value(query)], [AT], "Complete") for query in asked]
    proof.equal("MetricDataResults", wanted, [
        (each["Id"], each["Label"], each["Values"], each["Timestamps"], each["StatusCode"])
        for each in answer["MetricDataResults"]])
    proof.equal("Messages", [], answer.get("Messages"))


def value(query):
    return EXTENDED[query["MetricStat"]["Stat"]] if "MetricStat" in query else RESULTS[query["Id"]]


@declared.check("ListMetrics")
def metrics_listed(proof, world, given, answer):
    proof.true("Metrics", METRIC in answer["Metrics"], METRIC, answer["Metrics"])
    if given.get("IncludeLinkedAccounts"):
        proof.equal("OwningAccounts", [world.account] * len(answer["Metrics"]), answer.get("OwningAccounts"))


@declared.check("GetMetricWidgetImage")
def picture_drawn(proof, world, given, answer):
    picture = answer["MetricWidgetImage"]
    size = [int.from_bytes(picture[at : at + 4], "big") for at in (16, 20)]
    proof.equal("a PNG picture of 200 by 150", [b"\x89PNG", [200, 150]], [picture[:4], size])


@declared.check("PutDashboard")
def dashboard_stands(proof, world, given, answer):
    proof.equal("DashboardValidationMessages", [], answer["DashboardValidationMessages"])
    found = proof.read("GetDashboard", {"DashboardName": given["DashboardName"]})
    proof.equal("DashboardBody", given["DashboardBody"], found.get("DashboardBody"))
    tags = proof.read("ListTagsForResource", {"ResourceARN": found.get("DashboardArn")}).get("Tags")
    proof.equal("Tags", given.get("Tags", []), tags)


declared.undo["PutDashboard"] = lambda world, given, answer: world.ask(
    "DeleteDashboards", {"DashboardNames": [given["DashboardName"]]})


@declared.check("GetDashboard")
def dashboard_told(proof, world, given, answer):
    name = world.fixture("dashboard")["DashboardName"]
    proof.holds("answer", {"DashboardName": name, "DashboardBody": BODY,
                           "DashboardArn": f"arn:aws:cloudwatch::{world.account}:dashboard/{name}"}, answer)


@declared.check("ListDashboards")
def dashboards_listed(proof, world, given, answer):
    name = world.fixture("dashboard")["DashboardName"]
    rows = {each["DashboardName"]: each for each in answer["DashboardEntries"]}
    proof.holds("DashboardEntries", {"DashboardArn": f"arn:aws:cloudwatch::{world.account}:dashboard/{name}"},
                rows.get(name))
    proof.true("Size", rows[name]["Size"] > 0, "more than nothing", rows[name])
    proof.present("DashboardEntries.LastModified")


@declared.check("DeleteDashboards")
def dashboard_gone(proof, world, given, answer):
    proof.refused("GetDashboard", {"DashboardName": given["DashboardNames"][0]}, "ResourceNotFound")


def detector_of(proof, id):
    found = proof.read("DescribeAnomalyDetectors", {"AnomalyDetectorIds": [id]}).get("AnomalyDetectors", [])
    return found[0] if found else {}


@declared.check("PutAnomalyDetector")
def detector_stands(proof, world, given, answer):
    found = detector_of(proof, answer["AnomalyDetectorId"])
    proof.holds("DescribeAnomalyDetectors", given, found)
    single = {name: given[name] for name in ("Namespace", "MetricName", "Dimensions", "Stat") if name in given}
    proof.holds("SingleMetricAnomalyDetector", single, found.get("SingleMetricAnomalyDetector", {}))


declared.undo["PutAnomalyDetector"] = lambda world, given, answer: world.ask("DeleteAnomalyDetector", answer)


@declared.check("DeleteAnomalyDetector")
def detector_gone(proof, world, given, answer):
    proof.equal("DescribeAnomalyDetectors", {}, detector_of(proof, given["AnomalyDetectorId"]))


@declared.check("DescribeAnomalyDetectors")
def detectors_told(proof, world, given, answer):
    made = world.fixture("detector")
    rows = {each["AnomalyDetectorId"]: each for each in answer["AnomalyDetectors"]}
    if given.get("AnomalyDetectorTypes") == ["METRIC_MATH"]:
        proof.equal("AnomalyDetectors", [], sorted(rows))
        return
    single = {"Namespace": made["Namespace"], "MetricName": NAME, "Dimensions": DIMENSIONS, "Stat": "Average"}
    proof.holds("AnomalyDetectors", {**single, "SingleMetricAnomalyDetector": single, "StateValue": "PENDING_TRAINING"},
                rows.get(made["AnomalyDetectorId"]))


def rule_of(proof, name):
    found = proof.read("DescribeInsightRules", {}).get("InsightRules", [])
    return next((each for each in found if each["Name"] == name), {})


@declared.check("PutInsightRule")
def rule_stands(proof, world, given, answer):
    proof.holds("DescribeInsightRules", {
        "Definition": given["RuleDefinition"], "State": given.get("RuleState", "ENABLED"), "ManagedRule": False,
        "Schema": "CloudWatchLogRule/1", "ApplyOnTransformedLogs": given.get("ApplyOnTransformedLogs", False),
    }, rule_of(proof, given["RuleName"]))
    arn = f"arn:aws:cloudwatch:{world.region}:{world.account}:insight-rule/{given['RuleName']}"
    proof.equal("Tags", given.get("Tags", []), proof.read("ListTagsForResource", {"ResourceARN": arn}).get("Tags"))


declared.undo["PutInsightRule"] = lambda world, given, answer: world.ask(
    "DeleteInsightRules", {"RuleNames": [given["RuleName"]]})


@declared.check("DescribeInsightRules")
def rules_told(proof, world, given, answer):
    rows = {each["Name"]: each for each in answer["InsightRules"]}
    proof.holds("InsightRules", {"State": "ENABLED", "Schema": "CloudWatchLogRule/1", "Definition": RULE,
                                 "ManagedRule": False, "ApplyOnTransformedLogs": False},
                rows.get(world.fixture("rule")["RuleName"]))


def rules_are(operation, wanted):
    @declared.check(operation)
    def check(proof, world, given, answer):
        name = next(each for each in given["RuleNames"] if each != "unknown")
        proof.equal("Failures", [["unknown", "ResourceNotFoundException"]] * (len(given["RuleNames"]) - 1),
                    [[each.get("FailureResource"), each.get("ExceptionType")] for each in answer["Failures"]])
        proof.present("Failures.FailureCode", "Failures.FailureDescription")
        proof.equal("State", wanted, rule_of(proof, name).get("State"))
        proof.true("the other rules", wanted is None or rule_of(proof, name), "told", name)


rules_are("EnableInsightRules", "ENABLED")
rules_are("DisableInsightRules", "DISABLED")
rules_are("DeleteInsightRules", None)


@declared.check("GetInsightRuleReport")
def report_told(proof, world, given, answer):
    proof.holds("answer", {"KeyLabels": ["ip"], "AggregationStatistic": "SampleCount", "AggregateValue": 0.0,
                           "ApproximateUniqueCount": 0, "Contributors": []}, answer)
    names = given.get("Metrics", [])
    proof.equal("MetricDatapoints", bool(names), bool(answer.get("MetricDatapoints")))
    for each in answer.get("MetricDatapoints", []):
        proof.equal("MetricDatapoints", dict.fromkeys(names, 0.0),
                    {name: value for name, value in each.items() if name != "Timestamp"})


@declared.check("ListManagedInsightRules")
def templates_listed(proof, world, given, answer):
    names = [each["TemplateName"] for each in answer["ManagedRules"]]
    wanted = sorted(f"VpcEndpointService-{kind}ByEndpointId-v1" for kind in (
        "Bytes", "ActiveConnections", "NewConnections", "RstPackets"))
    proof.equal("ManagedRules", wanted[: given.get("MaxResults", 9)], names)
    proof.equal("NextToken", given.get("MaxResults", 9) < len(wanted), "NextToken" in answer)
    proof.equal("ResourceARN", {given["ResourceARN"]}, {each["ResourceARN"] for each in answer["ManagedRules"]})


@declared.check("PutManagedInsightRules")
def managed_stand(proof, world, given, answer):
    proof.equal("Failures", [], answer["Failures"])
    for each in given["ManagedRules"]:
        rows = proof.read("ListManagedInsightRules", {"ResourceARN": each["ResourceARN"]}).get("ManagedRules", [])
        state = next((row.get("RuleState") for row in rows if row["TemplateName"] == each["TemplateName"]), None) or {}
        proof.equal("State", "ENABLED", state.get("State"))
        proof.equal("ManagedRule", True, rule_of(proof, state.get("RuleName")).get("ManagedRule"))
