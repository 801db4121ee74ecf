"""What IAM is told: which resource a call acts on.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
"""

from contextlib import suppress

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.resources import registry
from emulator.services.logs import languages
from emulator.services.logs.lookup import name_of, owner
from emulator.services.logs.service import service

GROUPS = ("logGroupName", "logGroupIdentifier", "logGroupIdentifiers", "logGroupNames", "logGroupArnList")
ARNS = ("resourceArn", "anomalyDetectorArn", "lookupTableArn", "resourceIdentifier")
NAMES = {  # members that name a resource, and the kind in its ARN
    "destinationName": "destination", "deliveryDestinationName": "delivery-destination",
    "lookupTableName": "lookup-table", "identifier": "scheduled-query",
}  # fmt: skip
# The kind that an operation's ``name`` names.
OPERATIONS = {"PutDeliverySource": "delivery-source", "PutDeliveryDestination": "delivery-destination"}


def group_arn(ctx: Context, identifier: str, stream: str = "") -> str:
    """As IAM sees a log group: with a stream, or with the beginning of one."""
    where = owner(identifier) if identifier.startswith("arn:") else {}
    return arn(ctx, "logs", f"log-group:{name_of(identifier)}:log-stream:{stream}", **where)


def resource_of(ctx: Context) -> str | tuple[str, ...] | None:
    """The ARN that a call acts on, or several; None where there is none in particular."""
    if ctx.operation == "StartQuery":
        return _queried(ctx)
    if any(ctx.operation in each.operations for each in registry.declared(service)):
        return registry.resource_of(ctx, service, ctx.operation, ctx.input)
    for member in GROUPS:
        named = ctx.input.get(member)
        if named:
            names, stream = [named] if isinstance(named, str) else named, ctx.input.get("logStreamName") or ""
            return tuple(group_arn(ctx, each, stream) for each in names)
    for member in ARNS:
        if ctx.input.get(member):
            return ctx.input[member]
    for member, kind in NAMES.items():
        named = ctx.input.get(member)
        if named:
            return named if named.startswith("arn:") else arn(ctx, "logs", f"{kind}:{named}")
    if ctx.operation in OPERATIONS:
        return arn(ctx, "logs", f"{OPERATIONS[ctx.operation]}:{ctx.input['name']}")
    return group_arn(ctx, "") if ctx.operation.endswith("LogGroups") else None


def _queried(ctx: Context) -> tuple[str, ...] | None:
    """The log groups of a query: those that its input names, and those that its text does."""
    given = ctx.input
    named = [given["logGroupName"]] if given.get("logGroupName") else []
    for member in ("logGroupNames", "logGroupIdentifiers"):
        named += given.get(member) or ()
    with suppress(AwsError):  # the operation itself refuses a text that names none
        named += languages.mentioned(ctx, given.get("queryLanguage", "CWLI"), given.get("queryString", ""))
    return tuple(group_arn(ctx, each) for each in dict.fromkeys(named)) or None


service.resource_of = resource_of
