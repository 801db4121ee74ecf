"""The languages of queries: what they refuse, which log groups a text names itself, and what runs it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_Languages.html
"""

import re
from collections.abc import Callable, Set
from typing import NamedTuple

from emulator.engines import insights
from emulator.engines.insights import ppl, sql
from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.logs import data_sources, index_policies, lookup_tables
from emulator.services.logs.errors import malformed, not_found
from emulator.services.logs.gathering import gathered, log_of
from emulator.services.logs.lookup import find, name_of, owner
from emulator.services.logs.tables import Group, groups

MOST = 50  # log groups of a query that names them one by one
MOST_CHOSEN = 10_000  # log groups that a SOURCE command may choose
DIALECTS = {"CWLI": insights.INSIGHTS, "PPL": ppl.PPL}
# logGroups(namePrefix: ["/aws/lambda", "/app"], class: ["STANDARD"]), dataSource(["shop.orders"]), '/one', '/two'
CHOICE = re.compile(r"(logGroups|dataSource)\s*\((.*)\)", re.IGNORECASE | re.DOTALL)
ARGUMENT = re.compile(r"(\w+)\s*:\s*\[([^\]]*)\]")
QUOTED = re.compile(r"""["'`]([^"'`]*)["'`]""")


class Work(NamedTuple):
    """What runs a query, touching no state; how many events, of how many bytes, it goes over."""

    run: Callable[[], insights.Result]
    events: int
    size: int


def needs(language: str, text: str) -> insights.Needs:
    """What a query needs; its source, in SQL, is left to ``groups_of``. Raises MalformedQueryException; NotImplemented
    for what can't be done here.
    """
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


def group(ctx: Context, identifier: str) -> Group:
    """The log group of a query, by name or ARN. Raises ResourceNotFoundException."""
    found = find(ctx, identifier)
    if found is None:
        account = owner(identifier).get("account", ctx.account)
        raise not_found(
            f"Log group '{name_of(identifier)}' does not exist for account ID '{account}' (Service: AWSLogs; Status "
            f"Code: 400; Error Code: ResourceNotFoundException; Request ID: {ctx.request_id}; Proxy: null)"
        )
    return found


def groups_of(ctx: Context, language: str, text: str) -> tuple[str, ...]:
    """The log groups (ARNs) that a text itself names, and those of queries within it are there.

    Raises MalformedQueryException, ResourceNotFoundException.
    """
    needed = needs(language, text)
    for each in needed.nested:
        chosen(ctx, each)
    if language == "SQL":
        return tuple(group(ctx, each).arn for each in sql.groups_of(text))
    return chosen(ctx, needed.source) if needed.source else ()


def chosen(ctx: Context, source: str) -> tuple[str, ...]:
    """The log groups (ARNs) of a SOURCE command. Raises MalformedQueryException, ResourceNotFoundException."""
    choice = CHOICE.fullmatch(source)
    if choice is None:
        return tuple(group(ctx, each).arn for each in QUOTED.findall(source))
    fits = _of_source if choice[1].lower() == "datasource" else _of_groups
    wanted = fits(ctx, choice[2])
    found = tuple(each.arn for each in ctx.rows(groups) if wanted(each))
    if not found:
        raise not_found("No log group fits the SOURCE command.")
    if len(found) > MOST_CHOSEN:
        raise malformed(f"The SOURCE command chooses more than {MOST_CHOSEN} log groups.")
    return found


def _of_groups(ctx: Context, arguments: str) -> Callable[[Group], bool]:
    given = {name: QUOTED.findall(values) for name, values in ARGUMENT.findall(arguments)}
    unknown = given.keys() - {"namePrefix", "class", "accountIdentifiers"}
    if unknown or set(given.get("accountIdentifiers", ())) - {ctx.account}:
        raise NotImplementedByEmulator(f"SOURCE with {', '.join(unknown) or 'linked accounts'}")
    prefixes, kinds = tuple(given.get("namePrefix", [""])), given.get("class", ["STANDARD"])
    return lambda each: each.name.startswith(prefixes) and each.kind in kinds


def _of_source(ctx: Context, arguments: str) -> Callable[[Group], bool]:
    named = [each.partition(".") for each in QUOTED.findall(arguments)]
    wanted = [{"name": name, "type": kind or "*"} for name, _, kind in named]
    if not wanted:
        raise malformed("SOURCE needs the data sources' names and types.")
    return lambda each: data_sources.among(each, wanted)


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
        logs = {name: log_of(group(ctx, name)) for name in sql.groups_of(query.text)}
        return Work(lambda: sql.run(query.text, events, logs, query.limit), len(events), size)
    nested = [gathered(ctx, chosen(ctx, each), query.start, query.end) for each in needed.nested]
    before = insights.earlier(needed.compared, query.start, query.end) if needed.compared else None
    given = insights.Given(
        events, query.created, nested, gathered(ctx, arns, *before) if before else (),
        {name: lookup_tables.named(ctx, name) for name in needed.tables},
    )  # fmt: skip
    dialect = DIALECTS[query.language]
    return Work(lambda: insights.run(query.text, given, query.limit, dialect), len(events), size)
