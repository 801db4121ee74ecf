"""Secrets come, change and go. https://docs.aws.amazon.com/secretsmanager/latest/userguide/managing-secrets.html"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.secretsmanager import cross_account, finding, replication, rotation, tags, values, versions
from emulator.services.secretsmanager.errors import (
    invalid_name,
    invalid_parameter,
    invalid_request,
    marked_for_deletion,
)
from emulator.services.secretsmanager.service import service
from emulator.services.secretsmanager.tables import CURRENT, PENDING, PREVIOUS, Secret, Version
from emulator.services.secretsmanager.tables import secrets as table

DAY = 86400
WINDOW = (7, 30)  # days in which a deleted secret can be restored
AT_ONCE = 3.8  # seconds that AWS takes for a deletion without recovery, as recorded; the name is taken until then
DELETE = "delete"


# Creation


@service.operation
def create_secret(
    ctx: Context, Name, ClientRequestToken=None, Description=None, KmsKeyId=None, SecretBinary=None, SecretString=None,
    Tags=None, AddReplicaRegions=None, ForceOverwriteReplicaSecret=False, Type=None, CrossAccountPrimaryARN=None,
):  # fmt: skip
    """Raises ResourceExistsException, InvalidRequestException, ValidationException, EncryptionFailure and others."""
    if not finding.NAME.fullmatch(Name):
        raise invalid_name()
    if CrossAccountPrimaryARN is not None:
        cross_account.check_creation(ctx, CrossAccountPrimaryARN, ctx.input)
    value = values.given(SecretString, SecretBinary)
    values.check_size(value)
    version_id = values.version_id(ctx, ClientRequestToken) if value or ClientRequestToken else ""
    before = ctx.rows(table).get(Name)
    if before is not None:
        return _again(before, version_id, value)
    secret = Secret(
        Name, finding.make_arn(ctx, Name), ctx.account, ctx.region, ctx.now, ctx.now, Description or None,
        KmsKeyId or "", Type or "", tags.checked(None, Tags) if Tags else None, across=CrossAccountPrimaryARN or "",
        across_status="Pending" if CrossAccountPrimaryARN else "",
    )  # fmt: skip
    answer = {"ARN": secret.arn, "Name": Name}
    if value is not None:
        version = values.encrypt(ctx, secret, Version(version_id, ctx.now), *value)
        secret = replace(secret, versions=(replace(version, stages=(CURRENT,)),))
        answer["VersionId"] = version_id
    secret = finding.store(ctx, secret)
    if AddReplicaRegions:
        secret = replication.add(ctx, secret, AddReplicaRegions, ForceOverwriteReplicaSecret)
        answer["ReplicationStatus"] = replication.status(ctx, secret)
    return answer


def _again(before: Secret, version_id: str, value: tuple[str, bytes] | None) -> dict:
    """The same request once more is no failure. Raises what another of the same name does."""
    if before.deleted is not None:
        raise invalid_request("You can't create this secret because a secret with this name is already scheduled for "
                              "deletion.")  # fmt: skip
    known = versions.by_id(before.versions, version_id)
    if known is None or value is None or known.digest != values.digest(*value):
        message = f"The operation failed because the secret {before.name} already exists."
        raise AwsError("ResourceExistsException", message)
    return {"ARN": before.arn, "Name": before.name, "VersionId": version_id}


# Description


@service.operation
def describe_secret(ctx: Context, SecretId):
    """Everything but the value. Raises ResourceNotFoundException."""
    secret = finding.find_any(ctx, SecretId)
    found = described(secret)
    labels = versions.stages(secret)
    if labels:
        found["VersionIdsToStages"] = labels
    if secret.replicas:
        found["ReplicationStatus"] = replication.status(ctx, secret)
    return found | cross_account.described(secret)


def described(secret: Secret) -> dict:
    """What descriptions and lists have in common."""
    found = {
        "ARN": secret.arn, "Name": secret.name, "CreatedDate": secret.created, "LastChangedDate": secret.changed,
        "Description": secret.description, "KmsKeyId": secret.key or None, "Type": secret.kind or None,
        "DeletedDate": secret.deleted, "LastAccessedDate": secret.accessed,
        "Tags": None if secret.tags is None else tags.to_wire(secret.tags),
        "PrimaryRegion": secret.primary or (secret.region if secret.replicas else None),
        **rotation.described(secret.rotation),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


# Changes


@service.operation
def update_secret(
    ctx: Context, SecretId, ClientRequestToken=None, Description=None, KmsKeyId=None, SecretBinary=None,
    SecretString=None, Type=None,
):  # fmt: skip
    """Change a secret, and its value with a new version. Raises ResourceNotFoundException and others."""
    value = values.given(SecretString, SecretBinary)
    values.check_size(value)
    version_id = values.version_id(ctx, ClientRequestToken) if value is not None else ""
    secret = finding.find_primary(ctx, SecretId)
    if Description is not None:
        secret = replace(secret, description=Description)
    if Type is not None:
        secret = replace(secret, kind=Type)
    if KmsKeyId is not None and KmsKeyId != secret.key:
        secret = _under(ctx, secret, KmsKeyId)
    answer = {"ARN": secret.arn, "Name": secret.name}
    if value is not None:
        secret = versions.put(ctx, secret, version_id, value, None)
        answer["VersionId"] = version_id
    finding.store(ctx, replace(secret, changed=ctx.now))
    replication.sync(ctx, secret)
    return answer


def _under(ctx: Context, secret: Secret, key: str) -> Secret:
    """The secret under another key: the versions that AWS's labels are on are encrypted anew."""
    target = replace(secret, key=key)
    found = tuple(
        values.moved(ctx, secret, each, target) if {CURRENT, PREVIOUS, PENDING} & set(each.stages) else each
        for each in secret.versions
    )
    return replace(target, versions=found)


# Deletion


@service.operation
def delete_secret(ctx: Context, SecretId, RecoveryWindowInDays=None, ForceDeleteWithoutRecovery=False):
    """Delete after a window, or at once, which succeeds without such a secret, too.

    Raises ResourceNotFoundException, InvalidParameterException, InvalidRequestException.
    """
    if ForceDeleteWithoutRecovery and RecoveryWindowInDays is not None:
        raise invalid_parameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
    if RecoveryWindowInDays is not None and not WINDOW[0] <= RecoveryWindowInDays <= WINDOW[1]:
        raise invalid_parameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
    secret = finding.look_up(ctx, SecretId) if ForceDeleteWithoutRecovery else finding.find_any(ctx, SecretId)
    if secret is None:
        arn = SecretId if SecretId.startswith("arn:") else finding.make_arn(ctx, SecretId)
        return {"ARN": arn, "Name": SecretId, "DeletionDate": ctx.now}
    finding.check_primary(secret)
    if secret.replicas:
        regions = ", ".join(each.region for each in secret.replicas)
        raise invalid_parameter(f"You can't delete secret {secret.name} that still has replica regions [{regions}]")
    cross_account.check_deletion(secret)
    if secret.deleted is not None and not ForceDeleteWithoutRecovery:
        raise marked_for_deletion()
    rotation.disarm(ctx, secret)
    due = ctx.now if ForceDeleteWithoutRecovery else ctx.now + (RecoveryWindowInDays or WINDOW[1]) * DAY
    finding.store(ctx, finding.touched(ctx, secret, deleted=due))
    gone = due + AT_ONCE if ForceDeleteWithoutRecovery else due
    ctx.at(gone, DELETE, job_id=f"{DELETE}/{secret.arn}", secret=secret.name, arn=secret.arn, account=secret.account)
    return {"ARN": secret.arn, "Name": secret.name, "DeletionDate": due}


@service.job
def delete(ctx: Context, secret: str, arn: str, account: str) -> None:
    """The recovery window is over."""
    rows = ctx.rows(table, account=account)
    found = rows.get(secret)
    if found is not None and found.arn == arn and found.deleted is not None:
        rows.delete(secret)


@service.operation
def restore_secret(ctx: Context, SecretId):
    """Raises ResourceNotFoundException."""
    secret = finding.find_any(ctx, SecretId)
    ctx.cancel(f"{DELETE}/{secret.arn}")
    secret = finding.store(ctx, replace(secret, deleted=None))
    rotation.arm(ctx, secret)
    return {"ARN": secret.arn, "Name": secret.name}
