"""Logging, tracing and encryption of state machines: what is given, checked, and what stands where nothing is."""

import re
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError

LOG_GROUP = re.compile(r"arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:([\w./#-]+):\*")


def logging(ctx: Context, given: dict[str, Any] | None) -> dict[str, Any]:
    """Raises InvalidLoggingConfiguration."""
    given = given or {}
    level = given.get("level", "OFF")
    destinations = given.get("destinations", [])
    if len(destinations) > 1 or (level != "OFF" and not destinations):
        raise _refused("Must specify exactly one Log Destination.")
    for each in destinations:
        arn = each.get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
        match = LOG_GROUP.fullmatch(arn)
        if match is None:
            raise _refused("Invalid Log Destination.")
        if not _stands(ctx, arn, match.group(1)):
            raise _refused("Log Destination not found.")
    found = {"level": level, "includeExecutionData": given.get("includeExecutionData", False)}
    return {**found, "destinations": destinations} if destinations else found


def _refused(reason: str) -> AwsError:
    return AwsError("InvalidLoggingConfiguration", f"Invalid Logging Configuration: {reason}")


def _stands(ctx: Context, arn: str, name: str) -> bool:
    _, _, _, region, account, *_ = arn.split(":")
    answer = ctx.call("logs", "DescribeLogGroups", {"logGroupNamePrefix": name}, account=account, region=region)
    return any(each["logGroupName"] == name for each in answer["logGroups"])


def tracing(given: dict[str, Any] | None) -> dict[str, Any]:
    return {"enabled": bool((given or {}).get("enabled", False))}


def encryption(ctx: Context, given: dict[str, Any] | None) -> dict[str, Any]:
    """Raises InvalidEncryptionConfiguration, KmsAccessDeniedException."""
    if given is None or given["type"] == "AWS_OWNED_KEY":
        if given is not None and ("kmsKeyId" in given or "kmsDataKeyReusePeriodSeconds" in given):
            raise _unencryptable("kmsKeyId and kmsDataKeyReusePeriodSeconds must not be set for AWS_OWNED_KEY")
        return {"type": "AWS_OWNED_KEY"}
    if "kmsKeyId" not in given:
        raise _unencryptable("kmsKeyId must be set for CUSTOMER_MANAGED_KMS_KEY")
    try:
        key = ctx.call("kms", "DescribeKey", {"KeyId": given["kmsKeyId"]})["KeyMetadata"]
    except AwsError as error:
        raise AwsError("KmsAccessDeniedException", error.message) from None
    if not key.get("Enabled") or key.get("KeySpec") != "SYMMETRIC_DEFAULT":
        raise _unencryptable(f"The key {key['Arn']} must be an enabled key for symmetric encryption")
    period = given.get("kmsDataKeyReusePeriodSeconds", 300)
    return {"type": given["type"], "kmsKeyId": given["kmsKeyId"], "kmsDataKeyReusePeriodSeconds": period}


def _unencryptable(reason: str) -> AwsError:
    return AwsError("InvalidEncryptionConfiguration", f"Invalid Encryption Configuration: {reason}")
