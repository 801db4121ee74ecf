"""The refusals that several operations share."""

from emulator.kernel.errors import AwsError


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message, 400)


def not_found(message: str) -> AwsError:
    return AwsError("ResourceNotFoundException", message, 400)


def exists(message: str) -> AwsError:
    return AwsError("ResourceAlreadyExistsException", message, 400)


def limit_exceeded() -> AwsError:
    return AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.", 400)
