"""What a cassette says beforehand: the text of every request and answer, who chose a value, and when time passed."""

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lab.cassette.model import Cassette, Interaction
from lab.cassette.values import strings

#: Values shorter than this are never bound: they stand everywhere.
SHORTEST = 4

#: A time in an answer, as milliseconds since 1970.
MILLISECONDS = re.compile(r"1\d{12}")

#: A moment in a request within so many seconds of the capture was computed from it (a retention, a condition).
NEAR = 7 * 86400


def request_text(step: Interaction) -> str:
    """Every string that the caller sends at a step, in one text."""
    parts = list(strings(step.input)) if step.input is not None else []
    if step.request is not None:
        parts += [step.request.host, step.request.target, step.request.body.text or "",
                  *(value for _, value in step.request.headers)]
    if step.caller.access_key:
        parts.append(step.caller.access_key)
    return "\0".join(parts)


def recorded_answer(step: Interaction) -> dict | None:
    """The decoded answer that the recording has, or the reference's; an error under ``Error``."""
    if step.reference is not None:
        found = step.reference.output if step.reference.error is None else step.reference.error
        return found if isinstance(found, dict) else None
    if step.error is not None:
        return {**(step.output or {}), "Error": step.error}
    return step.output


def times(value: Any) -> Iterator[float]:
    """Every tagged time in decoded data, in epoch seconds."""
    if isinstance(value, dict):
        if "$time" in value:
            yield datetime.fromisoformat(value["$time"]).timestamp()
            return
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from times(each)


class Story:
    """Look-ups over one cassette."""

    def __init__(self, cassette: Cassette):
        self.steps = steps = cassette.interactions
        self.requests = [request_text(each) for each in steps]
        self.answers = ["\0".join(strings(recorded_answer(each))) for each in steps]
        self.said = ["\0".join(self.requests[:index + 1]) for index in range(len(steps))]
        self.everything = "\0".join(self.requests)
        self.chosen_stood = {name: value for name, value in cassette.placeholders.items() if self.is_chosen(value)}
        self.stood = frozenset(cassette.placeholders.values())
        self.moments = [_moment(each) for each in steps]

    def deadline_base(self) -> float | None:
        """When the flow was captured (epoch seconds), if requests carry moments that lay close to it."""
        told = [each for step in self.steps for each in times(recorded_answer(step))]
        if not told:
            return None
        asked = [each for step in self.steps for each in times(step.input)]
        return min(told) if any(abs(each - min(told)) < NEAR for each in asked) else None

    def is_chosen(self, value: str) -> bool:
        """Whether a request carried a value before any answer did."""
        asked = next((index for index, text in enumerate(self.requests) if value in text), None)
        told = next((index for index, text in enumerate(self.answers) if value in text), None)
        return asked is not None and (told is None or asked <= told)

    def is_made(self, index: int, value: str) -> bool:
        """Whether a value in the answer to a step is server-made, and of use later or in a template."""
        if len(value) < SHORTEST or value in self.said[index]:
            return False
        return value in self.everything or value in self.stood

    def needed_later(self, index: int, value: str) -> bool:
        """Whether a request after a step carries a value that none up to it did."""
        return len(value) >= SHORTEST and value not in self.said[index] and value in self.everything

    def elapsed(self, index: int) -> float:
        """Seconds that had passed for sure since the first answer when a step was answered."""
        known = [each for each in self.moments[:index + 1] if each is not None]
        if self.moments[index] is None or len(known) < 2:
            return 0.0
        # Within the first second all that is known of the first answer is its date; it came somewhere in between.
        return max(max(known) - known[0] - 0.6, 0.0)


def _moment(step: Interaction) -> float | None:
    """When a step was answered, at the earliest (epoch seconds): its date, or a later time within that second that the
    answer tells, since no answer tells the future. None without a date."""
    text = step.response.header("Date") if step.response is not None else ""
    try:
        date = parsedate_to_datetime(text).timestamp() if text else None
    except ValueError:
        return None
    if date is None:
        return None
    told = (float(each) / 1000 for each in strings(step.output) if MILLISECONDS.fullmatch(each))
    return max((each for each in told if date <= each < date + 1), default=date)
