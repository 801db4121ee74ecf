"""Login profiles: a user's password for the console. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords.html"""

from emulator.auth.identities import Identity
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, Record, Table, replace
from emulator.services.iam import entities, passwords
from emulator.services.iam.common import own_user
from emulator.services.iam.errors import exists, invalid_value, missing
from emulator.services.iam.service import service


class LoginProfile(Record):
    """``user`` is the owner's unique id; ``past`` are the digests of passwords before, newest first."""

    user: str
    created: float
    changed: float
    salt: str
    digest: str
    reset: bool = False
    past: tuple[str, ...] = ()
    used: float | None = None


profiles = Table("iam.login_profile", LoginProfile, key=lambda each: each.user, scope=ACCOUNT)


def has(ctx: Context, user: str) -> bool:
    return user in ctx.rows(profiles)


def of(ctx: Context, user: Identity) -> LoginProfile | None:
    return ctx.rows(profiles).get(user.id)


def last_used(ctx: Context, user: Identity) -> float | None:
    profile = of(ctx, user)
    return profile.used if profile else None


def _owner(ctx: Context, UserName: str | None) -> Identity:
    if UserName is None and not own_user(ctx):
        raise invalid_value("Must specify userName when calling with non-User credentials")
    return entities.find_user(ctx, UserName)


def _view(user: Identity, profile: LoginProfile) -> dict:
    return {
        "LoginProfile": {
            "UserName": user.name, "CreateDate": profile.created, "PasswordResetRequired": profile.reset,
        }
    }  # fmt: skip


def _changed(ctx: Context, profile: LoginProfile, password: str) -> LoginProfile:
    """The profile with a new password. Raises PasswordPolicyViolation, also for one that was used before."""
    passwords.check(ctx, password)
    digest = passwords.digest(password, profile.salt)
    kept = (passwords.policy_of(ctx) or {}).get("PasswordReusePrevention") or 0
    past = (profile.digest, *profile.past)[:24] if profile.digest else ()
    if digest in past[:kept]:
        raise AwsError("PasswordPolicyViolation", "Password has been used before")
    return replace(profile, digest=digest, past=past, changed=ctx.now)


@service.operation
def create_login_profile(ctx, UserName=None, Password=None, PasswordResetRequired=None):
    """Raises NoSuchEntity, EntityAlreadyExists, PasswordPolicyViolation."""
    user = _owner(ctx, UserName)
    if of(ctx, user) is not None:
        raise exists("login profile", user.name)
    if Password is None:
        raise invalid_value("Must specify password")
    empty = LoginProfile(user.id, ctx.now, ctx.now, ctx.ids.hex(32), "", bool(PasswordResetRequired))
    return _view(user, ctx.rows(profiles).put(_changed(ctx, empty, Password)))


@service.operation
def get_login_profile(ctx, UserName=None):
    """Raises NoSuchEntity."""
    user = _owner(ctx, UserName)
    profile = of(ctx, user)
    if profile is None:
        raise missing("login profile", user.name)
    return _view(user, profile)


@service.operation
def update_login_profile(ctx, UserName, Password=None, PasswordResetRequired=None):
    """Raises NoSuchEntity, PasswordPolicyViolation."""
    user = entities.find_user(ctx, UserName)
    profile = of(ctx, user)
    if profile is None:
        raise missing("login profile to change", user.name)
    if Password is not None:
        profile = _changed(ctx, profile, Password)
    if PasswordResetRequired is not None:
        profile = replace(profile, reset=PasswordResetRequired)
    ctx.rows(profiles).put(profile)
    return {}


@service.operation
def delete_login_profile(ctx, UserName=None):
    """Raises NoSuchEntity."""
    user = _owner(ctx, UserName)
    if ctx.rows(profiles).delete(user.id) is None:
        raise missing("login profile to change", user.name)
    return {}


@service.operation
def change_password(ctx, OldPassword, NewPassword):
    """The caller's own password. Raises InvalidUserType, NoSuchEntity, PasswordPolicyViolation, AccessDenied."""
    if ctx.principal.kind != "User":
        raise AwsError("InvalidUserType", "Only IAM users can change their own password")
    user = entities.find_user(ctx, None)
    profile = of(ctx, user)
    if profile is None:
        raise missing("login profile to change", user.name)
    if passwords.digest(OldPassword, profile.salt) != profile.digest:
        raise AwsError("AccessDenied", "The old password was incorrect.", 403)
    ctx.rows(profiles).put(replace(_changed(ctx, profile, NewPassword), reset=False))
    return {}
