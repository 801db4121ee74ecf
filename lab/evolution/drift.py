"""What changed between two recordings of one scenario: the newer answers are judged by the older ones, as if live."""

from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from botocore.parsers import ResponseParserError

from lab.cassette import decode
from lab.cassette.model import Cassette, Interaction, Truth
from lab.cassette.values import to_plain, to_python
from lab.differ.judge import Judge
from lab.differ.templates import Placeholders
from lab.errors import LabError
from lab.replayer.bindings import Bindings, Conflict
from lab.replayer.clients import Called
from lab.replayer.story import Story
from lab.report.result import Difference, Row, Run
from lab.report.values import clip


def pairs(old: list[Interaction], new: list[Interaction]) -> Iterator[tuple[int | None, int | None]]:
    """Steps that stand for one another, in order; None where a recording has no such step."""
    keys = [[(step.service, step.operation) for step in side] for side in (old, new)]
    for kind, start, end, other, last in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from zip(range(start, end), range(other, last))
        else:
            yield from ((index, None) for index in range(start, end))
            yield from ((None, index) for index in range(other, last))


def called(step: Interaction) -> Called:
    """A recorded answer as if it had just come."""
    if step.response is None:
        answer = {**to_python(step.output or {}), **({"Error": to_python(step.error)} if step.error else {})}
        return Called(answer, None)
    try:
        return Called(decode.answer(step.service, step.operation, step.response, step.protocol), step.response)
    except (ResponseParserError, ValueError, KeyError, TypeError, AttributeError) as problem:
        return Called(None, step.response, f"{type(problem).__name__}: {problem}")


class Drift:
    """The comparison of one pair of recordings; ``rows`` are about the steps of both."""

    def __init__(self, old: Cassette, new: Cassette, strict: bool = False):
        self.old, self.new = old, new
        self.story = Story(old)
        self.bindings = Bindings({old.account: new.account} if old.account and new.account else {})
        self.placeholders = Placeholders({}, new.account or "", self.bindings, {})
        self.judge = Judge("shape" if "shape" in (old.trust, new.trust) else "exact", strict)

    def rows(self) -> list[Row]:
        found = []
        for before, after in pairs(self.old.interactions, self.new.interactions):
            if before is None or after is None:
                found.append(self.alone(before, after))
            elif self.old.interactions[before].operation is not None:
                found.append(self.both(before, after))
        return found

    def both(self, before: int, after: int) -> Row:
        step, later = self.old.interactions[before], self.new.interactions[after]
        self.chosen(step.input, later.input)
        truth = Truth(how="wire") if step.response else Truth(how="answer", answer=called(step).answer)
        result = self.judge.judge(step, truth, called(later), self.bindings, self.placeholders, self.story.said[before])
        row = self.row(step, before, result.verdict)
        row.normalizers = result.normalizers
        row.differences = [Difference(each.path, each.kind, clip(to_plain(each.expected)), clip(to_plain(each.got)))
                           for each in result.differences]
        if result.differences:
            row.expected, row.got = clip(to_plain(result.expected)), clip(to_plain(result.got))
        return row

    def alone(self, before: int | None, after: int | None) -> Row:
        """A step that one recording has and the other has not."""
        step = self.new.interactions[after] if before is None else self.old.interactions[before]
        row = self.row(step, after if before is None else before, "different")
        kind, side = ("unexpected", "newer") if before is None else ("missing", "older")
        row.reason = f"only the {side} recording has this step"
        row.differences = [Difference("", kind, step.operation if before is not None else None,
                                      step.operation if before is None else None)]
        return row

    def row(self, step: Interaction, index: int, verdict: str) -> Row:
        return Row(service=step.service or "http", operation=step.operation or "?", verdict=verdict,
                   provenance=self.new.provenance, cassette=self.new.id, title=self.new.title, step=index)

    def chosen(self, old: Any, new: Any) -> None:
        """Bind what the callers chose differently (names with a random part) wherever it stands in the inputs."""
        if isinstance(old, dict) and isinstance(new, dict):
            for key in old.keys() & new.keys():
                self.chosen(old[key], new[key])
        elif isinstance(old, list) and isinstance(new, list):
            for ours, theirs in zip(old, new):
                self.chosen(ours, theirs)
        elif isinstance(old, str) and isinstance(new, str) and old != new:
            try:
                self.bindings.bind(old, new)
            except Conflict:  # another request, not another name
                return


def found_below(path: Path) -> dict[str, Path]:
    """Cassette files by their name below a folder; a file by the empty name. Raises LabError when there is none."""
    if path.is_dir():
        return {each.relative_to(path).as_posix(): each for each in sorted(path.rglob("*.json"))}
    if not path.exists():
        raise LabError(f"{path}: there is no such file. Name two cassettes, or two folders of them.")
    return {"": path}


def drift(old: list[Cassette], new: list[Cassette], strict: bool = False) -> Run:
    """The run over pairs of recordings; ``versions`` tell when they were recorded."""
    now = datetime.now(UTC)
    rows = [row for one, other in zip(old, new, strict=True) for row in Drift(one, other, strict).rows()]
    told = {name: max(each.recorded_at or "" for each in side) for name, side in (("old", old), ("new", new))}
    return Run(id=f"drift-{now:%Y%m%dT%H%M%SZ}", suite="drift", started_at=now.isoformat(timespec="seconds"),
               endpoint="recording", versions=told, rows=rows)
