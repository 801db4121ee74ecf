"""What is unusual in log events, their patterns, the times that queries compare."""

import pytest

from emulator.engines import log_anomalies
from emulator.engines.insights import earlier, tokens
from emulator.engines.log_anomalies import Message, Usual

DAY = 86_400_000
NOON = 1_774_958_400_000  # 2026-03-31T12:00:00Z


def window(*texts):
    return log_anomalies.by_pattern(Message(at, text) for at, text in enumerate(texts))


def test_new_and_frequent_patterns_are_unusual():
    known = {"took <*> ms": Usual(total=10, squares=20)}  # twice in each of five windows
    texts = [f"took {number} ms" for number in range(6)]
    found = log_anomalies.unusual(window(*texts, "FATAL x"), known, 5)
    assert [(each.pattern, each.usual, each.priority) for each in found] == [
        ("took <*> ms", 5.0, "LOW"), ("FATAL x", None, "HIGH")]
    assert log_anomalies.unusual(window(*texts[:5]), known, 5) == []


def test_what_was_accepted_is_usual():
    usual = Usual(accepted=50).learnt(1)
    assert (usual.most(1), Usual().learnt(4).learnt(4).most(2)) == (50, 7)


def test_patterns_are_told_as_tokens():
    told = log_anomalies.tokens("from <*> in <*>", [Message(0, "from 10.0.0.1 in 5ms"), Message(1, "from ::1 in 7ms")])
    assert [each["tokenString"] for each in told] == ["from", " ", "<*>", " ", "in", " ", "<*>"]
    assert [each["inferredTokenName"] for each in told if each["isDynamic"]] == ["IPAddress-1", "String-2"]


@pytest.mark.parametrize(("value", "kind"), [
    ("10.0.0.1", "IPAddress"), ("-1.5", "Number"), ("2026-03-31T12:00:00Z", "Date"), ("12:00:01,5", "Time"),
    ("12345678-1234-1234-1234-123456789012", "UUID"), ("v2", "String"),
])  # fmt: skip
def test_words_have_kinds(value, kind):
    assert tokens.kind_of(value) == kind


@pytest.mark.parametrize(("compared", "shift"), [
    ("previousday", DAY), ("previousweek", 7 * DAY), ("previousmonth", 31 * DAY), ("2h", DAY // 12), ("1y", 365 * DAY)])
def test_earlier_times(compared, shift):
    assert earlier(compared, NOON, NOON + 60_000) == (NOON - shift, NOON + 60_000 - shift)


def test_the_time_before():
    assert earlier("previous", NOON, NOON + 59_999) == (NOON - 60_000, NOON - 1)
