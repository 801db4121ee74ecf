"""Versions and their staging labels, and the values behind them.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import page
from emulator.services.secretsmanager import finding, replication, values
from emulator.services.secretsmanager.errors import INVALID_TOKEN, invalid_parameter, invalid_request, not_found
from emulator.services.secretsmanager.service import service
from emulator.services.secretsmanager.tables import CURRENT, PENDING, PREVIOUS, Secret, Version

DAY = 86400
MOST = 100  # deprecated versions that are kept beside those of the last day
MOST_LABELS = 20
DEFAULT_KEY_NAME = "DefaultEncryptionKey"  # how a version tells of the key that AWS manages

Versions = tuple[Version, ...]


# Labels


def labelled(versions: Versions, label: str) -> Version | None:
    return next((each for each in versions if label in each.stages), None)


def by_id(versions: Versions, version_id: str) -> Version | None:
    return next((each for each in versions if each.id == version_id), None)


def moved(versions: Versions, labels: list[str] | tuple[str, ...], to: str) -> Versions:
    """The versions with labels attached to one of them, and so taken from the others.

    AWSPREVIOUS goes to where AWSCURRENT leaves.
    """
    old = labelled(versions, CURRENT)
    homes = dict.fromkeys(labels, to)
    if CURRENT in homes and old is not None and old.id != to:
        homes[PREVIOUS] = old.id
    return tuple(
        replace(each, stages=tuple(sorted(
            {label for label in each.stages if homes.get(label, each.id) == each.id}
            | {label for label, home in homes.items() if home == each.id}
        )))
        for each in versions
    )  # fmt: skip


def without(versions: Versions, label: str) -> Versions:
    return tuple(
        replace(each, stages=tuple(one for one in each.stages if one != label)) if label in each.stages else each
        for each in versions
    )


def added(ctx: Context, secret: Secret, version: Version, labels: list[str] | None) -> Secret:
    """The secret with a new version; without labels it becomes the current one, as the first does always."""
    wanted = list(labels or (CURRENT,))
    if labelled(secret.versions, CURRENT) is None and CURRENT not in wanted:
        wanted.append(CURRENT)
    old = labelled(secret.versions, CURRENT)
    before = secret.versions
    if CURRENT in wanted and old is not None and PENDING in old.stages:
        before = without(before, PENDING)  # what was pending has become current, and is past now
    found = moved((*before, version), wanted, version.id)
    return finding.touched(ctx, secret, versions=_kept(ctx, found))


def _kept(ctx: Context, versions: Versions) -> Versions:
    """Deprecated versions older than a day go, but for the newest."""
    deprecated = [each for each in versions if not each.stages and each.created < ctx.now - DAY]
    gone = {each.id for each in deprecated[: max(0, len(deprecated) - MOST)]}
    return tuple(each for each in versions if each.id not in gone) if gone else versions


# Writing


@service.operation
def put_secret_value(
    ctx: Context, SecretId, ClientRequestToken=None, SecretBinary=None, SecretString=None, VersionStages=None
):
    """Add a version. Raises ResourceNotFoundException, InvalidRequestException, ResourceExistsException and others."""
    version_id = values.version_id(ctx, ClientRequestToken)
    secret = finding.find_primary(ctx, SecretId)
    values.check_account(ctx, secret)
    value = values.given(SecretString, SecretBinary)
    if value is None:
        raise invalid_parameter("You must provide either SecretString or SecretBinary.")
    values.check_size(value)
    secret = put(ctx, secret, version_id, value, VersionStages)
    found = by_id(secret.versions, version_id)
    return {"ARN": secret.arn, "Name": secret.name, "VersionId": found.id, "VersionStages": list(found.stages)}


def put(ctx: Context, secret: Secret, version_id: str, value: tuple[str, bytes], labels: list[str] | None) -> Secret:
    """Store a value as a version; the same value under the same id is no change. Raises ResourceExistsException."""
    known = by_id(secret.versions, version_id)
    if known is not None and known.sealed:
        if known.digest != values.digest(*value):
            raise AwsError(
                "ResourceExistsException",
                f"You can't use ClientRequestToken {version_id} because that value is already in use for a version of "
                f"secret {secret.arn}.",
            )
        return secret
    fresh = values.encrypt(ctx, secret, Version(version_id, ctx.now), *value)
    if known is not None:  # a rotation has begun it
        fresh = replace(fresh, stages=known.stages, created=known.created)
        others = tuple(each for each in secret.versions if each.id != version_id)
        secret = replace(secret, versions=others)
        labels = labels or list(known.stages)
    secret = finding.store(ctx, added(ctx, secret, fresh, labels))
    return replication.sync(ctx, secret)


@service.operation
def update_secret_version_stage(ctx: Context, SecretId, VersionStage, RemoveFromVersionId=None, MoveToVersionId=None):
    """Move, attach or remove a label. Raises ResourceNotFoundException, InvalidParameterException and others."""
    secret = finding.find_primary(ctx, SecretId)
    for version_id in (RemoveFromVersionId, MoveToVersionId):
        if version_id is not None and by_id(secret.versions, version_id) is None:
            raise not_found(f"Secrets Manager can't find the specified secret value for VersionId: {version_id}")
    holder = labelled(secret.versions, VersionStage)
    if RemoveFromVersionId is not None and (holder is None or holder.id != RemoveFromVersionId):
        raise invalid_parameter(f"The staging label {VersionStage} is not attached to version {RemoveFromVersionId} of "
                                f"secret {secret.arn}.")  # fmt: skip
    if MoveToVersionId is None:
        if RemoveFromVersionId is None or VersionStage == CURRENT:
            raise invalid_parameter(f"You must specify a version to move the staging label {VersionStage} to.")
        found = without(secret.versions, VersionStage)
    else:
        if holder is not None and holder.id != MoveToVersionId and RemoveFromVersionId is None:
            raise invalid_parameter(
                f"The staging label {VersionStage} is currently attached to version {holder.id}, so you must "
                "explicitly reference that version in RemoveFromVersionId."
            )
        found = moved(secret.versions, [VersionStage], MoveToVersionId)
        if any(len(each.stages) > MOST_LABELS for each in found):
            raise AwsError("LimitExceededException", f"A version can have at most {MOST_LABELS} staging labels.")
    secret = finding.store(ctx, finding.touched(ctx, secret, versions=found))
    replication.sync(ctx, secret)
    return {"ARN": secret.arn, "Name": secret.name}


# Reading


@service.operation
def get_secret_value(ctx: Context, SecretId, VersionId=None, VersionStage=None):
    """The value of one version, the current one by default. Raises ResourceNotFoundException and others."""
    secret = finding.find(ctx, SecretId)
    values.check_account(ctx, secret)
    version = _wanted(secret, VersionId, VersionStage)
    content = values.decrypt(ctx, secret, version)
    _accessed(ctx, secret, version)
    return {
        "ARN": secret.arn, "Name": secret.name, "VersionId": version.id, **values.shown(version.member, content),
        "VersionStages": list(version.stages), "CreatedDate": version.created,
    }  # fmt: skip


def _wanted(secret: Secret, version_id: str | None, stage: str | None) -> Version:
    if version_id is not None:
        found = by_id(secret.versions, version_id)
        if found is None or not found.sealed:
            raise not_found(f"Secrets Manager can't find the specified secret value for VersionId: {version_id}")
        if stage is not None and stage not in found.stages:
            raise invalid_request("You provided a VersionStage that is not associated to the provided VersionId.")
        return found
    found = labelled(secret.versions, stage or CURRENT)
    if found is None or not found.sealed:
        raise not_found(f"Secrets Manager can't find the specified secret value for staging label: {stage or CURRENT}")
    return found


def _accessed(ctx: Context, secret: Secret, version: Version) -> None:
    """Note the day, in UTC, on which a value was read: no more than that is told."""
    today = ctx.now // DAY * DAY
    if version.accessed != today or secret.accessed != today:
        found = tuple(replace(each, accessed=today) if each.id == version.id else each for each in secret.versions)
        finding.store(ctx, replace(secret, accessed=today, versions=found))


@service.operation
def list_secret_version_ids(ctx: Context, SecretId, MaxResults=100, NextToken=None, IncludeDeprecated=False):
    """Raises ResourceNotFoundException, InvalidNextTokenException."""
    secret = finding.find_any(ctx, SecretId)
    found = [each for each in secret.versions if each.stages or IncludeDeprecated]
    found.sort(key=_order)
    query = [secret.arn, bool(IncludeDeprecated)]
    shown, token = page(ctx, found, _order, NextToken, MaxResults, query=query, invalid=INVALID_TOKEN)
    answer = {"ARN": secret.arn, "Name": secret.name, "Versions": [_entry(each) for each in shown]}
    return answer if token is None else answer | {"NextToken": token}


def _order(version: Version) -> tuple[float, str]:
    return version.created, version.id


def _entry(version: Version) -> dict:
    found = {"VersionId": version.id, "CreatedDate": version.created, "KmsKeyIds": [version.key or DEFAULT_KEY_NAME]}
    if version.stages:
        found["VersionStages"] = list(version.stages)
    if version.accessed is not None:
        found["LastAccessedDate"] = version.accessed
    return found


def stages(secret: Secret) -> dict[str, list[str]]:
    """The labels by version, of those that have any."""
    return {each.id: list(each.stages) for each in secret.versions if each.stages}
