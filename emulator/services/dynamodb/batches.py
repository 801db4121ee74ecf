"""BatchGetItem and BatchWriteItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
"""

from emulator.engines.attribute_values import answered
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.dynamodb import parameters, table_metrics, throttling, writes
from emulator.services.dynamodb.capacity import Consumed, read_units, tell
from emulator.services.dynamodb.collections import metrics
from emulator.services.dynamodb.errors import KEY_MISMATCH, invalid
from emulator.services.dynamodb.items import PROJECTION, projection_of
from emulator.services.dynamodb.keys import key_given
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import find_table, rows_of
from emulator.services.dynamodb.tables import DynamoTable
from emulator.services.dynamodb.values import admit_item, load

MOST_KEYS = 100
MOST_WRITES = 25
LARGEST_ANSWER = 16 * 1024 * 1024
DUPLICATES = "Provided list of item keys contains duplicates"


@service.operation
def batch_get_item(ctx, RequestItems, ReturnConsumedCapacity=None):
    """Up to 100 items of several tables, 16 MB at most; the rest stays unprocessed. Raises ValidationException."""
    if sum(len(wanted["Keys"]) for wanted in RequestItems.values()) > MOST_KEYS:
        raise invalid("Too many items requested for the BatchGetItem call")
    plans = []
    for name, wanted in RequestItems.items():
        expressions = parameters.read(wanted, PROJECTION, ("AttributesToGet",)).compile()
        plans.append((name, wanted, projection_of(expressions, wanted.get("AttributesToGet"))))
    consumed = Consumed(ReturnConsumedCapacity)
    answers, unprocessed, size = {}, {}, 0
    limited, refusals = throttling.strict(ctx), []
    for name, wanted, projection in plans:
        table = find_table(ctx, name)
        rows, found, consistent = rows_of(ctx, table), [], wanted.get("ConsistentRead", False)
        for number, key in enumerate(_distinct(table, wanted["Keys"])):
            stored = rows.get(key)
            size += stored.size if stored is not None else 0
            throttled = limited and _throttled(lambda table=table: throttling.check_read(ctx, table))
            if limited and not throttled:
                units = read_units(stored.size if stored is not None else 0, consistent)
                throttling.count_read(ctx, table, units)
            if throttled:
                refusals.append(throttled)
            if throttled or size > LARGEST_ANSWER:
                unprocessed[name] = wanted | {"Keys": wanted["Keys"][number:]}
                break
            units = read_units(stored.size if stored is not None else 0, consistent)
            consumed.add(name, units)
            table_metrics.read(ctx, table, units)
            if stored is not None:
                found.append(answered(ctx, stored.body if projection is None else projection(load(stored.body))))
        answers[name] = found
    if refusals and not any(answers.values()):
        raise refusals[0]
    return tell(ctx, {"Responses": answers, "UnprocessedKeys": unprocessed}, consumed, many=True)


def _throttled(attempt) -> AwsError | None:
    """The refusal that an attempt ends in."""
    try:
        attempt()
    except AwsError as error:
        return error
    return None


def _distinct(table: DynamoTable, keys: list[dict]) -> list[bytes]:
    found = [key_given(table, key)[1] for key in keys]
    if len(set(found)) < len(found):
        raise invalid(DUPLICATES)
    return found


@service.operation
def batch_write_item(ctx, RequestItems, ReturnConsumedCapacity=None, ReturnItemCollectionMetrics=None):
    """Up to 25 puts and deletes in several tables. Raises ValidationException."""
    if sum(map(len, RequestItems.values())) > MOST_WRITES:
        raise invalid("Too many items requested for the BatchWriteItem call")
    admitted = [(name, [_admitted(each) for each in requests]) for name, requests in RequestItems.items()]
    prepared: list[writes.Write] = []
    for name, requests in admitted:
        table = find_table(ctx, name)
        of_table = [_prepared(table, name, *request) for request in requests]
        if len({write.key for write in of_table}) < len(of_table):
            raise invalid(DUPLICATES)
        prepared += of_table
    consumed, collections = Consumed(ReturnConsumedCapacity, write=True), {}
    unprocessed, refusals = {}, []
    given = [(name, request) for name, requests in RequestItems.items() for request in requests]
    for write, (name, request) in zip(prepared, given):
        try:
            before, after = writes.perform(ctx, write)
        except AwsError as error:
            if error.code not in throttling.CODES:
                raise
            refusals.append(error)
            unprocessed.setdefault(name, []).append(request)
            continue
        consumed.add_write(write.table, write.name, before, after)
        if ReturnItemCollectionMetrics == "SIZE":
            add_metrics(ctx, collections, write, before or after)
    if len(refusals) == len(prepared):
        raise refusals[0]
    answer = {"UnprocessedItems": unprocessed}
    if collections:
        answer["ItemCollectionMetrics"] = collections
    return tell(ctx, answer, consumed, many=True)


def add_metrics(ctx: Context, collections: dict[str, list], write: writes.Write, place) -> None:
    """Collect ItemCollectionMetrics of several writes by table."""
    told = metrics(ctx, write.table, place)
    if told is not None:
        collections.setdefault(write.name, []).append(told)


def _admitted(request: dict) -> tuple:
    """What a WriteRequest writes: an item in stored form and its size, or a key."""
    if len(request) != 1:
        raise invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    if "DeleteRequest" in request:
        return None, 0, request["DeleteRequest"]["Key"]
    item, size = admit_item(request["PutRequest"]["Item"])
    writes.check_size(size)
    return item, size, None


def _prepared(table: DynamoTable, name: str, item, size: int, key) -> writes.Write:
    if item is None:
        return writes.delete(table, name, key)
    if any(kind not in item.get(part, ()) for part, kind in table.keys):
        raise invalid(KEY_MISMATCH)
    return writes.put(table, name, item, size)
