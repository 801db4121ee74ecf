"""One declaration over CloudFront's model: nested body, ETags, generated ids, counted pages; and what it refuses."""

import pytest

from emulator.kernel.service import Service
from emulator.kernel.store import ACCOUNT
from emulator.resources import IdPattern, Lifecycle, Listing, Resource, Unique, Version, after, resource_of

CONFIG = {"Name": "keys", "Items": ["K1", "K2"], "Comment": "first"}


@pytest.fixture
def cloudfront(bench):
    service = Service("cloudfront")
    resource = Resource(
        "KeyGroup", service, id=IdPattern("{8:a-f0-9}-{4:a-f0-9}"), body="KeyGroupConfig", scope=ACCOUNT,
        arn="arn:{partition}:cloudfront::{account}:key-group/{Id}", modified="LastModifiedTime",
        create="CreateKeyGroup", read=("GetKeyGroup", "GetKeyGroupConfig"), update="UpdateKeyGroup",
        delete="DeleteKeyGroup", list=Listing("ListKeyGroups", order="created"),
        missing=("NoSuchResource", "The key group {Id} does not exist."),
        unique=(Unique("KeyGroupConfig.Name", ("KeyGroupAlreadyExists", "{KeyGroupConfig[Name]} is taken.")),),
        version=Version(absent=("InvalidIfMatchVersion", "If-Match is missing."), stale="PreconditionFailed"),
    )  # fmt: skip
    made = bench(service)
    made.resource = resource
    return made


def create(bench, name="keys"):
    return bench.call("CreateKeyGroup", KeyGroupConfig={**CONFIG, "Name": name})


def test_written_members_come_back_in_every_output(cloudfront):
    made = create(cloudfront)
    group = made["KeyGroup"]
    assert group["KeyGroupConfig"] == CONFIG
    assert group["LastModifiedTime"] == 1_800_000_000.0
    assert len(group["Id"]) == 13 and len(made["ETag"]) == 14
    assert "Location" not in made
    assert cloudfront.call("GetKeyGroup", Id=group["Id"]) == made
    assert cloudfront.call("GetKeyGroupConfig", Id=group["Id"]) == {"KeyGroupConfig": CONFIG, "ETag": made["ETag"]}
    assert cloudfront.call("ListKeyGroups") == {
        "KeyGroupList": {"MaxItems": 100, "Quantity": 1, "Items": [{"KeyGroup": group}]}
    }


def test_an_update_needs_the_current_version(cloudfront):
    made = create(cloudfront)
    id, changed = made["KeyGroup"]["Id"], {"Name": "keys", "Items": ["K3"]}
    missing = cloudfront.refusal("UpdateKeyGroup", Id=id, KeyGroupConfig=changed)
    assert (missing.code, missing.message) == ("InvalidIfMatchVersion", "If-Match is missing.")
    stale = cloudfront.refusal("UpdateKeyGroup", Id=id, KeyGroupConfig=changed, IfMatch="OLD")
    assert stale.code == "PreconditionFailed"
    cloudfront.advance(60)
    updated = cloudfront.call("UpdateKeyGroup", Id=id, KeyGroupConfig=changed, IfMatch=made["ETag"])
    assert updated["KeyGroup"]["KeyGroupConfig"] == changed
    assert updated["KeyGroup"]["LastModifiedTime"] == 1_800_000_060.0
    assert updated["ETag"] != made["ETag"]
    assert cloudfront.call("GetKeyGroup", Id=id) == updated
    assert cloudfront.refusal("DeleteKeyGroup", Id=id, IfMatch=made["ETag"]).code == "PreconditionFailed"
    assert cloudfront.call("DeleteKeyGroup", Id=id, IfMatch=updated["ETag"]) == {}
    gone = cloudfront.refusal("GetKeyGroup", Id=id)
    assert (gone.code, gone.message) == ("NoSuchResource", f"The key group {id} does not exist.")


def test_a_unique_member_is_taken_once(cloudfront):
    first = create(cloudfront, "one")
    second = create(cloudfront, "two")
    taken = cloudfront.refusal("CreateKeyGroup", KeyGroupConfig={**CONFIG, "Name": "one"})
    assert (taken.code, taken.message) == ("KeyGroupAlreadyExists", "one is taken.")
    rename = cloudfront.refusal(
        "UpdateKeyGroup", Id=second["KeyGroup"]["Id"], IfMatch=second["ETag"], KeyGroupConfig={**CONFIG, "Name": "one"}
    )
    assert rename.code == "KeyGroupAlreadyExists"
    same = cloudfront.call(
        "UpdateKeyGroup", Id=first["KeyGroup"]["Id"], IfMatch=first["ETag"], KeyGroupConfig={**CONFIG, "Name": "one"}
    )
    assert same["KeyGroup"]["KeyGroupConfig"]["Name"] == "one"


def test_records_belong_to_their_account_in_every_region(cloudfront):
    id = create(cloudfront)["KeyGroup"]["Id"]
    assert cloudfront.call("GetKeyGroup", Id=id, region="us-east-1")["KeyGroup"]["Id"] == id
    assert cloudfront.refusal("GetKeyGroup", Id=id, account="999999999999").code == "NoSuchResource"


def test_a_failed_call_changes_nothing(cloudfront):
    @cloudfront.resource.on_create
    def refuse(ctx, record):
        cloudfront.resource.put(ctx, record)
        raise RuntimeError("after the write")

    with pytest.raises(RuntimeError):
        create(cloudfront)
    assert cloudfront.call("ListKeyGroups")["KeyGroupList"]["Quantity"] == 0


def test_pages_by_time_of_creation(cloudfront):
    names = []
    for number in range(7):
        cloudfront.advance(number % 2)  # some are made at the same moment
        names.append(create(cloudfront, f"group-{number}")["KeyGroup"]["Id"])
    for size in range(1, 9):
        found, marker = [], None
        while True:
            given = {"MaxItems": str(size), **({"Marker": marker} if marker else {})}
            page = cloudfront.call("ListKeyGroups", **given)["KeyGroupList"]
            assert page["Quantity"] == len(page["Items"]) <= size == page["MaxItems"]
            found += [each["KeyGroup"]["Id"] for each in page["Items"]]
            marker = page.get("NextMarker")
            if marker is None:
                break
        assert sorted(found) == sorted(names) and len(found) == 7


def test_resource_of_names_what_policies_are_held_against(cloudfront):
    ctx, service = cloudfront.context(), cloudfront.service
    arn = "arn:aws:cloudfront::111122223333:key-group/"
    assert resource_of(ctx, service, "GetKeyGroup", {"Id": "abc"}) == f"{arn}abc"
    assert resource_of(ctx, service, "CreateKeyGroup", {"KeyGroupConfig": CONFIG}) == f"{arn}*"
    assert resource_of(ctx, service, "ListKeyGroups", {}) == "*"
    assert resource_of(ctx, service, "CreateInvalidation", {}) == "*"


def test_the_schema_tells_what_can_be_written_and_read(cloudfront):
    schema = cloudfront.resource.schema()
    assert schema["type"] == "AWS::Cloudfront::KeyGroup"
    assert schema["identifiers"] == ["Id"]
    assert schema["required"] == ["KeyGroupConfig"]
    assert schema["read_only"] == ["ETag", "KeyGroup"]
    assert schema["operations"]["UpdateKeyGroup"] == "update"


def test_ids_carry_their_prefix_and_markers_are_ids(bench):
    service = Service("route53")
    Resource(
        "HostedZone", service, id=IdPattern("Z{6:A-Z0-9}", prefix="/hostedzone/"), scope=1, missing="NoSuchHostedZone",
        arn="arn:{partition}:route53:::hostedzone/{Id}", create="CreateHostedZone", read="GetHostedZone",
        list=Listing("ListHostedZones", marker=True, maximum=100),
    )  # fmt: skip
    zones = bench(service)
    ids = sorted(zones.call("CreateHostedZone", Name=f"{name}.", CallerReference=name)["HostedZone"]["Id"]
                 for name in ("a", "b", "c"))
    assert all(each.startswith("/hostedzone/Z") for each in ids)
    for asked in (ids[0], ids[0].removeprefix("/hostedzone/")):
        assert zones.call("GetHostedZone", Id=asked)["HostedZone"]["Id"] == ids[0]
    page = zones.call("ListHostedZones", MaxItems="2")
    assert ([each["Id"] for each in page["HostedZones"]], page["MaxItems"], page["IsTruncated"]) == (ids[:2], "2", True)
    assert page["NextMarker"] == ids[2].removeprefix("/hostedzone/") and "Marker" not in page
    rest = zones.call("ListHostedZones", Marker=page["NextMarker"], MaxItems="1000")
    assert [each["Id"] for each in rest["HostedZones"]] == ids[2:]
    assert (rest["Marker"], rest["MaxItems"], rest["IsTruncated"]) == (page["NextMarker"], "100", False)


def test_what_is_made_by_hand_enters_its_states(bench):
    service = Service("route53")
    change = Resource(
        "Change", service, id=IdPattern("C{6:A-Z0-9}"), scope=1, read="GetChange",
        states=Lifecycle("PENDING", after(1), "INSYNC"),
    )  # fmt: skip
    changes = bench(service)
    ctx = changes.context()
    with changes.runtime.store.transaction():
        id = change.make(ctx, {}).id[-1]
    assert change.rows(ctx)[(id,)].state == "PENDING"
    changes.advance(1)
    assert change.rows(ctx)[(id,)].state == "INSYNC"
