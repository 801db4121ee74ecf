"""Query and Scan.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
"""

from collections.abc import Callable

from emulator.engines.attribute_values import answered
from emulator.kernel.context import Context
from emulator.services.dynamodb import legacy, parameters, ranges, table_metrics, throttling, writes
from emulator.services.dynamodb.capacity import Consumed, read_units, tell
from emulator.services.dynamodb.errors import invalid, invalid_value
from emulator.services.dynamodb.expressions.key_conditions import Conditions, key_conditions
from emulator.services.dynamodb.items import projection_of
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import find_table, projected, projected_names, through
from emulator.services.dynamodb.tables import DynamoTable, Index
from emulator.services.dynamodb.values import Item, item_size, load

PAGE = 1024 * 1024  # bytes that one page reads at most
IN_QUERY = ("FilterExpression", "KeyConditionExpression", "ProjectionExpression")
IN_SCAN = ("FilterExpression", "ProjectionExpression")


@service.operation
def query(
    ctx, TableName, IndexName=None, Select=None, AttributesToGet=None, Limit=None, ConsistentRead=False,
    KeyConditions=None, ScanIndexForward=True, ExclusiveStartKey=None, ReturnConsumedCapacity=None,
):  # fmt: skip
    """A page of the items with one partition key, in the order of the sort key. Raises ValidationException."""
    given = ctx.input
    expressions = parameters.read(
        given, IN_QUERY, ("AttributesToGet", "KeyConditions", "QueryFilter", "ConditionalOperator")
    )
    old_keys = legacy.key_conditions(KeyConditions) if KeyConditions else None
    test = _filter(given, "QueryFilter", expressions)
    select = Selection(Select, expressions, AttributesToGet, IndexName)
    conditions = _key_conditions(expressions, old_keys)
    table = find_table(ctx, TableName)
    index = find_index(table, IndexName, "Query")
    _check_consistency(index, ConsistentRead)
    place = index if index is not None else table
    stretch = ranges.of_query(place, conditions)
    if test is not None:
        what = "Filter Expression" if expressions.get("FilterExpression") is not None else "QueryFilter"
        refuse_keys(place, test, what)
    select.fit(table, index)
    start = None
    if ExclusiveStartKey is not None:
        start = ranges.start_key(table, index, ExclusiveStartKey, query=True)
        ranges.check_start(start, stretch)
    page = Page(ctx, table, index, select, test)
    page.read(stretch, start, Limit, forward=ScanIndexForward)
    return page.answer(TableName, ReturnConsumedCapacity, ConsistentRead)


@service.operation
def scan(
    ctx, TableName, IndexName=None, Select=None, AttributesToGet=None, Limit=None, ConsistentRead=False,
    ExclusiveStartKey=None, ReturnConsumedCapacity=None, TotalSegments=None, Segment=None,
):  # fmt: skip
    """A page of all items of a table or index, or of a segment of it. Raises ValidationException."""
    given = ctx.input
    expressions = parameters.read(given, IN_SCAN, ("AttributesToGet", "ScanFilter", "ConditionalOperator"))
    _check_segments(Segment, TotalSegments)
    test = _filter(given, "ScanFilter", expressions)
    select = Selection(Select, expressions, AttributesToGet, IndexName)
    table = find_table(ctx, TableName)
    index = find_index(table, IndexName, "Scan")
    _check_consistency(index, ConsistentRead)
    select.fit(table, index)
    stretch = ranges.of_segment(Segment, TotalSegments)
    start = None
    if ExclusiveStartKey is not None:
        start = ranges.start_key(table, index, ExclusiveStartKey, query=False)
        ranges.check_segment(start, stretch, Segment, TotalSegments)
    page = Page(ctx, table, index, select, test)
    page.read(stretch, start, Limit)
    return page.answer(TableName, ReturnConsumedCapacity, ConsistentRead)


def find_index(table: DynamoTable, name: str | None, operation: str) -> Index | None:
    if name is None:
        return None
    index = table.index(name)
    if index is None and any(each.name == name for each in table.vectors):
        raise invalid(f"{operation} operation not supported on this index type.")
    if index is None:
        raise invalid(f"The table does not have the specified index: {name}")
    if index.status == "CREATING":
        raise invalid(f"Cannot read from backfilling global secondary index: {name}")
    return index


def _check_consistency(index: Index | None, consistent: bool) -> None:
    if consistent and index is not None and not index.local:
        raise invalid("Consistent reads are not supported on global secondary indexes")


def _check_segments(segment: int | None, total: int | None) -> None:
    if segment is None and total is not None:
        raise invalid("The Segment parameter is required but was not present in the request when parameter "
                      "TotalSegments is present")  # fmt: skip
    if total is None and segment is not None:
        raise invalid("The TotalSegments parameter is required but was not present in the request when Segment "
                      "parameter is present")  # fmt: skip
    if segment is not None and segment >= total:
        raise invalid(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {segment} is not less than TotalSegments: {total}"
        )


def _filter(given: dict, old: str, expressions: parameters.Expressions) -> writes.Test | None:
    """The filter of a read, from an expression or from its old parameter. Compiles all expressions."""
    filtered = None
    if old in given or "ConditionalOperator" in given:
        filtered = legacy.filters(old, given.get(old), given.get("ConditionalOperator"))
    found = expressions.compile().get("FilterExpression")
    return (found, expressions.values) if found is not None else filtered


def _key_conditions(expressions: parameters.Expressions, old: Conditions | None) -> Conditions:
    expression = expressions.get("KeyConditionExpression")
    if expression is not None:
        return key_conditions(expression, expressions.values)
    if old is None:
        raise invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
    return old


def refuse_keys(place: DynamoTable | Index, test: writes.Test, what: str) -> None:
    """What the key conditions are for can't be filtered. Raises ValidationException."""
    for name, _ in place.keys:
        if name in test[0].attributes:
            raise invalid(f"{what} can only contain non-primary key attributes: Primary key attribute: {name}")


class Selection:
    """What of the items is answered: ``view`` makes of a whole item what is looked at, ``pick`` what is told.

    Either is None for all. ``fetches``: whole items are fetched for an index that doesn't hold what was asked for.
    """

    def __init__(self, select: str | None, expressions: parameters.Expressions, attributes, index: str | None):
        self.pick = projection_of(expressions, attributes)
        projection = expressions.get("ProjectionExpression")
        self.names = None
        if self.pick is not None:
            self.names = attributes or list(dict.fromkeys(path[0] for path in projection.paths))
            self._refuse_both(select, "AttributesToGet" if attributes else "ProjectionExpression")
        elif select == "SPECIFIC_ATTRIBUTES":
            raise invalid("Must specify the AttributesToGet or ProjectionExpression when choosing to get "
                          "SPECIFIC_ATTRIBUTES")  # fmt: skip
        if select == "ALL_PROJECTED_ATTRIBUTES" and index is None:
            raise invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
        self.count_only = select == "COUNT"
        self.everything = select == "ALL_ATTRIBUTES"
        self.view: Callable[[Item], Item] | None = None
        self.fetches = False

    @staticmethod
    def _refuse_both(select: str | None, parameter: str) -> None:
        if select == "COUNT":
            raise invalid(f"Cannot specify the {parameter} when choosing to get only the Count")
        if select in ("ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"):
            raise invalid(f"Cannot specify the {parameter} when choosing to get {select}")

    def fit(self, table: DynamoTable, index: Index | None) -> None:
        """See what an index holds of it. Raises ValidationException."""
        held = None if index is None else projected_names(table, index)
        if held is None:
            return
        lacking = [name for name in self.names or () if name not in held]
        if not index.local:
            if self.everything:
                raise invalid_value(
                    f"Select type ALL_ATTRIBUTES is not supported for global secondary index {index.name} because its "
                    "projection type is not ALL"
                )
            if lacking:
                raise invalid_value(
                    f"Global secondary index {index.name} does not project [{', '.join(lacking)}]"
                )
        self.fetches = self.everything or bool(lacking)
        if not self.fetches:
            self.view = lambda item: projected(table, index, item)


class Page:
    """One page of a read."""

    def __init__(
        self, ctx: Context, table: DynamoTable, index: Index | None, select: Selection, test: writes.Test | None
    ):
        self.ctx = ctx
        self.table = table
        self.index = index
        self.select = select
        self.test = test
        self.found: list[bytes | Item] = []
        self.count = 0
        self.scanned = 0
        self.size = 0  # of all that was read
        self.fetched: list[int] = []  # sizes of whole items read besides an index
        self.last: Item | None = None

    def read(self, stretch: ranges.Stretch, start: bytes | None, limit: int | None, forward: bool = True) -> None:
        if forward:
            begin = (stretch.low if start is None else start, {"after": start is not None})
        else:
            begin = (stretch.high if start is None else start, {"after": True, "reverse": True})
        if throttling.strict(self.ctx):
            throttling.check_read(self.ctx, self.table, self.index)
        low, high = stretch.low, stretch.high
        most = limit if limit is not None else -1
        for key, stored in through(self.ctx, self.table, self.index, begin[0], **begin[1]):
            if key >= high or key < low:
                return
            self.size += self._take(stored)
            self.scanned += 1
            if self.scanned == most or self.size >= PAGE:
                self.last = ranges.last_key(self.table, self.index, load(stored.body))
                return

    def _take(self, stored) -> int:
        """Look at one item; the bytes that reading it counts."""
        select, test = self.select, self.test
        size, item = stored.size, None
        if select.view is not None:
            item = select.view(load(stored.body))
            size = item_size(item)
        elif select.fetches:
            item = load(stored.body)
            self.fetched.append(size)
            size = item_size(projected(self.table, self.index, item))
        if test is not None:
            item = load(stored.body) if item is None else item
            if not test[0].run(item, test[1]):
                return size
        self.count += 1
        if not select.count_only:
            if select.pick is not None:
                item = select.pick(load(stored.body) if item is None else item)
            self.found.append(stored.body if item is None or (select.pick is None and select.view is None) else item)
        return size

    def answer(self, name: str, capacity: str | None, consistent: bool) -> dict:
        ctx = self.ctx
        if throttling.strict(ctx):
            throttling.count_read(ctx, self.table, read_units(self.size, consistent), self.index)
            for size in self.fetched:
                throttling.count_read(ctx, self.table, read_units(size, consistent))
        table_metrics.read(ctx, self.table, read_units(self.size, consistent), self.index)
        for size in self.fetched:
            table_metrics.read(ctx, self.table, read_units(size, consistent))
        answer = {"Count": self.count, "ScannedCount": self.scanned}
        if not self.select.count_only:
            answer["Items"] = [answered(ctx, each) for each in self.found]
        if self.last is not None:
            answer["LastEvaluatedKey"] = answered(ctx, self.last)
        if capacity is None:
            return answer
        consumed = Consumed(capacity)
        consumed.add(name, read_units(self.size, consistent), self.index)
        for size in self.fetched:
            consumed.add(name, read_units(size, consistent))
        return tell(ctx, answer, consumed)
