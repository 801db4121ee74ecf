"""Access keys of users and of the account's root. They sign at once, for their owner and account.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
"""

from operator import attrgetter

from emulator.auth.access_keys import access_key
from emulator.auth.credentials import Credential, credentials
from emulator.auth.identities import USER, Identity, identities
from emulator.kernel.context import Context, Principal, root
from emulator.kernel.errors import AwsError
from emulator.kernel.ids import ALPHANUMERIC
from emulator.kernel.store import ACCOUNT, Record, Table, replace
from emulator.services.iam import entities
from emulator.services.iam.common import own_user, paged
from emulator.services.iam.errors import missing, over_quota
from emulator.services.iam.service import service

KEYS = 2


class AccessKey(Record):
    """``user`` is the owner's unique id; the root's is its account."""

    id: str
    user: str
    created: float
    status: str = "Active"


access_keys = Table(
    "iam.access_key", AccessKey, key=attrgetter("id"), scope=ACCOUNT, indexes={"user": attrgetter("user")}
)


def of_user(ctx: Context, user: str) -> list[AccessKey]:
    """A user's keys, oldest first."""
    found = ctx.rows(access_keys).by("user", user, user)
    return sorted(found, key=lambda each: (each.created, each.id))


def owner(ctx: Context, UserName: str | None) -> tuple[str, str]:
    """(unique id, name) of the user named, or of the caller; the root has no name. Raises NoSuchEntity."""
    if UserName is None and not own_user(ctx):
        return ctx.account, ""
    user = entities.find_user(ctx, UserName)
    return user.id, user.name


def find(ctx: Context, UserName: str | None, AccessKeyId: str) -> AccessKey:
    """Raises NoSuchEntity, also for a key of another user."""
    user, _ = owner(ctx, UserName)
    found = ctx.rows(access_keys).get(AccessKeyId)
    if found is None or found.user != user:
        raise missing("access key", AccessKeyId)
    return found


def view(key: AccessKey, name: str) -> dict:
    shown = {"AccessKeyId": key.id, "Status": key.status, "CreateDate": key.created}
    return ({"UserName": name} if name else {}) | shown


def _principal(user: Identity, key: str) -> Principal:
    return Principal(USER.title(), user.arn.split(":")[4], user.arn, user.id, key)


def reissue(ctx: Context, user: Identity) -> None:
    """The user's ARN has changed: its keys are those of the new one."""
    rows = ctx.rows(credentials)
    for key in of_user(ctx, user.id):
        rows.put(replace(rows[key.id], principal=_principal(user, key.id)))


@service.operation
def create_access_key(ctx, UserName=None):
    """A new key; the only time that its secret is told. Raises NoSuchEntity, LimitExceeded."""
    user, name = owner(ctx, UserName)
    if len(of_user(ctx, user)) >= KEYS:
        raise over_quota("AccessKeysPerUser", KEYS)
    key = ctx.rows(access_keys).put(AccessKey(access_key(ctx.ids, "AKIA", ctx.account), user, ctx.now))
    secret = ctx.ids.text(40, ALPHANUMERIC + "+/")
    if name:
        principal = _principal(entities.find(ctx, USER, name), key.id)
    else:
        principal = root(ctx.account, key.id)
    ctx.rows(credentials).put(Credential(key.id, secret, principal))
    return {"AccessKey": view(key, name) | {"SecretAccessKey": secret}}


@service.operation
def list_access_keys(ctx, UserName=None, Marker=None, MaxItems=None):
    """Raises NoSuchEntity."""
    user, name = owner(ctx, UserName)
    return paged(ctx, "AccessKeyMetadata", of_user(ctx, user), lambda each: (each.created, each.id),
                 lambda each: view(each, name))  # fmt: skip


@service.operation
def update_access_key(ctx, AccessKeyId, Status, UserName=None):
    """Activate or deactivate a key. Raises NoSuchEntity."""
    key = find(ctx, UserName, AccessKeyId)
    ctx.rows(access_keys).put(replace(key, status=Status))
    rows = ctx.rows(credentials)
    rows.put(replace(rows[key.id], active=Status == "Active"))
    return {}


@service.operation
def delete_access_key(ctx, AccessKeyId, UserName=None):
    """Raises NoSuchEntity."""
    key = find(ctx, UserName, AccessKeyId)
    ctx.rows(access_keys).delete(key.id)
    ctx.rows(credentials).delete(key.id)
    return {}


@service.operation
def get_access_key_last_used(ctx, AccessKeyId):
    """Whose a key is, and when, where and for what it was last used, as far as the emulator remembers its calls."""
    key = ctx.rows(access_keys).get(AccessKeyId)
    if key is None:
        raise AwsError(
            "AccessDenied",
            f"User: {ctx.principal.arn} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key "
            f"{AccessKeyId}",
            403,
        )
    user = next(ctx.rows(identities).by("id", key.user, key.user), None)
    answer = {"AccessKeyLastUsed": last_used(ctx, AccessKeyId)}
    return answer | ({"UserName": user.name} if user else {})


def last_used(ctx: Context, AccessKeyId: str) -> dict:
    for call in ctx.history():
        if call.access_key == AccessKeyId:
            return {"LastUsedDate": call.time, "ServiceName": call.service, "Region": call.region}
    return {"ServiceName": "N/A", "Region": "N/A"}
