"""Schedule groups: the one that is always there, states, tags, pages, client tokens."""

import pytest

ARN = "arn:aws:scheduler:us-east-1:000000000000:schedule-group/"
LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:f"


def names(scheduler, **given):
    return [each["Name"] for each in scheduler.list_schedule_groups(**given)["ScheduleGroups"]]


def test_the_default_group_is_always_there(scheduler, client, refused):
    group = scheduler.get_schedule_group(Name="default")
    assert (group["Arn"], group["State"]) == (f"{ARN}default", "ACTIVE")
    assert names(scheduler) == ["default"] == names(client("scheduler", region="eu-west-1", access_key="111111111111"))
    assert refused(scheduler.delete_schedule_group, Name="default")[:2] == (400, "ValidationException")


def test_a_group_from_creation_to_removal(scheduler, schedule, emulator, refused):
    assert scheduler.create_schedule_group(Name="g")["ScheduleGroupArn"] == f"{ARN}g"
    group = scheduler.get_schedule_group(Name="g")
    assert group["CreationDate"] == group["LastModificationDate"]
    assert group["CreationDate"].timestamp() == 1_800_014_400
    schedule("s", "rate(1 day)", LAMBDA, GroupName="g")
    schedule("s", "rate(1 day)", LAMBDA)
    scheduler.delete_schedule_group(Name="g")
    assert scheduler.get_schedule_group(Name="g")["State"] == "DELETING"
    assert scheduler.get_schedule(Name="s", GroupName="g")["GroupName"] == "g"
    assert refused(scheduler.delete_schedule_group, Name="g")[:2] == (409, "ConflictException")
    target = {"Arn": LAMBDA, "RoleArn": "arn:aws:iam::000000000000:role/r"}
    assert refused(scheduler.create_schedule, Name="t", GroupName="g", ScheduleExpression="rate(1 day)",
                   FlexibleTimeWindow={"Mode": "OFF"}, Target=target)[:2] == (409, "ConflictException")  # fmt: skip
    emulator.advance(1)
    gone = (404, "ResourceNotFoundException", "Schedule group g does not exist.")
    assert refused(scheduler.get_schedule_group, Name="g") == gone
    assert refused(scheduler.delete_schedule_group, Name="g") == gone
    assert refused(scheduler.list_schedules, GroupName="g") == gone
    assert refused(scheduler.get_schedule, Name="s", GroupName="g")[2] == "Schedule s does not exist."
    assert scheduler.get_schedule(Name="s")["GroupName"] == "default"


def test_a_name_is_taken_once(scheduler, refused):
    scheduler.create_schedule_group(Name="g", ClientToken="one")
    scheduler.create_schedule_group(Name="g", ClientToken="one")
    assert refused(scheduler.create_schedule_group, Name="g", ClientToken="two") == (
        409, "ConflictException", "Schedule group g already exists.",
    )  # fmt: skip
    assert refused(scheduler.create_schedule_group, Name="h", ClientToken="one")[:2] == (409, "ConflictException")


def test_tags(scheduler, refused):
    arn = scheduler.create_schedule_group(Name="g", Tags=[{"Key": "a", "Value": "1"}])["ScheduleGroupArn"]
    scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "3"}])
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [
        {"Key": "a", "Value": "3"}, {"Key": "b", "Value": "2"},
    ]  # fmt: skip
    scheduler.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    missing = refused(scheduler.list_tags_for_resource, ResourceArn=f"{ARN}none")
    assert missing == (404, "ResourceNotFoundException", "Schedule group none does not exist.")


@pytest.mark.parametrize("size", [1, 2, 3, 4, 10])
def test_pages_and_prefixes(scheduler, size):
    for name in ("beta", "alpha", "alpine"):
        scheduler.create_schedule_group(Name=name)
    pages = scheduler.get_paginator("list_schedule_groups").paginate(PaginationConfig={"PageSize": size})
    assert [each["Name"] for page in pages for each in page["ScheduleGroups"]] == ["alpha", "alpine", "beta", "default"]
    assert names(scheduler, NamePrefix="alp") == ["alpha", "alpine"]


def test_a_token_of_another_query_is_refused(scheduler, refused):
    scheduler.create_schedule_group(Name="g")
    token = scheduler.list_schedule_groups(MaxResults=1)["NextToken"]
    assert names(scheduler, MaxResults=1, NextToken=token) == ["g"]
    assert refused(scheduler.list_schedule_groups, NextToken=token, NamePrefix="g")[:2] == (400, "ValidationException")
    assert refused(scheduler.list_schedule_groups, NextToken="nonsense")[:2] == (400, "ValidationException")
