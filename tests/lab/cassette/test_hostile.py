"""Cassettes that are broken, cut, hostile or of the future: told with file and place, and the rest goes on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lab.cassette.files import BadCassette, read
from lab.cassette.importers import import_file
from lab.errors import LabError
from lab.replayer.command import load

GOOD = Path(__file__).parents[3] / "cassettes" / "sts" / "identity.emulator.json"


def changed(**members):
    """The good cassette, with what stands at dotted places replaced; without its digest."""
    raw = json.loads(GOOD.read_text())
    raw["digest"] = ""
    for place, value in members.items():
        *parents, last = place.split("__")
        target = raw
        for name in parents:
            target = target[int(name) if name.isdigit() else name]
        target[int(last) if last.isdigit() else last] = value
    return json.dumps(raw)


FIRST = "interactions__0"
BODY = f"{FIRST}__response__body"
AT = "$.interactions[0]"
CASES = {
    "empty": ("", "not JSON"),
    "cut": (GOOD.read_text()[:900], "not JSON"),
    "no-text": (b"\xff\xfe\x00{", "not JSON"),
    "another-thing": ("[1, 2]", "$.format"),
    "no-format": ("{}", "$.format"),
    "future": (changed(format=99), "format 99 is newer"),
    "never": (changed(format=-3), "$.format"),
    "a-wrong-type": (changed(**{f"{FIRST}__response__status": "ok"}), f"{AT}.response.status"),
    "an-unknown-provenance": (changed(provenance="hearsay"), "$.provenance"),
    "not-base64": (changed(**{BODY: {"base64": "###"}}), f"{AT}.response.body.base64"),
    "two-bodies": (changed(**{BODY: {"base64": "", "text": "x"}}), f"{AT}.response.body"),
    "a-body-elsewhere": (changed(**{BODY: {"file": "../../secret"}}), "no body file"),
    "a-body-that-is-not-there": (changed(**{BODY: {"file": f"bodies/{'0' * 64}"}}), "can't be read"),
    "a-path-for-a-service": (changed(service="../../etc"), "$.service"),
    "a-split-header": (changed(**{f"{FIRST}__request__headers__0": ["X-A", "1\r\nX-B: 2"]}), "headers[0][1]"),
    "a-split-target": (changed(**{f"{FIRST}__request__path": "/ HTTP/1.1\r\nHost: x"}), f"{AT}.request.path"),
    "a-split-method": (changed(**{f"{FIRST}__request__method": "GET /x"}), f"{AT}.request.method"),
    "no-status": (changed(**{f"{FIRST}__response__status": 7}), f"{AT}.response.status"),
    "too-deep": ('{"format": 1, "title": ' + "[" * 200_000 + "]" * 200_000 + "}", "too deeply"),
    "changed-by-hand": (GOOD.read_text().replace('"title": "', '"title": "not '), "digest"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_error_names_the_file_and_the_place(name, tmp_path):
    content, told = CASES[name]
    path = tmp_path / f"{name}.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadCassette) as refused:
        read(path)
    assert str(path) in str(refused.value) and told in str(refused.value)
    assert len(str(refused.value)) < 1000


def test_every_cut_of_a_cassette_is_an_error_and_never_a_crash(tmp_path):
    whole = GOOD.read_bytes()
    for length in range(0, len(whole) - 2, 97):
        path = tmp_path / "cut.json"
        path.write_bytes(whole[:length])
        with pytest.raises(BadCassette):
            read(path)


def test_the_rest_of_a_run_goes_on(tmp_path):
    for name, (content, _) in CASES.items():
        (tmp_path / f"{name}.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "good.json").write_bytes(GOOD.read_bytes())
    # Well-formed, and yet not to be played: a host that can't be encoded.
    unplayable = changed(id="unplayable", **{f"{FIRST}__request__host": "ÿ.amazonaws.com"})
    (tmp_path / "unplayable.json").write_text(unplayable)
    command = [sys.executable, "-m", "lab.cli", "replay", str(tmp_path), "--json", str(tmp_path / "out.js")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    report = json.loads((tmp_path / "out.js").read_text())
    assert len(report["problems"]) == len(CASES)
    good = [row["verdict"] for row in report["rows"] if row["cassette"] == "sts/identity.emulator"]
    assert len(good) == 3 and set(good) <= {"equal", "equivalent"}
    assert done.stdout.count("left out: ") == len(CASES)


def test_only_bad_cassettes_are_a_command_that_cannot_be_done(tmp_path):
    (tmp_path / "bad.json").write_text("{")
    done = subprocess.run([sys.executable, "-m", "lab.cli", "replay", str(tmp_path)], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 2 and "bad.json" in done.stderr


def test_problems_are_collected_or_raised(tmp_path):
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "good.json").write_bytes(GOOD.read_bytes())
    problems = []
    assert [each.service for each in load([tmp_path], problems)] == ["sts"]
    assert len(problems) == 1 and "bad.json" in problems[0]
    with pytest.raises(BadCassette):
        load([tmp_path])


@pytest.mark.parametrize(("name", "content"), [
    ("a.har", '{"log": {"entries": [{"request": {}}]}}'), ("a.har", '{"log": 1}'), ("a.replay", '{"Entries": [1]}'),
    ("a.json", '[{"scope": 1, "path": 2}]'), ("a.json", '{"events": [{"connection_id": 1, "action": 3}]}'),
    ("a.yaml", "interactions: [{request: 1}]"), ("a.yaml", "interactions: [\t"), ("a.yml", "http_interactions: 7"),
    ("sqs.ListQueues_1.json", "[]"), ("examples-1.json", "{}"),
])
def test_broken_recordings_of_other_tools_are_named(name, content, tmp_path):
    folder = tmp_path / "sqs" / "2012"
    folder.mkdir(parents=True)
    (folder / name).write_text(content)
    with pytest.raises(LabError, match=name):
        import_file(folder / name)
