"""DynamoDB's PartiQL: statements as records that hold the trees of expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from emulator.kernel.errors import AwsError
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.expressions.nodes import (
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
from emulator.services.dynamodb.partiql.tokens import Token, tokenize
from emulator.services.dynamodb.values import Value as Stored
from emulator.services.dynamodb.values import admit

COMPARATORS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
DEEPEST = 100


class Select(NamedTuple):
    """``paths`` is None for all; ``order`` is (attribute, ascending) or None."""

    table: str
    index: str | None
    paths: tuple[Path, ...] | None
    where: Any
    order: tuple[str, bool] | None


class Insert(NamedTuple):
    table: str
    item: Stored  # a map


class Update(NamedTuple):
    """``returning`` is such as ``ALL OLD`` or None."""

    table: str
    actions: tuple[Action, ...]
    where: Any
    returning: str | None


class Delete(NamedTuple):
    table: str
    where: Any
    returning: str | None


class Exists(NamedTuple):
    select: Select


Statement = Select | Insert | Update | Delete | Exists


def parse(text: str, parameters: list[dict] | None) -> tuple[Statement, dict[str, Stored]]:
    """A statement, and the values that its trees name. Raises ValidationException."""
    parser = Parser(text, [admit(each)[0] for each in parameters or ()])
    statement = parser.statement()
    if parser.unused:
        raise invalid("Number of parameters in request and statement don't match.")
    return statement, parser.values


class Parser:
    """Reads one statement."""

    def __init__(self, text: str, parameters: list[Stored]):
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = 0
        self.unused = parameters
        self.values: dict[str, Stored] = {}

    # Statements

    def statement(self) -> Statement:
        readers = {"SELECT": self.select, "INSERT": self.insert, "UPDATE": self.update, "DELETE": self.delete,
                   "EXISTS": self.exists}  # fmt: skip
        read = readers.get(self.word())
        if read is None:
            raise self.malformed()
        self.at += 1
        statement = read()
        self.skip(";")
        if self.token.kind != "end":
            raise self.malformed()
        return statement

    def select(self) -> Select:
        paths = None
        if not self.skip("*"):
            paths = tuple(self.list_of(self.path))
        self.keyword("FROM")
        table = self.name()
        index = self.name() if self.skip(".") else None
        where = self.where()
        order = None
        if self.skip_word("ORDER"):
            self.keyword("BY")
            name = self.name()
            order = (name, not self.skip_word("DESC"))
            self.skip_word("ASC")
        return Select(table, index, paths, where, order)

    def insert(self) -> Insert:
        self.keyword("INTO")
        table = self.name()
        self.keyword("VALUE")
        item = self.literal()
        if "M" not in item:
            raise self.malformed()
        return Insert(table, item)

    def update(self) -> Update:
        table = self.name()
        actions: list[Action] = []
        while True:
            if self.skip_word("SET"):
                actions += self.list_of(self.assignment)
            elif self.skip_word("REMOVE"):
                actions += [Action("REMOVE", path) for path in self.list_of(self.path)]
            else:
                break
        if not actions:
            raise self.malformed()
        where = self.where()
        return Update(table, tuple(actions), where, self.returning())

    def delete(self) -> Delete:
        self.keyword("FROM")
        table = self.name()
        where = self.where()
        return Delete(table, where, self.returning())

    def exists(self) -> Exists:
        self.symbol("(")
        self.keyword("SELECT")
        select = self.select()
        self.symbol(")")
        return Exists(select)

    def where(self) -> Any:
        return self.condition() if self.skip_word("WHERE") else None

    def returning(self) -> str | None:
        if not self.skip_word("RETURNING"):
            return None
        which, when = self.word(), self.word(1)
        if which not in ("ALL", "MODIFIED") or when not in ("OLD", "NEW"):
            raise self.malformed()
        self.at += 2
        self.symbol("*")
        return f"{which} {when}"

    def assignment(self) -> Action:
        """``path = operand``; a set function becomes the action that does it."""
        path = self.path()
        self.symbol("=")
        operand = self.sum()
        if isinstance(operand, Call) and operand.name in ("set_add", "set_delete"):
            if len(operand.arguments) != 2 or operand.arguments[0] != path:
                raise self.malformed()
            return Action("ADD" if operand.name == "set_add" else "DELETE", path, operand.arguments[1])
        return Action("SET", path, operand)

    def sum(self) -> Any:
        left = self.operand()
        if self.token.kind == "symbol" and self.token.text in "+-":
            operator = self.token.text
            self.at += 1
            return Arithmetic(operator, left, self.operand())
        return left

    # Conditions

    def condition(self) -> Any:
        return self.joined(lambda: self.joined(self.negation, "AND", And), "OR", Or)

    def joined(self, read: Callable[[], Any], keyword: str, make: type) -> Any:
        terms = [read()]
        while self.skip_word(keyword):
            terms.append(read())
        return terms[0] if len(terms) == 1 else make(tuple(terms))

    def negation(self) -> Any:
        if self.skip_word("NOT"):
            return Not(self.deeper(self.negation))
        if self.token == Token("symbol", "("):
            start, values, unused = self.at, dict(self.values), list(self.unused)
            self.at += 1
            node = self.deeper(self.condition)
            self.symbol(")")
            if not isinstance(node, (Path, Value)):
                return node
            self.at, self.values, self.unused = start, values, unused
        return self.comparison()

    def comparison(self) -> Any:
        left = self.operand()
        token = self.token
        if token.kind == "symbol" and token.text in COMPARATORS:
            self.at += 1
            return Compare(COMPARATORS[token.text], left, self.operand())
        if self.skip_word("BETWEEN"):
            low = self.operand()
            self.keyword("AND")
            return Between(left, low, self.operand())
        if self.skip_word("IN"):
            closing = "]" if self.skip("[") else ")"
            if closing == ")":
                self.symbol("(")
            options = self.list_of(self.operand)
            self.symbol(closing)
            return In(left, tuple(options))
        if self.skip_word("IS"):
            negative = self.skip_word("NOT")
            if self.skip_word("MISSING"):
                test = Call("attribute_not_exists", (left,))
            else:
                self.keyword("NULL")
                test = Call("attribute_type", (left, self.value({"S": "NULL"})))
            return Not(test) if negative else test
        return left

    # Operands

    def operand(self) -> Any:
        if self.starts_literal():
            return self.value(self.literal())
        if self.skip("("):
            node = self.deeper(self.operand)
            self.symbol(")")
            return node
        if self.token.kind == "word" and self.tokens[self.at + 1] == Token("symbol", "("):
            name = self.token.text
            self.at += 2
            arguments = self.deeper(lambda: self.list_of(self.operand))
            self.symbol(")")
            return Call(name.lower(), tuple(arguments))
        return self.path()

    def path(self) -> Path:
        parts: list[str | int] = [self.name()]
        while True:
            if self.skip("."):
                parts.append(self.name())
            elif self.skip("["):
                token = self.token
                if token.kind not in ("number", "text") or (token.kind == "number" and not token.text.isdigit()):
                    raise self.malformed()
                parts.append(int(token.text) if token.kind == "number" else token.text)
                self.at += 1
                self.symbol("]")
            else:
                return Path(tuple(parts))

    def value(self, stored: Stored) -> Value:
        name = f":{len(self.values)}"
        self.values[name] = stored
        return Value(name)

    def starts_literal(self) -> bool:
        token = self.token
        if token.kind in ("text", "number") or (token.kind == "symbol" and token.text in ("?", "[", "{", "<<")):
            return True
        if token == Token("symbol", "-"):
            return self.tokens[self.at + 1].kind == "number"
        return self.word() in ("TRUE", "FALSE", "NULL")

    def literal(self) -> Stored:
        """A literal value, or the next parameter, in stored form."""
        token = self.token
        self.at += 1
        if token.kind == "text":
            return {"S": token.text}
        if token.kind == "number":
            return admit({"N": token.text})[0]
        if token.kind == "word" and token.text.upper() in ("TRUE", "FALSE"):
            return {"BOOL": token.text.upper() == "TRUE"}
        if token.kind == "word" and token.text.upper() == "NULL":
            return {"NULL": True}
        if token.kind == "symbol":
            return self.composite(token.text)
        raise self.malformed()

    def composite(self, opening: str) -> Stored:
        if opening == "?":
            if not self.unused:
                raise invalid("Number of parameters in request and statement don't match.")
            return self.unused.pop(0)
        if opening == "-" and self.token.kind == "number":
            self.at += 1
            return admit({"N": f"-{self.tokens[self.at - 1].text}"})[0]
        if opening == "[":
            return {"L": self.elements("]", self.literal)}
        if opening == "{":
            return {"M": dict(self.elements("}", self.entry))}
        if opening == "<<":
            return self.set_of(self.elements(">>", self.literal))
        raise self.malformed()

    def elements(self, closing: str, read: Callable[[], Any]) -> list[Any]:
        if self.skip(closing):
            return []
        found = self.deeper(lambda: self.list_of(read))
        self.symbol(closing)
        return found

    def entry(self) -> tuple[str, Stored]:
        name = self.token.text
        if self.token.kind not in ("text", "quoted"):
            raise self.malformed()
        self.at += 1
        self.symbol(":")
        return name, self.literal()

    def set_of(self, members: list[Stored]) -> Stored:
        kinds = {next(iter(each)) for each in members}
        if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
            raise self.malformed()
        (kind,) = kinds
        return {f"{kind}S": list(dict.fromkeys(each[kind] for each in members))}

    # Tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def word(self, ahead: int = 0) -> str:
        """The word that stands here in capitals, or nothing."""
        token = self.tokens[min(self.at + ahead, len(self.tokens) - 1)]
        return token.text.upper() if token.kind == "word" else ""

    def skip_word(self, word: str) -> bool:
        if self.word() != word:
            return False
        self.at += 1
        return True

    def keyword(self, word: str) -> None:
        if not self.skip_word(word):
            raise self.malformed()

    def skip(self, symbol: str) -> bool:
        if self.token != Token("symbol", symbol):
            return False
        self.at += 1
        return True

    def symbol(self, symbol: str) -> None:
        if not self.skip(symbol):
            raise self.malformed()

    def name(self) -> str:
        token = self.token
        if token.kind not in ("word", "quoted"):
            raise self.malformed()
        self.at += 1
        return token.text

    def list_of(self, read: Callable[[], Any]) -> list[Any]:
        found = [read()]
        while self.skip(","):
            found.append(read())
        return found

    def deeper(self, read: Callable[[], Any]) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.malformed()
        found = read()
        self.depth -= 1
        return found

    def malformed(self) -> AwsError:
        return invalid(f"Statement wasn't well formed, can't be processed: {self.text}")
