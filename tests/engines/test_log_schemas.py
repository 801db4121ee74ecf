"""The types that the fields of events have in common."""

import pytest

from emulator.engines import log_schemas


@pytest.mark.parametrize(("values", "kind"), [
    ([1, 2], {"type": "long"}), ([1, 2.5], {"type": "double"}), ([1, "a"], {"type": "string"}),
    ([True], {"type": "boolean"}),
    ([[1], [None, 2.5]], {"type": "array", "element": {"type": "double"}}), ([[]], {"type": "array", "element": {
        "type": "string"}}),
])  # fmt: skip
def test_types_fit_all_values(values, kind):
    assert log_schemas.fields([{"x": value} for value in values]) == [{"logFieldName": "x", "logFieldType": kind}]


def test_fields_without_a_value_or_a_name_are_left_out():
    assert log_schemas.fields([{"a": None, "": 1, "x" * 257: 1}]) == []
