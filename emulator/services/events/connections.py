"""Connections: how API destinations authorize themselves. The secrets stand in Secrets Manager, as far as that does.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection.html
"""

from typing import Any

import orjson

from emulator.backends import http
from emulator.engines import api_destinations
from emulator.kernel.context import Context, arn, root
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.resources import Lifecycle, Listing, Resource, after, equal, prefix
from emulator.services.events.errors import invalid
from emulator.services.events.service import service

PARAMETERS = {
    "API_KEY": "ApiKeyAuthParameters", "BASIC": "BasicAuthParameters", "OAUTH_CLIENT_CREDENTIALS": "OAuthParameters",
}  # fmt: skip
AUTHORIZES = 1.0  # seconds until a token is asked for
TOKEN_LEFT = 60.0  # seconds of its life in which a token is not used any more
TIMEOUT = 5.0

Connection = Resource(
    "Connection", service, id="Name", arn="arn:{partition}:events:{region}:{account}:connection/{Name}",
    create="CreateConnection", read="DescribeConnection", update="UpdateConnection", delete="DeleteConnection",
    list=Listing("ListConnections", {"NamePrefix": prefix("Name"), "ConnectionState": equal("ConnectionState")}),
    missing=("ResourceNotFoundException",
             "Failed to describe the connection(s). Connection '{Name}' does not exist."),
    exists=("ResourceAlreadyExistsException", "Connection {Name} already exists."),
    names={"ConnectionArn": "Arn"}, created="CreationTime", modified="LastModifiedTime",
    states=Lifecycle("AUTHORIZED", update=("AUTHORIZED",), delete=("DELETING", after(0)), member="ConnectionState"),
    cloudformation="AWS::Events::Connection",
)  # fmt: skip


@Connection.on_validate
def check(ctx, document, before):
    if "InvocationConnectivityParameters" in document or "ConnectivityParameters" in document.get("AuthParameters", ()):
        raise NotImplementedByEmulator("A connection to a private endpoint through VPC Lattice")
    kind = document["AuthorizationType"]
    given = document.get("AuthParameters") or {}
    if before is not None and before.document["AuthorizationType"] == kind and "AuthParameters" not in ctx.input:
        return
    if PARAMETERS[kind] not in given:
        raise invalid(f"Parameter AuthParameters.{PARAMETERS[kind]} must be specified for {kind} authorization.")
    if any(name in given for other, name in PARAMETERS.items() if other != kind):
        raise invalid(f"Only AuthParameters.{PARAMETERS[kind]} may be specified for {kind} authorization.")


@Connection.on_create
def created(ctx, record):
    name = record.document["Name"]
    record = replace(record, arn=f"{record.arn}/{ctx.ids.uuid()}")
    secret = f"events!connection/{name}/{ctx.ids.uuid()}"
    secret_arn = arn(ctx, "secretsmanager", f"secret:{secret}-{ctx.ids.text(6)}")
    content = record.document["AuthParameters"]
    try:
        secret_arn = ctx.call(
            "secretsmanager", "CreateSecret", {"Name": secret, "SecretString": _secret(record)}, as_=_service(record)
        )["ARN"]
    except AwsError as error:
        if error.code != "NotImplemented":
            raise
    return _enter(ctx, replace(record, private={"auth": content, "secret": secret_arn}))


@Connection.on_update
def updated(ctx, record, before):
    auth = record.document["AuthParameters"]
    if before.document["AuthorizationType"] == record.document["AuthorizationType"]:
        auth = _merged(before.private["auth"], auth)
    record = replace(record, document={**record.document, "AuthParameters": auth},
                     private={"auth": auth, "secret": before.private["secret"]})  # fmt: skip
    _tell_secret(ctx, record, "PutSecretValue", SecretString=_secret(record))
    return _enter(ctx, record)


@Connection.on_delete
def deleted(ctx, record):
    _tell_secret(ctx, record, "DeleteSecret", ForceDeleteWithoutRecovery=True)


def _enter(ctx: Context, record):
    """Authorized at once, or when its token has come."""
    if record.document["AuthorizationType"] != "OAUTH_CLIENT_CREDENTIALS":
        return replace(record, state="AUTHORIZED")
    ctx.after(AUTHORIZES, "authorize", job_id=f"authorize/{record.id[0]}", name=record.id[0], created=record.created)
    return replace(record, state="AUTHORIZING")


def _merged(old: dict, new: dict) -> dict:
    """Structures member by member; all else is replaced."""
    both = {name: _merged(old[name], new[name]) for name in old.keys() & new.keys()
            if isinstance(old[name], dict) and isinstance(new[name], dict)}  # fmt: skip
    return {**old, **new, **both}


def _secret(record) -> str:
    return orjson.dumps(api_destinations.secret(record.document["AuthParameters"])).decode()


def _service(record):
    """EventBridge's service-linked role, which may do all that the account may with these secrets."""
    return root(record.arn.split(":")[4])


def _tell_secret(ctx: Context, record, operation: str, **more) -> None:
    """Keep the secret in step; it may be gone, by its owner's hand, or never have been."""
    try:
        ctx.call("secretsmanager", operation, {"SecretId": record.private["secret"], **more}, as_=_service(record))
    except AwsError as error:
        if error.code not in ("NotImplemented", "ResourceNotFoundException"):
            raise


@Connection.on_read
def shown(ctx, record):
    return {
        "AuthParameters": api_destinations.without_secrets(record.document["AuthParameters"]),
        "SecretArn": record.private["secret"],
        "LastAuthorizedTime": record.private.get("authorized", record.created),
    }  # fmt: skip


@service.operation
def deauthorize_connection(ctx, Name):
    """The secrets are forgotten; an update authorizes anew. Raises ResourceNotFoundException."""
    record = Connection.get(ctx, {"Name": Name})
    record = Connection.put(ctx, replace(
        record, state="DEAUTHORIZING", modified=ctx.now, private={**record.private, "auth": {}, "token": None}
    ))  # fmt: skip
    ctx.after(1, "deauthorized", name=Name, created=record.created)
    return Connection.output(ctx, record, "UpdateConnection")


@service.job
def deauthorized(ctx, name, created):
    record = Connection.rows(ctx).get((name,))
    if record is not None and record.created == created and record.state == "DEAUTHORIZING":
        Connection.put(ctx, replace(record, state="DEAUTHORIZED"))


# Tokens


@service.job
def authorize(ctx, name, created):
    """Ask the authorization endpoint of a connection for a token."""
    record = Connection.rows(ctx).get((name,))
    if record is None or record.created != created or record.state != "AUTHORIZING":
        return None
    return _authorize(ctx, name, created, record.private["auth"])


async def _authorize(ctx: Context, name: str, created: float, auth: dict[str, Any]) -> None:
    token = await fetch_token(ctx, auth)
    record = Connection.rows(ctx).get((name,))
    if record is None or record.created != created or record.state != "AUTHORIZING":
        return
    if isinstance(token, str):
        document = {**record.document, "StateReason": token}
        Connection.put(ctx, replace(record, state="DEAUTHORIZED", document=document))
    else:
        document = {key: value for key, value in record.document.items() if key != "StateReason"}
        private = {**record.private, "token": token, "authorized": ctx.now}
        Connection.put(ctx, replace(record, state="AUTHORIZED", document=document, private=private))


async def fetch_token(ctx: Context, auth: dict[str, Any]) -> dict[str, Any] | str:
    """``{"value", "expires"}`` (epoch seconds), or why there is none."""
    request = api_destinations.token_request(auth["OAuthParameters"])
    outcome = await ctx.in_thread(http.request, *request, TIMEOUT, bool(ctx.setting("outbound")))
    if outcome.reason:
        return outcome.reason
    found = api_destinations.token_of(outcome.body)
    if found is None:
        return "The authorization endpoint's answer holds no access token."
    return {"value": found[0], "expires": ctx.now + found[1]}


def usable_token(ctx: Context, record) -> dict[str, Any] | None:
    token = record.private.get("token")
    return token if token and token["expires"] - TOKEN_LEFT > ctx.now else None
