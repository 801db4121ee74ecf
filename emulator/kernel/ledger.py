"""What would have left for people: e-mails, text messages, pushes. Kept for tests to read instead of being sent."""

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from emulator.kernel.store import GLOBAL, Record, Rows, Table

if TYPE_CHECKING:
    from emulator.kernel.context import Context

MOST = 10_000  # entries that are kept; the oldest go first


class Entry(Record):
    """``channel`` is email, sms or push; ``to`` the address, number or device; ``content`` what the service sent."""

    number: int
    at: float
    service: str
    account: str
    region: str
    channel: str
    to: str
    content: dict[str, Any]


entries = Table("kernel.ledger", Entry, key=attrgetter("number"), scope=GLOBAL, ordered=True)


def write(ctx: "Context", channel: str, to: str, **content) -> Entry:
    """Add an entry in the current transaction."""
    rows: Rows[Entry] = ctx.rows(entries)
    last = next(rows.range(reverse=True), None)
    number = last.number + 1 if last else 1
    if len(rows) >= MOST:
        rows.delete(next(iter(rows)).number)
    return rows.put(Entry(number, ctx.now, ctx.service, ctx.account, ctx.region, channel, to, content))


def read(rows: Rows[Entry], limit: int, **wanted: str | None) -> list[Entry]:
    """The newest entries first, those whose members equal what is wanted; None asks for nothing."""
    asked = {name: value for name, value in wanted.items() if value is not None}
    found = []
    for entry in rows.range(reverse=True):
        if len(found) == limit:
            break
        if all(getattr(entry, name) == value for name, value in asked.items()):
            found.append(entry)
    return found
