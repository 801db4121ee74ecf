"""Secrets Manager's errors, in its own words."""

from emulator.kernel.errors import AwsError


def invalid_request(message: str) -> AwsError:
    return AwsError("InvalidRequestException", message)


def invalid_parameter(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def not_found(message: str = "Secrets Manager can't find the specified secret.") -> AwsError:
    return AwsError("ResourceNotFoundException", message)


def marked_for_deletion() -> AwsError:
    return invalid_request("You can't perform this operation on the secret because it was marked for deletion.")


def invalid_name() -> AwsError:
    return AwsError(
        "ValidationException",
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    )


INVALID_TOKEN = ("InvalidNextTokenException", "Invalid NextToken.")
