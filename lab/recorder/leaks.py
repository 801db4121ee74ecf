"""The leak scan: looks through files for what must never be published, and names the place, never the secret.

Command: ``lab leaks PATH …``; exits with 1 on a find. Looks into base64, gzip and percent-encoding too.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from lab.errors import LabError
from lab.recorder.bodies import unpacked
from lab.recorder.patterns import ENCODED, found
from lab.recorder.vault import decoded

#: Cheap to look for: a text without one of these holds no secret of ours, and no pattern needs to run over it.
TRACES = re.compile(r"A[A-Z]{3}[A-Z2-7]{16}|secret|token|signature|private key|eyJ|bearer|ABSK|bedrock-api|gh[pousr]_"
                    r"|FwoGZ|FQoG|FQoD|IQoJ|AQoD", re.IGNORECASE)
DEPTH = 3


class Leak(NamedTuple):
    """``line`` counts from 1; ``hint`` is the first four characters and the length of what was found."""

    path: str
    line: int
    kind: str
    hint: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind} ({self.hint})"


def secrets_in(text: str, depth: int = 0) -> Iterator[tuple[str, str, int]]:
    """(kind, value, offset) of every secret; for one inside an encoding, the offset of the encoded run."""
    if TRACES.search(text):
        for kind, match in found(text, leaks_only=True):
            yield kind, match["value"], match.start("value")
    if depth < DEPTH:
        for run in ENCODED.finditer(text):
            inner = decoded(run[0])
            if inner:
                yield from ((kind, value, run.start()) for kind, value, _ in secrets_in(inner, depth + 1))
    if depth == 0 and "%" in text:
        plain = unquote(text)
        if plain != text:
            yield from ((kind, value, 0) for kind, value, _ in secrets_in(plain, DEPTH))


def scan_bytes(raw: bytes, name: str) -> list[Leak]:
    """Every leak in one file's content, each once."""
    text = (unpacked(raw, "gzip") or raw).decode("utf-8", "replace")
    leaks = {}
    for kind, value, offset in secrets_in(text):
        leaks.setdefault(value, Leak(name, text.count("\n", 0, offset) + 1, kind, f"{value[:4]}…, {len(value)} long"))
    return list(leaks.values())


def scan(*paths: str | Path) -> Iterator[Leak]:
    """Every leak in files, and in all files below folders. Raises LabError for a path that isn't there."""
    for path in map(Path, paths):
        if not path.exists():
            raise LabError(f"{path} is not there: name a file or a folder of cassettes")
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        for file in files:
            yield from scan_bytes(file.read_bytes(), str(file))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", default=["cassettes"], metavar="PATH", help="default: cassettes")
    parser.add_argument("--json", action="store_true", help="print rows {path, line, kind, hint}")


def run(arguments: argparse.Namespace) -> int:
    leaks = list(scan(*arguments.paths))
    if arguments.json:
        print(json.dumps([leak._asdict() for leak in leaks], indent=2, ensure_ascii=False))
    else:
        print(*leaks, sep="\n", end="\n" if leaks else "")
        print(f"{len(leaks)} leaks found" + (": remove them, and make the keys void" if leaks else ""), file=sys.stderr)
    return 1 if leaks else 0
