"""What is asked at functions' addresses: HTTP in, an event to the function, its answer as HTTP out.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html and .../response-streaming-tutorial.html
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from emulator.auth import policies as language
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.protocol.wire import Request, Response
from emulator.services.lambda_ import names, permissions, running, url_cors
from emulator.services.lambda_.invoking import Pieces
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Url, policies, urls

FORBIDDEN = "Forbidden. For troubleshooting Function URL authorization issues, see: " \
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
LARGEST = 6291456  # bytes of a request's body
TEXT = ("text/", "application/json", "application/javascript", "application/xml")  # content types that stay text
INTEGRATION = "application/vnd.awslambda.http-integration-response"
DIVIDER = bytes(8)  # between status and headers of a streamed response and its body


def _message(ctx: Context, status: int, text: str | None) -> Response:
    headers = [("content-type", "application/json"), ("x-amzn-requestid", ctx.request_id)]
    return Response(status, headers, orjson.dumps({"Message": text}))


@service.site("lambda-url")
async def answer(ctx: Context, name: str, request: Request) -> Response:
    """All that is asked at an address."""
    record = _find(ctx, name)
    if record is None:
        return _message(ctx, 404, None)
    cors = record.document.get("Cors")
    if cors and url_cors.is_question(request):
        return Response(200, url_cors.permission(cors, request))
    account = _owner(ctx, record)
    if not _allowed(ctx, record, account):
        return _message(ctx, 403, FORBIDDEN)
    if len(request.body) > LARGEST:
        return _message(ctx, 413, "Request payload size exceeded")
    reference = names.Reference(account, record.function, record.qualifier)
    event = orjson.dumps(_event(ctx, record, request))
    return await _respond(ctx, reference, record, event, url_cors.headers(cors, request) if cors else [])


def _partition(ctx: Context, name: str):
    for rows in ctx.partitions(urls):
        if rows.count("id", name, name):
            return rows
    return None


def _find(ctx: Context, name: str) -> Url | None:
    rows = _partition(ctx, name)
    return next(rows.by("id", name, name)) if rows is not None and rows.partition[1] == ctx.region else None


def _owner(ctx: Context, record: Url) -> str:
    return _partition(ctx, record.id).partition[0]


def _allowed(ctx: Context, record: Url, account: str) -> bool:
    """Whether the address is open to the caller: to all by the function's policy, or to signed requests."""
    if record.document["AuthType"] == "AWS_IAM":
        return ctx.principal.kind != "Anonymous" and (
            ctx.principal.account == account or _granted(ctx, record, account, "AWS_IAM")
        )
    return _granted(ctx, record, account, "NONE")


def _granted(ctx: Context, record: Url, account: str, kind: str) -> bool:
    """Whether the function's own policy says so."""
    policy = ctx.rows(policies, account=account).get((record.function, record.qualifier))
    if policy is None:
        return False
    text = orjson.dumps(permissions.document(policy)).decode()
    arn = names.Reference(account, record.function, record.qualifier).arn(ctx)
    keys = {"lambda:functionurlauthtype": [kind]}
    return language.decide([text], "lambda:InvokeFunctionUrl", arn, ctx, keys) == language.ALLOW


def _event(ctx: Context, record: Url, request: Request) -> dict[str, Any]:
    """The request as functions see it, in format 2.0."""
    headers = {name: value for name, value in request.headers.items() if name != "cookie"}
    domain = headers.get("host", "").partition(":")[0]
    headers |= {
        "x-forwarded-for": ctx.source_ip, "x-forwarded-proto": "https" if ctx.secure else "http",
        "x-forwarded-port": headers.get("host", "").partition(":")[2] or "443",
        "x-amzn-trace-id": f"Root=1-{int(ctx.now):08x}-{ctx.ids.hex(24)}",
    }  # fmt: skip
    moment = datetime.fromtimestamp(ctx.now, UTC)
    about: dict[str, Any] = {
        "accountId": "anonymous", "apiId": record.id, "domainName": domain, "domainPrefix": record.id,
        "http": {"method": request.method, "path": request.path, "protocol": "HTTP/1.1", "sourceIp": ctx.source_ip,
                 "userAgent": headers.get("user-agent", "")},
        "requestId": ctx.request_id, "routeKey": "$default", "stage": "$default",
        "time": moment.strftime("%d/%b/%Y:%H:%M:%S +0000"), "timeEpoch": int(ctx.now * 1000),
    }  # fmt: skip
    if record.document["AuthType"] == "AWS_IAM":
        caller = ctx.principal
        about["accountId"] = caller.account
        about["authorizer"] = {"iam": {
            "accessKey": caller.access_key, "accountId": caller.account, "callerId": caller.user_id,
            "cognitoIdentity": None, "principalOrgId": None, "userArn": caller.arn, "userId": caller.user_id,
        }}  # fmt: skip
    event: dict[str, Any] = {
        "version": "2.0", "routeKey": "$default", "rawPath": request.path, "rawQueryString": request.query,
        "headers": headers, "requestContext": about, "isBase64Encoded": False,
    }  # fmt: skip
    if request.query:
        event["queryStringParameters"] = {name: ",".join(values) for name, values in request.arguments.items()}
    if "cookie" in request.headers:
        event["cookies"] = [each.strip() for each in request.headers["cookie"].split(";")]
    if request.body:
        event["body"], event["isBase64Encoded"] = _told(request)
    return event


def _told(request: Request) -> tuple[str, bool]:
    """A body as text, or in base64 where its content type is not one of texts."""
    if request.headers.get("content-type", "").startswith(TEXT):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return b64encode(request.body).decode(), True


async def _respond(ctx: Context, reference, record: Url, event: bytes, cors: list[tuple[str, str]]) -> Response:
    try:
        if record.document.get("InvokeMode") == "RESPONSE_STREAM":
            response = await _streamed(ctx, reference, event)
        else:
            outcome = (await running.run(ctx, reference, event, ctx.request_id)).outcome
            response = _formed(ctx, lambda: _buffered(ctx, outcome))
    except AwsError as error:
        return _message(ctx, error.status or 502, error.message)
    response.headers += [("x-amzn-requestid", ctx.request_id), *cors]
    return response


def _failed(ctx: Context) -> Response:
    return Response(502, [("content-type", "application/json")], b"Internal Server Error")


def _formed(ctx: Context, make: Callable[[], Response]) -> Response:
    """What ``make`` reads out of a function's answer, or what is said of one that is ill-formed."""
    try:
        return make()
    except (AttributeError, TypeError, ValueError):
        return _failed(ctx)


def _buffered(ctx: Context, outcome) -> Response:
    if outcome.failed:
        return _failed(ctx)
    if outcome.content_type.startswith(INTEGRATION):
        prelude, _, body = outcome.payload.partition(DIVIDER)
        return _headed(orjson.loads(prelude), body)
    found = orjson.loads(outcome.payload or b"null")
    if isinstance(found, dict) and "statusCode" in found:
        body = found.get("body")
        body = "" if body is None else body if isinstance(body, str) else orjson.dumps(body).decode()
        return _headed(found, b64decode(body) if found.get("isBase64Encoded") else body.encode())
    body = found.encode() if isinstance(found, str) else orjson.dumps(found)
    return Response(200, [("content-type", "application/json")], body)


def _headed(given: dict[str, Any], body) -> Response:
    """``given``: statusCode, headers and cookies as functions give them. Raises what is wrong with them."""
    status = int(given.get("statusCode", 200))
    if not 100 <= status < 600:
        raise ValueError(status)
    headers = [(name.lower(), str(value)) for name, value in (given.get("headers") or {}).items()]
    if all(name != "content-type" for name, _ in headers):
        headers.append(("content-type", "application/json"))
    headers += [("set-cookie", each) for each in given.get("cookies") or ()]
    return Response(status, headers, body)


async def _streamed(ctx: Context, reference, event: bytes) -> Response:
    stream = Pieces(ctx, reference, event)
    await stream.begin()
    pieces = stream.pieces()
    if not stream.content_type.startswith(INTEGRATION):
        if not stream.content_type and (await stream.outcome()).failed:
            return _failed(ctx)
        return Response(200, [("content-type", stream.content_type or "application/octet-stream")], pieces)
    begun = b""
    async for piece in pieces:
        begun += piece
        if DIVIDER in begun:
            break
    prelude, _, rest = begun.partition(DIVIDER)
    return _formed(ctx, lambda: _headed(orjson.loads(prelude or b"{}"), _continued(rest, pieces)))


async def _continued(first: bytes, pieces):
    if first:
        yield first
    async for piece in pieces:
        yield piece
