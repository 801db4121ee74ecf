"""What functions write, in CloudWatch Logs: a group a function, a stream an environment, as text or JSON."""

import json
import re

import pytest

CODE = """
import logging
def handler(event, context):
    print("printed")
    logging.getLogger().warning("two\\nlines")
    logging.getLogger().debug("too little")
    return context.log_group_name
"""


@pytest.fixture
def written(client):
    """``written(group)``: the messages of its only stream, and the stream's name."""
    logs = client("logs")

    def read(group: str):
        (stream,) = logs.describe_log_streams(logGroupName=group)["logStreams"]
        name = stream["logStreamName"]
        events = logs.get_log_events(logGroupName=group, logStreamName=name, startFromHead=True)["events"]
        return [each["message"] for each in events], name

    return read


def test_lines_for_people(functions, written):
    functions.make(CODE)
    group = functions.call()[0]
    functions.call()
    messages, stream = written(group)
    assert group == "/aws/lambda/f" and re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream)
    assert messages[0].startswith("INIT_START Runtime Version: python:3.11.v") and "printed\n" in messages
    assert [each.partition(" ")[0] for each in messages].count("REPORT") == 2
    (warning,) = [each for each in messages if "lines" in each][:1]
    assert re.fullmatch(r"\[WARNING\]\t\S+Z\t[0-9a-f-]{36}\ttwo\nlines\n", warning), warning
    report = next(each for each in messages if each.startswith("REPORT"))
    assert re.search(r"\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\t"
                     r"Init Duration: [\d.]+ ms\t\n$", report), report


def test_lines_for_programs(functions, written):
    functions.make(CODE, LoggingConfig={"LogFormat": "JSON", "LogGroup": "own", "ApplicationLogLevel": "INFO",
                                        "SystemLogLevel": "INFO"})  # fmt: skip
    assert functions.call()[0] == "own"
    messages, _ = written("own")
    assert "printed\n" in messages
    lines = [json.loads(each) for each in messages if each.startswith("{")]
    assert [each["type"] for each in lines if "type" in each] == [
        "platform.initStart", "platform.start", "platform.report"]  # fmt: skip
    (own,) = [each for each in lines if "level" in each]
    assert own["level"] == "WARNING" and own["message"] == "two\nlines" and own["requestId"]
    report = next(each for each in lines if each.get("type") == "platform.report")["record"]
    assert report["status"] == "success" and report["metrics"]["memorySizeMB"] == 128


def test_a_function_that_dies_is_told_of(functions, written):
    functions.make("import os\ndef handler(event, context):\n    os._exit(1)\n")
    functions.call()
    messages, _ = written("/aws/lambda/f")
    assert any("Error: Runtime exited with error: exit status 1" in each for each in messages)
    assert any("Status: error\tError Type: Runtime.ExitError" in each for each in messages)
