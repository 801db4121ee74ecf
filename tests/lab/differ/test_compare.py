"""What the differ finds: every dropped, added, retyped and changed member; and what it explains, with its name."""

import copy
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.cassette import decode
from lab.differ.align import Aligner
from lab.differ.compare import compare, shape_only
from lab.differ.normalizers import NORMALIZERS
from lab.differ.templates import Placeholders
from lab.replayer.bindings import Bindings

RECEIVED = {
    "Messages": [{"MessageId": "5fea7756-0ea4-451a-a703-a558b933e274", "ReceiptHandle": "AQEB1234", "Body": "hello",
                  "MD5OfBody": "5d41402abc4b2a76b9719d911017c592",
                  "Attributes": {"SentTimestamp": "1752874670430", "ApproximateReceiveCount": "1"}}],
    "ResponseMetadata": {"HTTPStatusCode": 200},
}


def aligner(ignore=(), chosen="", bindings=None, **stood):
    bindings = bindings or Bindings()
    return Aligner(bindings, Placeholders(stood.get("stood", {}), "000000000000", bindings, stood.get("known", {})),
                   chosen, list(ignore))


def run(expected, live, **options):
    found = compare(expected, live, aligner(**options))
    assert set(found.normalizers) <= set(NORMALIZERS)
    return found.verdict, [(each.path, each.kind) for each in found.differences], found.normalizers


def paths(value, path=()):
    """Every place in a tree, as keys and indexes."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from paths(each, (*path, key))


def mutated(path, change):
    made = copy.deepcopy(RECEIVED)
    place = made
    for key in path[:-1]:
        place = place[key]
    change(place, path[-1])
    return made


def test_the_same_is_equal():
    assert run(RECEIVED, copy.deepcopy(RECEIVED)) == ("equal", [], [])


@pytest.mark.parametrize("path", list(paths(RECEIVED)), ids=str)
def test_a_dropped_member_is_found(path):
    verdict, found, _ = run(RECEIVED, mutated(path, lambda place, key: place.pop(key)))
    assert (verdict, [kind for _, kind in found]) == ("different", ["missing"])


@pytest.mark.parametrize("path", list(paths(RECEIVED)), ids=str)
def test_a_retyped_member_is_found(path):
    def retype(place, key):
        place[key] = [1, 2] if not isinstance(place[key], list) else "text"

    assert run(RECEIVED, mutated(path, retype))[0] == "different"


FORESEEN = ("Body", "MD5OfBody", "ApproximateReceiveCount", "HTTPStatusCode")


@pytest.mark.parametrize("path", [path for path in paths(RECEIVED) if path[-1] in FORESEEN], ids=str)
def test_a_changed_member_that_the_caller_can_foresee_is_found(path):
    def change(place, key):
        place[key] = place[key] + 1 if isinstance(place[key], int) else place[key] + "x"

    verdict, found, _ = run(RECEIVED, mutated(path, change))
    assert verdict == "different"
    assert found[0][1] == ("status" if path[-1] == "HTTPStatusCode" else "value")


def test_an_added_member_is_found():
    made = mutated(("Messages", 0, "Body"), lambda place, key: place.update(New=1))
    assert run(RECEIVED, made)[1] == [("Messages[0].New", "unexpected")]


def test_values_that_aws_makes_are_equivalent_by_name():
    live = copy.deepcopy(RECEIVED)
    live["Messages"][0].update(MessageId="another-one", ReceiptHandle="ZZZ")
    live["Messages"][0]["Attributes"]["SentTimestamp"] = "1795221088313"
    assert run(RECEIVED, live) == ("equivalent", [], ["id", "timestamp", "token"])


def test_a_value_that_the_caller_chose_is_never_normalized():
    live = copy.deepcopy(RECEIVED)
    live["Messages"][0]["ReceiptHandle"] = "ZZZ"
    assert run(RECEIVED, live, chosen="DeleteMessage AQEB1234")[1] == [("Messages[0].ReceiptHandle", "value")]


def test_one_recorded_value_for_two_live_ones_is_a_finding():
    expected = {"A": {"VersionId": "v1"}, "B": {"VersionId": "v1"}}
    assert run(expected, {"A": {"VersionId": "x"}, "B": {"VersionId": "y"}})[1] == [("B.VersionId", "binding")]
    assert run(expected, {"A": {"VersionId": "x"}, "B": {"VersionId": "x"}})[0] == "equivalent"


def test_a_timestamp_is_one_by_its_type_in_the_model():
    shape = decode.model("s3").operation_model("HeadObject").output_shape
    moments = [datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)]
    found = compare({"LastModified": moments[0]}, {"LastModified": moments[1]}, aligner(), shape)
    assert (found.verdict, found.normalizers) == ("equivalent", ["timestamp"])
    assert compare({"LastModified": moments[0]}, {"LastModified": "soon"}, aligner(), shape).verdict == "different"


@pytest.mark.parametrize("expected, live, kind", [
    ({"Error": {"Code": "A", "Message": "m"}}, {"Error": {"Code": "B", "Message": "m"}}, ("Error.Code", "code")),
    ({"Error": {"Code": "A", "Message": "m"}}, {"Error": {"Code": "A", "Message": "M"}}, ("Error.Message", "message")),
])
def test_codes_and_messages_have_kinds_of_their_own(expected, live, kind):
    assert run(expected, live)[1] == [kind]


def test_a_list_without_promised_order():
    expected = {"Successful": [{"Id": "a"}, {"Id": "b"}]}
    assert run(expected, {"Successful": [{"Id": "b"}, {"Id": "a"}]}) == ("equivalent", [], ["unordered-list"])
    assert run(expected, {"Successful": [{"Id": "b"}, {"Id": "b"}]})[0] == "different"
    assert run({"Other": [1, 2]}, {"Other": [2, 1]})[0] == "different"


def test_templates_hold_one_value_each():
    expected = {"A": {"$template": "arn:<partition>:x:<region>:<account>:<r:1>"}, "B": {"$template": "<r:1>"}}
    live = {"A": "arn:aws:x:us-east-1:000000000000:one", "B": "one"}
    assert run(expected, live) == ("equivalent", [], ["arn", "id"])
    assert run(expected, {**live, "B": "two"})[1] == [("B", "binding")]
    assert run(expected, {**live, "A": "arn:aws:x:us-east-1:999999999999:one"})[1] == [("A", "type")]


def test_two_placeholders_do_not_share_a_value():
    expected = {"A": {"$template": "<v:1>"}, "B": {"$template": "<v:2>"}}
    assert run(expected, {"A": "x", "B": "x"}, stood={"<v:1>": "p", "<v:2>": "q"})[1] == [("B", "binding")]


def test_a_masked_leaf_counts_by_presence_and_type():
    expected = {"A": {"$any": "datetime", "type": "timestamp"}}
    assert run(expected, {"A": datetime(2026, 1, 1, tzinfo=UTC)}) == ("equivalent", [], ["timestamp"])
    assert run(expected, {"A": "never"})[0] == "different"
    assert run(expected, {})[1] == [("A", "missing")]


def test_members_that_the_recording_does_not_judge():
    assert run({"A": 1}, {"A": 1, "B": {"C": 2}}, ignore=["B"])[0] == "equal"
    assert run({"A": 1}, {"A": 1, "B": 2})[0] == "different"


def test_shape_only_takes_any_value_of_the_type():
    listed = shape_only([{"Key": "a"}, {"Key": "b"}])
    assert run({"L": listed}, {"L": [{"Key": "c"}] * 3})[0] == "equivalent"
    assert run({"L": listed}, {"L": [{"Key": "c"}, {"Key": 1}]})[0] == "different"
    expected = shape_only({"Name": "a", "Count": 1, "Error": {"Code": "X", "Message": "m"}})
    assert run(expected, {"Name": "b", "Count": 2, "Error": {"Code": "X", "Message": "n"}})[0] == "equivalent"
    assert run(expected, {"Name": 1, "Count": 2, "Error": {"Code": "Y", "Message": "n"}})[1] == [
        ("Error.Code", "code"), ("Name", "type")]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # the machine may be busy
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.text("abcXYZ", min_size=1, max_size=6), inner, max_size=3), max_leaves=12))
def test_any_tree_is_equal_to_itself(tree):
    assert run({"Root": tree}, {"Root": copy.deepcopy(tree)}) == ("equal", [], [])


def test_bytes_are_bytes():
    expected = {"data": {"B": {"$b64": "kA=="}}}
    assert run(expected, {"data": {"B": b"\x90"}})[0] == "equal"
    assert run(expected, {"data": {"B": b"\x91"}})[0] == "different"


def test_the_items_of_a_batch_come_in_any_order():
    expected = {"Responses": {"my.table": [{"k": "1", "l": [1, 2]}, {"k": "2"}]}}
    assert run(expected, {"Responses": {"my.table": [{"k": "2"}, {"k": "1", "l": [1, 2]}]}})[2] == ["unordered-list"]
    assert run(expected, {"Responses": {"my.table": [{"k": "1", "l": [2, 1]}, {"k": "2"}]}})[0] == "different"
    assert run({"Responses": [{"Item": 1}, {"Item": 2}]}, {"Responses": [{"Item": 2}, {"Item": 1}]})[0] == "different"
