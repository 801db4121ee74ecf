"""Counts of nodes by what their inventory says.

https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-aggregate.html
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

from emulator.kernel.errors import AwsError

Known = Mapping[str, Any]  # of one node: items of inventory by type


def aggregated(nodes: list[Known], aggregators: list[dict], matches: Callable[[dict, str, dict], bool]) -> list[dict]:
    """The entities of an answer. ``matches`` says whether an entry's attribute fits a filter.

    Raises InvalidAggregatorException, InvalidInventoryGroupException.
    """
    found = []
    for each in aggregators:
        if each.get("Groups"):
            found += [_grouped(nodes, group, matches) for group in each["Groups"]]
        if each.get("Expression"):
            found.append(_counted(nodes, list(_expressions(each))))
        if not (each.get("Groups") or each.get("Expression")):
            raise _invalid()
    return found


def _invalid() -> AwsError:
    return AwsError("InvalidAggregatorException", "The specified aggregator isn't valid for inventory groups. Verify "
                    "that the aggregator uses a valid inventory type such as AWS:Application or "
                    "AWS:InstanceInformation.")  # fmt: skip


def _expressions(aggregator: dict | None) -> Iterator[tuple[str, str]]:
    """Type and attribute of an aggregator and of those within it."""
    while aggregator:
        kind, _, attribute = aggregator.get("Expression", "").rpartition(".")
        if not kind:
            raise _invalid()
        yield kind, attribute
        aggregator = next(iter(aggregator.get("Aggregators") or ()), None)


def _counted(nodes: list[Known], expressions: list[tuple[str, str]]) -> dict:
    """How many nodes have each combination of values; attributes of one type are those of one entry."""
    kinds = list(dict.fromkeys(kind for kind, _ in expressions))
    counts: Counter[tuple[str, ...]] = Counter()
    for known in nodes:
        entries = [known[kind].entries if kind in known else () for kind in kinds]
        combinations = set()
        for chosen in product(*entries):
            of_kind = dict(zip(kinds, chosen, strict=True))
            combinations.add(tuple(of_kind[kind].get(attribute, "") for kind, attribute in expressions))
        counts.update(combinations)
    names = [attribute for _, attribute in expressions]
    content = [{"Count": str(count), **dict(zip(names, values, strict=True))} for values, count in sorted(
        counts.items())]  # fmt: skip
    return {"Data": {expressions[0][0]: {"TypeName": expressions[0][0], "Content": content}}}


def _grouped(nodes: list[Known], group: dict, matches: Callable[[dict, str, dict], bool]) -> dict:
    """How many nodes fit all filters of a group, and how many do not."""

    def fits(known: Known) -> bool:
        return all(_fits(known, each, matches) for each in group["Filters"])

    count = sum(map(fits, nodes))
    content = [{"notMatchingCount": str(len(nodes) - count)}, {"matchingCount": str(count)}]
    return {"Data": {group["Name"]: {"TypeName": group["Name"], "Content": content}}}


def _fits(known: Known, given: dict, matches: Callable[[dict, str, dict], bool]) -> bool:
    if given["Key"] == "TypeName":
        return any(name in known for name in given["Values"])
    kind, _, attribute = given["Key"].rpartition(".")
    return kind in known and any(matches(entry, attribute, given) for entry in known[kind].entries)
