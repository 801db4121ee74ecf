"""Object Lambda access points: create, look at, list, delete; their configuration and policies.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-create.html
"""

from emulator.auth import s3_policies
from emulator.engines import access_points as points
from emulator.engines.access_points import ObjectLambda, missing, object_lambdas
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3control.common import (
    LOWER,
    accepted_policy,
    check_name,
    listed,
    no_policy,
    public_access_block,
    service,
)

ACTIONS = ("GetObject", "HeadObject", "ListObjects", "ListObjectsV2")
BLOCK = public_access_block(None)  # it can't be set otherwise


def find(ctx: Context, name: str) -> ObjectLambda:
    found = ctx.rows(object_lambdas).get((ctx.account, ctx.region, name))
    if found is None:
        raise missing(name)
    return found


def _checked(ctx: Context, configuration: dict) -> dict:
    """Raises NoSuchAccessPoint for the supporting one, InvalidRequest for actions that can't be transformed."""
    points.find(ctx, configuration["SupportingAccessPoint"])
    for each in configuration["TransformationConfigurations"]:
        if any(action not in ACTIONS for action in each["Actions"]) or "AwsLambda" not in each["ContentTransformation"]:
            raise AwsError("InvalidRequest", "The transformation configuration is not valid.", 400)
    return configuration


@service.operation
def create_access_point_for_object_lambda(ctx: Context, AccountId, Name, Configuration):
    """Create one over an access point. Raises AccessPointAlreadyOwnedByYou, NoSuchAccessPoint."""
    check_name(Name, "-s3alias", "--ol-s3")
    if ctx.rows(object_lambdas).get((AccountId, ctx.region, Name)) is not None:
        raise AwsError("AccessPointAlreadyOwnedByYou", "An access point with an identical name already exists in your "
                       "account.", 409)  # fmt: skip
    alias = f"{Name[:20].rstrip('-')}-{ctx.ids.text(34, LOWER)}--ol-s3"
    made = ObjectLambda(AccountId, ctx.region, Name, alias, ctx.now, _checked(ctx, Configuration))
    ctx.rows(object_lambdas).put(made)
    return {"ObjectLambdaAccessPointArn": made.arn, "Alias": _alias(made)}


def _alias(point: ObjectLambda) -> dict:
    return {"Value": point.alias, "Status": "READY"}


@service.operation
def get_access_point_for_object_lambda(ctx: Context, Name):
    found = find(ctx, Name)
    return {
        "Name": found.name, "PublicAccessBlockConfiguration": BLOCK, "CreationDate": found.created,
        "Alias": _alias(found),
    }  # fmt: skip


@service.operation
def list_access_points_for_object_lambda(ctx: Context, AccountId, NextToken=None, MaxResults=None):
    found, token = listed(ctx, object_lambdas, (AccountId, ctx.region), NextToken, MaxResults)
    entries = [
        {"Name": each.name, "ObjectLambdaAccessPointArn": each.arn, "Alias": _alias(each)} for each in found
    ]
    return {"ObjectLambdaAccessPointList": entries, "NextToken": token}


@service.operation
def delete_access_point_for_object_lambda(ctx: Context, Name):
    ctx.rows(object_lambdas).delete(object_lambdas.key(find(ctx, Name)))
    return {}


@service.operation
def get_access_point_configuration_for_object_lambda(ctx: Context, Name):
    return {"Configuration": find(ctx, Name).configuration}


@service.operation
def put_access_point_configuration_for_object_lambda(ctx: Context, Name, Configuration):
    ctx.rows(object_lambdas).put(replace(find(ctx, Name), configuration=_checked(ctx, Configuration)))
    return {}


@service.operation
def put_access_point_policy_for_object_lambda(ctx: Context, Name, Policy):
    found = find(ctx, Name)
    ctx.rows(object_lambdas).put(replace(found, policy=accepted_policy(found.arn, Policy, BLOCK)))
    return {}


@service.operation
def get_access_point_policy_for_object_lambda(ctx: Context, Name):
    policy = find(ctx, Name).policy
    if policy is None:
        raise no_policy()
    return {"Policy": policy}


@service.operation
def delete_access_point_policy_for_object_lambda(ctx: Context, Name):
    ctx.rows(object_lambdas).put(replace(find(ctx, Name), policy=None))
    return {}


@service.operation
def get_access_point_policy_status_for_object_lambda(ctx: Context, Name):
    policy = get_access_point_policy_for_object_lambda(ctx, Name)["Policy"]
    return {"PolicyStatus": {"IsPublic": s3_policies.is_public(policy)}}
