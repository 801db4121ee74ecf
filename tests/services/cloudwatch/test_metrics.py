"""Metrics put and read: statistics, units, periods, retention, math, labels and pages."""

from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def read(cloudwatch, *queries, start=NOON - 10 * MINUTE, end=NOON + 10 * MINUTE, **more):
    return cloudwatch.get_metric_data(MetricDataQueries=list(queries), StartTime=start, EndTime=end, **more)


def query(id, name="m", stat="Sum", period=60, **more):
    metric = {"Namespace": "n", "MetricName": name, **more.pop("metric", {})}
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}, **more}


def values(answer):
    return {each["Id"]: each["Values"] for each in answer["MetricDataResults"]}


def test_each_protocol_puts_reads_and_refuses(spoken):
    spoken.put_metric_data(Namespace="n", MetricData=[
        {"MetricName": "m", "Value": 1.5, "Timestamp": NOON, "Dimensions": [{"Name": "a", "Value": "b"}]},
        {"MetricName": "m", "Values": [1.0, 3.0], "Counts": [2, 1], "Timestamp": NOON},
    ])  # fmt: skip
    answer = read(spoken, query("q"), ScanBy="TimestampAscending")
    assert answer["MetricDataResults"] == [
        {"Id": "q", "Label": "m", "Timestamps": [NOON], "Values": [5.0], "StatusCode": "Complete"}
    ]
    found = spoken.get_metric_statistics(
        Namespace="n", MetricName="m", StartTime=NOON, EndTime=NOON + MINUTE, Period=60,
        Statistics=["Average", "SampleCount"], ExtendedStatistics=["p90"],
    )  # fmt: skip
    point = {"Timestamp": NOON, "Average": 5 / 3, "SampleCount": 3.0, "Unit": "None"}
    assert found["Datapoints"] == [point | {"ExtendedStatistics": {"p90": 3.0}}]
    with pytest.raises(spoken.exceptions.ClientError) as caught:
        spoken.set_alarm_state(AlarmName="a", StateValue="INVALID", StateReason="r")
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationError" and error["Message"].startswith("1 validation error detected")
    with pytest.raises(spoken.exceptions.ResourceNotFound):
        spoken.set_alarm_state(AlarmName="a", StateValue="OK", StateReason="r")


def test_units_are_told_apart(put, cloudwatch):
    put("m", 1, Unit="Seconds")
    put("m", 5, Unit="Count")
    found = cloudwatch.get_metric_statistics(Namespace="n", MetricName="m", StartTime=NOON, EndTime=NOON + MINUTE,
                                             Period=60, Statistics=["Average"])["Datapoints"]  # fmt: skip
    assert {(each["Unit"], each["Average"]) for each in found} == {("Seconds", 1.0), ("Count", 5.0)}
    wanted = query("q")
    wanted["MetricStat"]["Unit"] = "Count"
    assert values(read(cloudwatch, wanted)) == {"q": [5.0]}


def test_periods_gather_what_came_within(put, cloudwatch):
    for second in range(0, 300, 10):
        put("m", 1, seconds=second, StorageResolution=1)
    got = values(read(cloudwatch, query("fine", period=10), query("whole", period=300), start=NOON))
    assert got["fine"] == [1.0] * 30 and got["whole"] == [30.0]


def test_labels_tell_equal_names_apart(put, cloudwatch):
    put("m", 1, 3)
    answer = read(cloudwatch, query("a", stat="Sum"), query("b", stat="Average"),
                  query("c", Label="[max ${MAX}] ${LABEL} ${PROP('Stat')}", stat="Maximum"))  # fmt: skip
    labels = [each["Label"] for each in answer["MetricDataResults"]]
    assert labels == ["m Sum", "m Average", "[max 3] m Maximum Maximum"]


def test_expressions_over_queries(put, cloudwatch):
    put("errors", 5, seconds=-120)
    put("calls", 20, seconds=-120)
    put("calls", 20, seconds=-60)
    answer = read(
        cloudwatch, query("e", "errors", ReturnData=False), query("c", "calls", ReturnData=False),
        {"Id": "rate", "Expression": "100 * FILL(e, 0) / c", "Label": "Rate"},
        {"Id": "twice", "Expression": "rate * 2"},
        ScanBy="TimestampAscending",
    )  # fmt: skip
    assert values(answer) == {"rate": [25.0, 0.0], "twice": [50.0, 0.0]}
    assert [each["Label"] for each in answer["MetricDataResults"]] == ["Rate", "twice"]


def test_searches_find_metrics(put, cloudwatch):
    for host in ("a", "b"):
        put("CPUUtilization", 1, Dimensions=[{"Name": "Host", "Value": host}])
    put("Memory", 1, Dimensions=[{"Name": "Host", "Value": "a"}])
    search = """SEARCH('{n,Host} MetricName="CPUUtilization"', 'Sum', 60)"""
    answer = read(cloudwatch, {"Id": "found", "Expression": search}, {"Id": "all", "Expression": f"SUM({search})"})
    assert [(each["Id"], each["Label"], each["Values"]) for each in answer["MetricDataResults"]] == [
        ("found", "a CPUUtilization", [1.0]), ("found", "b CPUUtilization", [1.0]), ("all", "all", [2.0])
    ]  # fmt: skip


@pytest.mark.parametrize("expression, part", [
    ("m9 + 1", "m9"), ("q +", "syntax"), ("NONE(q)", "NONE"), ("e", "ircular")
])  # fmt: skip
def test_expressions_that_are_refused(expression, part, cloudwatch, refused):
    code, message = refused(cloudwatch.get_metric_data, StartTime=NOON, EndTime=NOON + MINUTE, MetricDataQueries=[
        query("q"), {"Id": "e", "Expression": expression}])  # fmt: skip
    assert code == "ValidationError" and message.startswith("Error in expression 'e'") and part in message


def test_pages_hold_so_many_datapoints(put, cloudwatch):
    for minute in range(7):
        put("m", minute, seconds=60 * minute)
    first = read(cloudwatch, query("q"), query("none", "absent"), MaxDatapoints=5)
    assert [(each["Id"], each["Values"], each["StatusCode"]) for each in first["MetricDataResults"]] == [
        ("q", [6.0, 5.0, 4.0, 3.0, 2.0], "PartialData")
    ]
    rest = read(cloudwatch, query("q"), query("none", "absent"), MaxDatapoints=5, NextToken=first["NextToken"])
    assert [(each["Id"], each["Values"], each["StatusCode"]) for each in rest["MetricDataResults"]] == [
        ("q", [1.0, 0.0], "Complete"), ("none", [], "Complete")
    ]
    assert "NextToken" not in rest


def test_what_ages_is_rolled_up_and_forgotten(put, cloudwatch, emulator):
    for second in range(120):
        put("m", second, seconds=second, StorageResolution=1)
    emulator.advance(5 * 3600)
    got = values(read(cloudwatch, query("fine", period=1), query("median", stat="p50", period=60)))
    assert len(got["fine"]) == 2 and got["median"] == [89.0, 29.0]
    emulator.advance(16 * 86400)
    assert values(read(cloudwatch, query("q", period=300))) == {"q": [7140.0]}
    assert values(read(cloudwatch, query("q", period=60))) == {"q": []}
    assert cloudwatch.list_metrics(Namespace="n")["Metrics"] == []
    emulator.advance(440 * 86400)
    assert values(read(cloudwatch, query("q", period=3600))) == {"q": []}


def test_listing_filters(put, cloudwatch):
    put("m", 1)
    put("m", 1, Dimensions=[{"Name": "Host", "Value": "a"}, {"Name": "App", "Value": "x"}])
    put("m", 1, namespace="other")
    listed = cloudwatch.list_metrics(Namespace="n", Dimensions=[{"Name": "Host"}])["Metrics"]
    dimensions = [{"Name": "App", "Value": "x"}, {"Name": "Host", "Value": "a"}]
    assert listed == [{"Namespace": "n", "MetricName": "m", "Dimensions": dimensions}]
    assert len(cloudwatch.list_metrics(MetricName="m")["Metrics"]) == 3
    assert cloudwatch.list_metrics(Dimensions=[{"Name": "Host", "Value": "b"}])["Metrics"] == []


@pytest.mark.parametrize("entry, code, message", [
    ({}, "MissingParameter", "The parameter MetricData.member.1.Value is required."),
    ({"Value": 1, "Values": [1]}, "InvalidParameterCombination",
     "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have "
     "specified both."),
    ({"Values": [1, 2], "Counts": [1]}, "InvalidParameterValue",
     "The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size."),
    ({"Value": 1, "Timestamp": NOON - timedelta(days=15)}, "InvalidParameterValue",
     "The parameter MetricData.member.1.Timestamp must specify a time no more than two weeks in the past."),
    ({"Value": 1, "Timestamp": NOON + timedelta(hours=3)}, "InvalidParameterValue",
     "The parameter MetricData.member.1.Timestamp must specify a time no more than two hours in the future."),
])  # fmt: skip
def test_data_that_is_refused(entry, code, message, cloudwatch, refused):
    given = {"Namespace": "n", "MetricData": [{"MetricName": "m", **entry}]}
    assert refused(cloudwatch.put_metric_data, **given) == (code, message)


def test_too_many_datapoints_are_refused(cloudwatch, refused):
    given = {"Namespace": "n", "MetricName": "m", "Period": 1, "Statistics": ["Sum"], "StartTime": NOON}
    assert refused(cloudwatch.get_metric_statistics, **given, EndTime=NOON + timedelta(days=1)) == (
        "InvalidParameterCombination",
        "You have requested up to 86400 datapoints, which exceeds the limit of 1440. You may reduce the datapoints "
        "requested by increasing Period, or decreasing the time range.",
    )
