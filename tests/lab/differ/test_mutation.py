"""Does the differ find what is wrong? Seeded faults in live answers, and none where there is none.

PARITYLAB_MUTATIONS sets how many faults are seeded (1,000 for the full measurement).
"""

import os
from collections import Counter
from pathlib import Path
from random import Random

import msgspec
import pytest
import seeded_faults as faults

from emulator.testing import InProcess
from lab.cassette.files import read
from lab.replayer.clients import Clients
from lab.replayer.endpoint import OwnEmulator
from lab.replayer.player import Player
from lab.replayer.transport import Transport

CASSETTES = sorted((Path(__file__).parents[3] / "cassettes").rglob("*.json"))
NUMBER = int(os.environ.get("PARITYLAB_MUTATIONS", "45"))
WANTED = 0.99
MOMENT = 1_790_000_000.0

#: Seconds until a long poll is hurried: longer than any other answer takes on a busy machine, so that the clock moves
#: for polls alone.
PATIENCE = 2.0


class Tampering(Transport):
    """A transport that keeps what came, and can put a fault into one answer, every time that the same is asked."""

    def __init__(self, endpoint: str):
        super().__init__(endpoint)
        self.log: list[tuple[tuple, object]] = []
        self.fault: tuple[int, object] | None = None
        self.asked: tuple | None = None

    def send(self, outgoing):
        response = super().send(outgoing)
        request = (outgoing.method, outgoing.host, outgoing.target, outgoing.body)
        self.log.append((request, response))
        if self.fault and len(self.log) - 1 == self.fault[0]:
            self.asked = request
        return self.fault[1] if self.fault and request == self.asked else response


class Frozen(OwnEmulator):
    """An emulator whose ids begin anew and whose clock stands at one moment for every cassette."""

    def fresh(self) -> None:
        self.admin("reset", {})
        self.admin("clock", {"freeze": MOMENT})


@pytest.fixture(scope="module")
def endpoint():
    running = InProcess(seed=7).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lab.replayer.endpoint.PATIENCE", PATIENCE)
        replay(read(CASSETTES[0]), found := Frozen(running.url), strict=True)  # what is slow at first use
        yield found
    running.stop()


def replay(cassette, endpoint, strict, fault=None):
    """(rows, log) of one replay, with the answer number ``fault[0]`` replaced by ``fault[1]``."""
    transport = Tampering(endpoint.url)
    transport.fault = fault
    rows = Player(cassette, endpoint, Clients(transport), strict).play()
    transport.close()
    return rows, transport.log


def plain(rows):
    return [msgspec.structs.replace(row, duration_ms=None) for row in rows]


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_unmutated_replay_has_no_finding_twice_bit_for_bit(path, endpoint):
    cassette = read(path)
    rows, log = replay(cassette, endpoint, strict=True)
    assert rows and [row for row in rows if row.failed] == []
    again, log_again = replay(cassette, endpoint, strict=True)
    assert plain(again) == plain(rows)
    assert [(each.status, sorted(each.headers), each.body) for _, each in log] \
        == [(each.status, sorted(each.headers), each.body) for _, each in log_again]


def seeded(clean, strict, number):
    """Yields (cassette, index, response, kind) for ``number`` faults, kinds in turn, places by seeded chance."""
    random = Random(2026 + strict)
    made = 0
    while made < number:
        for kind in faults.KINDS:
            for _ in range(400):
                cassette, log = random.choice(clean)
                index = random.randrange(len(log))
                step = cassette.interactions[index]
                seen = {name: [] for name in faults.IDS}
                for _, earlier in log[:index]:
                    for name, values in faults.ids_in(earlier).items():
                        seen[name] += values
                answer = faults.Answer(step.service, step.operation, step.protocol, log[index][1])
                response = faults.seed(kind, answer, random, seen, strict)
                if response is not None:
                    break
            else:
                raise AssertionError(f"no place for a fault of the kind {kind}")
            yield cassette, index, response, kind
            made += 1
            if made == number:
                return


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("strict", [False, True], ids=["decoded", "strict"])
def test_seeded_faults_are_found(strict, endpoint, capsys):
    clean = []
    for cassette in map(read, CASSETTES):
        rows, log = replay(cassette, endpoint, strict)
        if len(log) == len(cassette.interactions):  # a step that was asked for twice would shift the places
            clean.append((cassette, log))
    found, missed = Counter(), []
    for cassette, index, response, kind in seeded(clean, strict, NUMBER):
        rows, _ = replay(cassette, endpoint, strict, (index, response))
        if any(row.failed for row in rows):
            found[kind] += 1
        else:
            missed.append((kind, cassette.id, index, response))
    with capsys.disabled():
        print(f"\n{'strict' if strict else 'decoded'}: {sum(found.values())} of {NUMBER} faults found {dict(found)}")
    assert len(missed) <= NUMBER * (1 - WANTED), missed[:5]
