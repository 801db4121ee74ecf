"""The expression parameters of a request: which may be given together, their names and values, and what is unused.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html
"""

import re

from emulator.kernel.errors import AwsError
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.expressions import Compiled, compiled
from emulator.services.dynamodb.values import Value, admit

KINDS = {
    "UpdateExpression": "update",
    "ConditionExpression": "condition",
    "KeyConditionExpression": "condition",
    "FilterExpression": "condition",
    "SearchConditionExpression": "condition",
    "ProjectionExpression": "projection",
}
HAVE_VALUES = tuple(name for name, kind in KINDS.items() if kind != "projection")
PLACEHOLDER = re.compile(r"[#:][A-Za-z0-9_]+")
NONE: dict[str, Compiled] = {}

# The texts of a request's expressions, the names and the names of values: what clients send over and over.
Form = tuple[tuple, tuple | None, tuple | None]
MOST_FORMS = 4096
# The forms that were found right, all but what depends on the values themselves.
_known: dict[Form | None, dict[str, Compiled]] = {}


class Expressions:
    """The expressions of one request. ``values`` are in stored form; ``get`` gives a compiled expression or None."""

    __slots__ = ("_form", "_found", "_given", "_names", "values")

    def __init__(self, given: dict, names: dict | None, values: dict[str, Value], form: Form | None = None):
        self._given = given
        self._names = names
        self._form = form
        self.values = values
        self._found = NONE

    def get(self, parameter: str) -> Compiled | None:
        return self._found.get(parameter)

    def compile(self) -> "Expressions":
        """Compile all, then look for names and values that none uses. Raises ValidationException."""
        if not self._given:
            return self
        names, values = self._names, self.values
        known = _known.get(self._form)
        if known is not None:
            self._found = known
            for expression in known.values():
                expression.check(values)
            return self
        self._found = found = {}
        for parameter, text in self._given.items():
            expression = found[parameter] = compiled(KINDS[parameter], parameter, text, names)
            expression.check(values)
        if names:
            _refuse_unused("Names", names, [each.names for each in found.values()])
        if values:
            _refuse_unused("Values", values, [each.values for each in found.values()])
        if len(_known) >= MOST_FORMS:
            _known.clear()
        _known[self._form] = found
        return self


EMPTY = Expressions({}, None, {})


def read(given: dict, parameters: tuple[str, ...], legacy: tuple[str, ...]) -> Expressions:
    """The expressions among ``parameters`` (in the order in which AWS looks at them), not compiled yet.

    ``legacy`` are the operation's parameters that can't stand beside expressions. Raises ValidationException.
    """
    if "ExpressionAttributeNames" not in given and "ExpressionAttributeValues" not in given:
        texts = {name: given[name] for name in parameters if name in given}
        if not texts:
            return EMPTY
    else:
        texts = {name: given[name] for name in parameters if name in given}
    old = [name for name in legacy if name in given]
    if old and texts:
        raise invalid(
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
            f"{{{', '.join(old)}}} Expression parameters: {{{', '.join(texts)}}}"
        )
    names, values = given.get("ExpressionAttributeNames"), given.get("ExpressionAttributeValues")
    form = (
        tuple(texts.items()), None if names is None else tuple(names.items()), None if values is None else tuple(values)
    )  # fmt: skip
    known = form in _known
    if names is not None and not known:
        _check_names(names, texts)
    if values is not None:
        if not known:
            _check_values(values, texts, parameters)
        values = _admit_values(values)
    return Expressions(texts, names, values or {}, form)


def _check_names(names: dict[str, str], texts: dict[str, str]) -> None:
    if not texts:
        raise invalid("ExpressionAttributeNames can only be specified when using expressions")
    if not names:
        raise invalid("ExpressionAttributeNames must not be empty")
    for name in names:
        if name[:1] != "#" or not PLACEHOLDER.fullmatch(name):
            raise invalid(f'ExpressionAttributeNames contains invalid key: Syntax error; key: "{name}"')


def _check_values(values: dict, texts: dict[str, str], parameters: tuple[str, ...]) -> None:
    takers = [name for name in parameters if name in HAVE_VALUES]
    if not any(name in texts for name in takers):
        suffix = f": {' and '.join(takers)} {'is' if len(takers) == 1 else 'are'} null" if takers else ""
        raise invalid(f"ExpressionAttributeValues can only be specified when using expressions{suffix}")
    if not values:
        raise invalid("ExpressionAttributeValues must not be empty")


def _admit_values(values: dict) -> dict[str, Value]:
    out = {}
    for name, value in values.items():
        if name[:1] != ":" or not PLACEHOLDER.fullmatch(name):
            raise invalid(f'ExpressionAttributeValues contains invalid key: Syntax error; key: "{name}"')
        try:
            out[name] = admit(value)[0]
        except AwsError as error:
            raise invalid(f"ExpressionAttributeValues contains invalid value: {error.message} for key {name}") from None
    return out


def _refuse_unused(what: str, given: dict, used: list[frozenset[str]]) -> None:
    unused = [name for name in given if not any(name in each for each in used)]
    if unused:
        listed = ", ".join(unused)
        raise invalid(f"Value provided in ExpressionAttribute{what} unused in expressions: keys: {{{listed}}}")
