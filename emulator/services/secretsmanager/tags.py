"""Tags of secrets. https://docs.aws.amazon.com/secretsmanager/latest/userguide/managing-secrets_tagging.html"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.secretsmanager import finding, replication
from emulator.services.secretsmanager.errors import invalid_parameter
from emulator.services.secretsmanager.service import service

MOST = 50


def checked(before: dict[str, str] | None, given: list[dict]) -> dict[str, str]:
    """Tags with some added. Raises InvalidParameterException."""
    merged = {**(before or {}), **{each["Key"]: each.get("Value", "") for each in given}}
    if any(each["Key"].lower().startswith("aws:") for each in given):
        raise invalid_parameter("Tag keys that start with aws: are reserved for AWS use.")
    if len(merged) > MOST:
        raise invalid_parameter(f"A secret can have at most {MOST} tags.")
    return merged


def to_wire(tags: dict[str, str]) -> list[dict]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@service.operation
def tag_resource(ctx: Context, SecretId, Tags):
    """Raises ResourceNotFoundException, InvalidRequestException, InvalidParameterException."""
    secret = finding.find_primary(ctx, SecretId)
    replication.sync(ctx, finding.store(ctx, replace(secret, tags=checked(secret.tags, Tags))))
    return {}


@service.operation
def untag_resource(ctx: Context, SecretId, TagKeys):
    """Raises ResourceNotFoundException, InvalidRequestException."""
    secret = finding.find_primary(ctx, SecretId)
    if secret.tags is not None:
        left = {key: value for key, value in secret.tags.items() if key not in TagKeys}
        replication.sync(ctx, finding.store(ctx, replace(secret, tags=left)))
    return {}
