"""Plain HTTP answers in the ways recordings show them, and which recording belongs to which."""

import json

import pytest

from lab.cassette import raw
from lab.cassette.importers import Origin
from lab.cassette.importers.snapshots import cassette as snapshot
from lab.cassette.importers.snapshots import cassettes as snapshots
from lab.cassette.model import Body, Response
from lab.differ.judge import Judge
from lab.differ.templates import Placeholders
from lab.replayer.bindings import Bindings
from lab.replayer.clients import Called
from lab.replayer.sender import plain_answer

LIST = ('<?xml version="1.0"?>\n<List xmlns="urn:x"><Key>a</Key><Item><N>1</N></Item><Item/><Note lang="en">b</Note>'
        '</List>')


def test_xml_becomes_maps():
    assert raw.xml(LIST) == {"List": {"@xmlns": "urn:x", "Key": "a", "Item": [{"N": "1"}, None],
                                      "Note": {"@lang": "en", "#text": "b"}}}


def test_views_of_an_answer():
    made = raw.views(403, [("ETag", "x"), ("Vary", "a"), ("vary", "b"), ("Connection", "close")], b'{"a": 1}')
    assert made["Headers"] == {"etag": "x", "vary": "a, b"} and made["Data"] == {"a": 1}
    assert made["Whole"] == {"StatusCode": 403, "Headers": made["Headers"], "Body": {"a": 1}}
    assert raw.views(200, [], b"<html>")["Whole"]["Body"] == "<html>"
    assert raw.views(200, [], b'<?xml version="1.0"?><cut>')["Data"] is None


@pytest.mark.parametrize(("recorded", "expected"), [
    ("text", ["Text"]), ({"content": "text"}, ["Text"]), ({"List": {}}, ["Data"]), ({"Other": {}}, None),
    ({"Body": "", "Headers": {}, "StatusCode": 200}, ["Whole"]), ({"ETag": "x"}, ["Headers"]), ([1], None),
    ({"List": {"ResponseMetadata": {"HTTPHeaders": {}}}}, None)])
def test_only_what_is_clear_has_a_place(recorded, expected):
    found = raw.place(recorded, raw.views(200, [("etag", "y")], LIST.encode()))
    assert (found and found[0]) == expected


def flow(**changed):
    """One bucket listed by plain HTTP, and AWS's answer to that."""
    call = {"http": {"method": "GET", "url": "http://b.s3.localhost.localstack.cloud:4566/", "headers": {}},
            "phase": "call", "response": {"status": 200, "headers": {}, "body": LIST.replace(">a<", ">b<")}}
    line = {"test": "t::one", "recorded": "01-02-2026, 03:04:05", "complete": True, "outcome": "passed",
            "calls": [call], "placeholders": {}, "reference_known_gaps": ["$..List.Key"],
            "aws_other": {"listed": raw.xml(LIST)}, "aws_other_after_call": {"listed": 0}}
    return snapshot({**line, **changed}, "s3", Origin("x"))


def test_a_raw_recording_judges_its_call():
    step = flow().interactions[0]
    truth, = step.truth
    assert (step.service, truth.key, truth.path) == ("s3", "listed", ["Data"]) and not flow().notes

    def verdict(text):
        bindings = Bindings()
        called = Called(plain_answer(answer := Response(200, body=Body.of(text.encode()))), answer)
        return Judge("exact", False).judge(step, truth, called, bindings, Placeholders({}, "", bindings, {}), "")

    assert verdict(LIST).verdict == "equal"
    assert [each.path for each in verdict(LIST.replace(">a<", ">c<")).differences] == ["List.Key"]


def test_two_recordings_after_one_call_stay_apart():
    made = flow(aws_other={"listed": raw.xml(LIST), "again": raw.xml(LIST)},
                aws_other_after_call={"listed": 0, "again": 0})
    assert made.interactions[0].truth == [] and "again, listed" in made.notes[0]


def test_ids_are_unique_and_hold_a_tests_parameters_whole(tmp_path):
    line = {"recorded": None, "complete": True, "outcome": "passed", "calls": [], "aws_other": {}}
    tests = ("a/t.py::one", "b/t.py::one", "a/t.py::two[x/]")
    path = tmp_path / "s3.jsonl"
    path.write_text("\n".join(json.dumps({"test": each, **line}) for each in tests))
    assert [each.id for each in snapshots(path, Origin("x"))] == [
        "x/s3/t.py::one", "x/s3/t.py::one~2", "x/s3/t.py::two[x/]"]


REFUSED = {"Error": {"Code": "Invalid", "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 400}}


@pytest.mark.parametrize(("recording", "path"), [
    (REFUSED, []), ("An error occurred (Invalid) when calling the SetQueueAttributes operation: no", ["Error"])])
def test_a_refusal_that_the_reference_did_not_make_judges_the_last_step(recording, path):
    calls = [{"service": "sqs", "operation": name, "region": "us-east-1", "params": {}, "phase": phase, "response": {}}
             for name, phase in (("CreateQueue", "call"), ("SetQueueAttributes", "call"), ("DeleteQueue", "teardown"))]
    broken = {"complete": False, "outcome": "failed", "calls": calls, "aws_other_after_call": {},
              "why": "Failed: DID NOT RAISE <class 'botocore.exceptions.ClientError'>"}
    made, refused, _ = flow(**broken, aws_other={"error": recording}).interactions
    truth, = refused.truth
    assert (truth.key, truth.path, refused.reference) == ("error", path, None) and not made.truth
    assert (refused.error["Code"], refused.error["Message"]) == ("Invalid", "no")
    assert all(not each.truth for each in flow(**broken, aws_other={"a": recording, "b": recording}).interactions)
    assert all(not each.truth for each in flow(**{**broken, "why": "AssertionError"},
                                               aws_other={"error": recording}).interactions)
