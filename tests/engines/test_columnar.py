"""Hive's types, JSON read into them, and the files that are written."""

import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from pyarrow import orc, parquet

from emulator.engines import columnar

COLUMNS = [
    ("id", "bigint"),
    ("name", "string"),
    ("at", "timestamp"),
    ("day", "date"),
    ("price", "decimal(10,2)"),
    ("tags", "array<string>"),
    ("more", "struct<a:int,b:map<string,double>>"),
]
ROW = {
    "ID": 7,
    "name": {"x": 1},
    "at": "2027-01-15 12:00:00",
    "day": "2027-01-15",
    "price": 1.5,
    "tags": ["a", None],
    "more": {"A": 1, "b": {"k": 2}},
    "unknown": 1,
}


@pytest.mark.parametrize("format, read", [("parquet", parquet.read_table), ("orc", orc.read_table)])
def test_rows_come_back_from_a_file(format, read):
    reader = columnar.Reader(COLUMNS)
    content = columnar.written(COLUMNS, [reader.row(ROW), reader.row({})], format)
    first, second = read(io.BytesIO(content)).to_pylist()
    assert first["id"] == 7 and first["name"] == '{"x":1}' and first["price"] == Decimal("1.50")
    assert first["at"] == datetime(2027, 1, 15, 12) and first["day"] == date(2027, 1, 15)
    assert first["tags"] == ["a", None] and first["more"] == {"a": 1, "b": [("k", 2.0)]}
    assert set(second.values()) == {None}


@pytest.mark.parametrize("value", [{"id": "x"}, {"day": "yesterday"}, {"tags": "a"}, [1]])
def test_values_of_another_type_are_refused(value):
    with pytest.raises(ValueError):
        columnar.Reader(COLUMNS).row(value)


@pytest.mark.parametrize("text", ["array<int", "struct<a int>", "int>", "struct<a:>", ""])
def test_what_is_no_type_is_refused(text):
    with pytest.raises(ValueError):
        columnar.parsed(text)


def test_keys_are_mapped_and_folded():
    reader = columnar.Reader(
        [("a_b", "int"), ("c", "int")],
        {"OpenXJsonSerDe": {"ConvertDotsInJsonKeysToUnderscores": True, "ColumnToJsonKeyMappings": {"c": "Other"}}},
    )
    assert reader.row({"A.B": 1, "other": 2}) == {"a_b": 1, "c": 2}
