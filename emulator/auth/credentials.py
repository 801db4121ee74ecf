"""Access keys and who they are: issued ones, 12-digit ones that are their account, and all others."""

from operator import attrgetter

from emulator.kernel.context import Principal, root
from emulator.kernel.store import GLOBAL, Record, Store, Table

DEFAULT_ACCOUNT = "000000000000"
DEFAULT_SECRET = "test"  # the secret key of access keys that nobody issued, when signatures are verified


class Credential(Record):
    """An issued access key. ``expires`` is in epoch seconds, None for a key without an end.

    One that is not ``active`` signs for nobody when signatures are verified.
    """

    access_key: str
    secret_key: str
    principal: Principal
    session_token: str = ""
    expires: float | None = None
    active: bool = True


credentials = Table("auth.credential", Credential, key=attrgetter("access_key"), scope=GLOBAL)


def principal_of(store: Store, access_key: str, default_account: str) -> Principal:
    """The principal behind an access key: the one it was issued to, else the root of the account it names."""
    issued = store.rows(credentials).get(access_key)
    if issued is not None:
        return issued.principal
    if len(access_key) == 12 and access_key.isdigit():
        return root(access_key, access_key)
    return root(default_account, access_key)
