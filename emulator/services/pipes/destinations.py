"""API destinations as enrichments and targets: EventBridge tells what they are, Secrets Manager how to be let in.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html#pipes-targets-specifics-api-dest
"""

from typing import Any

import orjson

from emulator.backends import http
from emulator.engines import api_destinations
from emulator.engines.target_calls import Arn
from emulator.kernel.context import Context, Principal, root
from emulator.kernel.errors import AwsError

TIMEOUT = 5.0  # seconds for an answer


async def invoke(ctx: Context, arn: Arn, role: Principal, parameters: dict[str, Any], event: Any, text: str) -> bytes:
    """The answer's body. Raises AwsError for any answer but a good one."""
    destination, auth = _look_up(ctx, arn)
    token = await _token(ctx, auth)
    request = api_destinations.request(destination, auth, token, parameters, event, text)
    answer = await ctx.in_thread(http.request, *request, TIMEOUT, bool(ctx.setting("outbound")))
    if not 200 <= answer.status < 300:
        raise AwsError("ApiDestinationError", answer.reason, answer.status or 504)
    return answer.body


def _look_up(ctx: Context, arn: Arn) -> tuple[dict[str, Any], dict[str, Any]]:
    """The destination and what its connection adds. Raises AwsError."""
    # As EventBridge's service-linked role, which may do all that the account may with these.
    where = {"as_": root(arn.account), **arn.where(ctx)}
    destination = ctx.call("events", "DescribeApiDestination", {"Name": arn.resource.split("/")[1]}, **where)
    name = destination["ConnectionArn"].split("/")[1]
    connection = ctx.call("events", "DescribeConnection", {"Name": name}, **where)
    secret = ctx.call("secretsmanager", "GetSecretValue", {"SecretId": connection["SecretArn"]}, **where)
    return destination, api_destinations.from_secret(orjson.loads(secret["SecretString"]))


async def _token(ctx: Context, auth: dict[str, Any]) -> str:
    if "OAuthParameters" not in auth:
        return ""
    request = api_destinations.token_request(auth["OAuthParameters"])
    answer = await ctx.in_thread(http.request, *request, TIMEOUT, bool(ctx.setting("outbound")))
    found = None if answer.reason else api_destinations.token_of(answer.body)
    if found is None:
        raise AwsError("ApiDestinationError", answer.reason or "There is no token in the answer.", 401)
    return found[0]
