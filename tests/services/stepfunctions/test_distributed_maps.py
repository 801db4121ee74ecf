"""Distributed Map states: where their items come from, how they are given, and where the results go."""

import gzip
import io
import json

import pytest

from tests.services.stepfunctions.conftest import map_run, one, until_running

EACH = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "In",
        "States": {"In": {"Type": "Pass", "End": True}}}  # fmt: skip
GET, LIST, PUT = (f"arn:aws:states:::s3:{action}" for action in ("getObject", "listObjectsV2", "putObject"))


@pytest.fixture
def put(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="data")

    def write(key: str, content: bytes | str) -> None:
        s3.put_object(Bucket="data", Key=key, Body=content)

    return write


def reader(config: dict, key: str = "file", **more) -> dict:
    """A machine that hands on what its ItemReader reads."""
    return one({"Type": "Map", "ItemProcessor": EACH, "ItemReader": {
        "Resource": GET, "Parameters": {"Bucket": "data", "Key": key}, "ReaderConfig": config}, **more})  # fmt: skip


@pytest.mark.parametrize(("config", "content", "wanted"), [
    ({"InputType": "JSON", "ItemsPointer": "/a/0/b~1c"}, b'{"a": [{"b/c": [1, 2]}]}', [1, 2]),
    ({"InputType": "JSON", "ItemsPointer": "/a"}, b'{"a": {"x": 1}}', [{"Key": "x", "Value": 1}]),
    ({"InputType": "JSON", "MaxItems": 2}, b"[1, 2, 3]", [1, 2]),
    ({"InputType": "JSONL"}, gzip.compress(b'{"a": 1}\n\n{"a": 2}\n', mtime=0), [{"a": 1}, {"a": 2}]),
    ({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "PIPE"}, b'a|b\n1|"x|\ny"\n2\n',
     [{"a": "1", "b": "x|\ny"}, {"a": "2", "b": ""}]),
    ({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"], "CSVDelimiter": "TAB"}, b"1\tmore\n",
     [{"a": "1"}]),
], ids=("pointer to an array", "pointer to an object", "MaxItems", "compressed lines", "CSV", "CSV without headers"))
def test_files_are_read_by_their_type(machines, put, config, content, wanted):
    put("file", content)
    assert machines.output(reader(config)) == wanted


def test_parquet_is_read(machines, put):
    put("file", parquet([{"id": 1, "name": "a"}, {"id": 2, "name": None}]))
    assert machines.output(reader({"InputType": "PARQUET"})) == [{"id": 1, "name": "a"}, {"id": 2, "name": None}]


def parquet(rows: list[dict]) -> bytes:
    pyarrow = pytest.importorskip("pyarrow", reason="the extra 'engines' is not installed")
    from pyarrow import parquet as written

    content = io.BytesIO()
    written.write_table(pyarrow.Table.from_pylist(rows), content)
    return content.getvalue()


def test_the_files_of_a_manifest_of_athenas_are_read(machines, put):
    put("query/1", parquet([{"id": 1}]))
    put("query/2", parquet([{"id": 2}]))
    put("file", "s3://data/query/1\ns3://data/query/2\n")
    config = {"InputType": "PARQUET", "ManifestType": "ATHENA_DATA"}
    definition = reader(config, ItemSelector={"id.$": "$$.Map.Item.Value.id", "from.$": "$$.Map.Item.Source"})
    assert machines.output(definition) == [
        {"id": 1, "from": "S3://data/query/1"}, {"id": 2, "from": "S3://data/query/2"}]  # fmt: skip


@pytest.mark.parametrize("config", [{"InputType": "MANIFEST"}, {"ManifestType": "S3_INVENTORY"}])
def test_an_inventory_is_read(machines, put, config):
    put("part.csv.gz", gzip.compress(b'"data","a.txt","7"\n"data","b.txt","8"\n'))
    put("file", json.dumps({
        "sourceBucket": "data", "destinationBucket": "arn:aws:s3:::data", "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size", "files": [{"key": "part.csv.gz"}]}))  # fmt: skip
    assert machines.output(reader(config)) == [
        {"Bucket": "data", "Key": "a.txt", "Size": "7"}, {"Bucket": "data", "Key": "b.txt", "Size": "8"}]


def test_a_bucket_is_listed_or_what_is_in_its_objects_is_read(machines, put):
    for key, content in (("in/", ""), ("in/1", "[1, 2]"), ("in/2", "[3]"), ("out/3", "[4]")):
        put(key, content)
    listing = {"Resource": LIST, "Parameters": {"Bucket": "data", "Prefix": "in/"}}
    found = machines.output(one({"Type": "Map", "ItemProcessor": EACH, "ItemReader": listing}))
    assert [(each["Key"], each["Size"]) for each in found] == [("in/", 0), ("in/1", 6), ("in/2", 3)]
    inside = {**listing, "ReaderConfig": {"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN"}}
    assert machines.output(one({"Type": "Map", "ItemProcessor": EACH, "ItemReader": inside})) == [1, 2, 3]


@pytest.mark.parametrize(("content", "config", "cause"), [
    (b'"text"', {"InputType": "JSON"}, "Attempting to map over non-iterable node."),
    (b"not parquet", {"InputType": "PARQUET"}, "The Parquet file can't be read: "),
    (b"\xff", {"InputType": "JSONL"}, "The JSONL file is not encoded in UTF-8: "),
    (b"{}", {"InputType": "MANIFEST"}, "The manifest can't be read."),
    (b"[" * 3000, {"InputType": "MANIFEST"}, "The manifest can't be read."),
    (b"a," + b"b" * 200_000, {"InputType": "CSV", "ManifestType": "ATHENA_DATA"}, "The manifest names something"),
    (b"a" * 11_000, {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "The headers of the CSV file exceed "),
], ids=("JSON", "Parquet", "JSONL", "manifest", "deep manifest", "manifest of Athena's", "CSV"))
def test_what_can_not_be_read_fails_the_map_run(machines, put, content, config, cause):
    if config["InputType"] == "PARQUET":
        pytest.importorskip("pyarrow", reason="the extra 'engines' is not installed")
    put("file", content)
    found = machines.run(reader(config))
    assert found["error"] == "States.ItemReaderFailed"
    assert found["cause"].startswith(cause)


def test_a_missing_file_fails_the_map_run(machines, put):
    found = machines.run(reader({"InputType": "JSON"}, "missing"))
    assert (found["error"], found["cause"]) == ("States.ItemReaderFailed", "The specified key does not exist.")


def test_the_pairs_of_an_object_are_items_inline_too(machines):
    inline = {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": True}}}
    state = {"Type": "Map", "ItemsPath": "$.servers", "ItemProcessor": inline}
    given = {"servers": {"a": 1, "b": 2}}
    assert machines.output(one(state), given) == [{"Key": "a", "Value": 1}, {"Key": "b", "Value": 2}]
    selector = {"key.$": "$$.Map.Item.Key", "value.$": "$$.Map.Item.Value", "source.$": "$$.Map.Item.Source"}
    assert machines.output(one({**state, "ItemSelector": selector}), given) == [
        {"key": "a", "value": 1, "source": "STATE_DATA"}, {"key": "b", "value": 2, "source": "STATE_DATA"}]


@pytest.mark.parametrize(("batcher", "wanted"), [
    ({"MaxItemsPerBatch": 2}, [{"Items": [1, 2]}, {"Items": [3]}]),
    ({"MaxItemsPerBatchPath": "$.most"}, [{"Items": [1]}, {"Items": [2]}, {"Items": [3]}]),
    ({"MaxInputBytesPerBatch": 16}, [{"Items": [1, 2]}, {"Items": [3]}]),
    ({"MaxItemsPerBatch": 5, "BatchInput": {"k.$": "$.most"}}, [{"BatchInput": {"k": 1}, "Items": [1, 2, 3]}]),
])  # fmt: skip
def test_items_are_batched(machines, batcher, wanted):
    state = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": EACH, "ItemBatcher": batcher}
    assert machines.output(one(state), {"items": [1, 2, 3], "most": 1}) == wanted


WRITER = {"Resource": PUT, "Parameters": {"Bucket": "data", "Prefix": "results"}}


@pytest.mark.parametrize(("config", "name", "wanted"), [
    ({}, "SUCCEEDED_0.json", None),
    ({"Transformation": "COMPACT", "OutputType": "JSON"}, "SUCCEEDED_0.json", "[[1,2],3]"),
    ({"Transformation": "FLATTEN", "OutputType": "JSON"}, "SUCCEEDED_0.json", "[1,2,3]"),
    ({"Transformation": "FLATTEN", "OutputType": "JSONL"}, "SUCCEEDED_0.jsonl", "1\n2\n3"),
])  # fmt: skip
def test_results_are_written(machines, put, client, config, name, wanted):
    writer = {**WRITER, **({"WriterConfig": config} if config else {})}
    found = machines.output(one({"Type": "Map", "ItemProcessor": EACH, "ResultWriter": writer}), [[1, 2], 3])
    manifest = content(client, found["ResultWriterDetails"]["Key"])
    files = json.loads(manifest)["ResultFiles"]
    (file,) = files["SUCCEEDED"]
    assert file["Key"].endswith(f"/{name}") and files["FAILED"] == files["PENDING"] == []
    written = content(client, file["Key"])
    assert len(written) == file["Size"]
    if wanted is None:
        first = json.loads(written)[0]
        assert (first["Input"], first["Status"], first["RedriveStatus"]) == ("[1,2]", "SUCCEEDED", "NOT_REDRIVABLE")
    else:
        assert written == wanted


def content(client, key: str) -> str:
    return client("s3").get_object(Bucket="data", Key=key)["Body"].read().decode()


def test_the_output_may_tell_all_about_the_executions(machines):
    writer = {"WriterConfig": {"Transformation": "NONE", "OutputType": "JSON"}}
    (found,) = machines.output(one({"Type": "Map", "ItemProcessor": EACH, "ResultWriter": writer}), [5])
    assert (found["Output"], found["Status"], found["RedriveCount"]) == ("5", "SUCCEEDED", 0)


def test_what_a_failed_map_run_left_undone_is_written(machines, put, client):
    inner = {**EACH, "States": {"In": {"Type": "Fail", "Error": "Bad"}}}
    state = {"Type": "Map", "ItemProcessor": inner, "ResultWriter": WRITER, "MaxConcurrency": 1}
    assert machines.run(one(state), [1, 2])["error"] == "States.ExceedToleratedFailureThreshold"
    keys = [each["Key"].rpartition("/")[2] for each in client("s3").list_objects_v2(Bucket="data")["Contents"]]
    assert keys == ["FAILED_0.json", "PENDING_0.json", "manifest.json"]


BAD = {**EACH, "StartAt": "If", "States": {
    "If": {"Type": "Choice", "Default": "In", "Choices": [
        {"Variable": "$.Items[0]", "NumericLessThan": 0, "Next": "Bad"}]},
    "In": {"Type": "Pass", "End": True}, "Bad": {"Type": "Fail", "Error": "Bad"}}}  # fmt: skip


@pytest.mark.parametrize(("tolerance", "wanted"), [
    ({}, "FAILED"), ({"ToleratedFailureCount": 1}, "FAILED"), ({"ToleratedFailureCount": 2}, "SUCCEEDED"),
    ({"ToleratedFailurePercentage": 49}, "FAILED"), ({"ToleratedFailurePercentage": 50}, "SUCCEEDED"),
    ({"ToleratedFailurePercentage": 10, "ToleratedFailureCount": 3}, "FAILED"),
    ({"ToleratedFailureCountPath": "$.count"}, "SUCCEEDED"),
])  # fmt: skip
def test_failures_are_counted_by_items(machines, tolerance, wanted):
    """Of two batches of two items, one fails."""
    state = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": BAD, "ItemBatcher": {"MaxItemsPerBatch": 2}}
    assert machines.run(one({**state, **tolerance}), {"items": [1, 2, -1, -2], "count": 2})["status"] == wanted


def test_a_map_run_ends_when_another_branch_fails(machines, states):
    rest = {**EACH, "States": {"In": {"Type": "Wait", "Seconds": 600, "End": True}}}
    branches = [{"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": rest, "End": True}}},
                {"StartAt": "Soon", "States": {"Soon": {"Type": "Wait", "Seconds": 1, "Next": "Bad"},
                                               "Bad": {"Type": "Fail", "Error": "Bad"}}}]  # fmt: skip
    execution = machines.start({"StartAt": "Both", "States": {
        "Both": {"Type": "Parallel", "Branches": branches, "End": True, "Catch": [
            {"ErrorEquals": ["Bad"], "Next": "Rest"}]},
        "Rest": {"Type": "Wait", "Seconds": 60, "End": True}}}, [1])  # fmt: skip
    (run,) = states.list_map_runs(executionArn=execution)["mapRuns"]
    machines.emulator.advance(2)
    assert states.describe_execution(executionArn=execution)["status"] == "RUNNING"
    described = states.describe_map_run(mapRunArn=run["mapRunArn"])
    assert (described["status"], described["executionCounts"]["running"]) == ("ABORTED", 0)
    assert "MapRunAborted" in [each["type"] for each in machines.history(execution)]


def test_a_lower_tolerance_holds_at_once(machines, states):
    """One of two items has failed, which was tolerated; the other still waits when it no longer is."""
    inner = {**EACH, "StartAt": "If", "States": {
        "If": {"Type": "Choice", "Default": "Rest", "Choices": [
            {"Variable": "$", "NumericLessThan": 0, "Next": "Bad"}]},
        "Rest": {"Type": "Wait", "Seconds": 600, "End": True}, "Bad": {"Type": "Fail", "Error": "Bad"}}}  # fmt: skip
    execution = machines.start(one({"Type": "Map", "ItemProcessor": inner, "ToleratedFailureCount": 1}), [-1, 1])
    run = until_running(states, execution, 1)
    assert (run["status"], run["executionCounts"]["failed"]) == ("RUNNING", 1)
    states.update_map_run(mapRunArn=run["mapRunArn"], toleratedFailureCount=0)
    found = map_run(states, execution)
    assert (found["status"], found["executionCounts"]["aborted"]) == ("FAILED", 1)
    assert machines.over(execution)["error"] == "States.ExceedToleratedFailureThreshold"
