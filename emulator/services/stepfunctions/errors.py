"""Refusals in AWS's words. https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html"""

from emulator.kernel.errors import AwsError


def invalid_arn(text: str) -> AwsError:
    return AwsError("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {text}'")


def wrong_resource(text: str, wanted: str) -> AwsError:
    """An ARN of Step Functions, but of another kind of resource."""
    return AwsError("InvalidArn", f"Invalid Arn: 'Resource type not valid in this context: {wanted}'")


def no_machine(arn: str) -> AwsError:
    return AwsError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")


def no_execution(arn: str) -> AwsError:
    return AwsError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")


def no_activity(arn: str) -> AwsError:
    return AwsError("ActivityDoesNotExist", f"Activity Does Not Exist: '{arn}'")


def no_resource(arn: str) -> AwsError:
    return AwsError("ResourceNotFound", f"Resource not found: '{arn}'", resourceName=arn)


def validation(message: str, reason: str | None = None) -> AwsError:
    return AwsError("ValidationException", message, **({"reason": reason} if reason else {}))


def invalid_definition(message: str) -> AwsError:
    return AwsError("InvalidDefinition", f"Invalid State Machine Definition: '{message}'")


def invalid_input(reason: str) -> AwsError:
    return AwsError("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{reason}'")


def invalid_name(name: str) -> AwsError:
    return AwsError("InvalidName", f"Invalid Name: '{name}'")


def unsupported_type() -> AwsError:
    return AwsError("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
