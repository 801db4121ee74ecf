"""Queries: started, run by DuckDB in a worker thread, told, stopped.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
"""

from collections.abc import Sequence
from operator import attrgetter, itemgetter

import orjson

from emulator.engines import insights
from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table, replace
from emulator.services.logs import encryption, languages, lookup_tables, sources
from emulator.services.logs.errors import invalid, not_found
from emulator.services.logs.lookup import millis, name_of
from emulator.services.logs.pages import paged
from emulator.services.logs.service import service

PAGE = 10_000
IN_PLACE = 1000  # events up to which a query is not worth a thread: it takes some 20 ms
RUNNING = ("Scheduled", "Running")
MISSING = "The specified query does not exist."

Rows = Sequence[Sequence[tuple[str, str]]]  # fields and their values


class Query(Record):
    """A query; ``groups`` are ARNs, ``start`` and ``end`` milliseconds.

    ``rows`` are the results as they are told, in JSON, under ``data_key`` of ``key`` where there is one.
    """

    id: str
    groups: tuple[str, ...]
    text: str
    start: int
    end: int
    created: int
    limit: int | None = None
    who: str = ""
    language: str = "CWLI"
    status: str = "Scheduled"
    rows: str = "[]"
    key: str = ""
    data_key: str = ""
    statistics: dict[str, float] = {}
    ended: int = 0


queries = Table("logs.query", Query, key=attrgetter("id"), indexes={"created": attrgetter("created")})


@service.operation
def start_query(
    ctx, startTime, endTime, queryString, queryLanguage="CWLI", logGroupName=None, logGroupNames=None,
    logGroupIdentifiers=None, limit=None,
):  # fmt: skip
    """Raises InvalidParameterException, MalformedQueryException, ResourceNotFoundException."""
    named = next((each for each in (logGroupName and [logGroupName], logGroupNames, logGroupIdentifiers) if each), [])
    inside = languages.groups_of(ctx, queryLanguage, queryString)
    ways = sum(map(bool, (logGroupName, logGroupNames, logGroupIdentifiers, inside)))
    if ways != 1:
        raise invalid("Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be specified.")
    if len(named) > languages.MOST:
        raise invalid(f"A query can have at most {languages.MOST} log groups.")
    if endTime < startTime:
        raise invalid("End time should not be less than start time.")
    groups = inside or tuple(sources.group(ctx, each).arn for each in named)
    made = Query(ctx.ids.uuid(), groups, queryString, startTime * 1000, endTime * 1000 + 999, millis(ctx), limit,
                 ctx.principal.arn, language=queryLanguage)  # fmt: skip
    languages.nested(ctx, queryLanguage, queryString)
    for each in languages.needs(queryLanguage, queryString).tables:
        lookup_tables.named(ctx, each)
    return {"queryId": begin(ctx, made).id}


def begin(ctx: Context, query: Query) -> Query:
    """Have a query run as a job."""
    ctx.rows(queries).put(query)
    ctx.after(0, "run_query", id=query.id)
    return query


@service.job
async def run_query(ctx, id):
    """Gather the events of a query, and let it run beside everything else."""
    query = ctx.rows(queries).get(id)
    if query is None or query.status not in RUNNING:
        return
    ctx.rows(queries).put(replace(query, status="Running"))
    job = ctx.stand_by("run_query", id=id)
    try:
        work = languages.work(ctx, query)
        result = work.run() if work.events <= IN_PLACE else await ctx.in_thread(work.run)
    except (insights.QueryError, AwsError):
        _end(ctx, id, "Failed")
        return
    finally:
        ctx.cancel(job)
    _end(ctx, id, "Complete", result.rows, {
        "recordsMatched": float(result.matched), "recordsScanned": float(work.events), "estimatedRecordsSkipped": 0.0,
        "bytesScanned": float(work.size), "estimatedBytesSkipped": 0.0,
        "logGroupsScanned": float(len(query.groups)), "resultCount": float(len(result.rows)),
    })  # fmt: skip


def _end(ctx: Context, id: str, status: str, rows: Rows = (), statistics: dict[str, float] | None = None) -> None:
    query = ctx.rows(queries).get(id)
    if query is None or query.status not in RUNNING:
        return
    text, key = orjson.dumps(rows).decode(), ctx.rows(encryption.results_keys).get("key")
    if key is not None and rows:
        try:
            text = encryption.Box(ctx, _results(ctx), key.data_key).seal(text)
            query = replace(query, key=key.key, data_key=key.data_key)
        except AwsError:
            status, text = "Failed", "[]"
    ctx.rows(queries).put(replace(query, status=status, rows=text, statistics=statistics or {}, ended=millis(ctx)))
    ctx.notify(("logs", "query", id))


def _results(ctx: Context) -> str:
    return arn(ctx, "logs", encryption.RESULTS.lstrip(":"))


def _rows(ctx: Context, query: Query) -> Rows:
    """Raises InvalidOperationException for rows whose key can't be used."""
    box = encryption.Box(ctx, _results(ctx), query.data_key) if query.data_key else None
    return orjson.loads(query.rows if box is None else box.open(query.rows))


def _find(ctx: Context, id: str) -> Query:
    found = ctx.rows(queries).get(id)
    if found is None:
        raise not_found(MISSING)
    return found


@service.operation
def get_query_results(ctx, queryId, nextToken=None, maxItems=PAGE):
    """As much as there is yet. Raises InvalidParameterException, ResourceNotFoundException."""
    query = _find(ctx, queryId)
    numbered = list(enumerate(_rows(ctx, query)))
    answer = paged(ctx, "results", numbered, itemgetter(0), nextToken, maxItems, queryId,
                   lambda each: [{"field": field, "value": value} for field, value in each[1]])  # fmt: skip
    answer |= {"queryLanguage": query.language, "status": query.status, "statistics": query.statistics}
    return answer | ({"encryptionKey": query.key} if query.key else {})


@service.operation
def stop_query(ctx, queryId):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    query = _find(ctx, queryId)
    if query.status not in RUNNING:
        raise invalid(f"Query with id {queryId} has already ended with status: {query.status}")
    _end(ctx, queryId, "Cancelled")
    return {"success": True}


@service.operation
def describe_queries(ctx, logGroupName=None, status=None, maxResults=1000, nextToken=None, queryLanguage=None):
    """The queries, the latest first. Raises InvalidParameterException."""
    rows = sorted(ctx.rows(queries), key=_recent)
    rows = [each for each in rows if status in (None, each.status) and queryLanguage in (None, each.language)
            and (logGroupName is None or logGroupName in map(name_of, each.groups))]  # fmt: skip
    return paged(ctx, "queries", rows, _recent, nextToken, maxResults, [logGroupName, status, queryLanguage], _told)


def _recent(each: Query) -> tuple[int, str]:
    return -each.created, each.id


def _told(each: Query) -> dict:
    """A query with its source, as AWS writes it down, unless it names that itself."""
    sources = [f'SOURCE "{name_of(named)}" START={each.start} END={each.end}' for named in each.groups]
    itself = each.language == "SQL" or each.text.lstrip()[:6].upper() == "SOURCE"
    text = each.text if itself else " | ".join((*sources, each.text))
    return {"queryLanguage": each.language, "queryId": each.id, "queryString": text, "status": each.status,
            "createTime": each.created, "logGroupName": name_of(each.groups[0])}  # fmt: skip


@service.operation
def list_log_groups_for_query(ctx, queryId, nextToken=None, maxResults=500):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    rows = sorted(_find(ctx, queryId).groups)
    return paged(ctx, "logGroupIdentifiers", rows, str, nextToken, maxResults, queryId)
