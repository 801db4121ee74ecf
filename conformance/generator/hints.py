"""What a service's declaration says about values that the model leaves open, in the order in which it is looked up.

A hint stands under ``Operation.Member.Sub``, under ``Member.Sub`` or under ``Member``, the longest name first. It is
a plain value, or one of the classes here.
"""

from typing import Any, NamedTuple


class Ref(NamedTuple):
    """A field of a fixture: the name of a thing that must exist, filled in when the variant is sent."""

    fixture: str
    field: str
    #: Put around the field, as in ``"{}/key"``.
    form: str = "{}"
    #: Whether naming a thing that does not exist is an error.
    must: bool = True


class Unique(NamedTuple):
    """A name that no other variant uses: the prefix, a number of its own, and what follows."""

    prefix: str
    suffix: str = ""


class Samples:
    """Values that are right as a whole (the first is the usual one); positives don't vary what is inside them."""

    def __init__(self, *values: Any):
        self.values = values


class Leave:
    """A member that positives leave out unless it is required, and why; the reason is part of the report."""

    def __init__(self, reason: str):
        self.reason = reason


#: Says that there is no hint; ``None`` could be one.
NOTHING = object()


class Hints:
    """The hints of one service, looked up by the operation and the path of a member."""

    def __init__(self, table: dict[str, Any] | None = None):
        self.table = table or {}
        #: Operation to members that every right input carries, though the model does not require them.
        self.always: dict[str, tuple[str, ...]] = {}

    def at(self, operation: str, path: tuple) -> Any:
        """The hint for a path of member names (list and map steps left out), or NOTHING."""
        if not self.table:
            return NOTHING
        names = [step for step in path if type(step) is str]
        found = self.table.get(".".join([operation, *names]), NOTHING)
        for start in range(len(names)):
            if found is not NOTHING:
                return found
            found = self.table.get(".".join(names[start:]), NOTHING)
        return found
