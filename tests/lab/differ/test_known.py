"""Listed differences: they cover what they name and no more; a stale or expired one fails the run."""

from datetime import date

import pytest

from lab.differ.known import apply, read_folder
from lab.errors import LabError
from lab.report.result import Difference, Row

ENTRY = """
- cassette: "set/one[*"
  operation: GetObject
  path: Error.*
  reason: It says it in other words.
  link: https://docs.aws.amazon.com/
  owner: somebody
  until: 2027-01-31
"""
TODAY = date(2026, 6, 1)


@pytest.fixture
def listed(tmp_path):
    (tmp_path / "s3.yaml").write_text(ENTRY)
    return read_folder(tmp_path)


def row(*paths, cassette="set/one[a]", operation="GetObject", service="s3"):
    return Row(service=service, operation=operation, verdict="different", provenance="aws-imported", cassette=cassette,
               title="one", step=0, differences=[Difference(path, "value", 1, 2) for path in paths])


def test_a_listed_difference_is_known_with_its_reason(listed):
    (found,) = apply([row("Error.Message")], listed, TODAY)
    assert (found.verdict, found.failed) == ("known", False)
    assert found.reason == "It says it in other words. (https://docs.aws.amazon.com/)"


@pytest.mark.parametrize("other", [row("Error.Message", "Body"), row("Error.Message", cassette="set/two"),
                                   row("Error.Message", operation="PutObject"), row("Error.Message", service="sqs")])
def test_nothing_else_is_covered(listed, other):
    assert apply([other, row("Error.Code")], listed, TODAY)[0].verdict == "different"


def test_one_that_no_longer_occurs_fails(listed):
    (found,) = apply([], listed, TODAY)
    assert found.failed
    assert "no longer occurs: remove it" in found.reason
    assert apply([], listed, TODAY, whole=False) == []
    assert apply([], listed, TODAY, services=["sqs"]) == []
    assert len(apply([], listed, TODAY, played=["set/one[1]"])) == 1
    assert apply([], listed, TODAY, played=["any/cassette"]) == []


def test_one_past_its_expiry_fails_although_it_occurs(listed):
    found = apply([row("Error.Message")], listed, date(2027, 2, 1))
    assert [each.verdict for each in found] == ["different", "different"]
    assert "expired on 2027-01-31" in found[1].reason


def test_a_broken_list_is_named_with_its_place(tmp_path):
    (tmp_path / "s3.yaml").write_text(ENTRY.replace("owner", "owned"))
    with pytest.raises(LabError, match=r"s3\.yaml: .*\$\[0\]"):
        read_folder(tmp_path)
