"""Statistics over the values 1 to 10, each seen once."""

import pytest

from emulator.engines.metric_statistics import Summary, merged, parse

TEN = Summary(10.0, 55.0, 1.0, 10.0, tuple((float(value), 1.0) for value in range(1, 11)))


@pytest.mark.parametrize("name, expected", [
    ("Average", 5.5), ("SampleCount", 10), ("Sum", 55), ("Minimum", 1), ("Maximum", 10), ("p50", 5), ("p90", 9),
    ("p99.9", 10), ("p100", 10), ("tm90", 5), ("TM(10%:90%)", 5.5), ("TM(2:5)", 4), ("TM(:5)", 3), ("tc80", 8),
    ("TC(:5)", 5), ("ts80", 36), ("TS(8:)", 19), ("wm90", 5.4), ("WM(10%:90%)", 5.5), ("PR(:3)", 30), ("PR(2:5)", 30),
    ("IQM", 5.5),
])  # fmt: skip
def test_statistics(name, expected):
    assert parse(name).of(TEN) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["p101", "average", "TM(90%:10%)", "TM(10%:5)", "TM()", "TM(:)", "PR(10%:20%)", "x9"])
def test_names_that_are_none(name):
    with pytest.raises(ValueError):
        parse(name)


def test_a_statistic_set_hides_percentiles_but_for_equal_values():
    assert parse("p50").of(Summary(3.0, 9.0, 1.0, 5.0, None)) is None
    assert parse("p50").of(Summary(3.0, 9.0, 3.0, 3.0, None)) == 3
    assert parse("Average").of(merged([TEN, Summary(10.0, 155.0, 1.0, 99.0, None)])) == 10.5


def test_negative_values_have_no_percentiles():
    values = ((-1.0, 1.0), (2.0, 1.0))
    assert parse("p50").of(Summary(2.0, 1.0, -1.0, 2.0, values)) is None
