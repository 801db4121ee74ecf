"""Refusals in AWS's words; each names who is at fault, as Lambda's errors do."""

from emulator.kernel.errors import AwsError


def refusal(code: str, message: str, **members) -> AwsError:
    return AwsError(code, message, Type="User", **members)


def invalid(message: str) -> AwsError:
    return refusal("InvalidParameterValueException", message)


def missing(message: str = "The resource you requested does not exist.") -> AwsError:
    return refusal("ResourceNotFoundException", message)


def conflict(message: str) -> AwsError:
    return refusal("ResourceConflictException", message)


def check_revision(given: str | None, revision: str, operations: str = "GetFunction/GetAlias") -> None:
    """Refuse a write that was meant for another state of what it changes."""
    if given is not None and given != revision:
        raise refusal("PreconditionFailedException", (
            f"The Revision Id provided does not match the latest Revision Id. Call the {operations} API to retrieve "
            "the latest Revision Id"))  # fmt: skip
