"""Delegation requests: a partner asks an account for temporary permissions, somebody there decides.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html
"""

import json
from operator import attrgetter
from typing import Any

from emulator.auth import templates
from emulator.auth.authorization import layers_of
from emulator.auth.delegations import TradeInToken, tokens
from emulator.auth.evaluation import Question, evaluate
from emulator.auth.identities import identity_of
from emulator.auth.policies import statements_of
from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError
from emulator.kernel.store import GLOBAL, Record, Table, replace
from emulator.services.iam.common import paged
from emulator.services.iam.errors import invalid, missing
from emulator.services.iam.service import service

LIFETIME = 7 * 86400.0  # seconds in which a request can be decided
ROOT_SESSION = 4 * 3600  # seconds that a delegation by a root lasts at most
OPEN = ("UNASSIGNED", "ASSIGNED", "PENDING_APPROVAL")


class DelegationRequest(Record):
    """``members`` are those of the request, by wire name; ``owner`` is the account that is asked, empty for any.

    ``channel`` is the topic that is told of the request, ``workflow`` the partner's own name of it.
    """

    id: str
    owner: str
    requestor: str
    created: float
    updated: float
    state: str
    members: dict[str, Any]
    channel: str = ""
    workflow: str = ""


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
    if any((each.requestor, each.workflow) == (ctx.account, RequestorWorkflowId) for each in rows):
        raise AwsError("EntityAlreadyExists", f"A request with the workflow id {RequestorWorkflowId} already exists.")
    identifier = f"{ctx.account}-{ctx.ids.hex(24)}"
    given = {
        "Description": Description, "Permissions": Permissions, "SessionDuration": SessionDuration,
        "RequestMessage": RequestMessage, "RedirectUrl": RedirectUrl, "OnlySendByOwner": OnlySendByOwner,
        "PermissionPolicy": permission_policy(ctx, Permissions),
    }  # fmt: skip
    members = {name: value for name, value in given.items() if value is not None}
    rows.put(DelegationRequest(
        identifier, OwnerAccountId or "", ctx.account, ctx.now, ctx.now, "UNASSIGNED", members, NotificationChannel,
        RequestorWorkflowId,
    ))  # fmt: skip
    link = f"https://console.aws.amazon.com/iam/home#/delegation-requests/{identifier}"
    return {"DelegationRequestId": identifier, "ConsoleDeepLink": link}


@service.operation
def get_delegation_request(ctx, DelegationRequestId, DelegationPermissionCheck=None):
    """Raises NoSuchEntity."""
    found = find(ctx, DelegationRequestId)
    answer = {"DelegationRequest": view(found)}
    if DelegationPermissionCheck:
        answer |= {"PermissionCheckStatus": "COMPLETE", "PermissionCheckResult": _covered(ctx, found)}
    return answer


def permission_policy(ctx: Context, permissions: dict) -> str | None:
    """What a request's template allows, None for one that nobody described.

    Partners register theirs with AWS; here the setting ``iam.delegation-templates`` names a file: JSON, ARN to policy.
    """
    file = ctx.setting("iam.delegation-templates")
    found = templates.read(file).get(permissions.get("PolicyTemplateArn")) if file else None
    if found is None:
        return None
    given = {each["Name"]: each["Values"] for each in permissions.get("Parameters") or ()}
    try:
        return json.dumps(templates.filled(found, given))
    except KeyError as error:
        raise invalid(f"The policy template needs the parameter {error.args[0]}.") from None


def _covered(ctx: Context, request: DelegationRequest) -> str:
    """Whether the caller may do itself what is asked for; where conditions count nobody can be sure."""
    policy = request.members.get("PermissionPolicy")
    if ctx.principal.kind == "Account":
        return "ALLOWED"
    if policy is None:
        return "UNSURE"
    layers = layers_of(ctx, ctx.principal, identity_of(ctx, ctx.principal.arn))
    if any(each.conditions for sources in layers.values() for source in sources
           for each in statements_of(json.loads(source.document))):  # fmt: skip
        return "UNSURE"
    asked = [(action, resource) for each in statements_of(json.loads(policy)) if each.effect == "Allow"
             for action in each.actions or ("*",) for resource in each.resources or ("*",)]  # fmt: skip
    allowed = all(evaluate(Question(ctx.principal, *each), layers).allowed for each in asked)
    return "ALLOWED" if allowed else "DENIED"


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
    """The partner gets its token; the request is done. Raises NoSuchEntity, InvalidInput."""
    found = find(ctx, DelegationRequestId)
    if found.members.get("OnlySendByOwner") and found.members.get("OwnerId") != ctx.principal.arn:
        raise invalid("Only the owner of the delegation request can send its token.")
    _decide(ctx, DelegationRequestId, ("ACCEPTED",), "FINALIZED")
    approver = found.members["ApproverId"]
    seconds = found.members["SessionDuration"]
    expires = ctx.now + (min(seconds, ROOT_SESSION) if approver.endswith(":root") else seconds)
    made = ctx.rows(tokens).put(TradeInToken(
        ctx.ids.base64url(256), found.requestor, approver, found.members.get("PermissionPolicy"), expires
    ))  # fmt: skip
    _tell(ctx, found, made)
    return {}


def _tell(ctx: Context, request: DelegationRequest, made: TradeInToken) -> None:
    """Hand the token to the partner's topic; one that does not take it is the partner's loss."""
    region, account = (request.channel.split(":") + [""] * 5)[3:5]
    arn = f"arn:aws:iam::{request.owner or ctx.account}:delegation-request/{request.id}"
    message = {"DelegationRequestId": request.id, "RequestorWorkflowId": request.workflow, "State": "FINALIZED",
               "OwnerAccountId": request.owner or ctx.account, "TradeInToken": made.token}  # fmt: skip
    given = {"TopicArn": request.channel, "Message": json.dumps(message)}
    try:
        ctx.call("sns", "Publish", given, as_=acting("iam.amazonaws.com", arn, ctx.account), account=account,
                 region=region)  # fmt: skip
    except AwsError:
        return


# Summaries


@service.operation
def get_human_readable_summary(ctx, EntityArn, Locale="en"):
    """A request in sentences. AWS's are a language model's; these are made of the request's own words, in English.

    Raises NoSuchEntity, InvalidInput.
    """
    kind, _, name = EntityArn.rpartition(":")[2].partition("/")
    if kind != "delegation-request":
        raise invalid(f"The entity {EntityArn} is not supported.")
    request = find(ctx, name)
    if not (Locale or "en").lower().startswith("en"):
        return {"Locale": Locale, "SummaryState": "NOT_SUPPORTED", "SummaryContent": ""}
    members = request.members
    lines = [f"Account {request.requestor} asks for temporary access for {members['SessionDuration']} seconds.",
             members["Description"], *filter(None, [members.get("RequestMessage")])]  # fmt: skip
    if "PermissionPolicy" in members:
        for each in statements_of(json.loads(members["PermissionPolicy"])):
            lines.append(f"{each.effect}: {', '.join(each.actions or ())} on {', '.join(each.resources or ())}.")
    else:
        lines.append(f"What it may do tells the template {members['Permissions'].get('PolicyTemplateArn', '')}.")
    return {"Locale": Locale or "en", "SummaryState": "AVAILABLE", "SummaryContent": "\n".join(lines)}
