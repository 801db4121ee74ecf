"""What is wrong with an answer."""

from typing import Any, NamedTuple


class Finding(NamedTuple):
    """``kind`` is one of lab.report's kinds of difference; ``path`` is dotted; ``expected`` says what should stand."""

    path: str
    kind: str
    expected: Any = None
    got: Any = None

    def __str__(self) -> str:
        where = self.path or "(answer)"
        return f"{where}: {self.kind}, expected {_short(self.expected)}, got {_short(self.got)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 200 else f"{text[:197]}..."
