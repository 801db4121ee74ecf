"""Placebo's answers, mitmproxy's flow files and botocore's own examples as cassettes."""

import gzip
import json
from pathlib import Path

import botocore
import pytest

from lab.cassette.command import files
from lab.cassette.importers import Origin, import_file
from lab.errors import LabError

EXAMPLES = Path(botocore.__file__).parent / "data"
AT = {"__class__": "datetime", "year": 2020, "month": 5, "day": 4, "hour": 3, "minute": 2, "second": 1}


def test_a_folder_of_placebo_is_one_cassette_in_order(tmp_path):
    folder = tmp_path / "test_queues"
    folder.mkdir()
    for number, urls in ((1, ["a"]), (2, []), (10, ["b"])):
        data = {"QueueUrls": urls, "ResponseMetadata": {"RequestId": "x"}}
        (folder / f"sqs.ListQueues_{number}.json").write_text(json.dumps({"status_code": 200, "data": data}))
    (folder / "sqs.GetQueueUrl_1.json").write_text(json.dumps({"status_code": 400, "data": {
        "Error": {"Code": "QueueDoesNotExist", "Message": "no"}}}))
    assert files(tmp_path) == [folder]
    (cassette,) = import_file(folder)
    assert cassette.trust == "shape" and "request" in cassette.missing
    assert cassette.services() == set(), "answers without requests are evidence for nothing"
    assert [(each.operation, each.output.get("QueueUrls")) for each in cassette.interactions] == [
        ("GetQueueUrl", None), ("ListQueues", ["a"]), ("ListQueues", []), ("ListQueues", ["b"])]
    assert cassette.interactions[0].error["Code"] == "QueueDoesNotExist"


def test_packed_placebo_has_one_cassette_for_each_test(tmp_path):
    path = tmp_path / "kms.jsonl.gz"
    with gzip.open(path, "wt") as file:
        for test, number in (("a", 1), ("a", 2), ("b", 1)):
            data = {"Keys": [], "At": AT, "Body": {"__class__": "StreamingBody", "body": "text"}}
            line = {"file": f"data/{test}/kms.ListKeys_{number}.json", "operation": "ListKeys", "n": number}
            file.write(json.dumps({**line, "status_code": 200, "data": data}) + "\n")
    first, second = import_file(path, origin=Origin("placebo"))
    assert (first.id, len(first.interactions), len(second.interactions)) == ("placebo/data/a/kms", 2, 1)
    assert first.interactions[0].output["At"] == {"$time": "2020-05-04T03:02:01+00:00"}
    assert first.interactions[0].output["Body"] == {"$stream": "text"}


def test_all_placebo_evidence_is_read(evidence):
    paths = sorted((evidence / "placebo" / "cloud-custodian").glob("*.jsonl.gz"))
    assert sum(len(cassette.interactions) for path in paths for cassette in import_file(path)) > 4500


def test_botocore_examples_are_documented_and_typed():
    cassettes = import_file(EXAMPLES / "dynamodb" / "2012-08-10" / "examples-1.json")
    found = {each.id: each for each in cassettes}
    table = found["botocore-examples/dynamodb/CreateTable-1"].interactions[0]
    assert {each.provenance for each in cassettes} == {"aws-documented"}
    assert {each.trust for each in cassettes} == {"shape"}
    assert table.input["TableName"] == "Music"
    assert {"$time"} == next(each.keys() for each in times(table.output))


def times(value):
    """Every tagged time below a value."""
    if isinstance(value, dict):
        yield from [value] if "$time" in value else [found for each in value.values() for found in times(each)]


def test_the_examples_of_every_service_in_scope_are_read():
    from emulator.model import manifest

    paths = [path for service in manifest()["services"] for path in (EXAMPLES / service).glob("*/examples-1.json")]
    assert sum(len(import_file(path)) for path in paths) > 500


def test_mitmproxy_flow_files_are_read(tmp_path):
    pytest.importorskip("mitmproxy", reason="the extra 'record' is not installed")
    from mitmproxy.io import FlowWriter
    from mitmproxy.test import tflow, tutils

    path = tmp_path / "flows"
    with path.open("wb") as file:
        writer = FlowWriter(file)
        headers = ((b"Host", b"sqs.us-east-1.amazonaws.com"), (b"X-Amz-Target", b"AmazonSQS.ListQueues"),
                   (b"Content-Type", b"application/x-amz-json-1.0"))
        request = tutils.treq(method=b"POST", scheme=b"https", host="sqs.us-east-1.amazonaws.com", port=443, path=b"/",
                              headers=_headers(headers), content=b"{}", timestamp_start=1_700_000_000)
        writer.add(tflow.tflow(req=request, resp=tutils.tresp(status_code=200, content=b'{"QueueUrls":["u"]}')))
        writer.add(tflow.tflow(req=request.copy()))
    (cassette,) = import_file(path)
    first, second = cassette.interactions
    assert (first.service, first.operation, first.output["QueueUrls"]) == ("sqs", "ListQueues", ["u"])
    assert second.response is None and second.truth == []
    assert cassette.recorded_at.startswith("2023-11-14T22:13:20")
    (tmp_path / "cut").write_bytes(path.read_bytes()[:-40])
    with pytest.raises(LabError, match="cut"):
        import_file(tmp_path / "cut", "mitmproxy")


def _headers(pairs):
    from mitmproxy.http import Headers

    return Headers(pairs)
