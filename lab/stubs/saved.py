"""The newest saved scores of the stubs: what a conformance report shows beside its own numbers."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from lab.matrix.records import Counts, added, heads, rows_of


def saved_scores(records: Path, services: Iterable[str]) -> Counts:
    """Stub to its counts over these services, and ``seeded-faults``; empty where none was saved. Raises LabError."""
    found = heads(records)
    groups = defaultdict(list)
    for service in services:
        newest = next((head for head in reversed(found.get(service, ())) if head.suite == "stubs"), None)
        for row in rows_of(newest, service):
            groups[row.cassette.removeprefix("stubs/")].append(row.counts)
    return {name: added(groups[name]) for name in sorted(groups)}


def told(scores: Counts) -> str:
    """The scores as a line."""
    if not scores:
        return "stubs: no score is saved for these services; `lab stubs --save parity-matrix/data/runs` makes one"
    said = [f"{name} {score['positives_passed']} of {score['positives']} positives, {score['passed']} of "
            f"{score['variants']} variants" for name, score in scores.items() if "variants" in score]
    faults = scores.get("seeded-faults")
    return "stubs: " + "; ".join([*said, *([f"seeded faults caught {faults['caught']} of {faults['seeded']}"]
                                           if faults else [])])
