"""The parameters from before expressions, turned into the trees that expressions make.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
"""

from typing import Any

from emulator.kernel.errors import AwsError
from emulator.services.dynamodb.errors import invalid, invalid_value
from emulator.services.dynamodb.expressions import Compiled, condition_of, update_of
from emulator.services.dynamodb.expressions.nodes import Action, And, Between, Call, Compare, In, Not, Or, Path
from emulator.services.dynamodb.expressions.nodes import Value as Placeholder
from emulator.services.dynamodb.expressions.scope import Scope
from emulator.services.dynamodb.values import Value, admit

# How many values an operator takes, and of which types (None: all).
OPERATORS: dict[str, tuple[int, tuple[str, ...] | None]] = {
    "EQ": (1, None), "NE": (1, None), "IN": (-1, ("S", "N", "B")), "LE": (1, ("S", "N", "B")),
    "LT": (1, ("S", "N", "B")), "GE": (1, ("S", "N", "B")), "GT": (1, ("S", "N", "B")),
    "BETWEEN": (2, ("S", "N", "B")), "NOT_NULL": (0, None), "NULL": (0, None), "CONTAINS": (1, ("S", "N", "B")),
    "NOT_CONTAINS": (1, ("S", "N", "B")), "BEGINS_WITH": (1, ("S", "B")),
}  # fmt: skip
SYMBOLS = {"EQ": "=", "NE": "<>", "LE": "<=", "LT": "<", "GE": ">=", "GT": ">"}
KEY_OPERATORS = ("EQ", "LE", "LT", "GE", "GT", "BEGINS_WITH", "BETWEEN")


class Values:
    """Values that get names, as those of expressions have."""

    def __init__(self):
        self.values: dict[str, Value] = {}

    def name(self, value: Value) -> Placeholder:
        name = f":{len(self.values)}"
        self.values[name] = value
        return Placeholder(name)


def operands(name: str, operator: str | None, given: list[dict] | None) -> list[Value]:
    """The values of one old condition in stored form. Raises ValidationException."""
    values = [admit(each)[0] for each in given or ()]
    count, kinds = OPERATORS[operator]
    if (len(values) != count) if count >= 0 else not values:
        raise invalid_value(
            f"Invalid number of argument(s) for the {operator} ComparisonOperator"
        )
    for value in values:
        (kind,) = value
        if kinds and kind not in kinds:
            raise invalid_value(f"ComparisonOperator {operator} is not valid for {kind} AttributeValue type")
    if len({next(iter(value)) for value in values}) > 1:
        raise invalid_value("AttributeValues inside AttributeValueList must be of same type")
    return values


def test(name: str, operator: str, given: list[Value], values: Values) -> Any:
    """The tree of one old condition on an attribute."""
    path, names = Path((name,)), [values.name(each) for each in given]
    if operator in SYMBOLS:
        return Compare(SYMBOLS[operator], path, names[0])
    if operator == "IN":
        return In(path, tuple(names))
    if operator == "BETWEEN":
        return Between(path, *names)
    if operator == "NULL":
        return Call("attribute_not_exists", (path,))
    exists = Call("attribute_exists", (path,))
    if operator == "NOT_NULL":
        return exists
    if operator == "NOT_CONTAINS":
        return And((exists, Not(Call("contains", (path, names[0])))))
    return Call(operator.lower(), (path, names[0]))


def _joined(terms: list[Any], conjunction: str | None) -> Any:
    if len(terms) == 1:
        return terms[0]
    return (Or if conjunction == "OR" else And)(tuple(terms))


def _compiled(parameter: str, terms: list[Any], conjunction: str | None) -> Compiled:
    return condition_of(parameter, _joined(terms, conjunction), Scope(plain=True))


Condition = tuple[Compiled, dict[str, Value]]  # with the values that it is run with


def expected(given: dict | None, conjunction: str | None) -> Condition | None:
    """``Expected`` and ``ConditionalOperator``. Raises ValidationException."""
    if not given:
        if conjunction is not None:
            raise invalid("ConditionalOperator cannot be used without Filter or Expected")
        return None
    if conjunction is not None and len(given) < 2:
        raise _needless()
    values = Values()
    terms = [_expectation(name, each, values) for name, each in given.items()]
    return _compiled("Expected", terms, conjunction), values.values


def _needless() -> AwsError:
    return invalid("ConditionalOperator can only be used when Filter or Expected has two or more elements")


def _expectation(name: str, given: dict, values: Values) -> Any:
    operator = given.get("ComparisonOperator")
    if operator is not None:
        if "Exists" in given:
            raise invalid_value(f"Exists and ComparisonOperator cannot be used together for Attribute: {name}")
        if "Value" in given and "AttributeValueList" in given:
            raise invalid_value(f"Value and AttributeValueList cannot be used together for Attribute: {name}")
        listed = [given["Value"]] if "Value" in given else given.get("AttributeValueList")
        return test(name, operator, operands(name, operator, listed), values)
    if "AttributeValueList" in given:
        raise invalid_value(f"AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}")
    if given.get("Exists") is False:
        if "Value" in given:
            raise invalid_value(f"Value cannot be used when Exists is set to false for Attribute: {name}")
        return test(name, "NULL", [], values)
    if "Value" not in given:
        shown = "true" if "Exists" in given else "null"
        raise invalid_value(f"Value must be provided when Exists is {shown} for Attribute: {name}")
    return test(name, "EQ", [admit(given["Value"])[0]], values)


def filters(parameter: str, given: dict | None, conjunction: str | None) -> Condition | None:
    """``QueryFilter`` or ``ScanFilter``. Raises ValidationException."""
    if not given:
        if conjunction is not None:
            raise invalid("ConditionalOperator cannot be used without Filter or Expected")
        return None
    if conjunction is not None and len(given) < 2:
        raise _needless()
    values = Values()
    terms = [
        test(name, each["ComparisonOperator"], operands(name, each["ComparisonOperator"],
             each.get("AttributeValueList")), values)
        for name, each in given.items()
    ]  # fmt: skip
    return _compiled(parameter, terms, conjunction), values.values


def key_conditions(given: dict) -> dict[str, tuple[str, list[Value]]]:
    """``KeyConditions`` as operator and values per attribute. Raises ValidationException."""
    out = {}
    for name, each in given.items():
        operator = each["ComparisonOperator"]
        values = operands(name, operator, each.get("AttributeValueList"))
        if operator not in KEY_OPERATORS:
            raise invalid("Attempted conditional constraint is not an indexable operation")
        out[name] = (SYMBOLS.get(operator) or operator.lower(), values)
    return out


def attribute_updates(given: dict) -> tuple[Compiled, dict[str, Value]]:
    """``AttributeUpdates`` as an update and its values. Raises ValidationException."""
    values, actions = Values(), []
    for name, each in given.items():
        action, path = each.get("Action", "PUT"), Path((name,))
        if "Value" not in each:
            if action != "DELETE":
                raise invalid_value("Only DELETE action is allowed when no attribute value is specified")
            actions.append(Action("REMOVE", path))
            continue
        value = admit(each["Value"])[0]
        (kind,) = value
        if action == "ADD" and kind == "L":
            empty = values.name({"L": []})
            appended = Call("list_append", (Call("if_not_exists", (path, empty)), values.name(value)))
            actions.append(Action("SET", path, appended))
            continue
        if (action == "DELETE" and kind not in ("SS", "NS", "BS")) or (
            action == "ADD" and kind not in ("N", "SS", "NS", "BS")
        ):
            verb = "ADD" if action == "ADD" else "DELETE"
            raise invalid_value(f"{verb} action is not supported for the type {kind}")
        actions.append(Action("SET" if action == "PUT" else action, path, values.name(value)))
    return update_of("AttributeUpdates", tuple(actions), Scope(plain=True)), values.values
