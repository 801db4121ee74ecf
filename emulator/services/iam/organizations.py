"""What IAM does for an organization: central root access, and reports on what its control policies allow.

Which organization there is tells :mod:`emulator.auth.organizations`. Without one every account stands alone.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management and
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html
"""

from operator import attrgetter

from emulator.auth import actions, organizations
from emulator.kernel.context import Context, Seen
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, GLOBAL, Record, Table
from emulator.services.iam.common import paged
from emulator.services.iam.errors import invalid_value, missing
from emulator.services.iam.last_accessed import granted, namespaces, title
from emulator.services.iam.service import service

CREDENTIALS, SESSIONS = "RootCredentialsManagement", "RootSessions"


class Features(Record):
    """The features of central root access that an organization has enabled."""

    organization: str
    enabled: tuple[str, ...] = ()


class Report(Record):
    """A report on an entity or a policy. ``uses`` are (namespace, account, region, time), the last of each account."""

    id: str
    path: str
    policy: str
    created: float
    completed: float | None = None
    namespaces: tuple[str, ...] = ()
    uses: tuple[tuple[str, str, str, float], ...] = ()


features = Table("iam.organization_features", Features, key=attrgetter("organization"), scope=GLOBAL)
reports = Table("iam.organization_report", Report, key=attrgetter("id"), scope=ACCOUNT)


def _organization(ctx: Context) -> organizations.Organization:
    """The caller's organization, of which it must be the management account. Raises OrganizationNotFoundException,
    AccountNotManagementOrDelegatedAdministratorException."""
    found = organizations.of(ctx)
    if found is None or ctx.account not in found.ways:
        raise AwsError("OrganizationNotFoundException",
                       "The request failed because your account is not part of an organization.")  # fmt: skip
    if ctx.account != found.management:
        raise AwsError("AccountNotManagementOrDelegatedAdministratorException", "The request failed because the "
                       "account making the request is not the management account or delegated administrator account.")
    return found


def _features(ctx: Context, add: str = "", take: str = "") -> dict:
    found = _organization(ctx)
    known = ctx.rows(features).get(found.id) or Features(found.id)
    enabled = {*known.enabled, add} - {take, ""}
    if add or take:
        ctx.rows(features).put(Features(found.id, tuple(sorted(enabled))))
    return {"OrganizationId": found.id, "EnabledFeatures": sorted(enabled)}


@service.operation
def list_organizations_features(ctx):
    return _features(ctx)


@service.operation
def enable_organizations_root_credentials_management(ctx):
    return _features(ctx, add=CREDENTIALS)


@service.operation
def disable_organizations_root_credentials_management(ctx):
    return _features(ctx, take=CREDENTIALS)


@service.operation
def enable_organizations_root_sessions(ctx):
    return _features(ctx, add=SESSIONS)


@service.operation
def disable_organizations_root_sessions(ctx):
    return _features(ctx, take=SESSIONS)


# Reports


@service.operation
def generate_organizations_access_report(ctx, EntityPath, OrganizationsPolicyId=None):
    """Start a report. Raises ValidationError for who is no management account, and for what the organization lacks."""
    found = organizations.of(ctx)
    if found is None or found.management != ctx.account:
        raise invalid_value("The account is not the management account of an organization.")
    if not found.below(EntityPath):
        raise invalid_value(f"The entity {EntityPath} does not exist in the organization.")
    if OrganizationsPolicyId and OrganizationsPolicyId not in found.policies:
        raise invalid_value(f"The policy {OrganizationsPolicyId} does not exist in the organization.")
    report = ctx.rows(reports).put(Report(ctx.ids.uuid(), EntityPath, OrganizationsPolicyId or "", ctx.now))
    ctx.after(0, "write_organizations_report", job_id=report.id, id=report.id)
    return {"JobId": report.id}


@service.job
def write_organizations_report(ctx, id):
    report, found = ctx.rows(reports)[id], organizations.of(ctx)
    accounts = found.below(report.path)
    if accounts != [found.management]:  # the management account is in no report but its own
        accounts = [each for each in accounts if each != found.management]
    if report.policy and accounts != [found.management]:
        accounts = [each for each in accounts if any(
            policy.id == report.policy for _, policy in found.levels(each, organizations.SERVICE_CONTROL))]
    latest: dict[tuple[str, str], Seen] = {}
    for call in ctx.history():  # newest first: the first of each kind is the latest
        if call.account in accounts:
            latest.setdefault((actions.of(call.service).prefix.lower(), call.account), call)
    uses = tuple((*key, call.region, call.time) for key, call in latest.items())
    allowed = tuple(each for each in namespaces() if _allowed(found, report, each))
    ctx.rows(reports).put(Report(id, report.path, report.policy, report.created, ctx.now, allowed, uses))


def _allowed(found: organizations.Organization, report: Report, namespace: str) -> bool:
    """Whether the policy, or those on every level down to the entity, allow anything in a namespace."""
    if found.below(report.path) == [found.management]:
        return True
    if report.policy:
        return granted([found.policies[report.policy].document], namespace)
    names = report.path.strip("/").split("/")[1:]
    way = next(way for way in found.ways.values() if [place.id for place in way[: len(names)]] == names)
    return all(
        granted((each.document for each in found.attached(place, organizations.SERVICE_CONTROL)), namespace)
        for place in way[: len(names)]
    )


ORDERS = {
    "SERVICE_NAMESPACE_ASCENDING": (attrgetter("namespace"), False),
    "SERVICE_NAMESPACE_DESCENDING": (attrgetter("namespace"), True),
    "LAST_AUTHENTICATED_TIME_ASCENDING": (attrgetter("time"), False),
    "LAST_AUTHENTICATED_TIME_DESCENDING": (attrgetter("time"), True),
}


class Line(Record):
    """A service in a report; ``time`` is 0 for one that nobody used."""

    namespace: str
    time: float = 0.0
    region: str = ""
    account: str = ""
    accounts: int = 0


@service.operation
def get_organizations_access_report(ctx, JobId, MaxItems=None, Marker=None, SortKey=None):
    """The services that are allowed, each with its last use in the entity. Raises NoSuchEntity."""
    report = ctx.rows(reports).get(JobId)
    if report is None:
        raise missing("job", JobId)
    if report.completed is None:
        return {"JobStatus": "IN_PROGRESS", "JobCreationDate": report.created, "IsTruncated": False}
    lines = [_line(report, each) for each in report.namespaces]
    key, falling = ORDERS[SortKey or "SERVICE_NAMESPACE_ASCENDING"]
    lines.sort(key=key, reverse=falling)
    return {
        "JobStatus": "COMPLETED", "JobCreationDate": report.created, "JobCompletionDate": report.completed,
        "NumberOfServicesAccessible": len(lines), "NumberOfServicesNotAccessed": sum(not each.time for each in lines),
        **paged(ctx, "AccessDetails", enumerate(lines), lambda each: each[0], lambda each: _detail(ctx, each[1])),
    }  # fmt: skip


def _line(report: Report, namespace: str) -> Line:
    uses = sorted((each for each in report.uses if each[0] == namespace), key=lambda each: -each[3])
    if not uses:
        return Line(namespace)
    _, account, region, time = uses[0]
    return Line(namespace, time, region, account, len(uses))


def _detail(ctx: Context, line: Line) -> dict:
    shown = {"ServiceName": title(line.namespace), "ServiceNamespace": line.namespace,
             "TotalAuthenticatedEntities": line.accounts}  # fmt: skip
    if line.time:
        path = organizations.of(ctx).path(line.account) + line.account
        shown |= {"Region": line.region, "EntityPath": path, "LastAuthenticatedTime": line.time}
    return shown
