"""Scheduled queries: run on the emulator's clock, their rows written to a bucket or into a lookup table.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/ScheduledQueries.html
"""

from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from emulator.engines.schedules import At, Rate, parse
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table, replace
from emulator.resources import Listing, Resource, Tags, equal
from emulator.services.logs import languages, queries
from emulator.services.logs.deliveries import BAD_TOKEN
from emulator.services.logs.errors import refused
from emulator.services.logs.lookup import group, millis
from emulator.services.logs.lookup_tables import LookupTable
from emulator.services.logs.pages import paged
from emulator.services.logs.service import service
from emulator.services.logs.subscribers import principal

MISSING = ("ResourceNotFoundException", "The specified scheduled query does not exist.")
LONGEST = 900.0  # seconds for which a run is waited for
OUTCOMES = {"Complete": "Complete", "Failed": "Failed", "Cancelled": "Failed", "Timeout": "Timeout"}


class Run(Record):
    """One run of a scheduled query; ``destinations`` as they are told."""

    number: int
    at: int
    query: str
    status: str = "Running"
    error: str = ""
    destinations: tuple[dict[str, Any], ...] = ()


# Partitions: (account, region, the scheduled query's ARN).
runs = Table("logs.scheduled_run", Run, key=attrgetter("number"), ordered=True)

ScheduledQuery = Resource(
    "ScheduledQuery", service, id="name", arn="arn:{partition}:logs:{region}:{account}:scheduled-query:{name}",
    create="CreateScheduledQuery", missing=MISSING, exists=("ConflictException", "A scheduled query with the name "
                                                            "{name} exists already."),
    arn_member="scheduledQueryArn", created="made", modified="changed", tags=Tags(member="tags"),
    list=Listing("ListScheduledQueries", {"state": equal("state"), "scheduleType": equal("scheduleType")}, limit=50,
                 invalid_token=BAD_TOKEN),
    defaults={"state": "ENABLED", "timezone": "UTC", "scheduleType": "CUSTOMER_MANAGED"},
)  # fmt: skip


def _find(ctx: Context, identifier: str):
    """The scheduled query with a name or an ARN. Raises ResourceNotFoundException."""
    if not identifier.startswith("arn:"):
        return ScheduledQuery.get(ctx, {"name": identifier})
    found = ScheduledQuery.find_arn(ctx, identifier)
    if found is None:
        raise ScheduledQuery.is_missing({})
    return found


@ScheduledQuery.on_validate
def check(ctx, document, before):
    """Raises ResourceNotFoundException, ValidationException."""
    try:
        if isinstance(parse(document["scheduleExpression"]), At):
            raise ValueError("at")
        ZoneInfo(document["timezone"])
    except (ValueError, ZoneInfoNotFoundError):
        raise refused("The schedule expression or its time zone is not valid.") from None
    for each in document.get("logGroupIdentifiers", ()):
        group(ctx, each)
    try:
        languages.needs(document["queryLanguage"], document["queryString"])
    except AwsError as error:
        if error.code == "MalformedQueryException":
            raise refused(error.message) from None
        raise


@ScheduledQuery.on_create
def created(ctx, record):
    record = replace(record, document=record.document | {
        "creationTime": millis(ctx), "lastUpdatedTime": millis(ctx)})  # fmt: skip
    _arm(ctx, record, ctx.now)
    return record


@service.operation
def get_scheduled_query(ctx, identifier):
    """Raises ResourceNotFoundException."""
    return ScheduledQuery.output(ctx, _find(ctx, identifier), "GetScheduledQuery")


@service.operation
def update_scheduled_query(ctx, identifier, **given):
    """What is not given stays. Raises ResourceNotFoundException, ValidationException."""
    found = _find(ctx, identifier)
    document = found.document | given | {"lastUpdatedTime": millis(ctx)}
    check(ctx, document, found)
    kept = ScheduledQuery.put(ctx, replace(found, document=document, modified=ctx.now))
    _arm(ctx, kept, ctx.now)
    return ScheduledQuery.output(ctx, kept, "UpdateScheduledQuery")


@service.operation
def delete_scheduled_query(ctx, identifier):
    """Raises ResourceNotFoundException."""
    found = _find(ctx, identifier)
    ctx.cancel(_job(found))
    ctx.rows(runs, found.arn).clear()
    ScheduledQuery.remove(ctx, found)


@service.operation
def get_scheduled_query_history(ctx, identifier, startTime, endTime, executionStatuses=None, nextToken=None,
                                maxResults=50):  # fmt: skip
    """The runs of a time (milliseconds). Raises ResourceNotFoundException."""
    found = _find(ctx, identifier)
    rows = [each for each in ctx.rows(runs, found.arn) if startTime <= each.at <= endTime
            and (not executionStatuses or each.status in executionStatuses)]  # fmt: skip
    answer = paged(ctx, "triggerHistory", rows, attrgetter("number"), nextToken, maxResults,
                   [found.arn, startTime, endTime, executionStatuses], _told, BAD_TOKEN)  # fmt: skip
    return answer | {"name": found.id[-1], "scheduledQueryArn": found.arn}


def _told(each: Run) -> dict:
    out = {"queryId": each.query, "executionStatus": each.status, "triggeredTimestamp": each.at,
           "destinations": list(each.destinations)}  # fmt: skip
    return out | ({"errorMessage": each.error} if each.error else {})


# Running


def _job(record) -> str:
    return f"scheduled/{record.id[-1]}"


def _arm(ctx: Context, record, moment: float) -> None:
    """Wait for the next due time, as far as there is one."""
    given = record.document
    expression = parse(given["scheduleExpression"])
    if given["state"] != "ENABLED":
        ctx.cancel(_job(record))
        return
    moment = max(moment, given.get("scheduleStartTime", 0) / 1000)
    if isinstance(expression, Rate):
        due = expression.next(record.created, moment)
    else:
        due = expression.following(moment, ZoneInfo(given["timezone"]))
    if due is not None and due * 1000 <= given.get("scheduleEndTime", float("inf")):
        ctx.at(due, "scheduled_query", _job(record), arn=record.arn, created=record.created, time=due)


@service.job
async def scheduled_query(ctx, arn, created, time):
    """A scheduled query is due: it runs, and its rows go where they are wanted."""
    record = ScheduledQuery.find_arn(ctx, arn)
    if record is None or record.created != created:
        return
    _arm(ctx, record, time)
    at = int(time * 1000)
    rows = ctx.rows(runs, arn)
    last = rows.highest()
    run = Run(last.number + 1 if last else 1, at, "")
    try:
        run = rows.put(replace(run, query=_start(ctx, record, at)))
    except AwsError as error:
        rows.put(replace(run, status="Failed", error=error.message))
        _mark(ctx, arn, "Failed", at)
        return
    _mark(ctx, arn, "Running", at)
    waited = ctx.monotonic() + LONGEST
    while ctx.rows(queries.queries)[run.query].status in queries.RUNNING and ctx.monotonic() < waited:
        await ctx.wait(("logs", "query", run.query), 1.0)
    status = OUTCOMES.get(ctx.rows(queries.queries)[run.query].status, "Timeout")
    destinations = tuple(_deliver(ctx, record, run.query, at)) if status == "Complete" else ()
    rows.put(replace(run, status=status, destinations=destinations))
    _mark(ctx, arn, status, at)


def _start(ctx: Context, record, at: int) -> str:
    """Start the query as its role, which may have to read every one of its log groups; returns its id.

    Raises AwsError.
    """
    given = record.document
    asked = {
        "startTime": at // 1000 - given.get("startTimeOffset", 300),
        "endTime": at // 1000 - given.get("endTimeOffset", 0),
        "queryString": given["queryString"], "queryLanguage": given["queryLanguage"],
    }  # fmt: skip
    if not languages.groups_of(ctx, given["queryLanguage"], given["queryString"]):
        asked["logGroupIdentifiers"] = given.get("logGroupIdentifiers", [])
    who = principal(record.arn, ctx.account, given["executionRoleArn"])
    return ctx.call("logs", "StartQuery", asked, as_=who)["queryId"]


def _mark(ctx: Context, arn: str, status: str, at: int) -> None:
    record = ScheduledQuery.find_arn(ctx, arn)
    if record is not None:
        ScheduledQuery.put(ctx, replace(record, document=record.document | {
            "lastExecutionStatus": status, "lastTriggeredTime": at}))  # fmt: skip


def _deliver(ctx: Context, record, query_id: str, at: int):
    """Write the rows of a run to its destinations; yields what is told of each."""
    wanted = record.document.get("destinationConfiguration", {})
    answer = ctx.call("logs", "GetQueryResults", {"queryId": query_id})
    rows = [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]
    place = wanted.get("s3Configuration")
    if place is not None:
        bucket, _, prefix = place["destinationIdentifier"].removeprefix("s3://").partition("/")
        key = f"{prefix.rstrip('/')}/{record.id[-1]}/{at}.json".lstrip("/")
        who = principal(record.arn, ctx.account, place["roleArn"])
        call = ("s3", "PutObject", {"Bucket": bucket, "Key": key, "Body": orjson.dumps(rows)})
        yield _outcome(ctx, call, who, "S3", f"s3://{bucket}/{key}")
    table = wanted.get("lookupTableConfiguration")
    if table is not None:
        arn = LookupTable.arn_of(ctx, (table["tableName"],))
        if LookupTable.find_arn(ctx, arn) is None:
            more = {name: table[name] for name in ("description", "kmsKeyId", "tags") if name in table}
            call = ("logs", "CreateLookupTable", {"lookupTableName": table["tableName"], "queryId": query_id, **more})
        else:
            call = ("logs", "UpdateLookupTable", {"lookupTableArn": arn, "queryId": query_id})
        yield _outcome(ctx, call, principal(record.arn, ctx.account, table["roleArn"]), "LOOKUP_TABLE", arn)


def _outcome(ctx: Context, call: tuple, who, kind: str, processed: str) -> dict:
    out = {"destinationType": kind, "destinationIdentifier": processed, "processedIdentifier": processed}
    try:
        ctx.call(*call, as_=who)
    except AwsError as error:
        return out | {"status": "FAILED", "errorMessage": error.message}
    return out | {"status": "COMPLETE"}
