"""Who may use a version of a layer.

https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html
"""

import orjson

from emulator.kernel.context import Context
from emulator.services.lambda_ import layers, permissions
from emulator.services.lambda_.errors import missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import policies

READER = "GetLayerPolicy"  # where a refusal sends for the revision


def _find(ctx: Context, name: str, number: int) -> tuple[layers.Place, tuple[str, str]]:
    """The layer, and the key of its version's policy. Raises ResourceNotFoundException."""
    where = layers.place(ctx, name)
    if layers.version(ctx, where, number) is None:
        raise missing(f"Layer version {where.arn(ctx, number)} does not exist.")
    return where, (f"layer:{where.name}", str(number))


@service.operation
def add_layer_version_permission(
    ctx, LayerName, VersionNumber, StatementId, Action, Principal, OrganizationId=None, RevisionId=None
):
    where, key = _find(ctx, LayerName, VersionNumber)
    statement = {
        "Sid": StatementId, "Effect": "Allow", "Principal": permissions.principal(Principal), "Action": Action,
        "Resource": where.arn(ctx, VersionNumber),
    }  # fmt: skip
    if OrganizationId:
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": OrganizationId}}
    policy = permissions.add(ctx, key, statement, RevisionId, READER)
    return {"Statement": orjson.dumps(statement).decode(), "RevisionId": policy.revision}


@service.operation
def get_layer_version_policy(ctx, LayerName, VersionNumber):
    _, key = _find(ctx, LayerName, VersionNumber)
    policy = ctx.rows(policies).get(key)
    if policy is None:
        raise missing("No policy is associated with the given resource.")
    return {"Policy": orjson.dumps(permissions.document(policy)).decode(), "RevisionId": policy.revision}


@service.operation
def remove_layer_version_permission(ctx, LayerName, VersionNumber, StatementId, RevisionId=None):
    _, key = _find(ctx, LayerName, VersionNumber)
    permissions.remove(ctx, key, StatementId, RevisionId, READER)
    return {}
