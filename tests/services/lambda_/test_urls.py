"""Functions at addresses of their own: HTTP in, an event, HTTP out; open or signed, whole or streamed."""

import http.client
import json
import shutil

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .conftest import zipped

ECHO = """
import json
def handler(event, context):
    if event["rawPath"] == "/raw":
        return json.loads(event["body"])
    if event["rawPath"] == "/fail":
        raise ValueError("no")
    return {"statusCode": 201, "headers": {"X-Own": "yes"}, "cookies": ["a=1", "b=2"], "body": json.dumps(event)}
"""
STREAM = """
exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
  const prelude = { statusCode: 203, headers: { "x-own": "yes" } };
  if (event.rawPath) stream = awslambda.HttpResponseStream.from(stream, prelude);
  stream.write("first,");
  await new Promise((done) => setTimeout(done, 20));
  if (event.fail) throw new TypeError("midway");
  stream.write("second");
  stream.end();
});
"""
node = pytest.mark.skipif(shutil.which("node") is None, reason="this machine has no Node.js")


class Site:
    """An address, asked over a plain connection: its host name needs no resolver."""

    def __init__(self, functions, endpoint: str, **given):
        self.lambda_, self.endpoint = functions.client, endpoint
        self.url = self.lambda_.create_function_url_config(FunctionName="f", **given)["FunctionUrl"]
        self.host = self.url.split("/")[2]

    def open_to_all(self) -> "Site":
        self.lambda_.add_permission(FunctionName="f", StatementId="all", Action="lambda:InvokeFunctionUrl",
                                    Principal="*", FunctionUrlAuthType="NONE")  # fmt: skip
        return self

    def ask(self, method: str = "GET", path: str = "/", body=None, **headers):
        """(status, headers, body)."""
        connection = http.client.HTTPConnection(self.endpoint.split("/")[2])
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {**named, "Host": self.host})
        answer = connection.getresponse()
        found = answer.status, answer.headers, answer.read()
        connection.close()
        return found


@pytest.fixture
def site(functions, endpoint):
    return lambda source=ECHO, **given: (functions.make(source), Site(functions, endpoint, **given))[1]


def test_an_event_in_format_2(site):
    place = site(AuthType="NONE").open_to_all()
    assert place.url.startswith("http://") and ".lambda-url.us-east-1." in place.url
    status, headers, body = place.ask("POST", "/a/b%20c?x=1&x=2&y=%21", b"hello", Content_Type="text/plain",
                                      Cookie="c=1; d=2", X_Thing="t")  # fmt: skip
    assert status == 201 and headers["x-own"] == "yes" and headers.get_all("set-cookie") == ["a=1", "b=2"]
    assert headers["content-type"] == "application/json" and headers["x-amzn-requestid"]
    event = json.loads(body)
    assert event["version"] == "2.0" and event["rawPath"] == "/a/b%20c" and event["rawQueryString"] == "x=1&x=2&y=%21"
    assert event["queryStringParameters"] == {"x": "1,2", "y": "!"} and event["cookies"] == ["c=1", "d=2"]
    assert event["body"] == "hello" and event["isBase64Encoded"] is False and event["headers"]["x-thing"] == "t"
    assert event["requestContext"]["http"]["method"] == "POST" and event["requestContext"]["accountId"] == "anonymous"
    assert event["requestContext"]["domainPrefix"] == place.host.split(".")[0]
    event = json.loads(place.ask("PUT", "/", b"\xff\x00", Content_Type="application/octet-stream")[2])
    assert event["body"] == "/wA=" and event["isBase64Encoded"] is True


def test_answers_without_a_status(site):
    place = site(AuthType="NONE").open_to_all()
    for value, text in (({"a": 1}, b'{"a":1}'), ("text", b"text"), (3, b"3"), ([1, True], b"[1,true]")):
        status, headers, body = place.ask("POST", "/raw", json.dumps(value), Content_Type="application/json")
        assert (status, headers["content-type"], body) == (200, "application/json", text)
    assert place.ask("GET", "/fail")[::2] == (502, b"Internal Server Error")


@pytest.mark.parametrize("wrong", [
    {"statusCode": "x"}, {"statusCode": 99}, {"statusCode": 200, "headers": [1]}, {"statusCode": 200, "cookies": 5},
    {"statusCode": 200, "body": "\u00e9", "isBase64Encoded": True},
])  # fmt: skip
def test_ill_formed_answers(site, wrong):
    place = site(AuthType="NONE").open_to_all()
    assert place.ask("POST", "/raw", json.dumps(wrong), Content_Type="text/plain")[::2] == (
        502, b"Internal Server Error")  # fmt: skip
    assert place.ask("POST", "/raw", '{"statusCode": 204, "body": null}', Content_Type="text/plain")[::2] == (204, b"")


def test_who_may_ask(site, functions):
    place = site(AuthType="NONE")
    status, _, body = place.ask()
    assert status == 403 and json.loads(body)["Message"].startswith("Forbidden. For troubleshooting Function URL")
    functions.client.update_function_url_config(FunctionName="f", AuthType="AWS_IAM")
    assert place.ask()[0] == 403
    request = AWSRequest("GET", place.url)
    SigV4Auth(Credentials("test", "test"), "lambda", "us-east-1").add_auth(request)
    status, _, body = place.ask(Authorization=request.headers["Authorization"], X_Amz_Date=request.headers[
        "X-Amz-Date"])  # fmt: skip
    about = json.loads(body)["requestContext"]
    assert status == 201 and about["authorizer"]["iam"]["accountId"] == about["accountId"] == "000000000000"
    functions.client.delete_function_url_config(FunctionName="f")
    assert place.ask()[0] == 404


def test_other_origins(site):
    place = site(AuthType="NONE", Cors={
        "AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "AllowHeaders": ["x-own"], "MaxAge": 60,
        "AllowCredentials": True, "ExposeHeaders": ["x-seen"]}).open_to_all()  # fmt: skip
    status, headers, body = place.ask("OPTIONS", Origin="https://a.example", Access_Control_Request_Method="GET")
    assert status == 200 and body == b"" and headers["access-control-allow-methods"] == "GET"
    assert headers["access-control-allow-origin"] == "https://a.example" and headers["access-control-max-age"] == "60"
    headers = place.ask(Origin="https://a.example")[1]
    assert headers["access-control-allow-credentials"] == "true" and headers["vary"] == "Origin"
    assert headers["access-control-expose-headers"] == "x-seen"
    assert "access-control-allow-origin" not in place.ask(Origin="https://b.example")[1]


@node
def test_streams(functions, endpoint):
    functions.make("", Runtime="nodejs20.x", Code={"ZipFile": zipped({"index.js": STREAM})})
    place = Site(functions, endpoint, AuthType="NONE", InvokeMode="RESPONSE_STREAM").open_to_all()
    status, headers, body = place.ask()
    assert (status, headers["x-own"], body) == (203, "yes", b"first,second")
    assert headers["transfer-encoding"] == "chunked"
    functions.client.update_function_url_config(FunctionName="f", InvokeMode="BUFFERED")
    status, headers, body = place.ask()
    assert (status, headers["x-own"], body) == (203, "yes", b"first,second")


@node
def test_a_streamed_invocation(functions):
    functions.make("", Runtime="nodejs20.x", Code={"ZipFile": zipped({"index.js": STREAM})})

    def ask(**event):
        answer = functions.client.invoke_with_response_stream(FunctionName="f", Payload=json.dumps(event),
                                                              LogType="Tail")  # fmt: skip
        events = list(answer["EventStream"])
        pieces = [each["PayloadChunk"]["Payload"] for each in events if "PayloadChunk" in each]
        return answer, pieces, events[-1]["InvokeComplete"]

    answer, pieces, end = ask()
    assert pieces == [b"first,", b"second"] and answer["ExecutedVersion"] == "$LATEST" and "ErrorCode" not in end
    assert answer["ResponseStreamContentType"] == "application/octet-stream" and end["LogResult"]
    _, pieces, end = ask(fail=True)
    assert b"".join(pieces) == b"first," and end["ErrorCode"] == "TypeError" and "midway" in end["ErrorDetails"]


def test_a_function_that_does_not_stream_answers_in_one_piece(functions):
    functions.make("def handler(event, context):\n    return {'n': event['n'] + 1}\n")
    answer = functions.client.invoke_with_response_stream(FunctionName="f", Payload=b'{"n": 1}')
    first, last = list(answer["EventStream"])
    assert json.loads(first["PayloadChunk"]["Payload"]) == {"n": 2} and last["InvokeComplete"] == {}
    answer = functions.client.invoke_with_response_stream(FunctionName="f", Payload=b"{}")
    (end,) = list(answer["EventStream"])
    assert end["InvokeComplete"]["ErrorCode"] == "KeyError"
