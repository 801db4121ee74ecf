"""The leak scan finds what is planted, in every wrapping, and lets fakes and published examples be."""

import base64
import gzip
import json
from argparse import ArgumentParser
from pathlib import Path
from urllib.parse import quote

import planted_secrets as planted
import pytest

from lab.errors import LabError
from lab.recorder import leaks

CASSETTES = Path(__file__).parents[3] / "cassettes"

PLANTED = {
    "access key id": planted.KEY,
    "secret access key": f'"SecretAccessKey": "{planted.SECRET}"',
    "session token": planted.TOKEN,
    "signature": f"Authorization: AWS4-HMAC-SHA256 Credential=x, Signature={planted.SIGNATURE}",
    "private key": planted.PEM,
    "JSON web token": planted.JWT,
}
WRAPPINGS = {
    "plain": lambda text: text,
    "json": json.dumps,
    "json in json": lambda text: json.dumps(json.dumps({"Message": text})),
    "base64": lambda text: base64.b64encode(f"x {text} y".encode()).decode(),
    "percent": lambda text: quote(text, safe=""),
    "xml": lambda text: f"<Value>{text}</Value>",
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_secret_is_found(kind, wrapping, tmp_path):
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "cassette.json"
    file.write_text(f"first line\n{WRAPPINGS[wrapping](PLANTED[kind])}\n")
    found = list(leaks.scan(tmp_path))
    assert kind in {leak.kind for leak in found}
    assert found[0].path == str(file)
    assert not any(value in str(found) for value in PLANTED.values())


def test_a_find_names_its_line(tmp_path):
    file = tmp_path / "a.json"
    file.write_text(f"one\ntwo\n{planted.KEY}\n")
    assert str(next(leaks.scan(file))) == f"{file}:3: access key id (AKIA…, 20 long)"


def test_packed_files_are_opened(tmp_path):
    (tmp_path / "body.gz").write_bytes(gzip.compress(planted.KEY.encode()))
    assert [leak.kind for leak in leaks.scan(tmp_path)] == ["access key id"]


@pytest.mark.parametrize("text", [
    "AKIAIOSFODNN7EXAMPLE",
    '"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"',
    "AKIA000000001EXAMPLE",
    '"SecretAccessKey": "REDACTED0001REDACTED0001REDACTED0001REDA"',
    "Signature=REDACTED",
    '"NextToken": "eyJvZmZzZXQiOiAxMDB9"',
    "arn:aws:sqs:us-east-1:111111111111:queue",
    "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
])
def test_fakes_and_published_examples_are_no_leaks(text, tmp_path):
    (tmp_path / "a.json").write_text(text)
    assert list(leaks.scan(tmp_path)) == []


def test_the_command_fails_on_a_find(tmp_path, capsys):
    parser = ArgumentParser()
    leaks.add_arguments(parser)
    (tmp_path / "a.json").write_text("nothing")
    assert leaks.run(parser.parse_args([str(tmp_path)])) == 0
    (tmp_path / "b.json").write_text(planted.JWT)
    assert leaks.run(parser.parse_args([str(tmp_path), "--json"])) == 1
    (row,) = json.loads(capsys.readouterr().out.strip())
    assert row["kind"] == "JSON web token" and row["line"] == 1


def test_a_missing_path_is_an_error():
    with pytest.raises(LabError, match="name a file"):
        list(leaks.scan("no/such/place"))


def test_the_cassettes_carry_no_secret():
    """The check that runs in CI over everything that is published."""
    if not CASSETTES.is_dir():
        pytest.skip("there are no cassettes yet")
    assert [str(leak) for leak in leaks.scan(CASSETTES)] == []
