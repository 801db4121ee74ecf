"""Alarms on the clock: their states, what they tell and whom, and what keeps them from it."""

import json

import pytest

DIMENSIONS = [{"Name": "InstanceId", "Value": "abc"}]


def test_an_alarm_goes_to_alarm_and_back(put, alarm, state, messages, emulator):
    alarm(DatapointsToAlarm=1)
    put("m", 11)
    assert state() == "INSUFFICIENT_DATA"
    emulator.advance(60)
    assert state() == "ALARM"
    put("m", 3, seconds=60)
    emulator.advance(60)
    assert state() == "OK"
    up, down = messages()
    assert up["NewStateReason"] == (
        "Threshold Crossed: 1 out of the last 1 datapoints [11.0 (15/01/27 12:00:00)] was greater than the threshold "
        "(10.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    assert (up["OldStateValue"], up["NewStateValue"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert up["Region"] == "US East (N. Virginia)" and up["StateChangeTime"] == "2027-01-15T12:01:00.000+0000"
    assert (down["OldStateValue"], down["NewStateValue"]) == ("ALARM", "OK")
    assert "was not greater than" in down["NewStateReason"] and "ALARM -> OK" in down["NewStateReason"]


def test_words_and_data_of_a_state(put, alarm, cloudwatch, emulator):
    alarm(Unit="Seconds", Statistic="Average", Dimensions=DIMENSIONS, Threshold=21, Period=10)
    put("m", 21, 22, Dimensions=DIMENSIONS, Unit="Seconds")
    emulator.advance(10)
    found = cloudwatch.describe_alarms(AlarmNames=["a"])["MetricAlarms"][0]
    assert found["StateReason"] == (
        "Threshold Crossed: 1 datapoint [21.5 (15/01/27 12:00:00)] was greater than the threshold (21.0)."
    )
    assert json.loads(found["StateReasonData"]) == {
        "version": "1.0", "queryDate": "2027-01-15T12:00:10.000+0000", "startDate": "2027-01-15T12:00:00.000+0000",
        "unit": "Seconds", "statistic": "Average", "period": 10, "recentDatapoints": [21.5], "threshold": 21.0,
        "evaluatedDatapoints": [{"timestamp": "2027-01-15T12:00:00.000+0000", "sampleCount": 2.0, "value": 21.5}],
    }  # fmt: skip


@pytest.mark.parametrize("treatment, expected", [
    ("breaching", ("ALARM", "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints "
                            "were treated as [Breaching].")),
    ("notBreaching", ("OK", "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints "
                            "were treated as [NonBreaching].")),
    ("missing", ("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation")),
    ("ignore", ("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation")),
])  # fmt: skip
def test_missing_data_is_treated(treatment, expected, alarm, cloudwatch, emulator):
    alarm(EvaluationPeriods=2, TreatMissingData=treatment)
    emulator.advance(120)
    found = cloudwatch.describe_alarms(AlarmNames=["a"])["MetricAlarms"][0]
    assert (found["StateValue"], found["StateReason"]) == expected


def test_data_that_stops_is_insufficient(put, alarm, state, cloudwatch, emulator):
    alarm()
    put("m", 11)
    emulator.advance(60)
    assert state() == "ALARM"
    emulator.advance(240)
    found = cloudwatch.describe_alarms(AlarmNames=["a"])["MetricAlarms"][0]
    assert found["StateValue"] == "INSUFFICIENT_DATA"
    assert found["StateReason"] == "Insufficient Data: 1 datapoint was unknown."


def test_m_out_of_n(put, alarm, state, emulator):
    alarm(EvaluationPeriods=3, DatapointsToAlarm=2)
    for minute, value in enumerate((20, 1, 20, 1, 1)):
        put("m", value, seconds=60 * minute)
    seen = []
    for _ in range(5):
        emulator.advance(60)
        seen.append(state())
    assert seen == ["INSUFFICIENT_DATA", "OK", "ALARM", "OK", "OK"]


def test_an_alarm_on_metric_math(put, alarm, state, emulator):
    queries = [
        {"Id": "errors", "MetricStat": {"Metric": {"Namespace": "n", "MetricName": "e"}, "Period": 60, "Stat": "Sum"},
         "ReturnData": False},
        {"Id": "calls", "MetricStat": {"Metric": {"Namespace": "n", "MetricName": "c"}, "Period": 60, "Stat": "Sum"},
         "ReturnData": False},
        {"Id": "rate", "Expression": "100 * FILL(errors, 0) / calls"},
    ]  # fmt: skip
    alarm(MetricName=None, Namespace=None, Statistic=None, Period=None, Metrics=queries, Threshold=50)
    put("e", 6)
    put("c", 10)
    emulator.advance(60)
    assert state() == "ALARM"
    put("c", 10, seconds=60)
    emulator.advance(60)
    assert state() == "OK"


def test_an_alarm_on_an_anomaly_band(put, alarm, state, emulator):
    queries = [
        {"Id": "m1", "MetricStat": {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 60, "Stat": "Average"}},
        {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)"},
    ]
    for minute in range(60):
        put("m", 100 + minute % 5, seconds=60 * (minute - 60))
    alarm(MetricName=None, Namespace=None, Statistic=None, Period=None, Threshold=None, Metrics=queries,
          ThresholdMetricId="band", ComparisonOperator="LessThanLowerOrGreaterThanUpperThreshold")  # fmt: skip
    put("m", 102)
    emulator.advance(60)
    assert state() == "OK"
    put("m", 500, seconds=60)
    emulator.advance(60)
    assert state() == "ALARM"


def test_a_set_state_lasts_until_the_next_evaluation(put, alarm, state, messages, cloudwatch, emulator):
    alarm()
    put("m", 1)
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="a test", StateReasonData='{"x": 1}')
    assert state() == "ALARM" and messages()[0]["NewStateReason"] == "a test"
    emulator.advance(60)
    assert state() == "OK"


def test_history_tells_what_happened(put, alarm, messages, cloudwatch, emulator):
    alarm()
    put("m", 11)
    emulator.advance(60)
    items = cloudwatch.describe_alarm_history(AlarmName="a", ScanBy="TimestampAscending")["AlarmHistoryItems"]
    assert [item["HistoryItemType"] for item in items] == ["ConfigurationUpdate", "StateUpdate", "Action"]
    assert [item["HistorySummary"] for item in items] == [
        'Alarm "a" created', "Alarm updated from INSUFFICIENT_DATA to ALARM",
        "Successfully executed action arn:aws:sns:us-east-1:000000000000:t",
    ]  # fmt: skip
    update = json.loads(items[1]["HistoryData"])
    assert update["newState"]["stateReasonData"]["recentDatapoints"] == [11.0]
    assert update["oldState"] == {
        "stateValue": "INSUFFICIENT_DATA", "stateReason": "Unchecked: Initial alarm creation"
    }  # fmt: skip


def test_actions_that_fail_are_told_in_the_history(put, alarm, cloudwatch, emulator):
    alarm(AlarmActions=["arn:aws:sns:us-east-1:000000000000:absent", "arn:aws:automate:us-east-1:ec2:stop"])
    put("m", 11)
    emulator.advance(60)
    items = cloudwatch.describe_alarm_history(AlarmName="a", HistoryItemType="Action")["AlarmHistoryItems"]
    assert len(items) == 2
    assert all(item["HistorySummary"].startswith("Failed to execute action arn:aws:") for item in items)


def test_disabled_actions_are_not_done(put, alarm, messages, state, cloudwatch, emulator):
    alarm()
    cloudwatch.disable_alarm_actions(AlarmNames=["a", "absent"])
    put("m", 11)
    emulator.advance(60)
    assert state() == "ALARM" and messages() == []
    cloudwatch.enable_alarm_actions(AlarmNames=["a"])
    put("m", 1, seconds=60)
    emulator.advance(60)
    assert [each["NewStateValue"] for each in messages()] == ["OK"]


def test_the_event_bus_hears_of_it(put, alarm, client, emulator):
    events, sqs = client("events"), client("sqs")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    pattern = {"source": ["aws.cloudwatch"], "detail": {"state": {"value": ["ALARM"]}}}
    events.put_rule(Name="r", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": "arn:aws:sqs:us-east-1:000000000000:heard"}])
    alarm(Dimensions=DIMENSIONS)
    put("m", 11, Dimensions=DIMENSIONS)
    emulator.advance(60)
    event = json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])
    assert event["detail-type"] == "CloudWatch Alarm State Change"
    assert event["resources"] == ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:a"]
    assert event["detail"]["previousState"]["value"] == "INSUFFICIENT_DATA"
    stat = event["detail"]["configuration"]["metrics"][0]["metricStat"]
    assert stat == {
        "metric": {"namespace": "n", "name": "m", "dimensions": {"InstanceId": "abc"}}, "period": 60, "stat": "Sum"
    }  # fmt: skip


def test_deleting_is_all_or_nothing(alarm, cloudwatch, refused):
    alarm()
    assert refused(cloudwatch.delete_alarms, AlarmNames=["a", "absent"]) == ("ResourceNotFound", "")
    assert len(cloudwatch.describe_alarms()["MetricAlarms"]) == 1
    cloudwatch.delete_alarms(AlarmNames=["a"])
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize("change, message", [
    ({"Period": 45}, "Period must be 10, 20, 30 or a multiple of 60."),
    ({"AlarmActions": ["here"]}, "Invalid arn syntax: here"),
    ({"EvaluationPeriods": 1441}, "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must "
                                  "be <= 86400)."),
    ({"TreatMissingData": "bad"}, "Option bad is invalid for TreatMissingData, valid options are: [breaching, "
                                  "notBreaching, ignore, missing]"),
])  # fmt: skip
def test_what_alarms_are_refused_for(change, message, alarm, cloudwatch, refused):
    given = {
        "AlarmName": "a", "Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60, "Threshold": 1,
        "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold",
    }  # fmt: skip
    assert refused(cloudwatch.put_metric_alarm, **given | change) == ("ValidationError", message)


def test_a_log_alarm_judges_query_results(cloudwatch, client, state, messages, emulator):
    logs = client("logs")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    cloudwatch.put_log_alarm(
        AlarmName="a", Threshold=2, ComparisonOperator="GreaterThanThreshold", QueryResultsToEvaluate=1,
        QueryResultsToAlarm=1, AlarmActions=["arn:aws:sns:us-east-1:000000000000:t"], ScheduledQueryConfiguration={
            "QueryString": "fields @message | filter @message like /error/", "LogGroupIdentifiers": ["g"],
            "ScheduledQueryRoleARN": "arn:aws:iam::000000000000:role/r", "AggregationExpression": "count(*)",
            "ScheduleConfiguration": {"ScheduleExpression": "rate(5 minutes)", "StartTimeOffset": 300}},
    )  # fmt: skip
    noon = 1_800_014_400_000
    logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=[
        {"timestamp": noon + second * 1000, "message": f"error {second}"} for second in range(1, 4)])  # fmt: skip
    emulator.advance(300)
    for _ in range(50):  # the query runs beside
        emulator.advance(1)
        if state() == "ALARM":
            break
    assert state() == "ALARM"
    assert messages()[0]["NewStateReason"] == (
        "Threshold Crossed: 1 datapoint [3.0 (15/01/27 12:05:00)] was greater than the threshold (2.0)."
    )


def test_an_alarm_on_a_query_of_many_series_tells_its_contributors(put, alarm, cloudwatch, state, emulator):
    query = {"Id": "q", "Expression": 'SELECT MAX(m) FROM SCHEMA("n", host) GROUP BY host', "Period": 60}
    alarm(MetricName=None, Namespace=None, Statistic=None, Period=None, Metrics=[query], Threshold=5)
    emulator.advance(60)
    assert state() == "INSUFFICIENT_DATA"
    for host, value in (("a", 1), ("b", 9), ("c", 7)):
        put("m", value, seconds=60, Dimensions=[{"Name": "host", "Value": host}])
    emulator.advance(60)
    assert state() == "ALARM"
    found = cloudwatch.describe_alarm_contributors(AlarmName="a")["AlarmContributors"]
    assert sorted(each["ContributorAttributes"]["host"] for each in found) == ["b", "c"]
    assert all("was greater than the threshold (5.0)" in each["StateReason"] for each in found)
    for host in "abc":
        put("m", 1, seconds=120, Dimensions=[{"Name": "host", "Value": host}])
    emulator.advance(60)
    assert state() == "OK" and cloudwatch.describe_alarm_contributors(AlarmName="a")["AlarmContributors"] == []
