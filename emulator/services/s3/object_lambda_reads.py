"""HeadObject and lists through an Object Lambda access point: the function answers at once, in JSON.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-writing-lambda.html
"""

from typing import Any

import orjson

from emulator.auth import presigned
from emulator.engines.access_points import supporting
from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.model import load
from emulator.protocol.scalars import read_text
from emulator.protocol.timestamps import from_any
from emulator.protocol.xml import XmlReader, parse
from emulator.services.s3 import object_lambda

# By the operation: the member of the event with the URL, and the query of that URL by members of the input.
CONTEXTS = {
    "HeadObject": ("headObjectContext", {}),
    "ListObjects": ("listObjectsContext", {"Prefix": "prefix", "Delimiter": "delimiter", "Marker": "marker",
                                           "MaxKeys": "max-keys", "EncodingType": "encoding-type"}),
    "ListObjectsV2": ("listObjectsV2Context", {
        "Prefix": "prefix", "Delimiter": "delimiter", "MaxKeys": "max-keys", "EncodingType": "encoding-type",
        "ContinuationToken": "continuation-token", "StartAfter": "start-after", "FetchOwner": "fetch-owner"}),
}  # fmt: skip


async def head(ctx: Context, function: dict, key: str) -> dict[str, Any]:
    """What the function says of an object. Raises Lambda…, and the error that the function answers."""
    answer = await _ask(ctx, function, f"/{key}", "HEAD")
    given = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    found: dict[str, Any] = {"Metadata": {}}
    for name, shape in load("s3").operations["HeadObject"].output.members.items():
        wire = str(shape.get("locationName") or "").lower()
        if shape.get("location") == "header" and wire in given:
            found[name] = read_text(shape)(str(given[wire]))
    for name, value in given.items():
        if name.startswith("x-amz-meta-"):
            found["Metadata"][name.removeprefix("x-amz-meta-")] = str(value)
    return found


async def listing(ctx: Context, function: dict) -> dict[str, Any]:
    """The list that the function makes, from its JSON or its XML. Raises as :func:`head`."""
    answer = await _ask(ctx, function, "", "GET")
    if "listBucketResult" in answer:
        return _capital(answer["listBucketResult"])
    shape = load("s3").operations[ctx.operation].output
    return XmlReader().of(shape)(parse(answer.get("listResultXml", "").encode()))


def _capital(value: Any) -> Any:
    """Members under the names of the model, which begin with a capital."""
    if isinstance(value, list):
        return [_capital(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name[:1].upper() + name[1:]: _capital(each) for name, each in value.items() if each is not None}
    if "LastModified" in found and isinstance(found["LastModified"], str):
        found["LastModified"] = from_any(found["LastModified"])
    return found


async def _ask(ctx: Context, function: dict, path: str, method: str) -> dict[str, Any]:
    """The function's answer. Raises Lambda…, and the error that the function answers."""
    point = ctx.way.point
    member, asked = CONTEXTS[ctx.operation]
    query = {wire: str(ctx.input[name]) for name, wire in asked.items() if name in ctx.input}
    if ctx.operation == "ListObjectsV2":
        query["list-type"] = "2"
    url = presigned.get(ctx, "s3", f"/{supporting(ctx, point).alias}{path}", object_lambda.PATIENCE, method, query)
    event = object_lambda.event_of(ctx, function, path.removeprefix("/"), {member: {"inputS3Url": url}})
    given = {"FunctionName": function["FunctionArn"], "Payload": orjson.dumps(event)}
    who = acting("s3-object-lambda.amazonaws.com", point.arn, point.account)
    try:
        found = await ctx.call_waiting("lambda", "Invoke", given, as_=who)
    except NotImplementedByEmulator:
        raise
    except AwsError as error:
        raise object_lambda.FAILURES.get(error.code, object_lambda.FAILED) from error
    if "FunctionError" in found:
        raise object_lambda.FAILED
    answer = orjson.loads(found["Payload"] or b"null")
    if not isinstance(answer, dict):
        raise AwsError("LambdaInvalidResponse", "The response from the Lambda function is not valid.", 400)
    if answer.get("statusCode", 200) >= 400:
        raise AwsError(answer.get("errorCode") or "Error", answer.get("errorMessage", ""), answer["statusCode"])
    return answer
