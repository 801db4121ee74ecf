"""Metric math over two series of four minutes: m1 lacks the third, m2 the fourth."""

import pytest

from emulator.engines.metric_math import Environment, MathError, Series, evaluate, names, uses

SERIES = {"m1": Series({0: 1.0, 60: 2.0, 180: 4.0}, 60, "m1"), "m2": Series({0: 10.0, 60: 0.0, 120: 5.0}, 60, "m2")}


def value(id):
    if id not in SERIES:
        raise MathError(id)
    return SERIES[id]


HERE = Environment(0, 240, 60, value, lambda: SERIES, {})


def result(text):
    found = evaluate(text, HERE)
    if isinstance(found, list):
        return [each.points for each in found]
    return found.points if isinstance(found, Series) else found


@pytest.mark.parametrize("text, expected", [
    ("m1 + m2", {0: 11, 60: 2}), ("m1 / m2", {0: 0.1}), ("-m1 ^ 2", {0: -1, 60: -4, 180: -16}), ("2 * -3", -6),
    ("(m1 > 1) || (m2 > 5)", {0: 1, 60: 1}), ("m1 > 1 AND m2 == 0", {0: 0, 60: 1}), ("AVG(m2)", 5), ("MAX(m1)", 4),
    ("SUM(METRICS())", {0: 11, 60: 2, 120: 5, 180: 4}), ("MAX([m1, m2, 3])", {0: 10, 60: 3, 120: 5, 180: 4}),
    ("METRICS('2')", [{0: 10, 60: 0, 120: 5}]), ("METRIC_COUNT(METRICS())", 2),
    ("FILL(m1, 7)", {0: 1, 60: 2, 120: 7, 180: 4}), ("FILL(m1, REPEAT)", {0: 1, 60: 2, 120: 2, 180: 4}),
    ("FILL(m1, LINEAR)", {0: 1, 60: 2, 120: 3, 180: 4}), ("FILL(m1, m2)", {0: 1, 60: 2, 120: 5, 180: 4}),
    ("IF(m1 > 1, m2, m1)", {0: 1, 60: 0}), ("IF(m1 > 1, 7)", {60: 7, 180: 7}),
    ("IF(1 > 2, m1, m2)", {0: 10, 60: 0, 120: 5}),
    ("DIFF(m2)", {60: -10, 120: 5}), ("DIFF_TIME(m1)", {60: 60, 180: 120}), ("RATE(m1)", {60: 1 / 60, 180: 1 / 60}),
    ("RUNNING_SUM(m1)", {0: 1, 60: 3, 180: 7}), ("ABS(-2)", 2), ("CEIL(m1 / 2)", {0: 1, 60: 1, 180: 2}),
    ("FLOOR(2.9)", 2), ("LOG10(m2)", {0: 1, 120: pytest.approx(0.69897)}), ("LOG(1)", 0), ("DATAPOINT_COUNT(m1)", 3),
    ("FIRST(m1)", 1), ("LAST(METRICS())", {0: 10, 60: 0, 120: 5}), ("STDDEV(m1)", pytest.approx(1.247219)),
    ("SORT(METRICS(), MAX, DESC, 1)", [{0: 10, 60: 0, 120: 5}]), ("SLICE(METRICS(), 1)", {0: 10, 60: 0, 120: 5}),
    ("SLICE(METRICS(), 0, 1)", [{0: 1, 60: 2, 180: 4}]), ("REMOVE_EMPTY([m1, m1 / 0])", [{0: 1, 60: 2, 180: 4}]),
    ("TIME_SERIES(3)", {0: 3, 60: 3, 120: 3, 180: 3}), ("MINUTE(m1)", {0: 0, 60: 1, 120: 2, 180: 3}),
    ("EPOCH(m1) - PERIOD(m1)", {0: -60, 60: 0, 120: 60, 180: 120}),
    ("DAY(m1) / YEAR(m1)", dict.fromkeys((0, 60, 120, 180), 4 / 1970)),
])  # fmt: skip
def test_expressions(text, expected):
    assert result(text) == expected


@pytest.mark.parametrize("text", [
    "m1 +", "m3", "NONE(m1)", "ABS(m1, 2, 3)", "METRICS() + METRICS()", "'a' + m1", "m1 m2"
])  # fmt: skip
def test_expressions_that_fail(text):
    with pytest.raises(MathError):
        evaluate(text, HERE)


def test_what_an_expression_names():
    assert names("IF(m1 > 1, FILL(m2, REPEAT), ANDROID)") == {"m1", "m2", "ANDROID"}
    assert uses("SUM(SEARCH('x', 'Sum'))", "SEARCH") and not uses("SUM(m1)", "SEARCH")
