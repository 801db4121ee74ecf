"""Functions as targets: the event that they get, and what becomes of their answer."""

import io
import json
import shutil
import zipfile

import pytest

from tests.services.elbv2.conftest import curl, forward

pytestmark = [pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
              pytest.mark.usefixtures("data_plane")]

SOURCE = """
import json

def handler(event, context):
    if event["path"] == "/broken":
        return {"no": "status"}
    if event["path"] == "/binary":
        return {"statusCode": 200, "body": "AP8=", "isBase64Encoded": True, "headers": {"content-type": "x/y"}}
    return {"statusCode": 201, "headers": {"x-own": "1"}, "body": json.dumps(event)}
"""


@pytest.fixture
def function(elb, client, group):
    """A target group with a function."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", SOURCE)
    arn = client("lambda").create_function(
        FunctionName="f", Role="arn:aws:iam::000000000000:role/function", Runtime="python3.11",
        Handler="index.handler", Code={"ZipFile": packed.getvalue()})["FunctionArn"]
    made = group(Protocol=None, Port=None, VpcId=None, TargetType="lambda")
    elb.register_targets(TargetGroupArn=made, Targets=[{"Id": arn}])
    return made


def test_a_function_answers(elb, listener, function, address, free):
    url = f"http://{address(listener(forward((function, 1)), Port=free))}"
    status, headers, body = curl(f"{url}/a?b=1&b=%202", "-d", "text", "-H", "X-A: 1")
    told = json.loads(body)
    assert (status, headers["x-own"]) == (201, "1")
    assert told["requestContext"] == {"elb": {"targetGroupArn": function}}
    assert (told["httpMethod"], told["path"], told["body"]) == ("POST", "/a", "text")
    assert told["queryStringParameters"] == {"b": "%202"} and told["headers"]["x-a"] == "1"
    assert told["headers"]["x-forwarded-for"] == "127.0.0.1" and told["isBase64Encoded"] is False
    elb.modify_target_group_attributes(TargetGroupArn=function, Attributes=[
        {"Key": "lambda.multi_value_headers.enabled", "Value": "true"}])
    told = json.loads(curl(f"{url}/a?b=1&b=2")[2])
    assert told["multiValueQueryStringParameters"] == {"b": ["1", "2"]} and "headers" not in told
    assert curl(f"{url}/broken")[0] == 502
    status, headers, _ = curl(f"{url}/binary")
    assert (status, headers["content-type"], headers["content-length"]) == (200, "x/y", "2")
