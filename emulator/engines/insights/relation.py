"""What the commands of a query work on: SQL that grows, the columns that it has, and how rows are shown."""

import json
from collections.abc import Callable, Sequence
from copy import copy
from typing import NamedTuple

from emulator.engines.insights.syntax import Command, Query, Unsupported
from emulator.engines.insights.typed import Typed, identifier, quoted, text

SYSTEM = {"@timestamp": "time", "@ingestionTime": "time", "@message": "text", "@logStream": "text", "@log": "text",
          "@ptr": "text"}  # fmt: skip
EARLIER = "@@earlier"  # whether an event is of the time that a query compares with
UNGROUPED = ("@timestamp", "@message")  # what is shown where nothing says what is


class Dialect(NamedTuple):
    """A language of queries: what reads it, what its commands do, what its functions are; each by its word.

    ``functions`` and ``aggregates`` tell the fewest arguments, the most, and what makes the SQL; ``forms`` are those
    functions whose arguments are no mere values. ``pointed``: whether rows that are events lead to them.
    """

    parse: Callable[[str], list[Command]]
    commands: dict[str, Callable]
    functions: dict[str, tuple[int, int, Callable]]
    aggregates: dict[str, tuple[int, int, Callable]]
    forms: dict[str, Callable]
    pointed: bool


class Plan:
    """What the relations of one query share; what follows ``compares`` is found while they are made.

    ``nested`` are the relations of the queries within it, ``tables`` the lookup tables that it needs, ``compared`` the
    time that it compares with ("" for none), ``source`` what it itself says of the log groups. ``span`` is the query's
    time: its first and last millisecond.
    """

    def __init__(self, dialect: Dialect, now: int, span: tuple[int, int], compares: bool):
        self.dialect, self.now, self.span, self.compares = dialect, now, span, compares
        self.nested: list[Relation] = []
        self.tables: set[str] = set()
        self.source = self.compared = ""


class Bins(NamedTuple):
    """The column that is times cut to a period, the period, by how much (milliseconds) they are shifted, and what else
    rows were grouped by."""

    column: str
    period: str
    shift: int
    others: tuple[str, ...]


class Relation:
    """``sql`` is the relation so far, ``columns`` its columns' kinds, ``matched`` it was after the last filter.

    ``wanted`` are the fields of events that the query names and that no command makes: the caller has to provide them
    as columns of texts in ``base``, besides those of every event. ``sides`` are what was joined, by their names.
    """

    def __init__(self, plan: Plan, base: str = "events", source: str = ""):
        self.plan, self.base, self.source = plan, base, source
        self.sql = self.matched = base
        self.columns: dict[str, str] = dict(SYSTEM)
        self.wanted: dict[str, None] = {}
        self.indexed: set[str] = set()  # fields without whose index a log group is left out
        self.shown: list[str] = []
        self.order: list[tuple[str, bool]] = [(identifier("@timestamp"), True)]
        self.grouped = False
        self.sides: dict[str, Relation] = {}
        self.flattened: tuple[str, ...] = ()  # fields whose parts stand for themselves
        self.instead: dict[str, str] = {}  # the SQL of columns that are read so
        self.bins: Bins | None = None

    def apply(self, commands: Sequence[Command]) -> "Relation":
        for command in commands:
            self.plan.dialect.commands[command.kind](self, *command.parts)
        return self

    def nest(self, query: Query) -> "Relation":
        """The relation of a query within this one."""
        nested = Relation(self.plan, f"events{len(self.plan.nested)}", query.source)
        self.plan.nested.append(nested)
        return nested.apply(query.commands)

    # Columns

    def column(self, name: str) -> Typed:
        """A column; part of a JSON column; a side's; else a field of the events, which then is wanted."""
        if name in self.columns:
            return Typed(self.instead.get(name) or identifier(name), self.columns[name])
        head, path = name, []
        while "." in head:
            head, _, last = head.rpartition(".")
            path.insert(0, last)
            if self.columns.get(head) == "json":
                steps = "".join(f"[{step}]" if step.isdigit() else f".{json.dumps(step)}" for step in path)
                return Typed(f"json_extract({identifier(head)}, {quoted('$' + steps)})", "json")
        if self.sides:
            head, rest, found = self.of_side(name)
            return found._replace(sql=f"struct_extract({identifier(head)}, {quoted(rest)})")
        if self.grouped:
            return Typed("NULL", "text")
        return self._discovered(name)

    def _discovered(self, name: str) -> Typed:
        """A field of the events, or a part of what was flattened."""
        parts = [f"{each}.{name}" for each in self.flattened]
        for each in (*parts, name):
            self.wanted[each] = None
            self.columns[each] = "text"
        if parts:
            self.instead[name] = f"coalesce({', '.join(map(identifier, (*parts, name)))})"
        return self.column(name)

    def of_side(self, name: str) -> tuple[str, str, Typed]:
        """The side that a name begins with, or the first, and its column. Raises Unsupported."""
        head, _, rest = name.partition(".")
        if head not in self.sides:
            head, rest = next(iter(self.sides)), name
        found = self.sides[head].column(rest)
        if found.sql != identifier(rest):
            raise Unsupported(f"{name}: a part of a field from before the join, or none")
        return head, rest, found

    def set(self, name: str, value: Typed) -> None:
        """A column is added, or takes another's place."""
        if name in self.columns and value.sql == identifier(name):
            return
        self.wrap(f"{self.without(name)}, {value.sql} AS {identifier(name)}")
        self.columns[name] = value.kind
        self.instead.pop(name, None)

    def show(self, name: str) -> None:
        """A column is shown, where it is not yet."""
        if name not in self.names():
            self.shown = [*self.names(), name]

    def drop(self, name: str) -> None:
        """A column is no more there."""
        self.wrap(self.without(name))
        self.columns.pop(name, None)

    def without(self, *names: str) -> str:
        """All columns but those."""
        hidden = [identifier(name) for name in names if name in self.columns]
        return f"* EXCLUDE ({', '.join(hidden)})" if hidden else "*"

    # The relation

    def wrap(self, select: str, rest: str = "") -> None:
        self.sql = f"(SELECT {select} FROM {self.sql}{rest})"

    def regroup(self, columns: dict[str, str], order: list[tuple[str, bool]]) -> None:
        """Rows are no events any more."""
        self.columns, self.shown, self.order, self.grouped, self.sides = columns, list(columns), order, True, {}
        self.bins, self.instead = None, {}

    def join(self, name: str, other: "Relation", other_name: str, on: Callable[[], str], kind: str) -> None:
        """Rows of both, where ``on``, told once there are sides, holds."""
        left = copy(self)
        self.columns, self.shown, self.sides = {}, [], {name: left, other_name: other}
        self.order = [] if self.grouped else [(self.column("@timestamp").sql, True)]
        first, second = identifier(name), identifier(other_name)
        pairs = f"{left.sql} AS {first} {kind} JOIN {other.sql} AS {second} ON {on()}"
        self.sql = self.matched = f"(SELECT {first}, {second} FROM {pairs})"

    # The end

    def names(self) -> list[str]:
        """What is shown."""
        return list(dict.fromkeys(self.shown or ([] if self.grouped else UNGROUPED)))

    def ordered(self) -> str:
        order = ", ".join(f"{sql} {'DESC' if down else 'ASC'} NULLS LAST" for sql, down in self.order)
        return f" ORDER BY {order}" if order else ""

    def result(self, limit: int) -> tuple[list[str], str]:
        """The names of what is shown, and the SQL of the rows, all texts."""
        names = self.names()
        if self.plan.dialect.pointed and not self.grouped and "@ptr" not in names:
            names.append("@ptr")
        shown = ", ".join(f"{text(self.column(name))} AS {identifier(name)}" for name in names)
        return names, f"SELECT {shown} FROM {self.sql}{self.ordered()} LIMIT {limit}"
