"""Extensions: processes beside the runtime that are told of invocations and of the end, and hear what is logged."""

import json

import pytest

from emulator.backends.functions_files import shut_off

from .conftest import zipped

pytestmark = pytest.mark.skipif(not shut_off(), reason="extensions are started from /opt, which is not there")
# Writes what it is told into the scratch space, where the function can read it.
EXTENSION = """#!/usr/bin/env python3
import http.server, json, os, threading, urllib.request
base = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"]
def note(kind, value):
    with open("/tmp/told", "a") as file:
        file.write(json.dumps([kind, value]) + "\\n")
class Listener(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        for each in json.loads(self.rfile.read(int(self.headers["Content-Length"]))):
            note("telemetry", each["type"])
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
def ask(method, path, data=None, **headers):
    request = urllib.request.Request(base + path, data and json.dumps(data).encode(), headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.headers, json.loads(answer.read())
headers, body = ask("POST", "/2020-01-01/extension/register", {"events": ["INVOKE", "SHUTDOWN"]},
                    **{"Lambda-Extension-Name": "watcher"})
note("registered", body)
mine = {"Lambda-Extension-Identifier": headers["Lambda-Extension-Identifier"]}
server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
threading.Thread(target=server.serve_forever, daemon=True).start()
ask("PUT", "/2022-07-01/telemetry", {"schemaVersion": "2022-12-13", "types": ["platform", "function"], "destination": {
    "protocol": "HTTP", "URI": "http://sandbox.localdomain:%d" % server.server_port}}, **mine)
while True:
    event = ask("GET", "/2020-01-01/extension/event/next", **mine)[1]
    note("event", event["eventType"])
    if event["eventType"] == "SHUTDOWN":
        break
"""
FUNCTION = """
import os, time
def handler(event, context):
    print("a line")
    for _ in range(100):
        if os.path.exists("/tmp/told") and open("/tmp/told").read().count("INVOKE") >= event:
            break
        time.sleep(0.02)
    return open("/tmp/told").read().splitlines()
"""


def test_an_extension_is_told(functions):
    layer = functions.client.publish_layer_version(
        LayerName="watcher", Content={"ZipFile": zipped({"extensions/watcher": EXTENSION}, 0o755)}
    )["LayerVersionArn"]
    functions.make(FUNCTION, Layers=[layer], Timeout=20)
    told = [json.loads(each) for each in functions.call(1)[0]]
    assert told[0] == ["registered", {"functionName": "f", "functionVersion": "$LATEST", "handler": "index.handler"}]
    assert ["event", "INVOKE"] in told
    for _ in range(50):
        told = [json.loads(each) for each in functions.call(told.count(["event", "INVOKE"]) + 1)[0]]
        heard = {value for kind, value in told if kind == "telemetry"}
        if {"platform.start", "platform.runtimeDone", "platform.report", "function"} <= heard:
            break
    assert {"platform.start", "platform.runtimeDone", "platform.report", "function"} <= heard, told
