"""Where addresses are, as the setting ``places`` tells: nobody has a map of the addresses of one machine.

``--set places=198.51.100.0/24=DE/64496,203.0.113.0/24=US-CA``: networks with a continent, a country or a subdivision,
and the number of their autonomous system where that matters.
"""

from typing import NamedTuple

from emulator.engines.address_tables import told
from emulator.engines.geography import Place, place


class Located(NamedTuple):
    """``system`` is the number of the autonomous system, 0 where none is told."""

    place: Place = Place()
    system: int = 0


UNKNOWN = Located()


def located(ctx, address: str) -> Located:
    """The place of an address. Raises ValueError for a setting that tells none that there is."""
    code, _, system = told(ctx.setting("places", ""), address).partition("/")
    return Located(place(code), int(system or 0)) if code else UNKNOWN
