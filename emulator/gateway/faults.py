"""Faults on purpose: latency, throttling and errors for chosen services and operations, set over the admin API."""

import fnmatch

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """Applies to calls whose service and operation match (shell patterns), with ``probability`` from 0 to 1.

    ``latency`` is in seconds; a ``code`` makes the call fail with that error.
    """

    service: str = "*"
    operation: str = "*"
    probability: float = 1.0
    latency: float = 0.0
    code: str = ""
    message: str = "This fault was injected on request."
    status: int = 400


class Faults:
    def __init__(self):
        self.rules: list[Fault] = []

    def match(self, context, ids) -> Fault | None:
        """The first fault that applies to this call."""
        for fault in self.rules:
            if (
                fnmatch.fnmatchcase(context.service, fault.service)
                and fnmatch.fnmatchcase(context.operation, fault.operation)
                and (fault.probability >= 1 or ids.below(1_000_000) < fault.probability * 1_000_000)
            ):
                return fault
        return None
