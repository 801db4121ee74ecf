"""Event patterns: what EventBridge's rules and SNS's filter policies are written in, parsed with AWS's own refusals.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html and
https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
"""

from collections.abc import Callable
from functools import lru_cache

import orjson

from emulator.engines import json_tokens as json
from emulator.engines import pattern_tests as operators
from emulator.engines.event_matching import Either, Leaf, Node, Pattern
from emulator.engines.json_tokens import ARRAY, END_ARRAY, END_OBJECT, LITERAL, NAME, NUMBER, OBJECT, STRING, Token

OPERATORS = frozenset(
    ("anything-but", "cidr", "equals-ignore-case", "exactly", "exists", "numeric", "prefix", "suffix", "wildcard")
)
TEXTS: dict[str, tuple[str, Callable]] = {  # operators on one text: the name that their refusal uses, their test
    "cidr": ("prefix", operators.cidr),
    "equals-ignore-case": ("equals-ignore-case", operators.equals_ignore_case),
    "exactly": ("exact", operators.exactly),
    "prefix": ("prefix", operators.prefix),
    "suffix": ("suffix", operators.suffix),
    "wildcard": ("wildcard", operators.wildcard),
}
LOWER, UPPER = (">", ">="), ("<", "<=")


class PatternError(ValueError):
    """A pattern that AWS refuses. ``message`` is the reason; ``located`` adds the place, when AWS names one.

    What AWS finds in a list of operands it names the place of twice (``times``).
    """

    def __init__(self, message: str, text: str = "", offset: int | None = None, times: int = 1):
        super().__init__(message)
        self.message = message
        self.located = message
        if offset is not None:
            self.located += f"\n at [Source: {json.source(text)}; {json.place(text, offset)}]" * times


@lru_cache(maxsize=4096)
def parse(text: str) -> Pattern:
    """The pattern in a JSON text. Raises PatternError and json_tokens.BrokenJson."""
    try:
        return Pattern(_Parser(text).whole())
    except RecursionError:
        raise PatternError("Rule is too complex") from None


class _Parser:
    """Reads tokens from first to last; refuses where AWS refuses, at the token that AWS stands on then."""

    def __init__(self, text: str):
        self.text = text
        self._tokens = json.tokens(text)
        self._at = 0
        self.token: Token = self._tokens[0]

    def step(self) -> Token:
        self._at += 1
        self.token = self._tokens[self._at]
        return self.token

    def refuse(self, message: str, *, read: bool = False, times: int = 1) -> PatternError:
        """``read``: AWS had looked at the token's text."""
        return PatternError(message, self.text, self.token.read if read else self.token.met, times)

    def whole(self) -> tuple[Node, ...]:
        if self.token.kind != OBJECT:
            raise self.refuse("Filter is not an object")
        return self.members("", 1)

    def members(self, path: str, depth: int) -> tuple[Node, ...]:
        """What an object asks for; stands on its end afterwards."""
        nodes: list[Node] = []
        while self.step().kind == NAME:
            name = self.token.text
            below = f"{path}.{name}" if path else name
            kind = self.step().kind
            if kind == OBJECT:
                nodes.extend(self.members(below, depth + 1))
            elif kind != ARRAY:
                raise self.refuse(f'"{name}" must be an object or an array')
            elif name == "$or" and self.is_choice():
                nodes.append(self.choice(path, depth))
            else:
                nodes.append(Leaf(below, depth, self.tests()))
        if not nodes:
            raise self.refuse("Empty objects are not allowed")
        return tuple(nodes)

    def is_choice(self) -> bool:
        """Whether the array at hand is a choice between objects, and not the tests of a field called ``$or``."""
        depth = 0
        for number in range(self._at, len(self._tokens)):
            token = self._tokens[number]
            depth += (token.kind in (ARRAY, OBJECT)) - (token.kind in (END_ARRAY, END_OBJECT))
            if depth == 0:
                break
        value = orjson.loads(self.text[self.token.met - 1 : token.met])
        return len(value) > 1 and all(isinstance(each, dict) and not OPERATORS & each.keys() for each in value)

    def choice(self, path: str, depth: int) -> Either:
        branches = []
        while self.step().kind == OBJECT:
            branches.append(self.members(path, depth))
        return Either(tuple(branches))

    def tests(self) -> tuple[operators.Test, ...]:
        """The tests in an array; stands on its end afterwards."""
        found = []
        while self.step().kind != END_ARRAY:
            if self.token.kind == OBJECT:
                found.append(self.expression())
            elif self.token.kind == ARRAY:
                raise self.refuse("Match value must be String, number, true, false, or null")
            else:
                found.append(operators.exactly(self.token.value))
        if not found:
            raise self.refuse("Empty arrays are not allowed")
        return tuple(found)

    def expression(self) -> operators.Test:
        """``{"operator": operand}``; stands on its end afterwards."""
        if self.step().kind != NAME:
            raise self.refuse("Match expression name not found")
        operator = self.token.text
        if operator not in OPERATORS:
            raise self.refuse(f"Unrecognized match type {operator}")
        self.step()
        if operator == "numeric":
            test = self.numeric()
        elif operator == "exists":
            test = self.exists()
        elif operator == "anything-but":
            test = self.anything_but()
        else:
            test = self.on_text(operator)
        if self.step().kind != END_OBJECT:
            raise self.refuse("Only one key allowed in match expression")
        return test

    def exists(self) -> operators.Test:
        if self.token.kind != LITERAL or self.token.value is None:
            raise self.refuse("exists match pattern must be either true or false.")
        return operators.present if self.token.value else operators.absent

    def on_text(self, operator: str) -> operators.Test:
        named, make = TEXTS[operator]
        if self.token.kind == OBJECT and operator in ("prefix", "suffix"):
            return self.ignoring_case(operator)
        if self.token.kind != STRING:
            raise self.refuse(f"{named} match pattern must be a string")
        return self.made(make, self.token.value)

    def ignoring_case(self, operator: str) -> operators.Test:
        if self.step().kind != NAME or self.token.text != "equals-ignore-case":
            raise self.refuse(f"Unsupported {operator} match pattern: {self.token.text}")
        if self.step().kind != STRING:
            raise self.refuse("equals-ignore-case match pattern must be a string")
        make = operators.prefix if operator == "prefix" else operators.suffix
        test = make(self.token.value, ignore_case=True)
        if self.step().kind != END_OBJECT:
            raise self.refuse("Only one key allowed in match expression")
        return test

    def made(self, make: Callable, *operands) -> operators.Test:
        try:
            return make(*operands)
        except operators.Misspelt as error:
            raise self.refuse(str(error), read=True) from None
        except ValueError as error:
            raise PatternError(str(error)) from None

    def numeric(self) -> operators.Test:
        if self.token.kind != ARRAY:
            raise self.refuse("Value of numeric must be an array.")
        if self.step().kind != STRING:
            raise self.refuse(f"Invalid member in numeric match: {self.token.text}")
        operator = self.token.text
        self.step()
        if operator == "=":
            test = operators.between("=", self.number("equals"))
            if self.step().kind != END_ARRAY:
                raise self.refuse("Too many elements in numeric expression")
            return test
        if operator not in LOWER + UPPER:
            raise self.refuse(f"Unrecognized numeric range operator: {operator}")
        bound = self.number(operator)
        if self.step().kind == END_ARRAY:
            return operators.between(operator, bound)
        if operator in UPPER:
            raise self.refuse("Too many elements in numeric expression")
        if self.token.kind != STRING:
            raise self.refuse(f"Bad value in numeric range: {self.token.text}")
        second = self.token.text
        if second not in UPPER:
            raise self.refuse(f"Bad numeric range operator: {second}", read=True)
        self.step()
        top = self.number(second)
        if self.step().kind != END_ARRAY:
            raise self.refuse("Too many terms in numeric range expression")
        if bound >= top:
            raise self.refuse("Bottom must be less than top")
        return operators.between(operator, bound, second, top)

    def number(self, operator: str) -> float:
        if self.token.kind != NUMBER:
            raise self.refuse(f"Value of {operator} must be numeric")
        return self.token.value

    def anything_but(self) -> operators.Test:
        if self.token.kind == OBJECT:
            return self.anything_but_expression()
        if self.token.kind not in (STRING, NUMBER, ARRAY):
            raise self.refuse("Value of anything-but must be an array or single string/number value.")
        values = self.operands((STRING, NUMBER), "Inside anything but list, start|null|boolean is not supported.")
        return operators.none_of(operators.exactly(value) for value in values)

    def anything_but_expression(self) -> operators.Test:
        """``{"anything-but": {"prefix": …}}`` and its like, each with one text or a list."""
        self.step()
        operator = self.token.text
        if operator in ("prefix", "suffix"):
            refusal = "prefix/suffix match pattern must be a string"
        elif operator == "wildcard":
            refusal = "wildcard match pattern must be a string"
        elif operator == "equals-ignore-case":
            refusal = "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
        else:
            raise self.refuse(f"Unsupported anything-but pattern: {operator}")
        if self.step().kind == OBJECT:
            raise self.refuse("Value of anything-but must be an array or single string/number value.")
        values = self.operands((STRING,), refusal)
        if operator in ("prefix", "suffix") and "" in values:
            raise self.refuse("Null prefix/suffix not allowed", read=True)
        make = TEXTS[operator][1]
        test = operators.none_of([self.made(make, value) for value in values])
        if self.step().kind != END_OBJECT:
            raise self.refuse("Only one key allowed in match expression")
        return test

    def operands(self, kinds: tuple[str, ...], refusal: str) -> list:
        """One value, or those of an array; stands on the last token read."""
        if self.token.kind != ARRAY:
            if self.token.kind not in kinds:
                raise self.refuse(refusal)
            return [self.token.value]
        values = []
        while self.step().kind != END_ARRAY:
            if self.token.kind not in kinds:
                raise self.refuse(refusal, times=2)
            values.append(self.token.value)
        if not values:
            raise self.refuse("Empty arrays are not allowed")
        return values
