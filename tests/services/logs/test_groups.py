"""Log groups and streams: made, described, tagged, protected, deleted."""


def test_groups_are_described(logs, emulator):
    emulator.freeze(1_800_014_400.0)
    for name in ("/bbb", "/a/x", "/a/y"):
        logs.create_log_group(logGroupName=name, tags={"k": name})
    logs.put_retention_policy(logGroupName="/a/y", retentionInDays=30)
    found = logs.describe_log_groups(logGroupNamePrefix="/a")["logGroups"]
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:/a/x"
    assert found[0] == {
        "logGroupName": "/a/x", "creationTime": 1_800_014_400_000, "metricFilterCount": 0, "arn": f"{arn}:*",
        "logGroupArn": arn, "logGroupClass": "STANDARD", "storedBytes": 0, "deletionProtectionEnabled": False,
    }  # fmt: skip
    assert found[1]["retentionInDays"] == 30
    pages = logs.get_paginator("describe_log_groups").paginate(PaginationConfig={"PageSize": 2})
    assert [[each["logGroupName"] for each in page["logGroups"]] for page in pages] == [["/a/x", "/a/y"], ["/bbb"]]
    listed = logs.list_log_groups(logGroupNamePattern="^/bb|a/x", logGroupTags=[{"key": "k"}])["logGroups"]
    assert [each["logGroupName"] for each in listed] == ["/a/x", "/bbb"]


def test_a_protected_group_stays(logs, group, refused):
    logs.put_log_group_deletion_protection(logGroupIdentifier=group, deletionProtectionEnabled=True)
    assert refused(logs.delete_log_group, logGroupName=group)[0] == "ValidationException"
    logs.put_log_group_deletion_protection(logGroupIdentifier=group, deletionProtectionEnabled=False)
    logs.delete_log_group(logGroupName=group)
    assert refused(logs.describe_log_streams, logGroupName=group) == (
        "ResourceNotFoundException", "The specified log group does not exist.")


def test_a_group_that_is_made_anew_is_empty(logs, put, group):
    put("old")
    logs.delete_log_group(logGroupName=group)
    logs.create_log_group(logGroupName=group)
    assert logs.describe_log_streams(logGroupName=group)["logStreams"] == []
    logs.create_log_stream(logGroupName=group, logStreamName="one")
    assert logs.get_log_events(logGroupName=group, logStreamName="one")["events"] == []


def test_streams_are_ordered_by_name_or_last_event(logs, put, group, refused):
    for name in ("two", "three"):
        logs.create_log_stream(logGroupName=group, logStreamName=name)
    put("a", stream="two", at=5)
    put("b", stream="one", at=9)

    def names(**given):
        return [each["logStreamName"] for each in logs.describe_log_streams(logGroupName=group, **given)["logStreams"]]

    assert names() == ["one", "three", "two"]
    assert names(descending=True) == ["two", "three", "one"]
    assert names(orderBy="LastEventTime", descending=True) == ["one", "two", "three"]
    assert names(logStreamNamePrefix="t") == ["three", "two"]
    pages = logs.get_paginator("describe_log_streams").paginate(
        logGroupName=group, orderBy="LastEventTime", descending=True, PaginationConfig={"PageSize": 1})
    assert [page["logStreams"][0]["logStreamName"] for page in pages] == ["one", "two", "three"]
    code, _ = refused(logs.describe_log_streams, logGroupName=group, orderBy="LastEventTime", logStreamNamePrefix="t")
    assert code == "InvalidParameterException"


def test_tags_by_name_and_by_arn(logs, group):
    arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{group}"
    logs.tag_log_group(logGroupName=group, tags={"a": "1", "b": "2"})
    logs.tag_resource(resourceArn=arn, tags={"c": "3"})
    logs.untag_log_group(logGroupName=group, tags=["a"])
    logs.untag_resource(resourceArn=arn, tagKeys=["b"])
    assert logs.list_tags_log_group(logGroupName=group)["tags"] == {"c": "3"}
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "3"}
