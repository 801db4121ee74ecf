"""OpenID Connect identity providers. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html"""

from operator import attrgetter
from urllib.parse import urlsplit

from emulator.kernel.context import Context
from emulator.kernel.store import ACCOUNT, Record, Table, replace
from emulator.services.iam.common import arn, tags_of, tags_to_wire
from emulator.services.iam.errors import exists, invalid, invalid_value, missing, over_quota
from emulator.services.iam.service import service

CLIENTS = 100
THUMBPRINTS = 5
THUMBPRINT = 40  # hexadecimal digits


class OidcProvider(Record):
    """``url`` without its scheme, as IAM tells it."""

    arn: str
    url: str
    clients: tuple[str, ...]
    thumbprints: tuple[str, ...]
    created: float
    tags: dict[str, str] = {}


providers = Table("iam.oidc_provider", OidcProvider, key=attrgetter("arn"), scope=ACCOUNT, ordered=True)


def find(ctx: Context, OpenIDConnectProviderArn: str) -> OidcProvider:
    """Raises NoSuchEntity."""
    found = ctx.rows(providers).get(OpenIDConnectProviderArn)
    if found is None:
        raise missing("oidc provider", OpenIDConnectProviderArn)
    return found


def _thumbprints(given: list[str] | None) -> tuple[str, ...]:
    """Raises InvalidInput."""
    found = tuple(given or ())
    if len(found) > THUMBPRINTS:
        raise invalid(f"Thumbprint list must contain fewer than {THUMBPRINTS} entries.")
    for each in found:
        if len(each) != THUMBPRINT or not all(digit in "0123456789abcdefABCDEF" for digit in each):
            raise invalid(f"Thumbprint {each} must be {THUMBPRINT} hexadecimal digits.")
    return found


@service.operation
def create_open_id_connect_provider(ctx, Url, ClientIDList=None, ThumbprintList=None, Tags=None):
    """Raises InvalidInput, ValidationError, EntityAlreadyExists, LimitExceeded."""
    parts = urlsplit(Url)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        raise invalid_value("Invalid Open ID Connect Provider URL")
    clients = tuple(dict.fromkeys(ClientIDList or ()))
    if len(clients) > CLIENTS:
        raise over_quota("ClientIdsPerOpenIdConnectProvider", CLIENTS)
    url = f"{parts.netloc}{parts.path}".rstrip("/")
    name = arn(ctx, "oidc-provider", "/", url)
    rows = ctx.rows(providers)
    if name in rows:
        raise exists("oidc provider", f"https://{url}")
    made = rows.put(OidcProvider(name, url, clients, _thumbprints(ThumbprintList), ctx.now, tags_of(Tags)))
    return {"OpenIDConnectProviderArn": name} | ({"Tags": tags_to_wire(made.tags)} if made.tags else {})


@service.operation
def get_open_id_connect_provider(ctx, OpenIDConnectProviderArn):
    """Raises NoSuchEntity."""
    found = find(ctx, OpenIDConnectProviderArn)
    return {
        "Url": found.url, "ClientIDList": list(found.clients), "ThumbprintList": list(found.thumbprints),
        "CreateDate": found.created, "Tags": tags_to_wire(found.tags),
    }  # fmt: skip


@service.operation
def list_open_id_connect_providers(ctx):
    return {"OpenIDConnectProviderList": [{"Arn": each.arn} for each in ctx.rows(providers)]}


@service.operation
def delete_open_id_connect_provider(ctx, OpenIDConnectProviderArn):
    """Deleting one that is not there succeeds, as IAM documents it."""
    ctx.rows(providers).delete(OpenIDConnectProviderArn)
    return {}


@service.operation
def add_client_id_to_open_id_connect_provider(ctx, OpenIDConnectProviderArn, ClientID):
    """Adding one again changes nothing. Raises NoSuchEntity, LimitExceeded."""
    found = find(ctx, OpenIDConnectProviderArn)
    clients = tuple(dict.fromkeys((*found.clients, ClientID)))
    if len(clients) > CLIENTS:
        raise over_quota("ClientIdsPerOpenIdConnectProvider", CLIENTS)
    ctx.rows(providers).put(replace(found, clients=clients))
    return {}


@service.operation
def remove_client_id_from_open_id_connect_provider(ctx, OpenIDConnectProviderArn, ClientID):
    """Removing one that is not there changes nothing. Raises NoSuchEntity."""
    found = find(ctx, OpenIDConnectProviderArn)
    ctx.rows(providers).put(replace(found, clients=tuple(each for each in found.clients if each != ClientID)))
    return {}


@service.operation
def update_open_id_connect_provider_thumbprint(ctx, OpenIDConnectProviderArn, ThumbprintList):
    """Raises NoSuchEntity, InvalidInput."""
    found = find(ctx, OpenIDConnectProviderArn)
    ctx.rows(providers).put(replace(found, thumbprints=_thumbprints(ThumbprintList)))
    return {}
