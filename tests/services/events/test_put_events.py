"""PutEvents: what each entry is answered, and whose sources are taken."""

import json
from datetime import UTC, datetime

import pytest

ENTRY = {"Source": "app", "DetailType": "kind", "Detail": "{}"}


@pytest.mark.parametrize(("member", "value", "code", "message"), [
    ("Source", "", "InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument."),
    ("DetailType", "", "InvalidArgument",
     "Parameter DetailType is not valid. Reason: DetailType is a required argument."),
    ("Detail", "", "InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument."),
    ("Detail", "[]", "MalformedDetail", "Detail is malformed."),
    ("Detail", "{{}", "MalformedDetail", "Detail is malformed."),
    ("Source", "aws.s3", "NotAuthorizedForSource", "Not authorized for the source."),
])  # fmt: skip
def test_entries_fail_alone(events, member, value, code, message):
    answer = events.put_events(Entries=[ENTRY, {**ENTRY, member: value}])
    assert answer["FailedEntryCount"] == 1
    assert "EventId" in answer["Entries"][0]
    assert answer["Entries"][1] == {"ErrorCode": code, "ErrorMessage": message}


def test_too_much_at_once(events, refused):
    big = json.dumps({"p": "x" * 256 * 1024})
    assert refused(events.put_events, Entries=[{**ENTRY, "Detail": big}]) == (
        "ValidationException", "Total size of the entries in the request is over the limit."
    )


def test_the_time_of_an_entry_stands(events, rule, put, queue):
    q = queue()
    rule("r", q.arn)
    put(Time=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert q.documents()[0]["time"] == "2020-01-02T03:04:05Z"


def test_a_service_may_use_its_own_source(emulator, events, rule, queue):
    """What S3 does for a bucket's notifications."""
    from emulator.kernel.context import Context, acting

    q = queue()
    rule("r", q.arn, {"source": ["aws.s3"]})

    def call():
        ctx = Context(emulator._server.emulator.runtime, "s3", "PutObject", "000000000000", "us-east-1", None)
        entry = {"Source": "aws.s3", "DetailType": "Object Created", "Detail": '{"k":1}', "Resources": ["arn:b"]}
        as_ = acting("s3.amazonaws.com", "arn:aws:s3:::b", "000000000000")
        with ctx.transaction():
            return ctx.call("events", "PutEvents", {"Entries": [entry]}, as_=as_)

    assert emulator.on_loop(call)["FailedEntryCount"] == 0
    assert q.documents()[0]["source"] == "aws.s3"


def test_an_event_for_no_bus_is_taken_and_lost(events):
    answer = events.put_events(Entries=[{**ENTRY, "EventBusName": "nowhere"}])
    assert answer["FailedEntryCount"] == 0
