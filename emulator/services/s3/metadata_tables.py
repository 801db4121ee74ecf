"""S3 Metadata: the configuration of journal, inventory and annotation tables. Control plane only: no table is filled.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/metadata-tables-overview.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.service import snake_case
from emulator.services.s3 import service
from emulator.services.s3.common import find_bucket
from emulator.services.s3.configurations import checked, configured
from emulator.services.s3.tables import Bucket, buckets

METADATA, TABLE = "Metadata", "MetadataTable"
NAMES = {"Journal": "journal", "Inventory": "inventory", "Annotation": "annotation"}


def _missing() -> AwsError:
    return AwsError("MetadataConfigurationNotFound", "The metadata configuration was not found", 404)


def _store(ctx: Context, bucket: Bucket, noun: str, document: dict | None) -> None:
    ctx.rows(buckets).put(configured(bucket, noun, document))


def _declare(noun: str) -> None:
    """Create and delete of one kind of configuration."""
    create_name, delete_name = f"CreateBucket{noun}Configuration", f"DeleteBucket{noun}Configuration"

    def create(ctx: Context, **given):
        bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))
        document = checked(create_name, given, lambda document: document)
        if METADATA in bucket.configurations or TABLE in bucket.configurations:
            message = "A metadata configuration already exists on this bucket"
            raise AwsError("MetadataConfigurationAlreadyExists", message, 409)
        # What the tables are called and where they are is settled once.
        ids = {name: ctx.ids.uuid() for name in ("Journal", "Inventory", "Annotation", "Table")}
        _store(ctx, bucket, noun, {**document, "Ids": ids})
        return {}

    def delete(ctx: Context, **given):
        bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))
        _store(ctx, bucket, noun, None)
        return {}

    service.functions[snake_case(create_name)] = create
    service.functions[snake_case(delete_name)] = delete


_declare(METADATA)
_declare(TABLE)


def _table_bucket(bucket: Bucket) -> str:
    return f"arn:aws:s3tables:{bucket.region}:{bucket.account}:bucket/aws-s3"


@service.operation
def get_bucket_metadata_configuration(ctx: Context, Bucket, ExpectedBucketOwner=None):
    """The tables of a bucket, each with its state. Raises MetadataConfigurationNotFound."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    document = bucket.configurations.get(METADATA)
    if document is None:
        raise _missing()
    found = {
        "DestinationResult": {
            "TableBucketType": "aws", "TableBucketArn": _table_bucket(bucket), "TableNamespace": f"b_{bucket.name}"
        }
    }  # fmt: skip
    for kind in NAMES:
        given = document.get(f"{kind}TableConfiguration")
        if given is None:
            continue
        shown = {name: given[name] for name in ("ConfigurationState", "RecordExpiration", "Role") if name in given}
        if given.get("ConfigurationState", "ENABLED") == "ENABLED":
            shown |= {"TableStatus": "ACTIVE", "TableName": NAMES[kind],
                      "TableArn": f"{_table_bucket(bucket)}/table/{document['Ids'][kind]}"}  # fmt: skip
        found[f"{kind}TableConfigurationResult"] = shown
    return {"GetBucketMetadataConfigurationResult": {"MetadataConfigurationResult": found}}


@service.operation
def get_bucket_metadata_table_configuration(ctx: Context, Bucket, ExpectedBucketOwner=None):
    """The older kind of configuration: one table in the customer's own table bucket."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    document = bucket.configurations.get(TABLE)
    if document is None:
        raise _missing()
    destination = document["S3TablesDestination"]
    result = {
        **destination, "TableNamespace": "aws_s3_metadata",
        "TableArn": f"{destination['TableBucketArn']}/table/{document['Ids']['Table']}",
    }  # fmt: skip
    return {
        "GetBucketMetadataTableConfigurationResult": {
            "MetadataTableConfigurationResult": {"S3TablesDestinationResult": result}, "Status": "ACTIVE",
        }
    }  # fmt: skip


def _declare_update(kind: str) -> None:
    """Change one table of a configuration."""
    name = f"UpdateBucketMetadata{kind}TableConfiguration"

    def update(ctx: Context, **given):
        bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))
        document = bucket.configurations.get(METADATA)
        if document is None:
            raise _missing()
        accepted = checked(name, given, lambda document: document)
        _store(ctx, bucket, METADATA, {**document, f"{kind}TableConfiguration": accepted})
        return {}

    service.functions[snake_case(name)] = update


for _kind in NAMES:
    _declare_update(_kind)
