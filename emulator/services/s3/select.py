"""SelectObjectContent: SQL over one object of CSV, JSON or Parquet, answered as an event stream.

DuckDB evaluates (the extra ``engines``); content goes through a temporary file, removed when the answer ends.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
"""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import orjson

from emulator.kernel.blobs import Body
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.services.s3 import ciphers, encryption, ranges, restore, select_records, select_sql, service
from emulator.services.s3.common import find_bucket
from emulator.services.s3.documents import malformed
from emulator.services.s3.select_records import Records, refused
from emulator.services.s3.tables import Version
from emulator.services.s3.versions import find_object

BATCH = 1000  # rows fetched at a time
LARGEST_EVENT = 128 * 1024  # bytes of one Records event


@service.operation
def select_object_content(
    ctx: Context, Bucket, Key, Expression=None, ExpressionType=None, InputSerialization=None, OutputSerialization=None,
    RequestProgress=None, ScanRange=None, **given,
):  # fmt: skip
    """The records that a query selects. Raises what is wrong with the query or the content under S3 Select's codes.

    Raises NotImplemented where DuckDB is not installed.
    """
    bucket = find_bucket(ctx, Bucket, given.get("ExpectedBucketOwner"))
    version = find_object(ctx, bucket, Key)
    encryption.check_customer_key(version.described, given)
    restore.check_readable(ctx, version)
    query = {
        "Expression": Expression, "ExpressionType": ExpressionType, "InputSerialization": InputSerialization or {},
        "OutputSerialization": OutputSerialization or {},
    }  # fmt: skip
    job = query_of(ctx, Bucket, version, query, given, ScanRange)
    return _answer(ctx, job, bool((RequestProgress or {}).get("Enabled")))


def query_of(
    ctx: Context, bucket: str, version: Version, query: dict, given: dict, scan: dict | None = None
) -> "Query":
    """A query over the content of a version, not begun yet. Raises what is wrong with the request."""
    source = query["InputSerialization"]
    if not query["Expression"] or query["ExpressionType"] != "SQL":
        raise refused("InvalidExpressionType", "The ExpressionType is invalid. Only SQL expressions are supported.")
    kind = _only(source, ("CSV", "JSON", "Parquet"))
    compression = source.get("CompressionType") or "NONE"
    if compression not in ("NONE", "GZIP", "BZIP2") or (kind == "Parquet" and compression != "NONE"):
        raise refused("InvalidCompressionFormat", "The file is not in a supported compression format. Only GZIP and "
                      "BZIP2 are supported.")  # fmt: skip
    bounds = _bounds(scan, version.size, kind, source, compression)
    write = _writer(query["OutputSerialization"])
    _require_engine()
    parts = ciphers.readable(ctx, bucket, version, given, ranges.content(version))
    return Query(Body(ctx.blobs, parts), query["Expression"], kind, source, compression, bounds, write)


def _only(serialization: dict, kinds: tuple[str, ...]) -> str:
    """The one kind of data that a serialization names."""
    found = [kind for kind in kinds if kind in serialization]
    if len(found) != 1:
        raise malformed()
    return found[0]


def _require_engine() -> None:
    try:
        import duckdb  # noqa: F401
        import sqlglot  # noqa: F401
    except ImportError:
        raise NotImplementedByEmulator(
            "SelectObjectContent without DuckDB and sqlglot (pip install 'paritylab[engines]')"
        ) from None


def _bounds(scan: dict | None, size: int, kind: str, source: dict, compression: str) -> tuple[int, int] | None:
    """First and last byte at which a record may begin."""
    if not scan:
        return None
    quoted = (source.get("CSV") or {}).get("AllowQuotedRecordDelimiter")
    document = (source.get("JSON") or {}).get("Type") == "DOCUMENT"
    if compression != "NONE" or quoted or document or kind == "Parquet":
        raise refused("UnsupportedScanRangeInput", "Scan range queries are not supported on this type of object.")
    start, end = scan.get("Start"), scan.get("End")
    if start is None and end is not None:
        start, end = max(0, size - end), size
    start, end = start or 0, size if end is None else end
    if not 0 <= start <= end or start >= max(size, 1):
        raise refused("InvalidScanRange", "The provided scan range is not valid.")
    return start, end


def _writer(target: dict):
    """A function from column names and rows to the bytes of the answer."""
    if _only(target, ("CSV", "JSON")) == "CSV":
        return select_records.csv_writer(target["CSV"] or {})
    end = ((target["JSON"] or {}).get("RecordDelimiter") or "\n").encode()

    def write(names: list[str], rows: list[tuple]) -> bytes:
        return b"".join(orjson.dumps(_record(names, row), default=str) + end for row in rows)

    return write


def _record(names: list[str], row: tuple) -> Any:
    """A row as a record of JSON; what a record of JSON did not have is left out."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in zip(names, row) if value is not None
    }  # fmt: skip


class Query:
    """One query, from the content to batches of bytes; its methods run in a worker thread."""

    def __init__(self, body: Body, expression: str, kind: str, source: dict, compression: str, bounds, write):
        self.body = body
        self._expression, self._kind, self._source = expression, kind, source
        self._compression, self._bounds, self._write = compression, bounds, write
        self._directory = Path(tempfile.mkdtemp(prefix="paritylab-select-"))
        self._connection = None
        self.processed = self.returned = 0

    def start(self) -> None:
        """Bring the content into form and run the query. Raises AwsError."""
        import duckdb

        path = str(self._directory / "content")
        records = self._prepare(path)
        self.processed = records.processed
        # A query sees its records, and nothing else on this machine.
        connection = self._connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "512MB"})
        connection.execute(f"set allowed_directories = ['{self._directory}']")
        connection.execute("set enable_external_access = false; set lock_configuration = true")
        names = records.names
        try:
            if self._kind == "CSV":
                columns = {name: "VARCHAR" for name in names}
                connection.read_csv(
                    path, header=False, columns=columns, sep=",", quotechar='"', escapechar='"', na_values="\x01\x02",
                    auto_detect=False, max_line_size=2 * select_records.LARGEST_RECORD,
                ).create_view(select_sql.TABLE)  # fmt: skip
            elif self._kind == "JSON":
                connection.from_query(
                    "select json from read_json_objects($1, format = 'newline_delimited')", params=[path]
                ).create(select_sql.TABLE)
            else:
                view = connection.read_parquet(path)
                names = view.columns
                view.create_view(select_sql.TABLE)
            query = select_sql.translate(self._expression, names, self._kind)
            connection.execute(query)
        except duckdb.Error as error:
            raise _failure(error, self._kind) from None

    def _prepare(self, path: str) -> Records:
        pieces = select_records.decompressed(self.body.pieces(), self._compression)
        if self._kind == "CSV":
            return select_records.write_csv(pieces, self._source["CSV"] or {}, self._bounds, path)
        if self._kind == "JSON":
            _, _, steps = select_sql.path_of(self._expression)
            return select_records.write_json(pieces, self._source["JSON"] or {}, steps, self._bounds, path)
        select_sql.path_of(self._expression)
        with open(path, "wb") as file:
            for piece in pieces:
                file.write(piece)
        return Records(None, self.body.size)

    def batch(self) -> bytes | None:
        """The next selected records, as bytes; None after the last."""
        rows = self._connection.fetchmany(BATCH)
        if not rows:
            return None
        names = [each[0] for each in self._connection.description]
        types = [str(each[1]) for each in self._connection.description]
        rows = [tuple(map(_value, row, types)) for row in rows]
        if names == ["json"] and self._kind == "JSON":
            return self._whole(rows)
        return self._write(names, rows)

    def _whole(self, rows: list[tuple]) -> bytes:
        """Records of JSON as they were."""
        return b"".join(self._write(list(row[0]), [tuple(row[0].values())]) for row in rows)

    def close(self) -> None:
        self.body.close()
        if self._connection is not None:
            self._connection.close()
        shutil.rmtree(self._directory, ignore_errors=True)


def _value(value: Any, kind: str) -> Any:
    return orjson.loads(value) if kind == "JSON" and isinstance(value, str) else value


def _failure(error: Exception, kind: str) -> AwsError:
    """What DuckDB found, under S3 Select's codes."""
    name = type(error).__name__
    if name == "ConversionException":
        return refused("CastFailed", "Attempt to convert from one data type to another using CAST failed in the SQL "
                       "expression.")  # fmt: skip
    if name in ("BinderException", "CatalogException"):
        return refused("EvaluatorBindingDoesNotExist", "A column name or a path provided does not exist in the SQL "
                       "expression")  # fmt: skip
    if name == "ParserException":
        return refused("ParseUnexpectedToken", "The SQL expression contains an unexpected token.")
    message = f"Encountered an error parsing the {kind} file. Check the file and try again."
    return refused(f"{kind}ParsingError", message)


async def _answer(ctx: Context, job: Query, progress: bool) -> dict:
    try:
        await ctx.in_thread(job.start)
    except BaseException:
        job.close()
        raise
    return {"Payload": _events(ctx, job, progress)}


async def _events(ctx: Context, job: Query, progress: bool) -> AsyncIterator[dict]:
    try:
        while (data := await ctx.in_thread(job.batch)) is not None:
            for payload in _cut(data):
                job.returned += len(payload)
                yield {"Records": {"Payload": payload}}
        details = {"BytesScanned": job.body.size, "BytesProcessed": job.processed, "BytesReturned": job.returned}
        if progress:
            yield {"Progress": {"Details": details}}
        yield {"Stats": {"Details": details}}
        yield {"End": {}}
    finally:
        job.close()


def _cut(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), LARGEST_EVENT):
        yield data[at : at + LARGEST_EVENT]
