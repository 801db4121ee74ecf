"""A replica in another account: made there, accepted by the primary's account, kept in step, let go.

All accounts of one emulator count as one organization.
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_AssociateCrossAccountReplica.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.secretsmanager import finding, replication
from emulator.services.secretsmanager.errors import invalid_parameter, invalid_request, not_found
from emulator.services.secretsmanager.service import service
from emulator.services.secretsmanager.tables import AccountReplica, Secret

IN_SYNC, FAILED, DETACHED = "InSync", "Failed", "Detached"
EXCLUDED = ("SecretString", "SecretBinary", "Description", "AddReplicaRegions", "Type")


def check_creation(ctx: Context, primary: str, given: dict) -> None:
    """Whether a replica of another account's secret may be made so. Raises InvalidParameterException."""
    foreign = next((name for name in EXCLUDED if given.get(name) is not None), None)
    if foreign is not None:
        raise invalid_parameter(f"You can't specify {foreign} for a cross-account replica secret.")
    if not given.get("KmsKeyId"):
        raise invalid_parameter("You must specify a customer managed KMS key for a cross-account replica secret.")
    parts = finding.ARN.fullmatch(primary)
    if parts is None or parts[1] != ctx.region or parts[2] == ctx.account:
        raise invalid_parameter("The primary secret must be in another account and the same Region.")


@service.operation
def associate_cross_account_replica(ctx: Context, SecretId, CrossAccountReplicaARN, ReplicationRoleARN=None):
    """Begin, or repair, the replication to a replica. Raises ResourceNotFoundException, InvalidRequestException."""
    secret = finding.find_primary(ctx, SecretId)
    replica = _replica(ctx, secret, CrossAccountReplicaARN)
    other = secret.account_replica
    if other is not None and other.arn != replica.arn and other.status != DETACHED:
        raise invalid_request("The secret already has a cross-account replica.")
    told = AccountReplica(replica.arn, ReplicationRoleARN or "")
    secret = _copied(ctx, replace(secret, account_replica=told), replica)
    if secret.account_replica.status == FAILED:
        raise AwsError("EncryptionFailure", secret.account_replica.message)
    return {"ARN": secret.arn, "CrossAccountReplicaARN": replica.arn,
            "ReplicationStatus": secret.account_replica.status}  # fmt: skip


def _replica(ctx: Context, secret: Secret, arn: str) -> Secret:
    """The replica that another account has made of a secret. Raises ResourceNotFoundException."""
    found = finding.look_up(ctx, arn)
    if found is None or found.across != secret.arn or found.deleted is not None:
        raise not_found()
    return found


def _copied(ctx: Context, secret: Secret, replica: Secret) -> Secret:
    """Bring the replica in step; the primary, stored, tells how that went."""
    twin = replace(
        replica, description=secret.description, tags=secret.tags, changed=secret.changed, across_status=IN_SYNC
    )
    told = secret.account_replica
    try:
        replication.copy(ctx, secret, twin, {each.id: each for each in replica.versions})
        told = replace(told, status=IN_SYNC, message="")
    except AwsError as error:
        told = replace(told, status=FAILED, message=error.message)
    return finding.store(ctx, replace(secret, account_replica=told))


def sync(ctx: Context, secret: Secret) -> Secret:
    """After a change of a primary: its replica in another account follows."""
    if secret.account_replica is None or secret.account_replica.status == DETACHED:
        return secret
    replica = finding.look_up(ctx, secret.account_replica.arn)
    return secret if replica is None else _copied(ctx, secret, replica)


@service.operation
def disassociate_cross_account_replica(ctx: Context, SecretId, CrossAccountReplicaARN):
    """Stop replicating; the replica stays, detached. Raises ResourceNotFoundException."""
    secret = finding.find_primary(ctx, SecretId)
    if secret.account_replica is None or secret.account_replica.arn != CrossAccountReplicaARN:
        raise not_found()
    finding.store(ctx, replace(secret, account_replica=None))
    replica = finding.look_up(ctx, CrossAccountReplicaARN)
    if replica is not None and replica.across == secret.arn:
        finding.store(ctx, replace(replica, across_status=DETACHED))
    return {"ARN": secret.arn, "CrossAccountReplicaARN": CrossAccountReplicaARN}


def promote(ctx: Context, replica: Secret) -> Secret:
    """Make a replica a secret of its own; its primary tells that it is detached."""
    primary = finding.look_up(ctx, replica.across)
    if primary is not None and primary.account_replica is not None and primary.account_replica.arn == replica.arn:
        told = replace(primary.account_replica, status=DETACHED)
        finding.store(ctx, replace(primary, account_replica=told))
    return finding.store(ctx, replace(replica, across="", across_status=""))


def check_deletion(secret: Secret) -> None:
    """Neither end of a replication can be deleted. Raises InvalidRequestException."""
    if secret.account_replica is not None and secret.account_replica.status != DETACHED:
        raise invalid_request("You can't delete a secret that is associated with a cross-account replica.")


def described(secret: Secret) -> dict:
    """What a description tells of the other account."""
    found = {}
    if secret.across:
        found["CrossAccountPrimary"] = {"PrimarySecretARN": secret.across, "ReplicationStatus": secret.across_status}
    replica = secret.account_replica
    if replica is not None:
        entry = {"ReplicaSecretARN": replica.arn, "ReplicationRoleARN": replica.role,
                 "ReplicationStatus": replica.status, "StatusMessage": replica.message}  # fmt: skip
        found["CrossAccountReplicas"] = [{name: value for name, value in entry.items() if value}]
    return found
