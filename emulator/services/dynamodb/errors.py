"""DynamoDB's errors, in its own words.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

from emulator.kernel.errors import AwsError

NO_TABLE = "Requested resource not found"
KEY_MISMATCH = "The provided key element does not match the schema"


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def invalid_value(message: str) -> AwsError:
    return AwsError("ValidationException", f"One or more parameter values were invalid: {message}")


def no_such_table() -> AwsError:
    """What operations on items say of a table that isn't there."""
    return AwsError("ResourceNotFoundException", NO_TABLE)


def no_such_named_table(name: str) -> AwsError:
    """What operations on tables say of one that isn't there."""
    return AwsError("ResourceNotFoundException", f"{NO_TABLE}: Table: {name} not found")


def table_in_use(message: str) -> AwsError:
    return AwsError("ResourceInUseException", message)


def condition_failed(item=None) -> AwsError:
    """``item`` is what stands in the table, for those who asked for it."""
    members = {} if item is None else {"Item": item}
    return AwsError("ConditionalCheckFailedException", "The conditional request failed", **members)
