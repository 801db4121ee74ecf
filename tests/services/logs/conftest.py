"""Clients, and a log group with a stream that is ready."""

import pytest
from botocore.config import Config


@pytest.fixture
def logs(client):
    return client("logs", config=Config(inject_host_prefix=False))


@pytest.fixture
def group(logs):
    """A log group ``/app`` with a stream ``one``; returns its name."""
    logs.create_log_group(logGroupName="/app")
    logs.create_log_stream(logGroupName="/app", logStreamName="one")
    return "/app"


@pytest.fixture
def now(emulator):
    """The frozen time in milliseconds."""
    emulator.freeze(1_800_014_400.0)
    return 1_800_014_400_000


@pytest.fixture
def put(logs, group, now):
    """Put messages, a millisecond apart, ending now."""

    def write(*messages, stream="one", at=0):
        first = now + at - len(messages) + 1
        return logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[
            {"timestamp": first + number, "message": message} for number, message in enumerate(messages)])

    return write
