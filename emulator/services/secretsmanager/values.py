"""Values under keys of KMS: each version has a data key of its own, bound to the secret and the version.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

import hashlib

from emulator.kernel import sealing
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.secretsmanager.errors import invalid_parameter, invalid_request
from emulator.services.secretsmanager.tables import Secret, Version

DEFAULT_KEY = "alias/aws/secretsmanager"
NOT_ENCRYPTED = (
    "EncryptionFailure",
    "Secrets Manager can't encrypt the protected secret text using the provided KMS key.",
)
NOT_DECRYPTED = (
    "DecryptionFailure",
    "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
)


def given(SecretString: str | None, SecretBinary: bytes | None) -> tuple[str, bytes] | None:
    """(member, bytes) of an input; None without a value. Raises InvalidParameterException for two."""
    if SecretString is not None and SecretBinary is not None:
        raise invalid_parameter("You can't specify both a binary secret value and a string secret value in the same "
                                "secret.")  # fmt: skip
    if SecretString is not None:
        return "SecretString", SecretString.encode()
    return None if SecretBinary is None else ("SecretBinary", SecretBinary)


def version_id(ctx: Context, token: str | None, code: str = "InvalidRequestException") -> str:
    """The id of a new version: the token, which every client must send. Raises ``code``."""
    if token is None and ctx.protocol != "internal":
        raise AwsError(code, "You must provide a ClientRequestToken value. We recommend a UUID-type value.")
    return token or ctx.ids.uuid()


def digest(member: str, content: bytes) -> bytes:
    return hashlib.sha256(member.encode() + b"\0" + content).digest()


def encrypt(ctx: Context, secret: Secret, version: Version, member: str, content: bytes) -> Version:
    """The version with its value. Raises EncryptionFailure, AccessDeniedException."""
    params = {
        "KeyId": secret.key or DEFAULT_KEY, "KeySpec": "AES_256", "EncryptionContext": _context(secret, version.id)
    }  # fmt: skip
    key = _kms(ctx, secret, "GenerateDataKey", params, NOT_ENCRYPTED)
    return replace(
        version, member=member, sealed=sealing.seal(key["Plaintext"], content), envelope=key["CiphertextBlob"],
        digest=digest(member, content), key=secret.key,
    )  # fmt: skip


def decrypt(ctx: Context, secret: Secret, version: Version) -> bytes:
    """A version's value. Raises DecryptionFailure, AccessDeniedException."""
    params = {"CiphertextBlob": version.envelope, "EncryptionContext": _context(secret, version.id)}
    return sealing.unseal(_kms(ctx, secret, "Decrypt", params, NOT_DECRYPTED)["Plaintext"], version.sealed)


def moved(ctx: Context, source: Secret, version: Version, target: Secret) -> Version:
    """A version of one secret as the other has it: encrypted under the other's key. Raises what both raise."""
    if not version.sealed:
        return version
    return encrypt(ctx, target, version, version.member, decrypt(ctx, source, version))


def shown(member: str, content: bytes) -> dict:
    return {member: content.decode() if member == "SecretString" else content}


def _context(secret: Secret, version: str) -> dict[str, str]:
    return {"SecretARN": secret.arn, "SecretVersionId": version}


def _kms(ctx: Context, secret: Secret, operation: str, params: dict, failure: tuple[str, str]) -> dict:
    try:
        return ctx.call("kms", operation, params, account=secret.account, region=secret.region)
    except AwsError as error:
        if error.code == "AccessDeniedException":
            raise AwsError(error.code, "Access to KMS is not allowed", error.status) from None
        if error.code == "NotImplemented":
            raise
        raise AwsError(*failure) from None


def check_account(ctx: Context, secret: Secret) -> None:
    """The key that AWS manages serves its own account alone. Raises InvalidRequestException."""
    if not secret.key and ctx.principal.account not in ("", secret.account):
        raise invalid_request("You can't access a secret from a different AWS account if you encrypt the secret with "
                              "the default KMS service key.")  # fmt: skip


def check_size(value: tuple[str, bytes] | None) -> None:
    """The model counts characters, the service bytes. Raises InvalidRequestException."""
    if value is not None and len(value[1]) > 65536:
        raise invalid_request("The secret value is too large: 65536 bytes are the most.")
