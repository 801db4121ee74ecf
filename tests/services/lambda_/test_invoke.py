"""Functions run: answers, errors, limits, environments."""

import base64
import json
import re
import shutil
import urllib.request

import pytest
from botocore.exceptions import ClientError

from emulator.backends import functions_files
from emulator.backends.functions import Ended, Pool

from .conftest import zipped

ECHO = "def handler(event, context):\n    return event\n"


def test_an_answer_and_its_log(functions):
    functions.make(
        "import os\nprint('cold')\ndef handler(event, context):\n    print('hello', event)\n"
        "    return {'id': context.aws_request_id, 'arn': context.invoked_function_arn,"
        " 'region': os.environ['AWS_REGION'],"
        " 'own': os.environ['OWN'], 'left': context.get_remaining_time_in_millis()}\n",
        Environment={"Variables": {"OWN": "yes"}},
    )
    payload, answer = functions.call(1, LogType="Tail")
    assert answer["StatusCode"] == 200 and answer["ExecutedVersion"] == "$LATEST" and "FunctionError" not in answer
    assert payload["arn"].endswith(":function:f") and payload["region"] == "us-east-1" and payload["own"] == "yes"
    assert 0 < payload["left"] <= 3000
    log = base64.b64decode(answer["LogResult"]).decode()
    assert f"START RequestId: {payload['id']} Version: $LATEST\n" in log and "cold\n" in log and "hello 1\n" in log
    assert re.search(r"END RequestId: \S+\nREPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
                     r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration", log)


def test_an_environment_stays_warm_until_an_update(functions):
    functions.make("count = 0\ndef handler(event, context):\n    global count\n    count += 1\n    return count\n")
    assert [functions.call()[0] for _ in range(3)] == [1, 2, 3]
    with pytest.raises(ClientError):
        functions.client.update_function_configuration(FunctionName="f", Runtime="python2.7")
    assert functions.call()[0] == 4
    functions.client.update_function_configuration(FunctionName="f", Timeout=5)
    assert functions.call()[0] == 1
    functions.client.update_function_code(FunctionName="f", ZipFile=zipped({"index.py": ECHO}))
    assert functions.call({"now": "new"})[0] == {"now": "new"}


def test_an_exception_is_the_payload(functions):
    functions.make("def handler(event, context):\n    raise KeyError('lost')\n")
    payload, answer = functions.call()
    assert answer["FunctionError"] == "Unhandled" and answer["StatusCode"] == 200
    assert payload["errorType"] == "KeyError" and payload["errorMessage"] == "'lost'"
    assert len(payload["stackTrace"]) == 1 and "raise KeyError" in payload["stackTrace"][0]


@pytest.mark.parametrize(("source", "handler", "kind", "words"), [
    (ECHO, "index.nothing", "Runtime.HandlerNotFound", "Handler 'nothing' missing on module 'index'"),
    (ECHO, "other.handler", "Runtime.ImportModuleError", "Unable to import module 'other': No module named 'other'"),
    ("def handler(:", "index.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'index'"),
    ("raise ValueError('early')", "index.handler", "ValueError", "early"),
    ("import os\ndef handler(event, context):\n    os._exit(3)\n", "index.handler", "Runtime.ExitError",
     "Error: Runtime exited with error: exit status 3"),
    ("def handler(event, context):\n    return {1, 2}\n", "index.handler", "Runtime.MarshalError",
     "Unable to marshal response: Object of type set is not JSON serializable"),
    ("def handler(event, context):\n    return 'x' * 6291556\n", "index.handler", "Function.ResponseSizeTooLarge",
     "Response payload size exceeded maximum allowed payload size (6291556 bytes)."),
])  # fmt: skip
def test_what_goes_wrong_has_a_name(functions, source, handler, kind, words):
    functions.make(source, Handler=handler)
    payload, answer = functions.call()
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == kind and words in payload["errorMessage"]


def test_a_timeout_ends_the_process(functions):
    functions.make("import time\ndef handler(event, context):\n    time.sleep(event)\n    return 'done'\n", Timeout=1)
    payload, answer = functions.call(30)
    assert answer["FunctionError"] == "Unhandled"
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert payload == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after 1.00 seconds",
    }
    assert functions.call(0)[0] == "done"


def test_a_function_reaches_the_emulator(functions, client):
    client("s3").create_bucket(Bucket="bucket")
    functions.make(
        "import boto3\ndef handler(event, context):\n"
        "    return [each['Name'] for each in boto3.client('s3').list_buckets()['Buckets']]\n", Timeout=30
    )
    assert functions.call()[0] == ["bucket"]


@pytest.mark.skipif(shutil.which("node") is None, reason="this machine has no Node.js")
def test_node(functions):
    source = (
        "exports.handler = async (event, context) => { if (event.fail) throw new TypeError('no'); "
        "return { twice: event.n * 2, name: context.functionName }; };"
    )
    functions.make("", Runtime="nodejs20.x", Code={"ZipFile": zipped({"index.js": source})})
    assert functions.call({"n": 4})[0] == {"twice": 8, "name": "f"}
    payload, answer = functions.call({"fail": True})
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "TypeError" and payload["errorMessage"] == "no" and payload["trace"]


def test_a_custom_runtime(functions):
    source = (
        "#!/usr/bin/env python3\nimport os, urllib.request as u\n"
        "api = 'http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/2018-06-01/runtime/invocation/'\n"
        "while True:\n    with u.urlopen(api + 'next') as got:\n"
        "        id, body = got.headers['Lambda-Runtime-Aws-Request-Id'], got.read()\n"
        "    u.urlopen(api + id + '/response', data=b'{\"custom\":' + body + b'}')\n"
    )
    code = {"ZipFile": zipped({"bootstrap": source}, 0o755)}
    functions.make("", Runtime="provided.al2023", Code=code)
    assert functions.call([1])[0] == {"custom": [1]}


def wrapped_code(source: str) -> bytes:
    """A function and a script that runs it with one more variable."""
    files = {"index.py": source, "wrapper": "#!/bin/sh\nexport ADDED=yes\nexec \"$@\"\n"}
    return zipped(files, 0o755)


@pytest.mark.parametrize("alone", [True, False])
def test_a_wrapper_begins_the_runtime(functions, monkeypatch, alone):
    """Also where functions are not shut off, and lie elsewhere."""
    if not alone:
        monkeypatch.setattr(functions_files, "shut_off", lambda: False)
    source = "import os\ndef handler(event, context):\n    return os.environ['ADDED']\n"
    functions.make("", Code={"ZipFile": wrapped_code(source)},
                   Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrapper"}})  # fmt: skip
    assert functions.call()[0] == "yes"


def test_a_version_of_python_that_may_be_lacking_runs(functions):
    functions.make(ECHO, Runtime="python3.14")
    assert functions.call("hello")[0] == "hello"


def test_a_runtime_that_is_not_here(functions):
    functions.make("", Runtime="dotnet8", Handler="A::B::C")
    with pytest.raises(ClientError) as refused:
        functions.call()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "dotnet8" in str(refused.value)


CLIENT = """
def handler(event, context):
    given = context.client_context
    return [given.custom, given.env, given.client.app_title]
"""


def test_a_client_context(functions):
    functions.make(CLIENT)
    given = {"custom": {"a": "\u00fc"}, "env": {"b": "c"}, "client": {"app_title": "t"}}
    text = base64.b64encode(json.dumps(given, indent=1, ensure_ascii=False).encode()).decode()
    assert functions.call(ClientContext=text)[0] == [{"a": "\u00fc"}, {"b": "c"}, "t"]
    for wrong in ("%", "e30", base64.b64encode(b"\xff").decode(), base64.b64encode(b"[]").decode()):
        with pytest.raises(functions.client.exceptions.InvalidRequestContentException,
                           match="Client context must be a valid Base64-encoded JSON object"):
            functions.call(ClientContext=wrong)


def test_an_emulator_that_ends_meanwhile_is_told(functions, monkeypatch):
    async def invoke(*_):
        raise Ended

    functions.make(ECHO)
    monkeypatch.setattr(Pool, "invoke", invoke)
    with pytest.raises(functions.client.exceptions.ServiceException, match="has ended while the function ran"):
        functions.call()


def test_dry_run_and_refusals(functions):
    functions.make(ECHO)
    assert functions.client.invoke(FunctionName="f", InvocationType="DryRun")["StatusCode"] == 204
    with pytest.raises(functions.client.exceptions.InvalidRequestContentException):
        functions.client.invoke(FunctionName="f", Payload=b"{")
    with pytest.raises(functions.client.exceptions.InvalidRequestContentException):
        functions.client.invoke(FunctionName="f", Payload=b"[" * 100_000)
    with pytest.raises(functions.client.exceptions.ResourceNotFoundException) as refused:
        functions.call(name="g")
    assert "Function not found: arn:aws:lambda:us-east-1:000000000000:function:g" in str(refused.value)


def test_the_code_can_be_had_back(functions):
    functions.make(ECHO)
    location = functions.client.get_function(FunctionName="f")["Code"]["Location"]
    with urllib.request.urlopen(location) as answer:
        assert answer.read() == zipped({"index.py": ECHO})
