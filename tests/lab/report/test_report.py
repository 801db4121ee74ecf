"""The result model and its formats, over one run that carries every verdict and hostile text."""

import io
import json
from xml.etree import ElementTree

import msgspec
import pytest
from rich.console import Console

from lab import report
from lab.errors import LabError
from lab.report import Difference, Row, Run, store, text

HOSTILE = "<script>alert(1)</script> | \x00 [red]"


def row(verdict, provenance="aws-imported", step=0, **more):
    return Row("sqs", more.pop("operation", "SendMessage"), verdict, provenance, "sqs/abc", "a title", step, **more)


@pytest.fixture
def run():
    rows = [row(verdict, step=step) for step, verdict in enumerate(report.VERDICTS)]
    rows[3].differences = [
        Difference("Messages[0].Body", "value", "a", HOSTILE),
        Difference("MD5OfBody", "missing", "x" * 500),
        Difference("Extra", "unexpected", got=b"\x00\xff"),
    ]
    rows[3].reason, rows[3].expected, rows[3].got = HOSTILE, {"Body": "a"}, {"Body": HOSTILE}
    rows[0].expected = {"Body": "kept out of the record"}
    rows.append(row("equal", "emulator", step=7))
    return Run("r1", "replay", "2026-03-04T05:06:07Z", "http://127.0.0.1:4566", {"paritylab": "0.1.0"}, rows)


def test_counts_keep_zeros_and_the_closed_order(run):
    assert run.by_verdict() == dict(equal=2, equivalent=1, known=1, different=1, unreachable=1, unsupported=1)
    assert list(run.by_provenance()) == list(report.PROVENANCES)
    assert run.by_provenance()["aws-live"] == 0
    assert run.by_service() == {"sqs": run.by_verdict()}
    assert [each.verdict for each in run.failed()] == ["different", "unreachable", "unsupported"]


def test_json_rows_carry_the_four_keys(run, tmp_path):
    data = json.loads(report.write(run, "json", tmp_path / "deep" / "r.json").read_text())
    assert data["failed"] == 3 and data["counts"]["provenance"]["emulator"] == 1
    assert all({"service", "operation", "verdict", "provenance"} <= set(each) for each in data["rows"])


def test_junit_is_xml_with_one_case_a_step(run, tmp_path):
    root = ElementTree.parse(report.write(run, "junit", tmp_path / "r.xml")).getroot()
    assert (root.get("tests"), root.get("failures")) == ("7", "3")
    failures = root.findall("suite/testcase/failure") or root.findall("testsuite/testcase/failure")
    assert "Messages[0].Body: value" in failures[0].text
    assert len(root.findall("testsuite/testcase/skipped")) == 1


def test_html_is_one_file_and_escapes(run, tmp_path):
    page = report.write(run, "html", tmp_path / "r.html").read_text()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert "http-equiv" not in page and " src=" not in page and "<link" not in page


def test_markdown_keeps_its_tables(run, tmp_path):
    page = report.write(run, "markdown", tmp_path / "r.md").read_text()
    assert "| sqs | 2 | 1 | 1 | 1 | 1 | 1 | 7 |" in page
    assert "<script>" not in page and "**sqs SendMessage** different" in page


def test_sarif_has_a_result_for_each_failing_step(run, tmp_path):
    (one,) = json.loads(report.write(run, "sarif", tmp_path / "r.sarif").read_text())["runs"]
    assert [each["properties"]["verdict"] for each in one["results"]] == ["different", "unreachable", "unsupported"]


def test_the_badge_counts_evidence_alone(run, tmp_path):
    badge = report.write(run, "badge", tmp_path / "r.svg").read_text()
    assert "33.3 % of 6" in badge and ElementTree.fromstring(badge) is not None
    run.rows = [row("equal", "emulator")]
    assert "no evidence" in report.write(run, "badge", tmp_path / "r.svg").read_text()


def test_a_share_below_all_never_reads_as_all(run, tmp_path):
    run.rows = [row("equal") for _ in range(4999)] + [row("different")]
    assert "99.9 % of 5000" in report.write(run, "badge", tmp_path / "r.svg").read_text()


def test_text_names_evidence_and_difference(run):
    stream = io.StringIO()
    text.print_run(run, Console(file=stream, width=120, no_color=True))
    shown = stream.getvalue()
    assert "sqs SendMessage · different · aws-imported · sqs/abc step 3" in shown
    assert "MD5OfBody: missing, expected" in shown and "(502 characters)" in shown
    assert "7 steps, 3 failed" in shown


def test_an_unknown_format_says_which_there_are(run, tmp_path):
    with pytest.raises(LabError, match="json, junit"):
        report.write(run, "pdf", tmp_path / "x")


def test_records_are_compact_immutable_and_read_back(run, tmp_path):
    run.rows[3].provenance = "aws-live"
    (path,) = store.save(run, tmp_path)
    assert path.name == "sqs-2026-03-04-r1.json"
    (loaded,) = store.load(tmp_path)
    assert loaded.rows[0].expected is None and loaded.rows[3].expected == {"Body": "a"}
    assert loaded.by_verdict() == run.by_verdict()
    with pytest.raises(FileExistsError):
        store.save(run, tmp_path)


def test_of_other_peoples_recordings_only_the_difference_is_kept(run, tmp_path):
    store.save(run, tmp_path)
    (loaded,) = store.load(tmp_path)
    assert loaded.rows[3].provenance == "aws-imported" and loaded.rows[3].differences
    assert loaded.rows[3].expected is None and loaded.rows[3].got is None


def test_a_foreign_file_among_the_records_is_named(tmp_path):
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(LabError, match=r"x\.json is not a run record"):
        store.load(tmp_path)


def test_long_values_are_cut_in_records(run, tmp_path):
    run.rows[3].provenance = "aws-live"
    run.rows[3].got = {"Body": "y" * 5000, "Blob": b"z" * 5000}
    store.save(run, tmp_path)
    (loaded,) = store.load(tmp_path)
    assert loaded.rows[3].got["Body"].endswith("(5000 characters)")
    assert loaded.rows[3].got["Blob"].endswith("(5000 bytes)")
    assert len(msgspec.json.encode(loaded)) < 10_000
