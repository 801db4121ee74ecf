"""Events: put in order and in time, read in both directions, searched, kept for so long."""

import random

import pytest

from emulator.kernel.store import Store
from emulator.services.logs import storage
from emulator.services.logs.tables import Event, batches

DAY = 86_400_000


def messages(answer):
    return [event["message"] for event in answer["events"]]


def read(logs, **given):
    return logs.get_log_events(logGroupName="/app", logStreamName="one", **given)


def test_events_are_read_from_either_end(logs, put, now):
    put(*"abcdef")
    assert messages(read(logs)) == list("abcdef")
    tail = read(logs, limit=2)
    assert messages(tail) == ["e", "f"]
    before = read(logs, limit=3, nextToken=tail["nextBackwardToken"])
    assert messages(before) == ["b", "c", "d"]
    head = read(logs, limit=2, startFromHead=True)
    assert messages(head) == ["a", "b"]
    rest = read(logs, nextToken=head["nextForwardToken"], startFromHead=True)
    assert messages(rest) == ["c", "d", "e", "f"]
    end = read(logs, nextToken=rest["nextForwardToken"], startFromHead=True)
    assert (end["events"], end["nextForwardToken"]) == ([], rest["nextForwardToken"])
    put("g", at=5)
    assert messages(read(logs, nextToken=rest["nextForwardToken"], startFromHead=True)) == ["g"]
    assert rest["events"][0]["ingestionTime"] == now


def test_times_bound_a_reading(logs, put, now):
    put(*"abcdef")
    assert messages(read(logs, startTime=now - 3)) == ["c", "d", "e", "f"]
    assert messages(read(logs, startTime=now - 3, endTime=now)) == ["c", "d", "e"]
    assert messages(read(logs, endTime=now - 2, limit=1)) == ["c"]


def test_late_events_find_their_place(logs, put, now):
    put(*"bdf", at=100)
    put("z", at=10_000)
    logs.put_log_events(logGroupName="/app", logStreamName="one", logEvents=[
        {"timestamp": now + 98 + at, "message": text} for at, text in ((-1, "a"), (0, "B"), (1, "D"), (3, "g"))])
    assert messages(read(logs)) == ["a", "b", "B", "d", "D", "f", "g", "z"]
    found = logs.describe_log_streams(logGroupName="/app")["logStreams"][0]
    assert (found["firstEventTimestamp"], found["lastEventTimestamp"]) == (now + 97, now + 10_000)
    assert messages(read(logs, limit=3)) == ["f", "g", "z"]
    assert messages(read(logs, startTime=now + 99, startFromHead=True, limit=2)) == ["d", "D"]


def test_what_is_out_of_time_is_rejected(logs, group, now):
    logs.put_retention_policy(logGroupName=group, retentionInDays=7)
    days = lambda *given: [{"timestamp": now + int(day * DAY), "message": f"day {day}"} for day in given]  # noqa: E731
    answer = logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=days(-15, -14.5))
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 2, "expiredLogEventEndIndex": 2}
    answer = logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=days(-7.5, -6.9))
    assert answer["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 1}
    answer = logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=days(0, 0.1))
    assert answer["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 1}
    assert messages(read(logs)) == ["day -6.9", "day 0"]


@pytest.mark.parametrize(("events", "message"), [
    ([(5, "a"), (4, "b")], "Log events in a single PutLogEvents request must be in chronological order."),
    ([(-DAY - 1, "a"), (0, "b")],
     "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."),
    ([(0, "é" * 500_000), (0, "b" * 48_525)], "Upload too large: 1048577 bytes exceeds limit of 1048576"),
])  # fmt: skip
def test_bad_batches_are_refused(logs, group, now, refused, events, message):
    given = [{"timestamp": now + at, "message": text} for at, text in events]
    assert refused(logs.put_log_events, logGroupName=group, logStreamName="one", logEvents=given) == (
        "InvalidParameterException", message)
    assert read(logs)["events"] == []


def test_a_group_is_searched(logs, put, group, now):
    logs.create_log_stream(logGroupName=group, logStreamName="two")
    put("ERROR one", "fine", "ERROR two")
    put("ERROR other", "INFO errors", stream="two", at=-1)
    found = logs.filter_log_events(logGroupName=group, filterPattern="ERROR")
    assert messages(found) == ["ERROR one", "ERROR other", "ERROR two"]
    assert [event["logStreamName"] for event in found["events"]] == ["one", "two", "one"]
    assert len({event["eventId"] for event in found["events"]}) == 3
    first = logs.filter_log_events(logGroupName=group, filterPattern="ERROR", limit=2)
    second = logs.filter_log_events(logGroupName=group, filterPattern="ERROR", limit=2, nextToken=first["nextToken"])
    assert messages(first) + messages(second) == messages(found)
    assert "nextToken" not in second
    assert messages(logs.filter_log_events(logGroupName=group, logStreamNamePrefix="tw")) == [
        "ERROR other", "INFO errors"]
    backwards = logs.filter_log_events(logGroupName=group, startFromHead=False, limit=3)
    rest = logs.filter_log_events(logGroupName=group, limit=3, nextToken=backwards["nextToken"])
    assert messages(backwards) + messages(rest) == ["ERROR two", "INFO errors", "fine", "ERROR other", "ERROR one"]


def test_events_go_when_their_time_is_over(logs, put, group, emulator):
    put("old")
    logs.put_retention_policy(logGroupName=group, retentionInDays=3)
    emulator.advance(2 * 86_400)
    put("new", at=2 * DAY)
    assert messages(read(logs)) == ["old", "new"]
    emulator.advance(86_400 + 1)
    assert messages(read(logs)) == ["new"]
    emulator.advance(10 * 86_400)
    logs.delete_retention_policy(logGroupName=group)
    assert read(logs)["events"] == []


def test_tokens_are_checked(logs, put, group, refused):
    put("a")
    code, message = refused(logs.get_log_events, logGroupName=group, logStreamName="one", nextToken="invalid")
    assert (code, message) == ("InvalidParameterException", "The specified nextToken is invalid.")
    assert refused(logs.filter_log_events, logGroupName=group, nextToken="invalid")[0] == "InvalidParameterException"


def test_events_are_sealed_by_a_key(logs, client, put, group, refused, emulator):
    kms = client("kms")
    policy = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*","Service":'
              '"logs.us-east-1.amazonaws.com"},"Action":"kms:*","Resource":"*"}]}')  # fmt: skip
    key = kms.create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]
    put("plain")
    logs.associate_kms_key(logGroupName=group, kmsKeyId=key["Arn"])
    put("secret", at=1)
    assert messages(read(logs)) == ["plain", "secret"]
    assert messages(logs.filter_log_events(logGroupName=group, filterPattern="secret")) == ["secret"]
    kms.disable_key(KeyId=key["KeyId"])
    assert refused(logs.get_log_events, logGroupName=group, logStreamName="one")[0] == "InvalidOperationException"
    assert refused(logs.associate_kms_key, logGroupName=group, kmsKeyId=key["Arn"])[0] == "InvalidParameterException"
    kms.enable_key(KeyId=key["KeyId"])
    logs.disassociate_kms_key(logGroupName=group)
    put("open", at=2)
    assert messages(read(logs)) == ["plain", "secret", "open"]


def test_events_that_come_in_any_order_are_kept_in_theirs():
    chance, rows, kept = random.Random(1), Store().rows(batches, "account", "region", "stream"), []
    for _ in range(300):
        times = sorted(chance.choices(range(400), k=chance.randint(1, 12)))
        events = tuple(Event(at, len(kept) + number, 0, "m") for number, at in enumerate(times, 1))
        kept += events
        storage.write(rows, events)
    kept.sort()
    assert list(storage.forward(rows, (0, 0))) == kept
    assert list(storage.backward(rows, (400, 0))) == kept[::-1]
    assert list(storage.forward(rows, (200, 0))) == [event for event in kept if event.timestamp >= 200]
    assert list(storage.backward(rows, (200, 0))) == [event for event in kept if event.timestamp < 200][::-1]
    storage.trim(rows, 100)
    assert list(storage.forward(rows, (0, 0))) == [event for event in kept if event.timestamp >= 100]
