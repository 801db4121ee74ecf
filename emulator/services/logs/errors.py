"""What CloudWatch Logs refuses, in its own words."""

from emulator.kernel.errors import AwsError

BAD_TOKEN = ("InvalidParameterException", "The specified nextToken is invalid.", 400)


def invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message, 400)


def refused(message: str) -> AwsError:
    return AwsError("ValidationException", message, 400)


def not_found(message: str) -> AwsError:
    return AwsError("ResourceNotFoundException", message, 400)


def exists(message: str) -> AwsError:
    return AwsError("ResourceAlreadyExistsException", message, 400)


def denied(message: str) -> AwsError:
    return AwsError("AccessDeniedException", message, 400)


def limit_exceeded(message: str = "Resource limit exceeded.") -> AwsError:
    return AwsError("LimitExceededException", message, 400)


def impossible(message: str) -> AwsError:
    return AwsError("InvalidOperationException", message, 400)


def no_group() -> AwsError:
    return not_found("The specified log group does not exist.")


def no_stream() -> AwsError:
    return not_found("The specified log stream does not exist.")
