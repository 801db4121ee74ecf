"""Functions in Ruby. https://docs.aws.amazon.com/lambda/latest/dg/lambda-ruby.html"""

import base64
import json
import re
import shutil

import pytest

from .conftest import zipped

pytestmark = pytest.mark.skipif(shutil.which("ruby") is None, reason="this machine has no Ruby")

SOURCE = """
require "stringio"
module Own
  class Greeter
    def self.greet(event:, context:) = { "greeting" => "hello #{event["name"]}" }
  end
end
def handler(event:, context:)
  case event["do"]
  when "fail" then raise "lost"
  when "leave" then exit(3)
  when "log"
    logger = Logger.new($stdout)
    logger.info("first\\nsecond")
    logger.warn(ArgumentError.new("odd"))
  when "read" then StringIO.new("raw")
  when "miss" then nothing_like_this
  else
    puts "seen #{event}"
    { twice: event["n"] * 2, name: context.function_name, arn: context.invoked_function_arn,
      left: context.get_remaining_time_in_millis, memory: context.memory_limit_in_mb, id: context.aws_request_id }
  end
end
"""


def made(functions, source=SOURCE, handler="function.handler", **more):
    code = {"ZipFile": zipped({"function.rb": source})}
    functions.make("", Runtime="ruby3.3", Handler=handler, Code=code, Timeout=20, **more)


def test_an_answer_its_context_and_its_log(functions):
    made(functions)
    payload, answer = functions.call({"n": 4}, LogType="Tail")
    assert (payload["twice"], payload["name"], payload["memory"]) == (8, "f", "128") and 0 < payload["left"] <= 20000
    assert payload["id"] == answer["ResponseMetadata"]["RequestId"] and payload["arn"].endswith(":function:f")
    assert "seen " in base64.b64decode(answer["LogResult"]).decode()


def test_a_method_of_a_class(functions):
    made(functions, handler="function.Own::Greeter.greet")
    assert functions.call({"name": "you"})[0] == {"greeting": "hello you"}


def test_an_exception_is_the_payload(functions):
    made(functions)
    payload, answer = functions.call({"do": "fail"})
    assert answer["FunctionError"] == "Unhandled" and list(payload) == ["errorMessage", "errorType", "stackTrace"]
    assert (payload["errorMessage"], payload["errorType"]) == ("lost", "Function<RuntimeError>")
    assert len(payload["stackTrace"]) == 1 and "function.rb:10:in" in payload["stackTrace"][0]
    assert functions.call({"n": 1})[0]["twice"] == 2


@pytest.mark.parametrize(("step", "kind", "words"), [
    ("leave", "Function<SystemExit>", "exit"), ("miss", "Function<NameError>", "nothing_like_this"),
])  # fmt: skip
def test_what_ends_the_process_is_still_answered(functions, step, kind, words):
    made(functions)
    payload, _ = functions.call({"do": step})
    assert payload["errorType"] == kind and words in payload["errorMessage"]
    assert functions.call({"n": 1})[0]["twice"] == 2, "the next event comes to another process"


@pytest.mark.parametrize(("handler", "source", "kind", "words"), [
    ("function", SOURCE, "Init<ArgumentError>", 'Invalid handler ["function"], must be of form FILENAME.METHOD'),
    ("other.handler", SOURCE, "Init<LoadError>", "cannot load such file -- other"),
    ("function.handler", "raise 'early'", "Init<RuntimeError>", "early"),
    ("function.handler", "def handler(", "Init<SyntaxError>", "function.rb:1"),
    ("function.nothing", SOURCE, "Function<NoMethodError>", "nothing"),
])  # fmt: skip
def test_what_goes_wrong_has_a_name(functions, handler, source, kind, words):
    made(functions, source, handler)
    payload, answer = functions.call({})
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == kind and words in payload["errorMessage"]


def test_an_answer_that_is_a_stream_is_handed_on(functions):
    made(functions)
    answer = functions.client.invoke(FunctionName="f", Payload=b'{"do":"read"}')
    assert answer["Payload"].read() == b"raw"


def test_a_layer_brings_libraries(functions):
    layer = functions.client.publish_layer_version(
        LayerName="own", Content={"ZipFile": zipped({"ruby/lib/own_words.rb": "WORDS = 'from a layer'"})}
    )
    source = "require 'own_words'\ndef handler(event:, context:) = WORDS\n"
    made(functions, source, Layers=[layer["LayerVersionArn"]])
    assert functions.call({})[0] == "from a layer"


def logged(functions) -> tuple[list[str], str]:
    """The lines of the log that are the function's own, and the request's id."""
    _, answer = functions.call({"do": "log"}, LogType="Tail")
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    own = [each for each in lines if "RequestId: " not in each and '"type":"platform' not in each]
    return own, answer["ResponseMetadata"]["RequestId"]


def test_loggers_write_in_the_format_of_lambda(functions):
    made(functions)
    lines, request_id = logged(functions)
    assert re.fullmatch(rf"I, \[\S+ #\d+\]  INFO {request_id} -- : first", lines[0]) and lines[1] == "second"
    assert re.fullmatch(rf"W, \[\S+ #\d+\]  WARN {request_id} -- : odd \(ArgumentError\)", lines[2])


def test_loggers_write_objects_from_their_level_on(functions):
    made(functions, LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN"})
    lines, request_id = logged(functions)
    (found,) = map(json.loads, lines)
    assert (found["level"], found["message"], found["requestId"]) == ("WARN", "odd", request_id)
    assert (found["errorType"], found["stackTrace"]) == ("ArgumentError", [])
