"""HTTP endpoints of others, authorized by a connection of EventBridge.

https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
"""

from typing import Any
from urllib.parse import urlencode

import orjson

from emulator.backends import http
from emulator.engines import api_destinations
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.texts import dumps, loads
from emulator.kernel.context import Context, Principal, root
from emulator.kernel.errors import AwsError

TIMEOUT = 60.0  # seconds for an answer
FORM = "application/x-www-form-urlencoded"


async def invoke(ctx: Context, arguments: dict[str, Any], principal: Principal) -> dict[str, Any]:
    """The endpoint's answer. Raises Failure."""
    try:
        auth = _connection(ctx, arguments.get("Authentication", {}).get("ConnectionArn", ""))
    except AwsError as error:
        raise Failure("Events.ConnectionResource.InvalidConnectionState", error.message) from None
    request = await _request(ctx, arguments, auth)
    answer = await ctx.in_thread(http.request, *request, TIMEOUT, bool(ctx.setting("outbound")))
    if answer.reason and not answer.status:
        raise Failure("States.Http.Socket", answer.reason)
    body = answer.body.decode(errors="replace")
    found = {
        "Headers": {name: [value] for name, value in dict(getattr(answer, "headers", {})).items()},
        "ResponseBody": _parsed(body), "StatusCode": answer.status,
    }  # fmt: skip
    if not 200 <= answer.status < 300:
        raise Failure(f"States.Http.StatusCode.{answer.status}", dumps(found))
    return found


def _connection(ctx: Context, arn: str) -> dict[str, Any]:
    """What a connection adds. Raises AwsError."""
    parts = arn.split(":")
    if len(parts) < 6:
        raise AwsError("ResourceNotFoundException", f"The connection {arn} does not exist.")
    where = {"as_": root(parts[4]), "account": parts[4], "region": parts[3]}
    connection = ctx.call("events", "DescribeConnection", {"Name": parts[5].split("/")[1]}, **where)
    secret = ctx.call("secretsmanager", "GetSecretValue", {"SecretId": connection["SecretArn"]}, **where)
    return api_destinations.from_secret(orjson.loads(secret["SecretString"]))


async def _request(ctx: Context, arguments: dict[str, Any], auth: dict[str, Any]) -> api_destinations.Request:
    token = ""
    if "OAuthParameters" in auth:
        asked = api_destinations.token_request(auth["OAuthParameters"])
        answer = await ctx.in_thread(http.request, *asked, TIMEOUT, bool(ctx.setting("outbound")))
        found = None if answer.reason else api_destinations.token_of(answer.body)
        token = found[0] if found else ""
    body = arguments.get("RequestBody")
    destination = {"InvocationEndpoint": arguments["ApiEndpoint"], "HttpMethod": arguments["Method"]}
    parameters = {
        "HeaderParameters": {name: str(value) for name, value in arguments.get("Headers", {}).items()},
        "QueryStringParameters": {name: str(value) for name, value in arguments.get("QueryParameters", {}).items()},
    }  # fmt: skip
    text = "" if body is None else body if isinstance(body, str) else dumps(body)
    if arguments.get("Transform", {}).get("RequestBodyEncoding") == "URL_ENCODED" and isinstance(body, dict):
        text = urlencode(body, doseq=True)
        parameters["HeaderParameters"].setdefault("Content-Type", FORM)
    return api_destinations.request(destination, auth, token, parameters, body, text)


def _parsed(text: str) -> Any:
    try:
        return loads(text)
    except ValueError:
        return text
