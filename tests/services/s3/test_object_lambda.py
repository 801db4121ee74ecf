"""Object Lambda access points: S3 Control's operations, and GetObject answered by a function."""

import json
import threading
import urllib.request

import pytest

from emulator import services
from emulator.kernel.context import Context

ACCOUNT = "000000000000"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:shout"


@pytest.fixture
def lambda_point(s3, control):
    """An Object Lambda access point ``shouting`` over the bucket ``bucket``, which holds ``a/b ü``; its ARN."""
    s3.put_object(Bucket="bucket", Key="a/b ü", Body=b"content")
    made = control.create_access_point(AccountId=ACCOUNT, Name="point", Bucket="bucket")
    transformation = {"Actions": ["GetObject"], "ContentTransformation": {
        "AwsLambda": {"FunctionArn": FUNCTION, "FunctionPayload": "loud"}}}
    configuration = {"SupportingAccessPoint": made["AccessPointArn"], "TransformationConfigurations": [transformation]}
    return control.create_access_point_for_object_lambda(
        AccountId=ACCOUNT, Name="shouting", Configuration=configuration
    )["ObjectLambdaAccessPointArn"]


@pytest.fixture
def function(monkeypatch):
    """``function(handler)``: what Lambda would run, in a thread, with the event."""
    call, events = Context.call, []

    def put_in_place(handler) -> list[dict]:
        def replaced(self, service, operation, params=None, **more):
            if (service, operation) != ("lambda", "Invoke"):
                return call(self, service, operation, params, **more)
            assert (params["FunctionName"], params["InvocationType"]) == (FUNCTION, "Event")
            events.append(json.loads(params["Payload"]))
            threading.Thread(target=handler, args=(events[-1],), daemon=True).start()
            return {"StatusCode": 202}

        monkeypatch.setattr(Context, "call", replaced)
        return events

    return put_in_place


def test_it_is_made_looked_at_and_deleted(control, lambda_point, error_of):
    place = {"AccountId": ACCOUNT, "Name": "shouting"}
    assert lambda_point == f"arn:aws:s3-object-lambda:us-east-1:{ACCOUNT}:accesspoint/shouting"
    found = control.get_access_point_for_object_lambda(**place)
    assert (found["Name"], found["Alias"]["Status"]) == ("shouting", "READY")
    listed = control.list_access_points_for_object_lambda(AccountId=ACCOUNT)["ObjectLambdaAccessPointList"]
    assert [each["ObjectLambdaAccessPointArn"] for each in listed] == [lambda_point]
    configuration = control.get_access_point_configuration_for_object_lambda(**place)["Configuration"]
    assert configuration["TransformationConfigurations"][0]["Actions"] == ["GetObject"]
    configuration["AllowedFeatures"] = ["GetObject-Range"]
    control.put_access_point_configuration_for_object_lambda(**place, Configuration=configuration)
    assert control.get_access_point_configuration_for_object_lambda(**place)["Configuration"] == configuration
    wrong = {**configuration, "SupportingAccessPoint": f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/none"}
    refused = error_of(control.put_access_point_configuration_for_object_lambda, **place, Configuration=wrong)
    assert refused["Error"]["Code"] == "NoSuchAccessPoint"
    control.delete_access_point_for_object_lambda(**place)
    assert error_of(control.get_access_point_for_object_lambda, **place)["Error"]["Code"] == "NoSuchAccessPoint"


def test_a_function_answers_for_the_object(aws, s3, lambda_point, function):
    def shout(event):
        with urllib.request.urlopen(event["getObjectContext"]["inputS3Url"]) as original:
            body = original.read().upper()
        aws("s3").write_get_object_response(
            RequestRoute=event["getObjectContext"]["outputRoute"],
            RequestToken=event["getObjectContext"]["outputToken"],
            Body=body, ContentType="text/loud", Metadata={"by": event["configuration"]["payload"]},
        )  # fmt: skip

    events = function(shout)
    found = aws("s3").get_object(Bucket=lambda_point, Key="a/b ü")
    assert (found["Body"].read(), found["ContentType"], found["Metadata"]) == (b"CONTENT", "text/loud", {"by": "loud"})
    (event,) = events
    assert event["configuration"]["accessPointArn"] == lambda_point
    assert (event["userIdentity"]["accountId"], event["protocolVersion"]) == (ACCOUNT, "1.00")
    aws("s3").put_object(Bucket=lambda_point, Key="plain", Body=b"through")  # only GetObject is transformed
    assert s3.get_object(Bucket="bucket", Key="plain")["Body"].read() == b"through"


def test_a_function_may_refuse(aws, lambda_point, function, error_of):
    function(lambda event: aws("s3").write_get_object_response(
        RequestRoute=event["getObjectContext"]["outputRoute"], RequestToken=event["getObjectContext"]["outputToken"],
        StatusCode=403, ErrorCode="TooLoud", ErrorMessage="Quiet, please",
    ))  # fmt: skip
    answer = error_of(aws("s3").get_object, Bucket=lambda_point, Key="a/b ü")
    assert answer["Error"] == {"Code": "TooLoud", "Message": "Quiet, please"}
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_token_is_good_once(aws, error_of):
    answer = error_of(aws("s3").write_get_object_response, RequestRoute="io-none", RequestToken="none", Body=b"")
    assert answer["Error"]["Code"] == "InvalidRequest"


def test_without_lambda_it_is_not_pretended(aws, lambda_point, error_of):
    answer = error_of(aws("s3").get_object, Bucket=lambda_point, Key="a/b ü")
    expected = ("NotImplemented", 501) if services.load("lambda") is None else ("LambdaNotFound", 404)
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == expected
