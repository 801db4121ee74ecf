"""CloudFront Functions and connection functions: a draft (DEVELOPMENT) that tests run and PublishFunction makes LIVE.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-functions.html
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.service import snake_case
from emulator.kernel.store import replace
from emulator.resources import IdPattern, Reference, Unique, page
from emulator.resources.engine import check_version
from emulator.resources.records import ResourceRecord
from emulator.services.cloudfront import shapes
from emulator.services.cloudfront.common import (
    ARN,
    ENTITY_EXISTS,
    ENTITY_IN_USE,
    NO_ENTITY,
    TAGS,
    invalid,
    resource,
    service,
)
from emulator.services.cloudfront.stores import KeyValueStore

DEVELOPMENT, LIVE = "DEVELOPMENT", "LIVE"
LARGEST = 10240  # bytes of a function's code
STORES = "FunctionConfig.KeyValueStoreAssociations.Items[].KeyValueStoreARN"
USES_STORES = (Reference(KeyValueStore, (STORES,), ("InvalidArgument", "The key value store {id} does not exist."),
                         ENTITY_IN_USE),)  # fmt: skip

Function = resource(
    "Function", "function", "Name", arn=ARN + "function/{Name}", by_arn=True, create="CreateFunction",
    update="UpdateFunction", delete="DeleteFunction", tags=TAGS, names={"FunctionARN": "Arn"}, refers=USES_STORES,
    missing=("NoSuchFunctionExists", "The specified function does not exist."),
    exists=("FunctionAlreadyExists", "A function with this name already exists."),
    cloudformation="AWS::CloudFront::Function",
)  # fmt: skip
ConnectionFunction = resource(
    "ConnectionFunction", "connection-function", IdPattern("cf_{22:A-Za-z0-9}"), arn=ARN + "connection-function/{Id}",
    by_arn=True, create="CreateConnectionFunction", update="UpdateConnectionFunction",
    delete="DeleteConnectionFunction", tags=TAGS, refers=USES_STORES, also=("Name",), missing=NO_ENTITY,
    names={"Identifier": "Id", "ConnectionFunctionArn": "Arn", "ConnectionFunctionConfig": "FunctionConfig",
           "ConnectionFunctionCode": "FunctionCode"},
    unique=(Unique("Name", ENTITY_EXISTS),), cloudformation="AWS::CloudFront::ConnectionFunction",
)  # fmt: skip


def staged(record: ResourceRecord, stage: str | None) -> ResourceRecord | None:
    """A function as it is in a stage; None where it was never published."""
    if stage != LIVE:
        return record
    live = record.private.get(LIVE)
    return live and replace(record, document=live["document"], modified=live["modified"], version=live["version"])


def operate(kind, prefix: str) -> None:
    """The operations of one kind of function that a declaration does not carry."""

    def get(ctx, given: dict, stage: str | None) -> ResourceRecord:
        record = staged(kind.get(ctx, kind.stored(given)), stage)
        if record is None:
            raise kind.is_missing({})
        return record

    def describe(ctx, /, Stage=None, **given):
        """The configuration of a function in a stage."""
        return kind.output(ctx, get(ctx, given, Stage), f"Describe{prefix}Function")

    def code(ctx, /, Stage=None, **given):
        """The code of a function in a stage."""
        record = get(ctx, given, Stage)
        return {f"{prefix}FunctionCode": record.document["FunctionCode"], "ETag": record.version,
                "ContentType": "application/octet-stream"}  # fmt: skip

    def publish(ctx, /, **given):
        """Make the draft what requests are answered with."""
        record = get(ctx, given, None)
        check_version(kind, record, given)
        document = {**record.document, "Stage": LIVE}
        live = {"document": document, "modified": ctx.now, "version": record.version}
        record = kind.put(ctx, replace(record, private={**record.private, LIVE: live}))
        return kind.output(ctx, staged(record, LIVE), f"Publish{prefix}Function")

    def listed(ctx, /, Stage=None, Marker=None, MaxItems=None):
        """The functions in a stage, or in both."""
        found = [(*record.id, stage) for stage in ((Stage,) if Stage else (DEVELOPMENT, LIVE))
                 for record in kind.rows(ctx) if staged(record, stage)]  # fmt: skip
        names, following = page(ctx, sorted(found), lambda key: key, Marker, int(MaxItems or 100), query=Stage,
                                invalid=("InvalidArgument", "The Marker is not valid."))  # fmt: skip
        records = [staged(kind.rows(ctx).get(tuple(id)), stage) for *id, stage in names]
        items = [kind.output(ctx, each, f"Publish{prefix}Function")[f"{prefix}FunctionSummary"] for each in records]
        if prefix:
            return {"ConnectionFunctions": items, **({"NextMarker": following} if following else {})}
        return {"FunctionList": {
            "MaxItems": int(MaxItems or 100), "Quantity": len(items), **({"Items": items} if items else {}),
            **({"NextMarker": following} if following else {})}}  # fmt: skip

    for name, function in ((f"Describe{prefix}Function", describe), (f"Get{prefix}Function", code),
                           (f"Publish{prefix}Function", publish), (f"List{prefix}Functions", listed)):  # fmt: skip
        service.functions[snake_case(name)] = function


def hook(kind, too_large: str) -> None:
    """What is checked and shown of one kind of function."""

    @kind.on_prepare
    def normalized(ctx, document, before):
        return {**document, "FunctionConfig": shapes.normalized("FunctionConfig", document["FunctionConfig"])}

    @kind.on_validate
    def check(ctx, document, before):
        if len(document["FunctionCode"]) > LARGEST:
            raise AwsError(too_large, "The function is too large.")
        if document["FunctionConfig"].get("KeyValueStoreAssociations", {}).get("Quantity", 0) > 1:
            raise invalid("A function can have one key value store.")

    @kind.on_read
    def shown(ctx, record):
        published = LIVE in record.private
        used = published and next(kind.users(ctx, record), None) is not None
        status = "DEPLOYED" if used else "UNASSOCIATED" if published else "UNPUBLISHED"
        return {"Stage": record.document.get("Stage", DEVELOPMENT), "Status": status}


operate(Function, "")
hook(Function, "FunctionSizeLimitExceeded")
operate(ConnectionFunction, "Connection")
hook(ConnectionFunction, "EntitySizeLimitExceeded")
