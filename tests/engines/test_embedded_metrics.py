"""The embedded metric format."""

import json

import pytest

from emulator.engines.embedded_metrics import data

METRICS = [{"Name": "time", "Unit": "Milliseconds"}, {"Name": "count", "StorageResolution": 1}]


def message(directive, **members):
    return json.dumps({"_aws": {"Timestamp": 1_800_014_400_000, "CloudWatchMetrics": [directive]}, **members})


def test_each_set_of_dimensions_makes_a_metric():
    text = message({"Namespace": "app", "Dimensions": [["f"], ["f", "v"]], "Metrics": METRICS},
                   f="a", v="1", time=[5, 7.5], count=2)  # fmt: skip
    found = list(data(text))
    assert {namespace for namespace, _ in found} == {"app"}
    told = [(each["MetricName"], each["Values"], [one["Value"] for one in each["Dimensions"]]) for _, each in found]
    assert told == [
        ("time", [5.0, 7.5], ["a"]), ("time", [5.0, 7.5], ["a", "1"]), ("count", [2.0], ["a"]),
        ("count", [2.0], ["a", "1"])]  # fmt: skip
    assert (found[0][1]["Unit"], found[0][1]["Timestamp"]) == ("Milliseconds", 1_800_014_400.0)
    assert (found[2][1]["Unit"], found[2][1]["StorageResolution"]) == ("None", 1)


@pytest.mark.parametrize("text", [
    "plain", '{"a": 1}', '{"_aws": 5}', '"_aws" but no JSON', message({"Dimensions": [[]], "Metrics": METRICS}, time=1),
    message({"Namespace": "app", "Dimensions": [[]], "Metrics": METRICS}, time="slow", count=True),
    message({"Namespace": "app", "Dimensions": [["f"]], "Metrics": METRICS}, time=1),
])  # fmt: skip
def test_what_holds_none(text):
    assert list(data(text)) == []
