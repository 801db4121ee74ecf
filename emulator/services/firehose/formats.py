"""Format conversion: JSON records become Parquet or ORC files in the schema of a Glue table.

https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
"""

from collections.abc import Callable

import orjson

from emulator.engines import columnar
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.firehose.failures import Failed
from emulator.services.firehose.roles import role
from emulator.services.firehose.tables import Item

FAILED = "format-conversion-failed"


Converted = tuple[bytes, str, list[Failed]]


def conversion(ctx: Context, config: dict) -> Callable[[list[Item]], Converted]:
    """A function from records to the file (empty without a row), its extension, and the records that do not fit.

    The table is looked up here; the function itself touches no state.
    """
    schema = config["DataFormatConversionConfiguration"]["SchemaConfiguration"]
    try:
        columns = _columns(ctx, config, schema)
    except AwsError as error:
        code, message = "DataFormatConversion.SchemaError", error.message
        return lambda items: (b"", "", [_failed(each, schema, code, message) for each in items])
    return lambda items: _converted(columns, config["DataFormatConversionConfiguration"], items)


def _converted(columns: columnar.Columns, conversion: dict, items: list[Item]) -> Converted:
    schema = conversion["SchemaConfiguration"]
    serializer = conversion.get("OutputFormatConfiguration", {}).get("Serializer", {})
    format = "orc" if "OrcSerDe" in serializer else "parquet"
    options = serializer.get("OrcSerDe" if format == "orc" else "ParquetSerDe", {})
    rows, failed = [], []
    reader = columnar.Reader(columns, conversion.get("InputFormatConfiguration", {}).get("Deserializer", {}))
    for item in items:
        try:
            rows.append(reader.row(orjson.loads(item.data)))
        except ValueError as error:
            message = f"Encountered malformed JSON. {error}"
            failed.append(_failed(item, schema, "DataFormatConversion.ParseError", message))
    content = columnar.written(columns, rows, format, options.get("Compression")) if rows else b""
    return content, f".{format}", failed


def _columns(ctx: Context, config: dict, schema: dict) -> list[tuple[str, str]]:
    """The (name, Hive type) pairs of the table. Raises Glue's errors."""
    given = {"DatabaseName": schema.get("DatabaseName"), "TableName": schema.get("TableName")}
    given = {name: value for name, value in given.items() if value is not None}
    caller = {"as_": role(schema.get("RoleARN") or config["RoleARN"]), "region": schema.get("Region")}
    if schema.get("VersionId", "LATEST") == "LATEST":
        given["Name"] = given.pop("TableName", "")
        table = ctx.call("glue", "GetTable", given, **caller)["Table"]
    else:
        given["VersionId"] = schema["VersionId"]
        table = ctx.call("glue", "GetTableVersion", given, **caller)["TableVersion"]["Table"]
    return [(each["Name"], each.get("Type", "string")) for each in table["StorageDescriptor"]["Columns"]]


def _failed(item: Item, schema: dict, code: str, message: str) -> Failed:
    table = {
        "databaseName": schema.get("DatabaseName"), "tableName": schema.get("TableName"),
        "region": schema.get("Region"), "versionId": schema.get("VersionId", "LATEST"),
        "roleArn": schema.get("RoleARN"), "catalogId": schema.get("CatalogId"),
    }  # fmt: skip
    return Failed(item, FAILED, code, message, more={"dataCatalogTable": table})
