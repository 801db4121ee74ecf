"""What of the data plane is only in memory: servers, turns, open log files."""

import logging
from collections.abc import Callable
from contextlib import contextmanager

from emulator.services.elbv2.turns import Choice

HOST = "127.0.0.1"  # where listeners listen
logger = logging.getLogger("emulator.elbv2")


class Plane:
    """What listens, by the ARN of its listener: the server, its port, and what it was made of."""

    def __init__(self):
        self.serving: dict[str, tuple] = {}
        self.choice = Choice()
        self.lines: dict[tuple[str, str], list[str]] = {}  # of logs, by kind and load balancer, until they are written
        self.flows: dict[tuple, set[Callable[[], object]]] = {}  # by target: what ends the flows to it

    @contextmanager
    def flow(self, target: tuple, end: Callable[[], object]):
        """A flow to a target, as long as it lasts."""
        ends = self.flows.setdefault(target, set())
        ends.add(end)
        try:
            yield
        finally:
            ends.discard(end)

    def end_flows(self, target: tuple) -> None:
        for end in list(self.flows.pop(target, ())):
            end()

    def close(self) -> None:
        for server, _, _ in self.serving.values():
            server.close()
        self.serving.clear()
