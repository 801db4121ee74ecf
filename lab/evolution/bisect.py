"""Bisection: the steps of a cassette that a failure needs, and the commit that brought it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from lab.cassette.model import Cassette, Interaction
from lab.errors import LabError
from lab.report.result import Row

Play = Callable[[Cassette], list[Row]]

#: What `git bisect run` takes: the commit is good, is bad, can't be told.
GOOD, BAD, SKIP = 0, 1, 125


def failing(rows: list[Row], step: int | None) -> Row | None:
    """The first failing row, of a step or of any; unreachable ones follow from others and don't count."""
    return next((row for row in rows if row.failed and row.verdict != "unreachable" and step in (None, row.step)), None)


def kind(row: Row | None) -> tuple | None:
    """What makes two failures the same: verdict and the places and kinds of the differences."""
    return row and (row.verdict, row.operation, tuple((each.path, each.kind) for each in row.differences))


def shrink(cassette: Cassette, target: Row, play: Play) -> list[int]:
    """The indexes of the steps that the failure of ``target`` needs, its own among them (delta debugging).

    Every step that is left is needed: without any one of them the failure is gone or another one.
    """
    wanted = kind(target)

    def fails(steps: list[int]) -> bool:
        part = part_of(cassette, [*steps, target.step])
        return kind(failing(play(part), len(steps))) == wanted

    needed, size = list(range(target.step)), target.step
    while needed and size:
        at, removed = 0, False
        while at < len(needed):
            without = needed[:at] + needed[at + size:]
            if fails(without):
                needed, removed = without, True
            else:
                at += size
        size = size if removed and size == 1 else size // 2
    return [*needed, target.step]


def part_of(cassette: Cassette, steps: list[int]) -> Cassette:
    """The cassette with these steps alone; only the last is judged."""
    kept: list[Interaction] = [cassette.interactions[index] for index in steps]
    kept = [msgspec.structs.replace(step, truth=[]) for step in kept[:-1]] + kept[-1:]
    return msgspec.structs.replace(cassette, interactions=kept, digest="")


def verdict(rows: list[Row], step: int | None) -> int:
    """The exit code for `git bisect run`: BAD when the step (or any) fails, SKIP when it can't be reached."""
    chosen = [row for row in rows if step in (None, row.step)]
    if failing(rows, step):
        return BAD
    return SKIP if not chosen or any(row.verdict == "unreachable" for row in chosen) else GOOD


def bisect_commits(good: str, bad: str, arguments: list[str], repository: Path = Path()) -> str:
    """The first bad commit between two, as `git bisect run` tells it, found in a work tree beside the repository's.

    ``arguments`` are those of ``lab bisect --exit-code``. Raises LabError with git's own words.
    """
    with tempfile.TemporaryDirectory(prefix="paritylab-bisect-") as folder:
        tree = Path(folder) / "tree"
        git(repository, "worktree", "add", "--quiet", "--detach", str(tree), bad)
        try:
            git(tree, "bisect", "start", bad, good)
            paths = os.pathsep.join(filter(None, (str(tree), os.environ.get("PYTHONPATH"))))
            told = git(tree, "bisect", "run", sys.executable, "-m", "lab.cli", "bisect", "--exit-code", *arguments,
                       PYTHONPATH=paths)
            return next((line for line in told.splitlines() if "is the first bad commit" in line), told.strip())
        finally:
            git(repository, "worktree", "remove", "--force", str(tree))


def git(folder: Path, *arguments: str, **variables: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False,
                          env={**os.environ, **variables})
    if done.returncode:
        raise LabError(f"git {arguments[0]} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout
