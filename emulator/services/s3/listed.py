"""Configurations that a bucket has many of, by id: analytics, inventory, metrics, intelligent tiering.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketInventoryConfigurations.html and its siblings
"""

import base64
import binascii

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.service import snake_case
from emulator.services.s3 import documents, service
from emulator.services.s3.common import find_bucket
from emulator.services.s3.configurations import checked, configured
from emulator.services.s3.tables import Bucket, buckets

PAGE = 100  # configurations in one answer

# Noun, and a function of (ctx, bucket, document) that validates one.
LISTED = {
    "Analytics": documents.analytics,
    "IntelligentTiering": documents.intelligent_tiering,
    "Inventory": documents.inventory,
    "Metrics": documents.metrics,
}


def _no_such_configuration() -> AwsError:
    return AwsError("NoSuchConfiguration", "The specified configuration does not exist.", 404)


def declare(noun: str, validate) -> None:
    """Register put, get, delete and list."""
    key, put_name = noun, f"PutBucket{noun}Configuration"

    def put(ctx: Context, **given):
        bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))

        def accept(document):
            if document.get("Id") != given["Id"]:
                raise AwsError("IdMismatch", "Document ID does not match the specified configuration ID.", 400)
            validate(ctx, bucket, document)
            return document

        _store(ctx, bucket, {**bucket.configurations.get(key, {}), given["Id"]: checked(put_name, given, accept)})
        return {}

    def get(ctx: Context, **given):
        bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))
        found = bucket.configurations.get(key, {}).get(given["Id"])
        if found is None:
            raise _no_such_configuration()
        return {f"{noun}Configuration": found}

    def delete(ctx: Context, **given):
        bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))
        kept = dict(bucket.configurations.get(key, {}))
        if kept.pop(given["Id"], None) is None:
            raise _no_such_configuration()
        _store(ctx, bucket, kept)
        return {}

    def _store(ctx: Context, bucket: Bucket, documents_by_id: dict):
        ctx.rows(buckets).put(configured(bucket, key, documents_by_id or None))

    def list_all(ctx: Context, **given):
        bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))
        found = bucket.configurations.get(key, {})
        token = given.get("ContinuationToken")
        start = _start(token) if token else ""
        ids = sorted(each for each in found if each >= start)
        output = {"IsTruncated": len(ids) > PAGE}
        if ids:
            output[f"{noun}ConfigurationList"] = [found[each] for each in ids[:PAGE]]
        if token:
            output["ContinuationToken"] = token
        if len(ids) > PAGE:
            output["NextContinuationToken"] = base64.b64encode(ids[PAGE].encode()).decode()
        return output

    for name, function in ((put_name, put), (f"GetBucket{noun}Configuration", get),
                           (f"DeleteBucket{noun}Configuration", delete), (f"ListBucket{noun}Configurations", list_all)):
        service.functions[snake_case(name)] = function


def _start(token: str) -> str:
    """The first id of the page that a token stands for."""
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise AwsError("InvalidArgument", "The continuation token provided is incorrect", 400,
                       ArgumentName="continuation-token", ArgumentValue=token) from None


for _noun, _validate in LISTED.items():
    declare(_noun, _validate)
