"""Delegation requests: a partner asks an account for temporary permissions, somebody there decides.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html
"""

from operator import attrgetter
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.kernel.store import GLOBAL, Record, Table, replace
from emulator.services.iam.common import paged
from emulator.services.iam.errors import invalid, missing
from emulator.services.iam.service import service

LIFETIME = 7 * 86400.0  # seconds in which a request can be decided
OPEN = ("UNASSIGNED", "ASSIGNED", "PENDING_APPROVAL")


class DelegationRequest(Record):
    """``members`` are those of the request, by wire name; ``owner`` is the account that is asked, empty for any."""

    id: str
    owner: str
    requestor: str
    created: float
    updated: float
    state: str
    members: dict[str, Any]


requests = Table("iam.delegation_request", DelegationRequest, key=attrgetter("id"), scope=GLOBAL, ordered=True)


def find(ctx: Context, DelegationRequestId: str) -> DelegationRequest:
    """A request to or of the caller's account, or to nobody yet. Raises NoSuchEntity."""
    found = ctx.rows(requests).get(DelegationRequestId)
    if found is None or ctx.account not in (found.owner or ctx.account, found.requestor):
        raise missing("delegation request", DelegationRequestId)
    if found.state in OPEN and ctx.now >= found.created + LIFETIME:
        found = replace(found, state="EXPIRED")
    return found


def _decide(ctx: Context, DelegationRequestId: str, wanted: tuple[str, ...], state: str, **members) -> dict:
    """Move a request on. Raises NoSuchEntity, InvalidInput for one in another state."""
    found = find(ctx, DelegationRequestId)
    if found.state not in wanted:
        raise invalid(f"The delegation request is {found.state}.")
    given = {name: value for name, value in members.items() if value is not None}
    ctx.rows(requests).put(
        replace(found, state=state, owner=found.owner or ctx.account, members=found.members | given, updated=ctx.now)
    )
    return {}


def view(each: DelegationRequest) -> dict:
    shown = {
        "DelegationRequestId": each.id, "State": each.state, "CreateDate": each.created, "UpdatedTime": each.updated,
        "RequestorId": each.requestor, "ExpirationTime": each.created + LIFETIME, **each.members,
    }  # fmt: skip
    return shown | ({"OwnerAccountId": each.owner} if each.owner else {})


@service.operation
def create_delegation_request(
    ctx, Description, Permissions, RequestorWorkflowId, NotificationChannel, SessionDuration, OwnerAccountId=None,
    RequestMessage=None, RedirectUrl=None, OnlySendByOwner=None,
):  # fmt: skip
    """A request to an account, or to whoever takes it on."""
    rows = ctx.rows(requests)
    identifier = f"{ctx.account}-{ctx.ids.hex(24)}"
    given = {
        "Description": Description, "Permissions": Permissions, "SessionDuration": SessionDuration,
        "RequestMessage": RequestMessage, "RedirectUrl": RedirectUrl, "OnlySendByOwner": OnlySendByOwner,
    }  # fmt: skip
    members = {name: value for name, value in given.items() if value is not None}
    rows.put(
        DelegationRequest(identifier, OwnerAccountId or "", ctx.account, ctx.now, ctx.now, "UNASSIGNED", members)
    )
    link = f"https://console.aws.amazon.com/iam/home#/delegation-requests/{identifier}"
    return {"DelegationRequestId": identifier, "ConsoleDeepLink": link}


@service.operation
def get_delegation_request(ctx, DelegationRequestId, DelegationPermissionCheck=None):
    """Raises NoSuchEntity."""
    if DelegationPermissionCheck:
        raise NotImplementedByEmulator("The permission check of a delegation request")
    return {"DelegationRequest": view(find(ctx, DelegationRequestId))}


@service.operation
def list_delegation_requests(ctx, OwnerId=None, Marker=None, MaxItems=None):
    """Requests to the caller's account."""
    found = (find(ctx, each.id) for each in ctx.rows(requests) if each.owner == ctx.account)
    fitting = (each for each in found if OwnerId in (None, each.members.get("OwnerId")))
    answer = paged(ctx, "DelegationRequests", fitting, lambda each: each.id, view)
    answer["isTruncated"] = answer.pop("IsTruncated")
    return answer


@service.operation
def associate_delegation_request(ctx, DelegationRequestId):
    """The caller takes the request on. Raises NoSuchEntity, InvalidInput."""
    return _decide(ctx, DelegationRequestId, ("UNASSIGNED",), "ASSIGNED", OwnerId=ctx.principal.arn)


@service.operation
def update_delegation_request(ctx, DelegationRequestId, Notes=None):
    """Raises NoSuchEntity, InvalidInput."""
    return _decide(ctx, DelegationRequestId, ("ASSIGNED", "PENDING_APPROVAL"), "PENDING_APPROVAL", Notes=Notes)


@service.operation
def accept_delegation_request(ctx, DelegationRequestId):
    """Raises NoSuchEntity, InvalidInput."""
    return _decide(
        ctx, DelegationRequestId, ("ASSIGNED", "PENDING_APPROVAL"), "ACCEPTED", ApproverId=ctx.principal.arn
    )


@service.operation
def reject_delegation_request(ctx, DelegationRequestId, Notes=None):
    """Raises NoSuchEntity, InvalidInput."""
    return _decide(ctx, DelegationRequestId, OPEN, "REJECTED", RejectionReason=Notes)


@service.operation
def send_delegation_token(ctx, DelegationRequestId):
    """The partner may fetch its token; the request is done. Raises NoSuchEntity, InvalidInput."""
    return _decide(ctx, DelegationRequestId, ("ACCEPTED",), "FINALIZED")
