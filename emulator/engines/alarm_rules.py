"""The rules of composite alarms: ``ALARM("cpu") AND NOT OK(disk)``, read by a parser.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from collections.abc import Callable
from functools import cache, lru_cache

GRAMMAR = r"""
?start: any
?any: all
    | any OR all -> either
?all: one
    | all AND one -> both
?one: NOT one -> negated
    | STATE "(" name ")" -> state
    | "AT_LEAST" "(" AMOUNT "," required "," "(" name ("," name)* ")" ")" -> at_least
    | TRUE -> true
    | FALSE -> false
    | "(" any ")"
required: NOT? STATE
name: QUOTED | PLAIN
OR.3: /OR\b/
AND.3: /AND\b/
NOT.3: /NOT\b/
TRUE.3: /TRUE\b/
FALSE.3: /FALSE\b/
STATE.3: /(ALARM|OK|INSUFFICIENT_DATA)\b/
AMOUNT.2: /\d+%?(?=\s*,)/
QUOTED: /"[^"]*"/
PLAIN: /[^\s"(),]+/
%ignore /\s+/
"""


class RuleError(ValueError):
    """A rule that can't be read; says why."""


@cache
def _parser():
    from lark import Lark

    return Lark(GRAMMAR, parser="earley", maybe_placeholders=False, lexer="dynamic")


@lru_cache(maxsize=1024)
def parse(rule: str):
    """The tree of a rule. Raises RuleError."""
    from lark.exceptions import LarkError

    try:
        return _parser().parse(rule.strip())
    except LarkError as error:
        raise RuleError(str(error).splitlines()[0]) from None


def names(rule: str) -> list[str]:
    """The alarms that a rule names (names or ARNs), each once, in order. Raises RuleError."""
    tree = parse(rule)
    return list(dict.fromkeys(_name(each) for each in tree.iter_subtrees_topdown() if each.data == "name"))


def holds(rule: str, state: Callable[[str], str]) -> bool:
    """Whether a rule holds; ``state`` gives an alarm's. Raises RuleError."""
    return _holds(parse(rule), state)


def _name(tree) -> str:
    return str(tree.children[0]).strip('"')


def _holds(tree, state: Callable[[str], str]) -> bool:
    kind, children = tree.data, tree.children
    if kind in ("true", "false"):
        return kind == "true"
    if kind == "negated":
        return not _holds(children[1], state)
    if kind == "state":
        return state(_name(children[1])) == str(children[0])
    if kind == "at_least":
        return _at_least(children, state)
    left, right = children[0], children[2]
    if kind == "both":
        return _holds(left, state) and _holds(right, state)
    return _holds(left, state) or _holds(right, state)


def _at_least(children, state: Callable[[str], str]) -> bool:
    """AT_LEAST(2, ALARM, (a, b, c)); the amount may be a percentage of the alarms named."""
    amount, required, *alarms = children
    wanted = str(required.children[-1])
    turned = len(required.children) > 1
    count = sum((state(_name(each)) == wanted) is not turned for each in alarms)
    text = str(amount)
    needed = len(alarms) * int(text[:-1]) / 100 if text.endswith("%") else int(text)
    return count >= needed
