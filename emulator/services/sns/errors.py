"""SNS's errors, in its own words."""

from emulator.kernel.errors import AwsError


def invalid(what: str, reason: str = "") -> AwsError:
    return AwsError("InvalidParameter", f"Invalid parameter: {what}{f' Reason: {reason}' if reason else ''}")


def not_found(what: str) -> AwsError:
    return AwsError("NotFound", f"{what} does not exist")


def bad_content(message: str) -> AwsError:
    """What is wrong with a message's attributes."""
    return AwsError("ParameterValueInvalid", message)


def no_value(parameter: str) -> AwsError:
    return invalid(parameter, "no value for required parameter")
