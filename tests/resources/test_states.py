"""States that advance on the clock, children and their guards, over the models of Lambda and API Gateway."""

import pytest

from emulator.kernel.errors import NotImplementedByEmulator
from emulator.kernel.service import Service
from emulator.resources import IdPattern, Lifecycle, Listing, Parent, Resource, after, equal

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:q"


@pytest.fixture
def mappings(bench):
    service = Service("lambda")
    made = bench(service)
    made.resource = Resource(
        "EventSourceMapping", service, id=IdPattern("{uuid}", "UUID"), arn_member="EventSourceMappingArn",
        arn="arn:{partition}:lambda:{region}:{account}:event-source-mapping:{UUID}", modified="LastModified",
        create="CreateEventSourceMapping", read="GetEventSourceMapping", update="UpdateEventSourceMapping",
        delete="DeleteEventSourceMapping",
        list=Listing("ListEventSourceMappings", {"EventSourceArn": equal("EventSourceArn")}),
        missing=("ResourceNotFoundException", "The resource you requested does not exist."),
        states=Lifecycle(
            "Creating", after(3), "Enabled", update=("Updating", after(2), "Enabled"), delete=("Deleting", after(5)),
            member="State", busy=("ResourceInUseException", "{UUID} is {state}."),
        ),
        defaults={"BatchSize": 10, "DestinationConfig.OnFailure": {}},
    )  # fmt: skip
    return made


def make(bench, **given):
    return bench.call("CreateEventSourceMapping", FunctionName="f", EventSourceArn=QUEUE, **given)


def state(bench, id):
    return bench.call("GetEventSourceMapping", UUID=id)["State"]


def test_states_follow_the_clock(mappings):
    made = make(mappings)
    id = made["UUID"]
    assert made["State"] == "Creating"
    mappings.advance(2.9)
    assert state(mappings, id) == "Creating"
    mappings.advance(0.1)
    assert state(mappings, id) == "Enabled"
    assert mappings.call("UpdateEventSourceMapping", UUID=id, BatchSize=7)["State"] == "Updating"
    mappings.advance(2)
    assert state(mappings, id) == "Enabled"
    assert mappings.call("DeleteEventSourceMapping", UUID=id)["State"] == "Deleting"
    assert state(mappings, id) == "Deleting"
    mappings.advance(5)
    assert mappings.refusal("GetEventSourceMapping", UUID=id).code == "ResourceNotFoundException"


def test_a_resource_in_motion_is_busy(mappings):
    id = make(mappings)["UUID"]
    busy = mappings.refusal("UpdateEventSourceMapping", UUID=id, BatchSize=7)
    assert (busy.code, busy.message) == ("ResourceInUseException", f"{id} is Creating.")
    assert mappings.refusal("DeleteEventSourceMapping", UUID=id).code == "ResourceInUseException"


def test_a_day_happens_in_order(mappings):
    seen = []
    mappings.resource.on_state(lambda ctx, record: seen.append((ctx.now, record.state)))
    make(mappings)
    mappings.advance(1)
    make(mappings)
    mappings.advance(86400)
    assert seen == [(1_800_000_003.0, "Enabled"), (1_800_000_004.0, "Enabled")]


def test_an_update_leaves_what_it_does_not_name(mappings):
    made = make(mappings, MaximumBatchingWindowInSeconds=5)
    mappings.advance(3)
    updated = mappings.call("UpdateEventSourceMapping", UUID=made["UUID"], BatchSize=7)
    assert (updated["BatchSize"], updated["MaximumBatchingWindowInSeconds"]) == (7, 5)
    assert made["BatchSize"] == 10 and made["DestinationConfig"] == {"OnFailure": {}}


def test_filters_are_declared_and_others_refused(mappings):
    kept = make(mappings)["UUID"]
    mappings.call("CreateEventSourceMapping", FunctionName="f", EventSourceArn=f"{QUEUE}2")
    listed = mappings.call("ListEventSourceMappings", EventSourceArn=QUEUE)["EventSourceMappings"]
    assert [each["UUID"] for each in listed] == [kept]
    with pytest.raises(NotImplementedByEmulator):
        mappings.call("ListEventSourceMappings", FunctionName="f")


def stages(bench, refuse=None):
    service = Service("apigatewayv2")
    api = Resource(
        "Api", service, id=IdPattern("{10:a-z0-9}", "ApiId"), arn="arn:{partition}:apigateway:{region}::/apis/{ApiId}",
        create="CreateApi", read="GetApi", update="UpdateApi", delete="DeleteApi", list="GetApis",
        missing=("NotFoundException", "Invalid API identifier specified {account}:{ApiId}"), created="CreatedDate",
    )  # fmt: skip
    stage = Resource(
        "Stage", service, id="StageName", arn="arn:{partition}:apigateway:{region}::/apis/{ApiId}/stages/{StageName}",
        create="CreateStage", read="GetStage", update="UpdateStage", delete="DeleteStage", list="GetStages",
        missing=("NotFoundException", "No stage {StageName} in {ApiId}"), exists="ConflictException",
        parent=Parent(api, "ApiId", refuse=refuse), created="CreatedDate",
    )  # fmt: skip
    made = bench(service)
    made.stage = stage
    return made


def test_children_live_in_their_parent(bench):
    made = stages(bench)
    one, two = (made.call("CreateApi", Name=name, ProtocolType="HTTP")["ApiId"] for name in ("one", "two"))
    for api in (one, two):
        made.call("CreateStage", ApiId=api, StageName="prod", Description=f"of {api}")
    assert made.refusal("CreateStage", ApiId=one, StageName="prod").code == "ConflictException"
    assert made.refusal("CreateStage", ApiId="none", StageName="prod").code == "NotFoundException"
    assert made.call("GetStage", ApiId=two, StageName="prod")["Description"] == f"of {two}"
    assert len(made.call("GetStages", ApiId=one)["Items"]) == 1
    gone = []
    made.stage.on_delete(lambda ctx, record: gone.append(record.id))
    made.call("DeleteApi", ApiId=one)
    assert gone == [(one, "prod")]
    assert made.refusal("GetStages", ApiId=one).code == "NotFoundException"
    missing = made.refusal("GetStage", ApiId=one, StageName="prod")
    assert missing.message == f"No stage prod in {one}"
    assert made.call("GetStage", ApiId=two, StageName="prod")["StageName"] == "prod"


def test_a_guard_refuses_the_deletion_of_a_parent_with_children(bench):
    made = stages(bench, refuse=("BadRequestException", "{Name} still has stages."))
    api = made.call("CreateApi", Name="one", ProtocolType="HTTP")["ApiId"]
    made.call("CreateStage", ApiId=api, StageName="prod")
    refused = made.refusal("DeleteApi", ApiId=api)
    assert (refused.code, refused.message) == ("BadRequestException", "one still has stages.")
    made.call("DeleteStage", ApiId=api, StageName="prod")
    assert made.call("DeleteApi", ApiId=api) == {}
