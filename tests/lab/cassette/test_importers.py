"""One small recording in every format becomes the same cassette; and all of the evidence can be read."""

import base64
import gzip
import json
import os
from pathlib import Path

import pytest
import yaml

from lab.cassette import evidence
from lab.cassette.importers import Origin, detect, import_file
from lab.errors import LabError

URL = "https://sqs.us-east-2.amazonaws.com/"
TARGET = "AmazonSQS.CreateQueue"
TYPE = "application/x-amz-json-1.0"
SENT = '{"QueueName":"q"}'
GOT = '{"QueueUrl":"https://sqs.us-east-2.amazonaws.com/123456789012/q"}'
DATE = "Fri, 18 Jul 2025 21:37:50 GMT"


def base64_of(text):
    return base64.b64encode(text.encode()).decode()


def replay():
    return "one.replay", json.dumps({"Entries": [{
        "Request": {"Method": "POST", "URL": URL, "Header": {"X-Amz-Target": [TARGET], "User-Agent": ["CLEARED"]},
                    "MediaType": TYPE, "BodyParts": [base64_of(SENT)]},
        "Response": {"StatusCode": 200, "Header": {"Date": [DATE]}, "Body": base64_of(GOT)}}]}).encode()


def vcrpy():
    return "one.yaml", yaml.safe_dump({"version": 1, "interactions": [{
        "request": {"method": "POST", "uri": URL, "body": SENT.encode(),
                    "headers": {"X-Amz-Target": [TARGET], "Content-Type": [TYPE.encode()]}},
        "response": {"status": {"code": 200}, "headers": {"Date": [DATE]}, "body": {"string": GOT}}}]}).encode()


def vcr_pairs():
    data = {"requests": [{"method": "POST", "uri": URL, "body": SENT.encode(),
                          "headers": {"X-Amz-Target": [TARGET], "Content-Type": [TYPE],
                                      "User-Agent": ["**REDACTED**"]}}],
            "responses": [{"status": {"code": 200}, "headers": {"Date": [DATE]}, "body": {"string": GOT.encode()}}]}
    return "one.yaml.gz", gzip.compress(yaml.safe_dump(data).encode())


def ruby_vcr():
    return "one.yml", ("---\n" + yaml.safe_dump({"http_interactions": [{
        "request": {"method": "post", "uri": URL, "body": {"encoding": "UTF-8", "string": SENT},
                    "headers": {"X-Amz-Target": [TARGET], "Content-Type": [TYPE]}},
        "response": {"status": {"code": 200, "message": "OK"}, "headers": {"Date": [DATE]},
                     "body": {"encoding": "UTF-8", "string": GOT}}}]})).encode()


def smithy():
    def data(text, direction):
        return {"connection_id": 0, "action": {"Data": {"data": {"Utf8": text}, "direction": direction}}}

    sent = {"uri": URL, "method": "POST", "headers": {"x-amz-target": [TARGET], "content-type": [TYPE]}}
    return "one.json", json.dumps({"events": [
        {"connection_id": 0, "action": {"Request": {"request": sent}}}, data(SENT[:5], "Request"),
        data(SENT[5:], "Request"),
        {"connection_id": 0, "action": {"Eof": {"ok": True, "direction": "Request"}}},
        {"connection_id": 0,
         "action": {"Response": {"response": {"Ok": {"status": 200, "headers": {"date": [DATE]}}}}}},
        data(GOT, "Response")]}).encode()


def nock():
    return "one.json", json.dumps([{
        "scope": URL.rstrip("/") + ":443", "method": "POST", "path": "/", "body": json.loads(SENT), "status": 200,
        "response": json.loads(GOT), "rawHeaders": ["Date", DATE],
        "reqheaders": {"x-amz-target": TARGET, "content-type": TYPE}}]).encode()


def har():
    return "one.har", json.dumps({"log": {"entries": [{
        "request": {"method": "POST", "url": URL, "headers": [{"name": "x-amz-target", "value": TARGET}],
                    "postData": {"mimeType": TYPE, "text": SENT}},
        "response": {"status": 200, "headers": [{"name": "Date", "value": DATE}],
                     "content": {"text": base64_of(GOT), "encoding": "base64"}}}]}}).encode()


@pytest.mark.parametrize("make", [replay, vcrpy, vcr_pairs, ruby_vcr, smithy, nock, har])
def test_every_format_gives_the_same_step(make, tmp_path):
    name, content = make()
    path = tmp_path / name
    path.write_bytes(content)
    assert detect(path).replace("-", "_").replace("httpreplay", "replay") == make.__name__
    (cassette,) = import_file(path, origin=Origin("mine"))
    (step,) = cassette.interactions
    assert (cassette.id, cassette.service, cassette.provenance) == ("mine/one", "sqs", "aws-imported")
    assert (cassette.account, cassette.recorded_at, cassette.region) == ("123456789012", DATE, "us-east-2")
    assert (step.service, step.operation, step.input) == ("sqs", "CreateQueue", {"QueueName": "q"})
    assert step.output["QueueUrl"] == URL + "123456789012/q"
    assert (step.request.host, step.request.path) == ("sqs.us-east-2.amazonaws.com", "/")
    assert step.request.header("x-amz-target") == TARGET
    assert [truth.how for truth in step.truth] == ["wire"]


def line(**changes):
    call = {"service": "sqs", "operation": "CreateQueue", "region": "us-east-1", "phase": "call",
            "params": {"QueueName": "q-1"}, "snapshot_key": "create", "aws_how": "same object",
            "response": {"QueueUrl": "http://x:4566/000000000000/q-1", "Extra": 1, "When": {"$time": "2026-01-01"},
                         "ResponseMetadata": {"HTTPStatusCode": 200}},
            "aws": {"QueueUrl": "<queue-url:1>", "When": "datetime", "Count": 3,
                    "Arn": "arn:<partition>:sqs:<region>:111111111111:q-1",
                    "ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {}}}}
    made = {"test": "tests/aws/services/sqs/test_sqs.py::test_one", "recorded": "21-02-2026, 00:23:31",
            "complete": True, "outcome": "passed", "aws_other": {}, "calls": [call],
            "placeholders": {"<queue-url:1>": "http://x:4566/000000000000/q-1"}}
    return {**made, **changes}


def test_a_snapshot_line_becomes_templates(tmp_path):
    path = tmp_path / "sqs.jsonl"
    path.write_text(json.dumps(line()) + "\n")
    (cassette,) = import_file(path, origin=Origin("snap"))
    (truth,) = cassette.interactions[0].truth
    assert cassette.id == "snap/sqs/test_sqs.py::test_one"
    assert cassette.recorded_at == "2026-02-21T00:23:31+00:00"
    assert truth.answer == {
        "QueueUrl": {"$template": "<queue-url:1>"}, "When": {"$any": "datetime", "type": "timestamp"}, "Count": 3,
        "Arn": {"$template": "arn:<partition>:sqs:<region>:<account>:q-1"}, "ResponseMetadata": {"HTTPStatusCode": 200}}
    assert truth.ignore == ["Extra"]  # the comparison passed with it: the test had left it out


def test_a_member_under_a_known_gap_has_to_be_missing(tmp_path):
    path = tmp_path / "sqs.jsonl"
    path.write_text(json.dumps(line(reference_known_gaps=["$..Extra"])) + "\n")
    assert import_file(path)[0].interactions[0].truth[0].ignore == []


def test_a_test_without_recordings_is_evidence_of_outcomes(tmp_path):
    bare = line(recorded=None)
    for name in ("aws", "aws_how", "snapshot_key"):
        del bare["calls"][0][name]
    failing = {"service": "sqs", "operation": "DeleteQueue", "region": "us-east-1", "phase": "call", "params": {},
               "error": {"Error": {"Code": "MissingParameter", "Message": "…"}}}
    bare["calls"].append(failing)
    path = tmp_path / "sqs.jsonl"
    path.write_text(json.dumps(bare) + "\n")
    steps = import_file(path)[0].interactions
    assert [(each.truth[0].how, each.truth[0].answer) for each in steps] == [("outcome", None),
                                                                              ("outcome", "MissingParameter")]


def test_what_the_sdk_refused_by_itself_is_no_step(tmp_path):
    whole = line()
    refused = {"service": "sqs", "operation": "DeleteQueue", "region": "us-east-1", "phase": "call", "params": {},
               "client_exception": {"type": "ParamValidationError", "message": "…"}}
    broken_off = {**refused, "client_exception": {"type": "Failed", "message": "…"}}
    whole["calls"] += [refused, broken_off]
    path = tmp_path / "sqs.jsonl"
    path.write_text(json.dumps(whole) + "\n")
    steps = import_file(path)[0].interactions
    assert [(each.operation, each.reference is None) for each in steps] == [("CreateQueue", False),
                                                                           ("DeleteQueue", True)]


def test_what_is_no_recording_is_said_with_its_name(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("{}")
    with pytest.raises(LabError, match=r"x\.json: no known recording"):
        import_file(path)
    with pytest.raises(LabError, match=r"x\.json: not readable as har"):
        import_file(path, "har")


@pytest.mark.skipif(not os.environ.get(evidence.VARIABLE), reason="PARITYLAB_EVIDENCE names no evidence folder")
def test_all_evidence_is_read():
    steps: dict[tuple[str, str], int] = {}
    for cassette in evidence.cassettes(Path(os.environ[evidence.VARIABLE])):
        for step in cassette.interactions:
            for truth in step.truth:
                steps[step.service, truth.how] = steps.get((step.service, truth.how), 0) + 1
    assert steps["s3", "wire"] >= 1130
    assert steps["sqs", "wire"] >= 410
    assert steps["s3", "answer"] == 1135 + 41  # decoded answers, and raw ones that belong to a step
    assert steps["sts", "answer"] >= 9


def test_missing_evidence_is_said(monkeypatch):
    monkeypatch.delenv(evidence.VARIABLE, raising=False)
    with pytest.raises(LabError, match="there is no evidence to replay: set PARITYLAB_EVIDENCE"):
        evidence.folder()
