"""Distributed maps: what they read and write, how they are redriven."""

import gzip
import json
import time

from conformance.probes import probe
from conformance.probes.stepfunctions.language import GUIDE, run
from conformance.services.stepfunctions.fixtures import begun, one, stop, until

READER, WRITER = GUIDE + "input-output-itemreader.html", GUIDE + "input-output-resultwriter.html"
REDRIVE = GUIDE + "redrive-map-run.html"
EACH = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "In",
        "States": {"In": {"Type": "Pass", "End": True}}}  # fmt: skip


def bucket(trial, **files) -> str:
    """A bucket with files in it, which is emptied and deleted afterwards."""
    name = trial.unique("maps").lower()
    trial.ask("CreateBucket", service="s3", Bucket=name)
    trial.later(lambda: trial.ask("DeleteBucket", service="s3", Bucket=name))

    def empty():
        for each in trial.ask("ListObjectsV2", service="s3", Bucket=name).get("Contents", []):
            trial.ask("DeleteObject", service="s3", Bucket=name, Key=each["Key"])

    trial.later(empty)
    for key, content in files.items():
        trial.ask("PutObject", service="s3", Bucket=name, Key=key, Body=content)
    return name


def content(trial, name: str, key: str) -> str:
    return trial.ask("GetObject", service="s3", Bucket=name, Key=key)["Body"].decode()


def reads(trial, config: dict, body: bytes, **more) -> list:
    """The items that a file is read into."""
    name = bucket(trial, data=body, **more.pop("files", {}))
    found = run(trial, one({"Type": "Map", "ItemProcessor": EACH, "ItemReader": {
        "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config,
        "Parameters": {"Bucket": name, "Key": "data"}}, **more}))  # fmt: skip
    assert found["status"] == "SUCCEEDED", found
    return json.loads(found["output"])


@probe("stepfunctions", "StartExecution", "A row of a CSV file that lacks fields gets empty ones, more are left out",
       READER)
def rows_fit_their_headers(trial):
    found = reads(trial, {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, b"a,b\n1\n1,2,3\n")
    assert found == [{"a": "1", "b": ""}, {"a": "1", "b": "2"}], found


@probe("stepfunctions", "StartExecution", "A CSV file may use another delimiter and have its headers given", READER)
def delimiters_are_chosen(trial):
    config = {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "b"], "CSVDelimiter": "SEMICOLON"}
    assert reads(trial, config, b"1;2\n3;4\n") == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


@probe("stepfunctions", "StartExecution", "A compressed JSON Lines file is read line by line", READER)
def lines_are_items(trial):
    assert reads(trial, {"InputType": "JSONL"}, gzip.compress(b'{"a": 1}\n{"a": 2}\n')) == [{"a": 1}, {"a": 2}]


@probe("stepfunctions", "StartExecution", "ItemsPointer leads to an array within a JSON file, MaxItems cuts it short",
       READER)
def pointers_lead_inside(trial):
    config = {"InputType": "JSON", "ItemsPointer": "/a/b", "MaxItems": 2}
    assert reads(trial, config, b'{"a": {"b": [1, 2, 3]}}') == [1, 2]


@probe("stepfunctions", "StartExecution", "LOAD_AND_FLATTEN reads what is in the objects that are listed",
       READER + "#itemsource-nested-data-sets")
def listed_objects_are_read(trial):
    name = bucket(trial, one="[1, 2]", two="[3]")
    found = run(trial, one({"Type": "Map", "ItemProcessor": EACH, "ItemReader": {
        "Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": name},
        "ReaderConfig": {"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN"}}}))  # fmt: skip
    assert json.loads(found["output"]) == [1, 2, 3], found


@probe("stepfunctions", "StartExecution", "The context object tells from which file an item was read",
       GUIDE + "input-output-contextobject.html#contextobject-map")
def items_tell_their_source(trial):
    (found,) = reads(trial, {"InputType": "JSON"}, b"[7]", ItemSelector={"from.$": "$$.Map.Item.Source"})
    assert found["from"].startswith("S3://") and found["from"].endswith("/data"), found


@probe("stepfunctions", "StartExecution", "The pairs of an object are iterated over",
       GUIDE + "input-output-itemspath.html")
def objects_have_pairs(trial):
    found = run(trial, one({"Type": "Map", "ItemProcessor": EACH, "ItemSelector": {
        "k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value"}}), {"a": 1, "b": 2})  # fmt: skip
    assert json.loads(found["output"]) == [{"k": "a", "v": 1}, {"k": "b", "v": 2}], found


@probe("stepfunctions", "StartExecution", "An ItemBatcher gives each execution several items and a common input",
       GUIDE + "input-output-itembatcher.html")
def items_come_in_batches(trial):
    found = run(trial, one({"Type": "Map", "ItemProcessor": EACH, "ItemBatcher": {
        "MaxItemsPerBatch": 2, "BatchInput": {"k": 0}}}), [1, 2, 3])  # fmt: skip
    assert json.loads(found["output"]) == [
        {"BatchInput": {"k": 0}, "Items": [1, 2]}, {"BatchInput": {"k": 0}, "Items": [3]}], found


@probe("stepfunctions", "StartExecution", "A ResultWriter flattens results into lines, a manifest names the file",
       WRITER)
def results_are_written(trial):
    name = bucket(trial)
    found = run(trial, one({"Type": "Map", "ItemProcessor": EACH, "ResultWriter": {
        "Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": name, "Prefix": "out"},
        "WriterConfig": {"OutputType": "JSONL", "Transformation": "FLATTEN"}}}), [[1, 2], [3]])  # fmt: skip
    details = json.loads(found["output"])["ResultWriterDetails"]
    (file,) = json.loads(content(trial, name, details["Key"]))["ResultFiles"]["SUCCEEDED"]
    assert content(trial, name, file["Key"]).split() == ["1", "2", "3"]


def redriven(trial, definition: str) -> tuple[dict, dict]:
    """An execution of a map that failed, redriven: as it is described, and its map run."""
    made = begun(trial.world, definition, '["good", "bad"]')
    trial.later(lambda: stop(trial.world, made))
    until(trial.world, made["Arn"], "FAILED")
    trial.ask("RedriveExecution", executionArn=made["Arn"])
    for _ in range(100):
        found = trial.ask("DescribeExecution", executionArn=made["Arn"])
        if found["status"] != "RUNNING":
            break
        time.sleep(0.05)
    (listed,) = trial.ask("ListMapRuns", executionArn=made["Arn"])["mapRuns"]
    return found, trial.ask("DescribeMapRun", mapRunArn=listed["mapRunArn"])


FAILING = {**EACH, "States": {
    "In": {"Type": "Choice", "Choices": [{"Variable": "$", "StringEquals": "bad", "Next": "Fail"}], "Default": "Good"},
    "Good": {"Type": "Pass", "End": True}, "Fail": {"Type": "Fail", "Error": "Bad"}}}  # fmt: skip


@probe("stepfunctions", "RedriveExecution", "A redrive goes on with the map run; what succeeded stays", REDRIVE)
def map_runs_are_redriven(trial):
    found, map_run = redriven(trial, one({"Type": "Map", "ItemProcessor": FAILING}))
    assert (found["status"], found["redriveCount"], map_run["redriveCount"]) == ("FAILED", 1, 1), found
    children = trial.ask("ListExecutions", mapRunArn=map_run["mapRunArn"])["executions"]
    assert {each["status"]: each["redriveCount"] for each in children} == {"SUCCEEDED": 0, "FAILED": 1}, children


@probe("stepfunctions", "GetExecutionHistory", "The history tells that an execution and its map run were redriven",
       REDRIVE + "#redrive-maprun-api")
def redrives_are_told(trial):
    found, map_run = redriven(trial, one({"Type": "Map", "ItemProcessor": FAILING}))
    events = trial.ask("GetExecutionHistory", executionArn=found["executionArn"])["events"]
    told = {each["type"]: each for each in events if each["type"].endswith("Redriven")}
    assert told["ExecutionRedriven"]["executionRedrivenEventDetails"]["redriveCount"] == 1, told
    assert told["MapRunRedriven"]["mapRunRedrivenEventDetails"] == {
        "mapRunArn": map_run["mapRunArn"], "redriveCount": 1}, told  # fmt: skip
