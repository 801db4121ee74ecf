"""The declaration of one service: small tables, and functions where a table can't say it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from conformance.generator.hints import Hints

#: Operations that only look; their variants may share what fixtures made.
LOOKING = ("Get", "List", "Head", "Describe", "Search", "Lookup", "Query", "Scan", "Select")


class Error(NamedTuple):
    """An exact refusal; the message where AWS's is known (``{field}`` names a field of the fixture)."""

    code: str
    status: int
    message: str | None = None


class Fixture(NamedTuple):
    """Something that must exist. ``make(world)`` builds it and gives its fields; ``drop(world, fields)`` undoes that.

    ``absent(world)`` gives the fields of one that does not exist; ``error`` is what naming that is answered.
    """

    name: str
    make: Callable[..., dict]
    drop: Callable[..., None] | None = None
    absent: Callable[..., dict] | None = None
    error: Error | None = None


class Declared:
    """See the package. ``hints``: member to value; ``check`` registers what proves that a call did its work."""

    def __init__(self, service: str, hints: dict[str, Any] | None = None):
        self.service = service
        self.hints = Hints(hints)
        self.fixtures: dict[str, Fixture] = {}
        self.checks: dict[str, list[Callable]] = {}
        self.rules: dict[str, Callable] = {}
        #: Operation and member to the refusal of an absent thing there, where the fixture's own is not it.
        self.errors: dict[tuple[str, str], Error | None] = {}
        #: Operations that are not judged, and why.
        self.left_out: dict[str, str] = {}
        #: Operation to the fixtures that must stand before it is called, though nothing in its input names them.
        self.before: dict[str, tuple[str, ...]] = {}
        #: Operation to its good status where the model does not tell it.
        self.statuses: dict[str, int] = {}
        #: Operations that only look, though their names do not begin so.
        self.looking: set[str] = set()
        #: Output members that the model requires and AWS leaves out nevertheless.
        self.silent: set[str] = set()
        #: Places of the output, as the validation names them, or last members of places, where AWS's answers break
        #: the model's constraints.
        self.loose: set[str] = set()
        #: Operation to members that AWS always answers, and to what undoes an accepted call.
        self.present: dict[str, tuple[str, ...]] = {}
        self.undo: dict[str, Callable] = {}
        #: Operations that look, but are limited so that their variants can't share what fixtures made.
        self.alone: set[str] = set()

    def tells(self, operation: str, *names: str, at: str = "") -> None:
        """Members that AWS always answers, in the structure ``at`` where one is named; beside those told so far."""
        places = tuple(f"{at}.{name}" if at else name for name in names)
        self.present[operation] = (*self.present.get(operation, ()), *places)

    def fixture(self, name: str, drop=None, absent=None, error: Error | None = None) -> Callable:
        """Decorates the function that makes a fixture."""

        def keep(make):
            self.fixtures[name] = Fixture(name, make, drop, absent, error)
            return make

        return keep

    def check(self, *operations: str) -> Callable:
        """Decorates ``function(proof, world, given, answer)``, called after a positive variant was accepted."""

        def keep(function):
            for operation in operations:
                self.checks.setdefault(operation, []).append(function)
            return function

        return keep

    def rule(self, *operations: str) -> Callable:
        """Decorates ``function(given) -> given | str``: the input made right, or why AWS would refuse it."""

        def keep(function):
            for operation in operations:
                self.rules[operation] = function
            return function

        return keep

    def looks(self, operation: str) -> bool:
        """Whether an operation only tells, by its name or because the declaration says so."""
        return operation.startswith(LOOKING) or operation in self.looking
