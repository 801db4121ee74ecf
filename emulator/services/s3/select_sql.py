"""S3 Select's SQL as DuckDB's: one table of records, columns by name or place, paths into JSON.

What a column of text (CSV) or a path (JSON) stands for follows from where it is used: beside a number it is a number,
elsewhere text. https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference.html
"""

import re
from typing import NamedTuple

from emulator.services.s3.select_records import refused

TABLE = "records"
LONGEST = 256 * 1024  # bytes of an expression
FROM = re.compile(
    r"\bFROM\s+(?:\"?S3Object\"?)(?P<path>(?:\[\*\]|\[\d+\]|\.\w+|\.\"[^\"]+\")*)"
    r"(?:\s+(?:AS\s+)?(?!WHERE\b|LIMIT\b|GROUP\b|ORDER\b)(?P<alias>\w+|\"[^\"]+\"))?(?=\s|$|;)", re.IGNORECASE,
)  # fmt: skip
STEP = re.compile(r"\[\*\]|\[\d+\]|\.\"([^\"]+)\"|\.(\w+)")
MISSING = re.compile(r"\bIS\s+(NOT\s+)?MISSING\b", re.IGNORECASE)


class Query(NamedTuple):
    """``sql`` for DuckDB over ``records``; ``path`` below each record of JSON that its FROM clause names."""

    sql: str
    path: tuple[str, ...]


def path_of(expression: str) -> tuple[str, str, tuple[str, ...]]:
    """(expression over ``records``, alias, path below S3Object). Raises InvalidDataSource and the like."""
    if len(expression.encode()) > LONGEST:
        raise refused("ExpressionTooLong", "The SQL expression is too long: The maximum byte-length for the SQL "
                      "expression is 256 KB.")  # fmt: skip
    match = FROM.search(expression)
    if match is None:
        raise refused("InvalidDataSource", "Invalid data source type. Only CSV, JSON, and Parquet are supported.")
    alias = (match["alias"] or "S3Object").strip('"')
    steps = tuple(each[1] or each[2] or each[0] for each in STEP.finditer(match["path"]))
    if steps[:1] == ("[*]",):
        steps = steps[1:]
    text = f'{expression[: match.start()]}FROM {TABLE} AS "{alias}" {expression[match.end() :]}'
    return MISSING.sub(lambda found: f"IS {found[1] or ''}NULL", text), alias, steps


def translate(expression: str, names: list[str] | None, kind: str) -> str:
    """The query for DuckDB. ``names`` are the columns of CSV or Parquet; ``kind`` is CSV, JSON or Parquet.

    Raises ParseUnexpectedToken, UnsupportedSqlStructure, EvaluatorBindingDoesNotExist.
    """
    import sqlglot
    from sqlglot import exp

    text, alias, _ = path_of(expression)
    try:
        tree = sqlglot.parse_one(text.rstrip().rstrip(";"))
    except sqlglot.errors.SqlglotError:
        raise refused("ParseUnexpectedToken", "The SQL expression contains an unexpected token.") from None
    if not isinstance(tree, exp.Select):
        raise refused("ParseUnexpectedKeyword", "The SQL expression contains an unexpected keyword.")
    for name in ("joins", "group", "order", "having", "distinct", "with", "with_", "laterals"):
        if tree.args.get(name):
            raise refused("UnsupportedSqlStructure", f"Encountered an unsupported SQL structure: {name}.")
    if len(list(tree.find_all(exp.Select))) > 1 or any(each.name != TABLE for each in tree.find_all(exp.Table)):
        raise refused("UnsupportedSqlStructure", "Encountered an unsupported SQL structure: a subquery.")
    for node in [each for each in tree.find_all(exp.Anonymous) if each.name.upper() in _functions(exp)]:
        node.replace(_functions(exp)[node.name.upper()](node.expressions))
    for node in _references(tree, exp):
        node.replace(_column(node, alias, names, kind, exp))
    _name_columns(tree, exp)
    if kind == "JSON" and isinstance(tree.expressions[0], exp.Star):
        tree.set("expressions", [exp.column("json")])
    return tree.sql(dialect="duckdb")


def _functions(exp) -> dict:
    """Functions of S3 Select that DuckDB calls otherwise."""

    def part(node) -> str:
        return node.name.lower()

    return {
        "DATE_ADD": lambda given: exp.Anonymous(this="date_add", expressions=[
            exp.cast(given[2], "timestamp"),
            exp.Anonymous(this=f"to_{part(given[0])}s", expressions=[exp.cast(given[1], "int")]),
        ]),
        "UTCNOW": lambda given: exp.Anonymous(this="now", expressions=[]),
        "SIZE": lambda given: exp.Anonymous(this="json_array_length", expressions=given),
    }  # fmt: skip


# References: columns, and paths into JSON


def _references(tree, exp) -> list:
    """The outermost nodes that name something of a record."""
    found = []

    def visit(node) -> None:
        column = isinstance(node, exp.Column) and not isinstance(node.this, exp.Star)
        if column or isinstance(node, exp.Dot | exp.Bracket):
            found.append(node)
        else:
            for child in node.iter_expressions():
                visit(child)

    for part in ("expressions", "where"):
        value = tree.args.get(part)
        for each in value if isinstance(value, list) else [value]:
            if each is not None:
                visit(each)
    return found


def _steps(node, exp) -> list:
    """Names (str) and places (int) of a reference, from the outside in; alias included."""
    if isinstance(node, exp.Bracket):
        (index,) = node.expressions
        return [*_steps(node.this, exp), int(index.name) if index.is_int else index.name]
    if isinstance(node, exp.Dot):
        return [*_steps(node.this, exp), node.expression.name]
    if isinstance(node, exp.Column):
        return [part.name for part in node.parts]
    return [node.name]


def _column(node, alias: str, names: list[str] | None, kind: str, exp):
    steps = _steps(node, exp)
    if len(steps) > 1 and steps[0].lower() == alias.lower():
        steps = steps[1:]
    if kind != "JSON":
        return _by_name(node, steps, names, kind, exp)
    path = exp.Literal.string("$" + "".join(
        f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in steps
    ))  # fmt: skip
    if _is_projection(node, exp):
        value = exp.Anonymous(this="json_extract", expressions=[exp.column("json"), path])
        parent = node.parent
        return value if isinstance(parent, exp.Alias) else exp.alias_(value, str(steps[-1]), quoted=True)
    return _typed(node, exp.Anonymous(this="json_extract_string", expressions=[exp.column("json"), path]), exp)


def _by_name(node, steps: list, names: list[str] | None, kind: str, exp):
    """A column of CSV or Parquet by its name, whatever the case, or by its place (``_1``)."""
    name = str(steps[0])
    lowered = {each.lower(): each for each in reversed(names or ())}
    place = int(name[1:]) if re.fullmatch(r"_\d+", name) else 0
    if name in (names or ()):
        found = name
    elif name.lower() in lowered:
        found = lowered[name.lower()]
    elif 0 < place <= len(names or ()):
        found = names[place - 1]
    else:
        raise refused("EvaluatorBindingDoesNotExist" if not place else "InvalidColumnIndex",
                      f"A column name or a path provided does not exist in the SQL expression: {name}")  # fmt: skip
    column = exp.column(found, quoted=True)
    if kind == "Parquet":
        for step in steps[1:]:
            column = exp.Dot(this=column, expression=exp.to_identifier(str(step), quoted=True))
        return column
    return column if _is_projection(node, exp) else _typed(node, column, exp)


def _is_projection(node, exp) -> bool:
    parent = node.parent
    return isinstance(parent, exp.Select) or (isinstance(parent, exp.Alias) and isinstance(parent.parent, exp.Select))


def _typed(node, value, exp):
    """Text as what its neighbours are: numbers beside numbers and in sums, truth beside truth."""
    parent = node.parent
    arithmetic = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Sum, exp.Avg, exp.Min, exp.Max)
    if isinstance(parent, arithmetic):
        return exp.TryCast(this=value, to=exp.DataType.build("double"))
    if isinstance(parent, exp.Predicate | exp.Binary | exp.Between | exp.In):
        others = [each for each in parent.iter_expressions() if each is not node]
        if any(_is_number(each, exp) for each in others):
            return exp.TryCast(this=value, to=exp.DataType.build("double"))
        if any(isinstance(each, exp.Boolean) for each in others):
            return exp.TryCast(this=value, to=exp.DataType.build("boolean"))
    if isinstance(parent, exp.And | exp.Or | exp.Not | exp.Where):
        return exp.TryCast(this=value, to=exp.DataType.build("boolean"))
    return value


def _is_number(node, exp) -> bool:
    if isinstance(node, exp.Cast):
        return node.to.is_type(*exp.DataType.NUMERIC_TYPES)
    numbers = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Length)
    return isinstance(node, numbers) or (isinstance(node, exp.Literal) and not node.is_string)


def _name_columns(tree, exp) -> None:
    """Columns of the answer that have no name are called by their place."""
    tree.set("expressions", [
        each if isinstance(each, exp.Alias | exp.Column | exp.Star) else exp.alias_(each, f"_{place}", quoted=True)
        for place, each in enumerate(tree.expressions, 1)
    ])  # fmt: skip
