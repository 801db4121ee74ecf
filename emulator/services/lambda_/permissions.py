"""Who may do what with a function, a version or an alias: statements, and the policy that they make.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

import orjson

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.lambda_ import names
from emulator.services.lambda_.errors import check_revision, conflict, invalid, missing, refusal
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import LATEST, Policy, policies

_Record = Policy  # PutResourcePolicy has a member of that name
LARGEST = 20480  # bytes of a policy

# Members of AddPermission that become conditions: operator and condition key.
CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"), "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}  # fmt: skip


def principal(given: str) -> str | dict[str, str]:
    if given == "*":
        return "*"
    if given.endswith(".amazonaws.com"):
        return {"Service": given}
    return {"AWS": f"arn:aws:iam::{given}:root" if given.isdecimal() else given}


def add(ctx: Context, key: tuple[str, str], statement: dict, revision: str | None, reader: str) -> Policy:
    """Put a statement into the policy of that key. Raises PreconditionFailedException, ResourceConflictException.

    ``reader`` names the operation that a refusal sends to for the revision.
    """
    policy = ctx.rows(policies).get(key) or Policy(*key, {}, "")
    check_revision(revision, policy.revision, reader)
    sid = statement["Sid"]
    if sid in policy.statements:
        raise conflict(
            f"The statement id ({sid}) provided already exists. Please provide a new statement id, or remove "
            "the existing statement."
        )
    statements = {**policy.statements, sid: statement}
    if len(orjson.dumps(list(statements.values()))) > LARGEST:
        raise refusal("PolicyLengthExceededException", (
            f"The final policy size ({len(orjson.dumps(list(statements.values())))}) is bigger than the limit "
            f"({LARGEST})."))  # fmt: skip
    return ctx.rows(policies).put(replace(policy, statements=statements, revision=ctx.ids.uuid()))


def remove(ctx: Context, key: tuple[str, str], sid: str, revision: str | None, reader: str) -> None:
    """Take a statement out. Raises ResourceNotFoundException, PreconditionFailedException."""
    policy = ctx.rows(policies).get(key)
    if policy is None:
        raise missing("No policy is associated with the given resource.")
    check_revision(revision, policy.revision, reader)
    if sid not in policy.statements:
        raise missing(f"Statement {sid} is not found in resource policy.")
    left = {name: each for name, each in policy.statements.items() if name != sid}
    if left:
        ctx.rows(policies).put(replace(policy, statements=left, revision=ctx.ids.uuid()))
    else:
        ctx.rows(policies).delete(key)


def document(policy: Policy) -> dict:
    return {"Version": "2012-10-17", "Id": "default", "Statement": list(policy.statements.values())}


@service.operation
def add_permission(ctx, FunctionName, StatementId, Action, Principal, Qualifier=None, RevisionId=None):
    reference = names.read(ctx, FunctionName, Qualifier)
    names.function(ctx, reference)
    if reference.qualifier == LATEST:
        raise invalid("We currently do not support adding policies for $LATEST.")
    statement = {
        "Sid": StatementId, "Effect": "Allow", "Principal": principal(Principal), "Action": Action,
        "Resource": reference.arn(ctx),
    }  # fmt: skip
    conditions: dict[str, dict] = {}
    for member, (operator, condition) in CONDITIONS.items():
        if member in ctx.input:
            value = ctx.input[member]
            conditions.setdefault(operator, {})[condition] = str(value).lower() if value in (True, False) else value
    if conditions:
        statement["Condition"] = conditions
    add(ctx, (reference.name, reference.qualifier), statement, RevisionId, "GetPolicy")
    return {"Statement": orjson.dumps(statement).decode()}


@service.operation
def remove_permission(ctx, FunctionName, StatementId, Qualifier=None, RevisionId=None):
    reference = names.read(ctx, FunctionName, Qualifier)
    names.function(ctx, reference)
    remove(ctx, (reference.name, reference.qualifier), StatementId, RevisionId, "GetPolicy")
    return {}


@service.operation
def get_policy(ctx, FunctionName, Qualifier=None):
    reference = names.read(ctx, FunctionName, Qualifier)
    names.function(ctx, reference)
    policy = ctx.rows(policies).get((reference.name, reference.qualifier))
    if policy is None:
        raise missing()
    return {"Policy": orjson.dumps(document(policy)).decode(), "RevisionId": policy.revision}


def _statements(text: str) -> dict[str, dict]:
    """The statements of a whole policy, by their ids. Raises InvalidParameterValueException."""
    try:
        given = orjson.loads(text)["Statement"]
        given = given if isinstance(given, list) else [given]
        return {each.get("Sid", f"statement-{number}"): {**each} for number, each in enumerate(given)}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise invalid("The resource policy is not a valid JSON policy document.") from None


def _resource(ctx: Context, text: str) -> tuple[names.Reference, tuple[str, str]]:
    reference = names.read(ctx, text)
    names.function(ctx, reference)
    return reference, (reference.name, reference.qualifier)


@service.operation
def put_resource_policy(ctx, ResourceArn, Policy, RevisionId=None):
    _, key = _resource(ctx, ResourceArn)
    before = ctx.rows(policies).get(key)
    check_revision(RevisionId, before.revision if before else "", "GetResourcePolicy")
    record = ctx.rows(policies).put(_Record(*key, _statements(Policy), ctx.ids.uuid()))
    return {"Policy": orjson.dumps(document(record)).decode(), "RevisionId": record.revision}


@service.operation
def get_resource_policy(ctx, ResourceArn):
    _, key = _resource(ctx, ResourceArn)
    policy = ctx.rows(policies).get(key)
    if policy is None:
        raise missing()
    return {"Policy": orjson.dumps(document(policy)).decode(), "RevisionId": policy.revision}


@service.operation
def delete_resource_policy(ctx, ResourceArn, RevisionId=None):
    _, key = _resource(ctx, ResourceArn)
    policy = ctx.rows(policies).get(key)
    if policy is None:
        raise missing()
    check_revision(RevisionId, policy.revision, "GetResourcePolicy")
    ctx.rows(policies).delete(key)
    return {}


def resource_policy(ctx: Context, arn: str) -> tuple[str, str | None] | None:
    """For IAM: whose a function is, and its policy."""
    found = names.NAME.fullmatch(arn)
    if found is None or not found["account"]:
        return None
    rows = ctx.rows(policies, account=found["account"], region=found["region"])
    policy = rows.get((found["name"], found["qualifier"] or ""))
    return found["account"], orjson.dumps(document(policy)).decode() if policy else None


service.resource_policy = resource_policy
