"""The fault-injecting proxy: between the suite and an emulator, spoiling one operation's answers."""

import json
import urllib.request
from collections import defaultdict
from threading import local as thread_local

from conformance.client.connection import Connection
from conformance.stubs.faults import Fault, spoil
from conformance.stubs.server import Asked, Told


class Proxy:
    """Call it with a request. ``fault`` is what is seeded now; ``seen`` keeps answers by service and operation."""

    def __init__(self, upstream: str):
        self.upstream = upstream
        self.fault: Fault | None = None
        self.seen: dict[tuple[str, str], list[Told]] = defaultdict(list)
        self.watching = False
        self._connections = thread_local()

    def __call__(self, asked: Asked) -> Told:
        fault = self.fault
        hit = (fault is not None and asked.operation is not None and asked.operation.name == fault.operation
               and asked.operation.service.name == fault.service)
        if hit and fault.kind == "lost":
            self.admin("snapshots", {"name": "before"})
        told = self.forward(asked)
        if hit and fault.kind == "lost" and told.status < 300:
            self.admin("snapshots/restore", {"name": "before"})
        if self.watching and asked.operation is not None:
            self.seen[asked.operation.service.name, asked.operation.name].append(told)
        return spoil(fault, asked.operation, told) if hit else told

    def forward(self, asked: Asked) -> Told:
        connection = getattr(self._connections, "open", None)
        if connection is None:
            connection = self._connections.open = Connection(self.upstream)
        raw = connection.send(asked.method, asked.target, asked.headers, asked.body)
        return Told(raw.status, raw.headers, raw.body)

    def admin(self, path: str, data: dict) -> dict:
        """The emulator's own interface: snapshots undo what a lost update did."""
        request = urllib.request.Request(f"{self.upstream}/_emulator/{path}", json.dumps(data).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")
