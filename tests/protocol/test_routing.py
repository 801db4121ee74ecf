"""Which operation a REST request asks for."""

import pytest

from emulator.model import load
from emulator.protocol import ParseError, Request, UnknownOperation, protocol_for

COPY = {"x-amz-copy-source": "b/k"}


def route(service: str, protocol: str, method: str, path: str, query: str = "", headers: dict | None = None):
    operation, labels = protocol_for(load(service), protocol).route(Request(method, path, query, headers))
    return operation.name, labels


@pytest.mark.parametrize(("method", "path", "query", "headers", "name"), [
    ("GET", "/", "", {}, "ListBuckets"),
    ("PUT", "/b", "", {}, "CreateBucket"),
    ("PUT", "/b/", "", {}, "CreateBucket"),
    ("GET", "/b", "", {}, "ListObjects"),
    ("GET", "/b", "list-type=2&prefix=a", {}, "ListObjectsV2"),
    ("GET", "/b", "list-type=1", {}, "ListObjects"),
    ("GET", "/b", "versions", {}, "ListObjectVersions"),
    ("GET", "/b", "uploads=", {}, "ListMultipartUploads"),
    ("GET", "/b", "notification", {}, "GetBucketNotificationConfiguration"),
    ("GET", "/b", "lifecycle", {}, "GetBucketLifecycleConfiguration"),
    ("GET", "/b", "analytics", {}, "ListBucketAnalyticsConfigurations"),
    ("GET", "/b", "analytics&id=1", {}, "GetBucketAnalyticsConfiguration"),
    ("POST", "/b", "delete", {}, "DeleteObjects"),
    ("PUT", "/b/k", "x-id=PutObject", {}, "PutObject"),
    ("PUT", "/b/k", "", COPY, "CopyObject"),
    ("PUT", "/b/k", "partNumber=1&uploadId=u", {}, "UploadPart"),
    ("PUT", "/b/k", "partNumber=1&uploadId=u", COPY, "UploadPartCopy"),
    ("PUT", "/b/k", "acl", {}, "PutObjectAcl"),
    ("PUT", "/b/k", "tagging", {}, "PutObjectTagging"),
    ("POST", "/b/k", "uploads", {}, "CreateMultipartUpload"),
    ("POST", "/b/k", "uploadId=u", {}, "CompleteMultipartUpload"),
    ("POST", "/b/k", "select&select-type=2", {}, "SelectObjectContent"),
    ("GET", "/b/k", "uploadId=u", {}, "ListParts"),
    ("GET", "/b/k", "attributes", {"x-amz-object-attributes": "ETag"}, "GetObjectAttributes"),
    ("DELETE", "/b/k", "", {}, "DeleteObject"),
    ("DELETE", "/b/k", "uploadId=u", {}, "AbortMultipartUpload"),
    ("HEAD", "/b", "", {}, "HeadBucket"),
])
def test_s3(method, path, query, headers, name):
    assert route("s3", "rest-xml", method, path, query, headers)[0] == name


@pytest.mark.parametrize(("path", "key"), [
    ("/b/a/b", "a/b"), ("/b/a//b", "a//b"), ("/b//a", "/a"), ("/b/a/", "a/"), ("/b/../x", "../x"), ("/b/a%2Fb", "a/b"),
    ("/b/a%20b+c", "a b+c"), ("/b/%C3%A9", "é"), ("/b//", "/"), ("/b/.", "."),
])
def test_s3_keys(path, key):
    assert route("s3", "rest-xml", "GET", path) == ("GetObject", {"Bucket": "b", "Key": key})


def test_undecodable_key():
    with pytest.raises(ParseError):
        route("s3", "rest-xml", "GET", "/b/%ff%fe")


@pytest.mark.parametrize(("service", "protocol", "method", "path", "query", "name", "labels"), [
    ("lambda", "rest-json", "POST", "/2015-03-31/functions", "", "CreateFunction", {}),
    ("lambda", "rest-json", "POST", "/2015-03-31/functions/f/invocations", "", "Invoke", {"FunctionName": "f"}),
    ("lambda", "rest-json", "GET", "/2015-03-31/functions/arn%3Aaws%3Alambda%3A%3A1%3Afunction%3Af", "", "GetFunction",
     {"FunctionName": "arn:aws:lambda::1:function:f"}),
    ("lambda", "rest-json", "GET", "/2017-03-31/tags/arn%3Aa%2Fb", "", "ListTags", {"Resource": "arn:a/b"}),
    ("apigateway", "rest-json", "PUT", "/restapis/a/resources/r/methods/GET/integration", "", "PutIntegration",
     {"restapi_id": "a", "resource_id": "r", "http_method": "GET"}),
    ("apigateway", "rest-json", "POST", "/restapis", "mode=import", "ImportRestApi", {}),
    ("apigateway", "rest-json", "POST", "/restapis", "", "CreateRestApi", {}),
    ("route53", "rest-xml", "POST", "/2013-04-01/hostedzone/Z1/rrset/", "", "ChangeResourceRecordSets",
     {"Id": "Z1"}),
    ("route53", "rest-xml", "POST", "/2013-04-01/hostedzone/Z1/rrset", "", "ChangeResourceRecordSets",
     {"Id": "Z1"}),
    ("cloudfront", "rest-xml", "POST", "/2020-05-31/distribution", "WithTags", "CreateDistributionWithTags", {}),
])
def test_others(service, protocol, method, path, query, name, labels):
    assert route(service, protocol, method, path, query) == (name, labels)


def test_every_operation_is_found_by_its_own_template():
    for service, protocol in (("lambda", "rest-json"), ("apigateway", "rest-json"), ("s3", "rest-xml"),
                              ("cloudfront", "rest-xml"), ("route53", "rest-xml"), ("bedrock", "rest-json")):
        model = load(service)
        for operation in model.operations.values():
            path, _, query = operation.uri.partition("?")
            members = operation.input.members.values() if operation.input else ()
            needed = [operation.input.members[name] for name in (operation.input.required if operation.input else ())]
            query += "".join(f"&{each.get('locationName')}=1" for each in needed
                             if each.get("location") == "querystring")
            headers = {each.get("locationName").lower(): "1" for each in needed if each.get("location") == "header"}
            path = path.replace("+}", "}")
            for each in members:
                if each.get("location") == "uri":
                    path = path.replace("{" + each.get("locationName") + "}", "value")
            found, _ = route(service, protocol, operation.method, path, query, headers)
            same_place = model.operations[found].definition["http"] == operation.definition["http"]
            assert found == operation.name or same_place, (service, operation.name, found)


@pytest.mark.parametrize(("method", "path"), [("GET", "/no/such"), ("PATCH", "/2015-03-31/functions"), ("GET", "")])
def test_unknown(method, path):
    with pytest.raises(UnknownOperation):
        route("lambda", "rest-json", method, path)


def test_unknown_in_the_other_protocols():
    for service, protocol, request in (
            ("sqs", "json", Request("POST", "/", "", {"x-amz-target": "AmazonSQS.Nothing"})),
            ("sqs", "json", Request("POST", "/")),
            ("sts", "query", Request("POST", "/", body=b"Action=Nothing")),
            ("sts", "query", Request("GET", "/")),
            ("cloudwatch", "smithy-rpc-v2-cbor", Request("POST", "/service/Granite/operation/No"))):
        with pytest.raises(UnknownOperation):
            protocol_for(load(service), protocol).route(request)
