"""The stubs' scores and the seeded faults as a run of the lab's result model, for the matrix."""

from collections.abc import Iterator

from conformance.stubs import FAULTS
from conformance.stubs.score import FaultScore, StubScore
from lab.report.result import Row

COUNTED = ("variants", "passed", "positives", "positives_passed")


def rows(stubs: list[StubScore], faults: FaultScore) -> list[Row]:
    """A row per stub and operation, and one per operation with seeded faults.

    ``different`` is what should not be: a stub that passed a positive variant, a fault that nobody noticed.
    """
    return [*_stub_rows(stubs), *_fault_rows(faults)]


def _stub_rows(stubs: list[StubScore]) -> Iterator[Row]:
    for stub in stubs:
        for name, told in stub.operations.items():
            service, _, operation = name.partition(".")
            yield Row(service, operation, "different" if told["positives_passed"] else "equal", "aws-documented",
                      f"stubs/{stub.name}", "what the suite makes of a server that fakes it", 0,
                      counts={part: told[part] for part in COUNTED})


def _fault_rows(faults: FaultScore) -> Iterator[Row]:
    for name, (caught, seeded) in faults.operations.items():
        service, _, operation = name.partition(".")
        yield Row(service, operation, "equal" if caught == seeded else "different", "aws-documented", FAULTS,
                  "faults seeded into the answers", 0, counts={"seeded": seeded, "caught": caught})
