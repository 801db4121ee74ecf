"""Functions as targets: the event that they get, and what becomes of their answer."""

import io
import json
import shutil
import zipfile

import pytest

from tests.services.elbv2.conftest import curl, forward, until

pytestmark = [pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
              pytest.mark.usefixtures("data_plane")]

SOURCE = """
import json

def handler(event, context):
    if event["path"] == "/health" and event["headers"] == {"user-agent": "ELB-HealthChecker/2.0"}:
        return {"statusCode": 203}
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


def test_what_logs_and_metrics_tell_of_a_function_that_fails(client, emulator, balancer, listener, function, address,
                                                             free, logged):  # fmt: skip
    lb = balancer()
    accesses = logged(lb, "access_logs")
    url = f"http://{address(listener(forward((function, 1)), LoadBalancerArn=lb, Port=free))}"
    for path in ("/broken", "/a"):
        curl(url + path)
    broken, well = accesses()[1]
    assert (broken[8:10], broken[24], well[24]) == (["502", "-"], "LambdaInvalidResponse", "-")
    assert all(float(each[6]) > 0 for each in (well,)) and broken[5:8] == ["-1"] * 3
    found = client("cloudwatch").get_metric_statistics(
        Namespace="AWS/ApplicationELB", MetricName="LambdaUserError", StartTime=1_800_000_000 - 300,
        EndTime=1_800_000_300, Period=300, Statistics=["Sum"],
        Dimensions=[{"Name": "LoadBalancer", "Value": lb.split("loadbalancer/")[1]}])["Datapoints"]
    assert [each["Sum"] for each in found] == [1.0]


def test_health_of_functions_is_really_asked_for(elb, emulator, listener, function, free):
    listener(forward((function, 1)), Port=free)
    elb.modify_target_group(TargetGroupArn=function, HealthCheckEnabled=True, HealthCheckPath="/health",
                            Matcher={"HttpCode": "203"})

    def health():
        return elb.describe_target_health(TargetGroupArn=function)["TargetHealthDescriptions"][0]["TargetHealth"]

    until(lambda: health()["State"] == "healthy")
    elb.modify_target_group(TargetGroupArn=function, HealthCheckPath="/broken")
    until(lambda: emulator.advance(36) or health().get("Description") == "Health checks failed with these codes: [502]")
