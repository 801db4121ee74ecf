"""HTTP tasks: what is sent, what comes back, how they fail, and what TestState shows of them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.services.stepfunctions.conftest import ROLE, one

HTTP = "arn:aws:states:::http:invoke"


class Endpoint(BaseHTTPRequestHandler):
    """Answers with what it was asked; by its path with another status."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        status = int(self.path.strip("/").partition("?")[0] or 200)
        answer = json.dumps({"path": self.path, "headers": dict(self.headers), "body": body}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def connection(client):
    return client("events").create_connection(Name="c", AuthorizationType="API_KEY", AuthParameters={
        "ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "example"}})["ConnectionArn"]  # fmt: skip


def call(url: str, connection: str, **more) -> dict:
    return {"Type": "Task", "Resource": HTTP, "Parameters": {
        "ApiEndpoint": url, "Method": "POST", "Authentication": {"ConnectionArn": connection}, **more}}  # fmt: skip


def test_an_endpoint_is_called_as_the_connection_says(machines, site, connection):
    found = machines.output(one(call(
        f"{site}/", connection, Headers={"X-Mine": "1"}, QueryParameters={"q": "a b"}, RequestBody={"n": 1})))
    assert (found["StatusCode"], found["StatusText"]) == (200, "OK")
    assert found["Headers"]["Content-Type"] == ["application/json"]
    asked = found["ResponseBody"]
    assert (asked["path"], json.loads(asked["body"])) == ("/?q=a+b", {"n": 1})
    sent = asked["headers"]
    assert (sent["X-Key"], sent["X-Mine"], sent["User-Agent"]) == (
        "example", "1", "Amazon|StepFunctions|HttpInvoke|us-east-1")


@pytest.mark.parametrize(("arrays", "wanted"), [
    (None, "a[0]=1&a[1]=x&o[k]=true"), ("REPEAT", "a=1&a=x&o[k]=true"), ("BRACKETS", "a[]=1&a[]=x&o[k]=true"),
    ("COMMAS", "a=1,x&o[k]=true"),
])  # fmt: skip
def test_bodies_may_be_forms(machines, site, connection, arrays, wanted):
    options = {} if arrays is None else {"RequestEncodingOptions": {"ArrayFormat": arrays}}
    found = machines.output(one(call(site, connection, RequestBody={"a": [1, "x"], "o": {"k": True}}, Transform={
        "RequestBodyEncoding": "URL_ENCODED", **options})))["ResponseBody"]  # fmt: skip
    assert found["headers"]["Content-Type"] == "application/x-www-form-urlencoded"
    assert found["body"].replace("%5B", "[").replace("%5D", "]").replace("%2C", ",") == wanted


def test_other_statuses_are_failures(machines, site, connection):
    found = machines.run(one(call(f"{site}/503", connection)))
    assert found["error"] == "States.Http.StatusCode.503"
    assert json.loads(found["cause"])["StatusText"] == "Service Unavailable"


@pytest.mark.parametrize("missing", [
    "arn:aws:events:us-east-1:000000000000:connection/none/00000000-0000-0000-0000-000000000000",
    "arn:aws:events:us-east-1:000000000000:connection", "arn:aws:events:us-east-1:000000000000:connection/", "none",
])  # fmt: skip
def test_a_connection_must_be_there(machines, site, missing):
    found = machines.run(one(call(site, missing)))
    assert found["error"] == "Events.ConnectionResource.InvalidConnectionState"


@pytest.mark.parametrize(("field", "value", "kind"), [
    ("Authentication", "text", "an object"), ("Authentication", {"ConnectionArn": 1}, "a string"),
    ("Headers", ["X-Mine"], "an object"), ("QueryParameters", "q=1", "an object"),
    ("Transform", "URL_ENCODED", "an object"),
    ("Transform", {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": 1}, "an object"),
    ("Transform", {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": {"ArrayFormat": "X"}}, "one of "),
])  # fmt: skip
def test_arguments_of_another_type_fail_the_task(machines, site, connection, field, value, kind):
    found = machines.run(one({"Type": "Task", "Resource": HTTP, "Parameters": {
        "ApiEndpoint": site, "Method": "POST", "Authentication": {"ConnectionArn": connection}, "RequestBody": {"n": 1},
        field: value}}))  # fmt: skip
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert f"must be {kind}" in found["cause"]


def test_an_endpoint_that_is_not_there(machines, connection):
    assert machines.run(one(call("http://127.0.0.1:1/", connection)))["error"] == "States.Http.Socket"


@pytest.mark.parametrize("reveal", [False, True])
def test_a_test_shows_request_and_response(states, site, connection, reveal):
    found = states.test_state(
        definition=json.dumps({**call(f"{site}/201", connection, RequestBody={"n": 1}), "End": True}),
        roleArn=ROLE, inspectionLevel="TRACE", revealSecrets=reveal)
    assert found["status"] == "SUCCEEDED"
    request, response = found["inspectionData"]["request"], found["inspectionData"]["response"]
    assert (request["protocol"], request["method"], request["url"], request["body"]) == (
        "http", "POST", f"{site}/201", '{"n":1}')
    assert ("x-key: example" in request["headers"]) is reveal
    assert (response["statusCode"], response["statusMessage"]) == ("201", "Created")


def test_a_test_tells_variables(states):
    definition = {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"b": "{% $a + 1 %}"}, "End": True}
    found = states.test_state(
        definition=json.dumps(definition), roleArn=ROLE, inspectionLevel="DEBUG", variables='{"a": 1}')
    assert json.loads(found["inspectionData"]["variables"]) == {"a": 1, "b": 2}
