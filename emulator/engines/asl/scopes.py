"""What expressions of a state can see."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Environment(NamedTuple):
    """Time and chance, handed in so that an execution can be repeated. ``now`` in epoch seconds."""

    now: float
    uuid: Callable[[], str]
    random: Callable[[], float]  # at least 0, below 1
    token: Callable[[], str] = str  # of a task that waits for word from outside
    has_activity: Callable[[str], bool] = bool  # whether an ARN is an activity's that is there


class Scope(NamedTuple):
    """``value`` is JSONPath's ``$`` and JSONata's ``$states.input``; ``context`` is ``$$`` and ``$states.context``."""

    value: Any
    context: dict[str, Any]
    variables: dict[str, Any]
    environment: Environment
    result: Any = None
    has_result: bool = False
    error: dict[str, str] | None = None
    text: str | None = None  # the value as it was given

    def of(self, value: Any) -> "Scope":
        return self._replace(value=value, text=self.text if value is self.value else None)

    def with_result(self, result: Any) -> "Scope":
        return self._replace(result=result, has_result=True)
