"""Lists of secrets and of values: filters, order, pages.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_search-secret.html
"""

import re
from collections.abc import Callable, Iterable

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.resources import page
from emulator.services.secretsmanager import secrets, versions
from emulator.services.secretsmanager.errors import INVALID_TOKEN, invalid_parameter
from emulator.services.secretsmanager.service import service
from emulator.services.secretsmanager.tables import Secret
from emulator.services.secretsmanager.tables import secrets as table

WORDS = re.compile(r"[^\w]+")
BATCH = 20

# What each key of a filter looks at, and whether it minds capitals.
LOOKED_AT: dict[str, tuple[Callable[[Secret], Iterable[str]], bool]] = {
    "description": (lambda secret: [secret.description or ""], False),
    "name": (lambda secret: [secret.name], True),
    "tag-key": (lambda secret: list(secret.tags or ()), True),
    "tag-value": (lambda secret: list((secret.tags or {}).values()), True),
    "primary-region": (lambda secret: [secret.primary or (secret.region if secret.replicas else "")], True),
    "owning-service": (lambda secret: [], True),
}
ORDERS: dict[str, Callable[[Secret], float | str]] = {
    "created-date": lambda secret: secret.created, "last-changed-date": lambda secret: secret.changed,
    "last-accessed-date": lambda secret: secret.accessed or 0.0, "name": lambda secret: secret.name,
}  # fmt: skip


def fits(secret: Secret, filters: list[dict]) -> bool:
    """Whether a secret passes every filter."""
    return all(_fits(secret, each.get("Key", "all"), each.get("Values") or ()) for each in filters)


def _fits(secret: Secret, key: str, values: Iterable[str]) -> bool:
    """One of the values must be found, unless it is negated: then it must not."""
    for value in values:
        wanted = value.removeprefix("!")
        found = _anywhere(secret, wanted) if key == "all" else _begins(secret, key, wanted)
        if found != value.startswith("!"):
            return True
    return False


def _begins(secret: Secret, key: str, wanted: str) -> bool:
    look, minds = LOOKED_AT[key]
    texts = look(secret)
    if not minds:
        texts, wanted = [text.lower() for text in texts], wanted.lower()
    return any(text.startswith(wanted) for text in texts)


def _anywhere(secret: Secret, wanted: str) -> bool:
    """Whether every word begins a word of some attribute."""
    words = {word for look, _ in LOOKED_AT.values() for text in look(secret) for word in WORDS.split(text.lower())}
    return all(any(word.startswith(each) for word in words) for each in WORDS.split(wanted.lower()) if each)


@service.operation
def list_secrets(
    ctx: Context, IncludePlannedDeletion=False, MaxResults=100, NextToken=None, Filters=None, SortOrder="desc",
    SortBy="created-date",
):  # fmt: skip
    """Raises InvalidParameterException, InvalidNextTokenException."""
    found = [
        each for each in ctx.rows(table)
        if (IncludePlannedDeletion or each.deleted is None) and fits(each, Filters or [])
    ]  # fmt: skip
    shown, token = _page(ctx, found, SortBy, SortOrder, NextToken, MaxResults)
    answer = {"SecretList": [_entry(each) for each in shown]}
    return answer if token is None else answer | {"NextToken": token}


def _page(ctx: Context, found: list[Secret], by: str, order: str, token: str | None, most: int):
    """One page; ``order`` is asc or desc. A page goes on from a rank, which a change of the list may shift."""
    found.sort(key=lambda secret: (ORDERS[by](secret), secret.name), reverse=order == "desc")
    query = {name: value for name, value in ctx.input.items() if name not in ("NextToken", "MaxResults")}
    ranked = list(enumerate(found))
    pairs, following = page(ctx, ranked, lambda pair: pair[0], token, most, query=query, invalid=INVALID_TOKEN)
    return [secret for _, secret in pairs], following


def _entry(secret: Secret) -> dict:
    found = secrets.described(secret)
    labels = versions.stages(secret)
    return found | {"SecretVersionsToStages": labels} if labels else found


@service.operation
def batch_get_secret_value(ctx: Context, SecretIdList=None, Filters=None, MaxResults=None, NextToken=None):
    """Many current values; what cannot be read is told beside them. Raises InvalidParameterException."""
    if (SecretIdList is None) == (Filters is None):
        raise invalid_parameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
    if SecretIdList is not None and MaxResults is not None:
        raise invalid_parameter("You can only specify MaxResults with Filters.")
    token = None
    wanted = SecretIdList
    if wanted is None:
        found = [each for each in ctx.rows(table) if each.deleted is None and fits(each, Filters)]
        shown, token = _page(ctx, found, "created-date", "desc", NextToken, MaxResults or BATCH)
        wanted = [each.arn for each in shown]
    got, refused = [], []
    for each in wanted:
        try:
            got.append(ctx.call("secretsmanager", "GetSecretValue", {"SecretId": each}))
        except AwsError as error:
            refused.append({"SecretId": each, "ErrorCode": error.code, "Message": error.message})
    answer = {"SecretValues": got, "Errors": refused}
    return answer if token is None else answer | {"NextToken": token}
