"""One state machine for every kind: a model of what should be there, compared with the endpoint after each step."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from keyword import iskeyword

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from conformance import verdict
from conformance.client.caller import Refused
from conformance.client.connection import Connection
from conformance.probes import Trial
from conformance.sequences.kind import Kind
from conformance.verdict import Result
from conformance.world import Endpoint, NoFixture, World

TAGS = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["1", "ü"]), min_size=1, max_size=3)
#: Steps per sequence, writers at once, and how often they race.
STEPS, WRITERS, RACES = 25, 4, 5
#: Resources at once.
MOST = 12


class Machine(RuleBasedStateMachine):
    """The sequences of a kind; ``machine_of`` binds them to one at an endpoint. ``done`` counts the steps by rule."""

    kind: Kind
    endpoint: Endpoint
    done: Counter
    number: int

    def __init__(self):
        super().__init__()
        self.done["sequences"] += 1
        name = f"sequence/{self.number}/{self.kind.name}/{self.done['sequences']}"
        self.world = World(self.endpoint, self.kind.service, name)
        self.trial = Trial(self.world)
        self.prefix = self.trial.unique(self.kind.name.split()[-1])
        self.there: dict[str, dict] = {}
        self.gone: list[str] = []
        self.count = 0
        #: Whether something came or went since the last listing.
        self.changed = True

    @initialize(data=st.data())
    def begin(self, data):
        """A sequence begins with two resources, so that every rule has something to work on."""
        self.trial.place = self.kind.place(self.trial) if self.kind.place else None
        self.make(data)
        self.make(data)

    def teardown(self):
        """A sequence ends with all deleted: read once more, deleted, and gone."""
        try:
            for name in list(self.there):
                self.is_as_written(name)
                self.remove(name)
                self.is_gone(name)
        finally:
            self.world.close()

    def pick(self, data) -> str:
        return data.draw(st.sampled_from(sorted(self.there)))

    def value(self, data):
        return self.kind.values[data.draw(st.integers(0, len(self.kind.values) - 1))]

    @precondition(lambda self: len(self.there) < MOST)
    @rule(data=st.data())
    def create(self, data):
        self.make(data)

    def make(self, data):
        self.done["create"] += 1
        self.count += 1
        name = f"{self.prefix}-{self.count:03d}"
        value = self.value(data)
        self.kind.create(self.trial, name, value)
        self.changed = True
        self.there[name] = {"value": value, "tags": {}}

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def create_again(self, data):
        self.done["create again"] += 1
        name = self.pick(data)
        code = refusal(lambda: self.kind.create(self.trial, name, self.there[name]["value"]))
        assert code == self.kind.again, f"creating {name} again: {code}, expected {self.kind.again or 'accepted'}"

    @precondition(lambda self: self.kind.retry)
    @rule(data=st.data(), times=st.integers(2, 3))
    def retry(self, data, times):
        self.done["idempotent retry"] += 1
        self.count += 1
        name, value = f"{self.prefix}-{self.count:03d}", self.value(data)
        token = self.trial.unique("token")
        made = [self.kind.retry(self.trial, name, value, token) for _ in range(times)]
        assert all(each == made[0] for each in made), f"{times} times with one token: {made}"
        self.changed = True
        self.there[name] = {"value": value, "tags": {}}

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def read(self, data):
        self.is_as_written(self.pick(data))

    def is_as_written(self, name):
        self.done["read"] += 1
        found = self.kind.read(self.trial, name)
        assert found == self.there[name]["value"], f"{name} is {found!r}, expected {self.there[name]['value']!r}"

    @precondition(lambda self: self.there and self.kind.update)
    @rule(data=st.data())
    def update(self, data):
        self.done["update"] += 1
        name = self.pick(data)
        value = self.there[name]["value"] = self.value(data)
        self.kind.update(self.trial, name, value)
        found = self.kind.read(self.trial, name)
        assert found == value, f"{name} is {found!r} after the update to {value!r}"

    @precondition(lambda self: self.kind.listed and self.changed)
    @rule()
    def list(self):
        self.done["list"] += 1
        self.changed = False
        found = sorted(self.kind.listed(self.trial, self.prefix))
        assert found == sorted(self.there), f"listed {found}, expected {sorted(self.there)}"

    @precondition(lambda self: self.kind.pages and self.there)
    @rule(size=st.integers(1, 5))
    def paginate(self, size):
        self.done["paginate"] += 1
        found = self.kind.pages(self.trial, self.prefix, size)
        assert sorted(found) == sorted(self.there), f"pages of {size}: {found}, expected {sorted(self.there)}"
        assert len(found) == len(set(found)), f"pages of {size} repeat: {found}"

    @precondition(lambda self: self.there and self.kind.tag)
    @rule(data=st.data(), tags=TAGS)
    def tag(self, data, tags):
        self.done["tag"] += 1
        name = self.pick(data)
        self.kind.tag(self.trial, name, tags)
        self.there[name]["tags"].update(tags)
        self.tags_stand(name)

    @precondition(lambda self: self.there and self.kind.untag)
    @rule(data=st.data(), key=st.sampled_from(["a", "b", "c"]))
    def untag(self, data, key):
        self.done["untag"] += 1
        name = self.pick(data)
        self.kind.untag(self.trial, name, [key])
        self.there[name]["tags"].pop(key, None)
        self.tags_stand(name)

    def tags_stand(self, name):
        found = self.kind.tags(self.trial, name)
        assert found == self.there[name]["tags"], f"tags {found}, expected {self.there[name]['tags']}"

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def delete(self, data):
        self.remove(self.pick(data))

    def remove(self, name):
        self.done["delete"] += 1
        self.kind.delete(self.trial, name)
        del self.there[name]
        self.changed = True
        self.gone.append(name)

    @precondition(lambda self: self.gone)
    @rule(data=st.data())
    def use_after_delete(self, data):
        self.is_gone(data.draw(st.sampled_from(self.gone)))

    def is_gone(self, name):
        self.done["use after delete"] += 1
        code = refusal(lambda: self.kind.read(self.trial, name))
        assert code == self.kind.missing, f"{name} is deleted: {code or 'still there'}, expected {self.kind.missing}"


def machine_of(kind: Kind, endpoint: Endpoint, done: Counter, number: int) -> type[Machine]:
    """The state machine of a kind at an endpoint."""
    return type("Machine", (Machine,), {"kind": kind, "endpoint": endpoint, "done": done, "number": number})


def refusal(call) -> str | None:
    """The code with which a call is refused; None when it is not."""
    try:
        call()
    except Refused as refused:
        return refused.answer.code or str(refused.answer.raw.status)
    return None


def run_races(kind: Kind, endpoint: Endpoint, number: int) -> Result:
    """Writers of the same name at once: so many are accepted as may be, and what stands is what one of them wrote."""
    world = World(endpoint, kind.service, f"race/{number}/{kind.name}")
    trial = Trial(world)
    try:
        trial.place = kind.place(trial) if kind.place else None
        for count in range(RACES):
            name = f"{trial.unique(kind.name.split()[-1])}-{count}"
            codes = race(kind, trial, name)
            accepted = codes.count(None)
            assert 1 <= accepted <= (kind.winners or WRITERS), f"{accepted} of {WRITERS} were accepted: {codes}"
            found = kind.read(trial, name)
            assert found in kind.values, f"{name} is {found!r}, which no writer wrote"
            kind.delete(trial, name)
    except NoFixture as error:
        return result(kind, f"concurrent writers, {RACES} times", verdict.NO_FIXTURE, [str(error)])
    except (AssertionError, Refused, KeyError) as error:
        return result(kind, f"concurrent writers, {RACES} times", verdict.FAILED, [f"{type(error).__name__}: {error}"])
    finally:
        world.close()
    return result(kind, f"concurrent writers, {RACES} times", verdict.PASSED, [])


def race(kind: Kind, trial: Trial, name: str) -> list[str | None]:
    """Several writers of the same name at once, each on a connection of its own; how each was answered."""

    def write(number: int) -> str | None:
        world = trial.world.twin(Connection(trial.world.endpoint.url))
        other = Trial(world)
        other.place = trial.place
        try:
            return refusal(lambda: kind.create(other, name, kind.values[number % len(kind.values)]))
        finally:
            world.caller().connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(write, range(WRITERS)))


def kinds(services: list[str]) -> Iterator[Kind]:
    for service in services:
        name = f"conformance.sequences.{service.replace('-', '_')}{'_' * iskeyword(service)}"
        if find_spec(name) is not None:
            yield from import_module(name).KINDS


def run_kind(kind: Kind, endpoint: Endpoint, number: int = 0) -> list[Result]:
    """A result for each rule of the kind's machine; when the machine fails, the story of its smallest failure."""
    done: Counter = Counter()
    machine = seed(number)(machine_of(kind, endpoint, done, number))
    how = settings(max_examples=kind.sequences, stateful_step_count=STEPS, deadline=None, database=None,
                   print_blob=False, suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink))
    reasons: list[str] = []
    found = verdict.PASSED
    try:
        run_state_machine_as_test(machine, settings=how)
    except NoFixture as error:
        found, reasons = verdict.NO_FIXTURE, [str(error)]
    except (AssertionError, Refused, KeyError, IndexError, TypeError, HypothesisException) as error:
        found, reasons = verdict.FAILED, [f"{type(error).__name__}: {error}"]
        story = "\n".join(getattr(error, "__notes__", ()))
        return [result(kind, "sequence", found, [*reasons, story])]
    return [result(kind, f"{name}, {done[name]} times", found if done[name] else verdict.WEAK, reasons)
            for name in rules_of(kind)]


def rules_of(kind: Kind) -> list[str]:
    """What a machine of the kind must have done; what never came about is no pass."""
    named = {"create again": True, "create": True, "delete": True, "use after delete": True, "read": True,
             "update": kind.update, "list": kind.listed, "paginate": kind.pages, "tag": kind.tag, "untag": kind.untag,
             "idempotent retry": kind.retry}
    return sorted(name for name, there in named.items() if there)


def result(kind: Kind, title: str, found: str, reasons: list[str]) -> Result:
    return Result(f"sequence-{kind.name}-{title.partition(',')[0]}".replace(" ", "-"), kind.service, kind.name,
                  "sequence", f"{kind.name}: {title}", True, found, reasons)


def run_sequences(endpoint: Endpoint, services: list[str], number: int = 0) -> list[Result]:
    """The sequences of every kind of the services."""
    return [each for kind in kinds(services)
            for each in (*run_kind(kind, endpoint, number), run_races(kind, endpoint, number))]
