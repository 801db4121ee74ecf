"""A project's results made up: several runs of every suite, another endpoint, live evidence with both answers."""

import pytest

from lab.report import Difference, Row, Run, store

REFERENCE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html"
OPERATIONS = ("CreateQueue", "SendMessage", "ReceiveMessage", "DeleteMessage")
VERSIONS = {"paritylab": "0.1.0", "botocore": "1.44.5"}


def answers():
    """A live recording and its replay: one member differs, one is equivalent, one on each side alone."""
    recorded = {"Messages": [{"Body": "the first body", "MessageId": "11111111", "Attributes": {"SenderId": "AIDA"}}],
                "ResponseMetadata": {"HTTPStatusCode": 200}}
    live = {"Messages": [{"Body": "the other body", "MessageId": "22222222"}],
            "ResponseMetadata": {"HTTPStatusCode": 200}, "Unasked": True}
    found = [Difference("Messages[0].Body", "value", "the first body", "the other body"),
             Difference("Messages[0].Attributes", "missing", {"SenderId": "AIDA"}),
             Difference("Unasked", "unexpected", None, True)]
    return Row("sqs", "ReceiveMessage", "different", "aws-live", "sqs/messages", "Messages", 3, found, ["id"],
               expected=recorded, got=live)


def replays(agreeing: int) -> list[Row]:
    """Forty steps of which so many agree, of two services."""
    rows = [Row(service, OPERATIONS[step % 4] if service == "sqs" else "GetObject",
                "equal" if step < agreeing else "unreachable", "aws-imported", f"{service}/basics", "Basics", step,
                reason=None if step < agreeing else "step 2 differs")
            for service in ("sqs", "s3") for step in range(40)]
    rows.append(Row("s3", "GetObject", "equal", "aws-imported", "s3/basics", "Another part of the answer", 2))
    partial = Difference("Owner.DisplayName", "missing", "<script>alert(1)</script>")
    return [*rows, answers(), Row("s3", "ListObjects", "known", "aws-imported", "s3/listing", "A listing", 0, [partial],
                                  reason="Owners have no names any more. (https://docs.aws.amazon.com/AmazonS3/)")]


def suite_rows() -> dict[str, list[Row]]:
    """The rows of the other suites."""
    def variants(operation, title, **counts):
        return Row("sqs", operation, "different" if counts.get("failed") else "equal", "aws-documented",
                   "conformance, seed 0", title, 0, counts={key.replace("_", " "): n for key, n in counts.items()})

    def probe(operation, verdict, sentence, reason=None):
        return Row("sqs", operation, verdict, "aws-documented", f"probes/sqs/{operation}", sentence, 0, reason=reason,
                   link=REFERENCE)

    def stub(name, **counts):
        return Row("sqs", "SendMessage", "equal", "aws-documented", f"stubs/{name}", "stub", 0, counts=counts)

    return {
        "conformance": [variants("SendMessage", "positive variants", passed=40, weak=2, failed=1, no_fixture=3),
                        variants("SendMessage", "negative variants", passed=30, no_expectation=9),
                        variants("standard queue", "sequences", passed=8)],
        "probes": [probe("SendMessage", "equal", "Bodies are kept"),
                   probe("ReceiveMessage", "different", "While a message of a group is in flight, the group waits",
                         "b1 was given out")],
        "stubs": [stub("echo", variants=40, passed=1, positives=20, positives_passed=0),
                  stub("always an error", variants=40, passed=2, positives=20, positives_passed=1),
                  stub("seeded-faults", seeded=50, caught=49)],
    }


@pytest.fixture(scope="session")
def records(tmp_path_factory):
    """The folder of run records of the made-up project."""
    folder = tmp_path_factory.mktemp("records")
    for day, agreeing in enumerate((10, 18, 25, 31, 38), 1):
        store.save(Run(f"replay-{day}", "replay", f"2026-03-0{day}T00:00:00+00:00", "emulator", VERSIONS,
                       replays(agreeing)), folder)
    for suite, rows in suite_rows().items():
        store.save(Run(f"{suite}-1", suite, "2026-03-05T01:00:00+00:00", "emulator", VERSIONS, rows), folder)
    for endpoint, agreeing in (("emulator", 37), ("another", 20)):
        store.save(Run(f"replay-5-{endpoint}", "compare", "2026-03-05T02:00:00+00:00", endpoint, VERSIONS,
                       replays(agreeing)), folder)
    return folder
