"""Parameter Store: versions, names, tiers, patterns, tags, labels, lists, and policies on the clock."""

import json

import pytest
from botocore.exceptions import ClientError

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z


def code(error) -> str:
    return error.value.response["Error"]["Code"]


def test_a_parameter_is_put_read_by_name_and_arn_and_deleted(ssm):
    assert ssm.put_parameter(Name="/app/port", Value="80", Type="String")["Version"] == 1
    found = ssm.get_parameter(Name="/app/port")["Parameter"]
    assert found["ARN"] == "arn:aws:ssm:us-east-1:000000000000:parameter/app/port"
    assert (found["Value"], found["Type"], found["DataType"], found["Version"]) == ("80", "String", "text", 1)
    assert ssm.get_parameter(Name=found["ARN"])["Parameter"]["Name"] == "/app/port"
    ssm.delete_parameter(Name="/app/port")
    with pytest.raises(ClientError) as error:
        ssm.get_parameter(Name="/app/port")
    assert code(error) == "ParameterNotFound"
    assert "Message" not in error.value.response["Error"] or error.value.response["Error"]["Message"] == ""


def test_a_name_of_one_level_is_the_same_with_a_slash(ssm):
    ssm.put_parameter(Name="plain", Value="1", Type="String")
    assert ssm.get_parameter(Name="/plain")["Parameter"]["Value"] == "1"
    assert ssm.get_parameters(Names=["/plain", "nobody"])["InvalidParameters"] == ["nobody"]


@pytest.mark.parametrize(("name", "expected"), [
    ("aws/x", "ValidationException"), ("/aws/x", "AccessDeniedException"), ("/ssm/x", "ValidationException"),
    ("a/b", "ValidationException"), ("/a/b$", "ValidationException"),
    ("/" + "/".join("abcdefghijklmnop"), "HierarchyLevelLimitExceededException"),
])  # fmt: skip
def test_names_that_aws_refuses(ssm, name, expected):
    with pytest.raises(ClientError) as error:
        ssm.put_parameter(Name=name, Value="1", Type="String")
    assert code(error) == expected


def test_versions_and_their_selectors(ssm):
    for value in ("a", "b", "c"):
        ssm.put_parameter(Name="p", Value=value, Type="String", Overwrite=True)
    ssm.label_parameter_version(Name="p", ParameterVersion=2, Labels=["prod"])
    by_label = ssm.get_parameter(Name="p:prod")["Parameter"]
    assert (by_label["Value"], by_label["Selector"]) == ("b", ":prod")
    assert ssm.get_parameter(Name="p:1")["Parameter"]["Value"] == "a"
    with pytest.raises(ClientError) as error:
        ssm.get_parameter(Name="p:9")
    assert code(error) == "ParameterVersionNotFound"
    history = ssm.get_parameter_history(Name="p")["Parameters"]
    assert [(each["Version"], each["Value"], each["Labels"]) for each in history] == [
        (1, "a", []), (2, "b", ["prod"]), (3, "c", [])]  # fmt: skip


def test_an_existing_parameter_needs_overwrite_and_keeps_its_type(ssm):
    ssm.put_parameter(Name="p", Value="1", Type="String", Description="first")
    with pytest.raises(ClientError) as error:
        ssm.put_parameter(Name="p", Value="2", Type="String")
    assert code(error) == "ParameterAlreadyExists"
    assert ssm.put_parameter(Name="p", Value="2", Overwrite=True)["Version"] == 2
    described = ssm.describe_parameters()["Parameters"][0]
    assert (described["Type"], described["Description"], described["Version"]) == ("String", "first", 2)


def test_a_hundred_versions_are_kept_and_a_labelled_one_is_not_lost(ssm):
    for number in range(101):
        ssm.put_parameter(Name="p", Value=str(number), Type="String", Overwrite=True)
    pages = ssm.get_paginator("get_parameter_history").paginate(Name="p")
    versions = [each["Version"] for page in pages for each in page["Parameters"]]
    assert versions == list(range(2, 102))
    ssm.label_parameter_version(Name="p", ParameterVersion=2, Labels=["keep"])
    with pytest.raises(ClientError) as error:
        ssm.put_parameter(Name="p", Value="x", Overwrite=True)
    assert code(error) == "ParameterMaxVersionLimitExceeded"


def test_patterns_tiers_and_lengths(ssm):
    with pytest.raises(ClientError) as error:
        ssm.put_parameter(Name="p", Value="x", Type="String", AllowedPattern=r"^\d+$")
    assert code(error) == "ParameterPatternMismatchException"
    with pytest.raises(ClientError) as error:
        ssm.put_parameter(Name="p", Value="x" * 4097, Type="String")
    assert code(error) == "ValidationException"
    put = ssm.put_parameter(Name="p", Value="x" * 4097, Type="String", Tier="Intelligent-Tiering")
    assert put["Tier"] == "Advanced"
    with pytest.raises(ClientError) as error:
        ssm.put_parameter(Name="p", Value="x", Tier="Standard", Overwrite=True)
    assert code(error) == "ValidationException"


def test_paths_list_one_level_or_all_in_pages(ssm):
    for name in ("/a/x", "/a/y", "/a/b/z", "/ab/q", "top"):
        ssm.put_parameter(Name=name, Value=name, Type="String")

    def names(**given):
        pages = ssm.get_paginator("get_parameters_by_path").paginate(PaginationConfig={"PageSize": 1}, **given)
        return [each["Name"] for page in pages for each in page["Parameters"]]

    assert names(Path="/a") == ["/a/x", "/a/y"]
    assert names(Path="/a/", Recursive=True) == ["/a/b/z", "/a/x", "/a/y"]
    assert names(Path="/", Recursive=True) == ["/a/b/z", "/a/x", "/a/y", "/ab/q", "top"]
    with pytest.raises(ClientError) as error:
        ssm.get_parameters_by_path(Path="a")
    assert code(error) == "ValidationException"


def test_labels_filter_paths_by_any_version(ssm):
    ssm.put_parameter(Name="/p/q", Value="old", Type="String")
    ssm.label_parameter_version(Name="/p/q", Labels=["latest", "1st", "aws-x"])
    ssm.put_parameter(Name="/p/q", Value="new", Overwrite=True)
    found = ssm.get_parameters_by_path(Path="/p", ParameterFilters=[{"Key": "Label", "Values": ["latest"]}])
    assert [each["Value"] for each in found["Parameters"]] == ["old"]
    refused = ssm.label_parameter_version(Name="/p/q", Labels=["aws-y", "2nd"])
    assert refused["InvalidLabels"] == ["aws-y", "2nd"]
    removed = ssm.unlabel_parameter_version(Name="/p/q", ParameterVersion=1, Labels=["latest", "none"])
    assert (removed["RemovedLabels"], removed["InvalidLabels"]) == (["latest"], ["none"])


def test_describe_filters_by_name_type_path_and_tag(ssm):
    ssm.put_parameter(Name="/one/a", Value="1", Type="String", Tags=[{"Key": "team", "Value": "x"}])
    ssm.put_parameter(Name="/one/b", Value="1,2", Type="StringList")
    ssm.put_parameter(Name="two", Value="1", Type="String")

    def names(*filters):
        return [each["Name"] for each in ssm.describe_parameters(ParameterFilters=list(filters))["Parameters"]]

    assert names({"Key": "Name", "Option": "Contains", "Values": ["one"]}) == ["/one/a", "/one/b"]
    assert names({"Key": "Type", "Values": ["StringList"]}) == ["/one/b"]
    assert names({"Key": "Path", "Values": ["/one"]}) == ["/one/a", "/one/b"]
    assert names({"Key": "tag:team", "Values": ["x"]}) == ["/one/a"]
    with pytest.raises(ClientError) as error:
        names({"Key": "Label", "Values": ["x"]})
    assert code(error) == "InvalidFilterKey"


def test_tags_by_resource_type(ssm):
    ssm.put_parameter(Name="p", Value="1", Type="String")
    ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId="p", Tags=[{"Key": "a", "Value": "1"}])
    assert ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="p")["TagList"] == [
        {"Key": "a", "Value": "1"}]  # fmt: skip
    ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId="p", TagKeys=["a", "b"])
    assert ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="p")["TagList"] == []
    with pytest.raises(ClientError) as error:
        ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="q")
    assert code(error) == "InvalidResourceId"


def test_an_expired_parameter_is_gone(ssm, emulator):
    emulator.freeze(NOON)
    policy = [{"Type": "Expiration", "Version": "1.0", "Attributes": {"Timestamp": "2027-01-16T12:00:00Z"}},
              {"Type": "NoChangeNotification", "Version": "1.0", "Attributes": {"After": "2", "Unit": "Hours"}}]
    ssm.put_parameter(Name="p", Value="1", Type="String", Tier="Advanced", Policies=json.dumps(policy))

    def statuses():
        return [each["PolicyStatus"] for each in ssm.describe_parameters()["Parameters"][0]["Policies"]]

    assert statuses() == ["Pending", "Pending"]
    emulator.advance(3 * 3600)
    assert statuses() == ["Pending", "Finished"]
    emulator.advance(86400)
    with pytest.raises(ClientError) as error:
        ssm.get_parameter(Name="p")
    assert code(error) == "ParameterNotFound"


@pytest.mark.parametrize(("policy", "expected"), [
    ([{"Type": "Other"}], "InvalidPolicyTypeException"),
    ([{"Type": "Expiration", "Attributes": {"Timestamp": "soon"}}], "InvalidPolicyAttributeException"),
    ([{"Type": "ExpirationNotification", "Attributes": {"Before": "1", "Unit": "Days"}}],
     "IncompatiblePolicyException"),
])  # fmt: skip
def test_policies_that_aws_refuses(ssm, policy, expected):
    with pytest.raises(ClientError) as error:
        ssm.put_parameter(Name="p", Value="1", Type="String", Tier="Advanced", Policies=json.dumps(policy))
    assert code(error) == expected
