"""The site over many interactions: seconds, and memory that follows the largest service.

PARITYLAB_SCALE sets the number of generated interactions of each of three runs (100,000 for the full measurement).
"""

import json
import os
import subprocess
import sys
from itertools import islice

import pytest

from emulator.model import manifest
from lab.report import Difference, Row, Run, store

NUMBER = int(os.environ.get("PARITYLAB_SCALE", "5000"))
RUNS = 3
#: How often a verdict comes in ten steps.
VERDICTS = ("equal",) * 5 + ("equivalent",) * 2 + ("different", "known", "unreachable")
PROGRAM = """
import json, sys, time
from pathlib import Path
from lab.matrix import build, cells
out = Path(sys.argv[1])
began = time.perf_counter()
written = build.build(cells.matrix(out / "data" / "runs", {}), out)
took = time.perf_counter() - began
told = Path("/proc/self/status")  # the process's own peak: what getrusage tells holds the parent's, too
peak = int(told.read_text().partition("VmHWM:")[2].split()[0]) if told.exists() else 0
print(json.dumps({"seconds": round(took, 2), "files": len(written),
                  "megabytes": sum(path.stat().st_size for path in written) // 1_000_000,
                  "largest_page": max(path.stat().st_size for path in written if path.suffix == ".html"),
                  "peak_mib": peak // 1024}))
"""


def answer(step, **more):
    return {"Items": [{"Name": f"name-{step}-{index}", "Size": index, "Tags": {"a": "b"}} for index in range(4)],
            "ResponseMetadata": {"HTTPStatusCode": 200}, **more}


def rows(number, agreeing):
    """Steps spread over all services and operations, a hundred to a cassette; those that differ with both answers."""
    places = [(service, operation) for service, told in manifest()["services"].items()
              for operation in told["operations"][:20]]
    for step in range(number):
        service, operation = places[step // 100 * 7 % len(places)]
        verdict = "equal" if step % 100 < agreeing else VERDICTS[step % 10]
        different = verdict in ("different", "known")
        yield Row(service, operation, verdict, "aws-live", f"{service}/made/{step // 100}", "made", step % 100,
                  [Difference("Items[0].Size", "value", 0, 1)] if different else [],
                  ["id", "timestamp"] if verdict == "equivalent" else [],
                  "an earlier step differs" if verdict == "unreachable" else None, 1.5,
                  answer(step) if different else None, answer(step, More=1) if different else None)


@pytest.fixture
def project(tmp_path):
    for day in range(1, RUNS + 1):
        made = Run(f"replay-{day}", "replay", f"2026-03-0{day}T00:00:00+00:00", "emulator", {"paritylab": "0.1.0"},
                   list(rows(NUMBER, 10 * day)))
        store.save(made, tmp_path / "data" / "runs")
    return tmp_path


@pytest.mark.timeout(600)
def test_many_interactions_take_seconds_and_little_memory(project, capsys):
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(project)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    with capsys.disabled():
        print(f"\n{NUMBER} interactions in each of {RUNS} runs: {told}")
    assert told["seconds"] < 60 and told["peak_mib"] < 500 and told["largest_page"] < 2_000_000
    summary = json.loads((project / "data" / "matrix.json").read_text())["services"]
    assert sum(each["aws_live_steps"] for each in summary) == NUMBER
    assert len(list(islice((project / "site").rglob("*.html"), 100))) == 100 or NUMBER < 50_000
