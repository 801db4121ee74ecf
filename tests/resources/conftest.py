"""A service in a test: declared over a real model, driven without a server, its jobs on a clock that the test moves."""

import asyncio

import pytest

from emulator.kernel.context import Context, root
from emulator.kernel.errors import AwsError
from emulator.kernel.runtime import Runtime
from emulator.kernel.service import Service, snake_case

ACCOUNT = "111122223333"


class Bench:
    """``call("CreateKeyGroup", Name=…)`` runs an operation of the service as the chain does: all or nothing."""

    def __init__(self, service: Service):
        self.service = service
        self.runtime = Runtime(seed=1)
        self.runtime.run_job = self._run_job
        self.loop = asyncio.new_event_loop()
        self.runtime.clock.freeze(1_800_000_000.0)
        self.runtime.start(self.loop)

    def context(self, operation: str = "Test", account: str = ACCOUNT, region: str = "eu-west-1") -> Context:
        return Context(self.runtime, self.service.name, operation, account, region, root(account))

    def call(self, operation: str, *, account: str = ACCOUNT, region: str = "eu-west-1", **given) -> dict:
        ctx = self.context(operation, account, region)
        ctx.input = given
        with self.runtime.store.transaction():
            return self.service.functions[snake_case(operation)](ctx, **given)

    def refusal(self, operation: str, **given) -> AwsError:
        """The error that a call ends in."""
        with pytest.raises(AwsError) as caught:
            self.call(operation, **given)
        return caught.value

    def advance(self, seconds: float) -> None:
        self.runtime.clock.advance(seconds)

    def _run_job(self, job) -> None:
        ctx = Context(self.runtime, job.service, job.handler, job.account, job.region, root(job.account), job.due)
        self.service.jobs[job.handler](ctx, **job.payload)

    def close(self) -> None:
        self.runtime.stop()
        self.loop.close()


@pytest.fixture
def bench():
    """``bench(service)``: a Bench for a service declared in the test."""
    made: list[Bench] = []

    def make(service: Service) -> Bench:
        made.append(Bench(service))
        return made[-1]

    yield make
    for each in made:
        each.close()
