"""The refusals of Firehose in AWS's words."""

from emulator.kernel.errors import AwsError


def invalid(message: str) -> AwsError:
    return AwsError("InvalidArgumentException", message)


def in_use(message: str) -> AwsError:
    return AwsError("ResourceInUseException", message)


def not_found(name: str, account: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"Firehose {name} under account {account} not found.")
