"""SearchVectors: the items of a vector index that are nearest to a vector. The search is exact.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SearchVectors.html
"""

import math
import struct
from collections.abc import Callable, Iterator

from emulator.engines.attribute_values import answered
from emulator.kernel.context import Context
from emulator.services.dynamodb import parameters, vectors
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.expressions import Compiled
from emulator.services.dynamodb.expressions.conditions import equal
from emulator.services.dynamodb.expressions.nodes import And, Compare, Path
from emulator.services.dynamodb.expressions.nodes import Value as Placeholder
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import find_table, rows_of
from emulator.services.dynamodb.tables import DynamoTable, Vector, VectorIndex
from emulator.services.dynamodb.values import Item, Value, admit, load

IN_SEARCH = ("SearchConditionExpression", "ProjectionExpression")
MOST_RESULTS = 100
LEAST_BYTES = 1024  # that one search counts
INVALID = "Invalid SearchConditionExpression"


@service.operation
def search_vectors(
    ctx, TableName, IndexName, SearchVector, TopK, ReturnConsumedCapacity=None, SearchConditionExpression=None
):
    """The nearest items, nearest first. Raises ResourceNotFoundException, ValidationException."""
    expressions = parameters.read(ctx.input, IN_SEARCH, ()).compile()
    if TopK > MOST_RESULTS:
        raise invalid(
            f"Provided TopK value '{TopK}' is out of valid range. The value must be between 1 and {MOST_RESULTS} "
            "inclusive"
        )
    wanted = _vector(SearchVector)
    table = find_table(ctx, TableName)
    index = _index(table, IndexName)
    if len(wanted) != index.dimensions:
        raise invalid(
            f"Input search vector dimension {len(wanted)} does not match vector index dimension {index.dimensions}"
        )
    conditions = _conditions(index, expressions.get("SearchConditionExpression"), expressions.values)
    projection = expressions.get("ProjectionExpression")
    found, seen = _nearest(ctx, table, index, wanted, conditions, TopK)
    results = [{"Item": answered(ctx, _told(table, index, item, projection)), "Score": score} for score, item in found]
    answer = {"SearchResults": results}
    if ReturnConsumedCapacity in ("TOTAL", "INDEXES"):
        answer["ConsumedCapacity"] = {"VectorSearchRequestBytes": float(max(LEAST_BYTES, seen))}
    return answer


def _vector(given: list[dict]) -> tuple[float, ...]:
    stored = [admit(each)[0] for each in given]
    if any("N" not in each for each in stored):
        raise invalid("SearchVector must be a list of numbers")
    return struct.unpack(f"<{len(stored)}f", vectors.packed(stored))


def _index(table: DynamoTable, name: str) -> VectorIndex:
    index = next((each for each in table.vectors if each.name == name), None)
    if index is None:
        raise invalid(f"The table does not have the specified index: {name}")
    if index.status == "CREATING":
        raise invalid(f"Cannot search backfilling vector index: {name}")
    return index


def _conditions(index: VectorIndex, expression: Compiled | None, values: dict[str, Value]) -> Item:
    """What attributes of the search schema must equal. Raises ValidationException."""
    terms = {} if expression is None else _equalities(expression, values)
    schema = dict(index.hash + index.filters)
    for name in terms:
        if name not in schema:
            raise invalid(f"{INVALID}: {name} is not an attribute of the index's SearchSchema")
    if any(name not in terms for name, _ in index.hash):
        raise invalid("SearchConditionExpression must be provided when SearchSchema has a HASH key")
    return terms


def _equalities(expression: Compiled, values: dict[str, Value]) -> Item:
    tree = expression.tree
    found: Item = {}
    for term in tree.terms if isinstance(tree, And) else (tree,):
        if not isinstance(term, Compare) or term.operator != "=":
            raise invalid(f"{INVALID}: Invalid comparator used in SearchConditionExpression")
        sides = sorted((term.left, term.right), key=lambda side: not isinstance(side, Path))
        if not (isinstance(sides[0], Path) and isinstance(sides[1], Placeholder)):
            raise invalid(f"{INVALID}: A condition compares one attribute with one value")
        parts = expression.scope.parts(sides[0])
        if len(parts) > 1:
            raise invalid(f"{INVALID}: Only top-level attributes can be used")
        if parts[0] in found:
            raise invalid(f"{INVALID}: There can only be one condition for an attribute")
        found[parts[0]] = values[sides[1].name]
    return found


def _nearest(
    ctx: Context, table: DynamoTable, index: VectorIndex, wanted: tuple[float, ...], conditions: Item, most: int
) -> tuple[list[tuple[float, Item]], int]:
    """Scores and items of the nearest entries, and the bytes of all vectors that were looked at."""
    items, seen, found = rows_of(ctx, table), 0, []
    score = DISTANCES[index.function](wanted)
    filters = [(name, conditions[name]) for name, _ in index.filters if name in conditions]
    layout = struct.Struct(f"<{index.dimensions}f")
    for entry in _entries(ctx, table, index, conditions):
        seen += len(entry.numbers)
        if filters:
            item = load(items[entry.item].body)
            if not all(equal(item.get(name), value) for name, value in filters):
                continue
        found.append((score(layout.unpack(entry.numbers)), entry.item))
    found.sort(reverse=index.function == "DOT_PRODUCT", key=lambda each: each[0])
    return [(value, load(items[key].body)) for value, key in found[:most]], seen


def _entries(ctx: Context, table: DynamoTable, index: VectorIndex, conditions: Item) -> Iterator[Vector]:
    start = vectors.beginning(index, conditions)
    if start is None:  # a partition key of another type: no item has it
        return
    for entry in vectors.rows_of(ctx, table, index).range(start):
        if not entry.key.startswith(start):
            return
        yield entry


def _told(table: DynamoTable, index: VectorIndex, item: Item, projection: Compiled | None) -> Item:
    """Of an item what the index holds and the client wants; without its vector, unless that is asked for."""
    held = vectors.held(table, index, item)
    if projection is not None:
        return projection.run(held)
    return {name: value for name, value in held.items() if name != index.attribute}


# Scores, as functions of the wanted vector that make functions of a vector.

Score = Callable[[tuple[float, ...]], float]


def _dot(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    return math.fsum(map(float.__mul__, one, two))


def _cosine(wanted: tuple[float, ...]) -> Score:
    """From 0 (the same direction) to 2; a vector of zeros has no direction and is as far as a right angle."""
    length = math.hypot(*wanted)

    def score(vector):
        lengths = length * math.hypot(*vector)
        return max(0.0, min(2.0, 1 - _dot(wanted, vector) / lengths)) if lengths else 1.0

    return score


DISTANCES: dict[str, Callable[[tuple[float, ...]], Score]] = {
    "COSINE": _cosine,
    "EUCLIDEAN": lambda wanted: lambda vector: math.dist(wanted, vector),
    "DOT_PRODUCT": lambda wanted: lambda vector: _dot(wanted, vector),
}
