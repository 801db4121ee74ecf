"""The matrix from made-up runs: cells, pages, site; and that the same results give the same bytes."""

import json
import re
import subprocess
import sys
from argparse import ArgumentParser
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from lab.errors import LabError
from lab.matrix import cells, command
from lab.matrix.limitations import findings
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


def run(id="r2", started_at="2026-03-02T00:00:00Z", found=None, suite="replay"):
    return Run(id, suite, started_at, "http://127.0.0.1:4566", {"paritylab": "0.1.0"}, found or rows())


def suites():
    """A run of each suite beside the replays."""
    counted = {"title": "positive variants", "cassette": "conformance, seed 0", "provenance": "aws-documented"}
    conformance = [
        Row("sqs", "SendMessage", "different", step=0, counts={"failed": 1, "passed": 9}, reason="no MD5", **counted),
        Row("sqs", "SendMessage", "equal", step=0, counts={"passed": 5}, **{**counted, "title": "negative variants"}),
        Row("sqs", "queue", "equal", step=0, counts={"passed": 4}, **{**counted, "title": "sequences"}),
    ]
    probes = [
        Row("sqs", "SendMessage", "equal", "aws-documented", "probes/sqs/a", "Bodies are kept", 0, link=REFERENCE),
        Row("sqs", "ReceiveMessage", "different", "aws-documented", "probes/sqs/b", "Groups wait", 0, link=REFERENCE,
            reason="the second came", cause="nobody waits here"),
    ]
    stubs = [
        Row("sqs", "SendMessage", "equal", "aws-documented", "stubs/echo", "stub", 0,
            counts={"variants": 40, "passed": 2, "positives": 20, "positives_passed": 0}),
        Row("sqs", "SendMessage", "equal", "aws-documented", "stubs/seeded-faults", "faults", 0,
            counts={"seeded": 9, "caught": 8}),
    ]
    return [run(f"{name}-1", "2026-03-02T00:00:01Z", found, name)
            for name, found in (("conformance", conformance), ("probes", probes), ("stubs", stubs))]


REFERENCE = "https://docs.aws.amazon.com/sqs/"


IMPLEMENTED = {"sqs": {"CreateQueue", "SendMessage", "ReceiveMessage", "DeleteMessage", "PurgeQueue"}}


@pytest.fixture
def built(tmp_path, monkeypatch):
    listed = json.dumps([{"service": "sqs", "operation": name, "implemented": name in IMPLEMENTED["sqs"]}
                         for name in (*IMPLEMENTED["sqs"], "AddPermission")])
    monkeypatch.setattr(cells, "OPERATIONS_COMMAND", (sys.executable, "-c", f"print({listed!r})"))
    store.save(run(), tmp_path / "data" / "runs")
    store.save(run("r1", "2026-03-01T00:00:00Z", [row("CreateQueue", "different", 0)]), tmp_path / "data" / "runs")
    for each in suites():
        store.save(each, tmp_path / "data" / "runs")
    build(tmp_path)
    return tmp_path


def build(out, *more, code=0):
    parser = ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args(["build", "--out", str(out), *more])) == code


def sqs_of(*runs, folder):
    """The cells of SQS from made-up runs."""
    for each in runs:
        store.save(each, folder)
    return next(each for each in cells.matrix(folder, IMPLEMENTED) if each.service == "sqs")


def test_cells_name_their_evidence(built):
    data = json.loads((built / "data" / "sqs.json").read_text())
    cell = {each["operation"]: each for each in data["operations"]}
    assert cell["CreateQueue"]["replays"] == {"aws-imported": {"equal": 1}, "emulator": {"equal": 1}}
    assert data["runs"]["replay"] == {
        "id": "r2", "date": "2026-03-02", "started_at": "2026-03-02T00:00:00Z", "endpoint": "http://127.0.0.1:4566",
        "versions": {"paritylab": "0.1.0"}, "record": "sqs-2026-03-02-r2.json"}
    assert cell["ListQueues"]["replays"] == {} and set(data["runs"]) == set(cells.SUITES)
    assert cell["AddPermission"]["implemented"] is False
    assert [past["run"]["id"] for past in data["history"] if past["suite"] == "replay"] == ["r2", "r1"]


def test_an_operation_has_its_variants_probes_stubs_and_plane(built):
    data = json.loads((built / "data" / "sqs.json").read_text())
    send = next(each for each in data["operations"] if each["operation"] == "SendMessage")
    assert send["conformance"] == {"negative variants": {"passed": 5}, "positive variants": {"failed": 1, "passed": 9}}
    assert send["probes"] == {"equal": 1}
    assert send["stubs"] == {"echo": {"variants": 40, "passed": 2, "positives": 20, "positives_passed": 0}}
    assert send["faults"] == {"seeded": 9, "caught": 8}
    assert send["plane"] == "data" and "messages" in send["plane_reason"]
    assert data["sequences"] == {"queue": {"passed": 4}} and data["probes"] == {"equal": 1, "different": 1}


@pytest.mark.parametrize(("implemented", "reach"), [
    ({"CreateQueue"}, "control-only"), ({"CreateQueue", "SendMessage"}, "partial"), (set(), "none"),
    (set(cells.manifest()["services"]["sqs"]["operations"]), "full")])
def test_the_planes_are_computed(implemented, reach):
    cell = cells.service("sqs", implemented, [])
    assert cell.reach == reach
    assert {name: plane.operations for name, plane in cell.planes.items()} == {"control": 15, "data": 8}


def test_what_the_model_does_not_know_is_no_operation(tmp_path):
    sqs = sqs_of(run(found=[row("HTTP PUT", "equal", 0)]), folder=tmp_path)
    (unknown,) = [each for each in sqs.operations if each.plane is None]
    assert unknown.operation == "HTTP PUT" and sqs.modelled == 23 and "HTTP PUT" not in findings(sqs).missing


def test_the_newest_run_counts(built):
    summary = json.loads((built / "data" / "matrix.json").read_text())["services"]
    sqs = next(each for each in summary if each["service"] == "sqs")
    assert sqs["replays"]["aws-imported"]["equal"] == 1 and sqs["runs"]["replay"]["id"] == "r2"
    assert sqs["aws_live_steps"] == 0


def test_every_service_of_the_manifest_has_a_row_and_a_page(built):
    names = list(cells.manifest()["services"])
    summary = json.loads((built / "data" / "matrix.json").read_text())["services"]
    assert [each["service"] for each in summary] == names
    assert {path.stem for path in (built / "site").glob("*.html")} == {*names, "index"}
    tried = {"CreateQueue", "SendMessage", "ReceiveMessage", "DeleteMessage", "AddPermission", "PurgeQueue"}
    assert {path.stem for path in (built / "site" / "sqs").glob("*.html")} == tried


def test_the_readme_says_where_there_is_no_evidence(built):
    text = (built / "README.md").read_text()
    line = next(line for line in text.splitlines() if line.startswith("| [sqs]"))
    assert line == ("| [sqs](#sqs) | 5 of 23 | partial | no evidence | 2 of 7 | · | · | 1 of 1 | 9 of 10 | 5 of 5 | "
                    "4 of 4 | 1 of 2 | 2 of 40 | 2026-03-02 |")
    assert "No `aws-live` evidence exists for this service." in text
    assert "- replay: [2026-03-02](data/runs/sqs-2026-03-02-r2.json), `r2` (paritylab 0.1.0)" in text
    assert "| aws-imported | 1 | 1 | 1 | 2 | 1 | 1 | 7 |" in text
    assert re.search(r"^\| s3 \| 0 of \d+ \| none \| no evidence .*never \|$", text, re.MULTILINE)


def test_every_operation_has_a_row_of_its_own(built):
    lines = (built / "services" / "sqs.md").read_text().splitlines()
    assert sum(line.startswith("| ") for line in lines) == 2 + 23
    assert ("| [SendMessage](../site/sqs/SendMessage.html) | yes | data | no evidence | 1 of 1 | · | · | · | 9 of 10 | "
            "5 of 5 | 1 of 1 | 2 of 40 |") in lines
    assert "| ListQueues | no | control | no evidence | · | · | · | · | · | · | · | · |" in lines


def test_what_an_emulator_recorded_is_no_evidence(tmp_path):
    sqs = sqs_of(run(), folder=tmp_path)
    assert (sqs.agreeing, sqs.evidence, sqs.live) == (2, 7, 0)


def test_limitations_are_failing_probes_and_what_answers_501(built):
    section = (built / "limitations.md").read_text().split("## sqs\n")[1].split("\n## ")[0]
    limits = section.split("###")[0]
    assert ("- **ReceiveMessage** different: Groups wait (the second came). Why it is not here: nobody "
            f"waits here. [AWS]({REFERENCE})") in limits
    assert "Not implemented, answered with status 501 (18 of 23)" in limits and "`AddPermission`" in limits
    assert "Bodies are kept" not in section and "PurgeQueue" not in limits.split("Not implemented")[0]
    assert "None of the" in (built / "limitations.md").read_text().split("## s3\n")[1].split("##")[0]


def test_what_replays_found_stands_beside_them_with_links(built):
    text = (built / "limitations.md").read_text()
    assert ("- **ReceiveMessage** differs: `Messages[0].Body` is \"&lt;img src=x onerror=alert(1)> \\| `x`\" where "
            "AWS has \"a\" (aws-imported: [queue-basics step 2](site/sqs/ReceiveMessage.html#queue-basics-2), "
            "[queue-basics step 3](site/sqs/ReceiveMessage.html#queue-basics-3)).") in text
    assert "**PurgeQueue** differs in a known way: AWS takes up to 60 seconds (aws-imported" in text
    assert "1 steps could not be judged" in text


def test_equal_findings_are_told_once(tmp_path):
    found = findings(sqs_of(run(), folder=tmp_path))
    assert [(each.operation, len(each.evidence)) for each in (*found.different, *found.known)] == [
        ("ReceiveMessage", 2), ("PurgeQueue", 1)]


def test_an_implemented_operation_that_answers_501_is_a_limitation(tmp_path):
    found = findings(sqs_of(run(found=[row("SendMessage", "unsupported", 0, reason="it needs kms")]), folder=tmp_path))
    (one,) = found.unsupported
    assert (one.operation, one.text) == ("SendMessage", "is not supported: it needs kms") and found.limited


@pytest.fixture
def told(tmp_path):
    def sentences(*differences):
        found = [row("CopyObject", "different", 0, differences=list(differences))]
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        return [each.text for each in findings(sqs_of(run(found=found), folder=folder)).different]

    return sentences


def test_failure_against_success_is_told_alone(told):
    status = Difference("ResponseMetadata.HTTPStatusCode", "status", 200, 400)
    assert told(status, Difference("Error", "unexpected", None, {"Code": "InvalidPart"})) == [
        "fails with `InvalidPart` where AWS succeeds"]
    assert told(status, Difference("Error", "missing", {"Code": "NoSuchKey"})) == [
        "succeeds where AWS fails with `NoSuchKey`"]
    assert told(Difference("Error.Code", "code", "success", "NoSuchBucket: The specified bucket does not exist")) == [
        "fails with `NoSuchBucket` where AWS succeeds"]
    assert told(Difference("Error.Code", "code", "A", "B"), Difference("Error.Message", "message", "a", "b")) == [
        'differs: the error code is "B"; AWS has "A"']


def test_one_place_with_many_values_is_one_finding(told):
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
        beside = attributes.get("src") or (tag == "link" and attributes["href"]) or ""
        beside = "" if beside.startswith("data:image/") else beside
        if tag in ("img", "iframe", "object") or "://" in beside or beside.startswith("/") or any(
                name.startswith("on") for name in attributes):
            self.outside.append((tag, attributes))


def test_pages_need_nothing_from_elsewhere_and_their_links_lead_somewhere(built):
    pages = {path.resolve(): Links(path.read_text()) for path in (built / "site").rglob("*.html")}
    for path, page in pages.items():
        assert page.outside == [], path
        for link in page.links:
            if link.startswith("https://docs.aws.amazon.com/"):
                continue
            file, _, anchor = unquote(link).partition("#")
            target = (path.parent / file).resolve() if file else path
            assert target.exists(), (path, link)
            assert not anchor or anchor in pages[target].ids, (path, link)
    for file, anchor in re.findall(r"\(site/([^#)]+)#([^)]+)\)", (built / "limitations.md").read_text()):
        assert unquote(anchor) in pages[(built / "site" / file).resolve()].ids


def test_the_same_results_give_the_same_bytes(built):
    def content():
        return {path: path.read_bytes() for path in built.rglob("*") if path.is_file()}

    before = content()
    build(built)
    assert content() == before


def test_a_matrix_that_is_not_what_the_results_say_is_told(built, capsys):
    build(built, "--check")
    (built / "README.md").write_text("100 %")
    (built / "data" / "made-up.json").write_text("{}")
    (built / "site" / "sqs.html").unlink()
    capsys.readouterr()
    build(built, "--check", code=1)
    said = capsys.readouterr().out
    assert all(name in said for name in ("README.md", "made-up.json", "sqs.html")) and "limitations.md" not in said
    assert (built / "README.md").read_text() == "100 %"
    store.save(run("r3", "2026-03-03T00:00:00Z"), built / "data" / "runs")
    build(built)
    assert not (built / "data" / "made-up.json").exists()
    build(built, "--check")


def test_without_runs_everything_says_so(tmp_path, built):
    build(tmp_path / "empty", "--runs", str(tmp_path / "none"))
    text = (tmp_path / "empty" / "README.md").read_text()
    assert re.search(r"^\| sqs \| .* never \|$", text, re.MULTILINE)


def test_a_broken_record_is_named(built):
    (built / "data" / "runs" / "bad.json").write_text('{"id": 1}')
    before = {path: path.read_bytes() for path in built.rglob("*") if path.is_file()}
    with pytest.raises(LabError, match=r"bad\.json is not a run record"):
        build(built)
    assert {path: path.read_bytes() for path in built.rglob("*") if path.is_file()} == before


def test_an_emulator_that_fails_is_told(monkeypatch):
    monkeypatch.setattr(cells, "OPERATIONS_COMMAND", (sys.executable, "-c", "raise SystemExit('broken')"))
    with pytest.raises(LabError, match="broken"):
        cells.implemented_operations()


def test_the_emulators_own_command_gives_the_list():
    done = subprocess.run(cells.OPERATIONS_COMMAND, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert {row["service"] for row in rows} == set(cells.manifest()["services"])


def test_compared_endpoints_are_columns_and_never_the_newest_run(built):
    for endpoint, verdict in (("emulator", "equal"), ("other", "different")):
        compared = run(f"r9-{endpoint}", "2026-04-01T00:00:00Z",
                       [row("CreateQueue", "equal", 0), row("SendMessage", verdict, 1)], "compare")
        compared.endpoint = endpoint
        store.save(compared, built / "data" / "runs")
    build(built)
    told = json.loads((built / "data" / "sqs.json").read_text())
    assert told["runs"]["replay"]["id"] == "r2"
    assert told["compared"] == {"emulator": {"aws-imported": {"equal": 2}},
                                "other": {"aws-imported": {"different": 1, "equal": 1}}}
    page = (built / "site" / "index.html").read_text()
    assert 'same recordings at other">other</th>' in page and 'title="1 of 2 steps">50 %' in page
