"""Archives keep what passes their bus; replays bring it back."""

from datetime import UTC, datetime, timedelta

import pytest

BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default"
NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def archive(events):
    def make(name="a", **members):
        return events.create_archive(ArchiveName=name, EventSourceArn=BUS, **members)["ArchiveArn"]

    return make


@pytest.fixture
def replay(events, emulator):
    """Replay an archive of an hour around noon, to its end."""

    def run(arn, name="again", **destination):
        events.start_replay(
            ReplayName=name, EventSourceArn=arn, EventStartTime=NOON - timedelta(hours=1),
            EventEndTime=NOON + timedelta(hours=1), Destination={"Arn": BUS, **destination},
        )  # fmt: skip
        emulator.advance(2)
        return events.describe_replay(ReplayName=name)

    return run


def test_an_archive_counts_what_it_keeps(events, archive, put, emulator):
    archive(EventPattern='{"detail":{"n":[1]}}', RetentionDays=1)
    put({"n": 1})
    put({"n": 2})
    found = events.describe_archive(ArchiveName="a")
    assert (found["EventCount"], found["State"], found["RetentionDays"]) == (1, "ENABLED", 1)
    assert found["SizeBytes"] > 100
    emulator.advance(86401)
    assert events.describe_archive(ArchiveName="a")["EventCount"] == 0


def test_a_replay_brings_events_back_in_order(events, archive, rule, put, queue, replay):
    arn, q = archive(), queue()
    ids = [put({"n": 2}, Time=NOON + timedelta(minutes=2)), put({"n": 1}, Time=NOON + timedelta(minutes=1))]
    put({"n": 3}, Time=NOON + timedelta(hours=1))
    rule("r", q.arn)
    told = replay(arn)
    assert told["State"] == "COMPLETED" and told["EventLastReplayedTime"] == NOON + timedelta(minutes=2)
    found = q.documents()
    assert [each["id"] for each in found] == ids[::-1]
    assert {each["replay-name"] for each in found} == {"again"}
    assert events.describe_archive(ArchiveName="a")["EventCount"] == 3  # a replayed event is not archived again


def test_a_replay_for_some_rules(archive, rule, put, queue, replay):
    arn, chosen, other = archive(), queue("chosen"), queue("other")
    put()
    rule("chosen", chosen.arn)
    rule("other", other.arn)
    replay(arn, FilterArns=["arn:aws:events:us-east-1:000000000000:rule/chosen"])
    assert (len(chosen.messages()), len(other.messages())) == (1, 0)


def test_a_replay_can_be_cancelled_while_it_runs(events, archive, refused, emulator):
    events.start_replay(ReplayName="x", EventSourceArn=archive(), EventStartTime=NOON,
                        EventEndTime=NOON + timedelta(hours=1), Destination={"Arn": BUS})  # fmt: skip
    assert events.cancel_replay(ReplayName="x")["State"] == "CANCELLING"
    emulator.advance(2)
    assert events.describe_replay(ReplayName="x")["State"] == "CANCELLED"
    assert refused(events.cancel_replay, ReplayName="x")[0] == "IllegalStatusException"


def test_the_managed_rule_of_an_archive(events, archive, refused):
    archive()
    (found,) = events.list_rules(NamePrefix="Events-Archive-")["Rules"]
    assert (found["Name"], found["ManagedBy"]) == ("Events-Archive-a", "prod.vhs.events.aws.internal")
    assert refused(events.disable_rule, Name="Events-Archive-a")[0] == "ManagedRuleException"
    events.delete_archive(ArchiveName="a")
    assert events.list_rules()["Rules"] == []


def test_refusals(events, archive, refused):
    arn = archive()
    assert refused(archive) == ("ResourceAlreadyExistsException", "Archive a already exists.")
    assert refused(events.list_archives, NamePrefix="a", State="ENABLED")[1].startswith("At most one filter is allowed")
    assert refused(events.update_archive, ArchiveName="a")[0] == "ValidationException"
    assert refused(
        events.start_replay, ReplayName="x", EventSourceArn=arn, EventStartTime=NOON, EventEndTime=NOON,
        Destination={"Arn": BUS},
    )[0] == "ValidationException"  # fmt: skip
