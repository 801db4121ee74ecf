"""The oracle sees what is wrong with an answer on the wire, and words refusals as recorded."""

import json

import pytest

from conformance.client.caller import Answer
from conformance.client.connection import Raw
from conformance.generator.variant import Breach, Variant
from conformance.oracle import coral, form
from conformance.oracle.expectations import expected
from conformance.services.declared import Declared
from emulator.model import load


def json_findings(service, operation, document, parsed=None, headers=None, status=200):
    protocol = load(service).protocols[0]
    kind = "application/json" if protocol == "rest-json" else "application/x-amz-json-1.0"
    headers = [("x-amzn-RequestId", "1"), ("Content-Type", kind)] if headers is None else headers
    answer = Answer(Raw(status, headers, json.dumps(document).encode()), parsed if parsed is not None else document)
    return [(each.path, each.kind) for each in form.findings(load(service).operations[operation], protocol, answer,
                                                             Declared(service))]


def test_a_good_answer_has_no_findings():
    assert json_findings("sqs", "SendMessage", {"MessageId": "1", "MD5OfMessageBody": "x"}) == []


@pytest.mark.parametrize(("document", "finding"), [
    ({"MessageId": 1}, ("MessageId", "type")),
    ({"Unknown": 1}, ("Unknown", "unexpected")),
    ([], ("", "type")),
])
def test_json_is_looked_at_member_by_member(document, finding):
    assert finding in json_findings("sqs", "SendMessage", document, {})


def test_required_members_and_constraints_of_the_output():
    assert ("scheduleArn", "missing") in json_findings("scheduler", "CreateSchedule", {})
    assert json_findings("scheduler", "GetSchedule", {"State": "SLEEPING"}, {"State": "SLEEPING"}) == [
        ("state", "value")]


def test_status_and_request_id():
    assert json_findings("sqs", "SendMessage", {}, status=202)[0] == ("", "status")
    assert ("headers", "missing") in json_findings("sqs", "SendMessage", {}, headers=[])


def test_a_document_says_what_it_is():
    wrong = [("x-amzn-RequestId", "1"), ("Content-Type", "text/plain")]
    assert json_findings("sqs", "SendMessage", {}, headers=wrong) == [("header Content-Type", "value")]


def xml_findings(operation, body, headers=(("x-amz-request-id", "1"), ("Content-Type", "application/xml"))):
    answer = Answer(Raw(200, list(headers), body.encode()), {})
    return [(each.path, each.kind) for each in form.findings(load("s3").operations[operation], "rest-xml", answer,
                                                             Declared("s3"))]


def test_xml_is_looked_at_element_by_element():
    assert xml_findings("GetBucketVersioning", "<VersioningConfiguration><Status>Enabled</Status>"
                                               "</VersioningConfiguration>") == []
    assert xml_findings("GetBucketVersioning", "<V><Other/></V>") == [("Other", "unexpected")]
    assert xml_findings("ListBuckets", "<R><Buckets><Bucket><CreationDate>now</CreationDate></Bucket></Buckets></R>"
                        ) == [("Buckets[0].CreationDate", "type")]
    assert xml_findings("ListBuckets", "<R><Owner>me</Owner></R>") == [("Owner", "type")]
    assert xml_findings("DeleteBucketCors", "<x/>")[0] == ("", "status")


def test_headers_of_the_model_have_its_types():
    got = xml_findings("HeadBucket", "", [("x-amz-request-id", "1"), ("x-amz-access-point-alias", "maybe"),
                                          ("x-amz-unknown", "1")])
    assert got == [("header x-amz-access-point-alias", "type"), ("header x-amz-unknown", "unexpected")]


def breach(operation, kind, path, value=None, given=None):
    return coral.sentence(load("sts").operations[operation], Breach(kind, path, value), given or {})


def test_the_common_sentence_as_recorded():
    assert breach("AssumeRole", "pattern", ("RoleSessionName",), "Session1:2") == (
        "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [\\w+=,.@-]*")
    assert breach("AssumeRole", "required", ("RoleArn",)) == (
        "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null")


def test_expectations_come_from_the_files():
    def wanted(service, operation, kind, path, value=None):
        variant = Variant(service, operation, kind, "", {}, path, Breach(kind, path, value))
        return expected(load(service).operations[operation], variant, {}, Declared(service), {})

    assert wanted("sqs", "SendMessage", "required", ("MessageBody",)) == (
        "MissingParameter", 400, "The request must contain the parameter MessageBody.", None)
    assert wanted("sqs", "SendMessage", "type", ("DelaySeconds",)) == ("SerializationException", 400, None, None)
    assert wanted("sqs", "SendMessage", "signature", (), "missing") is None
    assert wanted("scheduler", "GetSchedule", "signature", (), "expired").like.startswith("Signature expired")
    assert wanted("sns", "Publish", "malformed", (), "no such action").code == "InvalidAction"
    assert wanted("s3", "PutBucketVersioning", "enum", ("VersioningConfiguration", "Status"))[:2] == (
        "MalformedXML", 400)
    assert wanted("s3", "PutBucketCors", "required", ("CORSConfiguration",))[0] == "MissingRequestBodyError"
    assert wanted("s3", "PutObject", "enum", ("StorageClass",)).code == "InvalidStorageClass"
    assert wanted("s3", "PutObject", "enum", ("RequestPayer",)) is None
    assert wanted("s3", "ListBuckets", "signature", (), "missing").code == "AccessDenied"
