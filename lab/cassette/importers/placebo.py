"""placebo and pill: answers as botocore parsed them, without requests; a folder of files, or packed lines of JSON.

https://github.com/garnaat/placebo. A file is ``<service>.<Operation>_<n>.json`` with ``status_code`` and ``data``;
packed, a line also says ``file``, ``operation`` and ``n``. Without requests nothing can be replayed and nothing is
evidence: such a cassette is for ``lab serve``, where the n-th call of an operation gets the n-th answer.
"""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from emulator.model import manifest
from lab.cassette.model import Cassette, Interaction
from lab.errors import LabError

FILE = re.compile(r"(?P<service>[\w-]+)\.(?P<operation>[A-Z]\w*)_(?P<number>\d+)\.json")
NOTE = "no requests were recorded, and the order between different operations is not known"


class Line(NamedTuple):
    """One answer: the test that it belongs to, its service, operation and number, and what botocore gave."""

    test: str
    service: str
    operation: str
    number: int
    status: int
    data: dict


def matches(path: Path, head: bytes) -> bool:
    if head[:2] == b"\x1f\x8b" and path.name.endswith(".jsonl.gz"):
        with gzip.open(path) as file:
            head = file.read(4096)
        return b'"operation"' in head and b'"status_code"' in head
    return bool(FILE.fullmatch(path.name))


def cassettes(path: Path, origin) -> list[Cassette]:
    """One cassette for every test and service. ``path``: a packed file, one placebo file, or a folder of them."""
    tests: dict[tuple[str, str], list[Line]] = {}
    for line in lines(path):
        if line.service in manifest()["services"]:
            tests.setdefault((line.test, line.service), []).append(line)
    return [cassette(test, service, found, origin) for (test, service), found in sorted(tests.items())]


def lines(path: Path) -> Iterator[Line]:
    if path.is_dir() or FILE.fullmatch(path.name):
        for each in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            named = FILE.fullmatch(each.name)
            if named:
                raw = json.loads(each.read_bytes())
                yield Line(each.parent.name, service_of(named["service"]), named["operation"], int(named["number"]),
                           raw["status_code"], raw["data"])
        return
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for text in file:
            raw = json.loads(text)
            yield Line(raw["file"].rpartition("/")[0], path.name.split(".")[0], raw["operation"], raw["n"],
                       raw["status_code"], raw["data"])


def service_of(name: str) -> str:
    """Placebo names files by the endpoint's prefix."""
    services = manifest()["services"]
    return name if name in services else next(
        (service for service, each in services.items() if each["endpoint_prefix"] == name), name)


def cassette(test: str, service: str, found: list[Line], origin) -> Cassette:
    """Steps by operation and number: every order between operations is a guess, this one is stable."""
    found = sorted(found, key=lambda line: (line.operation, line.number))
    if not found:
        raise LabError(f"{test}: no answer in it")
    return Cassette(id=f"{origin.prefix}/{test}/{service}", title=test, service=service, provenance="aws-imported",
                    trust="shape", missing=sorted({"request", "headers", "body", *origin.missing}),
                    notes=[*origin.notes, NOTE], interactions=[step(service, line) for line in found])


def step(service: str, line: Line) -> Interaction:
    data = plain({key: value for key, value in line.data.items() if key != "ResponseMetadata"})
    error = data.pop("Error", None) if isinstance(data.get("Error"), dict) else None
    return Interaction(service=service, operation=line.operation, error=error,
                       output={**data, "ResponseMetadata": {"HTTPStatusCode": line.status}},
                       incomplete="the recording has no request")


def plain(value: Any) -> Any:
    """Placebo's ``__class__`` objects as the tags of :mod:`lab.cassette.values`."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    match value.get("__class__"):
        case "datetime":
            parts = [value.get(name, 0) for name in ("year", "month", "day", "hour", "minute", "second", "microsecond")]
            return {"$time": datetime(*parts, tzinfo=UTC).isoformat()}
        case "StreamingBody" | "bytes":
            return {"$stream": plain(value.get("body", value.get("value", "")))}
    return {key: plain(each) for key, each in value.items()}
