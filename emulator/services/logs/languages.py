"""The languages of queries: what they refuse, which log groups a text names itself, and what runs it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_Languages.html
"""

from collections.abc import Callable, Set
from typing import NamedTuple

from emulator.engines import insights
from emulator.engines.insights import ppl, sql
from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.logs import index_policies, lookup_tables, sources
from emulator.services.logs.errors import malformed
from emulator.services.logs.gathering import gathered, log_of
from emulator.services.logs.lookup import find

MOST = 50  # log groups of a query that names them one by one
DIALECTS = {"CWLI": insights.INSIGHTS, "PPL": ppl.PPL}


class Work(NamedTuple):
    """What runs a query, touching no state; how many events, of how many bytes, it goes over."""

    run: Callable[[], insights.Result]
    events: int
    size: int


def needs(language: str, text: str) -> insights.Needs:
    """What a query needs; for one in SQL, ``groups_of`` tells. Raises MalformedQueryException, NotImplemented."""
    if not insights.available():
        raise NotImplementedByEmulator("Queries without the packages of paritylab[engines] (duckdb, pyarrow, sqlglot)")
    try:
        if language == "SQL":
            sql.groups_of(text)
            return insights.Needs()
        return insights.needs(text, DIALECTS[language])
    except insights.QueryError as error:
        raise malformed(str(error)) from None
    except insights.Unsupported as error:
        raise NotImplementedByEmulator(str(error)) from None


def groups_of(ctx: Context, language: str, text: str) -> tuple[str, ...]:
    """The log groups (ARNs) that a text itself names.

    Raises MalformedQueryException, NotImplemented, ResourceNotFoundException.
    """
    needed = needs(language, text)
    if language == "SQL":
        return tuple(sources.group(ctx, each).arn for each in sql.groups_of(text))
    return sources.chosen(ctx, needed.source) if needed.source else ()


def nested(ctx: Context, language: str, text: str) -> tuple[str, ...]:
    """The log groups (ARNs) of the queries within a text. Raises as ``groups_of``."""
    return tuple(arn for each in needs(language, text).nested for arn in sources.chosen(ctx, each))


def mentioned(ctx: Context, language: str, text: str) -> tuple[str, ...]:
    """All log groups (ARNs) that a text names, in itself or within. Raises as ``groups_of``."""
    return groups_of(ctx, language, text) + nested(ctx, language, text)


def _indexes(ctx: Context, arn: str, wanted: Set[str]) -> bool:
    """Whether a log group has indexed fields."""
    found = find(ctx, arn)
    return found is not None and wanted <= index_policies.indexed(ctx, found).keys()


def work(ctx: Context, query) -> Work:
    """Gather what a query goes over. Raises InvalidOperationException, ResourceNotFoundException."""
    needed = needs(query.language, query.text)
    arns = [each for each in query.groups if not needed.indexed or _indexes(ctx, each, needed.indexed)]
    events = gathered(ctx, arns, query.start, query.end)
    size = sum(len(each.message) for each in events)
    if query.language == "SQL":
        logs = {name: log_of(sources.group(ctx, name)) for name in sql.groups_of(query.text)}
        return Work(lambda: sql.run(query.text, events, logs, query.limit), len(events), size)
    within = [gathered(ctx, sources.chosen(ctx, each), query.start, query.end) for each in needed.nested]
    before = insights.earlier(needed.compared, query.start, query.end) if needed.compared else None
    given = insights.Given(
        events, query.created, within, gathered(ctx, arns, *before) if before else (),
        {name: lookup_tables.named(ctx, name) for name in needed.tables}, (query.start, query.end),
    )  # fmt: skip
    dialect = DIALECTS[query.language]
    return Work(lambda: insights.run(query.text, given, query.limit, dialect), len(events), size)
