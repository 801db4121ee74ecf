"""Replicas of secrets in other regions: kept in step with their primary, promoted, removed.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.secretsmanager import cross_account, finding, values
from emulator.services.secretsmanager.errors import invalid_parameter, invalid_request, not_found
from emulator.services.secretsmanager.service import service
from emulator.services.secretsmanager.tables import Replica, Secret, Version, secrets

IN_SYNC, FAILED = "InSync", "Failed"


@service.operation
def replicate_secret_to_regions(ctx: Context, SecretId, AddReplicaRegions, ForceOverwriteReplicaSecret=False):
    """Raises ResourceNotFoundException, InvalidParameterException, InvalidRequestException."""
    secret = add(ctx, finding.find_primary(ctx, SecretId), AddReplicaRegions, ForceOverwriteReplicaSecret)
    return {"ARN": secret.arn, "ReplicationStatus": status(ctx, secret)}


def add(ctx: Context, secret: Secret, regions: list[dict], force: bool) -> Secret:
    """Begin to replicate to some regions; a job makes the copies."""
    wanted = {each["Region"]: Replica(each["Region"], each.get("KmsKeyId") or "") for each in regions}
    if secret.region in wanted:
        raise invalid_parameter("Invalid replica region.")
    kept = tuple(each for each in secret.replicas if each.region not in wanted or each.status == IN_SYNC)
    new = tuple(each for region, each in wanted.items() if region not in {one.region for one in kept})
    secret = finding.store(ctx, replace(secret, replicas=kept + new))
    ctx.after(0, "replicate", secret=secret.name, regions=[each.region for each in new], force=bool(force))
    return secret


@service.job
def replicate(ctx: Context, secret: str, regions: list[str], force: bool) -> None:
    """Make copies of a secret; a secret of the same name that is there already stays unless it may be overwritten."""
    found = ctx.rows(secrets).get(secret)
    for replica in found.replicas if found is not None else ():
        if replica.region in regions:
            other = ctx.rows(secrets, region=replica.region).get(secret)
            if other is not None and other.primary != found.region and not force:
                message = f"Replication failed: Secret name {secret} already exists in region {replica.region}."
                found = _told(ctx, found, replace(replica, status=FAILED, message=message))
            else:
                found = _copied(ctx, found, replica)


def _told(ctx: Context, secret: Secret, replica: Replica) -> Secret:
    """The primary with news of a replica."""
    told = tuple(replica if each.region == replica.region else each for each in secret.replicas)
    return finding.store(ctx, replace(secret, replicas=told))


def _copied(ctx: Context, secret: Secret, replica: Replica) -> Secret:
    """Bring a replica in step. What goes wrong with its key is told by the primary."""
    before = ctx.rows(secrets, account=secret.account, region=replica.region).get(secret.name)
    known = {each.id: each for each in before.versions} if before is not None and before.primary else {}
    arn = secret.arn.replace(f":{secret.region}:", f":{replica.region}:", 1)
    twin = replace(
        secret, arn=arn, region=replica.region, key=replica.key, primary=secret.region, replicas=(), versions=(),
        policy=before.policy if known else "", accessed=before.accessed if known else None,
    )  # fmt: skip
    try:
        copy(ctx, secret, twin, known)
    except AwsError as error:
        return _told(ctx, secret, replace(replica, status=FAILED, message=error.message))
    return _told(ctx, secret, replace(replica, status=IN_SYNC, message=""))


def copy(ctx: Context, secret: Secret, twin: Secret, known: dict[str, Version]) -> None:
    """Store a twin with the versions of a secret; ``known`` are those that it has already. Raises KMS's refusals."""
    with ctx.transaction():
        versions = tuple(_version(ctx, secret, each, twin, known.get(each.id)) for each in secret.versions)
        finding.store(ctx, replace(twin, versions=versions))


def _version(ctx: Context, secret: Secret, version: Version, twin: Secret, known: Version | None) -> Version:
    if known is not None and known.digest == version.digest and known.key == twin.key:
        return replace(known, stages=version.stages)
    return replace(values.moved(ctx, secret, version, twin), accessed=None)


def sync(ctx: Context, secret: Secret) -> Secret:
    """After a change of a primary: its replicas follow."""
    for replica in secret.replicas:
        if replica.status == IN_SYNC:
            secret = _copied(ctx, secret, replica)
    return cross_account.sync(ctx, secret)


@service.operation
def remove_regions_from_replication(ctx: Context, SecretId, RemoveReplicaRegions):
    """Delete replicas. Raises ResourceNotFoundException, InvalidParameterException."""
    secret = finding.find_primary(ctx, SecretId)
    known = {each.region for each in secret.replicas}
    if not set(RemoveReplicaRegions) <= known:
        raise not_found()
    for region in RemoveReplicaRegions:
        rows = ctx.rows(secrets, account=secret.account, region=region)
        twin = rows.get(secret.name)
        if twin is not None and twin.primary == secret.region:
            rows.delete(secret.name)
    left = tuple(each for each in secret.replicas if each.region not in RemoveReplicaRegions)
    secret = finding.store(ctx, replace(secret, replicas=left))
    return {"ARN": secret.arn, "ReplicationStatus": status(ctx, secret)}


@service.operation
def stop_replication_to_replica(ctx: Context, SecretId):
    """Make a replica a secret of its own. Raises ResourceNotFoundException, InvalidRequestException."""
    twin = finding.find(ctx, SecretId)
    if twin.across:
        return {"ARN": cross_account.promote(ctx, twin).arn}
    if not twin.primary:
        raise invalid_request("Operation not permitted on a secret that is not a replica.")
    rows = ctx.rows(secrets, account=twin.account, region=twin.primary)
    primary = rows.get(twin.name)
    if primary is not None:
        rows.put(replace(primary, replicas=tuple(each for each in primary.replicas if each.region != twin.region)))
    finding.store(ctx, replace(twin, primary=""))
    return {"ARN": twin.arn}


def status(ctx: Context, secret: Secret) -> list[dict]:
    """A ReplicationStatus."""
    return [_entry(ctx, secret, each) for each in secret.replicas]


def _entry(ctx: Context, secret: Secret, replica: Replica) -> dict:
    found = {"Region": replica.region, "KmsKeyId": replica.key or values.DEFAULT_KEY, "Status": replica.status}
    if replica.message:
        found["StatusMessage"] = replica.message
    twin = ctx.rows(secrets, account=secret.account, region=replica.region).get(secret.name)
    if twin is not None and twin.accessed is not None:
        found["LastAccessedDate"] = twin.accessed
    return found
