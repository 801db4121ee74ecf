"""KMS's errors, in its own words."""

from emulator.kernel.errors import AwsError


def validation(message: str = "") -> AwsError:
    return AwsError("ValidationException", message)


def not_found(message: str) -> AwsError:
    return AwsError("NotFoundException", message)


def invalid_state(message: str) -> AwsError:
    return AwsError("KMSInvalidStateException", message)


def unsupported(message: str = "") -> AwsError:
    return AwsError("UnsupportedOperationException", message)


def invalid_usage(message: str) -> AwsError:
    return AwsError("InvalidKeyUsageException", message)


def invalid_ciphertext() -> AwsError:
    return AwsError("InvalidCiphertextException", "")


def incorrect_key() -> AwsError:
    return AwsError(
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
    )


def dry_run() -> AwsError:
    return AwsError("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")


INVALID_MARKER = ("InvalidMarkerException", "Could not deserialize marker.")
