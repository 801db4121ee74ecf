"""DynamoDB's expressions: text into compiled functions, kept per text and names.

``condition``, ``update`` and ``projection`` compile the text of one parameter. Raises ValidationException, in AWS's
words, with the parameter's name. What they return says which names and values it uses, and is run with the values of
a request, in stored form.
"""

from functools import lru_cache
from typing import Any

from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.expressions.checks import check, walk
from emulator.services.dynamodb.expressions.conditions import compile_condition
from emulator.services.dynamodb.expressions.parser import Parser, Wrong
from emulator.services.dynamodb.expressions.paths import check_apart, projector
from emulator.services.dynamodb.expressions.scope import Scope
from emulator.services.dynamodb.expressions.updates import compile_update

LONGEST = 4096  # bytes

Names = tuple[tuple[str, str], ...]


class Compiled:
    """A compiled expression. ``run`` takes (item, values), a projection's (item); ``tree`` is its syntax.

    ``paths`` are those that an update changes or a projection keeps, resolved; ``changed`` their top-level names;
    ``pick`` projects an item onto them; ``attributes`` are the top-level names that a condition looks at.
    """

    __slots__ = (
        "_checks", "attributes", "changed", "names", "parameter", "paths", "pick", "run", "scope", "tree", "values",
    )  # fmt: skip

    def __init__(self, parameter: str, tree: Any, run: Any, scope: Scope, paths: tuple = ()):
        self.parameter = parameter
        self.tree = tree
        self.run = run
        self.scope = scope
        self.paths = paths
        self.changed = frozenset([path[0] for path in paths])
        self.pick = projector(list(paths))
        self.names = frozenset(scope.used_names)
        self.values = frozenset(scope.used_values)
        self._checks = tuple(scope.checks)
        self.attributes = frozenset(
            scope.parts(node)[0] for node, _ in walk(tree) if hasattr(node, "parts")
        )

    def check(self, values: dict) -> None:
        """Look at what depends on the values. Raises ValidationException."""
        try:
            for each in self._checks:
                each(values)
        except Wrong as error:
            raise invalid(f"Invalid {self.parameter}: {error}") from None


def compiled(kind: str, parameter: str, text: str, names: dict[str, str] | None) -> Compiled:
    """``kind`` is condition, update or projection."""
    return _compiled(kind, parameter, text, tuple(names.items()) if names else ())


@lru_cache(maxsize=4096)
def _compiled(kind: str, parameter: str, text: str, names: Names) -> Compiled:
    try:
        if not text:
            raise Wrong("The expression can not be empty;")
        size = len(text.encode())
        if size > LONGEST:
            detail = "" if kind == "update" else f" expression size: {size}"
            raise Wrong(f"Expression size has exceeded the maximum allowed size;{detail}")
        return _COMPILERS[kind](parameter, Parser(text), Scope(dict(names)))
    except Wrong as error:
        raise invalid(f"Invalid {parameter}: {error}") from None


def _condition(parameter: str, parser: Parser, scope: Scope) -> Compiled:
    return condition_of(parameter, parser.condition(), scope)


def condition_of(parameter: str, tree: Any, scope: Scope) -> Compiled:
    """The condition of a tree that was made elsewhere. Raises Wrong."""
    check(tree, scope, update=False)
    return Compiled(parameter, tree, compile_condition(tree, scope), scope)


def _update(parameter: str, parser: Parser, scope: Scope) -> Compiled:
    return update_of(parameter, parser.update(), scope)


def update_of(parameter: str, tree: Any, scope: Scope) -> Compiled:
    """The update of actions that were made elsewhere. Raises Wrong."""
    check(tree, scope, update=True)
    paths = tuple(scope.parts(action.path) for action in tree)
    check_apart(list(paths))
    return Compiled(parameter, tree, compile_update(tree, scope), scope, paths)


def _projection(parameter: str, parser: Parser, scope: Scope) -> Compiled:
    tree = parser.projection()
    scope.admit(list(tree))
    paths = tuple(scope.parts(path) for path in tree)
    check_apart(list(paths))
    compiled = Compiled(parameter, tree, None, scope, paths)
    compiled.run = compiled.pick
    return compiled


_COMPILERS = {"condition": _condition, "update": _update, "projection": _projection}
