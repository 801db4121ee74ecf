"""The grammar of PPL, and from its parts to commands."""

from lark import v_args

from emulator.engines.insights import reading
from emulator.engines.insights.grammar import COMMON
from emulator.engines.insights.ppl_commands import HEAD
from emulator.engines.insights.syntax import Command, Expression, Named, Query, QueryError, plain

GRAMMAR = COMMON + r"""
start: _PIPE? [sourced _PIPE] command (_PIPE command)* _PIPE?
sourced: source_of -> source
source_of: _SOURCE "=" (SOURCES | name)
query: source_of (_PIPE command)*

?command: _FIELDS [SIGN] name ("," name)* -> fields
        | _WHERE expression -> filter
        | _STATS named ("," named)* [_BY by] -> stats
        | _EVENTSTATS named ("," named)* [_BY by] -> eventstats
        | _PARSE field TEXT -> parse
        | _SORT order ("," order)* -> sort
        | _EVAL assigned ("," assigned)* -> eval
        | _RENAME renamed ("," renamed)* -> rename
        | _HEAD [INT] [_FROM INT] -> head
        | FREQUENT [INT] names [_BY names] -> frequent
        | _DEDUP [INT] names [_KEEPEMPTY "=" TRUTH] -> dedup
        | [JOINED] _JOIN _LEFT "=" NAME "," _RIGHT "=" NAME _ON keys right -> join
        | _TRENDLINE _SMA "(" INT "," name ")" [_AS name] -> trendline
        | _FILLNULL _WITH sum _IN names -> fillnull_with
        | _FILLNULL _USING filled ("," filled)* -> fillnull
        | _FLATTEN name -> flatten
        | _GROK field TEXT -> grok
        | _EXPAND name [_AS name] -> expand
        | _PATTERNS field -> pattern
        | _FIELDSUMMARY [_INCLUDEFIELDS "=" names] [_NULLS "=" TRUTH] -> fieldsummary
        | UNSUPPORTED -> unsupported

assigned: name "=" expression
renamed: name _AS name
filled: name "=" expression
order: [SIGN] field [DIRECTION]
key: NAME "=" NAME
right: QUOTED_NAME -> table
     | "[" query "]"

?comparison: sum
           | sum (COMPARISON | "=") sum -> compared
           | sum _LIKE sum -> like
           | sum _BETWEEN sum _AND sum -> between
           | sum _IN "(" expression ("," expression)* ")" -> among
           | sum _NOT _IN "(" expression ("," expression)* ")" -> not_among
           | sum _IN "[" query "]" -> among
           | sum _NOT _IN "[" query "]" -> not_among
?product: unary (PRODUCT unary)*
?unary: "-" unary -> negative
      | atom
?atom: NUMBER -> number
     | PERIOD -> period
     | TEXT -> text
     | _CASE "(" expression "," expression ("," expression "," expression)* [_ELSE expression] ")" -> case
     | _CAST "(" expression _AS NAME ")" -> cast
     | CALLED (expression ("," expression)*)? ")" -> call
     | "(" expression ")"
     | field

UNSUPPORTED.3: /(lookup|describe|kmeans|ad|ml|appendcol|correlate|aws:)\b[\s\S]*/i
SOURCES.6: /\[[^\]]*\]/
FREQUENT.5: /(top|rare)\b/i
JOINED.5: /(inner|left)(?=\s+join\b)/i
TRUTH.5: /(true|false)\b/i
COMPARISON: "!=" | "<=" | ">=" | "<" | ">"
SIGN.3: /[+-]/
PERIOD.2: /\d+\s*(ms|mo|[smhdwqy])\b/
_BETWEEN.5: /between\b/i
_CASE.6: /case(?=\s*\()/i
_CAST.6: /cast(?=\s*\()/i
_ELSE.5: /else\b/i
_EVAL.5: /eval\b/i
_EVENTSTATS.5: /eventstats\b/i
_EXPAND.5: /expand\b/i
_FIELDSUMMARY.5: /fieldsummary\b/i
_FILLNULL.5: /fillnull\b/i
_FLATTEN.5: /flatten\b/i
_FROM.5: /from\b/i
_GROK.5: /grok\b/i
_INCLUDEFIELDS.5: /includefields(?=\s*=)/i
_KEEPEMPTY.5: /keepempty\b/i
_LEFT.5: /left(?=\s*=)/i
_LIKE.5: /like\b(?!\s*\()/i
_NULLS.5: /nulls(?=\s*=)/i
_ON.5: /on\b/i
_PATTERNS.5: /patterns\b/i
_RENAME.5: /rename\b/i
_RIGHT.5: /right(?=\s*=)/i
_SMA.5: /sma\b/i
_SOURCE.5: /source(?=\s*=)/i
_TRENDLINE.5: /trendline\b/i
_USING.5: /using\b/i
COMMENT: /\/\*[\s\S]*?\*\/|\/\/[^\n]*/
"""


class Reader(reading.Reader):
    """Expressions are read as those of Logs Insights, but for what PPL writes otherwise."""

    @v_args(meta=True)
    def compared(self, meta, parts):
        left, *operator, right = parts
        return Expression("operator", str(operator[0]) if operator else "=", (left, right), self._written(meta))

    @v_args(meta=True)
    def like(self, meta, parts):
        return Expression("call", "like", tuple(parts), self._written(meta))

    @v_args(meta=True)
    def between(self, meta, parts):
        left, low, high = parts
        ends = (Expression("operator", ">=", (left, low)), Expression("operator", "<=", (left, high)))
        return Expression("operator", "and", ends, self._written(meta))

    @v_args(meta=True)
    def case(self, meta, parts):
        *given, otherwise = parts
        return Expression("call", "case", tuple(given if otherwise is None else parts), self._written(meta))

    @v_args(meta=True)
    def cast(self, meta, parts):
        expression, kind = parts
        return Expression("call", "cast", (expression, Expression("type", kind.lower())), self._written(meta))

    def source_of(self, parts):
        """The log groups in quotes, however they were written."""
        found = str(parts[0])
        return found if found.startswith("[") else f"`{found}`"

    def start(self, parts):
        return [each for each in parts if each is not None]

    # Commands

    def fields(self, parts):
        sign, *names = parts
        return Command("fields", (tuple(names), sign == "-"))

    def parse(self, parts):
        field, token = parts
        return Command("parse", (field, "regex", plain(token), ()))

    def grok(self, parts):
        field, token = parts
        return Command("grok", (field, plain(token)))

    def stats(self, parts, kind: str = "stats"):
        *found, by = parts
        return Command(kind, (tuple(found), by or ()))

    def eventstats(self, parts):
        return self.stats(parts, "eventstats")

    def order(self, parts):
        sign, expression, direction = parts
        return expression, sign == "-" or (direction is not None and direction.lower() == "desc")

    def assigned(self, parts):
        name, expression = parts
        return Named(expression, name)

    renamed = staticmethod(tuple)

    def head(self, parts):
        return Command("head", tuple(None if each is None else int(each) for each in parts))

    def frequent(self, parts):
        word, count, names, by = parts
        return Command("frequent", (int(count or HEAD), names, by or (), word.lower() == "rare"))

    def dedup(self, parts):
        count, names, keep = parts
        return Command("dedup", (int(count or 1), names, keep is not None and keep.lower() == "true"))

    def table(self, parts):
        return Expression("query", Query(str(parts[0]), ()))

    def right(self, parts):
        return parts[0]

    def join(self, parts):
        kind, left, right, keys, query = parts
        options = {"type": str(kind or "inner"), "left": str(left), "right": str(right)}
        return Command("join", (options, keys, query.value))

    def trendline(self, parts):
        length, name, alias = parts
        if not int(length):
            raise QueryError("trendline: the number of rows must be greater than zero")
        return Command("trendline", (int(length), name, alias))

    def fillnull_with(self, parts):
        expression, names = parts
        return Command("fillnull", tuple((name, expression) for name in names))

    def fieldsummary(self, parts):
        names, nulls = parts
        return Command("fieldsummary", (names or (), nulls is not None and nulls.lower() == "true"))

    def expand(self, parts):
        return Command("expand", tuple(parts))
