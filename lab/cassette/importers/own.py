"""Paritylab's own cassettes, so that ``lab import`` also migrates old ones."""

from pathlib import Path

from lab.cassette.files import read
from lab.cassette.model import Cassette


def matches(path: Path, head: bytes) -> bool:
    return path.suffix == ".json" and b'"provenance"' in head and b'"format"' in head


def cassettes(path: Path, _origin) -> list[Cassette]:
    return [read(path)]
