"""SelectObjectContent over CSV, JSON and Parquet."""

import bz2
import gzip
import json
import time

import pytest
from botocore.exceptions import EventStreamError

from emulator.kernel.errors import AwsError
from emulator.services.s3 import select_records

duckdb = pytest.importorskip("duckdb", reason="the extra 'engines' is not installed")
pytest.importorskip("sqlglot", reason="the extra 'engines' is not installed")

PEOPLE = b'Name,Phone,City,Age\nJane,(949) 555-6704,Chicago,41\nSally,555,"Los, Angeles",29\nBob,,Chicago,7\n'
LINES = b"".join(
    json.dumps(each).encode() + b"\n"
    for each in (
        {"id": 1, "name": "a", "tags": ["x", "y"], "deep": {"on": True, "price": 2.5}},
        {"id": 2, "name": "b", "tags": [], "deep": {"on": False, "price": 10}},
        {"id": 3, "other": None},
    )
)
CSV, HEADER, JSON = {"CSV": {}}, {"CSV": {"FileHeaderInfo": "USE"}}, {"JSON": {"Type": "LINES"}}


@pytest.fixture
def select(s3):
    """``select(body, expression, source, target, …)``: (the selected bytes, the other events by name)."""

    def run(body: bytes, expression: str, source: dict, target: dict | None = None, **more):
        s3.put_object(Bucket="bucket", Key="k", Body=body)
        stream = s3.select_object_content(
            Bucket="bucket", Key="k", Expression=expression, ExpressionType="SQL", InputSerialization=source,
            OutputSerialization=target or {"CSV": {}}, **more,
        )["Payload"]  # fmt: skip
        found, others = b"", {}
        for event in stream:
            if "Records" in event:
                found += event["Records"]["Payload"]
            else:
                others |= event
        return found, others

    return run


@pytest.mark.parametrize(("expression", "source", "expected"), [
    ("SELECT * FROM s3object s WHERE s.\"Name\" = 'Jane'", HEADER, b"Jane,(949) 555-6704,Chicago,41\n"),
    ("select s.name, s.City from S3Object s where s.city like 'Los%'", HEADER, b'Sally,"Los, Angeles"\n'),
    ("SELECT s._1 FROM S3Object s LIMIT 2", CSV, b"Name\nJane\n"),
    ("SELECT _3, _1 FROM S3Object WHERE _4 > 30", {"CSV": {"FileHeaderInfo": "IGNORE"}}, b"Chicago,Jane\n"),
    ("SELECT COUNT(*) FROM S3Object", HEADER, b"3\n"),
    ("SELECT SUM(CAST(s.Age AS INT)), AVG(s.Age) FROM S3Object s", HEADER, b"77,25.666666666666668\n"),
    ("SELECT CAST(s.Age AS INT) + 1 AS next FROM S3Object AS s WHERE CAST(s.age AS INT) BETWEEN 20 AND 30", HEADER,
     b"30\n"),
    ("SELECT UPPER(s.name) || '!' FROM s3object s WHERE s.phone = ''", HEADER, b"BOB!\n"),
    ("SELECT SUBSTRING(s.name FROM 1 FOR 2), CHAR_LENGTH(s.name) FROM s3object s WHERE s.age IN (7, 8)", HEADER,
     b"Bo,3\n"),
    ("SELECT CASE WHEN s.age > 18 THEN 'adult' ELSE 'child' END FROM s3object s", HEADER, b"adult\nadult\nchild\n"),
    ("SELECT s.name FROM s3object s WHERE NOT s.city = 'Chicago' OR s.age < 10", HEADER, b"Sally\nBob\n"),
])  # fmt: skip
def test_csv(select, expression, source, expected):
    assert select(PEOPLE, expression, source)[0] == expected


@pytest.mark.parametrize(("expression", "expected"), [
    ("SELECT * FROM S3Object s WHERE s.id = 1", [json.loads(LINES.splitlines()[0])]),
    ("SELECT s.id, s.deep.price FROM S3Object[*] s WHERE s.deep.price > 5", [{"id": 2, "price": 10}]),
    ("SELECT s.name FROM S3Object s WHERE s.deep.\"on\" = true", [{"name": "a"}]),
    ("SELECT s.tags[1] AS second FROM S3Object s WHERE s.id < 2", [{"second": "y"}]),
    ("SELECT s.id FROM S3Object s WHERE s.name IS MISSING", [{"id": 3}]),
    ("SELECT SUM(s.id) AS total, MAX(s.deep.price) AS most FROM S3Object s", [{"total": 6, "most": 10}]),
    ("SELECT t._1 FROM S3Object[*].tags[*] t", [{"_1": "x"}, {"_1": "y"}]),
    ("SELECT d.price FROM S3Object[*].deep d WHERE d.price < 5", [{"price": 2.5}]),
])  # fmt: skip
def test_json_lines(select, expression, expected):
    found, _ = select(LINES, expression, JSON, {"JSON": {}})
    assert [json.loads(line) for line in found.splitlines()] == expected


def test_a_json_document(select):
    body = json.dumps({"people": [{"n": 1}, {"n": 2}]}, indent=1).encode()
    found, _ = select(body, "SELECT p.n FROM S3Object[*].people[*] p WHERE p.n > 1", {"JSON": {"Type": "DOCUMENT"}})
    assert found == b"2\n"


def test_parquet(select, tmp_path):
    path = str(tmp_path / "p.parquet")
    duckdb.sql("select range as number, 'n' || range as name from range(5000)").write_parquet(path)
    body = (tmp_path / "p.parquet").read_bytes()
    found, others = select(body, "SELECT s.name FROM S3Object s WHERE s.number >= 4998", {"Parquet": {}})
    assert found == b"n4998\nn4999\n" and others["Stats"]["Details"]["BytesScanned"] == len(body)
    found, _ = select(body, "SELECT * FROM S3Object LIMIT 1", {"Parquet": {}}, {"JSON": {}})
    assert json.loads(found) == {"number": 0, "name": "n0"}


@pytest.mark.parametrize(("name", "compress"), [("GZIP", gzip.compress), ("BZIP2", bz2.compress)])
def test_compressed_content_and_its_statistics(select, name, compress):
    body = compress(PEOPLE)
    found, others = select(
        body, "SELECT COUNT(*) FROM S3Object", {"CSV": {}, "CompressionType": name}, RequestProgress={"Enabled": True}
    )
    assert found == b"4\n" and "End" in others
    expected = {"BytesScanned": len(body), "BytesProcessed": len(PEOPLE), "BytesReturned": 2}
    assert others["Stats"]["Details"] == expected and others["Progress"]["Details"] == expected


def test_own_delimiters_in_and_out(select):
    source = {"CSV": {"FieldDelimiter": ";", "RecordDelimiter": "|", "QuoteCharacter": "'", "Comments": "!"}}
    target = {"CSV": {"QuoteFields": "ALWAYS", "FieldDelimiter": "\t", "RecordDelimiter": "|\n"}}
    found, _ = select(b"!no|a;'b;c'|d;e|", "SELECT * FROM S3Object", source, target)
    assert found == b'"a"\t"b;c"|\n"d"\t"e"|\n'


def test_records_may_hold_line_ends_in_quotes(select):
    source = {"CSV": {"AllowQuotedRecordDelimiter": True}}
    assert select(b'"a\nb",c\nd,e\n', "SELECT COUNT(*) FROM S3Object", source)[0] == b"2\n"


def test_scan_ranges_take_the_records_that_begin_in_them(select, error_of, s3):
    body = b"".join(b"%04d\n" % number for number in range(100))
    pieces = [
        select(body, "SELECT * FROM S3Object", CSV, ScanRange=scan)[0]
        for scan in ({"Start": 0, "End": 120}, {"Start": 121, "End": 400}, {"Start": 401})
    ]
    assert b"".join(pieces) == body and all(pieces)
    assert select(body, "SELECT * FROM S3Object", CSV, ScanRange={"End": 10})[0] == b"0098\n0099\n"


@pytest.mark.parametrize("body", [b"a,%b\nb,c\n" % (b"x" * 2**20), b"b,c\na,%b" % (b"x" * 2**20)])
def test_records_have_a_bound(body):
    found = select_records.lines([body], b"\n")
    with pytest.raises(AwsError) as caught:
        list(found)
    assert caught.value.code == "OverMaxRecordSize"


@pytest.mark.parametrize(("expression", "source", "code"), [
    ("SELEC * FROM S3Object", CSV, "ParseUnexpectedToken"),
    ("SELECT * FROM other", CSV, "InvalidDataSource"),
    ("SELECT s.nothing FROM S3Object s", HEADER, "EvaluatorBindingDoesNotExist"),
    ("SELECT s._9 FROM S3Object s", CSV, "InvalidColumnIndex"),
    ("SELECT CAST(s.name AS INT) FROM S3Object s", HEADER, "CastFailed"),
    ("SELECT name FROM S3Object s GROUP BY name", HEADER, "UnsupportedSqlStructure"),
    ("SELECT * FROM S3Object s JOIN S3Object t ON 1 = 1", HEADER, "UnsupportedSqlStructure"),
    ("SELECT * FROM S3Object s WHERE 1 = (SELECT 1)", HEADER, "UnsupportedSqlStructure"),
    ("SELECT * FROM S3Object", {"CSV": {}, "CompressionType": "GZIP"}, "InvalidCompressionFormat"),
    ("SELECT * FROM S3Object", {"JSON": {"Type": "LINES"}}, "JSONParsingError"),
    ("SELECT * FROM S3Object", {"Parquet": {}}, "ParquetParsingError"),
    ("DELETE FROM S3Object", CSV, "ParseUnexpectedKeyword"),
])  # fmt: skip
def test_refusals(select, error_of, expression, source, code):
    refused = error_of(lambda: _drain(select, expression, source))
    assert refused["Error"]["Code"] == code


def _drain(select, expression, source):
    try:
        return select(PEOPLE, expression, source)
    except EventStreamError as error:
        raise AssertionError("the error came too late") from error


def test_a_query_reads_nothing_but_its_object(select, error_of, tmp_path):
    (tmp_path / "secret").write_text("secret")
    refused = error_of(lambda: select(PEOPLE, f"SELECT * FROM read_text('{tmp_path}/secret')", CSV))
    assert refused["Error"]["Code"] == "InvalidDataSource"


def test_a_missing_object(s3, error_of):
    refused = error_of(
        s3.select_object_content, Bucket="bucket", Key="none", Expression="SELECT * FROM S3Object",
        ExpressionType="SQL", InputSerialization=CSV, OutputSerialization=CSV,
    )  # fmt: skip
    assert refused["Error"]["Code"] == "NoSuchKey"


def test_a_restore_of_type_select_writes_its_results(s3, error_of, emulator):
    s3.put_object(Bucket="bucket", Key="cold.csv", Body=PEOPLE, StorageClass="GLACIER")
    query = {"Expression": "SELECT s.Name FROM S3Object s WHERE s.City = 'Chicago'", "ExpressionType": "SQL",
             "InputSerialization": HEADER, "OutputSerialization": {"CSV": {}}}
    location = {"S3": {"BucketName": "bucket", "Prefix": "out", "UserMetadata": [{"Name": "a", "Value": "b"}],
                       "Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]}}}
    request = {"Type": "SELECT", "Tier": "Expedited", "SelectParameters": query, "OutputLocation": location}
    answer = s3.restore_object(Bucket="bucket", Key="cold.csv", RestoreRequest=request)
    path = answer["RestoreOutputPath"].removeprefix("bucket/")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202 and path.startswith("out/")
    emulator.advance(300)
    keys = []
    for _ in range(50):  # the query runs beside the clock
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket="bucket", Prefix=path)["Contents"]]
        if len(keys) == 3:
            break
        time.sleep(0.05)
    assert [key.removeprefix(path).split("/")[1] for key in keys] == ["job.txt", "result_manifest.txt", "results"]
    found = s3.get_object(Bucket="bucket", Key=keys[2])
    assert (found["Body"].read(), found["Metadata"], found["TagCount"]) == (b"Jane\nBob\n", {"a": "b"}, 1)
    assert s3.get_object(Bucket="bucket", Key=keys[1])["Body"].read().decode() == f"bucket/{keys[2]}\n"
    for wrong in ({**request, "Type": "OTHER"}, {"Type": "SELECT"}, {**request, "Days": 1}):
        answer = error_of(s3.restore_object, Bucket="bucket", Key="cold.csv", RestoreRequest=wrong)
        assert answer["Error"]["Code"] == "MalformedXML"
