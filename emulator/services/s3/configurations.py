"""The subresources of a bucket, as a table: one row each, from which its operations are made.

A row names the operations, the answer when nothing is configured, and a function that accepts a document: it validates
it and returns what is to be stored (None: nothing). https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.service import snake_case
from emulator.kernel.store import replace
from emulator.model import load
from emulator.model.validation import validator
from emulator.services.s3 import documents, lifecycle, notifications, policy, service, website_rules
from emulator.services.s3.common import find_bucket
from emulator.services.s3.tables import Bucket, buckets

Accept = Callable[[Context, Bucket, Any, dict], Any]

SHOWN_BY_PUT = ("TransitionDefaultMinimumObjectSize",)  # members of a document that the Put operation answers with


class Configuration(NamedTuple):
    """One subresource. ``noun`` is its key in ``Bucket.configurations``.

    ``missing`` is the code and message of the Get operation when nothing is configured; without it ``default`` gives
    the document to show. ``marks`` are fields of the bucket that are set with it.
    """

    noun: str
    put: str
    get: str
    delete: str | None
    missing: tuple[str, str] | None = None
    default: Callable[[Bucket], Any] = lambda bucket: {}
    accept: Accept = lambda ctx, bucket, document, given: document
    marks: dict[str, Any] = {}
    legacy: tuple[str, ...] = ()  # older names of put and get, for the same wire form


def _named(noun: str, delete: bool = True, stem: str | None = None, **more) -> Configuration:
    """A row whose operations are called by the usual pattern."""
    stem = stem or f"Bucket{noun}"
    return Configuration(noun, f"Put{stem}", f"Get{stem}", f"Delete{stem}" if delete else None, **more)


CONFIGURATIONS = (
    _named("Versioning", delete=False, accept=documents.versioning),
    _named("Tagging", missing=("NoSuchTagSet", "The TagSet does not exist"), accept=documents.tagging),
    _named("Cors", missing=("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
           accept=documents.cors),
    _named("Website", accept=website_rules.accept,
           missing=("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")),
    _named("Policy", missing=("NoSuchBucketPolicy", "The bucket policy does not exist"), accept=policy.accept),
    Configuration("LifecycleConfiguration", "PutBucketLifecycleConfiguration", "GetBucketLifecycleConfiguration",
                  "DeleteBucketLifecycle",
                  missing=("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
                  accept=lifecycle.accept, legacy=("PutBucketLifecycle", "GetBucketLifecycle")),
    _named("NotificationConfiguration", delete=False, accept=notifications.accept,
           legacy=("PutBucketNotification", "GetBucketNotification")),
    _named("Logging", delete=False, accept=documents.logging),
    _named("Encryption", default=documents.default_encryption, accept=documents.encryption),
    _named("Replication", accept=documents.replication,
           missing=("ReplicationConfigurationNotFoundError", "The replication configuration was not found")),
    _named("OwnershipControls", accept=documents.ownership_controls,
           missing=("OwnershipControlsNotFoundError", "The bucket ownership controls were not found")),
    _named("PublicAccessBlock", stem="PublicAccessBlock", accept=documents.public_access_block,
           missing=("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")),
    _named("RequestPayment", delete=False, default=lambda bucket: {"Payer": "BucketOwner"}),
    _named("AccelerateConfiguration", delete=False, accept=documents.accelerate),
    _named("ObjectLockConfiguration", stem="ObjectLockConfiguration", delete=False, accept=documents.object_lock,
           missing=("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket"),
           marks={"object_lock": True}),
    _named("Abac", delete=False, default=lambda bucket: {"Status": "Disabled"}),
)  # fmt: skip


def configured(bucket: Bucket, noun: str, document: Any, **marks) -> Bucket:
    """The bucket with this document; without the subresource when the document is None."""
    configurations = {name: each for name, each in bucket.configurations.items() if name != noun}
    if document is not None:
        configurations[noun] = document
    return replace(bucket, configurations=configurations, **marks)


@cache
def _input(operation: str) -> tuple[str, Callable]:
    """The payload member of an operation's input, and the validator of its shape."""
    shape = load("s3").operations[operation].input
    return shape.payload, validator(shape.members[shape.payload])


@cache
def _output_payload(operation: str) -> str | None:
    return load("s3").operations[operation].output.payload


def checked(operation: str, given: dict, accept: Callable[[Any], Any]) -> Any:
    """The document of a Put operation: present, complete, accepted, and then within the model's enumerations."""
    payload, violations_of = _input(operation)
    document = given.get(payload)
    if document is None:
        if payload != "Policy":
            raise AwsError("MissingRequestBodyError", "Request Body is empty", 400)
        document = ""
    violations = violations_of(document) if isinstance(document, dict) else []
    if any(each.kind == "required" for each in violations):
        raise documents.malformed()
    accepted = accept(document)
    if violations:
        raise documents.malformed()
    return accepted


def declare(row: Configuration) -> None:
    """Register the operations of a row."""

    def put(ctx, **given):
        bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))
        document = checked(row.put, given, lambda document: row.accept(ctx, bucket, document, given))
        ctx.rows(buckets).put(configured(bucket, row.noun, document, **row.marks))
        return {name: document[name] for name in SHOWN_BY_PUT if document and name in document}

    def get(ctx, **given):
        bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))
        document = bucket.configurations.get(row.noun)
        if document is None:
            if row.missing:
                code, message = row.missing
                raise AwsError(code, message, 404, BucketName=bucket.name)
            document = row.default(bucket)
        payload = _output_payload(row.get)
        return {payload: document} if payload else document

    def delete(ctx, **given):
        bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))
        if row.noun in bucket.configurations:
            ctx.rows(buckets).put(configured(bucket, row.noun, None))
        return {}

    functions = {row.put: put, row.get: get, row.delete: delete}
    functions |= dict(zip(row.legacy, (put, get)))
    for name, function in functions.items():
        if name is not None:
            service.functions[snake_case(name)] = function


for _row in CONFIGURATIONS:
    declare(_row)
