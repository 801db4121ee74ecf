"""Service-linked roles. https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html"""

from functools import cache
from operator import attrgetter
from pathlib import Path

import orjson

from emulator.auth.identities import ROLE, Attachment, attached, attachments, identities
from emulator.auth.managed import ARN
from emulator.kernel.store import ACCOUNT, Record, Table
from emulator.services.iam import entities
from emulator.services.iam.errors import invalid, missing
from emulator.services.iam.roles import HOUR
from emulator.services.iam.service import service

DATA = Path(__file__).with_name("service_linked_roles.json")
PREFIX = "AWSServiceRoleFor"


class DeletionTask(Record):
    """``status`` as GetServiceLinkedRoleDeletionStatus tells it."""

    id: str
    status: str


tasks = Table("iam.deletion_task", DeletionTask, key=attrgetter("id"), scope=ACCOUNT)


@cache
def services() -> dict[str, dict]:
    """By service principal: the role's name, its policy's, a description, and whether it takes a suffix."""
    return {name: row for name, row in orjson.loads(DATA.read_bytes()).items() if name != "//"}


@service.operation
def create_service_linked_role(ctx, AWSServiceName, Description=None, CustomSuffix=None):
    """Raises InvalidInput for a service without such a role, a suffix where none may be, or a name that is taken."""
    row = services().get(AWSServiceName)
    if row is None:
        raise invalid(f"{AWSServiceName} is not a service that has a service-linked role known to this emulator.")
    if CustomSuffix and not row.get("suffix"):
        raise invalid(f"Custom suffix is not allowed for {AWSServiceName}")
    name = f"{PREFIX}{row['role']}{f'_{CustomSuffix}' if CustomSuffix else ''}"
    if (ROLE, name.lower()) in ctx.rows(identities):
        raise invalid(f"Service role name {name} has been taken in this account, please try a different suffix.")
    statement = {"Effect": "Allow", "Principal": {"Service": AWSServiceName}, "Action": "sts:AssumeRole"}
    trust = orjson.dumps({"Version": "2012-10-17", "Statement": [statement]}).decode()
    details = {"AssumeRolePolicyDocument": trust, "MaxSessionDuration": HOUR}
    description = Description or row.get("description")
    if description:
        details["Description"] = description
    role = entities.create(ctx, ROLE, name, f"{entities.SERVICE_LINKED}{AWSServiceName}/", details=details)
    ctx.rows(attachments).put(Attachment(ROLE, name, f"{ARN}{entities.SERVICE_LINKED}{row['policy']}"))
    return {"Role": entities.view(ctx, role, "new")}


@service.operation
def delete_service_linked_role(ctx, RoleName):
    """The role goes at once: no service of this emulator holds on to one. Raises NoSuchEntity, InvalidInput."""
    role = entities.find(ctx, ROLE, RoleName)
    if not role.path.startswith(entities.SERVICE_LINKED):
        raise invalid(f"Role {RoleName} is not a service-linked role.")
    for arn in list(attached(ctx, role)):
        ctx.rows(attachments).delete((ROLE, role.name.lower(), arn))
    entities.delete(ctx, role)
    task = f"task{role.path}{role.name}/{ctx.ids.uuid()}"
    ctx.rows(tasks).put(DeletionTask(task, "SUCCEEDED"))
    return {"DeletionTaskId": task}


@service.operation
def get_service_linked_role_deletion_status(ctx, DeletionTaskId):
    """Raises NoSuchEntity."""
    found = ctx.rows(tasks).get(DeletionTaskId)
    if found is None:
        raise missing("task", DeletionTaskId)
    return {"Status": found.status}
