"""Roles and member accounts' roots, assumed by callers who have signed."""

import re
from typing import NamedTuple

import orjson

from emulator.auth.access_keys import unique_id
from emulator.auth.identities import Identity, identity_of
from emulator.auth.policies import Keys
from emulator.auth.trust import trusts
from emulator.kernel.context import Context, Principal, root
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.sts import service
from emulator.services.sts.callers import mfa_keys
from emulator.services.sts.sessions import (
    HOUR,
    Restriction,
    calling_session,
    open_session,
    restriction,
    session_tags,
    signed_caller,
)

ROLE_ARN = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/(?:[!-\x7f]*/)?([\w+=,.@-]{1,64})")
ROOT_ARN = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?")
TASK_POLICY = re.compile(r"arn:aws[a-z-]*:iam::aws:policy/root-task/(\w+)")

_AUDIT = (
    "iam:GetAccessKeyLastUsed", "iam:GetAccountSummary", "iam:GetLoginProfile", "iam:GetUser", "iam:ListAccessKeys",
    "iam:ListMFADevices", "iam:ListSigningCertificates",
)  # fmt: skip
# What each task lets a root session do: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
TASKS: dict[str, tuple[str, ...]] = {
    "IAMAuditRootUserCredentials": _AUDIT,
    "IAMCreateRootUserPassword": ("iam:CreateLoginProfile", "iam:GetLoginProfile"),
    "IAMDeleteRootUserCredentials": (
        *_AUDIT, "iam:DeactivateMFADevice", "iam:DeleteAccessKey", "iam:DeleteLoginProfile",
        "iam:DeleteSigningCertificate",
    ),
    "S3UnlockBucketPolicy": (
        "s3:DeleteBucketPolicy", "s3:GetBucketPolicy", "s3:ListAllMyBuckets", "s3:PutBucketPolicy",
    ),
    "SQSUnlockQueuePolicy": (
        "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueues", "sqs:SetQueueAttributes",
    ),
}  # fmt: skip


class Role(NamedTuple):
    """``identity`` is the role as IAM keeps it; None for one that nobody made, while IAM is off."""

    arn: str
    partition: str
    account: str
    name: str
    identity: Identity | None = None

    @property
    def id(self) -> str:
        """The unique id; of a role that nobody made it is derived from the ARN."""
        return self.identity.id if self.identity else unique_id("AROA", self.account, self.arn)

    def session(self, name: str) -> Principal:
        """The principal of a session of this role."""
        return Principal(
            "AssumedRole",
            self.account,
            f"arn:{self.partition}:sts::{self.account}:assumed-role/{self.name}/{name}",
            f"{self.id}:{name}",
        )


def role_of(ctx: Context, RoleArn: str, wrong: str, refused: AwsError) -> Role:
    """The role with this ARN. Raises ValidationError, saying ``wrong``; ``refused`` for one that is not there."""
    match = ROLE_ARN.fullmatch(RoleArn)
    if match is None:
        raise AwsError("ValidationError", wrong, 400)
    found = identity_of(ctx, RoleArn)
    if found is not None and found.arn != RoleArn:
        found = None
    if found is None and ctx.setting("iam", "off") != "off":
        raise refused
    return Role(RoleArn, *match.groups(), found)


def check_trust(
    ctx: Context, role: Role, action: str, principal: Principal, keys: Keys, limits: Restriction, source: str,
    refused: AwsError | None = None,
) -> None:  # fmt: skip
    """Hold a caller to the role's trust policy. ``refused`` is the error where it is not AWS's sentence about a user.

    Raises AccessDenied. Tags and source identities need permissions of their own:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
    """
    if role.identity is None:
        return
    keys = {**keys, **{f"aws:requesttag/{name.lower()}": [value] for name, value in limits.tags.items()}}
    if limits.tags:
        keys["aws:tagkeys"] = list(limits.tags)
    if limits.transitive_tags:
        keys["sts:transitivetagkeys"] = list(limits.transitive_tags)
    if source:
        keys["sts:sourceidentity"] = [source]
    enforced = ctx.setting("iam", "off") == "enforce" and principal.kind != "Federated"
    wanted = [action, *(["sts:TagSession"] if limits.tags else ()), *(["sts:SetSourceIdentity"] if source else ())]
    for each in wanted:
        if not trusts(ctx, role.identity, each, principal, keys, enforced).allowed:
            raise refused or denied(principal, each, role.arn)


def denied(principal: Principal, action: str, resource: str) -> AwsError:
    return AwsError(
        "AccessDenied", f"User: {principal.arn} is not authorized to perform: {action} on resource: {resource}", 403
    )


def assume(
    ctx: Context,
    role: Role,
    name: str,
    seconds: int | None,
    limits: Restriction,
    source_identity: str = "",
    token_size: int | None = None,
    session: dict[str, str] | None = None,
) -> dict:
    """Open a session of the role; the output members that all ways of assuming one share.

    ``session`` are condition keys that the session keeps. Raises ValidationError beyond the role's longest session.
    """
    longest = role.identity.details["MaxSessionDuration"] if role.identity else None
    if longest is not None and (seconds or HOUR) > longest:
        raise AwsError(
            "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400
        )
    principal = replace(role.session(name), session=session or {})
    answer = open_session(ctx, principal, seconds or HOUR, limits, source_identity, token_size)
    answer["AssumedRoleUser"] = {"AssumedRoleId": principal.user_id, "Arn": principal.arn}
    if source_identity:
        answer["SourceIdentity"] = source_identity
    return answer


@service.operation
def assume_role(
    ctx: Context,
    RoleArn: str,
    RoleSessionName: str,
    PolicyArns: list | None = None,
    Policy: str | None = None,
    DurationSeconds: int | None = None,
    Tags: list | None = None,
    TransitiveTagKeys: list | None = None,
    SerialNumber: str | None = None,
    TokenCode: str | None = None,
    SourceIdentity: str | None = None,
    MinimumSessionTokenSize: int | None = None,
    ExternalId: str | None = None,
) -> dict:
    """Temporary credentials of a role, for whom its trust policy lets in.

    Raises ValidationError, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge, AccessDenied.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    caller = signed_caller(ctx)
    role = role_of(ctx, RoleArn, f"{RoleArn} is invalid", denied(caller, "sts:AssumeRole", RoleArn))
    proof = mfa_keys(ctx, caller, SerialNumber, TokenCode)
    if caller.kind == "AssumedRole" and (DurationSeconds or 0) > HOUR:
        raise AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
            400,
        )
    tags, transitive = session_tags(ctx, Tags, TransitiveTagKeys)
    limits = restriction(Policy, PolicyArns, tags, transitive)
    source = calling_session(ctx).source_identity
    if source and SourceIdentity not in (None, source):
        raise denied(caller, "sts:SetSourceIdentity", RoleArn)
    source = SourceIdentity or source
    keys = {"sts:rolesessionname": [RoleSessionName]} | {name: [value] for name, value in proof.items()}
    if ExternalId is not None:
        keys["sts:externalid"] = [ExternalId]
    check_trust(ctx, role, "sts:AssumeRole", caller, keys, limits, source)
    return assume(ctx, role, RoleSessionName, DurationSeconds, limits, source, MinimumSessionTokenSize, proof)


@service.operation
def assume_root(
    ctx: Context,
    TargetPrincipal: str,
    TaskPolicyArn: dict,
    DurationSeconds: int = 900,
    MinimumSessionTokenSize: int | None = None,
) -> dict:
    """Credentials of a member account's root for one privileged task. Every account counts as a member.

    Raises ValidationError for a principal that is no account's root or a policy that is no task's.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
    """
    signed_caller(ctx)
    target = ROOT_ARN.fullmatch(TargetPrincipal)
    if target is None:
        raise AwsError("ValidationError", f"{TargetPrincipal} is invalid", 400)
    task = TASK_POLICY.fullmatch(TaskPolicyArn.get("arn", ""))
    if task is None or task[1] not in TASKS:
        raise AwsError("ValidationError", f"{TaskPolicyArn.get('arn')} is invalid", 400)
    statement = {"Effect": "Allow", "Action": list(TASKS[task[1]]), "Resource": "*"}
    document = orjson.dumps({"Version": "2012-10-17", "Statement": [statement]}).decode()
    source = calling_session(ctx).source_identity
    limits = Restriction((document,))
    answer = open_session(ctx, root(target[1]), DurationSeconds, limits, source, MinimumSessionTokenSize)
    del answer["PackedPolicySize"]
    return answer | ({"SourceIdentity": source} if source else {})
