"""The verdict over one variant: a closed list, in the order in which reports print it."""

from typing import Any

import msgspec

#: passed: accepted and proven, or refused exactly. weak: accepted in good form, but nothing proves that it worked.
#: unproven: refused as expected by an endpoint that refuses the right input too. failed: anything else that was judged.
VERDICTS = ("passed", "weak", "failed", "unproven", "no expectation", "no fixture", "not implemented", "left out",
            "unsendable")
PASSED, WEAK, FAILED, UNPROVEN, UNEXPECTED, NO_FIXTURE, NOT_IMPLEMENTED, LEFT_OUT, UNSENDABLE = VERDICTS


class Result(msgspec.Struct):
    """What became of a variant. ``reasons`` are sentences; ``snippet`` is a program that shows the failure."""

    id: str
    service: str
    operation: str
    strategy: str
    title: str
    positive: bool
    verdict: str
    reasons: list[str] = []
    snippet: str | None = None

    @property
    def failed(self) -> bool:
        return self.verdict == FAILED


def as_data(results: list[Result]) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(result) for result in results]
