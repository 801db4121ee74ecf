"""The matrix from made-up runs: cells, pages, site; and that the same results give the same bytes."""

import json
import re
import subprocess
import sys
from argparse import ArgumentParser
from html.parser import HTMLParser

import pytest

from lab.errors import LabError
from lab.matrix import cells, command
from lab.matrix.limitations import limitations
from lab.report import Difference, Row, Run, store

HOSTILE = "<img src=x onerror=alert(1)> | `x`"


def row(operation, verdict, step, provenance="aws-imported", cassette="queue-basics", **more):
    return Row("sqs", operation, verdict, provenance, cassette, "Basics of a queue", step, **more)


def rows():
    body = Difference("Messages[0].Body", "value", "a", HOSTILE)
    return [
        row("CreateQueue", "equal", 0),
        row("SendMessage", "equivalent", 1, normalizers=["id"]),
        row("ReceiveMessage", "different", 2, differences=[body], expected={"Body": "a"}, got={"Body": HOSTILE}),
        row("ReceiveMessage", "different", 3, differences=[body]),
        row("DeleteMessage", "unreachable", 4, reason="step 2 differs"),
        row("AddPermission", "unsupported", 5, reason="AddPermission is not implemented"),
        row("PurgeQueue", "known", 6, reason="AWS takes up to 60 seconds.", differences=[body]),
        row("CreateQueue", "equal", 0, "emulator", "regression"),
    ]


def run(id="r2", started_at="2026-03-02T00:00:00Z", found=None):
    return Run(id, "replay", started_at, "http://127.0.0.1:4566", {"paritylab": "0.1.0"}, found or rows())


IMPLEMENTED = {"sqs": {"CreateQueue", "SendMessage", "ReceiveMessage", "DeleteMessage", "PurgeQueue"}}


@pytest.fixture
def built(tmp_path, monkeypatch):
    listed = json.dumps([{"service": "sqs", "operation": name, "implemented": name in IMPLEMENTED["sqs"]}
                         for name in (*IMPLEMENTED["sqs"], "AddPermission")])
    monkeypatch.setattr(cells, "OPERATIONS_COMMAND", (sys.executable, "-c", f"print({listed!r})"))
    store.save(run(), tmp_path / "data" / "runs")
    store.save(run("r1", "2026-03-01T00:00:00Z", [row("CreateQueue", "different", 0)]), tmp_path / "data" / "runs")
    build(tmp_path)
    return tmp_path


def build(out, *more):
    parser = ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args(["build", "--out", str(out), *more])) == 0


def test_cells_name_their_evidence(built):
    data = json.loads((built / "data" / "sqs.json").read_text())
    cell = {each["operation"]: each for each in data["operations"]}
    assert cell["CreateQueue"]["replays"] == {"aws-imported": {"equal": 1}, "emulator": {"equal": 1}}
    assert cell["CreateQueue"]["run"] == {"id": "r2", "date": "2026-03-02", "started_at": "2026-03-02T00:00:00Z",
                                          "endpoint": "http://127.0.0.1:4566", "versions": {"paritylab": "0.1.0"}}
    assert cell["ListQueues"]["replays"] == {} and cell["ListQueues"]["run"] is None
    assert cell["AddPermission"]["implemented"] is False and data["implemented"] == 5
    assert [past["run"]["id"] for past in data["history"]] == ["r2", "r1"]


def test_the_newest_run_counts(built):
    summary = json.loads((built / "data" / "matrix.json").read_text())["services"]
    sqs = next(each for each in summary if each["service"] == "sqs")
    assert sqs["replays"]["aws-imported"]["equal"] == 1 and sqs["run"]["id"] == "r2" and sqs["aws_live_steps"] == 0


def test_every_service_of_the_manifest_has_a_row_and_a_page(built):
    names = list(cells.manifest()["services"])
    summary = json.loads((built / "data" / "matrix.json").read_text())["services"]
    assert [each["service"] for each in summary] == names
    assert {path.stem for path in (built / "site").glob("*.html")} == {*names, "index"}


def test_the_readme_says_where_there_is_no_evidence(built):
    text = (built / "README.md").read_text()
    line = next(line for line in text.splitlines() if line.startswith("| [sqs]"))
    assert line == ("| [sqs](#sqs) | 5 of 23 | no evidence | 2 of 7 | · | · | 1 of 1 | "
                    "2026-03-02, `r2` (paritylab 0.1.0) |")
    assert "No `aws-live` evidence exists for this service." in text
    assert "| aws-imported | 1 | 1 | 1 | 2 | 1 | 1 | 7 |" in text
    assert re.search(r"^\| s3 \| 0 of \d+ \| no evidence .*never replayed \|$", text, re.MULTILINE)


def test_what_an_emulator_recorded_is_no_evidence():
    (sqs,) = [each for each in cells.matrix([run()], IMPLEMENTED) if each.service == "sqs"]
    assert (sqs.agreeing, sqs.evidence, sqs.live) == (2, 7, 0)


def test_limitations_are_sentences_with_links(built):
    text = (built / "limitations.md").read_text()
    assert ("- **ReceiveMessage** differs: `Messages[0].Body` is \"&lt;img src=x onerror=alert(1)> \\| `x`\" where "
            "AWS has \"a\" (aws-imported: [queue-basics step 2](site/sqs.html#queue-basics-2), "
            "[queue-basics step 3](site/sqs.html#queue-basics-3)).") in text
    assert "**PurgeQueue** differs in a known way: AWS takes up to 60 seconds (aws-imported" in text
    assert "**AddPermission** is not supported: AddPermission is not implemented (aws-imported" in text
    assert "1 steps could not be judged" in text and "Not implemented, answered with status 501 (18 of 23)" in text
    assert "None of the" in text.split("## s3")[1].split("##")[0]


def test_equal_findings_are_told_once():
    (sqs,) = [each for each in cells.matrix([run()], IMPLEMENTED) if each.service == "sqs"]
    assert [(each.operation, len(each.evidence)) for each in limitations(sqs)] == [
        ("AddPermission", 1), ("PurgeQueue", 1), ("ReceiveMessage", 2)]


def told(*differences):
    found = [row("CopyObject", "different", 0, differences=list(differences))]
    (sqs,) = [each for each in cells.matrix([run(found=found)], IMPLEMENTED) if each.service == "sqs"]
    return [each.text for each in limitations(sqs)]


def test_failure_against_success_is_told_alone():
    status = Difference("ResponseMetadata.HTTPStatusCode", "status", 200, 400)
    assert told(status, Difference("Error", "unexpected", None, {"Code": "InvalidPart"})) == [
        "fails with `InvalidPart` where AWS succeeds"]
    assert told(status, Difference("Error", "missing", {"Code": "NoSuchKey"})) == [
        "succeeds where AWS fails with `NoSuchKey`"]
    assert told(Difference("Error.Code", "code", "success", "NoSuchBucket: The specified bucket does not exist")) == [
        "fails with `NoSuchBucket` where AWS succeeds"]
    assert told(Difference("Error.Code", "code", "A", "B"), Difference("Error.Message", "message", "a", "b")) == [
        'differs: the error code is "B"; AWS has "A"']


def test_one_place_with_many_values_is_one_finding():
    assert told(*[Difference(f"Contents[{index}].Size", "value", index, -1) for index in range(5)]) == [
        "differs: `Contents[0].Size` is -1 where AWS has 0"]


class Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.outside = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids.add(attributes.get("id"))
        if tag == "a":
            self.links.append(attributes["href"])
        if tag in ("img", "iframe", "link", "object") or "src" in attributes or any(
                name.startswith("on") for name in attributes):
            self.outside.append((tag, attributes))


def test_pages_stand_alone_and_their_links_lead_somewhere(built):
    pages = {path.name: Links(path.read_text()) for path in (built / "site").glob("*.html")}
    for name, page in pages.items():
        assert page.outside == [], name
        for link in page.links:
            file, _, anchor = link.partition("#")
            assert "://" not in link and (file or name) in pages, link
            assert not anchor or anchor in pages[file or name].ids, link
    for file, anchor in re.findall(r"\(site/([^#)]+)#([^)]+)\)", (built / "limitations.md").read_text()):
        assert anchor in pages[file].ids


def test_the_same_results_give_the_same_bytes(built):
    def content():
        return {path: path.read_bytes() for path in built.rglob("*") if path.is_file()}

    before = content()
    build(built)
    assert content() == before


def test_without_runs_everything_says_so(tmp_path, built):
    build(tmp_path / "empty", "--runs", str(tmp_path / "none"))
    assert "never replayed" in (tmp_path / "empty" / "README.md").read_text()


def test_an_emulator_that_fails_is_told(monkeypatch):
    monkeypatch.setattr(cells, "OPERATIONS_COMMAND", (sys.executable, "-c", "raise SystemExit('broken')"))
    with pytest.raises(LabError, match="broken"):
        cells.implemented_operations()


def test_the_emulators_own_command_gives_the_list():
    done = subprocess.run(cells.OPERATIONS_COMMAND, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert {row["service"] for row in rows} == set(cells.manifest()["services"])


def test_other_endpoints_are_columns_and_never_the_newest_run(built):
    other = run("r9", "2026-04-01T00:00:00Z", [row("CreateQueue", "equal", 0), row("SendMessage", "different", 1)])
    other.endpoint = "other"
    store.save(other, built / "data" / "runs")
    build(built)
    told = json.loads((built / "data" / "sqs.json").read_text())
    assert told["run"]["id"] == "r2" and told["others"] == {"other": {"aws-imported": {"different": 1, "equal": 1}}}
    page = (built / "site" / "index.html").read_text()
    assert '<th class="number">other</th>' in page and "1 of 2" in page
