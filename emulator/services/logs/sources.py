"""Which log groups a query is over: named one by one, or chosen by a SOURCE command.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Source.html
"""

import re
from collections.abc import Callable

from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.logs import data_sources
from emulator.services.logs.errors import malformed, not_found
from emulator.services.logs.lookup import find, name_of, owner
from emulator.services.logs.tables import Group, groups

MOST = 10_000  # log groups that a SOURCE command may choose
# logGroups(namePrefix: ["/aws/lambda", "/app"], class: ["STANDARD"]), dataSource(["shop.orders"]), '/one', '/two'
CHOICE = re.compile(r"(logGroups|dataSource)\s*\((.*)\)", re.IGNORECASE | re.DOTALL)
ARGUMENT = re.compile(r"(\w+)\s*:\s*\[([^\]]*)\]")
QUOTED = re.compile(r"""["'`]([^"'`]*)["'`]""")


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
    if len(found) > MOST:
        raise malformed(f"The SOURCE command chooses more than {MOST} log groups.")
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
