"""Global endpoints: one name for buses in two regions."""

import json

import pytest

BUSES = [{"EventBusArn": f"arn:aws:events:{region}:000000000000:event-bus/default"} for region in (
    "us-east-1", "us-west-2")]  # fmt: skip
ROUTING = {"FailoverConfig": {
    "Primary": {"HealthCheck": "arn:aws:route53:::healthcheck/1234abcd-12ab-34cd-56ef-1234567890ab"},
    "Secondary": {"Route": "us-west-2"}}}  # fmt: skip


@pytest.fixture
def endpoint_id(events, emulator):
    def make(replication="DISABLED", **more):
        events.create_endpoint(Name="e", RoutingConfig=ROUTING, EventBuses=BUSES,
                               ReplicationConfig={"State": replication}, **more)  # fmt: skip
        emulator.advance(1)
        found = events.describe_endpoint(Name="e")
        assert found["State"] == "ACTIVE" and found["EndpointId"] in found["EndpointUrl"]
        return found["EndpointId"]

    return make


@pytest.fixture
def regions(client, queue, rule):
    """A queue in each region that gets the events of its default bus."""
    found = {}
    for region in ("us-east-1", "us-west-2"):
        found[region] = queue("q", region=region)
        rule("r", found[region].arn, on=client("events", region=region))
    return found


def put(endpoint, id):
    """PutEvents for an endpoint, over HTTP: SDKs sign it for several regions, which needs a library of their own."""
    import urllib3

    body = json.dumps({"EndpointId": id, "Entries": [{"Source": "app", "DetailType": "t", "Detail": "{}"}]})
    credential = "Credential=test/20270115/us-east-1/events/aws4_request, SignedHeaders=host, Signature=0"
    return urllib3.request("POST", endpoint, body=body, headers={
        "X-Amz-Target": "AWSEvents.PutEvents", "Content-Type": "application/x-amz-json-1.1",
        "Authorization": f"AWS4-HMAC-SHA256 {credential}"}).json()  # fmt: skip


def test_the_primary_region_takes_the_events(endpoint, endpoint_id, regions):
    assert put(endpoint, endpoint_id())["FailedEntryCount"] == 0
    assert [len(queue.messages()) for queue in regions.values()] == [1, 0]


def test_replication_sends_them_to_both(endpoint, endpoint_id, regions):
    put(endpoint, endpoint_id("ENABLED", RoleArn="arn:aws:iam::000000000000:role/r"))
    first, second = (queue.documents() for queue in regions.values())
    assert first[0]["id"] == second[0]["id"] and second[0]["region"] == "us-west-2"


def test_refusals(events, endpoint, endpoint_id, refused):
    given = {"Name": "x", "RoutingConfig": ROUTING, "ReplicationConfig": {"State": "DISABLED"}}
    assert refused(events.create_endpoint, EventBuses=BUSES[:1] * 2, **given)[0] == "ValidationException"
    assert refused(events.create_endpoint, EventBuses=BUSES, **{**given, "ReplicationConfig": {"State": "ENABLED"}})[
        0] == "ValidationException"
    assert put(endpoint, "abcdefghij.abc")["__type"] == "ResourceNotFoundException"
    endpoint_id()
    assert refused(events.create_endpoint, EventBuses=BUSES, **{**given, "Name": "e"})[0] == (
        "ResourceAlreadyExistsException")
