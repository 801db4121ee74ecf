"""Counts of nodes by their inventory, as AWS's guide shows them."""

import pytest


def report(ssm, node, kind, *entries):
    ssm.put_inventory(InstanceId=node, Items=[{
        "TypeName": kind, "SchemaVersion": "1.0", "CaptureTime": "2030-01-01T00:00:00Z", "Content": list(entries)}])


@pytest.fixture
def fleet(ssm, register):
    """Four nodes: applications, files, both, networks."""
    names = register(4)
    bash = {"Name": "bash", "Version": "5.2"}
    report(ssm, names[0], "AWS:Application", bash, {"Name": "vim", "Version": "9"})
    report(ssm, names[1], "AWS:File", {"Name": "f"})
    report(ssm, names[2], "AWS:Application", bash)
    report(ssm, names[2], "AWS:File", {"Name": "f"})
    report(ssm, names[3], "AWS:Network", {"Name": "eth0"})
    return names


def test_nodes_are_counted_by_values(ssm, fleet):
    asked = []
    for name in ("AWS:InstanceInformation.PlatformType", "AWS:Application.Version", "AWS:Application.Name"):
        asked = [{"Expression": name, **({"Aggregators": asked} if asked else {})}]
    (entity,) = ssm.get_inventory(Aggregators=asked)["Entities"]
    content = entity["Data"]["AWS:Application"]["Content"]
    assert [(each["Name"], each["Version"], each["Count"]) for each in content] == [
        ("bash", "5.2", "2"), ("vim", "9", "1")]
    assert {each["PlatformType"] for each in content} == {"Linux"}


@pytest.mark.parametrize(("filters", "matching"), [
    ([["AWS:Application"], ["AWS:File"]], "1"), ([["AWS:Application", "AWS:File"]], "3")])
def test_groups_tell_how_many_report_a_type(ssm, fleet, filters, matching):
    group = {"Name": "group", "Filters": [
        {"Key": "TypeName", "Values": names, "Type": "Exists"} for names in filters]}
    (entity,) = ssm.get_inventory(Aggregators=[{"Groups": [group]}])["Entities"]
    assert entity["Data"]["group"]["Content"] == [
        {"notMatchingCount": str(4 - int(matching))}, {"matchingCount": matching}]


def test_an_expression_names_an_attribute(ssm, fleet):
    with pytest.raises(ssm.exceptions.InvalidAggregatorException):
        ssm.get_inventory(Aggregators=[{"Expression": "PlatformType"}])
