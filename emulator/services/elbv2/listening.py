"""What of the data plane is only in memory: servers, turns, open log files."""

import logging

from emulator.services.elbv2.turns import Choice

logger = logging.getLogger("emulator.elbv2")


class Plane:
    """What listens, by the ARN of its listener: the server, its port, and what it was made of."""

    def __init__(self):
        self.serving: dict[str, tuple] = {}
        self.choice = Choice()
        self.lines: dict[str, list[str]] = {}  # of access logs, by load balancer, until they are written

    def close(self) -> None:
        for server, _, _ in self.serving.values():
            server.close()
        self.serving.clear()
