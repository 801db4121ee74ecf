"""Exports: what other tools' formats can hold comes back the same when it is imported again."""

import json
from pathlib import Path

import pytest
import yaml

from lab.cassette import exporters
from lab.cassette.exporters import command
from lab.cassette.files import read, write
from lab.cassette.importers import detect, import_file
from lab.cassette.model import Body, Cassette, Interaction, Request, Response
from lab.errors import LabError

CASSETTES = sorted((Path(__file__).parents[3] / "cassettes").rglob("*.json"))

SENT = [("X-Amz-Meta-A", "1"), ("X-Amz-Meta-A", "2"), ("Content-Type", "a/b")]
GOT = [("ETag", '"x"'), ("Set-Cookie", "a"), ("Set-Cookie", "b")]
STEP = Interaction(
    service="s3", operation="PutObject", region="us-east-1",
    request=Request("PUT", "b.s3.us-east-1.amazonaws.com", "/k%20%C3%BC", "x-id=PutObject&empty=", SENT,
                    Body.of(b"\x00\xff binary")),
    response=Response(299, GOT, Body.of(b"line\r\nline: 'yes'\n"), 0.25),
)  # fmt: skip
AWKWARD = Cassette(id="s3/awkward", title="awkward", service="s3", provenance="aws-live",
                   recorded_at="2026-01-02T03:04:05Z", interactions=[STEP])


def wire(cassette):
    """What every format has to carry: method, address, headers by name, status and bodies."""
    found = []
    for step in cassette.interactions:
        for part in (step.request, step.response):
            names = dict.fromkeys(name.lower() for name, _ in part.headers)
            found.append((getattr(part, "target", part), [(name, [value for key, value in part.headers
                          if key.lower() == name]) for name in names], part.body.raw())[1:])
        found.append((step.request.method, step.request.host, step.request.target, step.response.status))
    return found


@pytest.mark.parametrize("fmt", exporters.FORMATS)
@pytest.mark.parametrize("path", [None, *CASSETTES], ids=lambda path: path.stem if path else "awkward")
def test_what_is_exported_comes_back(fmt, path, tmp_path):
    cassette = read(path) if path else AWKWARD
    target = tmp_path / f"it{exporters.suffix(fmt)}"
    target.write_bytes(exporters.export(cassette, fmt))
    assert detect(target) == fmt
    (back,) = import_file(target)
    assert wire(back) == wire(cassette)
    assert [each.operation for each in back.interactions] == [each.operation for each in cassette.interactions]
    assert back.provenance == "aws-imported"


def test_har_tells_times_and_marks_binary_bodies():
    log = json.loads(exporters.export(AWKWARD, "har"))["log"]
    (entry,) = log["entries"]
    assert (log["version"], entry["time"], entry["timings"]["wait"]) == ("1.2", 250, 250)
    assert entry["startedDateTime"] == "2026-01-02T03:04:05+00:00"
    assert entry["request"]["postData"]["_encoding"] == "base64"
    assert entry["request"]["queryString"] == [{"name": "x-id", "value": "PutObject"}, {"name": "empty", "value": ""}]


def test_vcr_files_read_well():
    text = exporters.export(read(CASSETTES[-1]), "vcrpy").decode()
    assert yaml.safe_load(text)["version"] == 1 and "!!binary" not in text


def test_decoded_cassettes_are_left_out_and_named(tmp_path, capsys):
    bare = Cassette(id="sts/decoded", title="t", service="sts", provenance="aws-documented",
                    interactions=[Interaction(service="sts", operation="GetCallerIdentity", input={})])
    with pytest.raises(LabError, match="sts/decoded: step 0"):
        exporters.export(bare, "har")
    write(bare, tmp_path / "in" / "decoded.json")
    write(AWKWARD, tmp_path / "in" / "awkward.json")
    parser = command.argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args([str(tmp_path / "in"), "--out", str(tmp_path / "out")])) == 1
    assert (tmp_path / "out" / "in" / "awkward.har").exists()
    assert "sts/decoded" in capsys.readouterr().err
    with pytest.raises(LabError, match="--out"):
        command.run(parser.parse_args([str(tmp_path / "in")]))
