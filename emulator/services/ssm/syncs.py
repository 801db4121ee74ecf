"""Resource data syncs, and connectors to other clouds: their settings.

https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-resource-data-sync.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Listing, Resource, equal
from emulator.services.ssm.common import INVALID_TOKEN, service

Sync = Resource(
    "ResourceDataSync", service, id="SyncName", create="CreateResourceDataSync", update="UpdateResourceDataSync",
    delete="DeleteResourceDataSync",
    list=Listing("ListResourceDataSync", {"SyncType": equal("SyncType")}, limit=50, invalid_token=INVALID_TOKEN),
    missing=("ResourceDataSyncNotFoundException", "Resource data sync {SyncName} does not exist."),
    exists=("ResourceDataSyncAlreadyExistsException", ""), defaults={"SyncType": "SyncToDestination"},
    created="SyncCreatedTime", modified="SyncLastModifiedTime", cloudformation="AWS::SSM::ResourceDataSync",
)  # fmt: skip
NEEDS = {"SyncToDestination": "S3Destination", "SyncFromSource": "SyncSource"}


@Sync.on_validate
def check(ctx: Context, document: dict, before) -> None:
    needed = NEEDS.get(document["SyncType"])
    if needed is None or not document.get(needed):
        raise AwsError("ResourceDataSyncInvalidConfigurationException",
                       f"{needed or 'A known SyncType'} is required for a sync of type {document['SyncType']}.")
    if before is not None and before.document["SyncType"] != "SyncFromSource":
        raise AwsError("ResourceDataSyncInvalidConfigurationException",
                       "Only syncs of type SyncFromSource can be updated.")


@Sync.on_create
def created(ctx: Context, record):
    """Nothing is synchronized here: a sync says that its last run is still in progress."""
    return replace(record, document={**record.document, "LastStatus": "InProgress"})
