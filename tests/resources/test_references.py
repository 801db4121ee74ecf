"""References between resources, other names of a record, wrapped tags, empty lists, preparation."""

import pytest

from emulator.kernel.errors import AwsError
from emulator.kernel.service import Service
from emulator.kernel.store import ACCOUNT
from emulator.resources import IdPattern, Listing, Reference, Resource, Tags, Unique, Version, declared, names

TAKEN = ("PublicKeyAlreadyExists", "{Id} is taken.")
TAGS = Tags(tag="TagResource", untag="UntagResource", list="ListTagsForResource",
            missing=("NoSuchResource", "Nothing is called {Id}."))  # fmt: skip
CONFIG = {"Name": "key", "CallerReference": "once", "EncodedKey": "text"}


@pytest.fixture
def cloudfront(bench):
    service = Service("cloudfront")
    common = {"scope": ACCOUNT, "version": Version(pattern="E{11:A-Z0-9}")}
    key = Resource(
        "PublicKey", service, id=IdPattern("K{13:A-Z0-9}"), body="PublicKeyConfig", create="CreatePublicKey",
        read=("GetPublicKey", "GetPublicKeyConfig"), delete="DeletePublicKey", created="CreatedTime",
        list=Listing("ListPublicKeys", bare=True), missing=("NoSuchPublicKey", "No key {id}."),
        unique=(Unique("PublicKeyConfig.CallerReference", TAKEN, repeats=True),), **common,
    )  # fmt: skip
    Resource(
        "KeyGroup", service, id=IdPattern("{uuid}"), body="KeyGroupConfig", create="CreateKeyGroup", read="GetKeyGroup",
        delete="DeleteKeyGroup", list="ListKeyGroups", also=("KeyGroupConfig.Name",), modified="LastModifiedTime",
        refers=(Reference(key, ("KeyGroupConfig.Items[]",), in_use=("PublicKeyInUse", "{Id} is in use.")),),
        **common,
    )  # fmt: skip
    made = Resource(
        "ConnectionGroup", service, id=IdPattern("cg_{8:a-z}"), create="CreateConnectionGroup", tags=TAGS,
        arn="arn:{partition}:cloudfront::{account}:connection-group/{Id}", names={"Identifier": "Id"},
        read="GetConnectionGroup", delete="DeleteConnectionGroup", also=("Name",), created="CreatedTime",
        list=(Listing("ListConnectionGroups"),), **common,
    )  # fmt: skip
    made.on_prepare(lambda ctx, document, before: {**document, "Enabled": document.get("Enabled", True)})
    return bench(service)


def public_key(bench, **more):
    return bench.call("CreatePublicKey", PublicKeyConfig={**CONFIG, **more})


def test_what_is_named_must_be_there_and_stays_while_it_is_named(cloudfront):
    missing = cloudfront.refusal("CreateKeyGroup", KeyGroupConfig={"Name": "g", "Items": ["KNONE"]})
    assert (missing.code, missing.message) == ("NoSuchPublicKey", "No key KNONE.")
    key = public_key(cloudfront)
    id = key["PublicKey"]["Id"]
    group = cloudfront.call("CreateKeyGroup", KeyGroupConfig={"Name": "g", "Items": [id]})
    refused = cloudfront.refusal("DeletePublicKey", Id=id, IfMatch=key["ETag"])
    assert (refused.code, refused.message) == ("PublicKeyInUse", f"{id} is in use.")
    cloudfront.call("DeleteKeyGroup", Id=group["KeyGroup"]["Id"])
    cloudfront.call("DeletePublicKey", Id=id, IfMatch=key["ETag"])
    assert cloudfront.refusal("GetPublicKey", Id=id).code == "NoSuchPublicKey"


def test_creating_the_same_again_gives_the_first_answer_and_another_is_refused(cloudfront):
    first = public_key(cloudfront)
    assert first["ETag"].startswith("E") and len(first["ETag"]) == 12
    assert public_key(cloudfront) == first
    assert cloudfront.refusal("CreatePublicKey", PublicKeyConfig={**CONFIG, "Comment": "x"}).code == TAKEN[0]
    assert cloudfront.call("ListPublicKeys")["PublicKeyList"]["Quantity"] == 1


def test_a_bare_list_without_elements_is_left_out(cloudfront):
    assert cloudfront.call("ListPublicKeys") == {"PublicKeyList": {"MaxItems": 100, "Quantity": 0}}
    assert cloudfront.call("ListKeyGroups")["KeyGroupList"]["Items"] == []


def test_a_record_is_found_by_its_other_names(cloudfront):
    made = cloudfront.call("CreateConnectionGroup", Name="mine")
    assert made["ConnectionGroup"]["Enabled"] is True
    for name in ("mine", made["ConnectionGroup"]["Id"]):
        assert cloudfront.call("GetConnectionGroup", Identifier=name) == made


def test_tags_may_be_wrapped_in_a_structure(cloudfront):
    given = {"Items": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}
    made = cloudfront.call("CreateConnectionGroup", Name="mine", Tags=given)["ConnectionGroup"]
    assert made["Tags"] == given
    cloudfront.call("UntagResource", Resource=made["Arn"], TagKeys={"Items": ["a"]})
    cloudfront.call("TagResource", Resource=made["Arn"], Tags={"Items": [{"Key": "c"}]})
    assert cloudfront.call("ListTagsForResource", Resource=made["Arn"]) == {
        "Tags": {"Items": [{"Key": "b", "Value": "2"}, {"Key": "c", "Value": ""}]}}  # fmt: skip
    absent = cloudfront.refusal("ListTagsForResource", Resource=made["Arn"][:-8] + "absentid")
    assert (absent.code, absent.message) == ("NoSuchResource", "Nothing is called cg_absentid.")


def test_a_condition_looks_into_lists():
    match = names("Config.Default.Id", "Config.Items[].Id")
    view = {"Config": {"Default": {"Id": "a"}, "Items": [{"Id": "b"}, {}]}}
    assert [match(view, each) for each in "abc"] == [True, True, False]


def test_operations_by_hand_create_and_change_as_declared_ones_do(cloudfront):
    ctx = cloudfront.context("CreateConnectionGroup")
    groups = next(each for each in declared(cloudfront.service) if each.name == "ConnectionGroup")
    members = []
    groups.on_update(lambda ctx, record, before: members.append((before.document["Name"], record.document["Name"])))
    with cloudfront.runtime.store.transaction():
        first = groups.add(ctx, {"Name": "mine"}, {"a": "1"})
        changed = groups.change(ctx, first, {"IfMatch": first.version}, Name="other")
        with pytest.raises(AwsError, match="PreconditionFailed"):
            groups.change(ctx, changed, {"IfMatch": first.version}, Name="third")
    assert (first.document["Enabled"], first.tags) == (True, {"a": "1"})
    assert changed.version != first.version and members == [("mine", "other")]
    assert cloudfront.call("GetConnectionGroup", Identifier="other")["ETag"] == changed.version


def test_who_uses_a_record_is_told(cloudfront):
    key = public_key(cloudfront)["PublicKey"]["Id"]
    group = cloudfront.call("CreateKeyGroup", KeyGroupConfig={"Name": "g", "Items": [key]})["KeyGroup"]["Id"]
    ctx, kinds = cloudfront.context(), {each.name: each for each in declared(cloudfront.service)}
    record = kinds["PublicKey"].get(ctx, {"Id": key})
    assert [each.id for each in kinds["PublicKey"].users(ctx, record)] == [(group,)]
