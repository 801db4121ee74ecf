"""From the text of a query to its commands."""

from collections.abc import Callable

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError, VisitError

from emulator.engines.insights.syntax import Command, Expression, Named, Query, QueryError, Unsupported, plain


def reader(grammar: str, kind: type["Reader"]) -> Callable[[str], list[Command]]:
    """What reads queries by a grammar. Raises QueryError, Unsupported."""
    parser = Lark(grammar, parser="lalr", propagate_positions=True)

    def read(text: str) -> list[Command]:
        try:
            return kind(text).transform(parser.parse(text))
        except VisitError as error:
            if isinstance(error.orig_exc, QueryError | Unsupported):
                raise error.orig_exc from None
            raise
        except RecursionError:
            raise QueryError("too deeply nested") from None
        except LarkError as error:
            column = getattr(error, "column", None)
            place = f" (line {error.line}, position {column})" if column else ""
            raise QueryError(f"unexpected symbol found{place}") from None

    return read


def _operator(value: str):
    def build(self, meta, parts):
        return Expression("operator", value, tuple(parts), self._written(meta))

    return v_args(meta=True)(build)


def _literal(kind: str, value):
    def build(self, meta, parts):
        return Expression(kind, value(parts[0]), (), self._written(meta))

    return v_args(meta=True)(build)


class Reader(Transformer):
    def __init__(self, text: str):
        super().__init__()
        self._whole = text

    def _written(self, meta) -> str:
        return self._whole[meta.start_pos : meta.end_pos]

    # Expressions

    number = _literal("number", float)
    period = _literal("period", str)
    text = _literal("text", plain)
    star = _literal("star", str)
    regex = _literal("regex", plain)
    field = _literal("field", lambda token: plain(token) if token.type == "QUOTED_NAME" else str(token))
    parsed = field
    any_of, all_of, negation, negative = _operator("or"), _operator("and"), _operator("not"), _operator("negative")
    power = _operator("^")
    among, not_among = _operator("in"), _operator("not in")

    @v_args(meta=True)
    def compared(self, meta, parts):
        left, operator, right = parts
        return Expression("operator", str(operator), (left, right), self._written(meta))

    @v_args(meta=True)
    def like(self, meta, parts):
        return self._like("like", meta, parts)

    @v_args(meta=True)
    def unlike(self, meta, parts):
        return self._like("not like", meta, parts)

    def _like(self, operator: str, meta, parts):
        left, token = parts
        kind = "regex" if token.type == "REGEX" else "text"
        return Expression("operator", operator, (left, Expression(kind, plain(token))), self._written(meta))

    @v_args(meta=True)
    def sum(self, meta, parts):
        found = parts[0]
        for operator, right in zip(parts[1::2], parts[2::2]):
            found = Expression("operator", str(operator), (found, right), self._written(meta))
        return found

    product = sum

    @v_args(meta=True)
    def call(self, meta, parts):
        name, *arguments = parts
        return Expression("call", name.rstrip("( \t\n").lower(), tuple(arguments), self._written(meta))

    # Commands

    def name(self, parts):
        return plain(parts[0]) if parts[0].type == "QUOTED_NAME" else str(parts[0])

    def named(self, parts):
        expression, name = parts
        return Named(expression, name or (expression.value if expression.kind == "field" else expression.written))

    def by(self, parts):
        return tuple(parts)

    def order(self, parts):
        expression, direction = parts
        return expression, direction is not None and direction.lower() == "desc"

    def stats(self, parts):
        *found, by, offset = parts
        return Command("stats", (tuple(found), by or (), offset and str(offset)))

    def parse_glob(self, parts):
        source, glob, *names = parts
        return Command("parse", (source, "glob", plain(glob), tuple(names)))

    def parse_regex(self, parts):
        source, token = parts
        return Command("parse", (source, "regex", plain(token), ()))

    def pair(self, parts):
        column, field = parts
        return column, field or Expression("field", column)

    def lookup(self, parts):
        table, *rest = parts
        pairs = tuple(each for each in rest if isinstance(each, tuple) and not isinstance(each, Expression))
        return Command("lookup", (table, pairs, tuple(each for each in rest if isinstance(each, str))))

    def source_of(self, parts):
        return str(parts[0])

    def query(self, parts):
        source, *commands = parts
        return Expression("query", Query(source, tuple(commands)))

    def option(self, parts):
        name, value = parts
        return name.rstrip("= \t\n").lower(), plain(value) if value.type == "QUOTED_NAME" else str(value)

    def key(self, parts):
        return str(parts[0]), str(parts[1])

    def options(self, parts):
        return dict(parts)

    def keys(self, parts):
        return tuple(parts)

    def join(self, parts):
        options, keys, query = parts
        return Command("join", (options, keys, query.value))

    def diff(self, parts):
        return Command("diff", (str(parts[0]).lower() if parts[0] else "previous",))

    def filldown(self, parts):
        return Command("filldown", (tuple(map(str, parts)),))

    def names(self, parts):
        return tuple(parts)

    filled = staticmethod(tuple)

    def accum(self, parts):
        return Command("accum", tuple(parts))

    def autoregress(self, parts):
        name, alias, lags = parts
        first, _, last = (lags.partition("=")[2] if lags else "1").strip().partition("-")
        return Command("autoregress", (name, alias, int(first), int(last or first)))

    def sessionize(self, parts):
        names, span, alias = parts
        return Command("sessionize", (names, span and str(span), alias))

    def fillmissing(self, parts):
        return Command("fillmissing", (tuple(filter(None, parts)),))

    def addtotals(self, parts):
        options, *fields = parts
        return Command("addtotals", (options, tuple(filter(None, fields))))

    def limit(self, parts):
        return Command("limit", (int(parts[0]),))

    def unsupported(self, parts):
        raise Unsupported(f"The query command {parts[0].split()[0].lower()}")

    def start(self, parts):
        return list(parts)

    def __default__(self, data, children, meta):
        return Command(str(data), tuple(each for each in children if not isinstance(each, Token)))
