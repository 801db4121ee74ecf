"""Client tokens, tags in all their forms, seeds and defaults, over Scheduler's and KMS's models."""

import pytest

from emulator.kernel.service import Service
from emulator.kernel.store import replace
from emulator.model import load
from emulator.resources import IdPattern, Resource, Tags, resource_of, tags
from emulator.resources.idempotency import LIFETIME
from emulator.resources.records import tokens

ARN = "arn:aws:scheduler:eu-west-1:111122223333:schedule-group/"


@pytest.fixture
def groups(bench):
    service = Service("scheduler")
    made = bench(service)
    made.resource = Resource(
        "Group", service, id="Name", arn="arn:{partition}:scheduler:{region}:{account}:schedule-group/{Name}",
        create="CreateScheduleGroup", read="GetScheduleGroup", delete="DeleteScheduleGroup", list="ListScheduleGroups",
        names={"ScheduleGroupArn": "Arn"}, missing=("ResourceNotFoundException", "No {Name}."),
        exists=("ConflictException", "{Name} exists."), tags=Tags(maximum=3), seeds=({"Name": "default"},),
        protected=("ValidationException", "{Name} stays."),
    )  # fmt: skip
    return made


def test_a_token_repeats_its_answer(groups):
    answer = groups.call("CreateScheduleGroup", Name="g", ClientToken="t")
    assert groups.call("CreateScheduleGroup", Name="g", ClientToken="t") == answer == {"ScheduleGroupArn": f"{ARN}g"}
    other = groups.refusal("CreateScheduleGroup", Name="h", ClientToken="t")
    assert (other.code, "t" in other.message) == ("ConflictException", True)
    assert groups.refusal("CreateScheduleGroup", Name="g", ClientToken="u").message == "g exists."
    assert groups.refusal("CreateScheduleGroup", Name="g").message == "g exists."
    groups.call("DeleteScheduleGroup", Name="g", ClientToken="t")
    assert groups.call("DeleteScheduleGroup", Name="g", ClientToken="t") == {}
    assert groups.refusal("DeleteScheduleGroup", Name="g", ClientToken="v").message == "No g."


def test_a_failed_call_leaves_no_token(groups):
    groups.refusal("DeleteScheduleGroup", Name="g", ClientToken="t")
    groups.call("CreateScheduleGroup", Name="g")
    assert groups.call("DeleteScheduleGroup", Name="g", ClientToken="t") == {}


def test_tokens_are_forgotten_in_time(groups):
    for number in range(5):
        groups.call("CreateScheduleGroup", Name=f"g{number}", ClientToken=f"t{number}")
    groups.advance(LIFETIME)
    assert groups.refusal("CreateScheduleGroup", Name="g0", ClientToken="t0").message == "g0 exists."
    groups.call("CreateScheduleGroup", Name="h", ClientToken="t0")
    assert [record.id for record in groups.context().rows(tokens, "scheduler")] == [("CreateScheduleGroup", "t0")]


def tagged(bench, name):
    return bench.call("ListTagsForResource", ResourceArn=f"{ARN}{name}")["Tags"]


def test_tags_from_creation_to_removal(groups):
    groups.call("CreateScheduleGroup", Name="g", Tags=[{"Key": "a", "Value": "1"}])
    assert tagged(groups, "g") == [{"Key": "a", "Value": "1"}]
    groups.call("TagResource", ResourceArn=f"{ARN}g", Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": ""}])
    assert tagged(groups, "g") == [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": ""}]
    assert groups.call("UntagResource", ResourceArn=f"{ARN}g", TagKeys=["a", "zzz"]) == {}
    assert tagged(groups, "g") == [{"Key": "b", "Value": ""}]
    assert tagged(groups, "default") == []


def test_tags_have_limits(groups):
    many = [{"Key": str(number), "Value": ""} for number in range(4)]
    refused = groups.refusal("CreateScheduleGroup", Name="g", Tags=many)
    assert refused.message == "A resource can have at most 3 tags."
    groups.call("CreateScheduleGroup", Name="g", Tags=many[:3])
    assert groups.refusal("TagResource", ResourceArn=f"{ARN}g", Tags=many[3:]).code == "ValidationException"
    reserved = groups.refusal("TagResource", ResourceArn=f"{ARN}g", Tags=[{"Key": "aws:x", "Value": ""}])
    assert reserved.message == "Tag keys that start with aws: are reserved for AWS use."


def test_tags_of_what_is_not_there(groups):
    assert groups.refusal("ListTagsForResource", ResourceArn=f"{ARN}none").message == "No none."
    assert groups.refusal("TagResource", ResourceArn="arn:aws:s3:::b", Tags=[]).code == "ResourceNotFoundException"
    assert resource_of(groups.context(), groups.service, "TagResource", {"ResourceArn": f"{ARN}g"}) == f"{ARN}g"


def test_seeds_are_everywhere_and_stay(groups):
    assert [each["Name"] for each in groups.call("ListScheduleGroups")["ScheduleGroups"]] == ["default"]
    made = groups.call("GetScheduleGroup", Name="default")["CreationDate"]
    groups.advance(10)
    assert groups.call("GetScheduleGroup", Name="default")["CreationDate"] == made
    assert groups.call("GetScheduleGroup", Name="default", region="us-east-2")["Arn"].split(":")[3] == "us-east-2"
    assert groups.refusal("DeleteScheduleGroup", Name="default").message == "default stays."


def test_hooks_change_what_is_stored_and_shown(groups):
    @groups.resource.on_create
    def count(ctx, record):
        return replace(record, private={"calls": 1})

    @groups.resource.on_read
    def show(ctx, record):
        return {"State": "ACTIVE" if record.private else "DELETING"}

    groups.call("CreateScheduleGroup", Name="g")
    assert groups.call("GetScheduleGroup", Name="g")["State"] == "ACTIVE"
    assert groups.call("GetScheduleGroup", Name="default")["State"] == "DELETING"


def test_tags_of_keys_that_are_named_by_id(bench):
    service = Service("kms")
    kms = bench(service)
    Resource(
        "Key", service, id=IdPattern("{uuid}", "KeyId"), arn="arn:{partition}:kms:{region}:{account}:key/{KeyId}",
        create="CreateKey", read="DescribeKey", by_arn=True, missing="NotFoundException",
        tags=Tags("TagResource", "UntagResource", "ListResourceTags"),
    )  # fmt: skip
    key = kms.call("CreateKey", Description="d", Tags=[{"TagKey": "a", "TagValue": "1"}])["KeyMetadata"]
    assert key["Description"] == "d" and key["Arn"].endswith(key["KeyId"])
    assert kms.call("DescribeKey", KeyId=key["Arn"])["KeyMetadata"] == key
    assert kms.refusal("DescribeKey", KeyId=key["Arn"] + "0").code == "NotFoundException"
    for subject in (key["KeyId"], key["Arn"]):
        kms.call("TagResource", KeyId=subject, Tags=[{"TagKey": subject[:3], "TagValue": "2"}])
    assert kms.call("ListResourceTags", KeyId=key["KeyId"])["Tags"] == [
        {"TagKey": "a", "TagValue": "1"}, {"TagKey": key["KeyId"][:3], "TagValue": "2"},
        {"TagKey": "arn", "TagValue": "2"},
    ]  # fmt: skip


@pytest.mark.parametrize(("service", "shape", "wire"), [
    ("kms", "TagList", [{"TagKey": "a", "TagValue": "1"}]), ("s3", "TagSet", [{"Key": "a", "Value": "1"}]),
    ("sqs", "TagMap", {"a": "1"}), ("ecs", "Tags", [{"key": "a", "value": "1"}]),
])  # fmt: skip
def test_every_form_of_tags(service, shape, wire):
    form = load(service).shape(shape)
    assert tags.from_wire(form, wire) == {"a": "1"}
    assert tags.to_wire(form, {"a": "1"}) == wire
    assert tags.from_wire(form, None) == {}
