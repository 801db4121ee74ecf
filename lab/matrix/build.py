"""Writes ``parity-matrix/``: data, Markdown pages, site. The same results give the same bytes.

Services come in one at a time, and only the numbers of one stay behind: memory follows the largest service.
"""

import filecmp
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from emulator.model import manifest
from lab.matrix.cells import Service
from lab.matrix.limitations import Findings, findings
from lab.matrix.pages import GENERATED, limitations_head, limitations_of, readme, service_page
from lab.matrix.site import Site
from lab.report.values import dump

#: What a build owns in its folder; everything else there (the run records) is left alone.
OWNED = ("README.md", "limitations.md", "index.html", "services/*.md", "data/*.json", "site/**/*")
#: Leads to the site where the whole folder is published, so that its links to data and records hold.
ENTRANCE = '<!doctype html><html lang="en"><title>Parity matrix</title><meta http-equiv="refresh" content="0; ' \
           'url=site/index.html"><a href="site/index.html">Parity matrix</a></html>\n'


def data_of(service: Service, found: Findings) -> dict:
    """A service's cells as plain data; the steps stand in the run records, and are named by cassette and number."""
    plain = msgspec.to_builtins(msgspec.structs.replace(service, rows={}))
    del plain["rows"]

    def told(finding) -> dict:
        return {"operation": finding.operation, "text": finding.text,
                "evidence": [f"{row.cassette}#{row.step}" for row in finding.evidence]}

    return {
        **plain, "reach": service.reach,
        "limitations": {
            "probes": [{"operation": row.operation, "sentence": row.title, "verdict": row.verdict, "reason": row.reason,
                        "cause": row.cause, "reference": row.link} for row in found.probes],
            "unsupported": [told(each) for each in found.unsupported],
            "missing": found.missing,
        },
        "different": [told(each) for each in found.different],
        "known": [told(each) for each in found.known],
    }


def summary(services: list[Service]) -> dict:
    """One short row per service, for whoever wants the numbers only."""
    return {
        "botocore": manifest()["botocore"],
        "services": [{
            "service": each.service, "family": each.family, "implemented": each.implemented,
            "operations": each.modelled, "planes": msgspec.to_builtins(each.planes), "reach": each.reach,
            "replays": each.replays, "aws_live_steps": each.live, "conformance": each.conformance,
            "sequences": each.sequences, "probes": each.probes, "stubs": each.stubs, "faults": each.faults,
            "runs": msgspec.to_builtins(each.runs),
        } for each in services],
    }


def build(services: Iterable[Service], out: Path) -> list[Path]:
    """Write all files below ``out``; what an earlier build wrote there is replaced, the run records stay.

    All is written aside first: a build that fails leaves what stood.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".build-") as folder:
        made = [path.relative_to(folder) for path in write_all(services, Path(folder))]
        clear(out)
        for path in made:
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).replace(out / path)
    return [out / path for path in made]


def write_all(services: Iterable[Service], out: Path) -> list[Path]:
    """Write all files below an empty folder."""
    written, site = [], Site(out / "site")

    def write(file: str, text: str) -> None:
        written.append(out / file)
        written[-1].parent.mkdir(parents=True, exist_ok=True)
        written[-1].write_text(text, encoding="utf-8")

    kept, limits = [], limitations_head()
    for service in services:
        found = findings(service)
        site.service(service, found)
        write(f"data/{service.service}.json", dump(data_of(service, found), indent=2) + "\n")
        write(f"services/{service.service}.md", service_page(service))
        limits += limitations_of(service, found)
        kept.append(msgspec.structs.replace(service, rows={}))
    site.index(kept)
    write("README.md", readme(kept))
    write("limitations.md", "\n".join(limits).rstrip() + "\n")
    write("index.html", f"{GENERATED}\n{ENTRANCE}")
    write("data/matrix.json", dump(summary(kept), indent=2) + "\n")
    return [*written, *site.written]


def owned(out: Path) -> set[Path]:
    """The files of a build that stand in a folder, as paths in it."""
    return {path.relative_to(out) for pattern in OWNED for path in out.glob(pattern) if path.is_file()}


def clear(out: Path) -> None:
    shutil.rmtree(out / "site", ignore_errors=True)
    for path in owned(out):
        (out / path).unlink()


def stale(services: Iterable[Service], out: Path) -> list[str]:
    """The files of ``out`` that a build would write otherwise, add or remove; none when all is as the results say."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        write_all(services, fresh)
        there, wanted = owned(out), owned(fresh)
        changed = {path for path in there & wanted if not filecmp.cmp(out / path, fresh / path, shallow=False)}
        return sorted(str(path) for path in there ^ wanted | changed)
