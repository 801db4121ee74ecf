"""Commands that find what events have in common: pattern, diff.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_Compare.html
"""

from emulator.engines.insights import expressions
from emulator.engines.insights.relation import EARLIER, Relation
from emulator.engines.insights.syntax import Expression, QueryError
from emulator.engines.insights.typed import identifier, text

PATTERN = {"@pattern": "text", "@ratio": "number", "@sampleCount": "number", "@severityLabel": "text"}
# AWS names in words what a comparison adds; the fields' names are not documented.
COMPARED = PATTERN | {"@differenceEventCount": "number", "@differenceDescription": "text"}
BEFORE = "@@before"  # how many events of the time that is compared with fit a pattern
SEVERITY = "CASE WHEN regexp_matches(p, '(?i)\\b(error|fatal|exception)\\b') THEN 'Error' " \
           "WHEN regexp_matches(p, '(?i)\\bwarn(ing)?\\b') THEN 'Warn' WHEN regexp_matches(p, '(?i)\\binfo\\b') " \
           "THEN 'Info' ELSE 'NONE' END"  # fmt: skip
DESCRIPTION = """CASE WHEN before = 0 THEN 'New pattern' WHEN now = 0 THEN 'No longer present' WHEN now = before
    THEN 'No change' ELSE number_text(round(100 * abs(now - before) / before)) ||
    CASE WHEN now > before THEN '% increase' ELSE '% decrease' END END"""


def pattern(relation: Relation, source: Expression) -> None:
    """The patterns of a field, and how often each is there."""
    found = f"pattern_of({text(expressions.value(relation, source))})"
    here, before, earlier = "count(*)", "0", ""
    if relation.plan.compares and not relation.grouped:
        here, before = (f"count(*) FILTER (WHERE {word}{identifier(EARLIER)})" for word in ("NOT ", ""))
        earlier = f", {identifier(EARLIER)}"
    relation.sql = (
        f'(SELECT p AS "@pattern", {here} / nullif(sum({here}) OVER (), 0) AS "@ratio", {here} AS "@sampleCount", '
        f'{SEVERITY} AS "@severityLabel", {before} AS {identifier(BEFORE)} FROM (SELECT {found} AS p{earlier} FROM '
        f"{relation.sql}) WHERE p IS NOT NULL GROUP BY p)"
    )
    relation.regroup(dict(PATTERN), [(identifier("@sampleCount"), True), (identifier("@pattern"), False)])


def diff(relation: Relation, period: str) -> None:
    """The patterns of now beside those of an earlier time; of the messages, where nothing was made a pattern of."""
    if not relation.grouped:
        pattern(relation, Expression("field", "@message"))
    if "@sampleCount" not in relation.columns:
        raise QueryError("diff needs events or patterns")
    relation.plan.compared = period
    relation.sql = (
        f'(SELECT * EXCLUDE (now, before), now - before AS "@differenceEventCount", {DESCRIPTION} AS '
        f'"@differenceDescription" FROM (SELECT *, "@sampleCount" AS now, {identifier(BEFORE)} AS before '
        f"FROM {relation.sql}))"
    )
    relation.regroup(dict(COMPARED), [
        (f"abs({identifier('@differenceEventCount')})", True), (identifier("@pattern"), False)])  # fmt: skip
