"""Conditions on the values of a log event, whichever way it tells them: the one matcher of all filter patterns."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from emulator.engines.timed_regex import Expression

Look = Callable[[str], list]  # the values at a selector; none where the event has nothing there


class Compared(NamedTuple):
    """``selector operator operand``: some value must fit; for ``!=`` there must be one, and none may be equal."""

    selector: str
    operator: str
    fits: Callable[[Any], bool]

    def holds(self, look: Look) -> bool:
        values = look(self.selector)
        if self.operator == "!=":
            return bool(values) and not any(map(self.fits, values))
        return any(map(self.fits, values))


class Constant(NamedTuple):
    """``selector IS NULL | TRUE | FALSE``."""

    selector: str
    value: bool | None

    def holds(self, look: Look) -> bool:
        return any(value is self.value for value in look(self.selector))


class Absent(NamedTuple):
    """``selector NOT EXISTS``."""

    selector: str

    def holds(self, look: Look) -> bool:
        return not look(self.selector)


class Every(NamedTuple):
    """All of the conditions must hold."""

    parts: tuple

    def holds(self, look: Look) -> bool:
        return all(part.holds(look) for part in self.parts)


class Some(NamedTuple):
    """One of the conditions must hold."""

    parts: tuple

    def holds(self, look: Look) -> bool:
        return any(part.holds(look) for part in self.parts)


def selectors(condition) -> Iterable[str]:
    """The selectors of a condition, in the order of their appearance."""
    if isinstance(condition, Every | Some):
        for part in condition.parts:
            yield from selectors(part)
    else:
        yield condition.selector


def number(value: Any) -> float | None:
    """A value as a number; None for what is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__,
}  # fmt: skip


def fitting(operator: str, operand: str, kind: str) -> Callable[[Any], bool]:
    """The test that an operator makes of its operand; ``kind`` is QUOTED, REGEX or WORD. Raises ValueError."""
    if operator in ORDERS:
        bound, order = number(operand) if kind == "WORD" else None, ORDERS[operator]
        if bound is None:
            raise ValueError(f"{operator} needs a number")
        return lambda value: (found := number(value)) is not None and order(found, bound)
    if kind == "REGEX":
        expression = Expression(operand)
        return lambda value: isinstance(value, str) and expression.search(value) is not None
    wanted = number(operand) if kind == "WORD" else None
    if wanted is not None:
        return lambda value: value == operand or number(value) == wanted
    if "*" in operand:
        glob = re.compile(".*".join(map(re.escape, operand.split("*"))), re.DOTALL)
        return lambda value: (text := written(value)) is not None and glob.fullmatch(text) is not None
    return lambda value: written(value) == operand


def written(value: Any) -> str | None:
    """A scalar as text; None for null and for what holds others."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None
