"""Metrics: what is put, and what is read of it."""

from datetime import timedelta

from conformance.probes import probe
from conformance.probes.cloudwatch.places import API, GUIDE, minute, put, read, stat


@probe("cloudwatch", "GetMetricStatistics", "Percentiles and trimmed means are of the single values",
       GUIDE + "Statistics-definitions.html")
def percentiles(trial):
    space = trial.unique("space")
    put(trial, space, *map(float, range(1, 11)))
    found = trial.ask("GetMetricStatistics", Namespace=space, MetricName="m", StartTime=minute(10), EndTime=minute(-1),
                      Period=3600, ExtendedStatistics=["p50", "p90", "TM(10%:90%)", "PR(:3)"])["Datapoints"][0]
    assert found["ExtendedStatistics"] == {"p50": 5.0, "p90": 9.0, "TM(10%:90%)": 5.5, "PR(:3)": 30.0}, found


@probe("cloudwatch", "GetMetricStatistics", "A statistic set hides percentiles unless its values are all the same",
       API + "API_MetricDatum.html")
def statistic_sets(trial):
    space = trial.unique("space")
    values = {"SampleCount": 3, "Sum": 9, "Minimum": 1, "Maximum": 5}
    trial.ask("PutMetricData", Namespace=space, MetricData=[
        {"MetricName": "m", "Timestamp": minute(), "StatisticValues": values}])
    assert read(trial, stat(space, "Average"), stat(space, "p50", id="p")) == {"q": [3.0], "p": []}


@probe("cloudwatch", "PutMetricData", "Values and Counts stand for as many values as are counted",
       API + "API_MetricDatum.html")
def counted_values(trial):
    space = trial.unique("space")
    trial.ask("PutMetricData", Namespace=space, MetricData=[
        {"MetricName": "m", "Timestamp": minute(), "Values": [1.0, 10.0], "Counts": [9.0, 1.0]}])
    assert read(trial, stat(space), stat(space, "p90", id="p"), stat(space, "SampleCount", id="n")) == {
        "q": [19.0], "p": [1.0], "n": [10.0]}


@probe("cloudwatch", "GetMetricStatistics", "Units are not converted: each has datapoints of its own",
       API + "API_GetMetricStatistics.html")
def units(trial):
    space = trial.unique("space")
    put(trial, space, 1.0, Unit="Seconds")
    put(trial, space, 5.0, Unit="Milliseconds")
    found = trial.ask("GetMetricStatistics", Namespace=space, MetricName="m", StartTime=minute(10), EndTime=minute(-1),
                      Period=60, Statistics=["Average"])["Datapoints"]
    assert {(each["Unit"], each["Average"]) for each in found} == {("Seconds", 1.0), ("Milliseconds", 5.0)}, found


@probe("cloudwatch", "GetMetricData", "Dimensions tell metrics apart: data with some is not found without them",
       GUIDE + "cloudwatch_concepts.html")
def dimensions(trial):
    space = trial.unique("space")
    put(trial, space, 1.0, Dimensions=[{"Name": "a", "Value": "b"}])
    assert read(trial, stat(space), stat(space, id="d", Dimensions=[{"Name": "a", "Value": "b"}])) == {
        "q": [], "d": [1.0]}


@probe("cloudwatch", "GetMetricData", "An expression sees other queries by their ids, also those that return nothing",
       GUIDE + "using-metric-math.html")
def expressions(trial):
    space = trial.unique("space")
    put(trial, space, 4.0)
    put(trial, space, 8.0, at=minute(3))
    first = {**stat(space), "ReturnData": False}
    assert read(trial, first, {"Id": "e", "Expression": "q / MAX(q)"}, {"Id": "f", "Expression": "RATE(q)"}) == {
        "e": [0.5, 1.0], "f": [4 / 120]}


@probe("cloudwatch", "GetMetricData", "FILL puts a value in place of missing datapoints",
       GUIDE + "using-metric-math.html")
def filling(trial):
    space = trial.unique("space")
    put(trial, space, 4.0, at=minute(5))
    put(trial, space, 8.0, at=minute(3))
    queries = [{**stat(space), "ReturnData": False}, {"Id": "e", "Expression": "FILL(q, REPEAT)"}]
    assert read(trial, *queries)["e"][:3] == [4.0, 4.0, 8.0]


@probe("cloudwatch", "GetMetricData", "SEARCH gives a series for every metric that it finds",
       GUIDE + "search-expression-syntax.html")
def searches(trial):
    space = trial.unique("space")
    for host in ("a", "b"):
        put(trial, space, 1.0, Dimensions=[{"Name": "Host", "Value": host}])
    answer = trial.ask("GetMetricData", StartTime=minute(10), EndTime=minute(-1), MetricDataQueries=[
        {"Id": "e", "Expression": f"SEARCH('{{{space},Host}} MetricName=\"m\"', 'Sum', 60)"}])
    assert [each["Values"] for each in answer["MetricDataResults"]] == [[1.0], [1.0]], answer


@probe("cloudwatch", "GetMetricData", "Metrics Insights groups and orders series",
       GUIDE + "cloudwatch-metrics-insights-querylanguage.html")
def insights(trial):
    space = trial.unique("space")
    for host, value in (("a", 1.0), ("b", 5.0), ("c", 3.0)):
        put(trial, space, value, Dimensions=[{"Name": "Host", "Value": host}])
    text = f'SELECT MAX(m) FROM SCHEMA("{space}", Host) GROUP BY Host ORDER BY MAX() DESC LIMIT 2'
    answer = trial.ask("GetMetricData", StartTime=minute(10), EndTime=minute(-1), MetricDataQueries=[
        {"Id": "e", "Expression": text, "Period": 60}])
    assert [each["Values"] for each in answer["MetricDataResults"]] == [[5.0], [3.0]], answer


@probe("cloudwatch", "GetMetricData", "Labels may hold expressions, such as the highest value",
       GUIDE + "graph-dynamic-labels.html")
def labels(trial):
    space = trial.unique("space")
    put(trial, space, 2.0, 7.0)
    answer = trial.ask("GetMetricData", StartTime=minute(10), EndTime=minute(-1), MetricDataQueries=[
        {**stat(space, "Maximum"), "Label": "${PROP('MetricName')} up to ${MAX}"}])
    assert answer["MetricDataResults"][0]["Label"] == "m up to 7", answer


@probe("cloudwatch", "GetMetricData", "Pages hold as many datapoints as are asked for, the newest first",
       API + "API_GetMetricData.html")
def pages(trial):
    space = trial.unique("space")
    for ago in range(3, 7):
        put(trial, space, float(ago), at=minute(ago))
    given = {"StartTime": minute(10), "EndTime": minute(-1), "MetricDataQueries": [stat(space)], "MaxDatapoints": 3}
    first = trial.ask("GetMetricData", **given)
    assert first["MetricDataResults"][0]["Values"] == [3.0, 4.0, 5.0], first
    rest = trial.ask("GetMetricData", NextToken=first["NextToken"], **given)
    assert rest["MetricDataResults"][0]["Values"] == [6.0] and "NextToken" not in rest, rest


@probe("cloudwatch", "PutMetricData", "Namespaces that begin with AWS/ are AWS's own", API + "API_PutMetricData.html")
def reserved_namespaces(trial):
    trial.refused("PutMetricData", "InvalidParameterValue", 400, Namespace="AWS/Mine", MetricData=[
        {"MetricName": "m", "Value": 1.0}])


@probe("cloudwatch", "PutMetricData", "Data may be two weeks old and two hours ahead, no more",
       API + "API_PutMetricData.html")
def times_of_data(trial):
    space = trial.unique("space")
    put(trial, space, 1.0, at=minute() - timedelta(days=13))
    for at in (minute() - timedelta(days=15), minute() + timedelta(hours=3)):
        trial.refused("PutMetricData", "InvalidParameterValue", 400, Namespace=space, MetricData=[
            {"MetricName": "m", "Value": 1.0, "Timestamp": at}])
