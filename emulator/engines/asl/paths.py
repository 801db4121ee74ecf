"""JSONPath as Step Functions reads it: of the input (``$.a``), the context object (``$$.a``), a variable (``$name.a``).

A path that names one place is definite: nothing there is an error. Any other gives a list, be it empty.
https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jsonpath

from emulator.engines.asl.failures import EngineFailure
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.texts import dumps

HEAD = re.compile(r"\$\$|\$([^\W\d]\w*)?")
STEP = re.compile(
    r"""\.([^\s.\[\]()'"*,:?@$]+)            # .name
    |\[\s*'((?:[^'\\]|\\.)*)'\s*\]      # ['name']
    |\[\s*"((?:[^"\\]|\\.)*)"\s*\]
    |\[\s*(-?\d+)\s*\]                 # [0]""",
    re.VERBOSE,
)
ESCAPED = re.compile(r"\\(.)")

Step = str | int


class InvalidPath(ValueError):
    """The text is no path."""


class NoResult(LookupError):
    """A definite path leads nowhere; ``detail`` says where, as the JSONPath library that AWS uses does."""

    def __init__(self, path: "Path", detail: str, document: Any):
        super().__init__(path.text)
        self.path = path
        self.detail = detail
        self.document = document


class Path:
    """A path, parsed. ``steps`` is None for one that is not definite; ``variable`` names the variable that it reads."""

    __slots__ = ("_find", "context", "steps", "text", "variable")

    def __init__(self, text: str):
        head = HEAD.match(text)
        if head is None:
            raise InvalidPath(text)
        self.text = text
        self.context = head.group() == "$$"
        self.variable = head.group(1)
        rest = text[head.end() :]
        self.steps = _steps(rest)
        self._find: Callable[[Any], list] | None = None
        if self.steps is None:
            try:
                compiled = jsonpath.compile("$" + rest)
            except Exception:
                raise InvalidPath(text) from None
            self._find = compiled.findall

    def read(self, scope: Scope) -> Any:
        """Raises NoResult, also for a variable that is not there."""
        if self.context:
            document = scope.context
        elif self.variable is not None:
            if self.variable not in scope.variables:
                raise NoResult(self, f"No results for path: $['{self.variable}']", scope.variables)
            document = scope.variables[self.variable]
        else:
            document = scope.value
        if self.steps is None:
            return self._find(document) if isinstance(document, dict | list) else []
        return self._walk(document)

    def _walk(self, document: Any) -> Any:
        value = document
        for index, step in enumerate(self.steps):
            try:
                if step.__class__ is int:
                    if not isinstance(value, list):
                        raise KeyError
                    value = value[step]
                elif isinstance(value, dict):
                    value = value[step]
                else:
                    raise KeyError
            except (KeyError, IndexError):
                last = index == len(self.steps) - 1
                raise NoResult(self, _missing(self.steps[: index + 1], last), document) from None
        return value

    def exists(self, scope: Scope) -> bool:
        try:
            found = self.read(scope)
        except NoResult:
            return False
        return self.steps is not None or bool(found)

    def put(self, document: Any, value: Any) -> Any:
        """A copy of a document with a value at this place, which is made where it isn't there."""
        try:
            return _put(document, self.steps, value)
        except TypeError:
            raise EngineFailure(
                "States.ResultPathMatchFailure",
                f"Unable to apply step \"{self.text.removeprefix('$.')}\" to input {dumps(document)}",
            ) from None


def _steps(rest: str) -> tuple[Step, ...] | None:
    found: list[Step] = []
    position = 0
    while position < len(rest):
        match = STEP.match(rest, position)
        if match is None:
            return None
        name, single, double, index = match.groups()
        found.append(int(index) if index is not None else name or ESCAPED.sub(r"\1", single or double or ""))
        position = match.end()
    return tuple(found)


def _missing(steps: tuple[Step, ...], last: bool) -> str:
    where = "$" + "".join(f"[{step}]" if isinstance(step, int) else f"['{step}']" for step in steps)
    return f"No results for path: {where}" if last else f"Missing property in path {where}"


def _put(document: Any, steps: tuple[Step, ...], value: Any) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        if not isinstance(document, list) or not -len(document) <= step < len(document):
            raise TypeError
        copy = list(document)
        copy[step] = _put(document[step], rest, value)
        return copy
    if document is None:
        document = {}
    if not isinstance(document, dict):
        raise TypeError
    return {**document, step: _put(document.get(step), rest, value)}


@lru_cache(maxsize=4096)
def parse(text: str) -> Path:
    """Raises InvalidPath."""
    return Path(text)
