"""Service-specific credentials: user names and passwords, or API keys, for single services.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_service-specific-creds.html
"""

from operator import attrgetter

from emulator.auth.identities import USER, identities
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.ids import ALPHANUMERIC
from emulator.kernel.store import ACCOUNT, Record, Table, replace
from emulator.services.iam import entities
from emulator.services.iam.common import new_id, paged
from emulator.services.iam.errors import invalid, missing, over_quota
from emulator.services.iam.service import service

PER_SERVICE = 2
PASSWORDS = ("codecommit.amazonaws.com", "cassandra.amazonaws.com")
API_KEYS = {"bedrock.amazonaws.com": "ABSK", "logs.amazonaws.com": "ACWL"}  # each with how its keys begin
DAY = 86400.0


class ServiceCredential(Record):
    """``user`` is the owner's unique id; ``name`` the user name, or alias of an API key."""

    id: str
    user: str
    service: str
    name: str
    secret: str
    created: float
    expires: float | None = None
    status: str = "Active"


credentials = Table(
    "iam.service_credential", ServiceCredential, key=attrgetter("id"), scope=ACCOUNT,
    indexes={"user": attrgetter("user")},
)  # fmt: skip


def of_user(ctx: Context, user: str) -> list[ServiceCredential]:
    found = ctx.rows(credentials).by("user", user, user)
    return sorted(found, key=lambda each: (each.created, each.id))


def find(ctx: Context, UserName: str | None, ServiceSpecificCredentialId: str) -> ServiceCredential:
    """Raises NoSuchEntity, also for another user's."""
    user = entities.find_user(ctx, UserName)
    found = ctx.rows(credentials).get(ServiceSpecificCredentialId)
    if found is None or found.user != user.id:
        raise missing("service credential", ServiceSpecificCredentialId)
    return found


def view(ctx: Context, each: ServiceCredential, secret: bool = False) -> dict:
    user = next(ctx.rows(identities).by("id", each.user, each.user))
    expired = each.expires is not None and each.expires <= ctx.now
    shown = {
        "CreateDate": each.created, "ServiceName": each.service, "ServiceSpecificCredentialId": each.id,
        "UserName": user.name, "Status": "Expired" if expired else each.status,
    }  # fmt: skip
    if each.expires is not None:
        shown["ExpirationDate"] = each.expires
    alias = each.service in API_KEYS
    shown["ServiceCredentialAlias" if alias else "ServiceUserName"] = each.name
    if secret:
        shown["ServiceCredentialSecret" if alias else "ServicePassword"] = each.secret
    return shown


def _secret(ctx: Context, service_name: str) -> str:
    if service_name in API_KEYS:
        return API_KEYS[service_name] + ctx.ids.text(128, ALPHANUMERIC)
    return ctx.ids.base64(32)


@service.operation
def create_service_specific_credential(ctx, UserName, ServiceName, CredentialAgeDays=None):
    """The only time that its secret is told. Raises NoSuchEntity, NotSupportedService, InvalidInput, LimitExceeded."""
    user = entities.find(ctx, USER, UserName)
    if ServiceName not in PASSWORDS and ServiceName not in API_KEYS:
        raise AwsError("NotSupportedService", f"Service {ServiceName} does not support service-specific credentials.")
    if CredentialAgeDays is not None and ServiceName not in API_KEYS:
        raise invalid(f"CredentialAgeDays is not supported for {ServiceName}")
    found = [each for each in of_user(ctx, user.id) if each.service == ServiceName]
    if len(found) >= PER_SERVICE:
        raise over_quota("ServiceSpecificCredentialsPerUser", PER_SERVICE)
    name = f"{user.name}{f'+{len(found)}' if found else ''}-at-{ctx.account}"
    expires = ctx.now + CredentialAgeDays * DAY if CredentialAgeDays else None
    made = ServiceCredential(
        new_id(ctx, "ACCA"), user.id, ServiceName, name, _secret(ctx, ServiceName), ctx.now, expires
    )
    return {"ServiceSpecificCredential": view(ctx, ctx.rows(credentials).put(made), secret=True)}


@service.operation
def list_service_specific_credentials(
    ctx, UserName=None, ServiceName=None, AllUsers=None, Marker=None, MaxItems=None
):
    """One user's, or all users'. Raises NoSuchEntity, InvalidInput."""
    if AllUsers and UserName:
        raise invalid("UserName and AllUsers cannot be given together.")
    found = ctx.rows(credentials) if AllUsers else of_user(ctx, entities.find_user(ctx, UserName).id)
    fitting = sorted(
        (each for each in found if ServiceName in (None, each.service)), key=lambda each: (each.created, each.id)
    )
    return paged(ctx, "ServiceSpecificCredentials", fitting, lambda each: (each.created, each.id),
                 lambda each: view(ctx, each))  # fmt: skip


@service.operation
def update_service_specific_credential(ctx, ServiceSpecificCredentialId, Status, UserName=None):
    """Raises NoSuchEntity."""
    ctx.rows(credentials).put(replace(find(ctx, UserName, ServiceSpecificCredentialId), status=Status))
    return {}


@service.operation
def reset_service_specific_credential(ctx, ServiceSpecificCredentialId, UserName=None):
    """Another secret. Raises NoSuchEntity."""
    found = find(ctx, UserName, ServiceSpecificCredentialId)
    changed = ctx.rows(credentials).put(replace(found, secret=_secret(ctx, found.service)))
    return {"ServiceSpecificCredential": view(ctx, changed, secret=True)}


@service.operation
def delete_service_specific_credential(ctx, ServiceSpecificCredentialId, UserName=None):
    """Raises NoSuchEntity."""
    ctx.rows(credentials).delete(find(ctx, UserName, ServiceSpecificCredentialId).id)
    return {}
