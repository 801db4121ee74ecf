"""Functions at the edge: viewer events in JavaScript, key value stores, Lambda@Edge, and the test of a draft."""

import io
import json
import zipfile

import pytest
from distribution_configs import behavior, items, origin

DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
EVENT = {"version": "1.0", "context": {"eventType": "viewer-request"}, "viewer": {"ip": "1.2.3.4"}, "request": {
    "method": "GET", "uri": "/a", "querystring": {}, "headers": {"host": {"value": "www.example.com"}}, "cookies": {}}}


@pytest.fixture
def function(cloudfront):
    """``function("name", "code", store ARN)`` publishes a function and gives its ARN."""

    def make(name, code, store=None):
        settings = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
        if store:
            settings["KeyValueStoreAssociations"] = items({"KeyValueStoreARN": store})
        made = cloudfront.create_function(Name=name, FunctionConfig=settings, FunctionCode=code.encode())
        cloudfront.publish_function(Name=name, IfMatch=made["ETag"])
        return made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]

    return make


def associated(**functions):
    """A behavior with functions: ``viewer_request=ARN``."""
    pairs = [{"FunctionARN": arn, "EventType": event.replace("_", "-")} for event, arn in functions.items()]
    return behavior(CachePolicyId=DISABLED, FunctionAssociations=items(*pairs))


def test_functions_change_requests_and_answers(distribution, function, web, visit):
    web.pages["/index.html"] = (200, {"Set-Cookie": "a=1; Path=/"}, b"home")
    rewrite = function("rewrite", """
        function handler(event) {
          const request = event.request;
          if (request.uri.endsWith("/")) request.uri += "index.html";
          request.headers["x-way"] = {value: event.viewer.ip + " " + event.context.eventType};
          request.querystring = {q: {value: "1", multiValue: [{value: "1"}, {value: "2"}]}};
          return request;
        }""")  # fmt: skip
    harden = function("harden", """
        async function handler(event) {
          event.response.headers["strict-transport-security"] = {value: "max-age=1"};
          event.response.cookies.b = {value: "2", attributes: "Secure"};
          return event.response;
        }""")  # fmt: skip
    made = distribution(origins=[web.described()], default=behavior(
        CachePolicyId=DISABLED, OriginRequestPolicyId="216adef6-5c7f-47e4-b989-5492eafa07d3",
        FunctionAssociations=associated(viewer_request=rewrite, viewer_response=harden)["FunctionAssociations"]))
    answer = visit(made, "/")
    assert (answer.data, answer.headers["Strict-Transport-Security"]) == (b"home", "max-age=1")
    assert answer.headers.getlist("Set-Cookie") == ["a=1; Path=/", "b=2; Secure"]
    assert web.seen[0][1] == "/index.html?q=1&q=2"
    assert web.seen[0][2]["x-way"] == "127.0.0.1 viewer-request"


def test_a_function_answers_itself_and_reads_a_store(client, cloudfront, distribution, function, web, visit):
    s3 = client("s3")
    s3.create_bucket(Bucket="pairs")
    s3.put_object(Bucket="pairs", Key="p.json", Body=json.dumps({"data": [{"key": "/old", "value": "/new"}]}))
    store = cloudfront.create_key_value_store(Name="s", ImportSource={
        "SourceType": "S3", "SourceARN": "arn:aws:s3:::pairs/p.json"})["KeyValueStore"]["ARN"]  # fmt: skip
    redirect = function("redirect", """
        import cf from 'cloudfront';
        const kvs = cf.kvs();
        async function handler(event) {
          try {
            const to = await kvs.get(event.request.uri);
            return {statusCode: 302, statusDescription: "Found", headers: {location: {value: to}}, body: "moved"};
          } catch (error) { return event.request; }
        }""", store)  # fmt: skip
    web.pages["/else"] = (200, {}, b"there")
    made = distribution(origins=[web.described()], default=associated(viewer_request=redirect))
    moved = visit(made, "/old")
    assert (moved.status, moved.headers["Location"], moved.data) == (302, "/new", b"moved")
    assert moved.headers["X-Cache"] == "FunctionGeneratedResponse from cloudfront"
    assert visit(made, "/else").data == b"there"


@pytest.mark.parametrize(("code", "status"), [
    ("function handler(event) { throw new Error('no'); }", 503), ("function handler(event) { while (true) {} }", 503),
    ("function handler(event) { return 'nonsense'; }", 502), ("function handler(", 503)])  # fmt: skip
def test_a_function_that_fails_is_an_error(distribution, function, visit, web, code, status):
    made = distribution(origins=[web.described()], default=associated(viewer_request=function("f", code)))
    answer = visit(made)
    assert (answer.status, answer.headers["X-Cache"]) == (status, "Error from cloudfront")
    assert not web.seen


def test_a_draft_is_tested_with_an_event(cloudfront, refused):
    code = b"""
        const crypto = require('crypto');
        function handler(event) {
          console.log('seen', event.request.uri);
          const digest = crypto.createHash('sha256').update('abc').digest('hex');
          event.request.headers['x-digest'] = {value: digest};
          return event.request;
        }"""
    settings = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    made = cloudfront.create_function(Name="f", FunctionConfig=settings, FunctionCode=code)
    result = cloudfront.test_function(Name="f", IfMatch=made["ETag"], EventObject=json.dumps(EVENT))["TestResult"]
    assert result["FunctionExecutionLogs"] == ["seen /a"] and result["FunctionErrorMessage"] == ""
    assert json.loads(result["FunctionOutput"])["request"]["headers"]["x-digest"]["value"] == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")  # fmt: skip
    assert 0 <= int(result["ComputeUtilization"]) <= 100
    assert result["FunctionSummary"]["Name"] == "f"
    changed = cloudfront.update_function(Name="f", IfMatch=made["ETag"], FunctionConfig=settings,
                                         FunctionCode=b"function handler(e) { return e.none.x; }")  # fmt: skip
    failed = cloudfront.test_function(Name="f", IfMatch=changed["ETag"], EventObject=json.dumps(EVENT))["TestResult"]
    assert failed["FunctionErrorMessage"].startswith("TypeError:") and failed["FunctionOutput"] == ""
    assert refused("test_function", Name="f", IfMatch=changed["ETag"], EventObject=b"no")[0] == "InvalidArgument"
    assert refused("test_function", Name="f", Stage="LIVE", IfMatch=changed["ETag"], EventObject=b"{}")[0] == (
        "NoSuchFunctionExists")  # fmt: skip


LAMBDA = """
def handler(event, context):
    record = event["Records"][0]["cf"]
    request = record["request"]
    kind = record["config"]["eventType"]
    if kind == "viewer-request":
        request["headers"]["x-first"] = [{"key": "X-First", "value": request["method"]}]
        return request
    if "response" in record:
        record["response"]["headers"].setdefault("x-edge", []).append({"key": "X-Edge", "value": kind})
        return record["response"]
    if request["uri"] == "/stop":
        return {"status": "418", "headers": {"x-made": [{"key": "X-Made", "value": "here"}]}, "body": "short"}
    request["uri"] = "/changed"
    return request
"""


@pytest.fixture
def lambda_function(client):
    """``lambda_function("code")``: the ARN of the first version of a function of Lambda, edge."""

    def make(code):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("f.py", code)
        made = client("lambda").create_function(
            FunctionName="edge", Runtime="python3.12", Handler="f.handler", Publish=True,
            Role="arn:aws:iam::000000000000:role/r", Code={"ZipFile": packed.getvalue()})  # fmt: skip
        client("lambda").get_waiter("function_active_v2").wait(FunctionName="edge", WaiterConfig={"Delay": 1})
        return made["FunctionArn"]

    return make


def test_the_address_of_a_function_is_asked_with_a_signature(client, cloudfront, distribution, visit, lambda_function):
    lambda_function("def handler(event, context): return event['requestContext']['authorizer']['iam']['userArn']")
    url = client("lambda").create_function_url_config(FunctionName="edge", AuthType="AWS_IAM")["FunctionUrl"]
    control = cloudfront.create_origin_access_control(OriginAccessControlConfig={
        "Name": "c", "SigningProtocol": "sigv4", "SigningBehavior": "always",
        "OriginAccessControlOriginType": "lambda"})["OriginAccessControl"]["Id"]
    host = f"{url.split('/')[2].partition('.')[0]}.lambda-url.us-east-1.on.aws"
    made = distribution(
        origins=[origin(domain=host, OriginAccessControlId=control)], default=behavior(CachePolicyId=DISABLED))
    assert visit(made).status == 403
    client("lambda").add_permission(
        FunctionName="edge", StatementId="cloudfront", Action="lambda:InvokeFunctionUrl",
        Principal="cloudfront.amazonaws.com", SourceArn=made["Distribution"]["ARN"], FunctionUrlAuthType="AWS_IAM")
    answer = visit(made)
    assert (answer.status, answer.data) == (200, b"cloudfront.amazonaws.com")
    other = distribution(
        "other", origins=[origin(domain=host, OriginAccessControlId=control)], default=behavior(CachePolicyId=DISABLED))
    assert visit(other).status == 403


def test_lambda_at_the_edge(distribution, web, visit, lambda_function):
    arn = lambda_function(LAMBDA)
    events = items(*({"LambdaFunctionARN": arn, "EventType": each} for each in (
        "viewer-request", "origin-request", "origin-response", "viewer-response")))  # fmt: skip
    web.pages["/changed"] = (200, {}, b"other")
    found = distribution(origins=[web.described()], default=behavior(
        LambdaFunctionAssociations=events, OriginRequestPolicyId="216adef6-5c7f-47e4-b989-5492eafa07d3"))
    answer = visit(found, "/first")
    assert (answer.status, answer.data) == (200, b"other")
    assert answer.headers.getlist("X-Edge") == ["origin-response", "viewer-response"]
    assert web.seen[0][2]["x-first"] == "GET"
    again = visit(found, "/first")
    assert (again.headers["X-Cache"], len(web.seen)) == ("Hit from cloudfront", 1)
    stopped = visit(found, "/stop")
    assert (stopped.status, stopped.data, stopped.headers["X-Made"]) == (418, b"short", "here")
