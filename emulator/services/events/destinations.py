"""API destinations: HTTP endpoints as targets, called within their rate, authorized by a connection.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
"""

import msgspec

from emulator.backends import http
from emulator.engines import api_destinations
from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources import Listing, Resource, equal, prefix
from emulator.services.events import inputs, senders
from emulator.services.events.connections import TIMEOUT, Connection, fetch_token, usable_token
from emulator.services.events.delivery import Delivery, failed
from emulator.services.events.errors import not_found
from emulator.services.events.failures import Failure
from emulator.services.events.service import service

KIND = "api-destination"
RATE = 300  # invocations in a second, where none is asked for
UNAUTHORIZED = (401, 407)
AGAIN = (401, 407, 409, 429)  # beside 5xx

ApiDestination = Resource(
    "ApiDestination", service, id="Name", arn="arn:{partition}:events:{region}:{account}:api-destination/{Name}",
    create="CreateApiDestination", read="DescribeApiDestination", update="UpdateApiDestination",
    delete="DeleteApiDestination",
    list=Listing("ListApiDestinations", {"NamePrefix": prefix("Name"), "ConnectionArn": equal("ConnectionArn")}),
    missing=("ResourceNotFoundException",
             "Failed to describe the api-destination(s). An api-destination '{Name}' does not exist."),
    exists=("ResourceAlreadyExistsException", "An api-destination '{Name}' already exists."),
    defaults={"InvocationRateLimitPerSecond": RATE}, names={"ApiDestinationArn": "Arn"}, created="CreationTime",
    modified="LastModifiedTime", cloudformation="AWS::Events::ApiDestination",
)  # fmt: skip


@ApiDestination.on_validate
def check(ctx, document, before):
    if Connection.find_arn(ctx, document["ConnectionArn"]) is None:
        name = document["ConnectionArn"].split("/")[1]
        raise not_found(f"Connection '{name}' does not exist.")


@ApiDestination.on_create
def created(ctx, record):
    return replace(record, arn=f"{record.arn}/{ctx.ids.uuid()}")


@ApiDestination.on_read
def shown(ctx, record):
    connection = Connection.find_arn(ctx, record.document["ConnectionArn"])
    active = connection is not None and connection.state == "AUTHORIZED"
    return {"ApiDestinationState": "ACTIVE" if active else "INACTIVE"}


senders.LATER.add(KIND)


@service.job
def deliver_to_api_destination(ctx, delivery, turn=False):
    """One invocation, when the destination's rate allows it."""
    sent = msgspec.convert(delivery, Delivery)
    record = ApiDestination.find_arn(ctx, sent.target["Arn"])
    if record is None:
        failed(ctx, sent, Failure("NO_RESOURCE", "The API destination does not exist.", lasting=True))
        return None
    if not turn:
        due = max(ctx.now, record.private.get("next", 0.0))
        rate = record.document["InvocationRateLimitPerSecond"]
        _save(ctx, ApiDestination, replace(record, private={"next": due + 1 / rate}))
        if due > ctx.now:
            ctx.at(due, "deliver_to_api_destination", delivery=delivery, turn=True)
            return None
    connection = Connection.find_arn(ctx, record.document["ConnectionArn"])
    if connection is None or connection.state != "AUTHORIZED":
        failed(ctx, sent, Failure("CONNECTION_FAILURE", "The connection is not authorized."))
        return None
    standby = ctx.stand_by("deliver_to_api_destination", delivery=delivery, turn=True)
    return _invoke(ctx, sent, record, connection, standby)


async def _invoke(ctx: Context, sent: Delivery, record, connection, standby: str) -> None:
    """Ask, and see to what comes of it, unless everything was forgotten meanwhile."""
    outcome = await _outcome(ctx, sent, record, connection)
    if not ctx.cancel(standby):
        return
    if outcome is not None:
        failed(ctx, sent, outcome)


async def _outcome(ctx: Context, sent: Delivery, record, connection) -> Failure | None:
    token = await _token(ctx, connection)
    if isinstance(token, Failure):
        return token
    try:
        payload = inputs.payload(sent)
    except inputs.Unusable as error:
        return Failure("INVALID_JSON", str(error), lasting=True)
    request = api_destinations.request(
        record.document, connection.private["auth"], token, sent.target.get("HttpParameters", {}), sent.event, payload
    )
    answer = await ctx.in_thread(http.request, *request, TIMEOUT, bool(ctx.setting("outbound")))
    if 200 <= answer.status < 300:
        return None
    if answer.status == 0:
        return Failure("CONNECTION_FAILURE", answer.reason)
    if answer.status in UNAUTHORIZED:
        _keep_token(ctx, connection, None)
    mendable = answer.status in AGAIN or answer.status >= 500
    return Failure("SDK_CLIENT_ERROR" if answer.status < 500 else "ERROR_FROM_TARGET", answer.reason, not mendable)


async def _token(ctx: Context, connection) -> str | Failure:
    """The connection's token, a new one when it has run out; "" where none is needed."""
    if connection.document["AuthorizationType"] != "OAUTH_CLIENT_CREDENTIALS":
        return ""
    token = usable_token(ctx, connection)
    if token is None:
        token = await fetch_token(ctx, connection.private["auth"])
        if isinstance(token, str):
            return Failure("CONNECTION_FAILURE", token)
        _keep_token(ctx, connection, token)
    return token["value"]


def _keep_token(ctx: Context, connection, token: dict | None) -> None:
    """Remember a token, or that there is none that holds."""
    current = Connection.find_arn(ctx, connection.arn)
    if current is not None:
        _save(ctx, Connection, replace(current, private={**current.private, "token": token}))


def _save(ctx: Context, resource: Resource, record) -> None:
    """Where its ARN says that it is: the event may have come from another account."""
    parts = record.arn.split(":")
    resource.rows(ctx, parts[4], parts[3]).put(record)
