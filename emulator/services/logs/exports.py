"""Export tasks: a log group's events of a time, as gzipped objects in a bucket.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html
"""

import gzip
from datetime import UTC, datetime

from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import IdPattern, Listing, Resource
from emulator.services.logs import encryption, storage
from emulator.services.logs.errors import BAD_TOKEN, impossible, invalid, limit_exceeded
from emulator.services.logs.lookup import find, group, millis, streams_of
from emulator.services.logs.service import service
from emulator.services.logs.tables import Group, Stream

PREFIX = "exportedlogs"
ACTIVE = ("PENDING", "RUNNING")
DELAY = 1.0  # seconds from a task's creation to its work
NO_PERMISSION = ("GetBucketAcl call on the given bucket failed. Please check if CloudWatch Logs has been granted "
                 "permission to perform this operation.")  # fmt: skip
NO_BUCKET = "The given bucket does not exist. Please make sure the bucket is valid."

Task = Resource(
    "ExportTask", service, id=IdPattern("{uuid}", "taskId"), created="made", modified="changed",
    missing=("ResourceNotFoundException", "The specified export task does not exist."),
    list=Listing("DescribeExportTasks", {
        "statusCode": lambda view, given: view["status"]["code"] == given,
        "taskId": lambda view, given: view["taskId"] == given}, limit=50, invalid_token=BAD_TOKEN),
)  # fmt: skip


@service.operation
def create_export_task(ctx, logGroupName, from_, to, destination, taskName=None, logStreamNamePrefix=None,
                       destinationPrefix=PREFIX):  # fmt: skip
    """Raises InvalidParameterException, LimitExceededException, ResourceNotFoundException."""
    found = group(ctx, logGroupName)
    if from_ >= to:
        raise invalid("The start time must be before the end time.")
    if any(each.document["status"]["code"] in ACTIVE for each in Task.rows(ctx)):
        raise limit_exceeded()
    try:
        _call(ctx, found.arn, "GetBucketAcl", {"Bucket": destination})
    except AwsError as error:
        raise invalid(NO_BUCKET if error.code == "NoSuchBucket" else NO_PERMISSION) from None
    given = {"logGroupName": found.name, "from": from_, "to": to, "destination": destination, "taskName": taskName,
             "destinationPrefix": destinationPrefix, "status": {"code": "PENDING"},
             "executionInfo": {"creationTime": millis(ctx)}}  # fmt: skip
    task = Task.make(ctx, {name: value for name, value in given.items() if value is not None})
    id = task.id[-1]
    ctx.after(DELAY, "export", f"export/{id}", id=id, prefix=logStreamNamePrefix or "")
    return {"taskId": id}


@service.operation
def cancel_export_task(ctx, taskId):
    """Raises InvalidOperationException, ResourceNotFoundException."""
    task = Task.get(ctx, {"taskId": taskId})
    if task.document["status"]["code"] not in ACTIVE:
        raise impossible("The specified export task has already finished.")
    ctx.cancel(f"export/{taskId}")
    _end(ctx, task, "CANCELLED", "Cancelled by user")


def _end(ctx: Context, task, code: str, message: str) -> None:
    times = task.document["executionInfo"] | {"completionTime": millis(ctx)}
    Task.put(ctx, replace(task, document=task.document | {
        "status": {"code": code, "message": message}, "executionInfo": times}))  # fmt: skip


@service.job
def export(ctx, id, prefix):
    """Write the objects of a task, one for each stream."""
    task = Task.find(ctx, {"taskId": id})
    if task is None:
        return
    given = task.document
    found = find(ctx, given["logGroupName"])
    try:
        if found is None:
            raise AwsError("ResourceNotFoundException", "The specified log group does not exist.", 400)
        _put(ctx, found.arn, given, "aws-logs-write-test", b"Permission Check Successful")
        for of in streams_of(ctx, found):
            if of.name.startswith(prefix):
                body = _body(ctx, found, of, given["from"], given["to"])
                if body:
                    name = f"{id}/{of.name.replace('/', '-')}/000000.gz"
                    _put(ctx, found.arn, given, name, gzip.compress(body, mtime=0))
    except AwsError as error:
        _end(ctx, task, "FAILED", error.message)
        return
    _end(ctx, task, "COMPLETED", "Completed successfully")


def _put(ctx: Context, source: str, given: dict, name: str, body: bytes) -> None:
    key = f"{given['destinationPrefix']}/{name}"
    _call(ctx, source, "PutObject", {"Bucket": given["destination"], "Key": key, "Body": body})


def _call(ctx: Context, source: str, operation: str, given: dict) -> dict:
    """A call to S3 as CloudWatch Logs, which bucket policies may name with or without the region. Raises AwsError."""
    try:
        return ctx.call("s3", operation, given, as_=acting(f"logs.{ctx.region}.amazonaws.com", source, ctx.account))
    except AwsError as error:
        if error.code != "AccessDenied":
            raise
    return ctx.call("s3", operation, given, as_=acting("logs.amazonaws.com", source, ctx.account))


def _body(ctx: Context, found: Group, of: Stream, low: int, high: int) -> bytes:
    """The lines of a stream: each event's time and message."""
    message, lines = encryption.opener(ctx, found), []
    for event in storage.forward(storage.rows_of(ctx, found, of), (low, 0)):
        if event.timestamp > high:
            break
        moment = datetime.fromtimestamp(event.timestamp / 1000, UTC)
        lines.append(f"{moment:%Y-%m-%dT%H:%M:%S}.{event.timestamp % 1000:03d}Z {message(event)}\n")
    return "".join(lines).encode()
