"""Random expressions against a small oracle that knows nothing of the emulator's parser, evaluators and numbers.

``PARITYLAB_CASES`` sets how many (default 300 each).
"""

import os
import string
from decimal import Decimal, localcontext

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.engines.attribute_values import plain, plain_item
from emulator.kernel.errors import AwsError
from emulator.services.dynamodb import numbers
from emulator.services.dynamodb.expressions import compiled
from emulator.services.dynamodb.values import admit, admit_item, item_size, size_of

CASES = int(os.environ.get("PARITYLAB_CASES", "300"))
pytestmark = pytest.mark.timeout(300 + CASES // 20)
many = settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))

# Values, as clients write them. Few different ones, so that they meet.

numerals = st.sampled_from(
    ["0", "1", "-1", "1.0", "10", "1e1", "2.5", "-2.50", "1e-5", "00003", "99999999999999999999"]
)
texts = st.sampled_from(["", "a", "ab", "b", "é", "￿", "😀", "aé"])
binaries = st.sampled_from([b"", b"a", b"ab", b"\x80", b"\xff\x00"])
unique_numerals = st.sets(st.sampled_from(["0", "1", "2.5", "-3"]), min_size=1)
scalars = st.one_of(
    texts.map(lambda each: {"S": each}), numerals.map(lambda each: {"N": each}), binaries.map(lambda each: {"B": each}),
    st.booleans().map(lambda each: {"BOOL": each}), st.just({"NULL": True}),
)  # fmt: skip
sets = st.one_of(
    st.sets(texts, min_size=1).map(lambda each: {"SS": list(each)}),
    unique_numerals.map(lambda each: {"NS": list(each)}),
    st.sets(binaries, min_size=1).map(lambda each: {"BS": list(each)}),
)
names = st.sampled_from(["a", "b", "c", "d"])
values = st.recursive(
    scalars | sets,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: {"L": each}),
        st.dictionaries(names, inner, max_size=3).map(lambda each: {"M": each}),
    ),
    max_leaves=6,
)
items = st.dictionaries(names, values, max_size=4)
paths = st.tuples(names, st.lists(names | st.integers(0, 2), max_size=2)).map(lambda each: (each[0], *each[1]))


# The oracle's view of values: equal when they compare equal in Python.


def seen(value):
    if value is None:
        return None
    ((kind, content),) = value.items()
    if kind == "N":
        return kind, Decimal(content)
    if kind in ("SS", "BS"):
        return kind, frozenset(content)
    if kind == "NS":
        return kind, frozenset(map(Decimal, content))
    if kind == "L":
        return kind, [seen(each) for each in content]
    if kind == "M":
        return kind, {name: seen(each) for name, each in content.items()}
    return kind, content


def at(item: dict, path: tuple):
    found = ("M", {name: seen(value) for name, value in item.items()})
    for part in path:
        kind, content = found
        fits = part in content if isinstance(part, str) and kind == "M" else False
        if isinstance(part, int) and kind == "L":
            fits = part < len(content)
        if fits:
            found = content[part]
        else:
            return None
    return found


def rank(value):
    kind, content = value
    return content.encode() if kind == "S" else content


def ordered(test, one, two) -> bool:
    return (
        one is not None and two is not None and one[0] == two[0] and one[0] in ("S", "N", "B")
        and test(rank(one), rank(two))
    )  # fmt: skip


def same(one, two) -> bool:
    return one is not None and one == two


def length(value):
    if value is None or value[0] in ("N", "BOOL", "NULL"):
        return None
    return "N", Decimal(len(value[1]))


def holds_part(whole, part) -> bool:
    if whole is None or part is None:
        return False
    kind, content = whole
    if kind in ("S", "B"):
        return part[0] == kind and part[1] in content
    if kind == "L":
        return part in content
    return kind in ("SS", "NS", "BS") and part[0] == kind[0] and part[1] in content


# Conditions: text and oracle are made side by side. A draw gives (text, function of item).


class Writer:
    """Writes paths and values, sometimes under placeholders, and keeps what they stand for."""

    def __init__(self, draw):
        self.draw = draw
        self.names: dict[str, str] = {}
        self.values: dict[str, dict] = {}

    def path(self, path: tuple) -> str:
        text = ""
        for part in path:
            if isinstance(part, int):
                text += f"[{part}]"
                continue
            if self.draw(st.booleans()):
                placeholder = f"#{part}{len(self.names)}"
                self.names[placeholder] = part
                part = placeholder
            text += f".{part}" if text else part
        return text

    def value(self, value: dict) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value
        return placeholder


COMPARISONS = {
    "<": lambda one, two: one < two, "<=": lambda one, two: one <= two, ">": lambda one, two: one > two,
    ">=": lambda one, two: one >= two,
}  # fmt: skip
comparable = scalars.filter(lambda each: next(iter(each)) in ("S", "N", "B"))


def operand(writer: Writer, draw, allowed=values):
    """Text and meaning of a path, a value or a size."""
    kind = draw(st.sampled_from(["path", "path", "value", "size"]))
    if kind == "value":
        value = draw(allowed)
        return writer.value(value), lambda item: seen(value)
    path = draw(paths)
    text = writer.path(path)
    if kind == "size":
        return f"size({text})", lambda item: length(at(item, path))
    return text, lambda item: at(item, path)


def condition(writer: Writer, draw, depth: int = 0):
    kinds = ["compare", "equal", "between", "in", "exists", "type", "begins", "contains"]
    kind = draw(st.sampled_from(kinds + (["and", "or", "not"] * 2 if depth < 3 else [])))
    if kind in ("and", "or"):
        (one, first), (two, second) = (condition(writer, draw, depth + 1) for _ in range(2))
        join = (
            (lambda item: first(item) and second(item)) if kind == "and" else (lambda item: first(item) or second(item))
        )
        return f"({one}) {draw(st.sampled_from([kind, kind.upper()]))} ({two})", join
    if kind == "not":
        text, inner = condition(writer, draw, depth + 1)
        return f"NOT ({text})", lambda item: not inner(item)
    if kind == "exists":
        path, missing = draw(paths), draw(st.booleans())
        name = "attribute_not_exists" if missing else "attribute_exists"
        return f"{name}({writer.path(path)})", lambda item: (at(item, path) is None) == missing
    if kind == "type":
        path, wanted = draw(paths), draw(st.sampled_from(["S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"]))
        text = f"attribute_type({writer.path(path)}, {writer.value({'S': wanted})})"
        return text, lambda item: (at(item, path) or ("",))[0] == wanted
    if kind in ("begins", "contains"):
        path, part = (
            draw(paths),
            draw(values if kind == "contains" else comparable.filter(lambda each: "N" not in each)),
        )
        if kind == "contains":
            return f"contains({writer.path(path)}, {writer.value(part)})", lambda item: holds_part(
                at(item, path), seen(part)
            )
        text = f"begins_with({writer.path(path)}, {writer.value(part)})"
        (sort,) = part

        def begins(item):
            found = at(item, path)
            return found is not None and found[0] == sort and found[1].startswith(part[sort])

        return text, begins
    return comparison(writer, draw, kind)


def comparison(writer: Writer, draw, kind: str):
    one, first = operand(writer, draw, comparable if kind in ("compare", "between") else values)
    if kind == "in":
        options = [operand(writer, draw) for _ in range(draw(st.integers(1, 3)))]
        text = f"{one} IN ({', '.join(each for each, _ in options)})"
        return text, lambda item: any(same(first(item), option(item)) for _, option in options)
    if kind == "between":
        (low, lowest), (high, highest) = (operand(writer, draw, comparable) for _ in range(2))

        def between(item):
            return ordered(COMPARISONS[">="], first(item), lowest(item)) and ordered(
                COMPARISONS["<="], first(item), highest(item)
            )

        return f"{one} BETWEEN {low} AND {high}", between
    two, second = operand(writer, draw, comparable if kind == "compare" else values)
    if kind == "equal":
        negative = draw(st.booleans())
        return f"{one} {'<>' if negative else '='} {two}", lambda item: same(first(item), second(item)) != negative
    symbol = draw(st.sampled_from(sorted(COMPARISONS)))
    return f"{one} {symbol} {two}", lambda item: ordered(COMPARISONS[symbol], first(item), second(item))


# What AWS refuses before it looks at an item; the oracle has no opinion on it.
REFUSED = ("first operand must be distinct", "upper bound", "same data type", "operand type", "redundant parentheses")


@many
@given(st.data(), items)
def test_conditions_agree_with_the_oracle(data, item):
    writer = Writer(data.draw)
    text, oracle = condition(writer, data.draw)
    stored, _ = admit_item(item)
    given_values = {name: admit(value)[0] for name, value in writer.values.items()}
    try:
        expression = compiled("condition", "ConditionExpression", text, writer.names)
        expression.check(given_values)
    except AwsError as error:
        assert any(each in error.message for each in REFUSED), (text, error.message)
        return
    assert expression.run(stored, given_values) == oracle(item), (text, writer.names, writer.values)


# Updates


def changed(item: dict, actions: list) -> dict | None:
    """What the oracle makes of an update of top-level attributes; None when it can't be done."""
    before = {name: seen(value) for name, value in item.items()}
    after = dict(before)
    for clause, name, value in actions:
        old = before.get(name)
        if clause == "SET":
            after[name] = value(before)
            if after[name] is None:
                return None
        elif clause == "REMOVE":
            after.pop(name, None)
        elif clause == "ADD":
            if old is not None and old[0] != value[0]:
                return None
            empty = Decimal(0) if value[0] == "N" else frozenset()
            had = old[1] if old is not None else empty
            after[name] = (value[0], had + value[1] if value[0] == "N" else had | value[1])
        elif old is not None:
            if old[0] != value[0]:
                return None
            left = old[1] - value[1]
            after[name] = (old[0], left)
            if not left:
                del after[name]
    return after


def set_operand(writer: Writer, draw, name: str):
    kind = draw(st.sampled_from(["value", "path", "sum", "default"]))
    if kind == "value":
        value = draw(values)
        return writer.value(value), lambda before: seen(value)
    if kind == "path":
        other = draw(names)
        return writer.path((other,)), lambda before: before.get(other)
    if kind == "default":
        other, value = draw(names), draw(values)
        return (
            f"if_not_exists({writer.path((other,))}, {writer.value(value)})",
            lambda before: before.get(other) or seen(value),
        )
    symbol, number = draw(st.sampled_from("+-")), draw(numerals)

    def total(before):
        old = before.get(name)
        if old is None or old[0] != "N":
            return None
        with localcontext(prec=200):
            return "N", old[1] + Decimal(number) if symbol == "+" else old[1] - Decimal(number)

    return f"{writer.path((name,))} {symbol} {writer.value({'N': number})}", total


@many
@given(st.data(), items)
def test_updates_agree_with_the_oracle(data, item):
    draw = data.draw
    writer, clauses, actions = Writer(draw), {}, []
    for name in draw(st.lists(names, min_size=1, unique=True)):
        clause = draw(st.sampled_from(["SET", "REMOVE", "ADD", "DELETE"]))
        text, value = writer.path((name,)), None
        if clause == "SET":
            right, value = set_operand(writer, draw, name)
            text = f"{text} = {right}"
        elif clause != "REMOVE":
            given_value = draw(sets if clause == "DELETE" else sets | numerals.map(lambda each: {"N": each}))
            text, value = f"{text} {writer.value(given_value)}", seen(given_value)
        clauses.setdefault(clause, []).append(text)
        actions.append((clause, name, value))
    text = " ".join(f"{clause} {', '.join(each)}" for clause, each in clauses.items())
    stored, size = admit_item(item)
    given_values = {name: admit(value)[0] for name, value in writer.values.items()}
    expression = compiled("update", "UpdateExpression", text, writer.names)
    expression.check(given_values)
    expected = changed(item, actions)
    try:
        after = expression.run(stored, given_values)
    except AwsError:
        assert expected is None, text
        return
    assert {name: seen(plain(value)) for name, value in after.items()} == expected, text
    assert (plain_item(stored), item_size(stored)) == (plain_item(admit_item(item)[0]), size), "the old item changed"


# Numbers


@st.composite
def written_numbers(draw):
    digits = draw(st.text(string.digits, min_size=1, max_size=40))
    fraction = draw(st.none() | st.text(string.digits, max_size=10))
    exponent = draw(st.none() | st.integers(-140, 140))
    sign = draw(st.sampled_from(["", "-", "+"]))
    return f"{sign}{digits}{'' if fraction is None else '.' + fraction}{'' if exponent is None else f'e{exponent}'}"


def allowed(number: Decimal) -> bool:
    if not number:
        return True
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return len(digits) <= 38 and -130 <= number.adjusted() <= 125


@many
@given(written_numbers(), written_numbers())
def test_numbers_agree_with_decimal(one, two):
    exact = [Decimal(each) for each in (one, two)]
    if not all(map(allowed, exact)):
        wrong = next(each for each, number in zip((one, two), exact) if not allowed(number))
        with pytest.raises(AwsError):
            numbers.canonical(wrong)
        return
    first, second = numbers.canonical(one), numbers.canonical(two)
    assert [Decimal(first), Decimal(second)] == exact
    assert "e" not in first.lower()
    assert numbers.canonical(first) == first
    assert (first == second) == (exact[0] == exact[1])
    assert (numbers.sortable(first) < numbers.sortable(second)) == (exact[0] < exact[1])
    with localcontext(prec=400):
        total = exact[0] + exact[1]
    if allowed(total):
        assert Decimal(numbers.add(first, second)) == total
    else:
        with pytest.raises(AwsError):
            numbers.add(first, second)


@many
@given(values)
def test_sizes_of_given_and_stored_values_agree(value):
    stored, size = admit(value)
    assert size == size_of(stored)
