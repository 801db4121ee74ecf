"""The refusals of Application Auto Scaling."""

from emulator.kernel.errors import AwsError


def refused(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def not_found(what: str, place: object, name: tuple[str, str] | None = None) -> AwsError:
    """``No scaling policy found for service namespace: …, policy name: …``"""
    named = f", {name[0]}: {name[1]}" if name else ""
    return AwsError("ObjectNotFoundException", f"No {what} for {place}{named}")


INVALID_TOKEN = ("InvalidNextTokenException", "The next token supplied was invalid.")
