"""Functions and tables, as another service would answer: what becomes of their answers."""

import asyncio
import io
import json
from base64 import b64decode, b64encode

import pytest
from pyarrow import parquet

from emulator.kernel.errors import AwsError
from emulator.kernel.ids import Ids
from emulator.services.firehose import formats, transformation
from emulator.services.firehose.tables import DeliveryStream, Item

ROLE = "arn:aws:iam::000000000000:role/firehose"
FUNCTION = {"LambdaArn": "arn:aws:lambda:us-east-1:000000000000:function:f", "NumberOfRetries": "1"}
STREAM = DeliveryStream(
    "clicks",
    "000000000000",
    "us-east-1",
    "id",
    0.0,
    "DirectPut",
    "ExtendedS3",
    {"RoleARN": ROLE},
    {"Status": "DISABLED"},
)


class Other:
    """A context whose other services answer what a test says; it keeps what they were asked."""

    def __init__(self, answer):
        self.ids, self.asked, self._answer = Ids(7), [], answer

    def call(self, service, operation, given, **where):
        self.asked.append((service, operation, given))
        return self._answer(given)

    async def call_waiting(self, service, operation, given, **where):
        return self.call(service, operation, given)


def items(*datas):
    return [Item(str(number), data, 1.0) for number, data in enumerate(datas)]


def transformed(function, *datas):
    """What ``function``, from the event to the records, makes of records; and what it was asked."""
    ctx = Other(lambda given: {"Payload": json.dumps({"records": function(json.loads(given["Payload"]))}).encode()})
    return *asyncio.run(transformation.run(ctx, STREAM, FUNCTION, items(*datas))), ctx.asked


def test_each_record_has_its_outcome():
    def function(event):
        outcomes = ("Ok", "Dropped", "ProcessingFailed")
        data = b64encode(b64decode(event["records"][0]["data"]).upper()).decode()
        return [
            {"recordId": each["recordId"], "result": outcome, "data": data, "metadata": {"partitionKeys": {"k": "v"}}}
            for each, outcome in zip(event["records"], outcomes)
        ]

    done, failed, asked = transformed(function, b"a", b"b", b"c", b"d")
    assert [(each.id, each.data, each.function) for each in done] == [("0", b"A", {"k": "v"})]
    assert [(each.item.id, each.code) for each in failed] == [
        ("2", "Lambda.ProcessingFailedStatus"),
        ("3", "Lambda.MissingRecordId"),
    ]
    assert failed[0].more == {"lambdaArn": FUNCTION["LambdaArn"]} and len(asked) == 1
    event = json.loads(asked[0][2]["Payload"])
    assert event["deliveryStreamArn"] == STREAM.arn and event["records"][0]["approximateArrivalTimestamp"] == 1000


def test_a_function_that_fails_is_tried_again():
    ctx = Other(lambda given: {"FunctionError": "Unhandled", "Payload": b"no"})
    done, failed = asyncio.run(transformation.run(ctx, STREAM, FUNCTION, items(b"a")))
    assert done == [] and failed[0].code == "Lambda.FunctionError" and len(ctx.asked) == 2


def test_large_batches_are_split():
    _, _, asked = transformed(lambda event: [], *[b"x" * 400_000] * 4)
    assert [len(json.loads(given["Payload"])["records"]) for _, _, given in asked] == [1, 1, 1, 1]


COLUMNS = [{"Name": "a", "Type": "int"}, {"Name": "b", "Type": "string"}]
CONVERSION = {
    "RoleARN": ROLE,
    "DataFormatConversionConfiguration": {
        "SchemaConfiguration": {"DatabaseName": "d", "TableName": "t", "Region": "us-east-1"},
        "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {"Compression": "GZIP"}}},
    },
}


def test_records_become_rows_of_a_table():
    ctx = Other(lambda given: {"Table": {"StorageDescriptor": {"Columns": COLUMNS}}})
    convert = formats.conversion(ctx, CONVERSION)
    content, extension, failed = convert(items(b'{"a":1,"b":"x"}', b'{"a":"no"}', b"-"))
    assert extension == ".parquet" and ctx.asked == [("glue", "GetTable", {"DatabaseName": "d", "Name": "t"})]
    assert parquet.read_table(io.BytesIO(content)).to_pylist() == [{"a": 1, "b": "x"}]
    assert [each.code for each in failed] == ["DataFormatConversion.ParseError"] * 2


def test_a_table_that_is_not_there_fails_all():
    def absent(given):
        raise AwsError("EntityNotFoundException", "Table t not found.")

    content, _, failed = formats.conversion(Other(absent), CONVERSION)(items(b'{"a":1}'))
    assert content == b"" and failed[0].message == "Table t not found."


@pytest.mark.parametrize("version", ["3"])
def test_a_version_of_the_schema_is_asked_for(version):
    ctx = Other(lambda given: {"TableVersion": {"Table": {"StorageDescriptor": {"Columns": COLUMNS}}}})
    schema = {**CONVERSION["DataFormatConversionConfiguration"]["SchemaConfiguration"], "VersionId": version}
    config = {**CONVERSION, "DataFormatConversionConfiguration": {"SchemaConfiguration": schema}}
    formats.conversion(ctx, config)(items(b'{"a":1}'))
    assert ctx.asked[0][1:] == ("GetTableVersion", {"DatabaseName": "d", "TableName": "t", "VersionId": version})
