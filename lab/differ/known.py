"""Listed differences: each with its place, reason, link, owner and expiry; a stale or expired one fails the run.

``known-differences/<service>.yaml`` holds a list; ``cassette``, ``operation`` and ``path`` are patterns with ``*``.
"""

from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from lab.errors import LabError
from lab.report.result import Difference, Row


class Known(msgspec.Struct, forbid_unknown_fields=True):
    """One listed difference. ``until`` is the last day on which it is tolerated."""

    operation: str
    path: str
    reason: str
    link: str
    owner: str
    until: date
    cassette: str = "*"
    service: str = ""

    def covers(self, row: Row, difference: Difference) -> bool:
        return (row.service == self.service and fnmatchcase(row.operation, self.operation)
                and glob(row.cassette, self.cassette) and glob(difference.path, self.path))


def glob(text: str, pattern: str) -> bool:
    """Shell patterns in which brackets mean themselves: ids and paths are full of them."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def read_folder(folder: Path) -> list[Known]:
    """All listed differences; none when the folder is not there. Raises LabError that names the file and the place."""
    import yaml

    found = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            entries = msgspec.convert(yaml.safe_load(path.read_text()) or [], list[Known])
        except (yaml.YAMLError, msgspec.ValidationError) as error:
            raise LabError(f"{path}: {error}") from None
        for each in entries:
            each.service = path.stem
            found.append(each)
    return found


def apply(rows: list[Row], listed: list[Known], today: date | None = None, services: list[str] | None = None,
          whole: bool = True, played: list[str] | None = None) -> list[Row]:
    """Rows with ``known`` where every difference is listed, and a failing row for each entry that is stale or expired.

    ``whole``: all evidence was replayed, so that an entry which covered nothing no longer occurs. ``played``: the ids
    of what was replayed, where that is the evidence for some services alone: nothing is known of other cassettes then.
    """
    today = today or date.today()
    made, used = [], set()
    for row in rows:
        if row.verdict != "different":
            made.append(row)
            continue
        covering = [next((known for known in listed if known.covers(row, each)), None) for each in row.differences]
        used.update(id(each) for each in covering if each is not None)
        if covering and all(each is not None and each.until >= today for each in covering):
            reasons = "; ".join(dict.fromkeys(f"{each.reason} ({each.link})" for each in covering))
            row = msgspec.structs.replace(row, verdict="known", reason=reasons)
        made.append(row)
    for known in listed:
        if services and known.service not in services:
            continue
        expired = known.until < today
        if not expired and played is not None and not any(glob(each, known.cassette) for each in played):
            continue
        if expired or (whole and id(known) not in used):
            made.append(stale(known, expired))
    return made


def stale(known: Known, expired: bool) -> Row:
    """The failing row of an entry that has to be looked at."""
    what = f"expired on {known.until}" if expired else "no longer occurs: remove it"
    reason = f"listed in known-differences/{known.service}.yaml by {known.owner}: {what} ({known.reason})"
    return Row(service=known.service, operation=known.operation, verdict="different", provenance="aws-imported",
               cassette=known.cassette, title=f"listed difference at {known.path}", step=0, reason=reason)
