"""The words of validation errors, held against messages recorded from AWS."""

import gzip
import json
import os
import re
from pathlib import Path

import pytest

from emulator.model import SERVICES, load
from emulator.model.validation import compiled, describe, enum_order, unsupported_patterns, validator

EVIDENCE = Path(os.environ.get("PARITYLAB_EVIDENCE") or "/nonexistent") / "aws-snapshots"
SERVICE_OF_FILE = {"lambda_": "lambda"}


def check(service: str, operation: str, value: dict) -> str:
    return describe(validator(load(service).operations[operation].input)(value))


def test_nothing_wrong():
    assert not validator(load("sqs").operations["SendMessage"].input)({"QueueUrl": "u", "MessageBody": "b"})


@pytest.mark.parametrize(("service", "operation", "value", "message"), [
    ("kms", "GenerateRandom", {"NumberOfBytes": 0},
     "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: "
     "Member must have value greater than or equal to 1"),
    ("kms", "CreateKey", {"Tags": [{"TagKey": "k", "TagValue": "v" * 257}]},
     f"1 validation error detected: Value '{'v' * 257}' at 'tags.1.member.tagValue' failed to satisfy constraint: "
     "Member must have length less than or equal to 256"),
    ("kms", "Encrypt", {"KeyId": "k", "Plaintext": b"x" * 4097},
     "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
     "Member must have length less than or equal to 4096"),
    ("sns", "Publish", {"Message": "m", "MessageAttributes": {"attr1": {"StringValue": "x"}}},
     "1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' failed to satisfy "
     "constraint: Member must not be null"),
    ("iam", "UpdateServiceSpecificCredential", {"ServiceSpecificCredentialId": "A" * 20, "Status": "x"},
     "1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set"),
    ("lambda", "CreateAlias", {"FunctionName": "f", "Name": "a", "FunctionVersion": "1",
                               "RoutingConfig": {"AdditionalVersionWeights": {"2": -1.0}}},
     "1 validation error detected: Value '{2=-1.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy "
     "constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must "
     "have value greater than or equal to 0.0, Member must not be null]"),
])
def test_words(service, operation, value, message):
    assert check(service, operation, value) == message


def test_several_errors_come_in_the_models_order():
    value = {"HttpMethod": "NO", "Name": "a", "ConnectionArn": "x", "InvocationEndpoint": "https://x"}
    message = check("events", "CreateApiDestination", value)
    assert message.startswith("2 validation errors detected: Value 'x' at 'connectionArn' failed to satisfy constraint")
    assert message.endswith("; Value 'NO' at 'httpMethod' failed to satisfy constraint: Member must satisfy "
                            "enum value set: [HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]")


def test_length_counts_utf16_units():
    shape = load("kms").operations["CreateKey"].input
    assert not validator(shape)({"Tags": [{"TagKey": "k", "TagValue": "\U0001f600" * 128}]})
    assert validator(shape)({"Tags": [{"TagKey": "k", "TagValue": "\U0001f600" * 129}]})


def test_recursive_input_is_checked_at_depth():
    value = {"S": "x"}
    for _ in range(20):
        value = {"M": {"k": value}}
    assert not validator(load("dynamodb").operations["PutItem"].input)({"TableName": "table", "Item": {"a": value}})


def test_every_pattern_of_the_models_compiles():
    patterns = {each["pattern"] for name in SERVICES for each in load(name).definitions.values() if "pattern" in each}
    assert len(patterns) > 500
    assert all(compiled(pattern) is not None for pattern in patterns), unsupported_patterns()


def snapshots():
    """(service, operation, parameters, message) of recorded validation errors."""
    for path in sorted(EVIDENCE.glob("*.jsonl*")):
        service = path.name.partition(".")[0]
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            for line in lines:
                for call in json.loads(line).get("calls", []):
                    aws = call.get("aws")
                    message = aws.get("Error", {}).get("Message", "") if isinstance(aws, dict) else ""
                    if re.match(r"\d+ validation errors? detected", message) and isinstance(call.get("params"), dict):
                        yield SERVICE_OF_FILE.get(service, service), call["operation"], call["params"], message


@pytest.mark.skipif(not EVIDENCE.is_dir(), reason="PARITYLAB_EVIDENCE names no folder with aws-snapshots")
def test_recorded_messages():
    """We give the very message of all but those whose model has changed since, or whose value was masked."""
    right, other = [], []
    for service, operation, params, message in snapshots():
        if "$" in json.dumps(params):
            continue  # values that the recording holds in a form of its own
        ours = check(service, operation, params)
        (right if ours == message else other).append((service, operation, ours, message))
    listed = [f"{service} {operation}\n  ours {ours[:400]}\n  AWS  {message[:400]}"
              for service, operation, ours, message in other]
    assert len(right) >= 36, "\n".join(listed)
    assert len(other) <= 5, "\n".join(listed)


def test_enum_order_is_that_of_java_hashes():
    assert enum_order(["add", "copy", "move", "remove", "replace", "test"]) == [
        "add", "remove", "move", "test", "replace", "copy"]
