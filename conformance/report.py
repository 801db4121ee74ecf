"""Results as a run of the lab's result model, as plain data, and as text for a terminal."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from conformance import verdict
from conformance.generator.variant import NEGATIVE, POSITIVE, SEQUENCE
from conformance.verdict import VERDICTS, Result, as_data
from lab.report.result import Row, Run

SHOWN_FAILURES = 20
#: What differs from variant to variant in a reason: ids, numbers, quoted values.
VALUES = re.compile(r"[0-9a-f]{6,}|\d{3,}|'[^']*'|\"[^\"]*\"")
#: What a run's row counts: the titles of the rows of an operation, or of a kind of resource for sequences.
POSITIVES, NEGATIVES, SEQUENCES = "positive variants", "negative variants", "sequences"
COLOURS = {"passed": "green", "failed": "red", "weak": "yellow", "unproven": "yellow", "no fixture": "magenta",
           "not implemented": "blue"}


def counts(results: Iterable[Result]) -> dict[str, int]:
    """Verdict to number, in the closed order, zeros left out."""
    found = Counter(result.verdict for result in results)
    return {name: found[name] for name in VERDICTS if found[name]}


def by_strategy(results: list[Result]) -> dict[str, dict[str, int]]:
    groups = defaultdict(list)
    for result in results:
        groups[result.strategy].append(result)
    order = (*POSITIVE, *NEGATIVE)
    return {name: counts(groups[name]) for name in sorted(groups, key=lambda name: (
        order.index(name) if name in order else len(order), name))}


def score(results: list[Result]) -> dict[str, float | int]:
    """Shares of what was passed: of the positives, and of all variants that were generated."""
    positives = [result for result in results if result.positive]
    passed = sum(result.verdict == verdict.PASSED for result in results)
    good = sum(result.verdict == verdict.PASSED for result in positives)
    return {"variants": len(results), "passed": passed, "share": round(passed / max(1, len(results)), 4),
            "positives": len(positives), "positives_passed": good,
            "positives_share": round(good / max(1, len(positives)), 4)}


#: Verdicts that judge nothing, whose reasons a report counts.
UNJUDGED = ("no fixture", "left out", "no expectation", "unsendable")
MOST_REASONS = 12


def unjudged(results: Iterable[Result]) -> dict[str, dict[str, int]]:
    """Verdict to reason (ids and values left out) to number, the most frequent first."""
    found: dict[str, Counter] = defaultdict(Counter)
    for result in results:
        if result.verdict in UNJUDGED:
            why = result.reasons[0] if result.verdict != verdict.UNEXPECTED and result.reasons else (
                f"{result.service}: what AWS says to {result.strategy} is not known")
            found[result.verdict][VALUES.sub("…", why)[:120]] += 1
    return {name: dict(found[name].most_common()) for name in UNJUDGED if name in found}


def operation_verdict(results: list[Result]) -> str:
    """The word of the lab's result model for an operation: different as soon as one variant failed."""
    verdicts = {result.verdict for result in results}
    if verdict.FAILED in verdicts:
        return "different"
    if verdict.PASSED in verdicts or verdict.WEAK in verdicts:
        return "equal"
    return "unsupported" if verdict.NOT_IMPLEMENTED in verdicts else "unreachable"


def kind(result: Result) -> str:
    """The title of the row that counts a result."""
    return SEQUENCES if result.strategy == SEQUENCE else POSITIVES if result.positive else NEGATIVES


def rows(results: list[Result], seed: int) -> list[Row]:
    """For each operation a row of its positives and one of its negatives; for each kind of resource its sequences."""
    groups = defaultdict(list)
    for result in results:
        groups[result.service, result.operation, kind(result)].append(result)
    return [Row(service=service, operation=operation, verdict=operation_verdict(found), provenance="aws-documented",
                cassette=f"conformance, seed {seed}", title=title, step=0, counts=counts(found),
                reason="; ".join(dict.fromkeys(reason for each in found if each.failed for reason in each.reasons[:1]))
                [:500] or None)
            for (service, operation, title), found in sorted(groups.items())]


def run_of(suite: str, found: list[Row], endpoint: str, begun: datetime, seconds: float) -> Run:
    named = {}
    for package in ("paritylab", "botocore", "hypothesis"):
        try:
            named[package] = version(package)
        except PackageNotFoundError:
            continue
    stamp = begun.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return Run(id=f"{suite}-{stamp}", suite=suite, started_at=begun.isoformat(timespec="seconds"), endpoint=endpoint,
               versions=named, rows=found, seconds=round(seconds, 1))


def data_of(run: Run, results: list[Result], seed: int) -> dict:
    """The report for programs: the run's head, counts, scores, a row per operation, and every result that failed."""
    services = sorted({result.service for result in results})
    return {
        "id": run.id, "suite": run.suite, "seed": seed, "started_at": run.started_at, "endpoint": run.endpoint,
        "versions": run.versions, "seconds": run.seconds, "score": score(results), "verdicts": counts(results),
        "strategies": by_strategy(results), "unjudged": unjudged(results),
        "services": {name: {"score": score(chosen), "verdicts": counts(chosen), "strategies": by_strategy(chosen)}
                     for name in services
                     for chosen in [[result for result in results if result.service == name]]},
        "operations": [{"service": row.service, "operation": row.operation, "of": row.title, "verdict": row.verdict,
                        "counts": row.counts} for row in run.rows],
        "failures": as_data([result for result in results if result.failed]),
        "results": [[result.id, result.service, result.operation, result.title, result.verdict] for result in results
                    if result.verdict != verdict.NOT_IMPLEMENTED],
    }


def print_results(run: Run, results: list[Result], seed: int, verbose: bool = False,
                  console: Console | None = None) -> None:
    """Counts by strategy, then what failed: one of each kind with its program."""
    console = console or Console()
    console.print(f"[bold]{run.id}[/] against {escape(run.endpoint)}, seed {seed}, {run.started_at}", highlight=False,
                  soft_wrap=True)
    used = [name for name in VERDICTS if any(result.verdict == name for result in results)]
    table = Table("", *used, "all", box=None, padding=(0, 1, 0, 0), header_style="bold")
    for strategy, numbers in by_strategy(results).items():
        table.add_row(strategy, *[str(numbers.get(name, "·")) for name in used], str(sum(numbers.values())))
    total = counts(results)
    table.add_row("[bold]all[/]", *[f"[{COLOURS.get(name, 'default')}]{total[name]}[/]" for name in used],
                  str(len(results)))
    console.print(table)
    for name, reasons in unjudged(results).items():
        for reason, number in list(reasons.items())[:MOST_REASONS]:
            console.print(f"{name}: {number} times {escape(reason)}", highlight=False, soft_wrap=True)
        rest = sum(list(reasons.values())[MOST_REASONS:])
        if rest:
            console.print(f"{name}: {rest} for other reasons, which --json names", highlight=False, soft_wrap=True)
    failures = [result for result in results if result.failed]
    shown = failures if verbose else [result for result in failures if result.snippet][:SHOWN_FAILURES]
    for result in shown:
        console.print(f"[red]{result.service} {result.operation} · {escape(result.title)}[/] ({result.id})",
                      highlight=False, soft_wrap=True)
        for reason in result.reasons[:4]:
            console.print(f"  {escape(reason)}", highlight=False, soft_wrap=True)
        if result.snippet:
            console.print(escape(result.snippet), highlight=False, soft_wrap=True)
    told = score(results)
    console.print(f"{told['variants']} variants, {told['passed']} passed ({told['share']:.1%}); of {told['positives']} "
                  f"positives {told['positives_passed']} ({told['positives_share']:.1%}); {len(failures)} failed"
                  + (f"; {len(failures) - len(shown)} of them not shown" if len(shown) < len(failures) else "")
                  + (f", in {run.seconds:g} s" if run.seconds is not None else ""), highlight=False, soft_wrap=True)
