"""All tests of the codecs run strictly: a key that a result's shape lacks is an error."""

import pytest

from emulator.protocol import base


@pytest.fixture(autouse=True)
def strict(monkeypatch):
    monkeypatch.setattr(base, "STRICT", True)
