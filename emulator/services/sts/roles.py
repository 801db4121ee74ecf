"""Roles and member accounts' roots, assumed by callers who have signed."""

import re
from typing import NamedTuple

import orjson

from emulator.auth.access_keys import unique_id
from emulator.kernel.context import Context, Principal, root
from emulator.kernel.errors import AwsError
from emulator.services.sts import service
from emulator.services.sts.callers import check_mfa
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
    arn: str
    partition: str
    account: str
    name: str

    @property
    def id(self) -> str:
        """The unique id, derived from the ARN as long as IAM does not keep roles."""
        return unique_id("AROA", self.account, self.arn)

    def session(self, name: str) -> Principal:
        """The principal of a session of this role."""
        return Principal(
            "AssumedRole",
            self.account,
            f"arn:{self.partition}:sts::{self.account}:assumed-role/{self.name}/{name}",
            f"{self.id}:{name}",
        )


def role_of(RoleArn: str, wrong: str) -> Role:
    """The role with this ARN: until IAM stands, every well-formed one. Raises ValidationError, saying ``wrong``."""
    match = ROLE_ARN.fullmatch(RoleArn)
    if match is None:
        raise AwsError("ValidationError", wrong, 400)
    return Role(RoleArn, *match.groups())


def assume(
    ctx: Context,
    role: Role,
    name: str,
    seconds: int | None,
    limits: Restriction,
    source_identity: str = "",
    token_size: int | None = None,
) -> dict:
    """Open a session of the role; the output members that all ways of assuming one share."""
    principal = role.session(name)
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
) -> dict:
    """Temporary credentials of a role. ``ExternalId`` is for trust policies and stays unasked until IAM stands.

    Raises ValidationError, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge, AccessDenied.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    caller = signed_caller(ctx)
    role = role_of(RoleArn, f"{RoleArn} is invalid")
    check_mfa(SerialNumber, TokenCode)
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
        raise AwsError(
            "AccessDenied",
            f"User: {caller.arn} is not authorized to perform: sts:SetSourceIdentity on resource: {RoleArn}",
            403,
        )
    source = SourceIdentity or source
    return assume(ctx, role, RoleSessionName, DurationSeconds, limits, source, MinimumSessionTokenSize)


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
