"""Partner event sources: a partner makes one in a customer's account, the customer makes a bus of its name.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-saas.html
"""

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import page
from emulator.services.events.errors import exists, not_found
from emulator.services.events.service import service
from emulator.services.events.tables import EventSource, event_sources

EXPIRES = 14 * 86400.0  # seconds after which a source that no bus was made for is gone
PAGE = 100


def _missing(name: str) -> AwsError:
    return not_found(f"Event source {name} does not exist.")


def _get(ctx: Context, name: str) -> EventSource:
    source = ctx.rows(event_sources).get(name)
    if source is None:
        raise _missing(name)
    return source


def _arn(ctx: Context, name: str) -> str:
    return arn(ctx, "events", f"event-source/{name}", account="")


def activate(ctx: Context, name: str) -> None:
    """A bus was made for the source. Raises ResourceNotFoundException, InvalidStateException."""
    source = _get(ctx, name)
    if source.state != "PENDING":
        raise AwsError("InvalidStateException", f"Event source {name} is not in PENDING state.")
    ctx.rows(event_sources).put(replace(source, state="ACTIVE"))


def release(ctx: Context, name: str) -> None:
    """The bus of the source is gone."""
    source = ctx.rows(event_sources).get(name)
    if source is not None and source.state == "ACTIVE":
        ctx.rows(event_sources).put(replace(source, state="PENDING"))


@service.operation
def activate_event_source(ctx, Name):
    """Raises ResourceNotFoundException, InvalidStateException for a source that its partner has deleted."""
    _change(ctx, Name, "ACTIVE")
    return {}


@service.operation
def deactivate_event_source(ctx, Name):
    """Raises ResourceNotFoundException, InvalidStateException for a source that its partner has deleted."""
    _change(ctx, Name, "PENDING")
    return {}


def _change(ctx: Context, name: str, state: str) -> None:
    source = _get(ctx, name)
    if source.state == "DELETED":
        raise AwsError("InvalidStateException", f"Event source {name} is in DELETED state.")
    ctx.rows(event_sources).put(replace(source, state=state))


def _shown(ctx: Context, source: EventSource) -> dict:
    answer = {
        "Arn": _arn(ctx, source.name), "CreatedBy": "/".join(source.name.split("/")[:2]), "Name": source.name,
        "CreationTime": source.created, "State": source.state,
    }  # fmt: skip
    return answer | {"ExpirationTime": source.created + EXPIRES} if source.state == "PENDING" else answer


@service.operation
def describe_event_source(ctx, Name):
    """Raises ResourceNotFoundException."""
    return _shown(ctx, _get(ctx, Name))


@service.operation
def list_event_sources(ctx, NamePrefix="", NextToken=None, Limit=PAGE):
    """The sources that partners made in the caller's account."""
    found = [source for source in ctx.rows(event_sources) if source.name.startswith(NamePrefix)]
    listed, following = page(ctx, found, lambda source: source.name, NextToken, Limit, query=NamePrefix)
    answer = {"EventSources": [_shown(ctx, source) for source in listed]}
    return answer | {"NextToken": following} if following else answer


# The partner's side


def given_out(ctx: Context, name: str = "") -> list[tuple[str, EventSource]]:
    """The caller's sources in this region, each with the account that it was made in; of one name or of all."""
    found = [
        (rows.partition[0], source)
        for rows in ctx.partitions(event_sources) if rows.partition[1] == ctx.region
        for source in rows if source.partner == ctx.account and (not name or source.name == name)
    ]  # fmt: skip
    return sorted(found, key=lambda pair: (pair[0], pair[1].name))


@service.operation
def create_partner_event_source(ctx, Name, Account):
    """Raises ResourceAlreadyExistsException."""
    rows = ctx.rows(event_sources, account=Account)
    if Name in rows:
        raise exists(f"PartnerEventSource {Name} already exists.")
    rows.put(EventSource(Name, ctx.account, ctx.now))
    ctx.after(EXPIRES, "source_expired", name=Name, account=Account, created=ctx.now)
    return {"EventSourceArn": _arn(ctx, Name)}


@service.job
def source_expired(ctx, name, account, created):
    """A source that no bus was made for in time goes."""
    rows = ctx.rows(event_sources, account=account)
    source = rows.get(name)
    if source is not None and source.created == created and source.state == "PENDING":
        rows.delete(name)


@service.operation
def delete_partner_event_source(ctx, Name, Account):
    """Gone for the partner; a customer with a bus for it still sees it, as DELETED."""
    rows = ctx.rows(event_sources, account=Account)
    source = rows.get(Name)
    if source is not None and source.partner == ctx.account:
        if source.state == "ACTIVE":
            rows.put(replace(source, state="DELETED", partner=""))
        else:
            rows.delete(Name)
    return {}


@service.operation
def describe_partner_event_source(ctx, Name):
    """Raises ResourceNotFoundException."""
    if not given_out(ctx, Name):
        raise _missing(Name)
    return {"Arn": _arn(ctx, Name), "Name": Name}


@service.operation
def list_partner_event_sources(ctx, NamePrefix, NextToken=None, Limit=PAGE):
    """The caller's own sources, each name once."""
    names = sorted({source.name for _, source in given_out(ctx) if source.name.startswith(NamePrefix)})
    listed, following = page(ctx, names, str, NextToken, Limit, query=NamePrefix)
    answer = {"PartnerEventSources": [{"Arn": _arn(ctx, name), "Name": name} for name in listed]}
    return answer | {"NextToken": following} if following else answer


@service.operation
def list_partner_event_source_accounts(ctx, EventSourceName, NextToken=None, Limit=PAGE):
    """The accounts that the source was made in. Raises ResourceNotFoundException."""
    found = given_out(ctx, EventSourceName)
    if not found:
        raise _missing(EventSourceName)
    listed, following = page(ctx, found, lambda pair: pair[0], NextToken, Limit, query=EventSourceName)
    answer = {"PartnerEventSourceAccounts": [
        {"Account": account, **{key: value for key, value in _shown(ctx, source).items()
                                if key in ("CreationTime", "ExpirationTime", "State")}}
        for account, source in listed
    ]}  # fmt: skip
    return answer | {"NextToken": following} if following else answer
