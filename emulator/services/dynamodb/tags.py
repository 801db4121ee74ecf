"""Tags of tables.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.dynamodb.errors import invalid, invalid_value
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import save_table, table_named
from emulator.services.dynamodb.tables import DynamoTable

MOST = 50
PAGE = 50
INVALID_TOKEN = ("ValidationException", "Invalid NextToken")


def tagged(ctx: Context, arn: str) -> DynamoTable:
    """The table of an ARN. Raises ResourceNotFoundException, ValidationException."""
    if not arn.startswith("arn:"):
        raise invalid(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    table = table_named(ctx, arn)
    if table is None:
        raise AwsError("ResourceNotFoundException", f"Requested resource not found: ResourcArn: {arn} not found")
    return table


@service.operation
def tag_resource(ctx, ResourceArn, Tags):
    """Add tags, or give them other values. Raises ResourceNotFoundException, ValidationException."""
    table = tagged(ctx, ResourceArn)
    given = {each["Key"]: each["Value"] for each in Tags}
    if len(given) < len(Tags):
        raise invalid_value("Tag keys are not unique")
    if any(key.lower().startswith("aws:") for key in given):
        raise invalid_value("Tag keys must not begin with aws:")
    tags = {**table.tags, **given}
    if len(tags) > MOST:
        raise invalid_value(f"Number of tags exceeds the limit of {MOST}")
    save_table(ctx, replace(table, tags=tags))


@service.operation
def untag_resource(ctx, ResourceArn, TagKeys):
    """Raises ResourceNotFoundException."""
    table = tagged(ctx, ResourceArn)
    save_table(ctx, replace(table, tags={key: value for key, value in table.tags.items() if key not in TagKeys}))


@service.operation
def list_tags_of_resource(ctx, ResourceArn, NextToken=None):
    """Raises ResourceNotFoundException."""
    pairs = sorted(tagged(ctx, ResourceArn).tags.items())
    found, token = page(ctx, pairs, lambda pair: pair[0], NextToken, PAGE, query=ResourceArn, invalid=INVALID_TOKEN)
    answer = {"Tags": [{"Key": key, "Value": value} for key, value in found]}
    return answer | ({"NextToken": token} if token else {})
