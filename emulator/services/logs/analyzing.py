"""How anomaly detectors work: they learn from the past, then look at what came, as often as they were told.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/LogsAnomalyDetection.html
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from operator import attrgetter

from emulator.engines import log_anomalies
from emulator.engines.log_anomalies import Message, Unusual, Usual
from emulator.kernel.context import Context
from emulator.kernel.store import Record, Table, replace
from emulator.resources.records import ResourceRecord
from emulator.services.logs import encryption, protection, reading, storage
from emulator.services.logs.anomalies import Anomaly, anomalies, suppressed
from emulator.services.logs.lookup import find, streams_of
from emulator.services.logs.reading import pattern_of

TRAINING = 15 * 60.0  # seconds for which a detector trains
PAST = 14 * storage.DAY  # milliseconds of which it learns
LATEST = 20_000  # events of them at most
PERIODS = {"ONE_MIN": 60_000, "FIVE_MIN": 300_000, "TEN_MIN": 600_000, "FIFTEEN_MIN": 900_000, "THIRTY_MIN": 1_800_000,
           "ONE_HOUR": 3_600_000}  # fmt: skip


class Known(Record):
    """A pattern that a detector knows, and how often it came."""

    id: str
    text: str
    usual: Usual


# Partitions: (account, region, the detector's ARN).
patterns = Table("logs.pattern", Known, key=attrgetter("id"))


def id_of(pattern: str) -> str:
    return blake2b(pattern.encode(), digest_size=16).hexdigest()


def period(detector: ResourceRecord) -> int:
    """Milliseconds from one look to the next."""
    return PERIODS[detector.document["evaluationFrequency"]]


def train(ctx: Context, detector: ResourceRecord, now: int) -> int:
    """Learn of the latest events of the past, window by window; returns how many windows that were."""
    size, start = period(detector), now - PAST
    windows: dict[int, list[Message]] = {}
    for each in islice(_messages(ctx, detector, start, now, ahead=False), LATEST):
        windows.setdefault((each.timestamp - start) // size, []).append(each)
    known: dict[str, Usual] = {}
    for window in windows.values():
        known |= _learnt(known, log_anomalies.by_pattern(window))
    _keep(ctx, detector, known)
    return PAST // size - min(windows, default=0)


def look(ctx: Context, detector: ResourceRecord, since: int, now: int, windows: int) -> None:
    """Look at the window that has ended, after so many; what is unusual becomes an anomaly, the rest is learnt."""
    window = log_anomalies.by_pattern(_messages(ctx, detector, since, now))
    known = _known(ctx, detector)
    found = {each.pattern: each for each in log_anomalies.unusual(window, known, windows)}
    _keep(ctx, detector, _learnt(known, {text: each for text, each in window.items() if text not in found}))
    _report(ctx, detector, found, now)


def accept(ctx: Context, detector: ResourceRecord, found: Iterable[Anomaly]) -> None:
    """As much as came of these anomalies is usual from now on."""
    known = _known(ctx, detector)
    for each in found:
        text = each.told["patternString"]
        usual = known.get(text, Usual())
        _keep(ctx, detector, {text: usual._replace(accepted=max(usual.accepted, *each.histogram.values()))})


def forget(ctx: Context, detector: ResourceRecord) -> None:
    ctx.rows(patterns, detector.arn).clear()
    ctx.rows(anomalies, detector.arn).clear()


def _known(ctx: Context, detector: ResourceRecord) -> dict[str, Usual]:
    return {each.text: each.usual for each in ctx.rows(patterns, detector.arn)}


def _learnt(known: dict[str, Usual], window: dict[str, list[Message]]) -> dict[str, Usual]:
    """What is known of the patterns of a window after it."""
    return {text: known.get(text, Usual()).learnt(len(messages)) for text, messages in window.items()}


def _keep(ctx: Context, detector: ResourceRecord, known: dict[str, Usual]) -> None:
    rows = ctx.rows(patterns, detector.arn)
    for text, usual in known.items():
        rows.put(Known(id_of(text), text, usual))


def _messages(
    ctx: Context, detector: ResourceRecord, start: int, end: int, ahead: bool = True
) -> Iterator[Message]:
    """The events before ``end`` that a detector looks at, by time or backwards, what is sensitive hidden."""
    given = detector.document
    pattern = pattern_of(given.get("filterPattern"))
    for found in filter(None, (find(ctx, each) for each in given["logGroupArnList"])):
        message = protection.shown(ctx, found, False, encryption.opener(ctx, found))
        low = max(start, storage.horizon(ctx, found))
        for _, event in reading.between(ctx, found, list(streams_of(ctx, found)), low, end - 1, ahead):
            text = message(event)
            if pattern is None or pattern.matches(text):
                yield Message(event.timestamp, text)


def _report(ctx: Context, detector: ResourceRecord, found: dict[str, Unusual], now: int) -> None:
    """Anomalies that go on are told more of, new ones are made, old ones are taken as usual."""
    rows, visible = ctx.rows(anomalies, detector.arn), detector.document["anomalyVisibilityTime"] * storage.DAY
    going = {}
    for each in list(rows):
        if not each.baseline and each.first + visible <= now:
            accept(ctx, detector, [rows.put(replace(each, baseline=True, active=False))])
        elif not each.baseline or suppressed(ctx, each):
            going[each.told["patternString"]] = rows.put(replace(each, active=each.told["patternString"] in found))
    for text, unusual in found.items():
        before = going.get(text)
        if before is None:
            before = Anomaly(ctx.ids.uuid(), id_of(text), detector.arn, tuple(detector.document["logGroupArnList"]),
                             now, now, log_anomalies.told(unusual))  # fmt: skip
        if not suppressed(ctx, before):
            counted = before.histogram | {str(now): len(unusual.messages)}
            rows.put(replace(before, last=now, histogram=counted, told=log_anomalies.told(unusual)))
