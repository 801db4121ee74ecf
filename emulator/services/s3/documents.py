"""Which documents a bucket accepts for its subresources, as functions of (ctx, bucket, document, given).

Each returns what is to be stored (None: nothing).

They raise the error that AWS answers with. The model's required members were checked before them, its enumerations are
checked after them. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
"""

import base64
import re
from collections.abc import Callable
from functools import cache

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.model import load
from emulator.model.validation import validator
from emulator.protocol.xml import MALFORMED
from emulator.services.s3 import daily, tags
from emulator.services.s3.tables import Bucket, buckets

BUCKET_ARN = re.compile(r"arn:aws[a-z-]*:s3:::([^/]+)")
CORS_METHODS = frozenset(("GET", "PUT", "HEAD", "POST", "DELETE"))
MOST_CORS_RULES = 100
LONGEST_RETENTION_DAYS = 36500
LONGEST_HOLD = {"Days": 36_500, "Years": 100}  # after an event


def malformed() -> AwsError:
    return AwsError("MalformedXML", MALFORMED, 400)


@cache
def _validator(operation: str, member: str) -> Callable:
    return validator(load("s3").operations[operation].input.members[member])


def check_model(operation: str, member: str, document: dict) -> None:
    """Hold a document to its shape in the model. Raises MalformedXML."""
    if _validator(operation, member)(document):
        raise malformed()


def identifier(ctx: Context) -> str:
    """An id for a rule that came without one."""
    return base64.b64encode(ctx.ids.uuid().encode()).decode()


def with_ids(ctx: Context, rules: list[dict], name: str = "ID") -> list[dict]:
    """The rules, each with an id."""
    return [rule if rule.get(name) else {name: identifier(ctx), **rule} for rule in rules]


def versioning(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict:
    status = document.get("Status")
    if status is None:
        raise AwsError("IllegalVersioningConfigurationException", "The Versioning element must be specified", 400)
    if status == "Suspended":
        replicated = "Replication" in bucket.configurations
        for holds, what in ((bucket.object_lock, "An Object Lock"), (replicated, "A replication")):
            if holds:
                raise AwsError(
                    "InvalidBucketState",
                    f"{what} configuration is present on this bucket, so the versioning state cannot be changed.",
                    409,
                )
    return document


def tagging(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict | None:
    tag_set = document.get("TagSet") or []
    tags.validate(tag_set, "System tags cannot be added/updated by requester")
    return {"TagSet": tag_set} if tag_set else None


def cors(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict:
    rules = document["CORSRules"]
    if len(rules) > MOST_CORS_RULES:
        raise AwsError(
            "InvalidRequest",
            f"The number of CORS rules should not exceed allowed limit of {MOST_CORS_RULES} rules.",
            400,
        )
    for rule in rules:
        for method in rule["AllowedMethods"]:
            if method not in CORS_METHODS:
                raise AwsError(
                    "InvalidRequest",
                    f"Found unsupported HTTP method in CORS config. Unsupported method is {method}",
                    400,
                )
        for member, name in (("AllowedOrigins", "AllowedOrigin"), ("AllowedHeaders", "AllowedHeader")):
            for value in rule.get(member, ()):
                if value.count("*") > 1:
                    raise AwsError("InvalidRequest", f'{name} "{value}" can not have more than one wildcard.', 400)
        for value in rule.get("ExposeHeaders", ()):
            if "*" in value:
                raise AwsError(
                    "InvalidRequest",
                    f'ExposeHeader "{value}" contains wildcard. We currently do not support wildcard for ExposeHeader.',
                    400,
                )
    return document


def logging(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict | None:
    enabled = document.get("LoggingEnabled")
    if not enabled:
        return None
    name = enabled["TargetBucket"]
    target = ctx.rows(buckets).get(name)
    if target is None:
        raise AwsError(
            "InvalidTargetBucketForLogging", "The target bucket for logging does not exist", 400, TargetBucket=name
        )
    if target.account != bucket.account:
        raise AwsError(
            "InvalidTargetBucketForLogging",
            "The owner for the bucket to be logged and the target bucket must be the same.",
            400,
            TargetBucket=name,
        )
    if target.region != bucket.region:
        # AWS leaves a location out when it is us-east-1; the misspelt code and the last blank are AWS's.
        locations = {"SourceBucketLocation": bucket.region, "TargetBucketLocation": target.region}
        raise AwsError(
            "CrossLocationLoggingProhibitted",
            "Cross S3 location logging not allowed. ",
            403,
            **{member: region for member, region in locations.items() if region != "us-east-1"},
        )
    return document


def default_encryption(bucket: Bucket) -> dict:
    """What every bucket has until it is given another."""
    return {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]}


def encryption(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict:
    if len(document["Rules"]) != 1:
        raise malformed()
    rule = document["Rules"][0]
    by_default = rule.get("ApplyServerSideEncryptionByDefault")
    if by_default and by_default["SSEAlgorithm"] == "AES256" and by_default.get("KMSMasterKeyID"):
        raise AwsError(
            "InvalidArgument",
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            400,
            ArgumentName="ApplyServerSideEncryptionByDefault",
        )
    return {"Rules": [{"BucketKeyEnabled": False, **rule}]}


def replication(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict:
    if bucket.versioning != "Enabled":
        raise AwsError(
            "InvalidRequest", "Versioning must be 'Enabled' on the bucket to apply a replication configuration", 400
        )
    for rule in document["Rules"]:
        match = BUCKET_ARN.fullmatch(rule["Destination"]["Bucket"])
        target = match and ctx.rows(buckets).get(match[1])
        if not target or target.versioning != "Enabled":
            raise AwsError("InvalidRequest", "Destination bucket must have versioning enabled.", 400)
    return {**document, "Rules": with_ids(ctx, document["Rules"])}


def ownership_controls(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict:
    if len(document["Rules"]) != 1:
        raise malformed()
    acl = bucket.configurations.get("Acl")
    if document["Rules"][0]["ObjectOwnership"] == "BucketOwnerEnforced" and acl and len(acl["Grants"]) > 1:
        raise AwsError(
            "InvalidBucketAclWithObjectOwnership",
            "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
            400,
        )
    return document


PUBLIC_ACCESS_BLOCK = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def public_access_block(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict:
    return {name: document.get(name, False) for name in PUBLIC_ACCESS_BLOCK}


def accelerate(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict:
    if "." in bucket.name:
        raise AwsError(
            "InvalidRequest",
            "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names",
            400,
        )
    if "Status" not in document:
        raise malformed()
    return document


def object_lock(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict:
    if document.get("ObjectLockEnabled") != "Enabled":
        raise malformed()
    if "Rule" in document:
        _check_default_retention(document["Rule"].get("DefaultRetention") or {})
    if bucket.versioning != "Enabled":
        raise AwsError(
            "InvalidBucketState",
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
            409,
        )
    return document


def _check_default_retention(retention: dict) -> None:
    periods = [retention[unit] for unit in ("Days", "Years") if unit in retention]
    if "DefaultEventHold" in retention:
        if not is_duration(retention["DefaultEventHold"]):
            raise malformed()
        if not periods and "Mode" not in retention:
            return
    if len(periods) != 1 or retention.get("Mode") not in ("GOVERNANCE", "COMPLIANCE"):
        raise malformed()
    if periods[0] <= 0:
        raise AwsError("InvalidArgument", "Default retention period must be a positive integer value.", 400)
    if periods[0] * (365 if "Years" in retention else 1) > LONGEST_RETENTION_DAYS:
        raise AwsError("InvalidArgument", "Default retention period too large", 400)


def is_duration(given: dict) -> bool:
    """Whether the duration of an event hold is days or years, within bounds."""
    ((unit, length),) = given.items() if len(given) == 1 else ((None, 0),)
    return unit is not None and 1 <= length <= LONGEST_HOLD[unit]


# Configurations by id


def inventory(ctx: Context, bucket: Bucket, document: dict) -> None:
    destination = document["Destination"]["S3BucketDestination"]
    _require_bucket_arn(destination)
    if document["IsEnabled"] and destination["Format"] in ("ORC", "Parquet"):
        raise NotImplementedByEmulator(f"An inventory report in the format {destination['Format']}")
    daily.arm(ctx, bucket, "write_inventory", id=document["Id"])


def analytics(ctx: Context, bucket: Bucket, document: dict) -> None:
    export = document["StorageClassAnalysis"].get("DataExport")
    if export:
        _require_bucket_arn(export["Destination"]["S3BucketDestination"])


def metrics(ctx: Context, bucket: Bucket, document: dict) -> None:
    if document.get("Filter") == {}:
        raise malformed()


def intelligent_tiering(ctx: Context, bucket: Bucket, document: dict) -> None:
    if not document["Tierings"]:
        raise malformed()


def _require_bucket_arn(destination: dict) -> None:
    if not BUCKET_ARN.fullmatch(destination["Bucket"]):
        raise AwsError("InvalidS3DestinationBucket", "Invalid bucket ARN.", 400)
