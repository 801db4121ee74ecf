"""What belongs to a user and stands in the way of its deletion: credentials of every kind, by the user's unique id."""

from emulator.auth.identities import Identity
from emulator.kernel.context import Context
from emulator.services.iam import access_keys, login_profiles, mfa, service_credentials, signing_certificates, ssh_keys
from emulator.services.iam.errors import conflict

# Reason for a conflict -> whether the user has one.
KINDS = {
    "login": login_profiles.has,
    "keys": access_keys.of_user,
    "certificates": signing_certificates.of_user,
    "ssh": ssh_keys.of_user,
    "credentials": service_credentials.of_user,
    "mfa": mfa.of_user,
}


def check_none(ctx: Context, user: Identity) -> None:
    """Raises DeleteConflict while the user has credentials."""
    for reason, found in KINDS.items():
        if found(ctx, user.id):
            raise conflict(reason)


def move(ctx: Context, before: Identity, after: Identity) -> None:
    """The user has another name or path: its access keys sign for that one from now on."""
    if before.arn != after.arn:
        access_keys.reissue(ctx, after)


def password_last_used(ctx: Context, user: Identity) -> dict:
    """The member PasswordLastUsed, when the password was used."""
    used = login_profiles.last_used(ctx, user)
    return {} if used is None else {"PasswordLastUsed": used}
