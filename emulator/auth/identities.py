"""What IAM knows of principals and their policies: the tables that the IAM service writes and the policy engine reads.

Names are compared without regard to case, as IAM does, so the keys hold them folded.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id.html
"""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from emulator.auth import managed
from emulator.kernel.context import Context
from emulator.kernel.store import ACCOUNT, Record, Table

USER, GROUP, ROLE = "user", "group", "role"


class Identity(Record):
    """A user, group or role. ``inline`` holds policies as they were given, by name; ``boundary`` is a policy's ARN.

    ``details`` are the members that only this kind has (a role's AssumeRolePolicyDocument, Description, …), by their
    wire names.
    """

    kind: str
    name: str
    path: str
    id: str
    arn: str
    created: float
    inline: dict[str, str] = {}
    boundary: str = ""
    tags: dict[str, str] = {}
    details: dict[str, Any] = {}


class Attachment(Record):
    """A managed policy on an identity."""

    kind: str
    name: str
    policy: str


class Membership(Record):
    """A user in a group, both by folded name."""

    group: str
    user: str


class PolicyVersion(Record):
    id: str
    document: str
    created: float


class ManagedPolicy(Record):
    """A customer-managed policy; ``versions`` oldest first, ``latest`` the number last given out."""

    arn: str
    name: str
    path: str
    id: str
    created: float
    updated: float
    default: str
    versions: tuple[PolicyVersion, ...]
    latest: int = 1
    description: str | None = None
    tags: dict[str, str] = {}


identities = Table(
    "iam.identity", Identity, key=lambda each: (each.kind, each.name.lower()), scope=ACCOUNT, ordered=True,
    indexes={"boundary": lambda each: each.boundary or None, "id": attrgetter("id")},
)  # fmt: skip
attachments = Table(
    "iam.attachment", Attachment, key=lambda each: (each.kind, each.name.lower(), each.policy), scope=ACCOUNT,
    ordered=True, indexes={"policy": attrgetter("policy")},
)  # fmt: skip
memberships = Table(
    "iam.membership", Membership, key=lambda each: (each.group, each.user), scope=ACCOUNT, ordered=True,
    indexes={"user": attrgetter("user")},
)  # fmt: skip
policies = Table("iam.policy", ManagedPolicy, key=attrgetter("arn"), scope=ACCOUNT, ordered=True)


def account_of(arn: str) -> str:
    return arn.split(":", 5)[4]


def name_of(arn: str) -> str:
    """``ann`` of ``arn:aws:iam::1:user/team/ann``."""
    return arn.rsplit("/", 1)[-1]


def identity_of(ctx: Context, arn: str) -> Identity | None:
    """The user, group or role with this ARN, or the role of an assumed-role session; None when IAM has none."""
    account, resource = arn.split(":", 5)[4:] if arn.count(":") >= 5 else ("", "")
    kind, _, rest = resource.partition("/")
    if kind == "assumed-role":
        kind, name = ROLE, rest.partition("/")[0]
    else:
        name = rest.rsplit("/", 1)[-1]
    return ctx.rows(identities, account=account or None).get((kind, name.lower()))


def attached(ctx: Context, identity: Identity) -> Iterator[str]:
    """ARNs of the managed policies on an identity, sorted."""
    start = (identity.kind, identity.name.lower())
    rows = ctx.rows(attachments, account=account_of(identity.arn))
    for each in rows.range((*start, "")):
        if (each.kind, each.name.lower()) != start:
            return
        yield each.policy


def groups_of(ctx: Context, user: Identity) -> list[Identity]:
    """The groups that a user is in, by name."""
    account, name = account_of(user.arn), user.name.lower()
    found = ctx.rows(memberships, account=account).by("user", name, name)
    rows = ctx.rows(identities, account=account)
    return sorted((rows[(GROUP, each.group)] for each in found), key=lambda group: group.name.lower())


def document_of(ctx: Context, arn: str) -> str | None:
    """The default version of a managed policy, a customer's or AWS's own; None when there is no such policy."""
    account = account_of(arn)
    if account == "aws":
        known = managed.find(arn)
        return known.document if known else None
    policy = ctx.rows(policies, account=account).get(arn)
    return version_of(policy, policy.default).document if policy else None


def version_of(policy: ManagedPolicy, version: str) -> PolicyVersion | None:
    return next((each for each in policy.versions if each.id == version), None)


def own_policies(ctx: Context, identity: Identity) -> Iterator[tuple[str, str, str]]:
    """(source, type, document) of each policy on an identity itself: inline ones, then managed ones."""
    for name, document in identity.inline.items():
        yield name, f"{identity.kind}-inline", document
    for arn in attached(ctx, identity):
        document = document_of(ctx, arn)
        if document is not None:
            yield name_of(arn), "aws-managed" if account_of(arn) == "aws" else "customer-managed", document


def identity_policies(ctx: Context, identity: Identity) -> list[tuple[str, str, str]]:
    """All identity-based policies that count for an identity; a user's groups' ones too."""
    found = list(own_policies(ctx, identity))
    if identity.kind == USER:
        for group in groups_of(ctx, identity):
            found.extend(own_policies(ctx, group))
    return found
