"""From a pattern's text to the parsed pattern, by lark."""

import re

from lark import Lark, Token, Transformer, v_args

from emulator.engines.filter_patterns import conditions, grammar
from emulator.engines.filter_patterns.patterns import JsonPattern, SpacePattern, TextPattern
from emulator.engines.timed_regex import Expression

CONSTANTS = {"NULL": None, "TRUE": True, "FALSE": False}


def reader(kind: str):
    """A function from a pattern's text to the pattern; raises LarkError."""
    rules, transformer = {
        "json": (grammar.JSON, _Json), "space": (grammar.SPACE, _Space), "text": (grammar.TEXT, _Text),
    }[kind]  # fmt: skip
    return Lark(rules, parser="lalr", transformer=transformer()).parse


def _text(token: Token) -> tuple[str, str]:
    """What a token stands for, and its kind."""
    if token.type == "QUOTED":
        return re.sub(r"\\(.)", r"\1", token[1:-1]), token.type
    return (token[1:-1] if token.type == "REGEX" else str(token)), token.type


@v_args(inline=True)
class _Conditions(Transformer):
    def operand(self, token):
        return _text(token)

    def compared(self, selector, operator, operand):
        return conditions.Compared(str(selector), str(operator), conditions.fitting(str(operator), *operand))

    def all_of(self, *parts):
        return conditions.Every(parts)

    def any_of(self, *parts):
        return conditions.Some(parts)


@v_args(inline=True)
class _Json(_Conditions):
    def is_constant(self, selector, constant):
        return conditions.Constant(str(selector), CONSTANTS[constant.upper()])

    def not_exists(self, selector):
        return conditions.Absent(str(selector))

    def start(self, condition):
        return JsonPattern(condition)


@v_args(inline=True)
class _Space(_Conditions):
    def named(self, name):
        return (str(name), None)

    def unnamed(self):
        return (None, None)

    def ellipsis(self, _):
        return None

    def start(self, *fields):
        found = tuple(_field(each) for each in fields)
        if found.count(None) > 1:
            raise ValueError("Invalid filter pattern: at most one ellipsis is allowed")
        return SpacePattern(() if found == ((None, None),) else found)


def _field(each):
    """A name and a condition of one field. Raises ValueError for a condition on several."""
    if each is None or (isinstance(each, tuple) and type(each) is tuple):
        return each
    names = set(conditions.selectors(each))
    if len(names) > 1:
        raise ValueError("Invalid filter pattern: a field's condition names another field")
    return names.pop(), each


@v_args(inline=True)
class _Text(Transformer):
    def term(self, sign, token):
        text, kind = _text(token)
        if kind == "REGEX":
            return sign, Expression(text)
        if kind == "WORD" and not re.fullmatch(r"\w+", text):
            raise ValueError(f"Invalid character(s) in term '{text}'")
        return sign, _term(text)

    def start(self, *terms):
        def of(wanted):
            return tuple(term for sign, term in terms if sign == wanted)

        return TextPattern(of(None), of("?"), of("-"))


def _term(text: str) -> re.Pattern:
    """A term is found where it is no part of a longer word."""
    front = r"(?<!\w)" if re.match(r"\w", text) else ""
    back = r"(?!\w)" if re.search(r"\w$", text) else ""
    return re.compile(front + re.escape(text) + back)
