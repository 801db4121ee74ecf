"""Functions as targets: the event that they get, and what becomes of their answer.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

import base64
import json

from emulator.backends.http_messages import HOP, Request, Response
from emulator.engines.listener_rules import Asked
from emulator.kernel.context import acting
from emulator.kernel.errors import AwsError
from emulator.services.elbv2 import attributes
from emulator.services.elbv2.replies import Failed

LARGEST = 2**20  # bytes of a body that a function gets or gives
# What access logs call Lambda's refusals; others by Lambda's own word.
REASONS = {
    "AccessDeniedException": "AccessDenied", "ResourceNotFoundException": "ResourceNotFound",
    "TooManyRequestsException": "Throttling", "RequestTooLargeException": "RequestTooLarge",
}  # fmt: skip


def event(group, request: Request, asked: Asked, insert) -> dict:
    """The event that a function gets for a request. Raises Failed for one that is too large."""
    if len(request.body) > LARGEST:
        raise Failed(413, "LambdaRequestTooLarge")
    headers = [(name.lower(), value) for name, value in request.headers if name.lower() not in HOP]
    headers += [("x-forwarded-for", request.client[0]), ("x-forwarded-port", str(asked.port)),
                ("x-forwarded-proto", asked.protocol.lower()), *insert]
    arguments = [(key, value) for key, _, value in (each.partition("=") for each in asked.query.split("&")) if key]
    try:
        body, encoded = request.body.decode(), False
    except UnicodeDecodeError:
        body, encoded = base64.b64encode(request.body).decode(), True
    return _event(group, request.method, asked.path, arguments, headers, body, encoded)


def health_check(group) -> dict:
    """The event of a health check."""
    return _event(group, "GET", group.document["HealthCheckPath"], [], [("user-agent", "ELB-HealthChecker/2.0")], "")


def _event(group, method: str, path: str, arguments: list, headers: list, body: str, encoded: bool = False) -> dict:
    many = attributes.of("TargetGroup", group)["lambda.multi_value_headers.enabled"] == "true"
    return {
        "requestContext": {"elb": {"targetGroupArn": group.arn}}, "httpMethod": method, "path": path,
        **({"multiValueQueryStringParameters": _gathered(arguments), "multiValueHeaders": _gathered(headers)}
           if many else {"queryStringParameters": dict(arguments), "headers": dict(headers)}),
        "body": body, "isBase64Encoded": encoded,
    }  # fmt: skip


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


async def answer(ctx, group, function: str, given: dict) -> Response:
    """What a function (by ARN) makes of an event. Raises Failed."""
    principal = acting("elasticloadbalancing.amazonaws.com", group.arn, ctx.account)
    wanted = {"FunctionName": function, "Payload": json.dumps(given).encode()}
    try:
        found = await ctx.call_waiting("lambda", "Invoke", wanted, as_=principal)
    except AwsError as error:
        raise Failed(502, f"Lambda{REASONS.get(error.code, error.code)}") from None
    if "FunctionError" in found:
        raise Failed(502, "LambdaUnhandled")
    content = found["Payload"] if isinstance(found["Payload"], bytes) else b"".join(found["Payload"])
    try:
        response = _read(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Failed(502, "LambdaInvalidResponse") from None
    if len(response.body) > LARGEST:
        raise Failed(502, "LambdaResponseTooLarge")
    return response


def _read(told: dict) -> Response:
    """A function's answer as HTTP. Raises ValueError and its kin for one that is none."""
    headers = [(name, str(value)) for name, value in (told.get("headers") or {}).items()]
    headers += [(name, str(each)) for name, found in (told.get("multiValueHeaders") or {}).items() for each in found]
    body = told.get("body") or ""
    content = base64.b64decode(body) if told.get("isBase64Encoded") else body.encode()
    return Response(int(told["statusCode"]), tuple(headers), content)
