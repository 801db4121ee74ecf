"""What a recording does with a cassette that is there already: modes in the sense of VCR.

``once``: record when there is none, else only play it. ``new-episodes``: play what it knows, record what is new.
``all``: record everything anew. ``none``: only play.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lab.cassette import files
from lab.cassette.model import Cassette
from lab.errors import LabError

MODES = ("once", "new-episodes", "all", "none")

#: The random part of the names in a scenario.
SUFFIX = re.compile(r"paritylab-[a-z0-9-]+?-([0-9a-f]{8})(?![0-9a-f])")


class Plan(NamedTuple):
    """``path``: where the cassette is kept (None: under a name made from title and time); ``kept``: what is played of
    it; ``records``: whether what it doesn't know goes to AWS and is recorded."""

    path: Path | None
    kept: Cassette | None
    records: bool

    @property
    def suffix(self) -> dict[str, str]:
        """The variable that makes a scenario choose the names that stand in the cassette."""
        sent = (step.request for step in self.kept.interactions if step.request) if self.kept else ()
        texts = (f"{each.host} {each.target} {each.body.text}" for each in sent)
        found = next(filter(None, map(SUFFIX.search, texts)), None)
        return {"PARITYLAB_SUFFIX": found[1]} if found else {}


def plan(mode: str, paths: list[Path]) -> Plan:
    """What to do with the first of ``paths`` that is there, else with the first. Raises LabError where ``none`` has
    nothing to play, and for what is no cassette."""
    there = next((path for path in paths if path.exists()), None)
    path = there or (paths[0] if paths else None)
    if mode == "all":
        return Plan(path, None, True)
    if path is None:
        raise LabError(f"--mode {mode} needs a cassette: name it with --cassette FILE")
    if there is None:
        if mode == "none":
            raise LabError(f"{path}: there is nothing to play. Record it first, with --mode once.")
        return Plan(path, None, True)
    return Plan(path, files.read(path), mode == "new-episodes")


def scenario_paths(folder: Path, name: str) -> Iterator[Path]:
    """Where the recordings of a scenario lie, evidence first."""
    service, _, program = name.partition("/")
    for provenance in ("aws-live", "emulator"):
        yield folder / service / f"{program.replace('_', '-')}.{provenance}.json"
