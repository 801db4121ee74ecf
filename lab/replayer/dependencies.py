"""Which steps an earlier failure made impossible: those that need a value or a thing that it should have made."""

from lab.cassette.model import Interaction
from lab.cassette.values import strings
from lab.replayer.bindings import Bindings
from lab.replayer.story import SHORTEST, Story, recorded_answer


class Dependencies:
    """What earlier steps failed to make: values of their answers, and names that they were the first to use."""

    def __init__(self, story: Story, steps: list[Interaction]):
        self.story = story
        self.steps = steps
        self.values: dict[str, int] = {}
        self.names: dict[str, int] = {}
        self.failed: list[int] = []
        self.broken: str | None = None

    def fail(self, index: int, bindings: Bindings, impossible: str | None = None) -> None:
        """Note that a step that succeeded when it was recorded failed now.

        ``impossible``: why it could not even be tried. Whatever differs afterwards may come from that (``broken``).
        """
        self.failed.append(index)
        if impossible is not None and self.broken is None:
            self.broken = f"{self.name(index)} could not be done before: {impossible}"
        for value in strings(recorded_answer(self.steps[index])):
            if self.story.needed_later(index, value) and value not in bindings.live:
                self.values.setdefault(value, index)
        before = self.story.said[index - 1] if index else ""
        for value in self.story.requests[index].split("\0"):
            if len(value) >= SHORTEST and value not in before:
                self.names.setdefault(value, index)

    def missing_value(self, index: int) -> str | None:
        """A sentence when a step's request carries a value that never came."""
        text = self.story.requests[index]
        at = next((at for value, at in self.values.items() if value in text), None)
        return None if at is None else f"it needs a value from {self.name(at)}, which failed"

    def missing_thing(self, index: int) -> str | None:
        """A sentence when a step names a thing whose making failed."""
        parts = set(self.story.requests[index].split("\0"))
        found = next((at for value, at in self.names.items() if value in parts), None)
        return None if found is None or found == index else f"{self.name(found)} failed, which made what it names"

    def name(self, index: int) -> str:
        step = self.steps[index]
        return f"step {index} ({step.service or 'http'} {step.operation or step.request.method})"
