"""SQS's errors, in its own words."""

from emulator.kernel.errors import AwsError

PREFIX = "AWS.SimpleQueueService."
INVALID_CHARACTERS = (
    "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD"
    " | #x10000 to #x10FFFF"
)


def invalid_parameter(message: str) -> AwsError:
    return AwsError("InvalidParameterValue", message)


def invalid_value(parameter: str, value, reason: str) -> AwsError:
    return AwsError("InvalidParameterValue", f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")


def missing_parameter(parameter: str) -> AwsError:
    return AwsError("MissingParameter", f"The request must contain the parameter {parameter}.")


def no_such_queue() -> AwsError:
    return AwsError(PREFIX + "NonExistentQueue", "The specified queue does not exist.")


def unknown_attribute(name: str) -> AwsError:
    return AwsError("InvalidAttributeName", f"Unknown Attribute {name}.")


def invalid_attribute(name: str, reason: str = "") -> AwsError:
    text = f"Invalid value for the parameter {name}."
    return AwsError("InvalidAttributeValue", f"{text} Reason: {reason}" if reason else text)


def no_such_resource(parameter: str) -> AwsError:
    return AwsError(
        "ResourceNotFoundException",
        f"The resource that you specified for the {parameter} parameter doesn't exist.",
    )
