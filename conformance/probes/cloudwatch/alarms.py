"""Alarms: their states, and what they do."""

import json
from datetime import UTC, datetime

from conformance.probes import probe
from conformance.probes.cloudwatch.places import API, GUIDE, Topic, alarm, put, reaches, told


@probe("cloudwatch", "PutMetricAlarm", "An alarm whose threshold is crossed goes to ALARM and says by what",
       GUIDE + "AlarmThatSendsEmail.html")
def thresholds(trial):
    space = trial.unique("space")
    name = alarm(trial, space)
    put(trial, space, 9.5, at=datetime.now(UTC), StorageResolution=1)
    reason = reaches(trial, name, "ALARM")["StateReason"]
    assert reason.startswith("Threshold Crossed: 1 datapoint [9.5 (") and reason.endswith(
        ")] was greater than the threshold (5.0)."), reason


@probe("cloudwatch", "PutMetricAlarm", "Missing data that is treated as breaching raises an alarm",
       GUIDE + "alarms-and-missing-data.html")
def missing_data(trial):
    name = alarm(trial, trial.unique("space"), TreatMissingData="breaching", EvaluationPeriods=2)
    reason = reaches(trial, name, "ALARM")["StateReason"]
    assert reason == ("Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were "
                      "treated as [Breaching]."), reason


@probe("cloudwatch", "PutMetricAlarm", "An alarm may watch an expression",
       GUIDE + "Create-alarm-on-metric-math-expression.html")
def expressions_in_alarms(trial):
    space = trial.unique("space")
    metric = {"Metric": {"Namespace": space, "MetricName": "m"}, "Period": 10, "Stat": "Sum"}
    name = trial.unique("alarm")
    trial.ask("PutMetricAlarm", AlarmName=name, EvaluationPeriods=1, Threshold=15.0, Metrics=[
        {"Id": "m1", "MetricStat": metric, "ReturnData": False}, {"Id": "e1", "Expression": "m1 * 2"}],
        ComparisonOperator="GreaterThanThreshold")
    trial.later(lambda: trial.ask("DeleteAlarms", AlarmNames=[name]))
    put(trial, space, 9.0, at=datetime.now(UTC), StorageResolution=1)
    reaches(trial, name, "ALARM")


@probe("cloudwatch", "SetAlarmState", "A change of state sends a message to the topic of that state",
       API + "API_SetAlarmState.html")
def messages_of_states(trial):
    topic = Topic(trial)
    name = alarm(trial, Period=3600, AlarmActions=[topic.arn])
    trial.ask("SetAlarmState", AlarmName=name, StateValue="OK", StateReason="not told")
    trial.ask("SetAlarmState", AlarmName=name, StateValue="ALARM", StateReason="told")
    found = topic.messages()
    assert [(each["OldStateValue"], each["NewStateValue"], each["NewStateReason"]) for each in found] == [
        ("OK", "ALARM", "told")], found
    assert found[0]["Trigger"]["MetricName"] == "m" and found[0]["AlarmName"] == name, found


@probe("cloudwatch", "DisableAlarmActions", "An alarm with disabled actions changes its state in silence",
       API + "API_DisableAlarmActions.html")
def disabled_actions(trial):
    topic = Topic(trial)
    name = alarm(trial, Period=3600, AlarmActions=[topic.arn])
    trial.ask("DisableAlarmActions", AlarmNames=[name])
    trial.ask("SetAlarmState", AlarmName=name, StateValue="ALARM", StateReason="r")
    assert told(trial, name)["StateValue"] == "ALARM" and topic.messages(2) == []


@probe("cloudwatch", "SetAlarmState", "The event bus hears of every change of state",
       GUIDE + "cloudwatch-and-eventbridge.html")
def events_of_states(trial):
    name = alarm(trial, Period=3600)
    queue = trial.unique("heard")
    url = trial.ask("CreateQueue", "sqs", QueueName=queue)["QueueUrl"]
    arn = trial.ask("GetQueueAttributes", "sqs", QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    trial.later(lambda: trial.ask("DeleteQueue", "sqs", QueueUrl=url))
    policy = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
        "Resource": arn}]}
    trial.ask("SetQueueAttributes", "sqs", QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    pattern = {"source": ["aws.cloudwatch"], "detail": {"alarmName": [name]}}
    trial.ask("PutRule", "events", Name=queue, EventPattern=json.dumps(pattern))
    trial.ask("PutTargets", "events", Rule=queue, Targets=[{"Id": "t", "Arn": arn}])
    trial.later(lambda: trial.ask("DeleteRule", "events", Name=queue))
    trial.later(lambda: trial.ask("RemoveTargets", "events", Rule=queue, Ids=["t"]))
    trial.ask("SetAlarmState", AlarmName=name, StateValue="ALARM", StateReason="r")
    event = json.loads(trial.ask("ReceiveMessage", "sqs", QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]["Body"])
    assert event["detail-type"] == "CloudWatch Alarm State Change", event
    assert event["detail"]["state"]["value"] == "ALARM" and event["detail"]["previousState"]["value"] == (
        "INSUFFICIENT_DATA"), event


@probe("cloudwatch", "PutCompositeAlarm", "A composite alarm follows the alarms that its rule names",
       GUIDE + "alarm-combining.html")
def composites(trial):
    first, second = alarm(trial, Period=3600), alarm(trial, Period=3600)
    name = trial.unique("composite")
    trial.ask("PutCompositeAlarm", AlarmName=name, AlarmRule=f'ALARM("{first}") AND NOT ALARM({second})')
    trial.later(lambda: trial.ask("DeleteAlarms", AlarmNames=[name]))
    reaches(trial, name, "OK", "CompositeAlarm")
    trial.ask("SetAlarmState", AlarmName=first, StateValue="ALARM", StateReason="r")
    found = reaches(trial, name, "ALARM", "CompositeAlarm")
    assert f":alarm:{first} transitioned to ALARM at " in found["StateReason"], found
    children = trial.ask("DescribeAlarms", ChildrenOfAlarmName=name)["MetricAlarms"]
    assert {each["AlarmName"] for each in children} == {first, second}, children


@probe("cloudwatch", "PutCompositeAlarm", "While its suppressor is in ALARM, a composite alarm does nothing",
       GUIDE + "alarm-suppression.html")
def suppressors(trial):
    topic = Topic(trial)
    child, suppressor = alarm(trial, Period=3600), alarm(trial, Period=3600)
    name = trial.unique("composite")
    trial.ask("PutCompositeAlarm", AlarmName=name, AlarmRule=f"ALARM({child})", AlarmActions=[topic.arn],
              ActionsSuppressor=suppressor, ActionsSuppressorWaitPeriod=0, ActionsSuppressorExtensionPeriod=60)
    trial.later(lambda: trial.ask("DeleteAlarms", AlarmNames=[name]))
    for each in (suppressor, child):
        trial.ask("SetAlarmState", AlarmName=each, StateValue="ALARM", StateReason="r")
    found = reaches(trial, name, "ALARM", "CompositeAlarm")
    assert found.get("ActionsSuppressedBy") == "Alarm" and topic.messages(2) == [], found


@probe("cloudwatch", "PutAlarmMuteRule", "An active mute rule keeps alarms from acting, not from changing",
       API + "API_PutAlarmMuteRule.html")
def mute_rules(trial):
    topic = Topic(trial)
    name, rule = alarm(trial, Period=3600, AlarmActions=[topic.arn]), trial.unique("mute")
    trial.ask("PutAlarmMuteRule", Name=rule, MuteTargets={"AlarmNames": [name]}, Rule={"Schedule": {
        "Expression": "cron(* * * * *)", "Duration": "PT1H"}})
    trial.later(lambda: trial.ask("DeleteAlarmMuteRule", AlarmMuteRuleName=rule))
    trial.ask("SetAlarmState", AlarmName=name, StateValue="ALARM", StateReason="r")
    assert told(trial, name)["StateValue"] == "ALARM" and topic.messages(2) == []


@probe("cloudwatch", "PutMetricAlarm", "A new configuration replaces the old one and leaves the state as it is",
       API + "API_PutMetricAlarm.html")
def replaced_alarms(trial):
    name = alarm(trial, Period=3600, AlarmDescription="old")
    trial.ask("SetAlarmState", AlarmName=name, StateValue="ALARM", StateReason="r")
    trial.ask("PutMetricAlarm", AlarmName=name, Namespace="probe", MetricName="m", Statistic="Average", Period=3600,
              EvaluationPeriods=2, Threshold=1.0, ComparisonOperator="LessThanThreshold")
    found = told(trial, name)
    assert found["StateValue"] == "ALARM" and "AlarmDescription" not in found, found
    items = trial.ask("DescribeAlarmHistory", AlarmName=name, HistoryItemType="ConfigurationUpdate")
    summaries = [each["HistorySummary"] for each in items["AlarmHistoryItems"]]
    assert summaries == [f'Alarm "{name}" updated', f'Alarm "{name}" created'], summaries


@probe("cloudwatch", "PutMetricAlarm", "Alarms on a band take their thresholds from it",
       GUIDE + "Create_Anomaly_Detection_Alarm.html")
def bands(trial):
    metric = {"Metric": {"Namespace": "probe", "MetricName": "m"}, "Period": 60, "Stat": "Average"}
    queries = [{"Id": "m1", "MetricStat": metric}, {"Id": "ad1", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)"}]
    given = {"AlarmName": trial.unique("alarm"), "EvaluationPeriods": 1, "Metrics": queries}
    trial.refused("PutMetricAlarm", "ValidationError", 400, ComparisonOperator="GreaterThanUpperThreshold", **given)
    trial.ask("PutMetricAlarm", ComparisonOperator="GreaterThanUpperThreshold", ThresholdMetricId="ad1", **given)
    trial.later(lambda: trial.ask("DeleteAlarms", AlarmNames=[given["AlarmName"]]))
    found = told(trial, given["AlarmName"])
    assert found["ThresholdMetricId"] == "ad1" and "Threshold" not in found, found
