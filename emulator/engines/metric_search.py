"""Search expressions: which metrics SEARCH('{AWS/EC2,InstanceId} MetricName="CPUUtilization"', …) finds.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

GRAMMAR = r"""
start: [schema] [any]
schema: "{" word ("," word)* "}"
?any: all (OR all)*
?all: not ((AND)? not)*
?not: NOT not -> negated
    | one
?one: word "=" value -> property
    | word -> term
    | "(" any ")"
?value: word
    | "(" alternatives ")"
alternatives: word (OR? word)*
word: QUOTED | PLAIN
AND.2: /AND\b/
OR.2: /OR\b/
NOT.2: /NOT\b/
QUOTED: /"(\\.|[^"\\])*"/
PLAIN: /[^\s{}(),="]+/
%ignore /\s+/
"""

_TOKENS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|[0-9]+")


class SearchError(ValueError):
    """A search expression that can't be read; says why."""


class Word(NamedTuple):
    text: str
    exact: bool


class Candidate(NamedTuple):
    """A metric that may be found. ``dimensions`` are pairs of name and value."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


Test = Callable[[Candidate], bool]


def tokens(text: str) -> frozenset[str]:
    """The words of a name as searches see them: ``CPUUtilization`` has cpu and utilization, and itself."""
    parts = re.split(r"[^A-Za-z0-9]+", text)
    return frozenset(part.lower() for part in (text, *parts, *_TOKENS.findall(text)) if part)


@cache
def _parser():
    from lark import Lark

    return Lark(GRAMMAR, parser="earley", maybe_placeholders=True, ambiguity="resolve")


@lru_cache(maxsize=256)
def parse(text: str) -> Test:
    """The test that metrics must pass. Raises SearchError."""
    from lark.exceptions import LarkError

    try:
        tree = _parser().parse(text.strip())
    except LarkError as error:
        raise SearchError(f"Invalid search expression: {str(error).splitlines()[0]}") from None
    schema, condition = tree.children
    tests = [*([_schema(schema)] if schema is not None else ()), *([_test(condition)] if condition is not None else ())]
    return lambda candidate: all(test(candidate) for test in tests)


def _word(tree) -> Word:
    text = str(tree.children[0])
    return Word(text[1:-1].replace('\\"', '"'), True) if text.startswith('"') else Word(text, False)


def _schema(tree) -> Test:
    namespace, *dimensions = (_word(each).text for each in tree.children)
    wanted = sorted(dimensions)
    return lambda candidate: (
        candidate.namespace == namespace and sorted(name for name, _ in candidate.dimensions) == wanted
    )


def _test(tree) -> Test:
    if tree.data in ("any", "all"):
        tests = [_test(each) for each in tree.children if hasattr(each, "data")]
        together = any if tree.data == "any" else all
        return lambda candidate: together(test(candidate) for test in tests)
    if tree.data == "negated":
        inner = _test(tree.children[-1])
        return lambda candidate: not inner(candidate)
    if tree.data == "term":
        word = _word(tree.children[0])
        return lambda candidate: any(_matches(word, each) for each in _texts(candidate))
    return _property(_word(tree.children[0]).text, tree.children[1])


def _property(name: str, value) -> Test:
    given = value.children if value.data == "alternatives" else [value]
    words = [_word(each) for each in given if hasattr(each, "data")]
    return lambda candidate: any(_matches(word, text) for text in _values(candidate, name) for word in words)


def _matches(word: Word, text: str) -> bool:
    if word.exact:
        return word.text == text
    return frozenset(each.lower() for each in re.split(r"[^A-Za-z0-9]+", word.text) if each) <= tokens(text)


def _texts(candidate: Candidate) -> list[str]:
    return [candidate.namespace, candidate.name, *(each for pair in candidate.dimensions for each in pair)]


def _values(candidate: Candidate, name: str) -> list[str]:
    if name == "Namespace":
        return [candidate.namespace]
    if name == "MetricName":
        return [candidate.name]
    if name == "Dimension":
        return [each for each, _ in candidate.dimensions]
    return [value for each, value in candidate.dimensions if each == name]
