"""The pytest plugin: ``emulator`` gives a test an emulator of its own state; ``aws_endpoint`` its URL.

One server serves the whole session; every test that asks for it begins with empty state and a real clock.
"""

import pytest


@pytest.fixture(scope="session")
def _emulator_session():
    from emulator.testing.inprocess import InProcess

    running = InProcess().start()
    yield running
    running.stop()


@pytest.fixture
def emulator(_emulator_session):
    """A running :class:`emulator.testing.InProcess`; environment variables and fake credentials point to it."""
    _emulator_session.reset()
    with _emulator_session.environment():
        yield _emulator_session


@pytest.fixture
def aws_endpoint(emulator) -> str:
    """The URL of the emulator."""
    return emulator.url
