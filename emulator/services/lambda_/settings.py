"""What stands beside a function: permissions, reserved concurrency, how asynchronous invocations are handled."""

import orjson

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.lambda_ import names
from emulator.services.lambda_.errors import check_revision, conflict, invalid, missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import (
    LATEST,
    InvokeConfig,
    Policy,
    commons,
    invoke_configs,
    of,
    policies,
)

# Members of AddPermission that become conditions: operator and condition key.
CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"), "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}  # fmt: skip
UNRESERVED, LEAST = 1000, 100  # concurrent executions of an account; what must stay for functions that reserve none
EVENT_MEMBERS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")


def _principal(given: str):
    if given == "*":
        return "*"
    if given.endswith(".amazonaws.com"):
        return {"Service": given}
    return {"AWS": f"arn:aws:iam::{given}:root" if given.isdecimal() else given}


@service.operation
def add_permission(ctx, FunctionName, StatementId, Action, Principal, Qualifier=None, RevisionId=None):
    reference = names.read(ctx, FunctionName, Qualifier)
    names.function(ctx, reference)
    if reference.qualifier == LATEST:
        raise invalid("We currently do not support adding policies for $LATEST.")
    key = (reference.name, reference.qualifier)
    policy = ctx.rows(policies).get(key) or Policy(*key, {}, "")
    check_revision(RevisionId, policy.revision, "GetPolicy")
    if StatementId in policy.statements:
        raise conflict(
            f"The statement id ({StatementId}) provided already exists. Please provide a new statement id, or remove "
            "the existing statement."
        )
    statement = {
        "Sid": StatementId, "Effect": "Allow", "Principal": _principal(Principal), "Action": Action,
        "Resource": reference.arn(ctx),
    }  # fmt: skip
    conditions: dict[str, dict] = {}
    for member, (operator, condition) in CONDITIONS.items():
        if member in ctx.input:
            value = ctx.input[member]
            conditions.setdefault(operator, {})[condition] = str(value).lower() if value in (True, False) else value
    if conditions:
        statement["Condition"] = conditions
    statements = {**policy.statements, StatementId: statement}
    ctx.rows(policies).put(replace(policy, statements=statements, revision=ctx.ids.uuid()))
    return {"Statement": orjson.dumps(statement).decode()}


@service.operation
def remove_permission(ctx, FunctionName, StatementId, Qualifier=None, RevisionId=None):
    reference = names.read(ctx, FunctionName, Qualifier)
    names.function(ctx, reference)
    key = (reference.name, reference.qualifier)
    policy = ctx.rows(policies).get(key)
    if policy is None:
        raise missing("No policy is associated with the given resource.")
    check_revision(RevisionId, policy.revision, "GetPolicy")
    if StatementId not in policy.statements:
        raise missing(f"Statement {StatementId} is not found in resource policy.")
    left = {sid: each for sid, each in policy.statements.items() if sid != StatementId}
    if left:
        ctx.rows(policies).put(replace(policy, statements=left, revision=ctx.ids.uuid()))
    else:
        ctx.rows(policies).delete(key)
    return {}


def _document(policy: Policy) -> dict:
    return {"Version": "2012-10-17", "Id": "default", "Statement": list(policy.statements.values())}


@service.operation
def get_policy(ctx, FunctionName, Qualifier=None):
    reference = names.read(ctx, FunctionName, Qualifier)
    names.function(ctx, reference)
    policy = ctx.rows(policies).get((reference.name, reference.qualifier))
    if policy is None:
        raise missing()
    return {"Policy": orjson.dumps(_document(policy)).decode(), "RevisionId": policy.revision}


def resource_policy(ctx: Context, arn: str) -> tuple[str, dict | None] | None:
    """For IAM: whose a function is, and its policy."""
    found = names.NAME.fullmatch(arn)
    if found is None or not found["account"]:
        return None
    rows = ctx.rows(policies, account=found["account"], region=found["region"])
    policy = rows.get((found["name"], found["qualifier"] or ""))
    return found["account"], _document(policy) if policy else None


service.resource_policy = resource_policy


# Reserved concurrency


def _common(ctx: Context, text: str):
    return names.common(ctx, names.read(ctx, text)._replace(qualifier=""))


@service.operation
def put_function_concurrency(ctx, FunctionName, ReservedConcurrentExecutions):
    shared = _common(ctx, FunctionName)
    others = sum(each.reserved or 0 for each in ctx.rows(commons) if each.name != shared.name)
    if UNRESERVED - others - ReservedConcurrentExecutions < LEAST:
        raise invalid(
            "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
            f"minimum value of [{LEAST}]."
        )
    ctx.rows(commons).put(replace(shared, reserved=ReservedConcurrentExecutions))
    return {"ReservedConcurrentExecutions": ReservedConcurrentExecutions}


@service.operation
def get_function_concurrency(ctx, FunctionName):
    reserved = _common(ctx, FunctionName).reserved
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}


@service.operation
def delete_function_concurrency(ctx, FunctionName):
    ctx.rows(commons).put(replace(_common(ctx, FunctionName), reserved=None))
    return {}


# Asynchronous invocation


def _event_reference(ctx: Context, text: str, qualifier: str | None) -> names.Reference:
    reference = names.read(ctx, text, qualifier)
    return reference._replace(qualifier=reference.qualifier or LATEST)


def _event_config(ctx: Context, reference: names.Reference) -> InvokeConfig:
    found = ctx.rows(invoke_configs).get((reference.name, reference.qualifier))
    if found is None:
        raise missing(f"The function {reference.arn(ctx)} doesn't have an EventInvokeConfig")
    return found


def _shown(ctx: Context, reference: names.Reference, config: InvokeConfig) -> dict:
    return {
        **config.document, "FunctionArn": reference.arn(ctx, config.qualifier),
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}, **config.document.get("DestinationConfig", {})},
    }  # fmt: skip


def _put(ctx: Context, text: str, qualifier: str | None, update: bool) -> dict:
    reference = _event_reference(ctx, text, qualifier)
    given = {name: ctx.input[name] for name in EVENT_MEMBERS if name in ctx.input}
    if not given:
        raise invalid("You must specify at least one of error handling or destination setting.")
    before = _event_config(ctx, reference).document if update else {}
    try:
        names.function(ctx, reference)
    except Exception as error:
        if getattr(error, "code", "") != "ResourceNotFoundException":
            raise
        raise missing("The function doesn't exist.") from None
    for each in given.get("DestinationConfig", {}).values():
        if each.get("Destination") == reference.arn(ctx, ""):
            raise invalid("You can't specify the function as a destination for itself.")
    config = InvokeConfig(reference.name, reference.qualifier, {**before, **given, "LastModified": ctx.now})
    return _shown(ctx, reference, ctx.rows(invoke_configs).put(config))


@service.operation
def put_function_event_invoke_config(ctx, FunctionName, Qualifier=None):
    return _put(ctx, FunctionName, Qualifier, update=False)


@service.operation
def update_function_event_invoke_config(ctx, FunctionName, Qualifier=None):
    return _put(ctx, FunctionName, Qualifier, update=True)


@service.operation
def get_function_event_invoke_config(ctx, FunctionName, Qualifier=None):
    reference = _event_reference(ctx, FunctionName, Qualifier)
    return _shown(ctx, reference, _event_config(ctx, reference))


@service.operation
def delete_function_event_invoke_config(ctx, FunctionName, Qualifier=None):
    reference = _event_reference(ctx, FunctionName, Qualifier)
    _event_config(ctx, reference)
    ctx.rows(invoke_configs).delete((reference.name, reference.qualifier))
    return {}


@service.operation
def list_function_event_invoke_configs(ctx, FunctionName, Marker=None, MaxItems=50):
    reference = names.read(ctx, FunctionName)
    if ctx.rows(commons).get(reference.name) is None:
        raise missing("The function doesn't exist.")
    records = of(ctx.rows(invoke_configs), reference.name)
    found, marker = page(ctx, records, lambda each: each.qualifier, Marker, MaxItems, query=reference.name)
    answer = {"FunctionEventInvokeConfigs": [_shown(ctx, reference, each) for each in found]}
    return {**answer, "NextMarker": marker} if marker else answer
