"""Sequences of calls as Hypothesis state machines: what a resource is after any order of create, update, tag, delete…

A kind of resource is declared in ``conformance/sequences/<service>.py`` as a :class:`Kind` in its list ``KINDS``.
"""

from conformance.sequences.kind import Kind
from conformance.sequences.machine import run_sequences

__all__ = ["Kind", "run_sequences"]
