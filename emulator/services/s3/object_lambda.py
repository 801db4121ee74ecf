"""GetObject through an Object Lambda access point: a function gets a URL of the object and writes what is answered.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-writing-lambda.html
"""

from operator import attrgetter
from typing import Any

import orjson

from emulator.auth import presigned
from emulator.engines.access_points import ObjectLambda, Way, supporting
from emulator.kernel.blobs import Blob, Staged
from emulator.kernel.blobs import Body as Content
from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import GLOBAL, Record, Table, replace
from emulator.services.s3 import service

PATIENCE = 60  # seconds that a function has
OWN = ("RequestRoute", "RequestToken", "ErrorCode", "ErrorMessage", "Body", "StatusCode")  # not the reader's
# What S3 makes of the errors of Lambda. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
FAILURES = {
    "ResourceNotFoundException": AwsError("LambdaNotFound", "The AWS Lambda function was not found.", 404),
    "AccessDeniedException": AwsError(
        "LambdaPermissionError", "The caller is not authorized to invoke the Lambda function.", 403
    ),
}  # fmt: skip
FAILED = AwsError("LambdaInvocationFailed", "Lambda function invocation failed.", 400)


class Transformation(Record):
    """A GetObject that waits for its function; ``answer`` is what that wrote, None until then."""

    token: str
    route: str
    answer: dict[str, Any] | None = None
    blobs: tuple[Blob, ...] = ()


transformations = Table("s3.transformation", Transformation, key=attrgetter("token"), scope=GLOBAL,
                        blobs=attrgetter("blobs"))  # fmt: skip


def function_of(way: Way, operation: str) -> dict | None:
    """The function that makes the answers of an operation, as configured; None where S3 itself does."""
    if isinstance(way.point, ObjectLambda):
        for each in way.point.configuration["TransformationConfigurations"]:
            if operation in each["Actions"]:
                return each["ContentTransformation"]["AwsLambda"]
    return None


async def transformed(ctx: Context, function: dict, key: str) -> dict:
    """What the function makes of an object. Raises Lambda…, and the error that the function wrote."""
    waiting = Transformation(ctx.ids.base64url(90), f"io-{ctx.ids.hex(12)}")
    rows = ctx.rows(transformations)
    rows.put(waiting)
    ctx.after(2 * PATIENCE, "forget_transformation", token=waiting.token)
    _invoke(ctx, function, key, waiting)
    await ctx.wait(("s3.transformation", waiting.token), PATIENCE)
    found = rows.get(waiting.token)
    if found is None or found.answer is None:
        raise AwsError("LambdaTimeout", "The Lambda function timed out.", 500)
    content = Content(ctx.blobs, [(blob, 0, blob.size) for blob in found.blobs])
    rows.delete(waiting.token)
    status = found.answer.get("StatusCode", 200)
    if status >= 400:
        content.close()
        raise AwsError(found.answer.get("ErrorCode", ""), found.answer.get("ErrorMessage", ""), status)
    answer = {name: value for name, value in found.answer.items() if name not in OWN}
    return {**answer, "StatusCode": status, "Body": content}


def event_of(ctx: Context, function: dict, key: str, context: dict[str, Any]) -> dict[str, Any]:
    """What a function is told of a request; ``context`` is the part that the operation alone has."""
    point = ctx.way.point
    return {
        "xAmzRequestId": ctx.request_id, **context,
        "configuration": {
            "accessPointArn": point.arn, "supportingAccessPointArn": supporting(ctx, point).arn,
            "payload": function.get("FunctionPayload", ""),
        },
        "userRequest": {"url": f"{ctx.host}/{key}", "headers": ctx.headers},
        "userIdentity": {
            "type": ctx.principal.kind, "principalId": ctx.principal.user_id, "arn": ctx.principal.arn,
            "accountId": ctx.principal.account, "accessKeyId": ctx.principal.access_key,
        },
        "protocolVersion": "1.00",
    }  # fmt: skip


def _invoke(ctx: Context, function: dict, key: str, waiting: Transformation) -> None:
    point = ctx.way.point
    event = event_of(ctx, function, key, {"getObjectContext": {
        "inputS3Url": presigned.get(ctx, "s3", f"/{supporting(ctx, point).alias}/{key}", PATIENCE),
        "outputRoute": waiting.route, "outputToken": waiting.token,
    }})  # fmt: skip
    given = {"FunctionName": function["FunctionArn"], "InvocationType": "Event", "Payload": orjson.dumps(event)}
    try:
        ctx.call("lambda", "Invoke", given, as_=acting("s3-object-lambda.amazonaws.com", point.arn, point.account))
    except NotImplementedByEmulator:
        raise
    except AwsError as error:
        raise FAILURES.get(error.code, FAILED) from error


@service.operation
def write_get_object_response(ctx: Context, RequestRoute, RequestToken, Body=None, **given):
    """Give a waiting GetObject its answer. Raises InvalidRequest for a token that nobody waits with."""
    rows = ctx.rows(transformations)
    waiting = rows.get(RequestToken)
    if waiting is None or waiting.route != RequestRoute or waiting.answer is not None:
        raise AwsError("InvalidRequest", "The request token is not valid.", 400)
    blob = ctx.blobs.keep(Body if isinstance(Body, Staged) else Staged(Body or b""))
    rows.put(replace(waiting, answer=given, blobs=(blob,)))
    ctx.notify(("s3.transformation", RequestToken))
    return {}


@service.job
def forget_transformation(ctx: Context, token: str):
    """One that nobody came back for."""
    ctx.rows(transformations).delete(token)
