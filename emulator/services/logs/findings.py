"""Audit findings: what a data protection policy tells of sensitive data in the events that come.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data-audit-findings.html
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from emulator.engines import target_calls
from emulator.engines.data_identifiers import Found, find
from emulator.kernel.context import Context, acting, arn
from emulator.kernel.errors import AwsError
from emulator.services.logs.service import service
from emulator.services.logs.tables import Event, Group

logger = logging.getLogger("emulator.logs")


@lru_cache(maxsize=256)
def _audit(text: str) -> tuple[tuple[str, ...], dict[str, str], dict[str, Any]]:
    """The identifiers that a policy looks for, the patterns of its own ones, and where findings go."""
    policy = orjson.loads(text)
    statement = next(each for each in policy["Statement"] if "Audit" in each["Operation"])
    custom = (policy.get("Configuration") or {}).get("CustomDataIdentifier") or []
    return (tuple(statement["DataIdentifier"]), {each["Name"]: each["Regex"] for each in custom},
            statement["Operation"]["Audit"].get("FindingsDestination") or {})  # fmt: skip


def came(ctx: Context, found: Group, policies: Iterable[str], events: Sequence[Event]) -> None:
    """Look through events that came; what is to be told is a job."""
    for text in policies:
        names, custom, destinations = _audit(text)
        if destinations:
            hits = [each for event in events if (each := find(event.message, names, custom))]
            lines = [orjson.dumps(_finding(ctx, found, each)).decode() for each in hits]
            if lines:
                ctx.after(0, "tell_findings", arn=found.arn, destinations=destinations, lines=lines)


def _finding(ctx: Context, found: Group, hits: list[Found]) -> dict[str, Any]:
    by_name: dict[str, list[Found]] = {}
    for hit in hits:
        by_name.setdefault(hit.name.rpartition("/")[2], []).append(hit)
    return {
        "auditTimestamp": datetime.fromtimestamp(ctx.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resourceArn": f"{found.arn}:*", "dataIdentifiers": [
            {"name": name, "count": len(each), "detections": [{"start": one.start, "end": one.end} for one in each]}
            for name, each in by_name.items()
        ],
    }  # fmt: skip


@service.job
def tell_findings(ctx, arn, destinations, lines):
    """Findings go to all destinations; one that can't be written does not get them."""
    for kind, where in destinations.items():
        try:
            with ctx.transaction():
                DESTINATIONS[kind](ctx, where, acting("delivery.logs.amazonaws.com", arn, ctx.account), lines)
        except AwsError as error:
            logger.info("findings of %s were lost: %s", arn, error)


def _to_logs(ctx: Context, where: dict, who, lines: list[str]) -> None:
    to = target_calls.read(arn(ctx, "logs", f"log-group:{where['LogGroup']}"))
    target_calls.log(ctx, to, who, "data-protection-audit", [(int(ctx.now * 1000), line) for line in lines])


def _to_firehose(ctx: Context, where: dict, who, lines: list[str]) -> None:
    records = [{"Data": f"{line}\n".encode()} for line in lines]
    ctx.call("firehose", "PutRecordBatch", {"DeliveryStreamName": where["DeliveryStream"], "Records": records}, as_=who)


def _to_bucket(ctx: Context, where: dict, who, lines: list[str]) -> None:
    day = datetime.fromtimestamp(ctx.now, UTC)
    key = f"data-protection-audit/{day:%Y/%m/%d/%H}/{ctx.ids.hex(8)}.log"
    body = "".join(f"{line}\n" for line in lines).encode()
    ctx.call("s3", "PutObject", {"Bucket": where["Bucket"], "Key": key, "Body": body}, as_=who)


DESTINATIONS = {"CloudWatchLogs": _to_logs, "Firehose": _to_firehose, "S3": _to_bucket}
