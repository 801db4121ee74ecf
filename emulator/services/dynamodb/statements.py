"""ExecuteStatement, BatchExecuteStatement and ExecuteTransaction: PartiQL.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

import orjson

from emulator.engines.attribute_values import answered, plain_item
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.dynamodb import transactions, writes
from emulator.services.dynamodb.capacity import Consumed, read_units, tell
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.expressions.paths import projector
from emulator.services.dynamodb.keys import key_given
from emulator.services.dynamodb.partiql import meaning
from emulator.services.dynamodb.partiql.parser import Exists, Select, Statement, parse
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import bare_name, rows_of
from emulator.services.dynamodb.values import Item, load

# How a batch calls errors.
CODES = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "DuplicateItemException": "DuplicateItem",
    "ResourceNotFoundException": "ResourceNotFound",
    "ValidationException": "ValidationError",
}
ONE_ITEM = "Select statements within {operation} must specify the primary key in the where clause."


@service.operation
def execute_statement(
    ctx, Statement, Parameters=None, ConsistentRead=False, NextToken=None, ReturnConsumedCapacity=None, Limit=None,
    ReturnValuesOnConditionCheckFailure=None,
):  # fmt: skip
    """Read a page of items, or write one. Raises ConditionalCheckFailedException, DuplicateItemException."""
    statement, values = parse(Statement, Parameters)
    if isinstance(statement, Exists):
        raise invalid("Unsupported operation: Exists is only supported in transactions")
    if isinstance(statement, Select):
        return _select(ctx, statement, values, ConsistentRead, NextToken, ReturnConsumedCapacity, Limit)
    tell_old = ReturnValuesOnConditionCheckFailure == "ALL_OLD"
    write, returning = meaning.write_of(ctx, statement, values, tell_old)
    before, after = writes.perform(ctx, write)
    answer = {"Items": returning.items(ctx, before, after) if returning else []}
    consumed = Consumed(ReturnConsumedCapacity, write=True)
    consumed.add_write(write.table, write.name, before, after)
    return tell(ctx, answer, consumed)


def _select(ctx: Context, select: Select, values, consistent, token, capacity, limit) -> dict:
    page = meaning.page_of(ctx, select, values, _start_in(token) if token else None, limit, consistent)
    told = page.answer(select.table, capacity, consistent)
    answer = {name: told[name] for name in ("Items", "LastEvaluatedKey", "ConsumedCapacity") if name in told}
    if page.last is not None:
        answer["NextToken"] = urlsafe_b64encode(orjson.dumps(page.last)).decode()
    return answer


def _start_in(token: str) -> Item:
    """The key that a NextToken holds. Raises ValidationException."""
    try:
        return plain_item(orjson.loads(urlsafe_b64decode(token)))
    except (binascii.Error, ValueError, AttributeError):
        raise invalid("Invalid NextToken") from None


@service.operation
def batch_execute_statement(ctx, Statements, ReturnConsumedCapacity=None):
    """Up to 25 reads of single items, or as many writes, each for itself. Raises ValidationException."""
    answers, consumed = [], Consumed(ReturnConsumedCapacity)
    for given in Statements:
        try:
            answers.append(_one_of_batch(ctx, given, consumed))
        except AwsError as error:
            if error.code not in CODES:
                raise
            told = {"Code": CODES[error.code], "Message": error.message}
            answers.append({"Error": told | {name: error.members[name] for name in ("Item",) if name in error.members}})
    return tell(ctx, {"Responses": answers}, consumed, many=True)


def _one_of_batch(ctx: Context, given: dict, consumed: Consumed) -> dict:
    statement, values = parse(given["Statement"], given.get("Parameters"))
    if isinstance(statement, Select):
        return _read(ctx, statement, values, given.get("ConsistentRead", False), consumed, "BatchExecuteStatement")
    tell_old = given.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    write, returning = meaning.write_of(ctx, statement, values, tell_old)
    before, after = writes.perform(ctx, write)
    consumed.add_write(write.table, write.name, before, after)
    answer = {"TableName": write.table.name}
    items = returning.items(ctx, before, after) if returning else []
    return answer | ({"Item": items[0]} if items else {})


def _read(ctx: Context, select: Select, values, consistent: bool, consumed: Consumed, operation: str) -> dict:
    """The one item that a select in a batch or a transaction reads."""
    try:
        table, key = meaning.whole_item(ctx, select, values)
    except AwsError as error:
        raise invalid(ONE_ITEM.format(operation=operation)) if error.message == meaning.NO_KEY else error from None
    stored = rows_of(ctx, table).get(key_given(table, key)[1])
    consumed.add(select.table, read_units(stored.size if stored else 0, consistent, consumed.transaction))
    answer = {} if consumed.transaction else {"TableName": bare_name(select.table)}
    if stored is None:
        return answer
    if select.paths is None:
        return answer | {"Item": answered(ctx, stored.body)}
    return answer | {"Item": answered(ctx, projector([path.parts for path in select.paths])(load(stored.body)))}


@service.operation
def execute_transaction(ctx, TransactStatements, ClientRequestToken=None, ReturnConsumedCapacity=None):
    """Up to 100 reads, or as many writes, all or nothing. Raises TransactionCanceledException."""
    parsed = [parse(given["Statement"], given.get("Parameters")) for given in TransactStatements]
    reads = [isinstance(statement, Select) for statement, _ in parsed]
    consumed = Consumed(ReturnConsumedCapacity, transaction=True, write=not any(reads))
    if any(reads):
        if not all(reads):
            raise invalid("Cannot mix read and write operations in a transaction")
        answers = [_read(ctx, select, values, True, consumed, "ExecuteTransaction") for select, values in parsed]
        return tell(ctx, {"Responses": answers}, consumed, many=True)
    if ClientRequestToken is not None and transactions.is_repeated(ctx, ClientRequestToken, TransactStatements):
        return {"Responses": []}
    preparations = [_preparation(ctx, *each, given) for each, given in zip(parsed, TransactStatements)]
    for write, before, after in transactions.perform_all(ctx, preparations):
        consumed.add_write(write.table, write.name, before, after)
    return tell(ctx, {"Responses": []}, consumed, many=True)


def _preparation(ctx: Context, statement: Statement, values: dict, given: dict) -> transactions.Preparation:
    tell_old = given.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    return lambda: meaning.write_of(ctx, statement, values, tell_old)[0]
