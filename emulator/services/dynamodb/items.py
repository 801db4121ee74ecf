"""PutItem, GetItem, UpdateItem and DeleteItem.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html
"""

from emulator.engines.attribute_values import answered
from emulator.kernel.context import Context
from emulator.services.dynamodb import contributions, legacy, parameters, table_metrics, throttling, writes
from emulator.services.dynamodb.capacity import Consumed, read_units, tell
from emulator.services.dynamodb.collections import metrics
from emulator.services.dynamodb.errors import invalid, invalid_value
from emulator.services.dynamodb.expressions import Compiled
from emulator.services.dynamodb.keys import key_given
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import find_table, rows_of
from emulator.services.dynamodb.tables import Stored
from emulator.services.dynamodb.values import Item, admit_item, load

CONDITION = ("ConditionExpression",)
UPDATE = ("UpdateExpression", "ConditionExpression")
PROJECTION = ("ProjectionExpression",)


@service.operation
def put_item(
    ctx, TableName, Item, ReturnValues="NONE", ReturnConsumedCapacity=None, ReturnItemCollectionMetrics=None,
    ReturnValuesOnConditionCheckFailure=None,
):  # fmt: skip
    """Put an item in the place of any with its key. Raises ConditionalCheckFailedException, ValidationException."""
    given = ctx.input
    expressions = parameters.read(given, CONDITION, ("Expected", "ConditionalOperator"))
    item, size = admit_item(Item)
    writes.check_size(size)
    if ReturnValues not in ("NONE", "ALL_OLD"):
        raise invalid("ReturnValues can only be ALL_OLD or NONE")
    test = condition_of(expressions, given)
    table = find_table(ctx, TableName)
    write = writes.put(table, TableName, item, size, test, ReturnValuesOnConditionCheckFailure == "ALL_OLD")
    return _replaced(ctx, write, ReturnValues, ReturnConsumedCapacity, ReturnItemCollectionMetrics)


@service.operation
def delete_item(
    ctx, TableName, Key, ReturnValues="NONE", ReturnConsumedCapacity=None, ReturnItemCollectionMetrics=None,
    ReturnValuesOnConditionCheckFailure=None,
):  # fmt: skip
    """Delete the item with a key, if there is one. Raises ConditionalCheckFailedException, ValidationException."""
    given = ctx.input
    expressions = parameters.read(given, CONDITION, ("Expected", "ConditionalOperator"))
    if ReturnValues not in ("NONE", "ALL_OLD"):
        raise invalid("ReturnValues can only be ALL_OLD or NONE")
    test = condition_of(expressions, given)
    table = find_table(ctx, TableName)
    write = writes.delete(table, TableName, Key, test, ReturnValuesOnConditionCheckFailure == "ALL_OLD")
    return _replaced(ctx, write, ReturnValues, ReturnConsumedCapacity, ReturnItemCollectionMetrics)


@service.operation
def update_item(
    ctx, TableName, Key, ReturnValues="NONE", ReturnConsumedCapacity=None, ReturnItemCollectionMetrics=None,
    ReturnValuesOnConditionCheckFailure=None,
):  # fmt: skip
    """Change attributes of an item, or make it. Raises ConditionalCheckFailedException, ValidationException."""
    given = ctx.input
    expressions = parameters.read(given, UPDATE, ("AttributeUpdates", "Expected", "ConditionalOperator"))
    old_style = legacy.attribute_updates(given["AttributeUpdates"]) if given.get("AttributeUpdates") else (None, {})
    test = condition_of(expressions, given)
    changes, values = (expressions.get("UpdateExpression") or old_style[0]), (expressions.values or old_style[1])
    table = find_table(ctx, TableName)
    write = writes.update(
        table, TableName, Key, changes, values, test, ReturnValuesOnConditionCheckFailure == "ALL_OLD"
    )
    before, after = writes.perform(ctx, write)
    answer = {}
    if ReturnValues != "NONE":
        attributes = _returned(ctx, ReturnValues, changes, before, after)
        if attributes is not None:
            answer["Attributes"] = attributes
    return _told(ctx, answer, write, before, after, ReturnConsumedCapacity, ReturnItemCollectionMetrics)


def condition_of(expressions: parameters.Expressions, given: dict) -> writes.Test | None:
    """The condition of a write, from an expression or from ``Expected``. Compiles all expressions."""
    expected = None
    if "Expected" in given or "ConditionalOperator" in given:
        expected = legacy.expected(given.get("Expected"), given.get("ConditionalOperator"))
    condition = expressions.compile().get("ConditionExpression")
    return (condition, expressions.values) if condition is not None else expected


def _returned(ctx: Context, wanted: str, changes: Compiled | None, before: Stored | None, after: Stored):
    """The Attributes of an update's answer; None when there are none."""
    stored = before if wanted.endswith("OLD") else after
    if stored is None:
        return None
    if wanted.startswith("ALL"):
        return answered(ctx, stored.body)
    picked = changes.pick(load(stored.body)) if changes is not None else None
    return answered(ctx, picked) if picked else None


def _replaced(ctx: Context, write: writes.Write, wanted: str, capacity, collection) -> dict:
    """Do a write that leaves nothing of the item before; the answer, with that item where it is wanted."""
    before, after = writes.perform(ctx, write)
    old = before is not None and wanted == "ALL_OLD"
    answer = {"Attributes": answered(ctx, before.body)} if old else {}
    return _told(ctx, answer, write, before, after, capacity, collection)


def _told(ctx: Context, answer: dict, write: writes.Write, before, after, capacity, collection) -> dict:
    """The answer with what was asked for besides."""
    if capacity is not None:
        consumed = Consumed(capacity, write=True)
        consumed.add_write(write.table, write.name, before, after)
        tell(ctx, answer, consumed)
    if collection == "SIZE":
        told = metrics(ctx, write.table, before or after)
        if told is not None:
            answer["ItemCollectionMetrics"] = told
    return answer


@service.operation
def get_item(ctx, TableName, Key, ConsistentRead=False, ReturnConsumedCapacity=None, AttributesToGet=None):
    """The item with a key, if there is one. Raises ResourceNotFoundException, ValidationException."""
    expressions = parameters.read(ctx.input, PROJECTION, ("AttributesToGet",)).compile()
    projection = projection_of(expressions, AttributesToGet)
    table = find_table(ctx, TableName)
    given, key = key_given(table, Key)
    if table.more:
        contributions.accessed(ctx, table, given)
    limited = throttling.strict(ctx)
    if limited:
        throttling.check_read(ctx, table)
    stored = rows_of(ctx, table).get(key)
    if limited:
        throttling.count_read(ctx, table, read_units(stored.size if stored else 0, ConsistentRead))
    table_metrics.read(ctx, table, read_units(stored.size if stored else 0, ConsistentRead))
    answer = {}
    if stored is not None:
        answer["Item"] = answered(ctx, stored.body if projection is None else projection(load(stored.body)))
    if ReturnConsumedCapacity is not None:
        consumed = Consumed(ReturnConsumedCapacity)
        consumed.add(TableName, read_units(stored.size if stored else 0, ConsistentRead))
        tell(ctx, answer, consumed)
    return answer


def projection_of(expressions: parameters.Expressions, attributes: list[str] | None):
    """A function from an item to what was asked for of it; None for all. Raises ValidationException."""
    projection = expressions.get("ProjectionExpression")
    if projection is not None:
        return projection.run
    if attributes is None:
        return None
    repeated = [name for number, name in enumerate(attributes) if name in attributes[:number]]
    if repeated:
        raise invalid_value(f"Duplicate value in attribute name: {repeated[0]}")
    return _picker(attributes)


def _picker(names: list[str]):
    def pick(item: Item) -> Item:
        return {name: item[name] for name in names if name in item}

    return pick
