"""Resource policies: which services may write to log groups, of the account or of one log group.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
"""

from operator import attrgetter

import orjson

from emulator.kernel.context import Context
from emulator.kernel.store import Record, Table
from emulator.services.logs.errors import invalid, limit_exceeded, not_found
from emulator.services.logs.lookup import group, millis, owner
from emulator.services.logs.pages import paged
from emulator.services.logs.service import service

MOST = 10  # policies of an account


class ResourcePolicy(Record):
    """``name`` is the resource's ARN where the policy is a log group's."""

    name: str
    document: str
    modified: int
    resource: str = ""
    revision: str = ""


policies = Table("logs.resource_policy", ResourcePolicy, key=attrgetter("name"), ordered=True)


def _settled(text: str) -> str:
    """A document as it is described: with a version, and without lists of one."""
    document = orjson.loads(text)
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    plain = [{name: _plain(value) for name, value in each.items()} for each in statements]
    return orjson.dumps({"Version": "2008-10-17", **document, "Statement": plain}).decode()


def _plain(value):
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _told(each: ResourcePolicy) -> dict:
    if each.resource:
        return {"policyName": each.name, "policyDocument": each.document, "lastUpdatedTime": each.modified,
                "policyScope": "RESOURCE", "resourceArn": each.resource, "revisionId": each.revision}  # fmt: skip
    return {"policyName": each.name, "policyDocument": each.document, "lastUpdatedTime": each.modified,
            "policyScope": "ACCOUNT"}  # fmt: skip


@service.operation
def put_resource_policy(ctx, policyName=None, policyDocument=None, resourceArn=None, expectedRevisionId=None):
    """Raises InvalidParameterException, LimitExceededException, ResourceNotFoundException."""
    rows = ctx.rows(policies)
    if policyDocument is None:
        raise invalid("policyDocument must be specified.")
    _check(policyDocument)
    if resourceArn is not None:
        arn = group(ctx, resourceArn).arn
        _check_revision(rows.get(arn), expectedRevisionId)
        made = rows.put(ResourcePolicy(arn, policyDocument, millis(ctx), arn, ctx.ids.hex(32)))
        return {"resourcePolicy": _told(made), "revisionId": made.revision}
    if policyName is None:
        raise invalid("policyName must be specified.")
    if policyName not in rows and sum(not each.resource for each in rows) >= MOST:
        raise limit_exceeded()
    return {"resourcePolicy": _told(rows.put(ResourcePolicy(policyName, policyDocument, millis(ctx))))}


def _check(document: str) -> None:
    try:
        statements = orjson.loads(document)["Statement"]
        for each in statements if isinstance(statements, list) else [statements]:
            each["Effect"], each["Action"], each["Principal"]
    except (ValueError, KeyError, TypeError):
        raise invalid("Syntax errors in policy document.") from None


def _check_revision(before: ResourcePolicy | None, expected: str | None) -> None:
    if (before.revision if before else None) != expected:
        raise invalid("The expected revision id does not match the revision id of the resource policy.")


@service.operation
def delete_resource_policy(ctx, policyName=None, resourceArn=None, expectedRevisionId=None):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    rows = ctx.rows(policies)
    if policyName is None and resourceArn is None:
        raise invalid("policyName or resourceArn must be specified.")
    found = rows.get(policyName if resourceArn is None else resourceArn.removesuffix(":*"))
    if found is None:
        raise not_found(f"Policy with name [{policyName or resourceArn}] does not exist.")
    if found.resource:
        _check_revision(found, expectedRevisionId)
    rows.delete(found.name)


@service.operation
def describe_resource_policies(ctx, nextToken=None, limit=50, resourceArn=None, policyScope="ACCOUNT"):
    """The account's policies, or those of log groups. Raises InvalidParameterException."""
    wanted = resourceArn.removesuffix(":*") if resourceArn else None
    scoped = policyScope == "RESOURCE" or wanted is not None
    rows = [each for each in ctx.rows(policies) if bool(each.resource) == scoped and wanted in (None, each.resource)]
    return paged(ctx, "resourcePolicies", rows, attrgetter("name"), nextToken, limit, [resourceArn, policyScope],
                 lambda each: _told(each) | {"policyDocument": _settled(each.document)})  # fmt: skip


def resource_policy(ctx: Context, arn: str) -> tuple[str, str | None] | None:
    """The account of a log group, and all that its policies say together, for IAM."""
    where = owner(arn)
    if not where:
        return None
    statements = []
    for each in ctx.rows(policies, **where):
        if not each.resource or arn.startswith(each.resource):
            given = orjson.loads(each.document)["Statement"]
            statements += given if isinstance(given, list) else [given]
    text = orjson.dumps({"Version": "2012-10-17", "Statement": statements}).decode() if statements else None
    return where["account"], text


service.resource_policy = resource_policy
