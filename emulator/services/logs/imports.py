"""Import tasks: they read CloudTrail's event data stores, which are not here, so that there are never any.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeImportTasks.html
"""

from emulator.services.logs.errors import not_found
from emulator.services.logs.service import service

MISSING = "The specified import task does not exist."


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
