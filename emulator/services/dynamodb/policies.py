"""Resource policies of tables and of their streams.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html
"""

import json

from emulator.engines import change_stream
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.dynamodb import features
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import save_table
from emulator.services.dynamodb.tables import DynamoTable
from emulator.services.dynamodb.tags import tagged

LARGEST = 20 * 1024  # bytes, without whitespace outside strings
NONE = "NO_POLICY"  # the revision to expect where no policy is


def _subject(ctx: Context, arn: str) -> tuple[DynamoTable, bool]:
    """The table of an ARN, and whether the ARN names its stream. Raises ResourceNotFoundException."""
    name, _, label = arn.partition("/stream/")
    if label and change_stream.find(ctx, arn) is None:
        raise AwsError("ResourceNotFoundException", f"Requested resource not found: Stream: {arn} not found")
    return tagged(ctx, name), bool(label)


def _found(table: DynamoTable, stream: bool) -> tuple[str, str]:
    """Policy and revision; empty where none is."""
    revisions = table.more.get("policy", {})
    if stream:
        return revisions.get("stream_policy", ""), revisions.get("stream_revision", "")
    return table.policy, revisions.get("revision", "") if table.policy else ""


def _check_revision(expected: str | None, revision: str) -> None:
    if expected is not None and expected != (revision or NONE):
        raise AwsError(
            "PolicyNotFoundException", "The resource-based policy's revision does not match the ExpectedRevisionId"
        )


def _save(ctx: Context, table: DynamoTable, stream: bool, policy: str, revision: str) -> None:
    revisions = dict(table.more.get("policy", {}))
    if stream:
        revisions |= {"stream_policy": policy, "stream_revision": revision}
    else:
        revisions["revision"] = revision
        table = replace(table, policy=policy)
    save_table(ctx, features.with_feature(table, "policy", revisions if any(revisions.values()) else None))


@service.operation
def put_resource_policy(ctx, ResourceArn, Policy, ExpectedRevisionId=None):
    """Attach a policy in the place of any. Raises ResourceNotFoundException, PolicyNotFoundException."""
    table, stream = _subject(ctx, ResourceArn)
    try:
        document = json.loads(Policy)
    except ValueError:
        document = None
    if not isinstance(document, dict) or "Statement" not in document:
        raise invalid("Resource policy could not be parsed: it is no valid policy document")
    if len(json.dumps(document, separators=(",", ":")).encode()) > LARGEST:
        raise invalid(f"Resource policy is larger than {LARGEST} bytes")
    _, revision = _found(table, stream)
    _check_revision(ExpectedRevisionId, revision)
    new = str(int(ctx.now * 1000))
    new = new if new != revision else str(int(new) + 1)
    _save(ctx, table, stream, Policy, new)
    return {"RevisionId": new}


@service.operation
def get_resource_policy(ctx, ResourceArn):
    """Raises ResourceNotFoundException, PolicyNotFoundException."""
    policy, revision = _found(*_subject(ctx, ResourceArn))
    if not policy:
        raise AwsError("PolicyNotFoundException", f"Resource-based policy not found for the provided ResourceArn: "
                       f"Requested policy not found: {ResourceArn}")  # fmt: skip
    return {"Policy": policy, "RevisionId": revision}


@service.operation
def delete_resource_policy(ctx, ResourceArn, ExpectedRevisionId=None):
    """Detach the policy, if there is one. Raises ResourceNotFoundException, PolicyNotFoundException."""
    table, stream = _subject(ctx, ResourceArn)
    policy, revision = _found(table, stream)
    _check_revision(ExpectedRevisionId, revision)
    if not policy:
        return {}
    _save(ctx, table, stream, "", "")
    return {"RevisionId": revision}
