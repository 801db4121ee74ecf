"""Functions: what they answer, how they fail, what stands around them."""

import base64
import hashlib
import io
import json
import zipfile

from conformance.probes import probe

API = "https://docs.aws.amazon.com/lambda/latest/api/"
GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg/"
ROLE = "arn:aws:iam::111122223333:role/function"
ECHO = "def handler(event, context):\n    return event\n"


def zipped(source: str, name: str = "index.py") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, source)
    return buffer.getvalue()


def created(trial, source=ECHO, **more):
    name = trial.unique("probe")
    given = {"Runtime": "python3.12", "Handler": "index.handler", "Code": {"ZipFile": zipped(source)}, **more}
    answer = trial.ask("CreateFunction", FunctionName=name, Role=ROLE, **given)
    trial.later(lambda: trial.ask("DeleteFunction", FunctionName=name))
    trial.world.wait(lambda: trial.ask("GetFunctionConfiguration", FunctionName=name),
                     lambda found: found["State"] == "Active")
    return answer


def invoked(trial, name, event=None, **more):
    """The payload as data, and the answer."""
    answer = trial.ask("Invoke", FunctionName=name, Payload=json.dumps(event).encode(), **more)
    payload = answer["Payload"]
    payload = payload.read() if hasattr(payload, "read") else payload
    return json.loads(payload or b"null"), answer


@probe("lambda", "Invoke", "A function answers what its handler returns", GUIDE + "python-handler.html")
def a_function_runs(trial):
    payload, answer = invoked(trial, created(trial)["FunctionName"], {"n": [1, "ü"]})
    assert payload == {"n": [1, "ü"]} and answer["ExecutedVersion"] == "$LATEST", answer


@probe("lambda", "Invoke", "An exception is status 200 with FunctionError and an error object",
       GUIDE + "python-exceptions.html")
def an_exception_is_an_answer(trial):
    name = created(trial, "def handler(event, context):\n    raise KeyError('lost')\n")["FunctionName"]
    payload, answer = invoked(trial, name)
    assert answer["StatusCode"] == 200 and answer["FunctionError"] == "Unhandled", answer
    assert payload["errorType"] == "KeyError" and payload["errorMessage"] == "'lost'", payload
    assert payload["stackTrace"], payload


@probe("lambda", "Invoke", "A function that takes longer than its timeout is ended with an error that says so",
       GUIDE + "configuration-timeout.html")
def time_is_limited(trial):
    source = "import time\ndef handler(event, context):\n    time.sleep(20)\n"
    payload, answer = invoked(trial, created(trial, source, Timeout=1)["FunctionName"])
    assert answer["FunctionError"] == "Unhandled", answer
    assert payload["errorMessage"].endswith("Task timed out after 1.00 seconds"), payload


@probe("lambda", "Invoke", "What a module sets outside its handler is there for the next invocation",
       GUIDE + "lambda-runtime-environment.html")
def environments_are_reused(trial):
    source = "n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return n\n"
    name = created(trial, source)["FunctionName"]
    assert [invoked(trial, name)[0] for _ in range(3)] == [1, 2, 3]


@probe("lambda", "Invoke", "LogType Tail gives the last of the log, with the lines START, END and REPORT",
       GUIDE + "python-logging.html")
def the_log_can_be_asked_for(trial):
    name = created(trial, "def handler(event, context):\n    print('a line')\n")["FunctionName"]
    log = base64.b64decode(invoked(trial, name, LogType="Tail")[1]["LogResult"]).decode()
    for part in ("START RequestId: ", "a line\n", "END RequestId: ", "REPORT RequestId: ", "Memory Size: 128 MB"):
        assert part in log, log


@probe("lambda", "Invoke", "A dry run of a function that may be invoked is 204", API + "API_Invoke.html")
def a_dry_run_runs_nothing(trial):
    answer = trial.ask("Invoke", FunctionName=created(trial)["FunctionName"], InvocationType="DryRun")
    assert answer["StatusCode"] == 204, answer


@probe("lambda", "Invoke", "An event is accepted with 202", GUIDE + "invocation-async.html")
def events_are_accepted(trial):
    answer = trial.ask("Invoke", FunctionName=created(trial)["FunctionName"], InvocationType="Event", Payload=b"{}")
    assert answer["StatusCode"] == 202, answer


@probe("lambda", "Invoke", "A payload that is no JSON is refused", API + "API_Invoke.html#API_Invoke_Errors")
def payloads_are_json(trial):
    name = created(trial)["FunctionName"]
    trial.refused("Invoke", "InvalidRequestContentException", 400, FunctionName=name, Payload=b"{")


@probe("lambda", "CreateFunction", "CodeSha256 is the base64 of the zip's SHA-256", API + "API_CreateFunction.html")
def the_code_has_a_digest(trial):
    expected = base64.b64encode(hashlib.sha256(zipped(ECHO)).digest()).decode()
    name = created(trial)["FunctionName"]
    trial.ask("UpdateFunctionCode", FunctionName=name, ZipFile=(code := zipped(ECHO + "#\n")))
    found = trial.ask("GetFunctionConfiguration", FunctionName=name)["CodeSha256"]
    assert found == base64.b64encode(hashlib.sha256(code).digest()).decode() != expected, found


@probe("lambda", "PublishVersion", "Publishing again without a change gives the version that is there",
       API + "API_PublishVersion.html")
def unchanged_code_is_not_published_again(trial):
    name = created(trial)["FunctionName"]
    versions = [trial.ask("PublishVersion", FunctionName=name)["Version"] for _ in range(2)]
    assert versions == ["1", "1"], versions


@probe("lambda", "UpdateAlias", "An alias points where it was last told to", GUIDE + "configuration-aliases.html")
def aliases_move(trial):
    source = "import os\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_FUNCTION_VERSION']\n"
    name = created(trial, source)["FunctionName"]
    trial.ask("PublishVersion", FunctionName=name)
    trial.ask("CreateAlias", FunctionName=name, Name="live", FunctionVersion="1")
    assert invoked(trial, name, Qualifier="live")[0] == "1"
    trial.ask("UpdateAlias", FunctionName=name, Name="live", FunctionVersion="$LATEST")
    assert invoked(trial, name, Qualifier="live")[0] == "$LATEST"


@probe("lambda", "PutFunctionConcurrency", "A reserved concurrency of zero throttles every invocation",
       GUIDE + "configuration-concurrency.html")
def zero_concurrency_throttles(trial):
    name = created(trial)["FunctionName"]
    trial.ask("PutFunctionConcurrency", FunctionName=name, ReservedConcurrentExecutions=0)
    trial.refused("Invoke", "TooManyRequestsException", 429, FunctionName=name, Payload=b"{}")


@probe("lambda", "AddPermission", "A statement id that is taken is a conflict", API + "API_AddPermission.html")
def statement_ids_are_taken(trial):
    given = {"FunctionName": created(trial)["FunctionName"], "StatementId": "s", "Action": "lambda:InvokeFunction",
             "Principal": "s3.amazonaws.com"}
    trial.ask("AddPermission", **given)
    trial.refused("AddPermission", "ResourceConflictException", 409, **given)


@probe("lambda", "UpdateFunctionConfiguration", "An update for another revision than the current one is refused",
       API + "API_UpdateFunctionConfiguration.html")
def revisions_guard(trial):
    name = created(trial)["FunctionName"]
    trial.refused("UpdateFunctionConfiguration", "PreconditionFailedException", 412, FunctionName=name, Timeout=9,
                  RevisionId="00000000-0000-4000-8000-000000000000")
