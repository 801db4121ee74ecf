"""The Python runtime: run as a program of its own in a function's process, with the standard library alone.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and .../python-handler.html, .../python-context.html
"""

import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback
from http.client import HTTPConnection
from types import SimpleNamespace

PATH = "/2018-06-01/runtime"


class Api:
    """The Runtime API of one environment, over one connection."""

    def __init__(self, address: str):
        self._connection = HTTPConnection(address)

    def ask(self, method: str, path: str, body: bytes | None = None):
        self._connection.request(method, PATH + path, body, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        return answer.headers, answer.read()


class Context:
    """What a handler is told of its invocation."""

    def __init__(self, headers, environment):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = environment["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = environment["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = environment["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = environment["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        client = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = _client_context(json.loads(client)) if client else None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self._deadline - int(time.time() * 1000))  # noqa: TID251 (a function's own process)


CLIENT = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


def _client_context(given: dict) -> SimpleNamespace:
    """A mobile application's word: its ``client`` by attributes, ``custom`` and ``env`` as they came."""
    client = given.get("client")
    if client:
        client = SimpleNamespace(**{name: client.get(name) for name in CLIENT})
    return SimpleNamespace(custom=given.get("custom"), env=given.get("env"), client=client)


class Unusable(Exception):
    """The handler cannot be had; ``args`` are AWS's error type, the message and stack lines."""


def find(handler: str):
    """The function that ``module.name`` names. Raises Unusable."""
    module_name, dot, name = handler.rpartition(".")
    if not dot:
        words = f"Bad handler '{handler}': not enough values to unpack (expected 2, got 1)"
        raise Unusable("Runtime.MalformedHandlerName", words, [])
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Unusable("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}", []) from None
    except SyntaxError as error:
        words = f"Syntax error in module '{module_name}': {error}"
        lines = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise Unusable("Runtime.UserCodeSyntaxError", words, lines) from None
    if not hasattr(module, name):
        raise Unusable("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'", [])
    return getattr(module, name)


def described(error: BaseException, request_id: str) -> dict:
    """An exception as the invoker sees it: the frames are the function's own, without this module's."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename != __file__]
    frames = [each for each in frames if not each.filename.startswith("<frozen importlib")]
    return {
        "errorMessage": str(error), "errorType": type(error).__name__, "requestId": request_id,
        "stackTrace": traceback.format_list(frames),
    }  # fmt: skip


def log_error(error: dict) -> None:
    if in_json():
        print(json.dumps({
            "timestamp": moment(time.gmtime()), "level": "ERROR", "requestId": error["requestId"],
            "errorMessage": error["errorMessage"], "errorType": error["errorType"], "stackTrace": error["stackTrace"],
        }), flush=True)  # fmt: skip
        return
    text = f"[ERROR] {error['errorType']}: {error['errorMessage']}"
    if error["stackTrace"]:
        text += "\nTraceback (most recent call last):\n" + "".join(error["stackTrace"])
    print(one_line(text), flush=True)


def in_json() -> bool:
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"


def one_line(text: str) -> str:
    """What belongs together in the log: its own line breaks are told apart from those between messages."""
    return text.rstrip("\n").replace("\n", "\r")


def moment(when: time.struct_time) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", when)


class Lines(logging.Formatter):
    """Lambda's lines for people."""

    converter = time.gmtime

    def format(self, record):
        return one_line(super().format(record))


class Objects(logging.Formatter):
    """Lambda's lines for programs."""

    def format(self, record):
        found = {
            "timestamp": moment(time.gmtime(record.created)), "level": record.levelname,
            "message": record.getMessage(), "logger": record.name, "requestId": record.aws_request_id,
        }  # fmt: skip
        if record.exc_info:
            found |= {"errorType": record.exc_info[0].__name__, "errorMessage": str(record.exc_info[1]),
                      "stackTrace": traceback.format_tb(record.exc_info[2])}  # fmt: skip
        return json.dumps(found)


def configure_logging() -> logging.Filter:
    """The root logger writes lines in Lambda's format; the filter returned holds the current request id."""
    words = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Objects() if in_json() else Lines(words, "%Y-%m-%dT%H:%M:%S"))

    class RequestId(logging.Filter):
        current = ""

        def filter(self, record):
            record.aws_request_id = self.current
            return True

    request_id = RequestId()
    handler.addFilter(request_id)
    logging.getLogger().addHandler(handler)
    level = {"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(found := os.environ.get("AWS_LAMBDA_LOG_LEVEL", ""), found)
    if in_json() and level:
        logging.getLogger().setLevel(level)
    return request_id


def plain(value):
    """What AWS's runtime writes of values that are no JSON: bytes as text, decimals as numbers."""
    if isinstance(value, bytes):
        return value.decode()
    if type(value).__name__ == "Decimal":
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def answer(handler, payload: bytes, context: Context) -> tuple[str, bytes]:
    """("response" or "error", its body)."""
    try:
        result = handler(json.loads(payload), context)
        if isinstance(result, bytes):  # AWS's runtime hands them on as they are
            return "response", result
        try:
            return "response", json.dumps(result, default=plain).encode()
        except (TypeError, ValueError) as problem:
            error = {
                "errorMessage": f"Unable to marshal response: {problem}", "errorType": "Runtime.MarshalError",
                "requestId": context.aws_request_id, "stackTrace": [],
            }  # fmt: skip
    except Exception as problem:
        error = described(problem, context.aws_request_id)
    log_error(error)
    return "error", json.dumps(error).encode()


def know_prefixes(address: str) -> None:
    """Let names that SDKs make by putting a prefix before the emulator's address lead to the emulator."""
    resolve = socket.getaddrinfo

    def resolved(host, *more, **options):
        prefixed = isinstance(host, str) and host.endswith(f".{address}")
        return resolve(address if prefixed else host, *more, **options)

    socket.getaddrinfo = resolved


def main() -> None:
    environment = os.environ
    know_prefixes(environment.get("AWS_ENDPOINT_URL", "").partition("://")[2].partition(":")[0] or "127.0.0.1")
    api = Api(environment["AWS_LAMBDA_RUNTIME_API"])
    sys.path[0] = environment["LAMBDA_TASK_ROOT"]  # in place of where this file lies
    sys.stdout.reconfigure(line_buffering=True)
    request_id = configure_logging()
    try:
        handler = find(environment["_HANDLER"])
    except Exception as problem:
        if isinstance(problem, Unusable):
            kind, words, lines = problem.args
            error = {"errorMessage": words, "errorType": kind, "requestId": "", "stackTrace": lines}
        else:
            error = described(problem, "")
        log_error(error)
        api.ask("POST", "/init/error", json.dumps(error).encode())
        sys.exit(1)
    while True:
        headers, payload = api.ask("GET", "/invocation/next")
        context = Context(headers, environment)
        request_id.current = context.aws_request_id
        if headers.get("Lambda-Runtime-Trace-Id"):
            environment["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        kind, body = answer(handler, payload, context)
        sys.stdout.flush()
        api.ask("POST", f"/invocation/{context.aws_request_id}/{kind}", body)


if __name__ == "__main__":
    main()
