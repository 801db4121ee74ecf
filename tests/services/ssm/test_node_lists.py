"""Nodes as the node views list and count them, and their properties."""

import pytest
from botocore.exceptions import ClientError


def counting(*names):
    """An aggregator for each attribute, each within the one before."""
    found = {}
    for name in reversed(names):
        found = {"AggregatorType": "Count", "TypeName": "Instance", "AttributeName": name, **(
            {"Aggregators": [found]} if found else {})}
    return [found]


def test_nodes_are_listed_by_pages_and_by_filters(ssm, register):
    ids = register(3, name="rack")
    pages = ssm.get_paginator("list_nodes").paginate(PaginationConfig={"PageSize": 1})
    found = [node for answer in pages for node in answer["Nodes"]]
    assert [node["Id"] for node in found] == sorted(ids)
    instance = found[0]["NodeType"]["Instance"]
    assert instance["Name"] == "rack" and instance["ManagedStatus"] == "Managed"
    by_id = ssm.list_nodes(Filters=[{"Key": "InstanceId", "Values": ids[:1]}])["Nodes"]
    assert [node["Id"] for node in by_id] == ids[:1]
    others = ssm.list_nodes(Filters=[{"Key": "InstanceId", "Values": ids[:1], "Type": "NotEqual"}])["Nodes"]
    assert sorted(node["Id"] for node in others) == sorted(ids[1:])
    assert ssm.list_nodes(Filters=[{"Key": "ManagedStatus", "Values": ["Unmanaged"]}])["Nodes"] == []


def test_nodes_are_counted_by_attributes_and_by_attributes_within(ssm, register):
    register(2)
    one = ssm.list_nodes_summary(Aggregators=counting("ResourceType"))["Summary"]
    assert one == [{"ResourceType": "ManagedInstance", "Count": "2"}]
    two = ssm.list_nodes_summary(Aggregators=counting("ResourceType", "Region"))["Summary"]
    assert two == [{"ResourceType": "ManagedInstance", "Region": "us-east-1", "Count": "2"}]
    none = ssm.list_nodes_summary(Aggregators=counting("Region"), Filters=[
        {"Key": "PlatformType", "Values": ["Windows"]}])["Summary"]
    assert none == []


def test_nodes_of_a_sync_are_not_claimed(ssm):
    with pytest.raises(ClientError) as refused:
        ssm.list_nodes(SyncName="AWS-QuickSetup-ManagedNode")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_properties_of_nodes_by_operators_and_tags(ssm, register):
    [one] = register(tags={"stage": "test"}, name="one")
    [two] = register(name="two")

    def chosen(**given):
        return [each["InstanceId"] for each in ssm.describe_instance_properties(**given)["InstanceProperties"]]

    assert chosen() == sorted((one, two))
    assert chosen(FiltersWithOperator=[{"Key": "InstanceIds", "Values": [one], "Operator": "NotEqual"}]) == [two]
    assert chosen(FiltersWithOperator=[{"Key": "tag:stage", "Values": ["test"]}]) == [one]
    assert chosen(InstancePropertyFilterList=[{"key": "InstanceIds", "valueSet": [two]}]) == [two]
    with pytest.raises(ssm.exceptions.InvalidFilterKey):
        chosen(FiltersWithOperator=[{"Key": "Colour", "Values": ["red"]}])


def test_properties_tell_of_associations(ssm, register, until):
    [node] = register()
    ssm.create_association(Name="AWS-RunShellScript", Parameters={"commands": ["true"]},
                           Targets=[{"Key": "InstanceIds", "Values": [node]}])
    found = until(lambda: ssm.describe_instance_properties()["InstanceProperties"][0],
                  lambda found: found.get("AssociationStatus") == "Success")
    assert found["AssociationOverview"]["InstanceAssociationStatusAggregatedCount"] == {"Success": 1}
    assert found["LastSuccessfulAssociationExecutionDate"] == found["LastAssociationExecutionDate"]
