"""JSONata expressions, ``{% ... %}``, with the functions that Step Functions adds and the limits that it sets.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

import hashlib
import re
from functools import lru_cache
from typing import Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

from emulator.engines.asl.failures import QueryFailure
from emulator.engines.asl.intrinsics import ALGORITHMS, seeded
from emulator.engines.asl.scopes import Environment, Scope
from emulator.engines.asl.texts import dumps, loads

FORM = re.compile(r"\{%(.*)%\}", re.DOTALL)
VARIABLE = re.compile(r"\$([^\W\d]\w*)(?!\w)(?!\s*\()")
BOUND = re.compile(r"[$]([^\W\d]\w*)\s*:=")
PARAMETERS = re.compile(r"(?:function|λ)\s*\(([^)]*)\)")
STRING = re.compile(r"""\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'""")
LONGEST, DEEPEST = 1000, 500  # milliseconds and levels of one evaluation
LARGEST_RANGE = 10_000  # items
NULL = Utils.NULL_VALUE


class InvalidExpression(ValueError):
    """The text is no JSONata."""


def source_of(value: Any) -> str | None:
    """The expression in a string ``{% ... %}``; None for any other value."""
    match = FORM.fullmatch(value) if isinstance(value, str) else None
    return match.group(1).strip() if match else None


class Expression:
    """Parsed JSONata."""

    __slots__ = ("_compiled", "text")

    def __init__(self, text: str):
        self.text = text
        try:
            self._compiled = Jsonata(text)
        except JException as error:
            raise InvalidExpression(f"{error.error}: {error}") from None
        self._compiled.set_output_convert_nulls(False)

    def read(self, scope: Scope, location: str) -> Any:
        """Raises QueryFailure, also where the expression gives nothing."""
        frame = self._compiled.create_frame()
        frame.set_runtime_bounds(LONGEST, DEEPEST)
        for name, function in functions(scope.environment).items():
            frame.bind(name, function)
        for name, value in scope.variables.items():
            frame.bind(name, _given(value))
        frame.bind("states", _given(_states(scope)))
        frame.bind("eval", None)
        try:
            found = self._compiled.evaluate(None, frame)
        except JException as error:
            raise self._threw(location, f"{error.error}: {_message(error)}") from None
        except (ArithmeticError, TypeError, ValueError, AttributeError, KeyError, IndexError, RecursionError) as error:
            raise self._threw(location, str(error)) from None
        if found is None:
            raise QueryFailure(
                f"The JSONata expression '{self.text}' specified for the field '{location}' returned nothing"
                " (undefined).", location,
            )  # fmt: skip
        try:
            return _answered(found)
        except TypeError:
            raise QueryFailure(
                f"The JSONata expression '{self.text}' specified for the field '{location}' returned an unsupported"
                " result type.", location,
            ) from None  # fmt: skip

    def _threw(self, location: str, reason: str) -> QueryFailure:
        return QueryFailure(
            f"The JSONata expression '{self.text}' specified for the field '{location}' threw an error during"
            f" evaluation. {reason}", location,
        )  # fmt: skip


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Raises InvalidExpression."""
    return Expression(text)


def _message(error: JException) -> str:
    return str(error).removeprefix(f"{error.error}: ")


def _states(scope: Scope) -> dict[str, Any]:
    found = {"input": scope.value, "context": scope.context}
    if scope.has_result:
        found["result"] = scope.result
    if scope.error is not None:
        found["errorOutput"] = scope.error
    return found


def _given(value: Any) -> Any:
    """JSON as the library takes it: null is a value of its own there."""
    if value is None:
        return NULL
    if isinstance(value, dict):
        return {name: _given(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_given(each) for each in value]
    return value


def _answered(value: Any) -> Any:
    """A result as JSON. Raises TypeError for functions and patterns."""
    if value is NULL or value is None:
        return None
    if isinstance(value, dict):
        return {str(name): _answered(each) for name, each in value.items()}
    if isinstance(value, list | tuple | range):
        return [_answered(each) for each in value]
    if isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    raise TypeError(type(value).__name__)


# What Step Functions adds to JSONata's functions.


def functions(environment: Environment) -> dict[str, Any]:
    """By name; those that need chance take it from the environment."""

    def chance(seed=None):
        return environment.random() if seed is None else seeded(seed)

    return {**PURE, "uuid": Jsonata.JLambda(environment.uuid), "random": Jsonata.JLambda(chance)}


def _partition(array, size):
    return [array[index : index + int(size)] for index in range(0, len(array), int(size))]


def _range(first, last, step):
    found, value = [], first
    while value <= last if step > 0 else value >= last:
        found.append(value)
        value += step
        if len(found) > LARGEST_RANGE:
            raise JException("D2014", -1, len(found))
    return found[0] if len(found) == 1 else found  # a sequence of one is that one


def _hash(value, algorithm="SHA-256"):
    text = value if isinstance(value, str) else dumps(_answered(value))
    return hashlib.new(ALGORITHMS[algorithm], text.encode()).hexdigest()


PURE = {
    "partition": Jsonata.JLambda(_partition), "range": Jsonata.JLambda(_range), "hash": Jsonata.JLambda(_hash),
    "parse": Jsonata.JLambda(lambda text: _given(loads(text))),
}  # fmt: skip


def variables(text: str) -> set[str]:
    """The names of workflow variables that an expression reads: those that nothing in it binds."""
    code = STRING.sub("''", text)
    bound = set(BOUND.findall(code))
    for parameters in PARAMETERS.findall(code):
        bound.update(VARIABLE.findall(parameters))
    return set(VARIABLE.findall(code)) - bound - {"states"}
