"""Every event pattern that was tried on AWS, and what AWS said to it."""

import json

TESTS = "TestEventPattern::test_event_pattern["


def recorded(evidence):
    """(name, pattern, event, AWS's answer: a truth value or a message)."""
    for line in (evidence / "aws-snapshots" / "events.jsonl").read_text().splitlines():
        test = json.loads(line)
        if TESTS not in test["test"]:
            continue
        name = test["test"].partition("[")[2][:-1]
        given = next(call["params"] for call in test["calls"] if call.get("operation") == "TestEventPattern")
        wanted = not name.endswith("_NEG")
        if name.endswith("_EXC"):
            wanted = test["aws_other"][name]["exception_message"]["Error"]["MessageRaw"]
        yield name, given["EventPattern"], given["Event"], wanted


def test_patterns_as_recorded(events, evidence):
    tried, different = 0, {}
    for name, pattern, event, wanted in recorded(evidence):
        tried += 1
        try:
            got = events.test_event_pattern(EventPattern=pattern, Event=event)["Result"]
        except events.exceptions.InvalidEventPatternException as error:
            # The recording has its region and partition masked, also inside of patterns.
            got = error.response["Error"]["Message"].replace("arn:aws:", "arn:<partition>:").replace(
                ":us-east-1:", ":<region>:")
        if got != wanted:
            different[name] = got, wanted
    assert tried > 150
    assert different == {}
