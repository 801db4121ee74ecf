"""Settings that tell something of addresses by their networks: ``198.51.100.0/24=DE,203.0.113.0/24=US-CA``."""

import ipaddress
from functools import lru_cache


def told(setting: str, address: str) -> str:
    """What the smallest network around an address stands for; empty for none. Raises ValueError."""
    asked = ipaddress.ip_address(address)
    return next((value for network, value in _read(setting) if asked in network), "")


@lru_cache(maxsize=32)
def _read(setting: str) -> tuple:
    pairs = (each.partition("=") for each in setting.split(",") if each)
    rows = [(ipaddress.ip_network(network.strip()), value.strip()) for network, _, value in pairs]
    return tuple(sorted(rows, key=lambda row: -row[0].prefixlen))
