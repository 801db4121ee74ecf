"""Data sources: what the events of log groups come from, as the groups' tags tell.

AWS knows besides what its own services write; here only tags make a data source.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/custom-data-sources.html
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from emulator.services.logs.tables import Group

RESERVED = ("aws", "amazon")  # begin the names of AWS's own data sources


class DataSource(NamedTuple):
    """Name and type, each "" where none is known."""

    name: str
    type: str


def of(found: Group) -> DataSource:
    name, kind = (found.tags.get(f"cw:datasource:{part}", "") for part in ("name", "type"))
    return DataSource("", "") if name.startswith(RESERVED) else DataSource(name, kind)


def among(found: Group, wanted: Sequence[dict[str, str]] | None) -> bool:
    """Whether a log group's data source fits one of some filters, if any; their names and types may hold ``*``."""
    name, kind = of(found)
    return not wanted or any(
        name and fnmatchcase(name, each["name"]) and fnmatchcase(kind, each.get("type", "*")) for each in wanted
    )
