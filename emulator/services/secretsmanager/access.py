"""What IAM is told of secrets.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access.html
"""

from emulator.auth.policies import Keys
from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.services.secretsmanager import finding
from emulator.services.secretsmanager.tables import Secret


def _find(ctx: Context, secret_id: str | None) -> Secret | None:
    try:
        return finding.look_up(ctx, secret_id) if secret_id else None
    except AwsError:
        return None


def resource_of(ctx: Context) -> str | None:
    """The secret that a call acts on; one that is not there is known by what the caller names."""
    name = ctx.input.get("SecretId") or (ctx.input.get("Name") if ctx.operation == "CreateSecret" else None)
    if name is None:
        return None
    secret = _find(ctx, name)
    if secret is not None:
        return secret.arn
    return name if name.startswith("arn:") else arn(ctx, "secretsmanager", f"secret:{name}")


def resource_policy(ctx: Context, resource: str) -> tuple[str, str | None] | None:
    secret = _find(ctx, resource)
    return (secret.account, secret.policy or None) if secret is not None else None


def resource_tags(ctx: Context, resource: str) -> dict[str, str]:
    secret = _find(ctx, resource)
    return secret.tags or {} if secret is not None else {}


def condition_keys(ctx: Context, resource: str) -> Keys:
    secret = _find(ctx, resource)
    if secret is None:
        return {}
    found = {"secretsmanager:secretid": [secret.arn]}
    if secret.primary or secret.replicas:
        found["secretsmanager:secretprimaryregion"] = [secret.primary or secret.region]
    if secret.rotation.function:
        found["secretsmanager:resource/allowrotationlambdaarn"] = [secret.rotation.function]
    for name, value in (secret.tags or {}).items():
        found[f"secretsmanager:resourcetag/{name.lower()}"] = [value]
    return found
