"""Behaviours, one small program each: a sentence, a public reference, runnable against any endpoint.

A probe is a function decorated with :func:`probe` in ``conformance/probes/<service>/*.py``. It gets a :class:`Trial`,
calls the service through it, and asserts. A probe that fails is a known limitation: its sentence is what the pages
print.
"""

import pkgutil
from collections.abc import Callable
from importlib import import_module
from keyword import iskeyword
from typing import Any, NamedTuple

from conformance.client.caller import Answer, Refused, Unsendable
from conformance.client.connection import Unanswered
from conformance.services import DECLARED
from conformance.world import Endpoint, NoFixture, World
from lab.report.result import Row

PROBES: dict[str, "Probe"] = {}


class Probe(NamedTuple):
    """``sentence`` says what AWS does; ``reference`` is the address that says so; ``operation`` shows the behaviour.

    ``cause``: why no local system can have the behaviour, where that is so; the limitations page tells it.
    """

    id: str
    service: str
    operation: str
    sentence: str
    reference: str
    run: Callable[["Trial"], None]
    cause: str | None = None


class Outcome(NamedTuple):
    """``verdict`` is a word of the lab's result model: equal, different, unsupported or unreachable."""

    probe: Probe
    verdict: str
    reason: str | None = None

    @property
    def failed(self) -> bool:
        return self.verdict != "equal"


class Trial:
    """What a probe works with: calls, refusals, fixtures of its service, names of its own."""

    def __init__(self, world: World):
        self.world = world
        self.fixture, self.unique, self.later = world.fixture, world.unique, world.later
        #: What a sequence was given to work in (conformance.sequences).
        self.place: Any = None

    def ask(self, operation: str, service: str | None = None, **given: Any) -> dict:
        """Call and give the parsed answer; a refusal fails the probe."""
        return self.world.ask(operation, given, service)

    def call(self, operation: str, service: str | None = None, **given: Any) -> Answer:
        return self.world.caller(service).call(operation, given)

    def refused(self, operation: str, code: str, status: int | None = None, message: str | None = None,
                service: str | None = None, **given: Any) -> Answer:
        """A call that must be refused so."""
        answer = self.call(operation, service, **given)
        if answer.raw.status == 501:
            raise Refused(operation, answer)
        told = f"{operation}: {answer.raw.status} {answer.code}: {answer.message}"
        assert not answer.ok, f"{operation} was accepted, expected {code}"
        assert answer.code == code, f"{told}, expected {code}"
        assert status is None or answer.raw.status == status, f"{told}, expected status {status}"
        assert message is None or answer.message == message, f"{told}, expected {message}"
        return answer


def probe(service: str, operation: str, sentence: str, reference: str, cause: str | None = None) -> Callable:
    """Registers a function as a probe; its name is the probe's id within the service."""

    def keep(function: Callable[[Trial], None]):
        name = f"{service}/{function.__name__}"
        if name in PROBES:
            raise ValueError(f"two probes are called {name}")
        PROBES[name] = Probe(name, service, operation, sentence, reference, function, cause)
        return function

    return keep


def _package(service: str) -> str:
    name = service.replace("-", "_")
    return f"{name}_" if iskeyword(name) else name


def load_probes(services: list[str] | None = None) -> list[Probe]:
    """Every probe of the services (all that have any), by id."""
    for service in services or DECLARED:
        try:
            package = import_module(f"{__name__}.{_package(service)}")
        except ModuleNotFoundError:
            continue
        for module in pkgutil.iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
    return [PROBES[name] for name in sorted(PROBES) if services is None or PROBES[name].service in services]


def run_probe(one: Probe, endpoint: Endpoint) -> Outcome:
    """Run one probe in a world of its own, and clean up after it."""
    world = World(endpoint, one.service, f"probe/{one.id}")
    try:
        one.run(Trial(world))
    except AssertionError as error:
        return Outcome(one, "different", str(error) or "the behaviour is another")
    except NoFixture as error:
        return Outcome(one, "unreachable", str(error))
    except Refused as error:
        return Outcome(one, "unsupported" if error.answer.raw.status == 501 else "different", str(error))
    except (Unsendable, Unanswered, KeyError, IndexError, TypeError) as error:
        return Outcome(one, "different", f"{type(error).__name__}: {error}")
    finally:
        world.close()
    return Outcome(one, "equal")


def run_probes(endpoint: Endpoint, services: list[str] | None = None) -> list[Outcome]:
    return [run_probe(each, endpoint) for each in load_probes(services)]


def rows(outcomes: list[Outcome]) -> list[Row]:
    """A row per probe: the sentence is its title, the reference its link. Only what fails has a cause."""
    return [Row(service=each.probe.service, operation=each.probe.operation, verdict=each.verdict,
                provenance="aws-documented", cassette=f"probes/{each.probe.id}", title=each.probe.sentence, step=0,
                reason=each.reason, cause=each.probe.cause if each.failed else None, link=each.probe.reference)
            for each in outcomes]
