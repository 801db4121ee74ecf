"""Where addresses are, as the setting ``places`` tells: nobody has a map of the addresses of one machine.

``--set places=198.51.100.0/24=DE/64496,203.0.113.0/24=US-CA``: networks with a continent, a country or a subdivision,
and the number of their autonomous system where that matters.
"""

import ipaddress
from functools import lru_cache
from typing import NamedTuple

from emulator.engines.geography import Place, place


class Located(NamedTuple):
    """``system`` is the number of the autonomous system, 0 where none is told."""

    place: Place = Place()
    system: int = 0


UNKNOWN = Located()


def located(ctx, address: str) -> Located:
    """The place of an address: that of the smallest network around it. Raises ValueError for a setting of no sense."""
    asked = ipaddress.ip_address(address)
    return next((found for network, found in _read(ctx.setting("places", "")) if asked in network), UNKNOWN)


@lru_cache(maxsize=16)
def _read(setting: str) -> tuple:
    rows = []
    for each in filter(None, setting.split(",")):
        network, _, told = each.partition("=")
        code, _, system = told.strip().partition("/")
        rows.append((ipaddress.ip_network(network.strip()), Located(place(code), int(system or 0))))
    return tuple(sorted(rows, key=lambda row: -row[0].prefixlen))
