"""Passwords: the account's policy for them, how they are kept, and their strength.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
"""

import hashlib
from operator import attrgetter
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, Record, Table
from emulator.services.iam.errors import missing
from emulator.services.iam.service import service

SYMBOLS = frozenset("!@#$%^&*()_+-=[]{}|'")
ROUNDS = 10_000
# What UpdateAccountPasswordPolicy sets when a member is left out.
DEFAULTS = {
    "MinimumPasswordLength": 6, "RequireSymbols": False, "RequireNumbers": False, "RequireUppercaseCharacters": False,
    "RequireLowercaseCharacters": False, "AllowUsersToChangePassword": False,
}  # fmt: skip
# Where the account has no policy of its own.
WITHOUT = {"MinimumPasswordLength": 8, "kinds": 3}
KINDS = {
    "RequireUppercaseCharacters": (str.isupper, "uppercase letter"),
    "RequireLowercaseCharacters": (str.islower, "lowercase letter"),
    "RequireNumbers": (str.isdigit, "number"),
    "RequireSymbols": (SYMBOLS.__contains__, "non-alphanumeric character"),
}


class PasswordPolicy(Record):
    """``members`` under their wire names."""

    account: str
    members: dict[str, Any]


policies = Table("iam.password_policy", PasswordPolicy, key=attrgetter("account"), scope=ACCOUNT)


def policy_of(ctx: Context) -> dict[str, Any] | None:
    found = ctx.rows(policies).get(ctx.account)
    return found.members if found else None


def digest(password: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), ROUNDS).hex()


def _violation(message: str) -> AwsError:
    return AwsError("PasswordPolicyViolation", message)


def check(ctx: Context, password: str) -> None:
    """Hold a new password to the account's policy. Raises PasswordPolicyViolation."""
    policy = policy_of(ctx)
    least = (policy or WITHOUT)["MinimumPasswordLength"]
    if len(password) < least:
        raise _violation(f"Password should have a minimum length of {least}")
    held = {name: any(map(test, password)) for name, (test, _) in KINDS.items()}
    if policy is None:
        if sum(held.values()) < WITHOUT["kinds"]:
            raise _violation(
                "Password should include at least three of: uppercase letters, lowercase letters, numbers, "
                "non-alphanumeric characters"
            )
        return
    for name, (_, word) in KINDS.items():
        if policy[name] and not held[name]:
            raise _violation(f"Password should have at least one {word}")


@service.operation
def update_account_password_policy(ctx, **given):
    """Set the whole policy anew: what is left out goes back to its default."""
    members = {**DEFAULTS, **given}
    ctx.rows(policies).put(PasswordPolicy(ctx.account, members))
    return {}


@service.operation
def get_account_password_policy(ctx):
    """Raises NoSuchEntity while the account has none."""
    members = policy_of(ctx)
    if members is None:
        raise missing("password policy", ctx.account)
    return {"PasswordPolicy": {**members, "ExpirePasswords": bool(members.get("MaxPasswordAge"))}}


@service.operation
def delete_account_password_policy(ctx):
    """Raises NoSuchEntity while the account has none."""
    if ctx.rows(policies).delete(ctx.account) is None:
        raise missing("password policy", ctx.account)
    return {}
