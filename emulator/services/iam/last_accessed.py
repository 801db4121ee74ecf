"""Last-accessed data: which services an identity may use, and when it did, by the calls that the emulator remembers.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from collections.abc import Iterable
from operator import attrgetter

from emulator.auth import actions
from emulator.auth.identities import (
    GROUP,
    USER,
    Identity,
    attached,
    attachments,
    document_of,
    groups_of,
    identities,
    identity_of,
    identity_policies,
    name_of,
    own_policies,
)
from emulator.auth.policies import ALLOW, parse
from emulator.auth.usage import entity
from emulator.kernel.context import Context, Seen
from emulator.kernel.store import ACCOUNT, Record, Table
from emulator.model import SERVICES, load
from emulator.services.iam import groups
from emulator.services.iam.common import paged
from emulator.services.iam.errors import invalid, missing
from emulator.services.iam.service import service

ACTION_LEVEL = "ACTION_LEVEL"


class Job(Record):
    """A report: for whom, how deep; ``completed`` is None while the job has not run.

    ``uses`` are (namespace, action, entity's ARN, region, time), one for each combination, the latest.
    """

    id: str
    arn: str
    granularity: str
    created: float
    completed: float | None = None
    uses: tuple[tuple[str, str, str, str, float], ...] = ()
    namespaces: tuple[str, ...] = ()


jobs = Table("iam.last_accessed_job", Job, key=attrgetter("id"), scope=ACCOUNT)


def _subject(ctx: Context, arn: str) -> tuple[list[Identity], list[str]]:
    """Who counts for a report on an ARN, and the policies that it is about. Raises NoSuchEntity, InvalidInput."""
    if arn.count(":") < 5:
        raise invalid(f"ARN {arn} is not valid.")
    if ":policy/" in arn:
        document = document_of(ctx, arn)
        if document is None:
            raise missing("entity", arn)
        rows = ctx.rows(identities)
        found = [rows[(each.kind, each.name.lower())] for each in ctx.rows(attachments).by("policy", arn, arn)]
        return [member for each in found for member in _members(ctx, each)], [document]
    identity = identity_of(ctx, arn)
    if identity is None or identity.arn != arn:
        raise missing("entity", arn)
    return _members(ctx, identity), [document for _, _, document in identity_policies(ctx, identity)]


def _members(ctx: Context, identity: Identity) -> list[Identity]:
    return list(groups.members(ctx, identity)) if identity.kind == GROUP else [identity]


def namespaces() -> list[str]:
    """The namespaces of the services in scope, in alphabetical order."""
    return sorted({actions.of(name).prefix.lower() for name in SERVICES})


def granted(documents: Iterable[str], namespace: str) -> bool:
    """Whether policies allow anything in a namespace."""
    for document in documents:
        for each in parse(document):
            if each.effect != ALLOW:
                continue
            if each.not_actions is not None:
                if f"{namespace}:*" not in each.not_actions and "*" not in each.not_actions:
                    return True
            elif any(_speaks_of(pattern, namespace) for pattern in each.actions or ()):
                return True
    return False


def _speaks_of(pattern: str, namespace: str) -> bool:
    return pattern == "*" or pattern.partition(":")[0] == namespace


@service.operation
def generate_service_last_accessed_details(ctx, Arn, Granularity=None):
    """Start a report on a user, group, role or policy. Raises NoSuchEntity, InvalidInput."""
    _subject(ctx, Arn)
    job = ctx.rows(jobs).put(Job(ctx.ids.uuid(), Arn, Granularity or "SERVICE_LEVEL", ctx.now))
    ctx.after(0, "write_last_accessed", job_id=job.id, id=job.id)
    return {"JobId": job.id}


@service.job
def write_last_accessed(ctx, id):
    job = ctx.rows(jobs)[id]
    members, documents = _subject(ctx, job.arn)
    wanted = {_plain(each.arn): each.arn for each in members}
    latest: dict[tuple[str, str, str], Seen] = {}
    for call in ctx.history():  # newest first: the first of each kind is the latest
        who = wanted.get(_plain(call.principal))
        if who is not None:
            latest.setdefault((actions.of(call.service).prefix.lower(), call.operation, who), call)
    uses = tuple((*key, call.region, call.time) for key, call in latest.items())
    allowed = tuple(each for each in namespaces() if granted(documents, each))
    ctx.rows(jobs).put(Job(id, job.arn, job.granularity, job.created, ctx.now, uses, allowed))


def _plain(arn: str) -> str:
    """A principal's ARN without paths, so that a role's sessions are found."""
    found = entity(arn)
    head, slash, rest = found.partition("/")
    return f"{head}{slash}{rest.rsplit('/', 1)[-1]}"


def _find(ctx: Context, JobId: str) -> Job:
    """Raises NoSuchEntity."""
    found = ctx.rows(jobs).get(JobId)
    if found is None:
        raise missing("job", JobId)
    return found


def title(namespace: str) -> str:
    """A service's name in full, as its model has it."""
    name = next(each for each in SERVICES if actions.of(each).prefix.lower() == namespace)
    return load(name).metadata["serviceFullName"]


def _state(job: Job) -> dict:
    if job.completed is None:
        return {"JobStatus": "IN_PROGRESS", "JobCreationDate": job.created, "IsTruncated": False}
    return {"JobStatus": "COMPLETED", "JobCreationDate": job.created, "JobCompletionDate": job.completed}


@service.operation
def get_service_last_accessed_details(ctx, JobId, MaxItems=None, Marker=None):
    """The services that the subject's policies allow, each with its last use. Raises NoSuchEntity."""
    job = _find(ctx, JobId)
    if job.completed is None:
        return _state(job) | {"JobType": job.granularity, "ServicesLastAccessed": []}

    def view(namespace: str) -> dict:
        uses = sorted((each for each in job.uses if each[0] == namespace), key=lambda each: -each[4])
        shown = {"ServiceName": title(namespace), "ServiceNamespace": namespace,
                 "TotalAuthenticatedEntities": len({each[2] for each in uses})}  # fmt: skip
        if uses:
            _, _, who, region, time = uses[0]
            shown |= {"LastAuthenticated": time, "LastAuthenticatedEntity": who, "LastAuthenticatedRegion": region}
        if job.granularity == ACTION_LEVEL:
            shown["TrackedActionsLastAccessed"] = _tracked(uses)
        return shown

    return _state(job) | {"JobType": job.granularity} | paged(
        ctx, "ServicesLastAccessed", job.namespaces, lambda each: each, view
    )


def _tracked(uses) -> list[dict]:
    found: dict[str, dict] = {}
    for _, action, who, region, time in uses:
        found.setdefault(action, {
            "ActionName": action, "LastAccessedEntity": who, "LastAccessedTime": time, "LastAccessedRegion": region,
        })  # fmt: skip
    return list(found.values())


@service.operation
def get_service_last_accessed_details_with_entities(ctx, JobId, ServiceNamespace, MaxItems=None, Marker=None):
    """Who used one service, and when last. Raises NoSuchEntity."""
    job = _find(ctx, JobId)
    if job.completed is None:
        return _state(job) | {"EntityDetailsList": []}
    latest: dict[str, float] = {}
    for namespace, _, who, _, time in job.uses:
        if namespace == ServiceNamespace.lower():
            latest[who] = max(time, latest.get(who, time))
    members, _ = _subject(ctx, job.arn)

    def view(each: Identity) -> dict:
        info = {"Arn": each.arn, "Name": each.name, "Type": each.kind.upper(), "Id": each.id, "Path": each.path}
        return {"EntityInfo": info} | ({"LastAuthenticated": latest[each.arn]} if each.arn in latest else {})

    members.sort(key=lambda each: each.arn)
    return _state(job) | paged(ctx, "EntityDetailsList", members, lambda each: each.arn, view)


@service.operation
def list_policies_granting_service_access(ctx, Arn, ServiceNamespaces, Marker=None):
    """The policies of an identity that allow anything in each namespace. Raises NoSuchEntity, InvalidInput."""
    _subject(ctx, Arn)
    identity = identity_of(ctx, Arn)
    if identity is None:
        raise invalid(f"ARN {Arn} is not valid.")
    holders = [identity, *(groups_of(ctx, identity) if identity.kind == USER else ())]

    def policies(namespace: str) -> list[dict]:
        return [
            _granting(ctx, holder, name, kind)
            for holder in holders
            for name, kind, document in own_policies(ctx, holder)
            if granted([document], namespace.lower())
        ]

    return paged(
        ctx, "PoliciesGrantingServiceAccess", enumerate(ServiceNamespaces), lambda each: each[0],
        lambda each: {"ServiceNamespace": each[1], "Policies": policies(each[1])},
    )  # fmt: skip


def _granting(ctx: Context, holder: Identity, name: str, kind: str) -> dict:
    shown = {"PolicyName": name, "EntityType": holder.kind.upper(), "EntityName": holder.name}
    if kind.endswith("-inline"):
        return shown | {"PolicyType": "INLINE"}
    arn = next(each for each in attached(ctx, holder) if name_of(each) == name)
    return {"PolicyName": name, "PolicyType": "MANAGED", "PolicyArn": arn}
