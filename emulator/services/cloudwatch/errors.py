"""The refusals of CloudWatch in AWS's words; ``parameter`` names a place as requests do (MetricData.member.1.Value)."""

from emulator.kernel.errors import AwsError


def invalid_value(message: str) -> AwsError:
    return AwsError("InvalidParameterValue", message)


def invalid_combination(message: str) -> AwsError:
    return AwsError("InvalidParameterCombination", message)


def missing_parameter(parameter: str) -> AwsError:
    return AwsError("MissingParameter", f"The parameter {parameter} is required.")


def refused(message: str) -> AwsError:
    """What the service's own validation says."""
    return AwsError("ValidationError", message)


def no_alarm() -> AwsError:
    """AWS gives no message, as recorded."""
    return AwsError("ResourceNotFound")


def not_found(message: str) -> AwsError:
    return AwsError("ResourceNotFoundException", message)


INVALID_TOKEN = ("InvalidNextToken", "The next token specified is invalid.")
