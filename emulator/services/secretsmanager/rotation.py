"""Rotation: on demand and on the clock, by a function that is called four times.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

import logging

import orjson

from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.secretsmanager import finding, schedule, values, versions
from emulator.services.secretsmanager.errors import invalid_parameter, invalid_request
from emulator.services.secretsmanager.service import service
from emulator.services.secretsmanager.tables import CURRENT, PENDING, Rotation, Secret, Version, secrets

logger = logging.getLogger("emulator.secretsmanager")

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
PRINCIPAL = "secretsmanager.amazonaws.com"
CANNOT_INVOKE = (
    "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the "
    f"principal {PRINCIPAL}."
)


def described(rotation: Rotation) -> dict:
    """What descriptions tell of it."""
    if not rotation.function and rotation.last is None:
        return {}
    return {
        "RotationEnabled": rotation.enabled or None if not rotation.function else rotation.enabled,
        "RotationLambdaARN": rotation.function or None, "RotationRules": rotation.rules or None,
        "LastRotatedDate": rotation.last, "NextRotationDate": rotation.next if rotation.enabled else None,
    }  # fmt: skip


@service.operation
def rotate_secret(
    ctx: Context, SecretId, ClientRequestToken=None, RotationLambdaARN=None, RotationRules=None,
    ExternalSecretRotationMetadata=None, ExternalSecretRotationRoleArn=None, RotateImmediately=True,
):  # fmt: skip
    """Configure rotation and begin one. Raises InvalidRequestException, AccessDeniedException and others."""
    version_id = values.version_id(ctx, ClientRequestToken, "InvalidParameterException")
    secret = finding.find_primary(ctx, SecretId)
    if ExternalSecretRotationMetadata or ExternalSecretRotationRoleArn:
        raise invalid_parameter("The secret is not a managed external secret.")
    function = RotationLambdaARN or secret.rotation.function
    if not function:
        raise invalid_request("No Lambda rotation function ARN is associated with this secret.")
    if RotationRules is not None:
        schedule.check(RotationRules)
    _check_function(ctx, secret, function)
    pending = versions.labelled(secret.versions, PENDING)
    if pending is not None and CURRENT not in pending.stages:
        raise invalid_request("A previous rotation isn't complete. That rotation will be reattempted.")
    rules = RotationRules if RotationRules is not None else secret.rotation.rules
    rotation = replace(secret.rotation, enabled=True, function=function, rules=rules)
    secret = arm(ctx, finding.touched(ctx, secret, rotation=rotation))
    begin(ctx, secret, version_id, STEPS if RotateImmediately else ("testSecret",))
    return {"ARN": secret.arn, "Name": secret.name, "VersionId": version_id}


def _check_function(ctx: Context, secret: Secret, function: str) -> None:
    """A function that is not there or does not let the service in can't rotate. Raises AccessDeniedException."""
    try:
        ctx.call("lambda", "GetFunction", {"FunctionName": function}, as_=_acting(secret))
    except AwsError:
        raise AwsError("AccessDeniedException", CANNOT_INVOKE) from None


def _acting(secret: Secret):
    return acting(PRINCIPAL, secret.arn, secret.account)


# One rotation


def begin(ctx: Context, secret: Secret, version_id: str, steps: tuple[str, ...]) -> None:
    """Make the pending version, which has no value yet, and let the function do the rest."""
    if versions.by_id(secret.versions, version_id) is None:
        fresh = Version(version_id, ctx.now)
        found = versions.moved((*secret.versions, fresh), [PENDING], version_id)
        finding.store(ctx, replace(secret, versions=found))
    ctx.after(0, "rotate", secret=secret.name, arn=secret.arn, version_id=version_id, steps=list(steps))


@service.job
async def rotate(ctx: Context, secret: str, arn: str, version_id: str, steps: list[str]) -> None:
    """Call the function once for each step; where one fails the rotation ends, and the version stays pending."""
    for step in steps:
        found = ctx.rows(secrets).get(secret)
        if found is None or found.arn != arn or not found.rotation.function:
            return
        event = {"Step": step, "SecretId": arn, "ClientRequestToken": version_id}
        if not await _invoke(ctx, found, event):
            return
    _finished(ctx, secret, arn, version_id, tested=list(steps) != list(STEPS))


async def _invoke(ctx: Context, secret: Secret, event: dict) -> bool:
    """Whether the function did its step."""
    params = {"FunctionName": secret.rotation.function, "InvocationType": "RequestResponse",
              "Payload": orjson.dumps(event)}  # fmt: skip
    try:
        answer = await ctx.call_waiting("lambda", "Invoke", params, as_=_acting(secret))
    except AwsError as error:
        logger.warning("rotation of %s: step %s: %s", secret.arn, event["Step"], error)
        return False
    if answer.get("FunctionError"):
        logger.warning("rotation of %s: the function failed in step %s", secret.arn, event["Step"])
        return False
    return True


def _finished(ctx: Context, name: str, arn: str, version_id: str, tested: bool) -> None:
    found = ctx.rows(secrets).get(name)
    if found is None or found.arn != arn:
        return
    if tested:  # nothing but the configuration was tried
        left = tuple(each for each in found.versions if each.id != version_id or each.sealed)
        finding.store(ctx, replace(found, versions=versions.without(left, PENDING)))
        return
    arm(ctx, replace(found, rotation=replace(found.rotation, last=ctx.now)))


@service.operation
def cancel_rotate_secret(ctx: Context, SecretId):
    """Turn automatic rotation off; one that is under way stops. Raises InvalidRequestException and others."""
    secret = finding.find_primary(ctx, SecretId)
    if not secret.rotation.function:
        raise invalid_request("No Lambda rotation function ARN is associated with this secret.")
    disarm(ctx, secret)
    pending = versions.labelled(secret.versions, PENDING)
    rotation = replace(secret.rotation, enabled=False, next=None)
    secret = finding.store(ctx, finding.touched(ctx, secret, rotation=rotation))
    answer = {"ARN": secret.arn, "Name": secret.name}
    return answer if pending is None else answer | {"VersionId": pending.id}


# The clock


def arm(ctx: Context, secret: Secret) -> Secret:
    """Store a secret with its next window, and wait for that."""
    rotation = secret.rotation
    if not (rotation.enabled and rotation.rules):
        return finding.store(ctx, secret)
    start, end = schedule.next_window(rotation.rules, rotation.last or ctx.now)
    while end < ctx.now:
        start, end = schedule.next_window(rotation.rules, max(start, ctx.now))
    ctx.at(start, "due", job_id=_job(secret), secret=secret.name, arn=secret.arn)
    return finding.store(ctx, replace(secret, rotation=replace(rotation, next=end, window=start)))


def disarm(ctx: Context, secret: Secret) -> None:
    ctx.cancel(_job(secret))


def _job(secret: Secret) -> str:
    return f"due/{secret.arn}"


@service.job
def due(ctx: Context, secret: str, arn: str) -> None:
    """A window opens: rotate, unless a rotation has not ended yet."""
    found = ctx.rows(secrets).get(secret)
    if found is None or found.arn != arn or found.deleted is not None or not found.rotation.enabled:
        return
    pending = versions.labelled(found.versions, PENDING)
    version_id = ctx.ids.uuid()
    if pending is not None and CURRENT not in pending.stages:
        version_id = pending.id  # the one before is attempted again
    rotation = replace(found.rotation, window=None)
    start, end = schedule.next_window(rotation.rules, ctx.now)
    ctx.at(start, "due", job_id=_job(found), secret=secret, arn=arn)
    found = finding.store(ctx, replace(found, rotation=replace(rotation, next=end, window=start)))
    begin(ctx, found, version_id, STEPS)
