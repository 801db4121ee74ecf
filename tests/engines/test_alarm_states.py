"""AWS's published tables of how missing data is treated: the newest datapoint stands last, - is missing, X breaches."""

import pytest

from emulator.engines.alarm_states import evaluate

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
UNKNOWN = "INSUFFICIENT_DATA"


@pytest.mark.parametrize("points, needed, expected", [
    ("0 - X - X", 3, ("OK", "OK", "OK", "OK")),
    ("0 - - - -", 3, ("OK", "OK", "OK", "OK")),
    ("- - - - -", 3, (UNKNOWN, None, "ALARM", "OK")),
    ("0 X X - X", 3, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("- - X - -", 3, ("ALARM", None, "ALARM", "OK")),
    ("0 - X - X", 2, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("0 0 X 0 X", 2, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("0 - X - -", 2, ("OK", "OK", "ALARM", "OK")),
    ("- - - - 0", 2, ("OK", "OK", "ALARM", "OK")),
    ("- - - X -", 2, ("ALARM", None, "ALARM", "OK")),
])  # fmt: skip
def test_missing_data_of_three_periods(points, needed, expected):
    breaching = [{"0": False, "X": True, "-": None}[each] for each in reversed(points.split())]
    assert tuple(evaluate(breaching, 3, needed, treatment).state for treatment in TREATMENTS) == expected


def test_a_single_new_datapoint_does_not_alarm_before_its_time():
    assert evaluate([True, None, None, None, None], 3, 2, "missing").state is None
