"""The languages of queries: what they refuse, which log groups a text names itself, and what runs it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_Languages.html
"""

import re
from collections.abc import Callable

from emulator.engines import insights
from emulator.engines.insights import sql
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.services.logs import lookup_tables
from emulator.services.logs.errors import not_found
from emulator.services.logs.lookup import find, name_of, owner
from emulator.services.logs.tables import Group, groups

MOST = 50  # log groups of a query
# SOURCE logGroups(namePrefix: ["/aws/lambda", "/app"], class: ["STANDARD"]) | fields @message
SOURCE = re.compile(r"\s*SOURCE\s+logGroups\s*\(([^)]*)\)\s*(?:\||$)", re.IGNORECASE)
ARGUMENT = re.compile(r"(\w+)\s*:\s*\[([^\]]*)\]")
QUOTED = re.compile(r"""["']([^"']*)["']""")


def check(language: str, text: str) -> None:
    """Raises MalformedQueryException; NotImplemented for PPL, and for what the others can't do here."""
    if language not in ("CWLI", "SQL"):
        raise NotImplementedByEmulator(f"A query in {language}")
    if not insights.available():
        raise NotImplementedByEmulator("Queries without the packages of paritylab[engines] (duckdb, pyarrow, sqlglot)")
    try:
        if language == "SQL":
            sql.groups_of(text)
        else:
            insights.check(text)
    except insights.QueryError as error:
        raise malformed(str(error)) from None
    except insights.Unsupported as error:
        raise NotImplementedByEmulator(str(error)) from None


def malformed(message: str) -> AwsError:
    return AwsError("MalformedQueryException", message, 400)


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


def inside(ctx: Context, language: str, text: str) -> tuple[tuple[str, ...], str] | None:
    """The log groups (ARNs) that a text itself names, and the rest of it; None where it names none.

    Raises MalformedQueryException, ResourceNotFoundException.
    """
    if language == "SQL":
        check(language, text)
        return tuple(group(ctx, each).arn for each in sql.groups_of(text)), text
    source = SOURCE.match(text)
    if source is None:
        return None
    return _chosen(ctx, source[1]), text[source.end() :] or "fields @timestamp, @message"


def _chosen(ctx: Context, source: str) -> tuple[str, ...]:
    """The log groups that a SOURCE command names."""
    given = {name: QUOTED.findall(values) for name, values in ARGUMENT.findall(source)}
    if not given.keys() <= {"namePrefix", "class"}:
        raise NotImplementedByEmulator(f"SOURCE with {', '.join(given)}")
    if not given:
        raise malformed("SOURCE needs the log groups' namePrefix or class")
    prefixes, kinds = tuple(given.get("namePrefix", [""])), given.get("class", ["STANDARD"])
    found = [each.arn for each in ctx.rows(groups) if each.name.startswith(prefixes) and each.kind in kinds]
    if not found:
        raise not_found("No log group fits the SOURCE command.")
    return tuple(found[:MOST])


def work(ctx: Context, query, events: list[insights.Event]) -> tuple[Callable[..., insights.Result], tuple]:
    """What runs a query over its events, and its arguments: it touches no state. Raises ResourceNotFoundException."""
    if query.language == "SQL":
        logs = {name: log_of(group(ctx, name)) for name in sql.groups_of(query.text)}
        return sql.run, (query.text, events, logs, query.limit)
    tables = {name: lookup_tables.named(ctx, name) for name in insights.tables_of(query.text)}
    return insights.run, (query.text, events, query.created, query.limit, tables)


def log_of(found: Group) -> str:
    """A log group as events name it in ``@log``."""
    return f"{found.account}:{found.name}"
