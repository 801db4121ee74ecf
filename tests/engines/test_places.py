"""Where addresses are: the smallest network tells, and what is no place is refused."""

import pytest

from emulator.engines.geography import Place
from emulator.engines.places import UNKNOWN, Located, located

SETTING = "198.51.100.0/24=DE/64496,198.51.100.128/25=US-CA,2001:db8::/32=EU"


class Told:
    """A context with one setting."""

    def __init__(self, places):
        self.setting = lambda name, default: places


@pytest.mark.parametrize(("address", "found"), [
    ("198.51.100.7", Located(Place("EU", "DE"), 64496)), ("198.51.100.200", Located(Place("NA", "US", "CA"))),
    ("2001:db8::1", Located(Place("EU"))), ("192.0.2.1", UNKNOWN), ("::1", UNKNOWN),
])  # fmt: skip
def test_the_smallest_network_tells(address, found):
    assert located(Told(SETTING), address) == found


@pytest.mark.parametrize("setting", ["198.51.100.0/24=XX", "198.51.100.0/40=DE", "198.51.100.0/24=DE/x"])
def test_what_is_no_place_is_refused(setting):
    with pytest.raises(ValueError):
        located(Told(setting), "198.51.100.7")
