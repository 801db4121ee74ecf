"""Selection criteria on system fields: ``@aws.region NOT IN ["cn-north-1"] AND @aws.account = "123456789012"``.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
"""

from collections.abc import Callable
from functools import cache, lru_cache

GRAMMAR = r"""
?start: any_of
?any_of: all_of (_OR all_of)*
?all_of: one (_AND one)*
?one: FIELD OPERATOR TEXT -> compared
    | FIELD _IN "[" TEXT ("," TEXT)* "]" -> among
    | FIELD _NOT _IN "[" TEXT ("," TEXT)* "]" -> not_among
    | "(" any_of ")"
FIELD: "@" /[\w.]+/
OPERATOR: "=" | "!="
TEXT: /"[^"]*"|'[^']*'/
_OR: /OR\b/i
_AND: /AND\b/i
_NOT: /NOT\b/i
_IN: /IN\b/i
%import common.WS
%ignore WS
"""

Test = Callable[[dict[str, str]], bool]  # of the system fields by name


class CriteriaError(ValueError):
    """What is no selection criteria."""


@lru_cache(maxsize=1024)
def parse(text: str) -> Test:
    """Raises CriteriaError."""
    from lark.exceptions import LarkError

    try:
        return _reader()(text)
    except LarkError:
        raise CriteriaError(f"Invalid selection criteria: {text}") from None


@cache
def _reader():
    from lark import Lark, Transformer, v_args

    @v_args(inline=True)
    class Reader(Transformer):
        def compared(self, field, operator, text):
            wanted = operator == "="
            return lambda fields: (fields.get(str(field)) == text[1:-1]) is wanted

        def among(self, field, *texts):
            values = {text[1:-1] for text in texts}
            return lambda fields: fields.get(str(field)) in values

        def not_among(self, field, *texts):
            values = {text[1:-1] for text in texts}
            return lambda fields: fields.get(str(field)) not in values

        def all_of(self, *parts):
            return lambda fields: all(part(fields) for part in parts)

        def any_of(self, *parts):
            return lambda fields: any(part(fields) for part in parts)

    return Lark(GRAMMAR, parser="lalr", transformer=Reader()).parse
