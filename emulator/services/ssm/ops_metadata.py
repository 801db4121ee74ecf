"""Application Manager's metadata of resources.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateOpsMetadata.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Filters, Listing, Resource, page
from emulator.services.ssm import tags
from emulator.services.ssm.common import service

MAX_KEYS = 5
INVALID_TOKEN = ("OpsMetadataInvalidArgumentException", "The NextToken is not valid.")

OpsMetadata = Resource(
    "OpsMetadata", service, id="ResourceId", arn="arn:{partition}:ssm:{region}:{account}:opsmetadata{ResourceId}",
    arn_member="OpsMetadataArn", tags=tags.RULES, defaults={"Metadata": {}}, modified="LastModifiedDate",
    create="CreateOpsMetadata",
    list=Listing("ListOpsMetadata", {"Filters": Filters({"ResourceId": "ResourceId"}, (
        "OpsMetadataInvalidArgumentException", "The filter key {key} is not valid."))}, limit=50,
        invalid_token=INVALID_TOKEN),
    exists=("OpsMetadataAlreadyExistsException", "An OpsMetadata object already exists for the selected resource."),
)  # fmt: skip


@OpsMetadata.on_create
def created(ctx: Context, record):
    check(record.document["Metadata"])
    path = "/" + record.id[0].lstrip("/")
    arn = f"arn:aws:ssm:{ctx.region}:{ctx.account}:opsmetadata{path}"
    return replace(record, arn=arn, document={**record.document, "LastModifiedUser": ctx.principal.arn})


def check(metadata: dict) -> None:
    if len(metadata) > MAX_KEYS:
        raise AwsError("OpsMetadataKeyLimitExceededException", f"The OpsMetadata object exceeds the maximum number of "
                       f"OpsMetadata keys ({MAX_KEYS}) that you can assign to an application.", 400)  # fmt: skip


def find(ctx: Context, arn: str):
    record = OpsMetadata.find_arn(ctx, arn)
    if record is None:
        raise AwsError("OpsMetadataNotFoundException", f"The OpsMetadata object {arn} does not exist.")
    return record


@service.operation
def get_ops_metadata(ctx: Context, OpsMetadataArn, MaxResults=None, NextToken=None):
    """The metadata of a resource, page by page. Raises OpsMetadataNotFoundException."""
    record = find(ctx, OpsMetadataArn)
    found, following = page(ctx, sorted(record.document["Metadata"].items()), lambda item: item[0], NextToken,
                            MaxResults or 10, query=OpsMetadataArn, invalid=INVALID_TOKEN)  # fmt: skip
    return {"ResourceId": record.id[0], "Metadata": dict(found), "NextToken": following}


@service.operation
def update_ops_metadata(ctx: Context, OpsMetadataArn, MetadataToUpdate=None, KeysToDelete=None):
    """Raises OpsMetadataNotFoundException, OpsMetadataKeyLimitExceededException."""
    record = find(ctx, OpsMetadataArn)
    merged = {**record.document["Metadata"], **(MetadataToUpdate or {})}
    metadata = {name: value for name, value in merged.items() if name not in (KeysToDelete or ())}
    check(metadata)
    document = {**record.document, "Metadata": metadata, "LastModifiedUser": ctx.principal.arn}
    OpsMetadata.put(ctx, replace(record, document=document, modified=ctx.now))
    return {"OpsMetadataArn": record.arn}


@service.operation
def delete_ops_metadata(ctx: Context, OpsMetadataArn):
    OpsMetadata.remove(ctx, find(ctx, OpsMetadataArn))
    return {}


tags.tagged("OpsMetadata", OpsMetadata)
