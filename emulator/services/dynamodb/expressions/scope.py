"""What names and values mean in one expression, and which of them it used."""

from typing import Any

from emulator.services.dynamodb.expressions.nodes import Path, Value
from emulator.services.dynamodb.expressions.parser import Wrong
from emulator.services.dynamodb.expressions.words import RESERVED

Parts = tuple[str | int, ...]


class Scope:
    """``names`` maps placeholders to attribute names. ``plain``: names are meant as they are (PartiQL, old conditions).

    ``checks`` are run with the values of each request, in order; they raise Wrong.
    """

    def __init__(self, names: dict[str, str] | None = None, plain: bool = False):
        self.names = names or {}
        self.plain = plain
        self.used_names: set[str] = set()
        self.used_values: set[str] = set()
        self.checks: list[Any] = []

    def parts(self, path: Path) -> Parts:
        """A path with its placeholders replaced. :meth:`admit` has seen it before."""
        if self.plain:
            return path.parts
        names = self.names
        return tuple(names[part] if part.__class__ is str and part[0] == "#" else part for part in path.parts)

    def admit(self, nodes: list[Any]) -> None:
        """Refuse reserved words, then names, then (with the values at hand) values that nobody defined."""
        paths = [node for node in nodes if isinstance(node, Path)]
        if not self.plain:
            parts = [part for path in paths for part in path.parts if part.__class__ is str]
            for part in parts:
                if part[0] != "#" and part.upper() in RESERVED:
                    raise Wrong(f"Attribute name is a reserved keyword; reserved keyword: {part}")
            for part in parts:
                if part[0] == "#":
                    if part not in self.names:
                        raise Wrong(
                            "An expression attribute name used in the document path is not defined; "
                            f"attribute name: {part}"
                        )
                    self.used_names.add(part)
        used = [node.name for node in nodes if isinstance(node, Value)]
        self.used_values.update(used)
        if used:
            self.checks.append(lambda values: _defined(used, values))


def _defined(used: list[str], values: dict) -> None:
    for name in used:
        if name not in values:
            raise Wrong(f"An expression attribute value used in expression is not defined; attribute value: {name}")


def shown(parts: Parts) -> str:
    """A path as AWS shows it in messages: ``[a, b, [0]]``."""
    return f"[{', '.join(part if part.__class__ is str else f'[{part}]' for part in parts)}]"
