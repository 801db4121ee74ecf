"""Functions as resources: configuration, versions, aliases, permissions, tags, concurrency."""

import base64
import hashlib
import json

import pytest
from botocore.exceptions import ClientError

from .conftest import ROLE, zipped

VERSION = "import os\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_FUNCTION_VERSION']\n"


def refused(call, code: str, words: str, status: int = 400, **given):
    with pytest.raises(ClientError) as found:
        call(**given)
    answer = found.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert words in answer["Error"]["Message"]


def test_creation_and_reading(functions):
    lambda_ = functions.client
    code = zipped({"index.py": VERSION})
    created = lambda_.create_function(
        FunctionName="f", Role=ROLE, Runtime="python3.12", Handler="index.handler", Code={"ZipFile": code},
        Tags={"a": "1"}, Timeout=7,
    )  # fmt: skip
    assert created["State"] == "Pending" and created["StateReasonCode"] == "Creating"
    assert created["CodeSha256"] == base64.b64encode(hashlib.sha256(code).digest()).decode()
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201 and "LastUpdateStatus" not in created
    found = lambda_.get_function(FunctionName=created["FunctionArn"])
    shown = found["Configuration"]
    assert shown["State"] == "Active" and shown["LastUpdateStatus"] == "Successful" and found["Tags"] == {"a": "1"}
    for name in ("CodeSize", "Timeout", "MemorySize", "Handler", "Runtime", "Role", "LoggingConfig"):
        assert shown[name] == created[name]
    configuration = lambda_.get_function_configuration(FunctionName="f", Qualifier="$LATEST")
    assert configuration["FunctionArn"] == created["FunctionArn"] + ":$LATEST"
    refused(lambda_.create_function, "ResourceConflictException", "Function already exist: f", 409, FunctionName="f",
            Role=ROLE, Runtime="python3.12", Handler="index.handler", Code={"ZipFile": code})  # fmt: skip


@pytest.mark.parametrize(("given", "words"), [
    ({"Code": {"ZipFile": b"no zip"}}, "Could not unzip uploaded file. Please check your file, then try to upload"),
    ({"Code": {"S3Bucket": "none", "S3Key": "k"}},
     "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not"),
    ({"Runtime": "python3.7"}, "The runtime parameter of python3.7 is no longer supported for creating or updating"),
    ({"Runtime": "PYTHON3.9"}, "Value PYTHON3.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum "
     "value set: [nodejs20.x, python3.14,"),
    ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "Reserved keys used in this request: AWS_REGION"),
    ({"Environment": {"Variables": {"AB": "x" * 4096}}}, "exceeded the 4KB limit. String measured: {\"AB\":\"xxx"),
])  # fmt: skip
def test_what_cannot_be_created(functions, given, words):
    refused(functions.make, "InvalidParameterValueException", words, source=VERSION, **given)
    assert functions.client.list_functions()["Functions"] == []


def test_code_from_a_bucket(functions, client):
    s3 = client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="f.zip", Body=zipped({"index.py": VERSION, "big": "x" * 200_000}))
    functions.make("", Code={"S3Bucket": "code", "S3Key": "f.zip"})
    assert functions.call()[0] == "$LATEST"


def test_revisions_guard_updates(functions):
    functions.make(VERSION)
    update = functions.client.update_function_configuration
    old = functions.client.get_function_configuration(FunctionName="f")["RevisionId"]
    updated = update(FunctionName="f", Description="new", RevisionId=old)
    assert updated["LastUpdateStatus"] == "InProgress" and updated["Description"] == "new"
    refused(update, "PreconditionFailedException", "The Revision Id provided does not match the latest Revision Id. "
            "Call the GetFunction/GetAlias API", 412, FunctionName="f", Description="x", RevisionId=old)  # fmt: skip


def test_versions_and_weighted_aliases(functions):
    lambda_ = functions.client
    functions.make(VERSION)
    assert lambda_.publish_version(FunctionName="f")["Version"] == "1"
    assert lambda_.publish_version(FunctionName="f")["Version"] == "1"  # nothing has changed
    lambda_.update_function_configuration(FunctionName="f", Timeout=9)
    assert lambda_.publish_version(FunctionName="f", Description="two")["Version"] == "2"
    assert [each["Version"] for each in lambda_.list_versions_by_function(FunctionName="f")["Versions"]] == [
        "$LATEST", "1", "2"]  # fmt: skip
    assert functions.call(Qualifier="2")[0] == "2"
    alias = lambda_.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    assert "RoutingConfig" not in alias and functions.call(name=alias["AliasArn"])[0] == "1"
    lambda_.update_alias(FunctionName="f", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    assert {functions.call(Qualifier="live")[0] for _ in range(30)} == {"1", "2"}
    refused(lambda_.delete_function, "ResourceConflictException", "Version is pointed by", 409, FunctionName="f",
            Qualifier="2")  # fmt: skip
    refused(lambda_.get_alias, "ResourceNotFoundException", "Cannot find alias arn: arn:aws:lambda:us-east-1:"
            "000000000000:function:f:none", 404, FunctionName="f", Name="none")  # fmt: skip
    assert [each["Name"] for each in lambda_.list_aliases(FunctionName="f", FunctionVersion="1")["Aliases"]] == ["live"]


def test_deleting_a_function_deletes_all_of_it(functions):
    lambda_ = functions.client
    functions.make(VERSION, Publish=True)
    lambda_.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    assert lambda_.delete_function(FunctionName="f")["ResponseMetadata"]["HTTPStatusCode"] == 204
    refused(lambda_.get_function, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:"
            "000000000000:function:f:1", 404, FunctionName="f", Qualifier="1")  # fmt: skip
    functions.make(VERSION)
    assert lambda_.list_aliases(FunctionName="f")["Aliases"] == []


def test_lists_come_in_pages(functions):
    for name in "abc":
        functions.make(VERSION, name, Publish=True)
    pages = list(functions.client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}))
    assert [[each["FunctionName"] for each in page["Functions"]] for page in pages] == [["a", "b"], ["c"]]
    every = functions.client.list_functions(FunctionVersion="ALL")["Functions"]
    assert [each["Version"] for each in every] == ["$LATEST", "1"] * 3


def test_permissions(functions):
    lambda_ = functions.client
    arn = functions.make(VERSION)
    given = {"FunctionName": "f", "StatementId": "s3", "Action": "lambda:InvokeFunction",
             "Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::b"}  # fmt: skip
    statement = {
        "Sid": "s3", "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Resource": arn,
        "Action": "lambda:InvokeFunction", "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}},
    }  # fmt: skip
    assert json.loads(lambda_.add_permission(**given)["Statement"]) == statement
    refused(lambda_.add_permission, "ResourceConflictException", "The statement id (s3) provided already exists", 409,
            **given)  # fmt: skip
    policy = json.loads(lambda_.get_policy(FunctionName="f")["Policy"])
    assert policy == {"Version": "2012-10-17", "Id": "default", "Statement": [statement]}
    refused(lambda_.remove_permission, "ResourceNotFoundException", "Statement x is not found in resource policy.", 404,
            FunctionName="f", StatementId="x")  # fmt: skip
    lambda_.remove_permission(FunctionName="f", StatementId="s3")
    refused(lambda_.get_policy, "ResourceNotFoundException", "The resource you requested does not exist.", 404,
            FunctionName="f")  # fmt: skip


def test_tags(functions):
    lambda_, arn = functions.client, functions.make(VERSION, Tags={"a": "1"})
    lambda_.tag_resource(Resource=arn, Tags={"b": "2"})
    lambda_.untag_resource(Resource=arn, TagKeys=["a"])
    assert lambda_.list_tags(Resource=arn)["Tags"] == {"b": "2"}
    refused(lambda_.list_tags, "InvalidParameterValueException", "Tags on function aliases and versions are not",
            Resource=arn + ":1")  # fmt: skip


def test_reserved_concurrency_is_enforced(functions):
    lambda_ = functions.client
    functions.make(VERSION)
    lambda_.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    with pytest.raises(lambda_.exceptions.TooManyRequestsException) as throttled:
        functions.call()
    answer = throttled.value.response
    assert answer["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 429 and answer["Error"]["Message"] == "Rate Exceeded."
    refused(lambda_.put_function_concurrency, "InvalidParameterValueException", "below its minimum value of [100].",
            FunctionName="f", ReservedConcurrentExecutions=901)  # fmt: skip
    lambda_.delete_function_concurrency(FunctionName="f")
    assert "ReservedConcurrentExecutions" not in lambda_.get_function_concurrency(FunctionName="f")
    assert functions.call()[0] == "$LATEST"
