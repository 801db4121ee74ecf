"""Key value stores: declared here, filled through their own service (or from S3 at the start), read by functions.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions.html
"""

import json

from emulator.engines import key_value_stores
from emulator.kernel.errors import AwsError
from emulator.resources import IdPattern, Lifecycle, Unique, equal
from emulator.services.cloudfront.common import (
    ARN,
    ENTITY_EXISTS,
    NO_ENTITY,
    SOON,
    TAGS,
    invalid,
    listing,
    read_object,
    resource,
)

KeyValueStore = resource(
    "KeyValueStore", "key-value-store", IdPattern("{uuid}"), arn=ARN + "key-value-store/{Id}", arn_member="ARN",
    by_arn=True, create="CreateKeyValueStore", read="DescribeKeyValueStore", update="UpdateKeyValueStore",
    delete="DeleteKeyValueStore", list=listing("ListKeyValueStores", {"Status": equal("Status")}), tags=TAGS,
    missing=NO_ENTITY, also=("Name",), unique=(Unique("Name", ENTITY_EXISTS),), defaults={"Comment": ""},
    states=Lifecycle("PROVISIONING", SOON, "READY"), cloudformation="AWS::CloudFront::KeyValueStore",
)  # fmt: skip


@KeyValueStore.on_create
def filled(ctx, record):
    """Open the store, with the pairs of the file that it is to begin with."""
    source = record.document.get("ImportSource")
    key_value_stores.create(ctx, record.arn, _pairs(ctx, source["SourceARN"]) if source else {})


@KeyValueStore.on_delete
def emptied(ctx, record):
    key_value_stores.delete(ctx, record.arn)


def _pairs(ctx, arn: str) -> dict[str, str]:
    """The pairs of a file in S3: ``{"data": [{"key": …, "value": …}]}``. Raises InvalidArgument."""
    bucket, _, key = arn.rpartition(":")[2].partition("/")
    try:
        content = json.loads(read_object(ctx, bucket, key))
        return {each["key"]: each["value"] for each in content["data"]}
    except (AwsError, ValueError, KeyError, TypeError) as error:
        raise invalid(f"The import source {arn} could not be read: {error}") from error
