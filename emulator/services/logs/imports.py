"""Import tasks: they read CloudTrail's event data stores, which are not here, so that there are never any.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateImportTask.html
"""

import re

from emulator.services.logs.errors import invalid, not_found
from emulator.services.logs.service import service

MISSING = "The specified import task does not exist."
STORE = re.compile(r"arn:aws[a-z-]*:cloudtrail:[a-z0-9-]+:\d{12}:eventdatastore/[a-f0-9-]{36}")
ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")


@service.operation
def create_import_task(ctx, importSourceArn, importRoleArn, importFilter=None):
    """No event data store is there. Raises InvalidParameterException, ResourceNotFoundException."""
    if not STORE.fullmatch(importSourceArn):
        raise invalid("importSourceArn must be the ARN of a CloudTrail event data store.")
    if not ROLE.fullmatch(importRoleArn):
        raise invalid("importRoleArn must be the ARN of an IAM role.")
    given = importFilter or {}
    if given.get("startEventTime", 0) > given.get("endEventTime", float("inf")):
        raise invalid("startEventTime must be less than or equal to endEventTime.")
    raise not_found("The specified event data store does not exist.")


@service.operation
def describe_import_tasks(ctx, importId=None, importStatus=None, importSourceArn=None, limit=50, nextToken=None):
    """Raises ResourceNotFoundException."""
    if importId is not None:
        raise not_found(MISSING)
    return {"imports": []}


@service.operation
def describe_import_task_batches(ctx, importId, batchImportStatus=None, limit=50, nextToken=None):
    """Raises ResourceNotFoundException."""
    raise not_found(MISSING)


@service.operation
def cancel_import_task(ctx, importId):
    """Raises ResourceNotFoundException."""
    raise not_found(MISSING)
