"""What a PartiQL statement does: writes made ready, selects as the page they read.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
"""

from typing import Any, NamedTuple

from emulator.engines.attribute_values import answered, plain_item
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.dynamodb import ranges, writes
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.expressions import Compiled, condition_of, update_of
from emulator.services.dynamodb.expressions.key_conditions import MIRRORED, Conditions
from emulator.services.dynamodb.expressions.nodes import And, Between, Call, Compare, Path
from emulator.services.dynamodb.expressions.nodes import Value as Placeholder
from emulator.services.dynamodb.expressions.parser import Wrong
from emulator.services.dynamodb.expressions.paths import projector
from emulator.services.dynamodb.expressions.scope import Scope
from emulator.services.dynamodb.partiql.parser import Delete, Exists, Insert, Select, Statement, Update
from emulator.services.dynamodb.reading import Page, find_index
from emulator.services.dynamodb.store import find_table, projected
from emulator.services.dynamodb.tables import DynamoTable, Index, Stored
from emulator.services.dynamodb.values import Item, Value, item_size, load

NO_KEY = "Where clause does not contain a mandatory equality on all key attributes"
Values = dict[str, Value]


def compile_condition(tree: Any, values: Values) -> writes.Test:
    """Raises ValidationException."""
    return _compile(condition_of, tree, values), values


def _compile(make, tree: Any, values: Values) -> Compiled:
    try:
        compiled = make("WHERE clause", tree, Scope(plain=True))
    except Wrong as error:
        raise invalid(str(error)) from None
    compiled.check(values)
    return compiled


def _terms(where: Any) -> list[Any]:
    if where is None:
        return []
    return [each for term in where.terms for each in _terms(term)] if isinstance(where, And) else [where]


def _on_key(term: Any, names: list[str]) -> tuple[str, str, list[Placeholder]] | None:
    """Attribute, operator and values of a term that a key condition can express; None for others."""
    if isinstance(term, Compare):
        left, right, operator = term.left, term.right, term.operator
        if isinstance(left, Placeholder) and isinstance(right, Path) and operator in MIRRORED:
            left, right, operator = right, left, MIRRORED[operator]
        found = (left, operator, [right])
    elif isinstance(term, Between):
        found = (term.operand, "between", [term.low, term.high])
    elif isinstance(term, Call) and term.name == "begins_with" and len(term.arguments) == 2:
        found = (term.arguments[0], "begins_with", [term.arguments[1]])
    else:
        return None
    path, operator, operands = found
    fits = isinstance(path, Path) and len(path.parts) == 1 and path.parts[0] in names
    if not fits or operator == "<>" or not all(isinstance(each, Placeholder) for each in operands):
        return None
    return path.parts[0], operator, operands


def split(place: DynamoTable | Index, where: Any, values: Values) -> tuple[Conditions, list[Any]]:
    """The conditions of a WHERE clause that choose keys, and the other terms."""
    names, conditions, others = [name for name, _ in place.keys], {}, []
    for term in _terms(where):
        found = _on_key(term, names)
        if found is None or found[0] in conditions:
            others.append(term)
        else:
            conditions[found[0]] = (found[1], [values[each.name] for each in found[2]])
    return conditions, others


def whole_key(table: DynamoTable, where: Any, values: Values) -> tuple[Item, list[Any]]:
    """The one key that a WHERE clause chooses, and its other terms. Raises ValidationException."""
    conditions, others = split(table, where, values)
    if any(name not in conditions or conditions[name][0] != "=" for name, _ in table.keys):
        raise invalid(NO_KEY)
    return plain_item({name: conditions[name][1][0] for name, _ in table.keys}), others


def _exists_and(table: DynamoTable, others: list[Any]) -> Any:
    exists = Call("attribute_exists", (Path((table.hash[0][0],)),))
    return And((exists, *others)) if others else exists


class Returning(NamedTuple):
    """What a write answers: ``which`` as the statement says, of the paths that it changed."""

    which: str
    changes: Compiled | None = None

    def items(self, ctx: Context, before: Stored | None, after: Stored | None) -> list:
        stored = before if self.which.endswith("OLD") else after
        if stored is None:
            return []
        if self.which.startswith("ALL"):
            return [answered(ctx, stored.body)]
        picked = self.changes.pick(load(stored.body)) if self.changes else None
        return [answered(ctx, picked)] if picked else []


def duplicate() -> AwsError:
    return AwsError("DuplicateItemException", "Duplicate primary key exists in table")


def write_of(
    ctx: Context, statement: Statement, values: Values, tell_old: bool = False
) -> tuple[writes.Write, Returning | None]:
    """The write of a statement that writes. Raises ValidationException, ResourceNotFoundException."""
    if isinstance(statement, Exists):
        return _check(ctx, statement.select, values), None
    table, name = find_table(ctx, statement.table), statement.table
    if isinstance(statement, Insert):
        return _insert(table, name, statement.item["M"]), None
    key, others = whole_key(table, statement.where, values)
    if isinstance(statement, Delete):
        test = compile_condition(_or_alone(others), values) if others else None
        returning = Returning(statement.returning) if statement.returning else None
        return writes.delete(table, name, key, test, tell_old), returning
    assert isinstance(statement, Update)
    changes = _compile(update_of, statement.actions, values)
    test = compile_condition(_exists_and(table, others), values)
    returning = Returning(statement.returning, changes) if statement.returning else None
    return writes.update(table, name, key, changes, values, test, tell_old), returning


def _or_alone(terms: list[Any]) -> Any:
    return terms[0] if len(terms) == 1 else And(tuple(terms))


def _insert(table: DynamoTable, name: str, item: Item) -> writes.Write:
    size = item_size(item)
    writes.check_size(size)
    write = writes.put(table, name, item, size)

    def only_new(before: Stored | None, old: Item) -> Stored:
        if before is not None:
            raise duplicate()
        return write.make(before, old)

    return replace(write, make=only_new)


def _check(ctx: Context, select: Select, values: Values) -> writes.Write:
    table = find_table(ctx, select.table)
    key, others = whole_key(table, select.where, values)
    return writes.check(table, select.table, key, compile_condition(_exists_and(table, others), values))


# Selects


class Chosen:
    """What a page of a select tells: all or paths; the same seam as Query's selection."""

    def __init__(self, table: DynamoTable, index: Index | None, paths: tuple[Path, ...] | None):
        self.count_only = self.fetches = False
        self.view = None
        self.pick = None if paths is None else projector([path.parts for path in paths])
        if index is not None and index.projection != "ALL":
            self.view = lambda item: projected(table, index, item)


def page_of(
    ctx: Context, select: Select, values: Values, start: Item | None, limit: int | None, consistent: bool
) -> Page:
    """Read a page of a select. Raises ValidationException, ResourceNotFoundException."""
    table = find_table(ctx, select.table)
    index = find_index(table, select.index, "Query")
    if consistent and index is not None and not index.local:
        raise invalid("Consistent reads are not supported on global secondary indexes")
    place = index if index is not None else table
    conditions, others = split(place, select.where, values)
    conditions, others = _usable(place, conditions, others, select.where)
    test = compile_condition(_or_alone(others), values) if others else None
    if conditions:
        stretch = ranges.of_query(place, conditions)
    else:
        stretch = _of_scan(place, select)
    page = Page(ctx, table, index, Chosen(table, index, select.paths), test)
    begin = None if start is None else ranges.start_key(table, index, start, query=False)
    page.read(stretch, begin, limit, forward=select.order is None or select.order[1])
    return page


def _usable(place: DynamoTable | Index, conditions: Conditions, others: list[Any], where: Any):
    """Key conditions count only with equality on the whole partition key; else all is a filter."""
    whole = all(name in conditions and conditions[name][0] == "=" for name, _ in place.hash)
    return (conditions, others) if whole else ({}, _terms(where))


def _of_scan(place: DynamoTable | Index, select: Select) -> ranges.Stretch:
    if select.order is not None:
        raise invalid(
            "Must have WHERE clause in the statement when using ORDER BY clause."
            if select.where is None
            else "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
        )
    return ranges.of_segment(None, None)


def whole_item(ctx: Context, select: Select, values: Values) -> tuple[DynamoTable, Item]:
    """Table and key of a select that reads one item. Raises ValidationException."""
    table = find_table(ctx, select.table)
    key, others = whole_key(table, select.where, values)
    if others or select.index is not None:
        raise invalid(NO_KEY)
    return table, key
