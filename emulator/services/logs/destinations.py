"""Destinations: a stream of one account that subscriptions of others may reach, as far as its policy lets them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html
"""

import orjson

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources import Listing, Resource, Tags, prefix
from emulator.resources.records import ResourceRecord
from emulator.services.logs.errors import BAD_TOKEN, invalid, not_found
from emulator.services.logs.lookup import millis, name_of
from emulator.services.logs.service import service
from emulator.services.logs.upserts import put

TARGETS = (":kinesis:", ":firehose:")

Destination = Resource(
    "Destination", service, id="destinationName",
    arn="arn:{partition}:logs:{region}:{account}:destination:{destinationName}", delete="DeleteDestination",
    list=Listing("DescribeDestinations", {"DestinationNamePrefix": prefix("destinationName")}, limit=50,
                 invalid_token=BAD_TOKEN),
    missing=("ResourceNotFoundException", "The specified destination does not exist."), arn_member="arn",
    created="created", tags=Tags(), cloudformation="AWS::Logs::Destination",
)  # fmt: skip


def find(ctx: Context, arn: str) -> ResourceRecord | None:
    """The destination with an ARN, whoever's."""
    return Destination.find_arn(ctx, arn)


def admits(record: ResourceRecord, account: str) -> bool:
    """Whether a destination's policy lets an account subscribe to it; its own account always may."""
    if record.arn.split(":")[4] == account:
        return True
    policy = record.document.get("accessPolicy")
    return bool(policy) and any(
        each.get("Effect") == "Allow" and _names(each.get("Principal"), account) for each in _statements(policy)
    )


def _statements(policy: str) -> list[dict]:
    given = orjson.loads(policy)["Statement"]
    return given if isinstance(given, list) else [given]


def _names(principals, account: str) -> bool:
    named = principals.get("AWS", ()) if isinstance(principals, dict) else principals
    named = [named] if isinstance(named, str) else named
    return any(each in ("*", account) or each.startswith(f"arn:aws:iam::{account}:") for each in named)


@service.operation
def put_destination(ctx, destinationName, targetArn, roleArn, tags=None):
    """Made, or pointed elsewhere. Raises InvalidParameterException."""
    if not any(kind in targetArn for kind in TARGETS):
        raise invalid(f"The target {targetArn} is neither a Kinesis stream nor a Firehose delivery stream.")
    given = {"destinationName": destinationName, "targetArn": targetArn, "roleArn": roleArn}
    record = put(ctx, Destination, given, {"creationTime": millis(ctx)}, tags)
    return {"destination": _told(record)}


def _told(record: ResourceRecord) -> dict:
    return {**record.document, "arn": record.arn}


@service.operation
def put_destination_policy(ctx, destinationName, accessPolicy, forceUpdate=None):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    record = Destination.find(ctx, {"destinationName": name_of(destinationName)})
    if record is None:
        raise not_found("The specified destination does not exist.")
    try:
        _statements(accessPolicy)[0]["Effect"]
    except (ValueError, KeyError, TypeError, IndexError):
        raise invalid("The access policy is not a valid policy document.") from None
    Destination.put(ctx, replace(record, document=record.document | {"accessPolicy": accessPolicy}, modified=ctx.now))
