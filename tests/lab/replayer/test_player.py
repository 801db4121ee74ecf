"""Cassettes played at a scripted endpoint: what is sent, what is bound, and which verdict every step gets."""


import pytest
from scripts import HOST, QUEUE, cassette, wire

from lab.cassette.model import Caller, Interaction, Reference, Truth
from lab.replayer import player
from lab.replayer.clients import Clients
from lab.replayer.run import execute
from lab.replayer.story import Story
from lab.replayer.transport import NotReached


def play(recorded, endpoint):
    return player.Player(recorded, endpoint, Clients(endpoint.transport())).play()


CREATE = wire("CreateQueue", {"QueueName": "q"}, {"QueueUrl": QUEUE})
RECEIVE = wire("ReceiveMessage", {"QueueUrl": QUEUE},
               {"Messages": [{"MessageId": "m-recorded", "ReceiptHandle": "recorded+/handle", "Body": "b"}]})
DELETE = wire("DeleteMessage", {"QueueUrl": QUEUE, "ReceiptHandle": "recorded+/handle"}, {})


def live(target, body):
    answers = {"CreateQueue": {"QueueUrl": QUEUE}, "DeleteMessage": {},
               "ReceiveMessage": {"Messages": [{"MessageId": "m-live", "ReceiptHandle": "live&handle", "Body": "b"}]}}
    return 200, answers[target]


def test_a_value_that_was_made_is_bound_and_sent_back_signed_anew(scripted):
    endpoint = scripted(live)
    rows = play(cassette(CREATE, RECEIVE, DELETE), endpoint)
    assert [row.verdict for row in rows] == ["equal", "equivalent", "equal"]
    assert rows[1].normalizers == ["id", "token"]
    target, body, headers = endpoint.seen[2]
    assert (target, body["ReceiptHandle"]) == ("DeleteMessage", "live&handle")
    assert headers["Host"] == HOST
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=123456789012/")
    assert "/us-east-2/sqs/aws4_request" in headers["Authorization"]


def test_what_an_unsupported_step_should_have_made_is_unreachable(scripted):
    def answer(target, body):
        if target == "ReceiveMessage":
            return 501, {"__type": "NotImplemented", "message": "sqs.ReceiveMessage is not implemented"}
        return live(target, body)

    rows = play(cassette(CREATE, RECEIVE, DELETE), scripted(answer))
    assert [row.verdict for row in rows] == ["equal", "unsupported", "unreachable"]
    assert rows[2].reason == "it needs a value from step 1 (sqs ReceiveMessage), which failed"


def test_a_wrong_answer_is_different_and_says_where(scripted):
    def answer(target, body):
        if target == "CreateQueue":
            return 400, {"__type": "com.amazonaws.sqs#QueueNameExists", "message": "no"}
        return live(target, body)

    rows = play(cassette(CREATE), scripted(answer))
    assert rows[0].verdict == "different"
    assert {(each.path, each.kind) for each in rows[0].differences} >= {
        ("QueueUrl", "missing"), ("Error", "unexpected"), ("ResponseMetadata.HTTPStatusCode", "status")}


def test_a_receive_waits_until_the_recorded_messages_come(scripted):
    calls = []

    def answer(target, body):
        if target == "ReceiveMessage":
            calls.append(target)
            return (200, {}) if len(calls) < 3 else live(target, body)
        return live(target, body)

    endpoint = scripted(answer)
    assert [row.verdict for row in play(cassette(CREATE, RECEIVE), endpoint)] == ["equal", "equivalent"]
    assert (len(calls), endpoint.passed > 1) == (3, True)


def test_what_was_delivered_early_is_given_to_the_receive_that_expects_it(scripted):
    def message(name):
        return {"MessageId": f"id-{name}", "ReceiptHandle": f"handle-{name}", "Body": name}

    waiting = [{"Messages": [message("two"), message("one")]}]

    def answer(target, body):
        return (200, waiting.pop() if waiting else {}) if target == "ReceiveMessage" else live(target, body)

    steps = [wire("ReceiveMessage", {"QueueUrl": QUEUE}, {"Messages": [{**message(name), "ReceiptHandle": "r" + name}]})
             for name in ("one", "two")]
    assert [row.verdict for row in play(cassette(CREATE, *steps), scripted(answer))] == ["equal", "equivalent",
                                                                                       "equivalent"]


def test_a_decoded_step_goes_through_an_sdk_and_binds_by_the_reference(scripted):
    create = Interaction(service="sqs", operation="CreateQueue", region="us-east-1", input={"QueueName": "q-1"},
                         reference=Reference(output={"QueueUrl": "http://reference:4566/000000000000/q-1"}))
    tag = Interaction(service="sqs", operation="TagQueue", region="us-east-1", reference=Reference(output={}),
                      input={"QueueUrl": "http://reference:4566/000000000000/q-1", "Tags": {"a": "b"}},
                      caller=Caller(access_key="111111111111"),
                      truth=[Truth(how="answer", answer={"ResponseMetadata": {"HTTPStatusCode": 200}})])
    endpoint = scripted(lambda target, body: (200, {"QueueUrl": QUEUE} if target == "CreateQueue" else {}))
    rows = play(cassette(create, tag), endpoint)
    assert [(row.operation, row.verdict) for row in rows] == [("TagQueue", "equal")]
    assert endpoint.seen[1][1]["QueueUrl"] == QUEUE
    assert "Credential=111111111111/" in endpoint.seen[1][2]["Authorization"]


def test_a_step_without_truth_that_fails_explains_what_follows(scripted):
    create = Interaction(service="sqs", operation="CreateQueue", region="us-east-1", input={"QueueName": "queue-1"},
                         reference=Reference(output={"QueueUrl": "http://reference/queue-1"}))
    read = Interaction(service="sqs", operation="GetQueueUrl", region="us-east-1", input={"QueueName": "queue-1"},
                       reference=Reference(output={}), truth=[Truth(how="outcome")])
    endpoint = scripted(lambda target, body: (400, {"__type": "InvalidAddress", "message": "no"}))
    rows = play(cassette(create, read), endpoint)
    assert [row.verdict for row in rows] == ["different", "unreachable"]
    assert rows[1].reason == "step 0 (sqs CreateQueue) failed, which made what it names"


def test_a_request_that_the_recorder_damaged_is_never_sent(scripted):
    create = wire("CreateQueue", {"QueueName": "q"}, {"QueueUrl": QUEUE})
    create.incomplete = "the recorder blanked part of the request's body"
    endpoint = scripted(live)
    (row,) = play(cassette(create), endpoint)
    assert (row.verdict, row.reason, endpoint.seen) == ("unreachable", create.incomplete, [])


def test_an_endpoint_that_is_not_there_is_said():
    with pytest.raises(NotReached, match=r"nothing answers at http://127\.0\.0\.1:9"):
        execute([cassette(CREATE)], "http://127.0.0.1:9")


def test_time_passes_as_dates_and_what_answers_tell_say():
    def at(second, told=None):
        got = {"Messages": [{"Attributes": {"ApproximateFirstReceiveTimestamp": told}}]} if told else {}
        step = wire("ReceiveMessage", {"QueueUrl": QUEUE}, got)
        step.response.headers = [("Date", f"Fri, 18 Jul 2025 21:37:{second} GMT")]
        return step

    story = Story(cassette(at(33), at(34), at(34, "1752874654054"), at(35, "1752874650000"), at(35)))
    # Whole seconds but where an answer tells a time within its second; an older time says nothing.
    assert [round(story.elapsed(index), 3) for index in range(5)] == [0, 0.4, 0.454, 1.4, 1.4]


@pytest.mark.parametrize(("wait", "verdicts"), [(0, ["equal", "equal"]), (5, ["different", "different"])])
def test_a_short_poll_may_miss_what_a_later_one_has(scripted, wait, verdicts):
    """A message that comes before the recording had it is kept for the receive that has it; a long poll misses none."""
    asked = {"QueueUrl": QUEUE, **({"WaitTimeSeconds": wait} if wait else {})}
    message = {"MessageId": "m", "ReceiptHandle": "handle", "Body": "b"}
    answers = iter([{"Messages": [message]}])

    def answer(target, body):
        return 200, next(answers, {}) if target == "ReceiveMessage" else {"QueueUrl": QUEUE}

    told = [wire("ReceiveMessage", asked, got) for got in ({}, {"Messages": [message]})]
    assert [row.verdict for row in play(cassette(*told), scripted(answer))] == verdicts
