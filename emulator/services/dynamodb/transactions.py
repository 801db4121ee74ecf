"""TransactWriteItems and TransactGetItems: all or nothing, with the reasons for nothing.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import orjson

from emulator.engines.attribute_values import answered
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.dynamodb import parameters, strong, table_metrics, throttling, writes
from emulator.services.dynamodb.batches import add_metrics
from emulator.services.dynamodb.capacity import Consumed, read_units, tell
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.items import CONDITION, PROJECTION, UPDATE, condition_of, projection_of
from emulator.services.dynamodb.keys import key_given
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import change, find_table, rows_of
from emulator.services.dynamodb.tables import DynamoTable, Stored, Token, tokens
from emulator.services.dynamodb.values import admit_item, load

LARGEST = 4 * 1024 * 1024  # bytes of all items
REMEMBERED = 600  # seconds that a token is known
TWICE = "Transaction request cannot include multiple operations on one item"
# The codes of reasons, where they are not the errors' names.
REASONS = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "ValidationException": "ValidationError",
    "DuplicateItemException": "DuplicateItem",
    "ProvisionedThroughputExceededException": "ProvisionedThroughputExceeded",
    "ThrottlingException": "ThrottlingError",
    "ItemCollectionSizeLimitExceededException": "ItemCollectionSizeLimitExceeded",
}

# Makes a Write once the tables are known to be there. Raises ValidationException, which becomes a reason.
Preparation = Callable[[], writes.Write]
Done = tuple[writes.Write, Stored | None, Stored | None]  # with what was there, and what is there now


@service.operation
def transact_write_items(
    ctx, TransactItems, ReturnConsumedCapacity=None, ReturnItemCollectionMetrics=None, ClientRequestToken=None
):
    """Up to 100 writes and checks of different items. Raises TransactionCanceledException, ValidationException."""
    preparations = [_preparation(ctx, each) for each in TransactItems]
    consumed = Consumed(ReturnConsumedCapacity, transaction=True, write=True)
    if ClientRequestToken is not None and is_repeated(ctx, ClientRequestToken, TransactItems):
        return _repeated(ctx, TransactItems, ReturnConsumedCapacity)
    done = perform_all(ctx, preparations)
    answer, collections = {}, {}
    for write, before, after in done:
        consumed.add_write(write.table, write.name, before, after)
        if ReturnItemCollectionMetrics == "SIZE":
            add_metrics(ctx, collections, write, before or after)
    if collections:
        answer["ItemCollectionMetrics"] = collections
    return tell(ctx, answer, consumed, many=True)


def perform_all(ctx: Context, preparations: list[Preparation]) -> list[Done]:
    """Do all writes or none. Raises TransactionCanceledException."""
    prepared = [_attempt(prepare) for prepare in preparations]
    keys = [(write.table.id, write.key) for write in prepared if isinstance(write, writes.Write)]
    if len(set(keys)) < len(keys):
        raise invalid(TWICE)
    outcomes = [
        _attempt(lambda write=write: writes.outcome(ctx, write, rows_of(ctx, write.table)))
        if isinstance(write, writes.Write) else write
        for write in prepared
    ]
    cancel_if_any(outcomes)
    if throttling.strict(ctx):
        cancel_if_any([
            _attempt(lambda write=write, outcome=outcome: throttling.take_write(ctx, write.table, *outcome, True))
            for write, outcome in zip(prepared, outcomes)
        ])  # fmt: skip
    done = [(write, *outcome) for write, outcome in zip(prepared, outcomes)]
    if sum(after.size for _, _, after in done if after is not None) > LARGEST:
        raise invalid("Transaction size limit exceeded")
    for write, before, after in done:
        table_metrics.written(ctx, write.table, before, after, True)
        if after is not before:
            change(ctx, write.table, before, after)
    return done


def _attempt(act: Callable[[], Any]) -> Any:
    """What it gives, or the error that it raises."""
    try:
        return act()
    except AwsError as error:
        if error.code not in REASONS:
            raise
        return error


def cancel_if_any(outcomes: list) -> None:
    """Raises TransactionCanceledException when any outcome is an error."""
    if not any(isinstance(each, AwsError) for each in outcomes):
        return
    reasons = [_reason(each) if isinstance(each, AwsError) else {"Code": "None"} for each in outcomes]
    raise AwsError(
        "TransactionCanceledException",
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        f"[{', '.join(reason['Code'] for reason in reasons)}]",
        CancellationReasons=reasons,
    )


def _reason(error: AwsError) -> dict:
    item = {"Item": error.members["Item"]} if "Item" in error.members else {}
    return {"Code": REASONS[error.code], "Message": error.message} | item


def _preparation(ctx: Context, given: dict) -> Preparation:
    """One action of a transaction; its expressions and values are checked at once, its key when it is prepared."""
    if len(given) != 1:
        raise invalid("TransactItems can only contain one of Check, Put, Update or Delete")
    ((action, request),) = given.items()
    name, tell_old = request["TableName"], request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    expressions = parameters.read(request, UPDATE if action == "Update" else CONDITION, ())
    test = condition_of(expressions, request)
    if action == "Put":
        item, size = admit_item(request["Item"])
        writes.check_size(size)
        table = _transactional(find_table(ctx, name))
        return lambda: writes.put(table, name, item, size, test, tell_old)
    table, key = _transactional(find_table(ctx, name)), request["Key"]
    if action == "Delete":
        return lambda: writes.delete(table, name, key, test, tell_old)
    if action == "ConditionCheck":
        return lambda: writes.check(table, name, key, test, tell_old)
    changes = expressions.get("UpdateExpression")
    return lambda: writes.update(table, name, key, changes, expressions.values, test, tell_old)


def _transactional(table: DynamoTable) -> DynamoTable:
    if table.more:
        strong.refuse(table, "A transaction")
    return table


def is_repeated(ctx: Context, token: str, request: Any) -> bool:
    """Whether a token's transaction was done in the last ten minutes; if not, it is remembered.

    Raises IdempotentParameterMismatchException when it was another transaction.
    """
    rows = ctx.rows(tokens)
    # The order of members does not make another request.
    digest = sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS, default=repr)).hexdigest()
    while (oldest := rows.first("at")) is not None and oldest.at <= ctx.now - REMEMBERED:
        rows.delete(oldest.token)
    known = rows.get(token)
    if known is None:
        rows.put(Token(token, digest, ctx.now))
        return False
    if known.digest != digest:
        raise AwsError(
            "IdempotentParameterMismatchException",
            "Idempotent request failed: Request parameters do not match those of the original request with the same "
            "client request token",
        )
    return True


def _repeated(ctx: Context, items: list[dict], capacity: str | None) -> dict:
    """The answer to a transaction that was done before: it only read."""
    consumed = Consumed(capacity, transaction=True)
    for given in items:
        ((_, request),) = given.items()
        table = find_table(ctx, request["TableName"])
        key = request.get("Key") or {name: request["Item"][name] for name, _ in table.keys}
        stored = rows_of(ctx, table).get(key_given(table, key)[1])
        consumed.add(request["TableName"], read_units(stored.size if stored else 0, transaction=True))
    return tell(ctx, {}, consumed, many=True)


@service.operation
def transact_get_items(ctx, TransactItems, ReturnConsumedCapacity=None):
    """Up to 100 items as they are at one moment. Raises TransactionCanceledException, ValidationException."""
    wanted = []
    for given in TransactItems:
        request = given["Get"]
        expressions = parameters.read(request, PROJECTION, ()).compile()
        table = _transactional(find_table(ctx, request["TableName"]))
        wanted.append((request, table, projection_of(expressions, None)))
    keys = [_attempt(lambda table=table, given=given: key_given(table, given["Key"])[1]) for given, table, _ in wanted]
    cancel_if_any(keys)
    if len({(table.id, key) for (_, table, _), key in zip(wanted, keys)}) < len(keys):
        raise invalid(TWICE)
    limited = throttling.strict(ctx)
    if limited:
        cancel_if_any([_attempt(lambda table=table: throttling.check_read(ctx, table)) for _, table, _ in wanted])
    consumed, answers = Consumed(ReturnConsumedCapacity, transaction=True), []
    for (request, table, projection), key in zip(wanted, keys):
        stored = rows_of(ctx, table).get(key)
        units = read_units(stored.size if stored else 0, transaction=True)
        consumed.add(request["TableName"], units)
        table_metrics.read(ctx, table, units)
        if limited:
            throttling.count_read(ctx, table, units)
        if stored is None:
            answers.append({})
        else:
            body = stored.body if projection is None else projection(load(stored.body))
            answers.append({"Item": answered(ctx, body)})
    return tell(ctx, {"Responses": answers}, consumed, many=True)
