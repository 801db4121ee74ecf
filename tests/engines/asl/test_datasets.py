"""Files of items, by their types. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html"""

import csv
import datetime
import decimal
import gzip
import io
import json

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.engines.asl import datasets
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.map_items import batched

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=5)
JSON = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4) | st.just("\u2028"),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
                    max_leaves=6)  # fmt: skip


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5), st.sampled_from(sorted(datasets.DELIMITERS)))
def test_tables_survive_their_text(rows, delimiter):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=datasets.DELIMITERS[delimiter]).writerows([("a", "b"), *rows])
    found = datasets.read(text.getvalue().encode(), {"InputType": "CSV", "CSVDelimiter": delimiter})
    assert found == [{"a": first, "b": second} for first, second in rows]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lambda content: bytes(cramjam.zstd.compress(content))],
                         ids=("plain", "GZIP", "ZSTD"))  # fmt: skip
def test_files_may_be_compressed(pack):
    assert datasets.read(pack(b'{"a": 1}\n{"a": 2}\n'), {"InputType": "JSONL"}) == [{"a": 1}, {"a": 2}]


@given(st.lists(JSON, max_size=5))
def test_values_survive_lines(values):
    content = "\r\n".join(json.dumps(value, ensure_ascii=False) for value in values).encode()
    assert datasets.read(content, {"InputType": "JSONL"}) == values


@pytest.mark.parametrize(("pointer", "wanted"), [
    ("", {"a": {"b": [1]}, "x/y": [2], "~": [[3]]}), ("/a/b", [1]), ("/x~1y", [2]), ("/~0/0", [3]), ("/a", {"b": [1]}),
])  # fmt: skip
def test_pointers(pointer, wanted):
    assert datasets.pointed({"a": {"b": [1]}, "x/y": [2], "~": [[3]]}, pointer) == wanted


@pytest.mark.parametrize("pointer", ["/no", "/a/b/0", "/a/b/7", "/a/b/x", "/a/no/more"])
def test_pointers_to_what_is_no_set(pointer):
    with pytest.raises(Failure) as caught:
        datasets.pointed({"a": {"b": [1]}}, pointer)
    assert (caught.value.error, caught.value.cause) == (
        "States.ItemReaderFailed", "Attempting to map over non-iterable node.")


def test_parquet_values_are_json():
    pyarrow = pytest.importorskip("pyarrow", reason="the extra 'engines' is not installed")
    from pyarrow import parquet

    row = {
        "text": "a", "n": 1, "none": None, "list": [1.5], "object": {"k": True}, "bytes": b"b",
        "exact": decimal.Decimal("1.10"), "day": datetime.date(2027, 1, 15),
        "moment": datetime.datetime(2027, 1, 15, 12),
    }  # fmt: skip
    content = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist([row]), content, compression="zstd")
    (found,) = datasets.read(content.getvalue(), {"InputType": "PARQUET"})
    assert json.loads(json.dumps(found)) == {
        **row, "bytes": "b", "exact": "1.10", "day": "2027-01-15", "moment": "2027-01-15T12:00:00"}  # fmt: skip


@pytest.mark.parametrize(("content", "config"), [
    (b"\x1f\x8bbroken", {"InputType": "JSON"}), (b"\x28\xb5\x2f\xfdbroken", {"InputType": "JSONL"}),
    (b"[1]", {"InputType": "MANIFEST"}), (b"{}\n{", {"InputType": "JSONL"}), (b"5", {"InputType": "JSON"}),
    (b"[" * 300 + b"]" * 300, {"InputType": "JSON"}),
    (b"[" * 100_000 + b"]" * 100_000, {"InputType": "JSON"}),
    (b'{"a":' * 300 + b"1" + b"}" * 300, {"InputType": "JSONL"}),
    (b"\xff", {"InputType": "CSV"}),
])  # fmt: skip
def test_what_can_not_be_read(content, config):
    with pytest.raises(Failure) as caught:
        datasets.read(content, config)
    assert caught.value.error == "States.ItemReaderFailed"


def test_fields_have_no_bound_of_their_own():
    long = "b" * 200_000
    assert datasets.read(f"a\n{long}".encode(), {"InputType": "CSV"}) == [{"a": long}]


def test_nesting_up_to_the_bound_is_read():
    deep = b"[" * datasets.DEEPEST + b"]" * datasets.DEEPEST
    assert json.dumps(datasets.read(deep, {"InputType": "JSON"})).encode() == deep


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: bytes(cramjam.zstd.compress(content))],
                         ids=("GZIP", "ZSTD"))  # fmt: skip
def test_files_may_not_become_too_large(monkeypatch, pack):
    monkeypatch.setattr(datasets, "LARGEST", 10_000)
    assert len(datasets.read(pack(b"[" + b" " * 9_998 + b"]"), {"InputType": "JSON"})) == 0
    with pytest.raises(Failure, match="at most 10000 bytes") as caught:
        datasets.read(pack(b"[" + b" " * 9_999 + b"]"), {"InputType": "JSON"})
    assert caught.value.error == "States.ItemReaderFailed"


@given(st.lists(JSON, max_size=20), st.none() | st.integers(1, 5), st.none() | st.integers(40, 200))
def test_batches_hold_all_within_their_bounds(items, most, largest):
    batcher = {name: value for name, value in (("MaxItemsPerBatch", most), ("MaxInputBytesPerBatch", largest)) if value}
    found = batched(items, batcher)
    assert [each for batch in found for each in batch["Items"]] == items
    assert all(len(batch["Items"]) <= (most or len(items)) for batch in found)
    for batch in found:
        size = len(json.dumps(batch, separators=(",", ":"), ensure_ascii=False).encode())
        assert largest is None or size <= largest or len(batch["Items"]) == 1
