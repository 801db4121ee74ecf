"""Recorded polls and retries are played as one wait; what a cassette declares is made before."""

import pytest
from scripts import QUEUE, cassette, wire

from lab.cassette.checks import faults
from lab.cassette.model import Interaction, Prerequisite, Reference, Response, Truth
from lab.replayer.clients import Clients
from lab.replayer.player import Player
from lab.replayer.polls import folded
from lab.replayer.run import execute


def described(status, table="t", error=None, http=200):
    return Interaction(service="dynamodb", operation="DescribeTable", region="us-east-1", input={"TableName": table},
                       response=Response(status=http), output=None if error else {"Table": {"TableStatus": status}},
                       error=error and {"Code": error})


@pytest.mark.parametrize(("steps", "expected"), [
    ([described("CREATING"), described("CREATING"), described("ACTIVE")], {0, 1}),
    ([described("ACTIVE"), described("ACTIVE")], set()),
    ([described("CREATING"), described("ACTIVE", "other")], set()),
    ([described("DELETING"), described(None, error="ResourceNotFoundException", http=400)], {0}),
    ([described(None, error="InternalServerError", http=500), described("ACTIVE")], {0}),
    ([described(None, error="ThrottlingException", http=400), described("ACTIVE"), described("ACTIVE")], {0}),
])
def test_a_series_is_folded_into_its_last_step(steps, expected):
    assert folded(steps) == expected


def test_a_write_that_fails_and_then_does_not_is_no_poll():
    first, second = described(None, error="ResourceNotFoundException", http=400), described("ACTIVE")
    first.operation = second.operation = "UpdateTable"
    assert folded([first, second]) == set()


def test_a_folded_series_waits_for_its_end(scripted):
    def attributes(state):
        return wire("GetQueueAttributes", {"QueueUrl": QUEUE}, {"Attributes": {"Status": state}})

    states = iter(["begun", "begun", "begun", "done"])
    endpoint = scripted(lambda target, body: (200, {"Attributes": {"Status": next(states)}}
                                              if target == "GetQueueAttributes" else {"QueueUrl": QUEUE}))
    rows = Player(cassette(attributes("begun"), attributes("done")), endpoint, Clients(endpoint.transport())).play()
    assert [(row.step, row.verdict) for row in rows] == [(1, "equal")]
    assert [target for target, *_ in endpoint.seen[1:]] == ["GetQueueAttributes"] * 4 and endpoint.passed > 2


def test_declared_prerequisites_are_made_first_and_not_judged():
    listed = wire("ListQueueTags", {"QueueUrl": QUEUE}, {"Tags": {"a": "b"}})
    told = cassette(listed, prerequisites=[
        Prerequisite("sqs", "CreateQueue", {"QueueName": "q"}, "us-east-2"),
        Prerequisite("sqs", "TagQueue", {"QueueUrl": QUEUE, "Tags": {"a": "b"}}, "us-east-2")])
    row, = execute([told]).rows
    assert row.verdict in ("equal", "equivalent") and row.operation == "ListQueueTags", row
    refused = cassette(listed, prerequisites=[Prerequisite("sqs", "CreateQueue", {"QueueName": "no name!"})])
    row, = execute([refused]).rows
    assert row.verdict == "unreachable" and "CreateQueue failed" in row.reason
    assert [place for place, _ in faults(cassette(prerequisites=[Prerequisite("../x", "Y")]))] == [
        "$.prerequisites[0].service"]


def test_a_poll_waits_for_the_values_that_later_requests_carry(scripted):
    first = Interaction(service="sqs", operation="ListQueues", region="us-east-2", wait="poll", input={},
                        reference=Reference(output={"QueueUrls": [f"{QUEUE}-made"]}))
    tagged = Interaction(service="sqs", operation="ListQueueTags", region="us-east-2", truth=[Truth(how="outcome")],
                         input={"QueueUrl": f"{QUEUE}-made"}, reference=Reference(output={}))
    came = iter([{}, {}, {"QueueUrls": [f"{QUEUE}-live"]}])
    endpoint = scripted(lambda target, body: (200, next(came) if target == "ListQueues" else {}))
    row, = Player(cassette(first, tagged), endpoint, Clients(endpoint.transport())).play()
    assert row.verdict == "equal" and endpoint.seen[-1][1] == {"QueueUrl": f"{QUEUE}-live"}
