"""Values of parameters: what a type, a tier and a pattern allow, and secure strings, which KMS encrypts.

https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
"""

import base64
import re

from emulator.kernel import sealing
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.ssm.common import invalid
from emulator.services.ssm.tables import Parameter, ParameterVersion

LIMITS = {"Standard": 4096, "Advanced": 8192}  # bytes of a value
DEFAULT_KEY = "alias/aws/ssm"
SECURE = "SecureString"
DATA_TYPES = ("text", "aws:ec2:image", "aws:ssm:integration")


def tier_of(asked: str | None, value: str, current: str | None, policies: tuple) -> str:
    """The tier that a new version gets. Raises ValidationException for one that can't hold the value."""
    needs_advanced = len(value.encode()) > LIMITS["Standard"] or bool(policies)
    tier = current or "Standard"
    if asked == "Intelligent-Tiering":
        tier = "Advanced" if needs_advanced else tier
    elif asked is not None:
        if asked == "Standard" and current == "Advanced":
            raise invalid("This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the "
                          "advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the "
                          "advanced parameter and recreate it as a standard parameter.")
        tier = asked
    if len(value.encode()) > LIMITS[tier]:
        raise invalid(_too_long(tier))
    if policies and tier == "Standard":
        raise invalid("Parameter policies are only supported for parameters in the advanced-parameter tier.")
    return tier


def _too_long(tier: str) -> str:
    if tier == "Advanced":
        return f"Advanced tier parameters support a maximum parameter value of {LIMITS[tier]} characters."
    return (
        f"Standard tier parameters support a maximum parameter value of {LIMITS[tier]} characters. To create a larger "
        "parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see "
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
    )


def check(value: str, pattern: str | None, data_type: str) -> None:
    """Hold a value to its pattern. Raises InvalidAllowedPatternException, ParameterPatternMismatchException."""
    if not value:
        raise invalid("1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have "
                      "length greater than or equal to 1.")
    if data_type not in DATA_TYPES:
        raise invalid(f"The following data type is not supported: {data_type} (Data type names are all lowercase.)")
    if pattern:
        try:
            fits = re.search(pattern, value)
        except re.error:
            raise AwsError("InvalidAllowedPatternException", f"Invalid allowedPattern: {pattern}") from None
        if fits is None:
            raise AwsError("ParameterPatternMismatchException",
                           f"Parameter value, cannot be validated against allowedPattern: {pattern}")


def encrypted(ctx: Context, arn: str, value: str, key_id: str) -> tuple[str, bytes]:
    """(a secure value as it is kept, the encrypted data key that seals it, if one does). Raises InvalidKeyId.

    KMS takes 4 KiB; a longer value is sealed under a data key.
    """
    context = {"PARAMETER_ARN": arn}
    plain, wrapped = value.encode(), b""
    if len(plain) <= LIMITS["Standard"]:
        given = {"KeyId": key_id, "Plaintext": plain, "EncryptionContext": context}
        sealed = _kms(ctx, "Encrypt", given)["CiphertextBlob"]
    else:
        given = {"KeyId": key_id, "KeySpec": "AES_256", "EncryptionContext": context}
        key = _kms(ctx, "GenerateDataKey", given)
        wrapped = key["CiphertextBlob"]
        sealed = sealing.seal(key["Plaintext"], plain)
    return base64.b64encode(sealed).decode(), wrapped


def shown(ctx: Context, parameter: Parameter, version: ParameterVersion, decrypt: bool) -> str:
    """The value as an answer gives it. Raises InvalidKeyId when KMS will not decrypt it."""
    if version.type != SECURE or not decrypt:
        return version.value
    sealed, context = base64.b64decode(version.value), {"PARAMETER_ARN": parameter.arn}
    blob = version.data_key or sealed
    plain = _kms(ctx, "Decrypt", {"CiphertextBlob": blob, "EncryptionContext": context})["Plaintext"]
    return (sealing.unseal(plain, sealed) if version.data_key else plain).decode()


def _kms(ctx: Context, operation: str, given: dict) -> dict:
    try:
        return ctx.call("kms", operation, given)
    except AwsError as error:
        if error.code == "NotImplemented":
            raise
        raise AwsError("InvalidKeyId", f"{error.message} (Service: Kms, Status Code: {error.status or 400})") from None
