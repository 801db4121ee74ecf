"""HTTP endpoints of others, authorized by a connection of EventBridge.

https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
"""

from http.client import responses
from typing import Any
from urllib.parse import urlsplit

import orjson

from emulator.backends import http
from emulator.engines import api_destinations
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.texts import dumps, loads
from emulator.kernel.context import Context, Principal, root
from emulator.kernel.errors import AwsError
from emulator.services.stepfunctions.integrations.form import ARRAYS, FORM, encoded
from emulator.services.stepfunctions.integrations.values import unusable

TIMEOUT = 60.0  # seconds for an answer
RANGE = "bytes=0-262144"
OBJECTS = ("Authentication", "InvocationConfig", "Headers", "QueryParameters", "Transform")


async def invoke(
    ctx: Context, arguments: dict[str, Any], principal: Principal, seen: dict[str, Any] | None = None,
    reveal: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The endpoint's answer. Raises Failure.

    ``seen`` takes the raw ``request`` and ``response``, for TestState: what the connection adds only on ``reveal``.
    """
    for name in ("ApiEndpoint", "Method"):
        if not isinstance(arguments, dict) or not isinstance(arguments.get(name), str):
            raise unusable(arguments, f"The field '{name}' is required but was missing")
    for name in OBJECTS:
        _object(arguments, arguments, name)
    try:
        auth = _connection(ctx, _connection_arn(arguments))
    except AwsError as error:
        raise Failure("Events.ConnectionResource.InvalidConnectionState", error.message) from None
    token = await _token(ctx, auth)
    request = _request(ctx, arguments, auth, token)
    if seen is not None:
        seen["request"] = _shown_request(request if reveal else _request(ctx, arguments, {}, ""))
    answer = await ctx.in_thread(http.request, *request, TIMEOUT, bool(ctx.setting("outbound")))
    if answer.reason and not answer.status:
        raise Failure("States.Http.Socket", answer.reason)
    if seen is not None:
        seen["response"] = _shown_response(request, answer)
    found = _answered(answer)
    if not 200 <= answer.status < 300:
        raise Failure(f"States.Http.StatusCode.{answer.status}", dumps(found))
    return found


def _connection_arn(arguments: dict[str, Any]) -> str:
    """Raises Failure."""
    holder = arguments.get("Authentication") or arguments.get("InvocationConfig") or {}
    arn = holder.get("ConnectionArn", "")
    if not isinstance(arn, str):
        raise unusable(arguments, "The value for the field 'ConnectionArn' must be a string")
    return arn


def _object(arguments: dict[str, Any], holder: dict[str, Any], name: str) -> dict[str, Any]:
    """A member that is an object, empty where it is left out. Raises Failure for anything else."""
    value = holder.get(name)
    if value is not None and not isinstance(value, dict):
        raise unusable(arguments, f"The value for the field '{name}' must be an object")
    return value or {}


def _connection(ctx: Context, arn: str) -> dict[str, Any]:
    """What a connection adds. Raises AwsError."""
    parts = arn.split(":")
    if len(parts) < 6 or "/" not in parts[5]:
        raise AwsError("ResourceNotFoundException", f"The connection {arn} does not exist.")
    where = {"as_": root(parts[4]), "account": parts[4], "region": parts[3]}
    connection = ctx.call("events", "DescribeConnection", {"Name": parts[5].split("/")[1]}, **where)
    secret = ctx.call("secretsmanager", "GetSecretValue", {"SecretId": connection["SecretArn"]}, **where)
    return api_destinations.from_secret(orjson.loads(secret["SecretString"]))


async def _token(ctx: Context, auth: dict[str, Any]) -> str:
    """What the authorization endpoint of an OAuth connection issues; empty for others, and where it refuses."""
    if "OAuthParameters" not in auth:
        return ""
    asked = api_destinations.token_request(auth["OAuthParameters"])
    answer = await ctx.in_thread(http.request, *asked, TIMEOUT, bool(ctx.setting("outbound")))
    found = None if answer.reason else api_destinations.token_of(answer.body)
    return found[0] if found else ""


def _request(ctx: Context, arguments: dict[str, Any], auth: dict[str, Any], token: str) -> api_destinations.Request:
    body = arguments.get("RequestBody")
    destination = {"InvocationEndpoint": arguments["ApiEndpoint"], "HttpMethod": arguments["Method"]}
    headers = {"User-Agent": f"Amazon|StepFunctions|HttpInvoke|{ctx.region}", "Range": RANGE}
    transform = _object(arguments, arguments, "Transform")
    if transform.get("RequestBodyEncoding") == "URL_ENCODED" and isinstance(body, dict):
        arrays = _object(arguments, transform, "RequestEncodingOptions").get("ArrayFormat", "INDICES")
        if not isinstance(arrays, str) or arrays not in ARRAYS:
            raise unusable(arguments, f"The value for the field 'ArrayFormat' must be one of {', '.join(ARRAYS)}")
        text = encoded(body, arrays)
        headers["Content-Type"] = FORM
    else:
        text = "" if body is None else body if isinstance(body, str) else dumps(body)
    parameters = {
        "HeaderParameters": {**headers, **_texts(_object(arguments, arguments, "Headers"))},
        "QueryStringParameters": _texts(_object(arguments, arguments, "QueryParameters")),
    }  # fmt: skip
    return api_destinations.request(destination, auth, token, parameters, body, text)


def _texts(values: dict[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else dumps(value) for name, value in values.items()}


def _answered(answer: http.Outcome) -> dict[str, Any]:
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name, []).append(value)
    text = answer.body.decode(errors="replace")
    try:
        body = loads(text)
    except ValueError:
        body = text
    return {"Headers": headers, "ResponseBody": body, "StatusCode": answer.status, "StatusText": _phrase(answer)}


def _phrase(answer: http.Outcome) -> str:
    return responses.get(answer.status, "")


def _listed(headers: Any) -> str:
    return f"[{', '.join(f'{name.lower()}: {value}' for name, value in headers)}]"


def _shown_request(request: api_destinations.Request) -> dict[str, str]:
    found = {"protocol": urlsplit(request.url).scheme, "method": request.method, "url": request.url,
             "headers": _listed(request.headers.items())}  # fmt: skip
    return {**found, "body": request.body.decode()} if request.body else found


def _shown_response(request: api_destinations.Request, answer: http.Outcome) -> dict[str, str]:
    return {
        "protocol": urlsplit(request.url).scheme, "statusCode": str(answer.status), "statusMessage": _phrase(answer),
        "headers": _listed(answer.headers), "body": answer.body.decode(errors="replace"),
    }  # fmt: skip
