"""What proves that calls about alarms and mute rules did their work."""

from conformance.services.cloudwatch.fixtures import CRON, METRIC, TOPIC, declared
from conformance.services.readback import tagged

LISTS = ("MetricAlarms", "CompositeAlarms", "LogAlarms")
TYPES = ["MetricAlarm", "CompositeAlarm", "LogAlarm"]
MADE = {
    **METRIC, "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 3, "Threshold": 7.5, "OKActions": [],
    "ComparisonOperator": "LessThanThreshold", "TreatMissingData": "ignore", "AlarmActions": [TOPIC],
    "InsufficientDataActions": [], "ActionsEnabled": False, "StateValue": "INSUFFICIENT_DATA",
    "StateReason": "Unchecked: Initial alarm creation",
}  # fmt: skip


def found(proof, name):
    """The alarm as it is told, and the list that it stands in."""
    answer = proof.read("DescribeAlarms", {"AlarmNames": [name], "AlarmTypes": TYPES})
    return next(((each, group) for group in LISTS for each in answer.get(group, [])), ({}, ""))


@declared.check("PutMetricAlarm", "PutCompositeAlarm", "PutLogAlarm")
def alarm_stands(proof, world, given, answer):
    alarm, group = found(proof, given["AlarmName"])
    kind = {"EvaluationPeriods": "MetricAlarms", "AlarmRule": "CompositeAlarms"}
    wanted = next((kind[name] for name in kind if name in given), "LogAlarms")
    proof.equal("the list that it stands in", wanted, group)
    told = {name: value for name, value in given.items() if name != "Tags"}
    usual = {"ActionsEnabled": True, "OKActions": [], "AlarmActions": [], "InsufficientDataActions": []}
    proof.holds("DescribeAlarms", usual | told, alarm)
    proof.equal("members that were not sent", [], sorted(
        name for name in ("Unit", "AlarmDescription", "DatapointsToAlarm", "TreatMissingData") if name in alarm
        and name not in given))
    proof.true("StateValue", alarm.get("StateValue") in ("INSUFFICIENT_DATA", "OK", "ALARM"), "a state", alarm)
    proof.true("AlarmArn", str(alarm.get("AlarmArn")).endswith(f":alarm:{given['AlarmName']}"), "names it", alarm)
    times = ("AlarmConfigurationUpdatedTimestamp", "StateUpdatedTimestamp", "StateTransitionedTimestamp")
    proof.equal("times", [], [name for name in times if name not in alarm])
    tags = proof.read("ListTagsForResource", {"ResourceARN": alarm.get("AlarmArn")}).get("Tags")
    proof.equal("Tags", given.get("Tags", []), tags)
    items = proof.read("DescribeAlarmHistory", {"AlarmName": given["AlarmName"], "AlarmTypes": TYPES,
                                                "HistoryItemType": "ConfigurationUpdate"})
    proof.equal("history", [f'Alarm "{given["AlarmName"]}" created'],
                [each["HistorySummary"] for each in items.get("AlarmHistoryItems", [])])


for operation in ("PutMetricAlarm", "PutCompositeAlarm", "PutLogAlarm"):
    declared.undo[operation] = lambda world, given, answer: world.ask(
        "DeleteAlarms", {"AlarmNames": [given["AlarmName"]]})


@declared.check("DescribeAlarms")
def alarms_told(proof, world, given, answer):
    made = world.fixture("alarm")
    proof.equal("CompositeAlarms", [], answer.get("CompositeAlarms"))
    rows = {each["AlarmName"]: each for each in answer["MetricAlarms"]}
    hidden = (given.get("StateValue") not in (None, "INSUFFICIENT_DATA")
              or "MetricAlarm" not in (given.get("AlarmTypes") or ["MetricAlarm"]))
    if hidden:
        proof.equal("MetricAlarms", [], sorted(rows))
        return
    proof.holds("MetricAlarms", {**MADE, "AlarmName": made["AlarmName"], "AlarmArn": made["AlarmArn"],
                                 "AlarmDescription": world.tag}, rows.get(made["AlarmName"], {}))
    proof.present("MetricAlarms.AlarmConfigurationUpdatedTimestamp", "MetricAlarms.StateUpdatedTimestamp",
                  "MetricAlarms.StateTransitionedTimestamp", "MetricAlarms.InsufficientDataActions",
                  "MetricAlarms.OKActions", "MetricAlarms.Dimensions")


@declared.check("DescribeAlarmsForMetric")
def alarms_of_a_metric(proof, world, given, answer):
    made = world.fixture("alarm")
    fits = all(MADE.get(name) == value for name, value in given.items()) and "Dimensions" in given
    rows = {each["AlarmName"]: each for each in answer["MetricAlarms"]}
    proof.equal("MetricAlarms", [made["AlarmName"]] if fits else [], sorted(rows))
    proof.equal("the alarm", made["AlarmArn"], found(proof, made["AlarmName"])[0].get("AlarmArn"))
    if fits:
        proof.holds("MetricAlarms", {**MADE, "AlarmArn": made["AlarmArn"]}, rows[made["AlarmName"]])
        proof.present("MetricAlarms.AlarmConfigurationUpdatedTimestamp", "MetricAlarms.StateUpdatedTimestamp")


@declared.check("DescribeAlarmHistory")
def history_told(proof, world, given, answer):
    made = world.fixture("alarm")
    items = answer["AlarmHistoryItems"]
    proof.equal("the alarm", made["AlarmArn"], found(proof, made["AlarmName"])[0].get("AlarmArn"))
    seen = given.get("HistoryItemType") in (None, "ConfigurationUpdate") and "MetricAlarm" in (
        given.get("AlarmTypes") or ["MetricAlarm"])
    proof.equal("AlarmHistoryItems", [f'Alarm "{made["AlarmName"]}" created'] if seen else [],
                [each["HistorySummary"] for each in items])
    for each in items:
        proof.holds("AlarmHistoryItems", {"AlarmName": made["AlarmName"], "AlarmType": "MetricAlarm",
                                          "HistoryItemType": "ConfigurationUpdate"}, each)
        proof.true("HistoryData", '"type":"Create"' in each["HistoryData"], "a creation", each["HistoryData"])
    if items:
        proof.present("AlarmHistoryItems.Timestamp")


@declared.check("DescribeAlarmContributors")
def no_contributors(proof, world, given, answer):
    proof.equal("AlarmContributors", [], answer["AlarmContributors"])
    proof.equal("the alarm", world.fixture("alarm")["AlarmArn"], found(proof, given["AlarmName"])[0].get("AlarmArn"))


@declared.check("DeleteAlarms")
def alarms_gone(proof, world, given, answer):
    proof.equal("MetricAlarms", {}, found(proof, given["AlarmNames"][0])[0])


def switched(operation, wanted):
    @declared.check(operation)
    def check(proof, world, given, answer):
        name = given["AlarmNames"][0]
        proof.holds("DescribeAlarms", {"AlarmName": name, "ActionsEnabled": wanted, "Threshold": 7.5},
                    found(proof, name)[0])


switched("EnableAlarmActions", True)
switched("DisableAlarmActions", False)


@declared.check("SetAlarmState")
def state_set(proof, world, given, answer):
    alarm = found(proof, given["AlarmName"])[0]
    wanted = {"StateValue": given["StateValue"], "StateReason": given["StateReason"]}
    if "StateReasonData" in given:
        wanted["StateReasonData"] = given["StateReasonData"]
    proof.holds("DescribeAlarms", wanted, alarm)
    if given["StateValue"] != "INSUFFICIENT_DATA":
        items = proof.read("DescribeAlarmHistory", {"AlarmName": given["AlarmName"], "HistoryItemType": "StateUpdate"})
        proof.equal("history", [f"Alarm updated from INSUFFICIENT_DATA to {given['StateValue']}"],
                    [each["HistorySummary"] for each in items.get("AlarmHistoryItems", [])])


tagged(declared, "TagResource", "UntagResource", "ListTagsForResource", by=("ResourceARN",), fixture="alarm")


@declared.check("PutAlarmMuteRule")
def mute_stands(proof, world, given, answer):
    told = proof.read("GetAlarmMuteRule", {"AlarmMuteRuleName": given["Name"]})
    once = given["Rule"]["Schedule"]["Expression"].startswith("at(")
    wanted = {name: value for name, value in given.items() if name != "Tags"}
    proof.holds("GetAlarmMuteRule", {**wanted, "MuteType": "ONE_TIME" if once else "RECURRING"}, told)
    proof.true("Status", told.get("Status") in ("SCHEDULED", "ACTIVE"), "SCHEDULED or ACTIVE", told)
    tags = proof.read("ListTagsForResource", {"ResourceARN": told.get("AlarmMuteRuleArn")}).get("Tags")
    proof.equal("Tags", given.get("Tags", []), tags)


declared.undo["PutAlarmMuteRule"] = lambda world, given, answer: world.ask(
    "DeleteAlarmMuteRule", {"AlarmMuteRuleName": given["Name"]})


@declared.check("GetAlarmMuteRule")
def mute_told(proof, world, given, answer):
    made = world.fixture("mute")
    proof.holds("answer", {"Name": made["Name"], "Description": world.tag, "Rule": CRON, "MuteType": "RECURRING",
                           "MuteTargets": {"AlarmNames": [made["AlarmName"]]}}, answer)
    proof.true("AlarmMuteRuleArn", answer["AlarmMuteRuleArn"].endswith(f":alarm-mute-rule:{made['Name']}"), "names it",
               answer["AlarmMuteRuleArn"])
    proof.present("Status", "LastUpdatedTimestamp")


@declared.check("DeleteAlarmMuteRule")
def mute_gone(proof, world, given, answer):
    proof.refused("GetAlarmMuteRule", given, "ResourceNotFoundException")


@declared.check("ListAlarmMuteRules")
def mutes_listed(proof, world, given, answer):
    made = world.fixture("mute")
    status = proof.read("GetAlarmMuteRule", {"AlarmMuteRuleName": made["Name"]})
    rows = {each["AlarmMuteRuleArn"]: each for each in answer["AlarmMuteRuleSummaries"]}
    if status.get("Status") not in (given.get("Statuses") or [status.get("Status")]):
        proof.equal("AlarmMuteRuleSummaries", [], sorted(rows))
        return
    proof.holds("AlarmMuteRuleSummaries", {"Status": status.get("Status"), "MuteType": "RECURRING",
                                           "LastUpdatedTimestamp": status.get("LastUpdatedTimestamp")},
                rows.get(status.get("AlarmMuteRuleArn")))

