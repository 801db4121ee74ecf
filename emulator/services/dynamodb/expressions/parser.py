"""The one grammar of all expressions, read by recursive descent.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from collections.abc import Callable
from typing import Any

from emulator.services.dynamodb.expressions.nodes import (
    CONDITIONS,
    Action,
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    In,
    Not,
    Or,
    Path,
    Value,
)
from emulator.services.dynamodb.expressions.tokens import Token, near, tokenize

COMPARATORS = frozenset(("=", "<>", "<", "<=", ">", ">="))
MOST_OPERATORS = 300
MOST_OPTIONS = 100
DEEPEST_PATH = 32
DEEPEST_EXPRESSION = 150  # parentheses and NOTs inside each other; far beyond what 4 KB of sense can hold
HIGHEST_INDEX = 2**31 - 1


class Wrong(Exception):
    """An expression that breaks a rule; the text says which, without naming the expression."""


class Parser:
    """Reads one expression. Raises Wrong."""

    def __init__(self, text: str):
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = 0
        self.operators = 0
        self.pair = (-1, -1)  # where the last pair of parentheses began and where the text after it begins
        self.redundant = False

    # Whole expressions

    def condition(self) -> Any:
        node = self.disjunction()
        self.expect_condition(node)
        return self.finish(node)

    def projection(self) -> tuple[Path, ...]:
        return self.finish(self.list_of(self.path))

    def update(self) -> tuple[Action, ...]:
        actions: list[Action] = []
        seen = set()
        while self.token.kind != "end" or not actions:
            clause = self.token.text
            if self.token.kind != "keyword" or clause not in self.CLAUSES:
                raise self.unexpected()
            if clause in seen:
                raise Wrong(f'The "{clause}" section can only be used once in an update expression;')
            seen.add(clause)
            self.at += 1
            actions += self.list_of(lambda read=self.CLAUSES[clause], clause=clause: read(self, clause))
        return self.finish(tuple(actions))

    def finish(self, node: Any) -> Any:
        if self.token.kind != "end":
            raise self.unexpected()
        if self.redundant:
            raise Wrong("The expression has redundant parentheses;")
        if self.operators > MOST_OPERATORS:
            raise Wrong(f"The expression contains too many operators; operator count: {self.operators}")
        return node

    # Conditions

    def disjunction(self) -> Any:
        return self.joined(self.conjunction, "OR", Or)

    def conjunction(self) -> Any:
        return self.joined(self.negation, "AND", And)

    def joined(self, read: Callable[[], Any], keyword: str, make: type) -> Any:
        first = read()
        if self.token.text != keyword or self.token.kind != "keyword":
            return first
        terms = [first]
        while self.token.text == keyword and self.token.kind == "keyword":
            self.expect_condition(terms[-1])
            self.at += 1
            terms.append(read())
        self.expect_condition(terms[-1])
        return make(tuple(terms))

    def negation(self) -> Any:
        if self.token.kind == "keyword" and self.token.text == "NOT":
            self.at += 1
            with self.nested():
                term = self.negation()
            self.expect_condition(term)
            return Not(term)
        return self.comparison()

    def comparison(self) -> Any:
        left = self.primary()
        token = self.token
        if token.kind == "symbol" and token.text in COMPARATORS:
            self.operator(left)
            return Compare(token.text, left, self.operand())
        if token.kind == "keyword" and token.text == "BETWEEN":
            self.operator(left)
            low = self.operand()
            self.expect("keyword", "AND")
            return Between(left, low, self.operand())
        if token.kind == "keyword" and token.text == "IN":
            self.operator(left)
            self.expect("symbol", "(")
            options = self.list_of(self.operand)
            self.expect("symbol", ")")
            if len(options) > MOST_OPTIONS:
                raise Wrong(f"The IN operator is provided with too many operands; number of operands: {len(options)}")
            return In(left, tuple(options))
        return left

    def operator(self, left: Any) -> None:
        """Step over an operator, whose left side is known."""
        if isinstance(left, CONDITIONS):
            raise self.unexpected()
        self.operators += 1
        self.at += 1

    def expect_condition(self, node: Any) -> None:
        """An operand where a condition must stand: the reader stumbles over what follows."""
        if isinstance(node, (Path, Value, Arithmetic)):
            raise self.unexpected()

    def primary(self) -> Any:
        """An operand, a function call or a condition in parentheses."""
        if self.token.text != "(" or self.token.kind != "symbol":
            return self.operand()
        self.at += 1
        opens = self.at
        with self.nested():
            node = self.disjunction()
        self.expect("symbol", ")")
        self.close(opens)
        return node

    def close(self, opens: int) -> None:
        """A pair of parentheses ends here; it is redundant around another that it encloses tightly."""
        if self.pair == (opens, self.at - 1):
            self.redundant = True
        self.pair = (opens - 1, self.at)

    # Operands

    def operand(self) -> Any:
        token = self.token
        if token.kind == "value":
            self.at += 1
            return Value(token.text)
        if token.kind == "word" and self.tokens[self.at + 1].text == "(":
            return self.call()
        if token.kind == "symbol" and token.text == "(":
            self.at += 1
            opens = self.at
            with self.nested():
                node = self.operand()
            self.expect("symbol", ")")
            self.close(opens)
            return node
        return self.path()

    def call(self) -> Call:
        name = self.token.text
        self.operators += 1
        self.at += 2
        with self.nested():
            arguments = self.list_of(self.operand)
        self.expect("symbol", ")")
        return Call(name, tuple(arguments))

    def path(self) -> Path:
        parts: list[str | int] = [self.name()]
        while self.token.kind == "symbol" and self.token.text in ".[":
            dot = self.token.text == "."
            self.at += 1
            if dot:
                parts.append(self.name())
                continue
            index = self.expect("number")
            if len(index) > 10 or int(index) > HIGHEST_INDEX:
                raise Wrong(f"List index is not within the allowable range; index: [{index}]")
            parts.append(int(index))
            self.expect("symbol", "]")
        if len(parts) > DEEPEST_PATH:
            raise Wrong(f"The document path has too many nesting elements; nesting levels: {len(parts)}")
        return Path(tuple(parts))

    def name(self) -> str:
        token = self.token
        if token.kind not in ("word", "name"):
            raise self.unexpected()
        self.at += 1
        return token.text

    # Actions of updates

    def assignment(self, clause: str) -> Action:
        path = self.path()
        self.expect("symbol", "=")
        return Action(clause, path, self.sum())

    def sum(self) -> Any:
        left = self.operand()
        token = self.token
        if token.kind == "symbol" and token.text in "+-":
            self.at += 1
            self.operators += 1
            return Arithmetic(token.text, left, self.operand())
        return left

    def removal(self, clause: str) -> Action:
        return Action(clause, self.path())

    def addition(self, clause: str) -> Action:
        path = self.path()
        if self.token.kind != "value":
            raise self.unexpected()
        return Action(clause, path, self.operand())

    CLAUSES = {"SET": assignment, "REMOVE": removal, "ADD": addition, "DELETE": addition}

    # Tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def list_of(self, read: Callable[[], Any]) -> list[Any]:
        found = [read()]
        while self.token.text == "," and self.token.kind == "symbol":
            self.at += 1
            found.append(read())
        return found

    def expect(self, kind: str, text: str | None = None) -> str:
        token = self.token
        if token.kind != kind or (text is not None and token.text != text):
            raise self.unexpected()
        self.at += 1
        return token.text

    def unexpected(self) -> Wrong:
        around = near(self.text, self.tokens, self.at)
        token = self.token
        shown = token.text if token.kind == "end" else self.text[token.start : token.stop]
        return Wrong(f'Syntax error; token: "{shown}", near: "{around}"')

    def nested(self) -> "Nested":
        return Nested(self)


class Nested:
    """Counts how deep the reader is, so that no expression can exhaust the stack."""

    def __init__(self, parser: Parser):
        self.parser = parser

    def __enter__(self) -> None:
        self.parser.depth += 1
        if self.parser.depth > DEEPEST_EXPRESSION:
            raise self.parser.unexpected()

    def __exit__(self, *_) -> None:
        self.parser.depth -= 1
