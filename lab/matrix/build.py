"""Writes ``parity-matrix/``: data, Markdown pages, site. The same results give the same bytes."""

import shutil
from pathlib import Path

import msgspec

from emulator.model import manifest
from lab.matrix.cells import Service
from lab.matrix.pages import limitations_page, readme
from lab.matrix.site import write_site
from lab.report.values import dump


def data_of(service: Service) -> dict:
    """A service's cells as plain data, without the steps (those stand in the run record)."""
    plain = msgspec.to_builtins(service)
    del plain["rows"]
    return plain


def summary(services: list[Service]) -> dict:
    """One short row per service, for whoever wants the numbers only."""
    return {
        "botocore": manifest()["botocore"],
        "services": [{
            "service": each.service, "family": each.family, "implemented": each.implemented,
            "operations": len(each.operations), "replays": each.replays, "aws_live_steps": each.live,
            "run": msgspec.to_builtins(each.run),
        } for each in services],
    }


def build(services: list[Service], out: Path) -> list[Path]:
    """Write all files below ``out``; what an earlier build wrote there is replaced, the run records stay."""
    data = out / "data"
    data.mkdir(parents=True, exist_ok=True)
    for stale in data.glob("*.json"):
        stale.unlink()
    shutil.rmtree(out / "site", ignore_errors=True)
    written = {
        out / "README.md": readme(services),
        out / "limitations.md": limitations_page(services),
        data / "matrix.json": dump(summary(services), indent=2) + "\n",
        **{data / f"{each.service}.json": dump(data_of(each), indent=2) + "\n" for each in services},
    }
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    return [*written, *write_site(services, out / "site")]
